//! What is untidy in a list, from its source to the reports.

use serde_json::{Value, json};

use crate::house::{perennial, write};
use crate::played::{NOW, Played};

#[test]
fn what_is_untidy_is_told_with_its_place_and_fails_nothing() {
    let page = |title: &str| {
        format!(
            "<!doctype html><title>{title}</title><h1>{title}</h1><p>High water and low water at the harbour for every \
             day of the year, with the moon, the wind and some notes on how to read the table.</p>"
        )
    };
    let web = Played::new(&[json!({"id": "harbour", "server": [
        {"host": "harbour.test", "path": "/tides", "headers": {"Content-Type": "text/html"}, "body": page("Tides")},
        {"host": "harbour.test", "path": "/tides/", "status": 302, "headers": {"Location": "/tides"}},
        {"host": "harbour.test", "path": "/moon", "headers": {"Content-Type": "text/html"}, "body": page("Moon")}
    ]})]);
    let folder = web.desk("", "requests_per_second = 1000\nconfirm_after = '1ms'\n");
    write(
        &folder,
        "list.md",
        "# List\n\n- [Tides](http://harbour.test/tides) - good\n- [Tides again](http://harbour.test/tides/)\n\
         - [Moon](http://harbour.test/moon?utm_source=mail)-For readers\n- Read it [here](http://harbour.test/moon)\n\
         - [Moon](http://harbour.test/moon)\n- [Lost]()\n\n```\n[not]()\n```\n",
    );
    let mut command = perennial();
    let output =
        command.current_dir(folder.path()).args(["run", "list.md", "--now", NOW]).assert().code(0).get_output().clone();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("To tidy up: "), "{said}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join("reports").join(name)).expect("a report");
    let audit: Value = serde_json::from_str(&read("audit.json")).expect("JSON");
    let told: Vec<(&str, u64)> = audit["hygiene"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|flaw| (flaw["kind"].as_str().expect("a kind"), flaw["places"][0]["line"].as_u64().expect("a line")))
        .collect();
    let wanted = [
        ("duplicate", 6),
        ("same-resource", 3),
        ("same-resource", 5),
        ("tracking", 5),
        ("bare-title", 6),
        ("glued", 5),
        ("no-address", 8),
    ];
    let sorted = |mut told: Vec<_>| {
        told.sort_unstable();
        told
    };
    assert_eq!(sorted(told), sorted(wanted.to_vec()));
    assert_eq!(audit["hygiene"][1]["instead"], "http://harbour.test/tides");
    assert!(read("audit.md").contains("## Tidying up (7)"));
    assert!(read("audit.html").contains("<h2>Tidying up</h2>"));
}
