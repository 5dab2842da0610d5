//! Small documents per rule, kept as data: `tests/lists/*.txt`.
//!
//! A case begins with `=== TYPE: what it shows`, where an address may stand behind the type; the document follows, then `--->` and a line per link:
//! `title | annotation @ section > section ^ parent`, `-` for nothing, optionally with `<url> ` or `line:column ` before it.

use std::path::Path;

use super::{GUIDE, line, read_as};
use crate::model::link::Link;

struct Case {
    place: String,
    kind: String,
    base: String,
    document: String,
    expected: Vec<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lists");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the cases").map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut cases: Vec<Case> = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a file of cases");
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        let mut after = false;
        for (number, content) in text.lines().enumerate() {
            if let Some((kind, what)) = content.strip_prefix("=== ").and_then(|head| head.split_once(": ")) {
                let place = format!("{name}:{}: {what}", number + 1);
                let (kind, base) = kind.split_once(' ').unwrap_or((kind, GUIDE));
                let (kind, base) = (kind.to_owned(), base.to_owned());
                cases.push(Case { place, kind, base, document: String::new(), expected: Vec::new() });
                after = false;
                continue;
            }
            let case = cases.last_mut().expect("a case begins with ===");
            if content == "--->" {
                after = true;
            } else if after {
                if !content.trim().is_empty() {
                    case.expected.push(content.to_owned());
                }
            } else {
                case.document.push_str(content);
                case.document.push('\n');
            }
        }
    }
    cases
}

/// A link as the case writes it.
fn as_expected(link: &Link, expected: Option<&String>) -> String {
    let text = line(link);
    match expected.map(String::as_str) {
        Some(form) if form.starts_with('<') => format!("<{}> {text}", link.url().map_or("invalid", url::Url::as_str)),
        Some(form)
            if form.starts_with(|c: char| c.is_ascii_digit()) && form.split(' ').next().is_some_and(is_place) =>
        {
            format!("{}:{} {text}", link.position.line, link.position.column)
        }
        _ => text,
    }
}

fn is_place(text: &str) -> bool {
    text.split_once(':').is_some_and(|(line, column)| line.parse::<u32>().is_ok() && column.parse::<u32>().is_ok())
}

#[test]
fn every_case_gives_its_links() {
    let cases = cases();
    assert!(cases.len() > 20, "the cases are there");
    let mut wrong = Vec::new();
    for case in &cases {
        let (content_type, name) = match case.kind.as_str() {
            "html" => (Some("text/html"), "page"),
            "md" => (Some("text/markdown"), "list"),
            "wiki" => (Some("text/x-wiki"), "page"),
            "rst" => (Some("text/x-rst"), "list"),
            "adoc" => (Some("text/asciidoc"), "list"),
            "org" => (Some("text/org"), "list"),
            "tex" => (Some("application/x-latex"), "list"),
            "csv" => (Some("text/csv"), "list"),
            "json" => (Some("application/json"), "list"),
            "yaml" => (Some("application/yaml"), "list"),
            "toml" => (Some("application/toml"), "list"),
            "bib" => (Some("application/x-bibtex"), "list"),
            "txt" => (Some("text/plain"), "list.txt"),
            _ => (None, "list"),
        };
        let (links, _) = read_as(case.document.as_bytes(), name, content_type, &case.base);
        let found: Vec<String> =
            links.iter().enumerate().map(|(index, link)| as_expected(link, case.expected.get(index))).collect();
        if found != case.expected {
            wrong.push(format!(
                "{}\n  got:  {}\n  want: {}",
                case.place,
                found.join("\n        "),
                case.expected.join("\n        ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
