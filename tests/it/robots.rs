//! `perennial robots`: one line for each address, and the line of the file that decided.

use crate::house::{outcome, perennial};

const FILE: &str = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n\nUser-agent: other\nDisallow: /\n";

#[test]
fn each_address_gets_its_line() {
    let mut command = perennial();
    command.args(["robots", "-", "https://example.org/a", "https://example.org/private/x", "/private/open"]);
    let (code, out, err) = outcome(command.write_stdin(FILE));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "allowed\thttps://example.org/a\ndisallowed\thttps://example.org/private/x\tline 2: Disallow: /private/\n\
         allowed\t/private/open\tline 3: Allow: /private/open\n"
    );
}

#[test]
fn another_agent_and_the_deciding_line() {
    let mut command = perennial();
    command.args(["robots", "-v", "--agent", "Other", "-", "https://example.org/a"]);
    let (code, out, _) = outcome(command.write_stdin(FILE));
    assert_eq!((code, out.as_str()), (0, "disallowed\thttps://example.org/a\tline 6: Disallow: /\n"));

    let mut command = perennial();
    command.args(["robots", "--format", "json", "-", "https://example.org/private/x"]);
    let (_, out, _) = outcome(command.write_stdin(FILE));
    assert_eq!(
        out,
        "{\"url\":\"https://example.org/private/x\",\"allowed\":false,\"line\":2,\"rule\":\"Disallow: /private/\"}\n"
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let (code, out, err) = outcome(perennial().args(["robots", "no-such-robots.txt", "/"]));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("no-such-robots.txt"), "{err}");
}
