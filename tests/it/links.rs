//! `perennial links`.

use crate::house::{outcome, perennial};

#[test]
fn links_are_printed_as_json_lines_in_the_documented_order() {
    let (code, out, err) = outcome(perennial().args([
        "links",
        "--format",
        "jsonl",
        "--base-url",
        "https://data.example.org/ombuds.csv",
        "tests/samples/links.csv",
    ]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out.lines().next(),
        Some(
            "{\"href\":\"https://atlas.example.org/\",\"url\":\"https://atlas.example.org/\",\
             \"title\":\"World Ombuds Atlas\",\"annotation\":\"Map of 900 offices\",\"section\":[\"Directories\"],\
             \"parent_title\":null,\"line\":2,\"column\":32}"
        )
    );
    assert_eq!(out.lines().count(), 3);
}

#[test]
fn standard_input_is_read() {
    let (code, out, _) = outcome(perennial().args(["links", "-"]).write_stdin("Atlas: https://atlas.example.org/\n"));
    assert_eq!(code, 0);
    assert_eq!(out, "1:8  Atlas\n    https://atlas.example.org/\n");
}

#[test]
fn what_is_no_list_is_named_with_what_to_do() {
    let (code, out, err) = outcome(perennial().args(["links", "-"]).write_stdin(&b"%PDF-1.7 \0\0"[..]));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("PDF") && err.contains("give the list as"), "{err}");
    let (code, _, err) = outcome(perennial().args(["links", "no-such-file.md"]));
    assert_eq!(code, 4);
    assert!(err.contains("no-such-file.md") && err.contains("help:"), "{err}");
}

#[test]
fn escapes_of_a_terminal_never_reach_it() {
    let page = "<ul><li><a href=\"https://e.example.org/\">Red \u{1b}[31mtext</a></li></ul>";
    let (_, out, _) = outcome(perennial().args(["links", "-"]).write_stdin(page));
    assert!(!out.contains('\u{1b}'), "{out:?}");
}
