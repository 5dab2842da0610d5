//! What it costs to read what a page is: `cargo bench --bench extract` reads a generated set of pages on one core, once with
//! nothing but the scanner, once with a reference tokenizer, once for the whole record, and prints pages and bytes a second.

mod pages;

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use jiff::civil::date;
use perennial::extract::{Document, scan};
use perennial::html::{Token, decode, tokens};
use url::Url;

use pages::Page;

/// Pages of the set.
const PAGES: usize = 600;

/// Times each reading goes over the set; the fastest counts.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let test = std::env::args().any(|argument| argument == "--test");
    // `cargo test --benches` only asks whether it runs.
    let (pages, rounds) = if test { (6, 1) } else { (PAGES, ROUNDS) };
    let set = pages::generate(pages);
    let bytes: usize = set.iter().map(|page| page.bytes.len()).sum();
    let mut out = std::io::stdout();
    writeln!(out, "{pages} pages, {:.1} MB, one core, the fastest of {rounds} rounds\n", megabytes(bytes))?;
    writeln!(out, "{:<34} {:>10} {:>10} {:>10}", "", "pages/s", "MB/s", "times")?;
    let alone = fastest(rounds, &set, parse);
    for (name, took) in [
        ("charset and tokens alone", alone),
        ("html5gum's tokens, for comparison", fastest(rounds, &set, reference)),
        ("facts of the page", fastest(rounds, &set, facts)),
        ("facts and metadata", fastest(rounds, &set, record)),
    ] {
        let seconds = took.as_secs_f64();
        let per_second = megabytes(bytes) / seconds;
        let ratio = seconds / alone.as_secs_f64();
        writeln!(out, "{name:<34} {:>10.0} {per_second:>10.1} {ratio:>10.2}", pages as f64 / seconds)?;
    }
    Ok(())
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn fastest(rounds: usize, set: &[Page], read: fn(&Page)) -> Duration {
    let round = || {
        let begun = Instant::now();
        set.iter().for_each(read);
        begun.elapsed()
    };
    (0..rounds).map(|_| round()).min().unwrap_or_default()
}

fn parse(page: &Page) {
    let decoded = decode(&page.bytes, Some("text/html"));
    for token in tokens(&decoded.text) {
        if let Token::Start(tag) = black_box(token) {
            black_box(tag.attrs().count());
        }
    }
}

fn reference(page: &Page) {
    let text = String::from_utf8_lossy(&page.bytes);
    for token in html5gum::Tokenizer::new(text.as_ref()) {
        let _ = black_box(token);
    }
}

fn document<'a>(url: &'a Url, page: &'a Page) -> Document<'a> {
    Document { url, content_type: Some("text/html"), headers: None, bytes: &page.bytes, fragments: &[] }
}

fn facts(page: &Page) {
    black_box(scan(&document(&page.url, page)));
}

fn record(page: &Page) {
    black_box(scan(&document(&page.url, page)).metadata(Some(date(2026, 6, 1))));
}
