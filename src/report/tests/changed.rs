//! What changed since the run before, as every form of the audit tells it.

use super::super::sample;
use super::*;

/// A second run in which nothing but verdicts has changed, most of them for the worse.
fn turned() -> Audit {
    let link = |number: usize, before: Reason, now: Reason, delta| LinkRecord {
        delta: Some(delta),
        previous: Some((before.state(), before)),
        ..sample::link(&format!("https://site{number}.example/"), &format!("Site {number}"), number, now, "seen")
    };
    let links = vec![
        link(1, Reason::OkPlain, Reason::ParkedDomain, Delta::New),
        link(2, Reason::Http404, Reason::BotWallCloudflare, Delta::Changed),
        link(3, Reason::MovedPermanent, Reason::RedirectToHome, Delta::New),
        link(4, Reason::OkPlain, Reason::TimeoutRead, Delta::New),
        link(5, Reason::MovedPermanent, Reason::OkPlain, Delta::Changed),
    ];
    Audit { links, removed: Vec::new(), ..sample::audit() }
}

#[test]
fn every_form_tells_of_every_changed_verdict_what_it_was_and_what_it_is() {
    let audit = turned();
    let (markdown, csv) = (written(audit_markdown::write, &audit), written(audit_csv::write, &audit));
    let (json, html) = (written(audit_json::write, &audit), written(audit_html::write, &audit));
    for link in &audit.links {
        let (before, reason) = link.previous.expect("a verdict before");
        let was = format!("{before} ({reason})");
        let of_link = |text: &str, ends: &str| {
            let (_, rest) = text.split_once(&link.url).unwrap_or_default();
            rest.split(ends).next().unwrap_or_default().to_owned()
        };
        let told = of_link(&markdown, "\n- ");
        assert!(
            told.contains(&format!("before: {was}")) || told.contains(&format!("was {was}, now {} (", link.state)),
            "{told}"
        );
        let row = csv.lines().find(|row| row.contains(&link.url)).expect("a row");
        assert!(row.starts_with(link.state.as_str()) && row.contains(&format!(",{before},{reason},")), "{row}");
        let object = json.lines().find(|object| object.contains(&link.url)).expect("an object");
        assert!(object.contains(&format!(r#""previous":{{"state":"{before}","reason":"{reason}"}}"#)), "{object}");
        let row = html.split("<tr data-state").find(|row| row.contains(&link.url)).expect("a row");
        assert!(row.contains(&format!("before: {was}")), "{row}");
    }
}

#[test]
fn the_terminal_names_changes_that_no_finding_tells() {
    let text = on_terminal(&turned(), &Layout::default());
    for told in [
        "Site 1 NEW, was ok",
        "Site 3 NEW, was moved",
        "OTHER CHANGES (3)",
        "was dead (http-404), now blocked (bot-wall-cloudflare)",
        "was ok (ok-plain), now unsure (timeout-read)",
        "was moved (moved-permanent), now ok (ok-plain)",
    ] {
        assert!(text.contains(told), "{told} is missing in\n{text}");
    }
}

#[test]
fn numbers_agree_with_their_nouns_and_a_run_of_the_same_day_has_a_time() {
    let mut audit = turned();
    audit.run.previous = Some(sample::at("2026-11-23T01:02:00Z"));
    (audit.run.requests.lookups, audit.run.requests.retries, audit.run.requests.probes) = (1, 1, 1_200);
    let text = written(audit_markdown::write, &audit);
    assert!(
        text.contains("with 1,224 requests: ") && text.contains(", 1 second try, 1,200 probes, 1 look-up, "),
        "{text}"
    );
    let text = on_terminal(&audit, &Layout::default());
    assert!(text.contains("Since 2026-11-23 01:02 UTC: "), "{text}");
}

#[test]
fn a_run_in_which_nothing_has_changed_says_so() {
    let mut audit = turned();
    for link in &mut audit.links {
        (link.delta, link.previous) = (Some(Delta::Still), Some((link.state, link.reason)));
    }
    let page = written(audit_html::write, &audit);
    assert!(page.contains("<p>Since the run before: nothing has changed.</p>"), "{page}");
}
