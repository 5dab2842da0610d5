use super::*;
use crate::model::anchor::Anchor;
use crate::model::assessment::{Note, SuggestionKind};
use crate::model::audit::LinkRecord;
use crate::model::exchange::Hop;
use crate::model::observation::{Attempt, Validators};
use crate::model::{Confidence, Delta, Metadata, Notice, State};

fn deltas(ledger: &Ledger) -> Vec<(String, Option<Delta>)> {
    let audit = ledger.audit(None).expect("an audit");
    audit.links.into_iter().map(|link| (link.url, link.delta)).collect()
}

#[test]
fn deltas_compare_with_the_run_before() {
    use Reason::*;
    // before, now, delta
    let table: &[(Option<Reason>, Reason, Delta)] = &[
        (Some(Http404), Http404, Delta::Still),
        (Some(OkPlain), OkVerified, Delta::Still),
        (Some(OkPlain), Http404, Delta::New),
        (Some(MovedPermanent), TimeoutRead, Delta::New),
        (Some(Http404), OkPlain, Delta::Recovered),
        (Some(Http403), MovedPermanent, Delta::Recovered),
        (Some(Http5xx), Http404, Delta::Changed),
        (Some(OkPlain), MovedPermanent, Delta::Changed),
        (Some(OkPlain), RobotsDisallowed, Delta::Changed),
        (Some(RobotsDisallowed), Http404, Delta::New),
        (None, OkPlain, Delta::New),
        (None, Http404, Delta::New),
    ];
    let place = Place::new();
    let mut ledger = place.open();
    let urls: Vec<String> = (0..table.len()).map(|n| format!("https://example.org/{n:02}")).collect();
    let rows = || urls.iter().map(String::as_str).zip(table);
    let first: Vec<_> = rows().filter_map(|(url, (before, ..))| Some((url, (*before)?))).collect();
    let second: Vec<_> = rows().map(|(url, (_, now, _))| (url, *now)).collect();
    play(&mut ledger, day(1), &first);
    assert!(deltas(&ledger).iter().all(|(_, delta)| delta.is_none()), "nothing to compare with");
    play(&mut ledger, day(20), &second);
    let found = deltas(&ledger);
    for ((url, (before, now, expected)), (listed, delta)) in rows().zip(&found) {
        assert_eq!((url, Some(*expected)), (listed.as_str(), *delta), "{before:?} -> {now:?}");
    }
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!(audit.links[2].previous, Some((State::Ok, OkPlain)));
    assert_eq!(audit.run.previous, Some(day(1)));
}

#[test]
fn what_has_moved_on_has_changed() {
    let place = Place::new();
    let mut ledger = place.open();
    let url = "https://a.example/old";
    for (number, to) in [(1, "https://a.example/new"), (9, "https://a.example/newer"), (20, "https://a.example/newer")]
    {
        let run = begin(&mut ledger, day(number), &[url]);
        let (row, url) = due(&ledger, &run, day(number)).remove(0);
        let mut seen = observation(&url, day(number), Reason::MovedPermanent);
        seen.assessment = seen.assessment.with_suggestion(SuggestionKind::Redirect, to);
        ledger.record(run.id, &Record::new(row, seen)).expect("stored");
        ledger.finish_run(&run, day(number), &Outcome::default()).expect("finished");
        let expected = [(9, Delta::Changed), (20, Delta::Still)].iter().find(|(day, _)| *day == number);
        assert_eq!(deltas(&ledger)[0].1, expected.map(|(_, delta)| *delta), "day {number}");
    }
}

#[test]
fn what_is_no_longer_listed_is_told() {
    let place = Place::new();
    let mut ledger = place.open();
    let (a, b, c) = ("https://a.example/", "https://b.example/", "https://c.example/");
    play(&mut ledger, day(1), &[(c, Reason::OkPlain), (a, Reason::Http404), (b, Reason::OkPlain)]);
    play(&mut ledger, day(2), &[(b, Reason::OkPlain)]);
    let removed = ledger.audit(None).expect("an audit").removed;
    let removed: Vec<_> = removed.iter().map(|link| (link.url.as_str(), link.state)).collect();
    assert_eq!(removed, [(c, Some(State::Ok)), (a, Some(State::Dead))]);
    // Listed again, it is new, whatever was known of it.
    play(&mut ledger, day(3), &[(b, Reason::OkPlain), (a, Reason::Http404)]);
    assert_eq!(deltas(&ledger)[1], (a.to_owned(), Some(Delta::New)));
    assert!(ledger.audit(None).expect("an audit").removed.is_empty());
}

#[test]
fn what_is_no_longer_listed_is_told_as_it_was_published() {
    let place = Place::new();
    let mut ledger = place.open();
    let (page, kept) = ("https://a.example/p#x", "https://b.example/");
    let run = begin(&mut ledger, day(1), &[page, kept]);
    for (row, url) in due(&ledger, &run, day(1)) {
        let missing = Assessment::new(Reason::AnchorMissing, "no place named x");
        let seen = observation(&url, day(1), Reason::OkPlain);
        ledger.record(run.id, &Record::new(row, Packed::new(seen, vec![("x".to_owned(), missing)]))).expect("stored");
    }
    ledger.finish_run(&run, day(1), &Outcome::default()).expect("finished");
    assert_eq!(ledger.audit(None).expect("an audit").links[0].state, State::Suspect);
    play(&mut ledger, day(2), &[(kept, Reason::OkPlain)]);
    let removed = ledger.audit(None).expect("an audit").removed;
    assert_eq!((removed[0].url.as_str(), removed[0].state), (page, Some(State::Suspect)));
    let delisted = ledger.delisted(None).expect("a list");
    assert_eq!((delisted[0].url.as_str(), delisted[0].state), (page, Some(State::Suspect)));
}

#[test]
fn an_unfinished_run_is_nothing_to_compare_with() {
    let place = Place::new();
    let mut ledger = place.open();
    let a = "https://a.example/";
    play(&mut ledger, day(1), &[(a, Reason::OkPlain)]);
    let run = begin(&mut ledger, day(9), &[a]);
    let (row, url) = due(&ledger, &run, day(9)).remove(0);
    ledger.record(run.id, &Record::new(row, observation(&url, day(9), Reason::Http404))).expect("stored");
    play(&mut ledger, day(20), &[(a, Reason::Http404)]);
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!(audit.run.previous, Some(day(1)));
    assert_eq!(audit.links[0].delta, Some(Delta::New));
    assert_eq!(audit.links[0].failing_since, Some(day(9)), "the unfinished run saw it all the same");
    assert_eq!(audit.links[0].last_ok, Some(day(1)));
}

#[test]
fn one_record_for_each_address_as_written() {
    let place = Place::new();
    let mut ledger = place.open();
    let hrefs = ["https://a.example/p", "https://A.example/p", "https://a.example/p", "https://a.example/p#x"];
    let run = begin(&mut ledger, day(1), &hrefs);
    let work = due(&ledger, &run, day(1));
    assert_eq!(work.len(), 1);
    let mut missing = Assessment::new(Reason::AnchorMissing, "no place named x");
    missing.anchor = Some(Anchor::Missing);
    let seen = observation(&work[0].1, day(1), Reason::OkPlain);
    let record = Record::new(work[0].0, Packed::new(seen, vec![("x".to_owned(), missing)]));
    ledger.record(run.id, &record).expect("stored");
    let audit = ledger.audit(None).expect("an audit");
    let told: Vec<_> =
        audit.links.iter().map(|link| (link.url.as_str(), link.occurrences.len(), link.state, link.anchor)).collect();
    assert_eq!(
        told,
        [
            (hrefs[0], 2, State::Ok, None),
            (hrefs[1], 1, State::Ok, None),
            (hrefs[3], 1, State::Suspect, Some(Anchor::Missing)),
        ]
    );
    assert!(audit.links.iter().all(|link| link.canonical == "https://a.example/p"));
    assert_eq!(audit.links[2].last_ok, Some(day(1)), "the page itself was seen");
    assert_eq!(audit.links[2].failing_since, None);
    ledger.finish_run(&run, day(1), &Outcome::default()).expect("finished");
    let next = begin(&mut ledger, day(2), &hrefs);
    assert_eq!(due(&ledger, &next, day(2)).len(), 1, "a missing place is a finding, however healthy the page");
}

#[test]
fn a_verdict_reached_by_a_fragment_does_not_spoil_the_page() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), &["https://a.example/p", "https://a.example/p#x"]);
    let (row, url) = due(&ledger, &run, day(1)).remove(0);
    ledger.record(run.id, &Record::new(row, observation(&url, day(1), Reason::AnchorMissing))).expect("stored");
    let states: Vec<_> = ledger.audit(None).expect("an audit").links.iter().map(|link| link.reason).collect();
    assert_eq!(states, [Reason::OkPlain, Reason::AnchorMissing]);
}

#[test]
fn a_place_that_was_not_looked_for_is_not_called_found() {
    let place = Place::new();
    let mut ledger = place.open();
    // One place over and over, then more places than are looked for.
    let mut hrefs = vec!["https://a.example/p#first".to_owned(); 250];
    hrefs.extend((0..250).map(|n| format!("https://a.example/p#s{n}")));
    let hrefs: Vec<&str> = hrefs.iter().map(String::as_str).collect();
    let run = begin(&mut ledger, day(1), &hrefs);
    let (row, url) = due(&ledger, &run, day(1)).remove(0);
    let asked = ledger.mentions(&run, row).expect("mentions").fragments;
    assert_eq!((asked.len(), asked[0].as_str(), asked[199].as_str()), (200, "first", "s198"));
    let found = |fragment: String| {
        (fragment, Assessment { anchor: Some(Anchor::Found), ..Assessment::new(Reason::OkPlain, "fine") })
    };
    let seen = observation(&url, day(1), Reason::OkPlain);
    let packed = Packed::new(seen, asked.into_iter().map(found).collect());
    ledger.record(run.id, &Record::new(row, packed)).expect("stored");
    let audit = ledger.audit(None).expect("an audit");
    let anchor = |fragment: &str| {
        let of = |link: &&LinkRecord| link.url.ends_with(&format!("#{fragment}"));
        audit.links.iter().find(of).and_then(|link| link.anchor)
    };
    assert_eq!((anchor("first"), anchor("s198")), (Some(Anchor::Found), Some(Anchor::Found)));
    assert_eq!(anchor("s199"), Some(Anchor::Unverifiable));
}

#[test]
fn an_observation_reads_back_whole() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), &["https://a.example/old"]);
    let (row, url) = due(&ledger, &run, day(1)).remove(0);
    let mut seen = observation(&url, day(1), Reason::MovedPermanent);
    seen.assessment = seen
        .assessment
        .with_suggestion(SuggestionKind::Redirect, "https://a.example/new")
        .with_confidence(Confidence::Low);
    seen.assessment.notes = vec![Note::Slow];
    seen.assessment.also = vec![Reason::MovedHost];
    seen.assessment.marker = Some("row-7".to_owned());
    seen.final_url = Some("https://a.example/new".to_owned());
    seen.validators = Some(Validators { etag: Some("\"1\"".to_owned()), last_modified: None });
    seen.metadata = Some(Metadata::default());
    let hop = |url: &str, status| Hop {
        url: url.to_owned(),
        status: Some(status),
        location: None,
        via: None,
        remote: None,
        elapsed_ms: 3,
    };
    let hops = vec![hop("https://a.example/old", 301), hop("https://a.example/new", 200)];
    seen.attempts = vec![Attempt { hops, failure: None, elapsed_ms: 6 }];
    ledger.record(run.id, &Record::new(row, seen.clone())).expect("stored");
    ledger.finish_run(&run, day(1), &Outcome::default()).expect("finished");

    let record = ledger.audit(None).expect("an audit").links.remove(0);
    let Assessment { also, notes, suggestions, .. } = seen.assessment.clone();
    assert_eq!((record.also, record.notes, record.suggestions), (also, notes, suggestions));
    assert_eq!(
        (record.confidence, record.http_status, record.final_url),
        (Confidence::Low, Some(200), seen.final_url.clone())
    );
    assert_eq!(record.attempts, seen.attempts);

    let chapter = ledger.story("https://a.example/old").expect("read").expect("a story").chapters.remove(0);
    assert_eq!((chapter.assessment, chapter.attempts), (seen.assessment.clone(), seen.attempts.clone()));

    let listed: Vec<_> = ledger.listed(None).expect("a list").collect();
    assert_eq!((listed[0].redirects, listed[0].state), (1, Some(State::Moved)));
    assert_eq!(listed[0].metadata_at, Some(day(1)));

    let next = begin(&mut ledger, day(30), &["https://a.example/old"]);
    let history = ledger.history(next.id, row).expect("history");
    let good = history.good.expect("a good visit");
    assert_eq!((good.fingerprint, good.metadata), (seen.fingerprint, seen.metadata));
    assert_eq!((good.validators, good.final_url), (seen.validators.expect("set"), seen.final_url));
}

#[test]
fn the_compilation_keeps_what_the_last_good_visit_saw() {
    let place = Place::new();
    let mut ledger = place.open();
    let a = "https://a.example/";
    play(&mut ledger, day(1), &[(a, Reason::OkPlain)]);
    play(&mut ledger, day(20), &[(a, Reason::Http404)]);
    let listed: Vec<_> = ledger.listed(None).expect("a list").collect();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].state, listed[0].last_ok), (Some(State::Dead), Some(day(1))));
    assert_eq!(
        (listed[0].metadata_at, listed[0].page_title.as_deref()),
        (Some(day(1)), Some("Title of https://a.example/"))
    );
    assert_eq!(listed[0].first_seen, Some(day(1)));
}

#[test]
fn what_the_list_says_comes_back() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin_run(&start(day(1), 3)).expect("a run");
    let section: Arc<[String]> = ["Top".to_owned(), "Sub".to_owned()].into();
    let mut writer = ledger.list(&run, day(1)).expect("a listing");
    writer.seed("a.csv").expect("a seed");
    let full = Link {
        title: Some("T\0itle".to_owned()),
        annotation: Some("note".to_owned()),
        section: section.clone(),
        parent_title: Some("parent".to_owned()),
        position: Position { line: 3, column: 9, span: 10..20 },
        fields: vec![("Year".to_owned(), "2020".to_owned())],
        ..link("https://a.example/")
    };
    writer.link(&full).expect("a link");
    writer.notice(&Notice::at("a.csv", 4, "not a URL")).expect("kept");
    writer.end_seed("csv", Some("A list")).expect("an end");
    writer.finish().expect("whole");
    ledger.finish_run(&run, day(1), &Outcome::default()).expect("finished");

    let listed: Vec<_> = ledger.listed(None).expect("a list").collect();
    assert_eq!(listed[0].title.as_deref(), Some("T\0itle"));
    assert_eq!((listed[0].section.as_slice(), &listed[0].fields), (&section[..], &full.fields));
    assert_eq!(
        (listed[0].seed.as_str(), listed[0].line, listed[0].parent_title.as_deref()),
        ("a.csv", 3, Some("parent"))
    );
    assert_eq!(listed[0].state, None);
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!(audit.notices, [Notice::at("a.csv", 4, "not a URL")]);
    assert_eq!((audit.run.seeds[0].format.as_str(), audit.run.seeds[0].links), ("csv", 1));
    assert_eq!((audit.links[0].occurrences[0].line, audit.links[0].occurrences[0].column), (3, 9));
}

#[test]
fn two_resources_under_one_spelling_stay_two() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin_run(&start(day(1), 3)).expect("a run");
    let mut writer = ledger.list(&run, day(1)).expect("a listing");
    for host in ["a", "b"] {
        writer.seed(host).expect("a seed");
        let url = Url::parse(&format!("https://{host}.example/page")).expect("an address");
        writer
            .link(&Link { href: "/page".to_owned(), target: Target::Valid(url), ..link("https://x.example/") })
            .expect("a link");
    }
    writer.finish().expect("whole");
    assert_eq!(ledger.audit(None).expect("an audit").links.len(), 2);
}
