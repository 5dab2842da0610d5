//! What the second compilation of a list says of the first.

use serde_json::{Value, json};

use crate::house::{outcome, perennial, write};
use crate::played::Played;

const HASTE: &str = "requests_per_second = 100\nconfirm_after = '10ms'\nretries = 0\nlatency_factor = 0.0\n";

/// A page with a title and enough text to be one.
fn page(path: &str, title: &str, head: &str) -> Value {
    let text =
        format!("The page at {path} tells what residents and councils decided, and what became of it. ").repeat(12);
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    );
    json!({"host": "a.test", "path": path, "headers": {"Content-Type": "text/html; charset=utf-8"}, "body": body})
}

fn web(routes: Vec<Value>) -> Played {
    Played::new(&[json!({"id": "a", "server": routes})])
}

#[test]
fn the_second_compilation_tells_what_changed() {
    let dated = |year: &str| format!("<meta name=\"citation_publication_date\" content=\"{year}\">");
    let before = web(vec![
        page("/kept", "A page that stays", ""),
        page("/handbook", "Handbook of rights", ""),
        page("/report", "Yearly report", &dated("2023")),
        page("/doomed", "Doomed page", ""),
        page("/dropped", "Dropped page", ""),
    ]);
    let list = |paths: &[&str]| paths.iter().map(|path| format!("http://a.test{path}\n")).collect::<String>();
    let folder = before.desk(&list(&["/kept", "/handbook", "/report", "/doomed", "/dropped"]), HASTE);
    let run = |now: &str| outcome(perennial().current_dir(&folder).args(["run", "--refresh", "--now", now]));
    let read = |name: &str| std::fs::read_to_string(folder.path().join("reports").join(name)).expect("a report");
    assert_eq!(run("2026-03-01T00:00:00Z").0, 0);
    assert_eq!(read("changes.csv").lines().count(), 1, "nothing to compare with: {}", read("changes.csv"));
    assert!(!read("compilation.md").contains("Changed since"));

    let after = web(vec![
        page("/kept", "A page that stays", ""),
        page("/handbook", "Handbook of municipal rights", ""),
        page("/report", "Yearly report", &dated("2025")),
        json!({"host": "a.test", "path": "/doomed", "status": 410, "body": "gone"}),
        page("/added", "Added page", ""),
    ]);
    after.configure(&folder, HASTE);
    write(&folder, "list.txt", list(&["/kept", "/handbook", "/report", "/doomed", "/added"]));
    assert_eq!(run("2026-03-11T00:00:00Z").0, 1);
    let table = read("changes.csv");
    let mut changes: Vec<(String, String)> = csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[0].to_owned(), row[2].to_owned()))
        .collect();
    changes.sort();
    let expected = [
        ("delisted", "/dropped"),
        ("gone", "/doomed"),
        ("new", "/added"),
        ("new-version", "/report"),
        ("retitled", "/handbook"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(kind, path)| ((*kind).to_owned(), format!("http://a.test{path}"))).collect();
    assert_eq!(changes, expected, "{table}");
    for name in ["compilation.md", "compilation.html"] {
        assert!(read(name).contains("Changed since 2026-03-01"), "{name}");
    }
    // What is told of the page that is gone is what was last seen of it, with its date.
    assert!(
        read("compilation.md").contains("These details were recorded on 2026-03-01."),
        "{}",
        read("compilation.md")
    );
}
