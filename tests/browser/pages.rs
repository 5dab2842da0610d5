//! The pages that are looked at.

use std::process::{Command, Stdio};

use perennial::compile::{Since, compile};
use perennial::model::metadata::Field;
use perennial::model::{
    Delisted, Earlier, Edition, ListedResource, Metadata, Reason, State, Suggestion, SuggestionKind,
};
use perennial::report::{changes, compilation_html};
use tempfile::TempDir;

/// Every filter of the worst compilation, and the entries its first value leaves.
pub const FILTERS: [(&str, u32); 6] =
    [("#section", 4), ("#type", 2), ("#language", 3), ("#year", 1), ("#health", 4), ("#change", 1)];

/// The reports of the demonstration.
pub fn demonstration() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_perennial"))
        .current_dir(folder.path())
        .args(["demo", "--reports", "."])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert!(status.success());
    folder
}

/// A compilation of the worst titles, of every state, with something changed of every kind.
pub fn worst() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let file = std::fs::File::create(folder.path().join("compilation.html")).expect("a file");
    let mut out = std::io::BufWriter::new(file);
    let mut compilation = compile("Worst <titles> & \u{202e}reversed", rows());
    compilation = compilation.compared(Since {
        at: "2026-10-01T04:00:00Z".parse().expect("a time"),
        delisted: vec![Delisted {
            url: format!("https://dropped.example/{}", "x".repeat(300)),
            title: Some("Dropped".to_owned()),
            ..Delisted::default()
        }],
    });
    assert_eq!(changes::groups(&compilation).len(), 6);
    compilation_html::write(&compilation, &mut out).expect("written");
    folder
}

fn rows() -> Vec<ListedResource> {
    let row = |section: &[&str], title: &str, name: &str, reason: Reason| {
        let url = format!("https://example.org/{name}");
        ListedResource {
            seed: "list.md".to_owned(),
            line: 1,
            canonical: url.clone(),
            url,
            title: Some(title.to_owned()),
            section: section.iter().map(|&heading| heading.to_owned()).collect(),
            state: Some(reason.state()),
            reason: Some(reason),
            edition: Some(Edition { title: Some("Now".to_owned()), ..Edition::default() }),
            earlier: Some(Earlier {
                listed: true,
                state: Some(State::Ok),
                edition: Some(Edition { title: Some("Now".to_owned()), ..Edition::default() }),
                ..Earlier::default()
            }),
            ..ListedResource::default()
        }
    };
    let known = |kind: &str, language: &str, published: &str| {
        let field = |text: &str| Some(Field::new(text.to_owned(), "test")).filter(|_| !text.is_empty());
        let description = field(&"A long description. ".repeat(60));
        Some(Metadata {
            kind: field(kind),
            language: field(language),
            published: field(published),
            description,
            ..Metadata::default()
        })
    };
    let long = format!("needle {}", "unbroken".repeat(40));
    let mut rows = vec![
        ListedResource { metadata: known("report", "de", "2024"), ..row(&["First"], &long, "long", Reason::OkPlain) },
        ListedResource {
            metadata: known("report", "ar", "2023"),
            ..row(&["First", "Below"], "كيف تصبح المدينة مدينة حقوق", "arabic", Reason::OkPlain)
        },
        ListedResource {
            metadata: known("book", "ar", ""),
            suggestions: vec![Suggestion::new(
                SuggestionKind::Archive,
                "https://archive.example/web/20240820101500/https://example.org/gone".to_owned(),
            )],
            ..row(&["First", "Below"], "<script>alert(1)</script> \"quoted\" & 'more'", "gone", Reason::Http404)
        },
        ListedResource {
            metadata: known("book", "ar", ""),
            suggestions: vec![Suggestion::new(
                SuggestionKind::Redirect,
                format!("https://example.org/{}", "path/".repeat(60)),
            )],
            ..row(&["First", &"Deep ".repeat(30)], "Moved", "moved", Reason::MovedPermanent)
        },
        ListedResource {
            fields: columns(), ..row(&["Second"], "日本語の題名👍🏽", "emoji", Reason::BotWallCloudflare)
        },
        row(&["Second"], "{{braces}} | pipes \\ backslashes", "braces", Reason::TimeoutRead),
        row(&["Second"], "Parked", "parked", Reason::ParkedDomain),
    ];
    for (row, change) in rows.iter_mut().zip(["new", "title", "", "", "new"]) {
        let earlier = row.earlier.as_mut().expect("a run before");
        match change {
            "new" => earlier.listed = false,
            "title" => earlier.edition = Some(Edition { title: Some("Then".to_owned()), ..Edition::default() }),
            _ => {}
        }
    }
    rows[6].earlier.as_mut().expect("a run before").state = Some(State::Dead);
    rows[6].state = Some(State::Ok);
    rows
}

fn columns() -> Vec<(String, String)> {
    vec![("A column with a long name".to_owned(), "and a value ".repeat(30)), ("URL".to_owned(), "u".repeat(400))]
}
