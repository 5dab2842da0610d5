//! Every row of every table recognises its sample, and none fires on ordinary pages.

use super::web::{article, chain, page, prose, url};
use crate::classify::facts::{Facts, View};
use crate::classify::signs::Table;
use crate::classify::{lexicon, lookup, tables, text};
use crate::model::Reason;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Reads `STATUS {name: value}... body`; `{url: ...}` is the address that answers.
fn with_sample<R>(sample: &str, check: impl FnOnce(&View<'_>) -> R) -> R {
    let (status, mut rest) = sample.split_once(' ').expect("a status and a body");
    let mut lines = Vec::new();
    while let Some((line, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        match line.split_once(": ").filter(|(name, _)| !name.contains('"')) {
            Some((name, value)) => lines.push((name, value)),
            // A body that begins with a brace.
            None => break,
        }
        rest = after.trim_start();
    }
    let at = lines
        .iter()
        .position(|(name, _)| *name == "url")
        .map(|at| lines.remove(at).1)
        .unwrap_or("http://example.org/a");
    let attempts = [chain(&[(at, status.parse().expect("a status"))], &lines, rest)];
    let is_html =
        attempts[0].answer().and_then(|answer| answer.headers.media_type()).is_some_and(|kind| kind == "text/html");
    let page = page(rest);
    let listed = url(at);
    let facts = Facts::new(&listed, &attempts, is_html.then_some(&page));
    check(&View::new(&facts).expect("an attempt"))
}

fn every_row_recognises_its_sample(name: &str, table: &Table) {
    assert!(!table.rows().is_empty(), "{name} is empty");
    for row in table.rows() {
        let found =
            with_sample(&row.sample, |view| table.find_where(view.seen(), |other| other.id == row.id).is_some());
        assert!(found, "{name}: row `{}` does not recognise its sample", row.id);
        assert!(!row.is_bare(), "{name}: row `{}` has no sign of its own", row.id);
        assert!(row.date.starts_with("20"), "{name}: row `{}` has no date", row.id);
    }
    let mut ids: Vec<&str> = table.rows().iter().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), table.rows().len(), "{name}: ids are unique");
}

#[test]
fn every_sign_recognises_its_sample() {
    every_row_recognises_its_sample("walls", &tables::WALLS);
    every_row_recognises_its_sample("tombstones", &tables::TOMBSTONES);
    every_row_recognises_its_sample("pages", &tables::PAGES);
    every_row_recognises_its_sample("notes", &tables::NOTES);
}

#[test]
fn every_verdict_of_a_table_is_a_reason() {
    for table in [&tables::WALLS, &tables::TOMBSTONES, &tables::PAGES] {
        for row in table.rows() {
            assert!(Reason::parse(&row.verdict).is_some(), "row `{}`: `{}` is no reason", row.id, row.verdict);
        }
    }
}

#[test]
fn ordinary_pages_bear_no_sign() {
    let listing = "<title>Index of /data</title><h1>Index of /data</h1><pre><a href='a.csv'>a.csv</a> <a href='b.csv'>b.csv</a></pre>";
    let long = article("What a parked domain looks like when this domain is for sale", 500);
    let contact = format!(
        "<title>Contact</title><main><h1>Write to us</h1><p>{}</p><form><textarea></textarea><div class='g-recaptcha'></div></form></main>",
        prose(40)
    );
    let shop = article("The domain of the bees is for sale at the museum shop", 10);
    for html in [article("Reading the sky", 200), article("Short", 25), listing.to_owned(), long, contact, shop] {
        with_sample(&format!("200 {html}"), |view| {
            for table in [&tables::WALLS, &tables::TOMBSTONES, &tables::PAGES] {
                let row = table.find(view.seen());
                assert_eq!(row.map(|row| row.id.as_str()), None, "{html}");
            }
        });
    }
}

#[test]
fn a_vendor_alone_is_no_wall() {
    let html = article("Tide tables", 150);
    let vendors = [
        "{server: cloudflare} {cf-ray: 8a} {set-cookie: __cf_bm=x}",
        "{server: AkamaiGHost} {set-cookie: _abck=x; bm_sz=y}",
        "{x-iinfo: 1-2} {set-cookie: visid_incap_1=x}",
        "{x-datadome: protected} {set-cookie: datadome=x}",
        "{server: Vercel} {x-vercel-id: fra1}",
        "{x-sucuri-id: 1} {x-amzn-requestid: 2}",
    ];
    for vendor in vendors {
        with_sample(&format!("200 {vendor} {html}"), |view| assert!(tables::wall(view).is_none(), "{vendor}"));
    }
}

#[test]
fn every_heading_and_phrase_recognises_its_sample() {
    assert!((51..=128).contains(&lexicon::ROWS.len()), "{} rows are read", lexicon::ROWS.len());
    for row in lexicon::ROWS.iter() {
        let found = if row.heading {
            lexicon::part(&lexicon::read(row.sample), row.purpose).is_some()
        } else {
            lexicon::text_says(&row.sample.to_lowercase(), row.purpose)
        };
        assert!(found, "`{}` is not recognised by {}", row.sample, row.pattern);
    }
}

/// Texts without any of a row's words are never held against its pattern, so each text it recognises must have one.
#[test]
fn no_text_is_recognised_without_one_of_the_words_of_its_row() {
    for row in lexicon::ROWS.iter() {
        for word in row.words() {
            assert_eq!(text::fold(word, 100), word.trim(), "is looked for in folded texts");
        }
    }
    let misses = |row: &&lexicon::Row| {
        let words: Vec<&str> = row.words().collect();
        !always_holds(&regex_syntax::parse(row.pattern).expect("a pattern"), &words)
    };
    let missing: Vec<_> = lexicon::ROWS.iter().filter(misses).map(|row| row.pattern).collect();
    assert!(missing.is_empty(), "match without one of the words: {missing:#?}");
}

/// Whether every text that a pattern matches holds one of some words.
fn always_holds(pattern: &Hir, words: &[&str]) -> bool {
    let has = |texts: &[String]| texts.iter().all(|text| words.iter().any(|word| text.contains(word)));
    if texts_of(pattern).is_some_and(|texts| has(&texts)) {
        return true;
    }
    match pattern.kind() {
        HirKind::Capture(inner) => always_holds(&inner.sub, words),
        HirKind::Repetition(repeated) => repeated.min > 0 && always_holds(&repeated.sub, words),
        HirKind::Alternation(ways) => ways.iter().all(|way| always_holds(way, words)),
        // One part holds one, or parts that follow each other do together.
        HirKind::Concat(parts) => {
            parts.iter().any(|part| always_holds(part, words))
                || (0..parts.len()).any(|from| {
                    (from + 2..=parts.len())
                        .map_while(|to| texts_of(&Hir::concat(parts[from..to].to_vec())))
                        .any(|texts| has(&texts))
                })
        }
        _ => false,
    }
}

/// All texts that a pattern matches, when they are few.
fn texts_of(pattern: &Hir) -> Option<Vec<String>> {
    const FEW: usize = 4_000;
    let texts: Vec<String> = match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8(literal.0.to_vec()).ok()?],
        HirKind::Class(Class::Unicode(class)) => {
            let few = class.iter().map(|range| range.len()).sum::<usize>() <= 12;
            let letters = class.iter().flat_map(|range| range.start()..=range.end());
            few.then(|| letters.map(String::from).collect())?
        }
        HirKind::Class(Class::Bytes(_)) => return None,
        HirKind::Repetition(repeated) => {
            let one = texts_of(&repeated.sub)?;
            let times = (repeated.min..=repeated.max.filter(|most| *most <= 2)?).map(|count| {
                (0..count).fold(vec![String::new()], |texts, _| {
                    texts.iter().flat_map(|text| one.iter().map(move |next| format!("{text}{next}"))).collect()
                })
            });
            times.flatten().collect()
        }
        HirKind::Capture(inner) => texts_of(&inner.sub)?,
        HirKind::Alternation(ways) => {
            ways.iter().map(texts_of).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
        HirKind::Concat(parts) => parts.iter().try_fold(vec![String::new()], |texts, part| {
            let next = texts_of(part).filter(|next| next.len() * texts.len() <= FEW)?;
            Some(texts.iter().flat_map(|text| next.iter().map(move |next| format!("{text}{next}"))).collect())
        })?,
    };
    (texts.len() <= FEW).then_some(texts)
}

#[test]
fn every_site_with_a_second_opinion_is_read() {
    let rows = include_str!("../tables/sites.tsv").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(lookup::SITES.len(), rows);
    assert!(lookup::SITES.iter().all(|site| site.pattern().is_some()), "every pattern can be compiled");
}

#[test]
fn headings_that_only_mention_the_words_say_nothing() {
    for heading in [
        "How to design a 404 page",
        "Lost and not found: a history of shipwrecks",
        "Peugeot 404",
        "Artikel",
        "La page",
        "Document",
        "This product is available",
        "Why pages are deleted",
        "Seite 404 im Manuskript",
        "La página en blanco",
        "Login systems compared",
        "Page not found: an essay on libraries",
        "The error that found Neptune",
        "Strona domowa",
        "ページの作り方",
    ] {
        let reading = lexicon::read(heading);
        assert_eq!(lexicon::part(&reading, lexicon::Purpose::Missing), None, "{heading}");
    }
}
