mod changed;
mod lists;

use std::io;

use unicode_width::UnicodeWidthStr as _;

use super::terminal::{self, Layout};
use super::{
    audit_csv, audit_html, audit_json, audit_markdown, changes, compilation_csv, compilation_html,
    compilation_markdown, datapackage, plan, references, sample,
};
use crate::cite::Format;
use crate::compile::Compilation;
use crate::model::audit::{Audit, HostIncident, LinkRecord, Partial};
use crate::model::metadata::{Field, Metadata, Name};
use crate::model::{Delta, Reason, State};

type Writer = fn(&Audit, &mut dyn io::Write) -> io::Result<()>;

fn written(write: Writer, audit: &Audit) -> String {
    let mut bytes = Vec::new();
    write(audit, &mut bytes).expect("memory takes every report");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

#[test]
fn the_markdown_audit_of_a_second_run() {
    insta::assert_snapshot!(written(audit_markdown::write, &sample::audit()));
}

#[test]
fn the_markdown_audit_of_a_stopped_first_run() {
    insta::assert_snapshot!(written(audit_markdown::write, &sample::partial()));
}

#[test]
fn the_csv_audit() {
    insta::assert_snapshot!(written(audit_csv::write, &sample::audit()));
}

#[test]
fn the_json_audit() {
    insta::assert_snapshot!(written(audit_json::write, &sample::audit()));
}

fn on_terminal(audit: &Audit, layout: &Layout) -> String {
    let mut bytes = Vec::new();
    terminal::write(audit, layout, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

fn reports() -> Vec<String> {
    ["audit.md", "audit.csv", "audit.json", "compilation.md", "compilation.csv"]
        .map(|name| format!("reports/{name}"))
        .to_vec()
}

#[test]
fn the_terminal_summary_of_a_second_run() {
    insta::assert_snapshot!(on_terminal(&sample::audit(), &Layout { reports: reports(), ..Layout::default() }));
}

#[test]
fn the_terminal_summary_of_a_stopped_run() {
    insta::assert_snapshot!(on_terminal(&sample::partial(), &Layout::default()));
}

#[test]
fn a_run_stopped_among_its_last_questions_has_visited_every_link() {
    let mut audit = sample::partial();
    audit.links.pop();
    let told = on_terminal(&audit, &Layout::default());
    assert!(told.starts_with("PARTIAL: The run was interrupted before the last questions were answered.\n"), "{told}");
}

#[test]
fn a_later_run_that_was_stopped_says_whose_verdicts_are_earlier_ones() {
    let mut audit = sample::audit();
    audit.run.partial = Some(Partial::Interrupted);
    for link in &mut audit.links[3..] {
        link.checked = Some(sample::at("2026-11-16T04:17:30Z"));
    }
    let words = "The run was interrupted before its end. 6 of 9 links were not checked this time; their verdicts are from earlier runs.";
    let terminal = on_terminal(&audit, &Layout::default()).split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [terminal, written(audit_markdown::write, &audit), written(audit_html::write, &audit)] {
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn what_a_stopped_run_has_not_visited_is_not_called_left_out_on_purpose() {
    let audit = sample::partial();
    for text in [written(audit_markdown::write, &audit), written(audit_html::write, &audit)] {
        assert!(text.contains("not checked on purpose, or not visited yet"), "{text}");
        assert!(!text.contains("not checked, on purpose"), "{text}");
    }
    let mut one = sample::compilation();
    one.sections[0].entries[0].health.reason = Some(Reason::NotReached);
    for text in
        [printed(|out| compilation_markdown::write(&one, out)), printed(|out| compilation_html::write(&one, out))]
    {
        assert!(
            text.contains("; last checked 2026-11-23. One is no longer available. One is not checked yet."),
            "{text}"
        );
    }
}

#[test]
fn what_a_page_calls_itself_is_told_in_the_time_it_was_seen() {
    let mut one = sample::compilation();
    let told = |one: &Compilation| {
        [printed(|out| compilation_markdown::write(one, out)), printed(|out| compilation_html::write(one, out))]
    };
    assert!(told(&one).iter().all(|text| text.contains("The page calls itself ")));
    one.sections[0].entries[0].health.state = Some(State::Dead);
    assert!(told(&one).iter().all(|text| text.contains("The page called itself ")));
}

#[test]
fn the_terminal_summary_keeps_to_its_width_and_its_colours() {
    let mut audit = sample::audit();
    audit.links[0].occurrences[0].title = Some("\u{1b}[31m長い".repeat(60));
    audit.links[0].url = format!("https://example.org/{}", "x".repeat(300));
    for width in [40, 80, 100] {
        let text = on_terminal(&audit, &Layout { width, reports: reports(), ..Layout::default() });
        assert!(!text.contains('\u{1b}'), "no escape without colour, least of all one from a title");
        for line in text.lines() {
            assert!(line.width() <= width, "{} columns: {line}", line.width());
        }
    }
    let coloured = on_terminal(&audit, &Layout { colour: true, ..Layout::default() });
    assert!(coloured.contains("\u{1b}[1m\u{1b}[31m"), "dead links are red");
}

#[test]
fn long_lists_are_cut_with_a_pointer_to_the_rest() {
    let mut audit = sample::audit();
    let dead = audit.links[1].clone();
    audit.links = vec![dead; 500];
    let text = on_terminal(&audit, &Layout { reports: reports(), ..Layout::default() });
    assert!(text.contains("... and 490 more in reports/audit.md"), "{text}");
    assert!(text.lines().count() < 60);
    // The reports for reading leave some of so many out themselves.
    audit.links = audit.links.iter().cycle().take(10_001).cloned().collect();
    let text = on_terminal(&audit, &Layout { reports: reports(), ..Layout::default() });
    assert!(text.contains("... and 9,991 more in reports/audit.csv\n"), "{text}");
    let markdown = vec!["reports/audit.md".to_owned()];
    let text = on_terminal(&audit, &Layout { reports: markdown, ..Layout::default() });
    assert!(text.contains("... and 9,991 more\n"), "{text}");
}

#[test]
fn what_is_new_is_shown_before_what_is_known_whatever_its_reason() {
    let mut audit = sample::audit();
    let old = |url: &str, reason| sample::link(url, "Old", 1, reason, "seen");
    let new = LinkRecord {
        delta: Some(Delta::Changed),
        previous: Some((State::Ok, Reason::OkPlain)),
        ..old("https://new.example/", Reason::Http410)
    };
    audit.links = vec![old("https://old.example/", Reason::Http404); 12];
    audit.links.extend([old("https://rare.example/", Reason::HostEmpty), new]);
    let text = on_terminal(&audit, &Layout::default());
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is missing in\n{text}"));
    assert!(at("https://new.example/") < at("https://old.example/"), "{text}");
    assert!(at("https://rare.example/") < at("... and 4 more"), "no reason is hidden by another one\n{text}");
    assert_eq!(text.matches("(http-404)").count(), 1, "{text}");
}

#[test]
fn a_huge_audit_keeps_to_its_size_and_names_what_it_leaves_out() {
    let mut audit = sample::audit();
    let everything = audit.links.clone();
    audit.links = everything.iter().cycle().take(1_800).cloned().collect();
    let text = printed(|out| audit_markdown::write_within(&audit, 1 << 16, out));
    assert!(text.len() < 1 << 16, "{} bytes", text.len());
    assert!(text.contains("left out here"));
    assert!(text.contains("## Skipped (200)"), "every state is still counted");
}

#[test]
fn json_carries_the_fixed_fields_in_seed_order() {
    let json: serde_json::Value =
        serde_json::from_str(&written(audit_json::write, &sample::audit())).expect("valid JSON");
    assert_eq!(json["schema"], "perennial.audit/1");
    let urls: Vec<_> = json["links"].as_array().expect("links").iter().map(|link| link["url"].as_str()).collect();
    let listed: Vec<_> = sample::audit().links.into_iter().map(|link| link.url).collect();
    assert_eq!(urls, listed.iter().map(|url| Some(url.as_str())).collect::<Vec<_>>());
    let first = &json["links"][0];
    for key in
        ["canonical", "state", "reason", "confidence", "http_status", "final_url", "title", "anchor", "suggestions"]
    {
        assert!(first.get(key).is_some(), "{key}");
    }
    assert_eq!(first["occurrences"][0]["section"], serde_json::json!(["Getting started", "Tools & guides"]));
    assert_eq!(json["links"][7]["anchor"], "found");
    assert!(first["anchor"].is_null());
}

fn compiled(write: fn(&Compilation, &mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&sample::compilation(), &mut bytes).expect("memory takes every report");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

#[test]
fn the_markdown_compilation() {
    insta::assert_snapshot!(compiled(compilation_markdown::write));
}

#[test]
fn a_name_with_a_full_stop_gets_no_second_one() {
    let mut one = sample::compilation();
    let name = Name::Literal { literal: "Harbour Works, Inc.".to_owned() };
    one.sections[0].entries[0].metadata.authors = Some(Field::new(vec![name], "list"));
    for text in
        [printed(|out| compilation_markdown::write(&one, out)), printed(|out| compilation_html::write(&one, out))]
    {
        assert!(text.contains("Harbour Works, Inc. ") && !text.contains("Inc.."), "{text}");
    }
}

#[test]
fn a_name_keeps_its_first_letter_and_our_own_words_begin_with_a_capital() {
    let mut one = sample::compilation();
    let metadata = |site: Option<&str>| Metadata {
        site_name: site.map(|site| Field::new(site.to_owned(), "address")),
        kind: Some(Field::new("post-weblog".to_owned(), "og:type")),
        ..Metadata::default()
    };
    one.sections[0].entries[0].metadata = metadata(Some("cities.test"));
    let html = printed(|out| compilation_html::write(&one, out));
    assert!(html.contains("cities.test, blog post.") && !html.contains("Cities.test"), "{html}");
    one.sections[0].entries[0].metadata = metadata(None);
    for text in
        [printed(|out| compilation_markdown::write(&one, out)), printed(|out| compilation_html::write(&one, out))]
    {
        assert!(text.contains("Blog post."), "{text}");
    }
}

#[test]
fn what_changed_is_told_in_front_and_in_a_table_of_its_own() {
    let later = sample::later_compilation();
    let markdown = printed(|out| compilation_markdown::write(&later, out));
    let html = printed(|out| compilation_html::write(&later, out));
    let between = |text: &str, from: &str, to: &str| {
        let start = text.find(from).expect("a beginning");
        text[start..start + text[start..].find(to).expect("an end")].to_owned()
    };
    insta::assert_snapshot!(
        [
            between(&markdown, "## Changed", "\n## Start here"),
            printed(|out| changes::write(&later, out)).replace("\r\n", "\n"),
            between(&html, "<section id=\"changes\"", "</section>"),
        ]
        .join("\n\n")
    );
    assert!(html.contains("data-change=\"moved|new title\""), "entries can be filtered by what happened to them");
    assert!(html.contains("data-change=\"no longer available\""), "what is gone can be filtered for");
    assert!(compiled(compilation_markdown::write).find("Changed since").is_none(), "a first one has no news");
    assert_eq!(compiled(changes::write).lines().count(), 1);
}

#[test]
fn the_csv_compilation() {
    insta::assert_snapshot!(compiled(compilation_csv::write));
}

#[test]
fn every_row_of_the_csv_compilation_fits_its_header() {
    let text = compiled(compilation_csv::write);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows as long as the header");
    let cell = |row: usize, name: &str| &rows[row][header.iter().position(|column| column == name).expect("a column")];
    assert_eq!(cell(0, "authors"), "Ada Okafor; City Research Group");
    assert_eq!(cell(0, "doi_source"), "citation_doi");
    assert_eq!(cell(0, "list_Audience"), "organisers");
    assert_eq!(cell(1, "memento_datetime"), "2024-08-20T10:15:00Z");
    assert_eq!(cell(1, "verdict"), "dead");
    assert!(cell(2, "title").starts_with("'=HYPERLINK"));
    assert_eq!(cell(3, "moved_to"), "https://new.example/guide");
    assert_eq!(cell(3, "also_listed"), "seeds/cities.md:40 https://new.example/guide");
}

fn printed(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_plan_is_printed() {
    let mut plan = sample::plan();
    insta::assert_snapshot!(printed(|out| plan::write(&plan, &Layout::default(), out)));
    plan.hosts = vec![plan.hosts[0].clone(); 30];
    let text = printed(|out| plan::write(&plan, &Layout { width: 40, ..Layout::default() }, out));
    assert!(text.contains("... and 20 hosts more"));
    assert!(text.lines().all(|line| line.width() <= 40), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&printed(|out| plan::write_json(&plan, out))).expect("valid JSON");
    assert_eq!(json["hosts"].as_array().map(Vec::len), Some(30));
}

#[test]
fn one_link_reads_as_it_does_in_the_whole_audit() {
    let audit = sample::audit();
    let link = printed(|out| audit_json::write_link(&audit.links[3], out));
    assert!(written(audit_json::write, &audit).contains(link.trim_end()));
}

#[test]
fn the_html_audit() {
    let html = written(audit_html::write, &sample::audit());
    assert!(html.starts_with("<!doctype html>"));
    let body = &html[html.find("<body>").expect("a body")..html.find("<script").expect("a script")];
    insta::assert_snapshot!(body);
}

#[test]
fn the_html_audit_lets_nothing_in_and_nothing_out() {
    let html = written(audit_html::write, &sample::audit());
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
    assert!(!html.contains("<img") && !html.contains("<script>?a"), "titles and addresses are text");
    assert!(!html.contains("href=\"javascript:"));
    assert_eq!(html.matches("<script>").count(), 1);
    assert_eq!(html.matches("</script>").count(), 2, "the data and the script");
    let data = html.split("id=\"audit\">").nth(1).and_then(|rest| rest.split("</script>").next()).expect("the data");
    let data: serde_json::Value = serde_json::from_str(data).expect("valid JSON");
    assert_eq!(data["links"][2]["url"], "https://parked.example/<script>?a=(1)|2");
    assert_eq!(html.matches("</style>").count(), 1);
    for loading in ["src=\"", "@import", "url(", "<link", "<iframe"] {
        assert!(!html.contains(loading), "{loading}");
    }
    assert!(!html.contains('\u{202e}') && !html.contains('\u{1b}'));
}

#[test]
fn counts_lead_to_their_links_and_what_is_no_address_leads_nowhere() {
    let mut audit = sample::audit();
    audit.links.push(sample::link("http://exa mple.test/", "Broken", 50, Reason::UrlInvalid, "no address"));
    let html = written(audit_html::write, &audit);
    assert!(!html.contains("href=\"http://exa"), "{html}");
    assert!(html.contains("1 more above, under the new problems"), "{html}");
    for place in html.split("<a href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(html.contains(&format!("id=\"{place}\"")), "nothing is called {place}");
    }
}

#[test]
fn a_huge_html_audit_names_what_it_leaves_out() {
    let mut audit = sample::audit();
    let everything = audit.links.clone();
    audit.links = everything.iter().cycle().take(180).cloned().collect();
    let html = printed(|out| audit_html::write_rows(&audit, 100, out));
    assert_eq!(html.matches("<tr data-state=").count(), 100);
    assert_eq!(html.matches("<tr data-state=\"dead\"").count(), 40);
    let cut =
        |html: &str| html.split("Left out here: ").nth(1).and_then(|rest| rest.split(';').next()).map(str::to_owned);
    assert_eq!(cut(&html).as_deref(), Some("80 more links (20 unsure, 20 skipped, 40 ok)"));
    let html = printed(|out| audit_html::write_rows(&audit, 30, out));
    assert_eq!(
        cut(&html).as_deref(),
        Some("150 more links (25 dead, 5 suspect, 20 moved, 20 blocked, 20 unsure, 20 skipped, 40 ok)")
    );
    assert_eq!(cut(&printed(|out| audit_html::write_rows(&audit, 180, out))), None);
}

#[test]
fn the_page_and_the_json_made_together_are_those_made_alone() {
    let audit = sample::audit();
    for rows in [100, 2] {
        let mut json = Vec::new();
        let page = printed(|out| audit_html::write_with_json(&audit, rows, &mut json, out));
        assert_eq!(String::from_utf8(json).expect("text"), written(audit_json::write, &audit));
        assert_eq!(page, printed(|out| audit_html::write_rows(&audit, rows, out)));
        assert_eq!(page.contains("id=\"audit\""), rows == 100, "a page that leaves out rows holds no data");
    }
}

#[test]
fn why_the_json_beside_a_page_could_not_be_written_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = audit_html::write_with_json(&sample::audit(), 100, &mut Full, &mut Vec::new()).expect_err("no room");
    assert_eq!(error.to_string(), "disk full");
}

#[test]
fn the_html_compilation() {
    let html = compiled(compilation_html::write);
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
    assert_eq!(html.matches("<script").count(), 1);
    for loading in ["src=\"", "@import", "url(", "<link", "<iframe"] {
        assert!(!html.contains(loading), "{loading}");
    }
    let body = &html[html.find("<body>").expect("a body")..html.find("<script").expect("a script")];
    insta::assert_snapshot!(body);
}

#[test]
fn the_compilation_for_reference_managers() {
    let [mut biblatex, mut ris, mut csl_json] = [Vec::new(), Vec::new(), Vec::new()];
    let mut files: [(Format, &mut dyn io::Write); 3] =
        [(Format::Biblatex, &mut biblatex), (Format::Ris, &mut ris), (Format::CslJson, &mut csl_json)];
    references::write(&sample::compilation(), &mut files).expect("memory takes every report");
    let files = [biblatex, ris, csl_json].map(|bytes| String::from_utf8(bytes).expect("reports are UTF-8"));
    let wiki = compiled(references::wiki);
    insta::assert_snapshot!([files.join("\n"), wiki].join("\n").replace("\r\n", "\n"));
}

#[test]
fn the_data_package_describes_the_table_it_stands_beside() {
    let package: serde_json::Value =
        serde_json::from_str(&compiled(|compilation, out| datapackage::write(compilation, false, out)))
            .expect("valid JSON");
    let table = compiled(compilation_csv::write);
    let resource = &package["resources"][0];
    assert_eq!(resource["bytes"], table.len());
    let names: Vec<_> =
        resource["schema"]["fields"].as_array().expect("fields").iter().map(|f| f["name"].as_str()).collect();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(names, reader.headers().expect("a header").iter().map(Some).collect::<Vec<_>>());
    let hash = resource["hash"].as_str().expect("a hash");
    assert!(hash.starts_with("sha256:") && hash.len() == 71);
    assert_eq!(package["created"], "2026-11-23T04:17:30Z");
    // Every value is of the type its column claims.
    for row in reader.records().map(|row| row.expect("a row")) {
        for (cell, field) in row.iter().zip(resource["schema"]["fields"].as_array().expect("fields")) {
            let fits = match field["type"].as_str() {
                _ if cell.is_empty() => true,
                Some("integer") => cell.parse::<i64>().is_ok(),
                Some("datetime") => cell.parse::<jiff::Timestamp>().is_ok(),
                Some("date") => cell.parse::<jiff::civil::Date>().is_ok(),
                _ => true,
            };
            assert!(fits, "{field}: {cell}");
        }
    }
}

#[test]
fn doubts_about_the_network_and_troubles_of_hosts_are_told_everywhere() {
    let mut audit = sample::audit();
    audit.run.trouble = Some("4 of 8 hosts could not be reached at the same time".to_owned());
    audit.run.incidents = vec![HostIncident {
        host: "site.example".to_owned(),
        what: "http-404".to_owned(),
        failing: 5,
        links: 6,
        runs: 2,
        since: sample::at("2026-11-20T04:00:00Z"),
    }];
    let markdown = written(audit_markdown::write, &audit);
    let html = written(audit_html::write, &audit);
    let terminal = on_terminal(&audit, &Layout::default()).split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [&markdown, &html, &terminal] {
        assert!(text.contains("4 of 8 hosts could not be reached at the same time"), "{text}");
        assert!(
            text.contains("site.example: 5 of 6 links fail in the same way (http-404), in 2 runs since 2026-11-20"),
            "{text}"
        );
    }
    let json: serde_json::Value = serde_json::from_str(&written(audit_json::write, &audit)).expect("JSON");
    assert_eq!(json["run"]["trouble"], "4 of 8 hosts could not be reached at the same time");
    assert_eq!(json["run"]["incidents"][0]["host"], "site.example");
}
