//! Plain lists: one resource a line, with what is said about it.

use super::bare;
use super::ignore;
use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;

/// Addresses of one line that share what it says.
const MAX_SHARED: usize = 20;

/// Reads the lines of a list.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let nowhere = std::sync::Arc::from(Vec::new());
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        read_line(ignore::without_comment(line), offset, resolver, sink, &nowhere);
        offset += line.len();
    }
}

fn read_line(line: &str, offset: usize, resolver: &Resolver, sink: &mut Sink<'_>, nowhere: &std::sync::Arc<[String]>) {
    let content = line.trim_start().trim_start_matches('\u{FEFF}');
    if ["#", "//", ";"].iter().any(|sign| content.starts_with(sign)) {
        return;
    }
    let found = addresses(line);
    let Some(first) = found.first().cloned() else { return };
    let before = words::without_open_brackets(&line[..first.start]);
    let before = before.trim_start_matches('\u{FEFF}');
    let before = &before[words::typed_bullet(before)..];
    // What stands around so many says nothing of any of them, and would be told once for each.
    let (before, after) = if found.len() > MAX_SHARED { ("", "") } else { (before, after_address(&line[first.end..])) };
    let title = words::some_text(words::without_final_separators(words::without_open_brackets(before)))
        .filter(|title| !words::is_blank(title));
    let annotation = words::some_text(words::without_leading_separators(after)).filter(|text| !words::is_blank(text));
    for address in found {
        let href = &line[address.clone()];
        let resolved = bare::with_scheme(href);
        let Verdict::Listed(target) = resolver.resolve(resolved.as_deref().unwrap_or(href)) else { continue };
        let span = offset + address.start..offset + address.end;
        sink.link(Found {
            href,
            target,
            title: title.clone(),
            annotation: annotation.clone(),
            section: nowhere.clone(),
            parent: None,
            at: span.start,
            span,
            fields: Vec::new(),
        });
    }
}

/// What follows an address, without the signs that close around it or begin a note.
fn after_address(text: &str) -> &str {
    let text = text.trim_start_matches([
        '>', ')', '"', '\'', ']', '”', '»', '）', '】', '》', '」', '』', '…', '.', ',', ';', ':', '!', '?',
    ]);
    let trimmed = text.trim_start();
    trimmed.strip_prefix('#').unwrap_or(trimmed)
}

/// The addresses of a line; a line that is nothing but a host and path is one.
fn addresses(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(range) = bare::find(line, at, bare::PLAIN) {
        at = range.end;
        found.push(range);
    }
    if found.is_empty() {
        let word = line.trim_start().trim_start_matches('\u{FEFF}').split_whitespace().next().unwrap_or("");
        let host = word.split(['/', '?', '#']).next().unwrap_or("");
        if words::is_host(host) && (host.len() < word.len() || line.trim().len() == word.len()) {
            let start = line.find(word).unwrap_or(0);
            found.push(start..start + word.len());
        }
    }
    found
}
