//! An audit with one link of every kind a report must show, hostile texts among them.

use std::time::Duration;

use jiff::Timestamp;

use crate::compile::{Change, Compilation, Renewal, Since, compile};
use crate::model::anchor::Anchor;
use crate::model::assessment::Note;
use crate::model::audit::{
    Audit, LinkRecord, OccurrenceRecord, Partial, RemovedLink, RequestCounts, RunSummary, SeedSummary, StrikeCount,
};
use crate::model::exchange::{DnsFailure, Failure, Hop, Via};
use crate::model::hygiene::{Flaw, FlawKind, Place};
use crate::model::metadata::{Field, Name};
use crate::model::observation::Attempt;
use crate::model::plan::{HostPlan, Plan};
use crate::model::reason::StrikeClass;
use crate::model::{
    Confidence, Delisted, Delta, ListedResource, Memento, Metadata, Notice, Reason, State, Suggestion, SuggestionKind,
    TitleMatch,
};

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A finding as a second run tells it.
pub fn link(url: &str, title: &str, line: usize, reason: Reason, evidence: &str) -> LinkRecord {
    LinkRecord {
        url: url.to_owned(),
        canonical: url.to_owned(),
        state: reason.state(),
        reason,
        also: Vec::new(),
        confidence: reason.confidence(),
        notes: Vec::new(),
        evidence: evidence.to_owned(),
        http_status: None,
        final_url: None,
        title: None,
        anchor: None,
        suggestions: Vec::new(),
        occurrences: vec![OccurrenceRecord {
            seed: "seeds/cities.md".into(),
            line,
            column: 3,
            section: ["Getting started".to_owned(), "Tools & guides".to_owned()].into(),
            title: Some(title.to_owned()),
        }],
        delta: Some(Delta::Still),
        previous: Some((reason.state(), reason)),
        checked: Some(at("2026-11-23T04:17:30Z")),
        last_ok: None,
        failing_since: None,
        strikes: None,
        attempts: Vec::new(),
    }
}

pub fn hop(url: &str, status: Option<u16>) -> Hop {
    Hop { url: url.to_owned(), status, location: None, via: None, remote: None, elapsed_ms: 120 }
}

/// A flaw of each sort: of one address, of several, of the source.
fn hygiene() -> Vec<Flaw> {
    let place =
        |line, text: Option<&str>| Place { seed: "seeds/cities.md".into(), line, text: text.map(str::to_owned) };
    let flaw = |kind, subject: &str, instead: Option<&str>, places| Flaw {
        kind,
        subject: subject.to_owned(),
        instead: instead.map(str::to_owned),
        places,
    };
    vec![
        flaw(
            FlawKind::SameResource,
            "http://twice.example/a/",
            Some("https://twice.example/a"),
            vec![place(31, Some("http://twice.example/a/")), place(33, Some("https://twice.example/a"))],
        ),
        flaw(
            FlawKind::Tracking,
            "https://mail.example/a?utm_source=x",
            Some("https://mail.example/a"),
            vec![place(35, None)],
        ),
        flaw(FlawKind::NoAddress, "[Lost|]() <b>", None, vec![place(37, None)]),
    ]
}

/// An archived copy of what is gone.
fn copy() -> Suggestion {
    Suggestion::from(Memento {
        url: "https://archive.example/web/20240820101500/https://cities.example/principles.pdf".to_owned(),
        captured: at("2024-08-20T10:15:00Z"),
        title: TitleMatch::Yes,
    })
}

/// A second run over one list.
pub fn audit() -> Audit {
    let gone = LinkRecord {
        http_status: Some(404),
        last_ok: Some(at("2026-11-16T04:17:30Z")),
        failing_since: Some(at("2026-11-23T04:17:30Z")),
        delta: Some(Delta::New),
        previous: Some((State::Ok, Reason::OkPlain)),
        suggestions: vec![copy()],
        attempts: vec![Attempt {
            hops: vec![hop("https://cities.example/principles.pdf", Some(404))],
            failure: None,
            elapsed_ms: 140,
        }],
        ..link(
            "https://cities.example/principles.pdf",
            "Principles of human rights cities",
            12,
            Reason::Http404,
            "GET answered 404 twice, 5 s apart",
        )
    };
    let no_name = LinkRecord {
        strikes: None,
        attempts: vec![Attempt {
            hops: vec![hop("http://old-toolkit.example/", None)],
            failure: Some(Failure::Dns(DnsFailure::NoSuchName)),
            elapsed_ms: 9,
        }],
        last_ok: Some(at("2026-10-01T04:17:30Z")),
        failing_since: Some(at("2026-10-08T04:17:30Z")),
        ..link("http://old-toolkit.example/", "Toolkit", 14, Reason::DnsNxdomain, "no such name, asked twice")
    };
    let hostile = LinkRecord {
        title: Some("=cmd|' /C calc'!A0 \u{1b}]0;x\u{7}".to_owned()),
        delta: Some(Delta::New),
        previous: None,
        http_status: Some(200),
        ..link(
            "https://parked.example/<script>?a=(1)|2",
            "[click](javascript:alert(1)) | <img src=x> \u{202e}evil",
            20,
            Reason::ParkedDomain,
            "title \"this domain is for sale | buy\"",
        )
    };
    let mut moved = LinkRecord {
        http_status: Some(200),
        final_url: Some("https://new.example/guide".to_owned()),
        suggestions: vec![Suggestion::new(SuggestionKind::Redirect, "https://new.example/guide")],
        notes: vec![Note::LongChain],
        attempts: vec![Attempt {
            hops: vec![
                Hop {
                    location: Some("https://new.example/guide".to_owned()),
                    via: Some(Via::Location),
                    ..hop("http://www.example.org/guide", Some(301))
                },
                hop("https://new.example/guide", Some(200)),
            ],
            failure: None,
            elapsed_ms: 300,
        }],
        ..link("http://www.example.org/guide", "Guide", 21, Reason::MovedPermanent, "301 to another address, then 200")
    };
    let again = OccurrenceRecord { line: 40, section: [].into(), title: None, ..moved.occurrences[0].clone() };
    moved.occurrences.push(again);
    let wall = LinkRecord {
        http_status: Some(403),
        ..link("https://news.example/story", "Story", 22, Reason::BotWallCloudflare, "403 with cf-mitigated: challenge")
    };
    let slow = LinkRecord {
        strikes: Some(StrikeCount { class: StrikeClass::S3, count: 2, need: 3 }),
        failing_since: Some(at("2026-11-16T04:17:30Z")),
        delta: Some(Delta::Changed),
        previous: Some((State::Unsure, Reason::Http5xx)),
        ..link("https://slow.example/", "Slow site", 23, Reason::TimeoutRead, "no answer within 20 s, three times")
    };
    let refused =
        link("https://private.example/page", "Page", 24, Reason::RobotsDisallowed, "robots.txt line 3: Disallow: /");
    let fine = LinkRecord {
        http_status: Some(200),
        title: Some("Alliance".to_owned()),
        anchor: Some(Anchor::Found),
        confidence: Confidence::Certain,
        last_ok: Some(at("2026-11-23T04:17:30Z")),
        ..link("https://alliance.example/#about", "Alliance", 25, Reason::OkVerified, "title agrees with the list")
    };
    let back = LinkRecord {
        delta: Some(Delta::Recovered),
        previous: Some((State::Dead, Reason::Http404)),
        last_ok: Some(at("2026-11-23T04:17:30Z")),
        ..link("https://back.example/", "Back again", 26, Reason::OkPlain, "200 with 300 words")
    };
    Audit {
        run: RunSummary {
            number: 2,
            started: at("2026-11-23T04:17:00Z"),
            finished: Some(at("2026-11-23T04:18:00Z")),
            previous: Some(at("2026-11-16T04:17:00Z")),
            version: "0.1.0".to_owned(),
            settings: Some(0x1a2b_3c4d_5e6f_7a8b_9cad_be0f_1021_3243),
            seeds: vec![SeedSummary {
                name: "seeds/cities.md".to_owned(),
                title: None,
                format: "markdown".to_owned(),
                links: 10,
            }],
            partial: None,
            trouble: None,
            incidents: Vec::new(),
            requests: RequestCounts { links: 12, robots: 8, retries: 4, probes: 0, lookups: 0, seeds: 0, archive: 2 },
        },
        links: vec![gone, no_name, hostile, moved, wall, slow, refused, fine, back],
        removed: vec![RemovedLink { url: "https://dropped.example/".to_owned(), state: Some(State::Dead) }],
        hygiene: hygiene(),
        notices: vec![Notice::at("seeds/cities.md", 41, "`htp:/x` is no address; listed as invalid")],
    }
}

/// A first run that was stopped.
pub fn partial() -> Audit {
    let mut audit = audit();
    audit.run =
        RunSummary { number: 1, previous: None, finished: None, partial: Some(Partial::Interrupted), ..audit.run };
    audit.removed.clear();
    audit.notices.clear();
    for link in &mut audit.links {
        (link.delta, link.previous) = (None, None);
    }
    audit.links.truncate(2);
    let missed = link("https://later.example/", "Later", 30, Reason::NotReached, "");
    audit.links.push(LinkRecord { delta: None, previous: None, checked: None, ..missed });
    audit
}

fn found(value: &str, source: &str) -> Option<Field<String>> {
    Some(Field::new(value.to_owned(), source))
}

/// A compilation of one list in which every kind of entry stands.
pub fn compilation() -> Compilation {
    let row = |section: &[&str], line: usize, title: &str, url: &str, reason: Reason| ListedResource {
        seed: "seeds/cities.md".to_owned(),
        line,
        url: url.to_owned(),
        canonical: url.to_owned(),
        title: Some(title.to_owned()),
        section: section.iter().map(|&heading| heading.to_owned()).collect(),
        state: Some(reason.state()),
        reason: Some(reason),
        confidence: Some(reason.confidence()),
        checked: Some(at("2026-11-23T04:17:30Z")),
        first_seen: Some(at("2026-10-01T04:17:00Z")),
        last_ok: Some(at("2026-11-16T04:17:30Z")),
        ..ListedResource::default()
    };
    let article = ListedResource {
        annotation: Some("How eleven cities began, with *their* ordinances [1] and <b>budgets</b>.".to_owned()),
        http_status: Some(200),
        metadata: Some(Metadata {
            title: found("Human rights in the city", "citation_title"),
            authors: Some(Field::new(
                vec![
                    Name::Person { family: "Okafor".to_owned(), given: "Ada".to_owned() },
                    Name::Literal { literal: "City Research Group".to_owned() },
                ],
                "citation_author",
            )),
            container: found("Journal of Local Rights", "citation_journal_title"),
            volume: found("12", "citation_volume"),
            issue: found("3", "citation_issue"),
            pages: found("101-120", "citation_firstpage"),
            published: found("2021-05", "citation_publication_date"),
            language: found("en", "html-lang"),
            kind: found("article-journal", "citation_journal_title"),
            licence: found("CC BY 4.0", "rel-license"),
            doi: found("10.5555/local.2021.3", "citation_doi"),
            keywords: Some(Field::new(
                vec!["cities".to_owned(), "human rights, local".to_owned()],
                "citation_keywords",
            )),
            ..Metadata::default()
        }),
        metadata_at: Some(at("2026-11-23T04:17:30Z")),
        fields: vec![("Audience".to_owned(), "organisers".to_owned())],
        ..row(
            &["Start here"],
            12,
            "Starting a human rights city",
            "https://journal.example/12/3/101",
            Reason::OkVerified,
        )
    };
    let gone = ListedResource {
        http_status: Some(404),
        strikes: 0,
        suggestions: vec![copy()],
        metadata: Some(Metadata {
            kind: found("report", "pdf"),
            page_count: Some(Field::new(12, "pdf")),
            ..Metadata::default()
        }),
        metadata_at: Some(at("2026-11-16T04:17:30Z")),
        ..row(
            &["Start here"],
            14,
            "Principles {draft} | 50% & more",
            "https://cities.example/principles.pdf",
            Reason::Http404,
        )
    };
    let untitled = ListedResource {
        title: None,
        page_title: Some("=HYPERLINK(\"https://evil.test\") \u{1b}[31m".to_owned()),
        metadata: Some(Metadata {
            description: found("A toolkit for organisers. Read it aloud!", "og:description"),
            site_name: found("Toolkits", "og:site_name"),
            language: found("fr", "html-lang"),
            ..Metadata::default()
        }),
        ..row(&["Start here", "Tools"], 20, "", "https://toolkit.example/", Reason::OkPlain)
    };
    let moved = ListedResource {
        final_url: Some("https://new.example/guide".to_owned()),
        redirects: 1,
        suggestions: vec![Suggestion::new(SuggestionKind::Redirect, "https://new.example/guide")],
        ..row(&["Start here", "Tools"], 21, "Guide", "http://www.example.org/guide", Reason::MovedPermanent)
    };
    let again = ListedResource {
        annotation: Some("Mentioned once more.".to_owned()),
        ..row(&["Elsewhere"], 40, "The guide", "https://new.example/guide", Reason::OkPlain)
    };
    let wall = row(&["Elsewhere"], 41, "Story", "https://news.example/story", Reason::BotWallCloudflare);
    compile("Human rights cities: resources", [article, gone, untitled, moved, again, wall])
}

/// The compilation of a later run: something of every kind has happened.
pub fn later_compilation() -> Compilation {
    let mut later = compilation();
    let changes = [
        vec![Change::Edition(Renewal::Published(Some("2019".to_owned()), "2021-05".to_owned()))],
        vec![Change::Gone],
        vec![Change::New],
        vec![
            Change::Moved("https://new.example/guide".to_owned()),
            Change::Retitled { before: "=Old | <b>guide</b>".to_owned(), now: "New guide".to_owned() },
        ],
        vec![Change::Back],
    ];
    let entries = later.sections.iter_mut().flat_map(|section| &mut section.entries);
    for (entry, changes) in entries.zip(changes) {
        entry.changes = changes;
    }
    let delisted = vec![Delisted {
        seed: "seeds/cities.md".to_owned(),
        url: "https://dropped.example/list?a=1|2".to_owned(),
        canonical: "https://dropped.example/list?a=1|2".to_owned(),
        title: Some("Dropped".to_owned()),
        section: vec!["Elsewhere".to_owned()],
        state: Some(State::Dead),
        final_url: None,
    }];
    later.compared(Since { at: at("2026-11-16T04:17:00Z"), delisted })
}

/// A plan with one slow host.
pub fn plan() -> Plan {
    let host = |host: &str, requests, spacing: u64, because: Option<&str>| HostPlan {
        host: host.to_owned(),
        requests,
        overhead: 1,
        spacing: Duration::from_secs(spacing),
        lasts: Duration::from_secs(spacing * requests as u64),
        because: because.map(str::to_owned),
    };
    Plan {
        seeds: 1,
        mentions: 60,
        links: 52,
        fresh: 3,
        files: 2,
        left_out: 1,
        held: 4,
        concurrency: 128,
        hosts: vec![
            host("wiki.example.org", 12, 1, None),
            host("a-very-long-host-name-that-goes-on-and-on.department.university.example", 2, 1, None),
            host("slow.example", 10, 30, Some("Crawl-delay: 30 in its robots.txt")),
        ],
        notices: Vec::new(),
    }
}
