//! Hand-built facts for the tests of this room.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use regex::Regex;
use url::Url;

use crate::classify::{Facts, assess};
use crate::model::exchange::{Answer, Headers};
use crate::model::{Assessment, Ending, Exchange, Failure, Hop, PageFacts};

pub fn url(text: &str) -> Url {
    Url::parse(text).expect("a valid address")
}

pub fn hop(url: &str, status: u16) -> Hop {
    Hop { url: url.to_owned(), status: Some(status), location: None, via: None, remote: None, elapsed_ms: 20 }
}

pub fn headers(lines: &[(&str, &str)]) -> Headers {
    lines.iter().copied().collect()
}

pub fn answer(status: u16, lines: &[(&str, &str)], body: &str) -> Answer {
    let mut headers = headers(lines);
    if !headers.contains("content-type") {
        headers.push("content-type", b"text/html; charset=utf-8");
    }
    Answer { status, headers, body: body.as_bytes().to_vec().into(), truncated: false, body_fault: None }
}

/// A chain over these addresses, each with its status, that ends in an answer.
pub fn chain(hops: &[(&str, u16)], lines: &[(&str, &str)], body: &str) -> Exchange {
    let (_, status) = *hops.last().expect("a hop");
    Exchange {
        hops: hops.iter().map(|(url, status)| hop(url, *status)).collect(),
        ending: Ending::Answer(answer(status, lines, body)),
        elapsed: Duration::from_millis(50),
    }
}

pub fn failed(hops: &[(&str, u16)], failure: Failure) -> Exchange {
    let hops =
        hops.iter().map(|(url, status)| Hop { status: (*status != 0).then_some(*status), ..hop(url, 0) }).collect();
    Exchange { hops, ending: Ending::Failure(failure), elapsed: Duration::from_millis(50) }
}

/// A pattern, compiled once.
fn pattern(text: &str) -> Regex {
    static KNOWN: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().expect("no test panics here");
    known.entry(text.to_owned()).or_insert_with(|| Regex::new(text).expect("a pattern")).clone()
}

/// What the streaming pass would find, roughly: enough for these tests.
pub fn page(html: &str) -> PageFacts {
    let capture =
        |text: &str| pattern(text).captures(html).map(|found| plain(found.get(1).map_or("", |text| text.as_str())));
    let cut = |text: &str, what: &str| pattern(what).replace_all(text, " ").into_owned();
    let body = cut(
        html,
        r"(?is)<(head|script|style|noscript|template|title)\b.*?</(head|script|style|noscript|template|title)>",
    );
    let all = plain(&body);
    let main = plain(&cut(&body, r"(?is)<(nav|header|footer|aside)\b.*?</(nav|header|footer|aside)>"));
    let count = |what: &str| pattern(what).find_iter(html).count();
    let linked: String =
        pattern(r"(?is)<a\b[^>]*>(.*?)</a>").captures_iter(html).map(|found| plain(&found[1]) + " ").collect();
    PageFacts {
        title: capture(r"(?is)<title>(.*?)</title>"),
        h1: capture(r"(?is)<h1[^>]*>(.*?)</h1>"),
        headings: pattern(r"(?is)<h2[^>]*>(.*?)</h2>").captures_iter(html).map(|found| plain(&found[1])).collect(),
        lang: capture(r#"(?is)<html[^>]* lang=["'](.*?)["']"#),
        canonical: capture(r#"(?is)<link rel=["']canonical["'] href=["'](.*?)["']"#),
        noindex: html.contains("noindex"),
        refresh: capture(r#"(?is)http-equiv=["']refresh["'] content=["'](.*?)["']"#).and_then(|value| {
            let (delay, target) = value.split_once(';').unwrap_or((&value, ""));
            let target = target.trim().trim_start_matches("url=").to_owned();
            Some((delay.trim().parse().ok()?, (!target.is_empty()).then_some(target)))
        }),
        prerender_status: capture(r#"name=["']prerender-status-code["'] content=["'](.*?)["']"#)
            .and_then(|code| code.parse().ok()),
        script_redirect: capture(
            r#"(?is)<script>\s*(?:window\.)?location(?:\.href)?\s*=\s*["'](.*?)["'];?\s*</script>"#,
        ),
        words: main.split_whitespace().count(),
        all_words: all.split_whitespace().count(),
        linked_words: linked.split_whitespace().count(),
        links: count(r"<a\b[^>]*href"),
        main_links: pattern(r#"<a\b[^>]*href=["'](.*?)["']"#)
            .captures_iter(html)
            .map(|found| found[1].to_owned())
            .collect(),
        scripts: count(r"<script\b"),
        media: count(r"<(img|video|iframe|object|embed|svg|canvas)\b"),
        app_shell: count(r#"id=["'](root|app|__next)["']>\s*</"#) > 0,
        password_fields: count(r#"type=["']password"#),
        text: main,
        ..PageFacts::default()
    }
}

fn plain(html: &str) -> String {
    let text = pattern(r"(?s)<[^>]*>").replace_all(html, " ").into_owned();
    let text = text
        .replace("&#39;", "'")
        .replace("&#32;", " ")
        .replace("&#35;", "#")
        .replace("&#46;", ".")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The verdict on an address that answers at once with a page.
pub fn judge(listed: &str, status: u16, html: &str) -> Assessment {
    judge_chain(listed, &[(listed, status)], html)
}

/// The verdict on an address whose chain ends in a page.
pub fn judge_chain(listed: &str, hops: &[(&str, u16)], html: &str) -> Assessment {
    let attempts = [chain(hops, &[], html)];
    let page = page(html);
    assess(&Facts::new(&url(listed), &attempts, Some(&page)))
}

/// Some running text of that many words.
pub fn prose(words: usize) -> String {
    let stock = "the harbour keeps its own calendar and every boat that leaves before dawn writes a line into the book";
    stock.split(' ').cycle().take(words).collect::<Vec<_>>().join(" ")
}

pub fn article(title: &str, words: usize) -> String {
    format!(
        "<html lang=\"en\"><head><title>{title} | Harbour Review</title></head><body><nav><a href=\"/\">Home</a></nav><main><h1>{title}</h1><p>{}</p></main></body></html>",
        prose(words)
    )
}
