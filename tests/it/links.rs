//! `perennial links`.

use crate::house::{outcome, perennial, write};

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
             \"parent_title\":null,\"line\":2,\"column\":32,\"fields\":{\"checked\":\"2024-01-02\"}}"
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
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("PDF") && err.contains("give the list as"), "{err}");
    let (code, _, err) = outcome(perennial().args(["links", "no-such-file.md"]));
    assert_eq!(code, 2);
    assert!(err.contains("no-such-file.md") && err.contains("help:"), "{err}");
}

#[test]
fn what_a_bibliography_tells_of_a_link_is_printed() {
    let list = r#"[{"type": "report", "title": "Rights", "author": [{"family": "Okafor", "given": "Ada"}, {"literal": "City Group"}],
  "issued": {"date-parts": [[2021, 5]]}, "URL": "https://a.example/"}]"#;
    let read = |format: &str| {
        let arguments = ["links", "--content-type", "application/vnd.citationstyles.csl+json", "--format", format, "-"];
        let (code, out, err) = outcome(perennial().args(arguments).write_stdin(list));
        assert_eq!((code, err.as_str()), (0, ""));
        out
    };
    assert_eq!(
        read("human"),
        "2:50  Rights\n    https://a.example/\n    \
         type: report | author: Okafor, Ada; City Group | published: 2021-05\n"
    );
    let fields = r#""fields":{"type":"report","author":"Okafor, Ada; City Group","published":"2021-05"}}"#;
    assert!(read("jsonl").trim_end().ends_with(fields), "{}", read("jsonl"));
}

/// A folder with two lists and two files that are none.
fn lists() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder,
        "one.md",
        "# Page\n\n- [Loose](https://loose.example/)\n\n## Guides\n\n- [A title that is long enough to be broken at the width of \
         a terminal](https://a.example/a-long/address/that-is/never/broken/however-narrow/the-terminal/may-be/index.html) - Said \
         in many words, so many that one line of eighty columns is not enough for all of them.\n  - [Child](https://b.example/)\n\
         - [Old](https://c.example/) <!-- perennial-ignore: closed -->\n",
    );
    write(&folder, "two.html", "<html><ul><li><a href=\"https://d.example/\">Two</a></ul></html>");
    write(&folder, "empty.md", "");
    write(&folder, "data.txt", b"\0\x01\x02\0binary");
    folder
}

#[test]
fn a_person_sees_headings_once_and_lines_that_fit() {
    let folder = lists();
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["links", "one.md"]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "3:3  Loose\n    https://loose.example/\n\nGuides\n\
         7:3  A title that is long enough to be broken at the width of a terminal\n    \
         https://a.example/a-long/address/that-is/never/broken/however-narrow/the-terminal/may-be/index.html\n    \
         Said in many words, so many that one line of eighty columns is not enough\n    for all of them.\n\
         8:5  Child\n    https://b.example/\n    \
         part of: A title that is long enough to be broken at the width of a terminal\n\
         9:3  Old\n    https://c.example/\n    left out by the comment in line 9: closed\n"
    );
}

#[test]
fn one_bad_document_among_several_does_not_hide_the_others() {
    let folder = lists();
    let (code, out, err) =
        outcome(perennial().current_dir(&folder).args(["links", ".", "onne.md", "--format", "jsonl"]));
    assert_eq!(code, 2, "{err}");
    let seeds: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["seed"].to_string())
        .collect();
    assert_eq!(seeds.len(), 5, "{out}");
    assert!(seeds[4].contains("two.html"), "{out}");
    for said in ["empty.md is empty", "data.txt is binary data", "cannot read onne.md", "did you mean `one.md`?"] {
        assert!(err.contains(said), "{said} in {err}");
    }
    let (code, out, _) = outcome(perennial().current_dir(&folder).args(["links", "*.html"]));
    assert_eq!((code, out.as_str()), (0, "1:15  Two\n    https://d.example/\n"));
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["links", "https://a.example/"]));
    assert_eq!(code, 2);
    assert!(err.contains("asks no network") && err.contains("--base-url https://a.example/"), "{err}");
}

#[test]
fn what_is_no_list_ends_as_it_does_in_a_run() {
    let folder = lists();
    std::fs::write(folder.path().join("pic.png"), b"\x89PNG\r\n\x1a\n0000").expect("a file");
    for verb in ["links", "run"] {
        let (code, _, err) = outcome(perennial().current_dir(&folder).args([verb, "pic.png"]));
        assert_eq!(code, 3, "{verb}: {err}");
        assert!(err.contains("pic.png is an image"), "{verb}: {err}");
    }
}

#[test]
fn escapes_of_a_terminal_never_reach_it() {
    let page = "<ul><li><a href=\"https://e.example.org/\">Red \u{1b}[31mtext</a></li></ul>";
    let (_, out, _) = outcome(perennial().args(["links", "-"]).write_stdin(page));
    assert!(!out.contains('\u{1b}'), "{out:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_another_program_writes_into_a_pipe_is_a_list_too() {
    use std::os::fd::AsRawFd;
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    std::io::Write::write_all(&mut writer, b"- [One](https://one.example/) first\n").expect("written");
    drop(writer);
    // As a shell hands over `<(command)`.
    let name = format!("/proc/{}/fd/{}", std::process::id(), reader.as_raw_fd());
    let (code, out, err) = outcome(perennial().args(["plan", "--no-config", &name]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("one.example"), "{out}");
}
