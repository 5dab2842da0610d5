//! What the source of a list shows: brackets without an address, text that touches a link, links that say "here".

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::classify::excerpt;
use crate::fix;
use crate::html::{self, Token};
use crate::model::hygiene::FlawKind;
use crate::seed::Format;

/// Flaws of one list that are kept; who has more has seen the pattern.
const MAX: usize = 200;

/// Something untidy at one place of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untidy {
    /// What kind.
    pub kind: FlawKind,
    /// 1-based line.
    pub line: usize,
    /// The markup, shortened.
    pub excerpt: String,
}

/// The flaws of a source. `links` are the places of the listed addresses in it, in order; what stands in code, comments
/// and menus is nobody's link and nobody's flaw.
pub fn markup(format: Format, text: &str, links: &[Range<usize>]) -> Vec<Untidy> {
    let mut found: Vec<(usize, FlawKind, Range<usize>)> = Vec::new();
    if matches!(format, Format::Html | Format::Markdown | Format::Wikitext) {
        links.iter().for_each(|span| link(format, text, span, &mut found));
    }
    match format {
        Format::Markdown => patterns(&MARKDOWN, text, &markdown_code(text), &mut found),
        Format::Wikitext => patterns(&WIKITEXT, text, &wiki_code(text), &mut found),
        Format::Html => empty_anchors(text, &mut found),
        _ => {}
    }
    found.sort_by_key(|(at, kind, _)| (*at, *kind));
    found.dedup_by_key(|(at, kind, _)| (*at, *kind));
    let (mut line, mut counted) = (1, 0);
    let untidy = found.into_iter().take(MAX).map(|(at, kind, range)| {
        line += text.as_bytes()[counted..at].iter().filter(|&&byte| byte == b'\n').count();
        counted = at;
        Untidy { kind, line, excerpt: excerpt(text.get(range).unwrap_or_default()) }
    });
    untidy.collect()
}

/// What is wrong with one listed link.
fn link(format: Format, text: &str, span: &Range<usize>, found: &mut Vec<(usize, FlawKind, Range<usize>)>) {
    let Some(markup) = fix::link_markup(format, text, span) else { return };
    let words = text.get(markup.label.clone()).unwrap_or_default();
    if says_nothing(words) {
        found.push((markup.whole.start, FlawKind::BareTitle, markup.whole.clone()));
    }
    let behind = text.get(markup.whole.end..).unwrap_or_default();
    let mut signs = behind.chars();
    let touches = match signs.next() {
        Some('-') => signs.next().is_some_and(char::is_alphabetic),
        Some(sign) => sign.is_alphanumeric(),
        None => false,
    };
    if touches {
        let end = markup.whole.end + behind.char_indices().nth(20).map_or(behind.len(), |(at, _)| at);
        let end = markup.whole.end + text[markup.whole.end..end].find('\n').unwrap_or(end - markup.whole.end);
        found.push((markup.whole.start, FlawKind::Glued, markup.whole.start..end));
    }
}

/// Whether a link's text is one of those that could stand at any link.
fn says_nothing(label: &str) -> bool {
    let words: Vec<String> =
        label.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    let words = words.join(" ");
    NOTHING.contains(&words.as_str())
}

const NOTHING: &[&str] = &[
    "here",
    "click here",
    "click",
    "click this",
    "see here",
    "go here",
    "read here",
    "this",
    "this link",
    "this page",
    "this site",
    "this website",
    "link",
    "the link",
    "read more",
    "more",
    "learn more",
    "find out more",
    "more info",
    "hier",
    "klick hier",
    "ici",
    "cliquez ici",
    "aquí",
    "aqui",
    "clique aqui",
    "haga clic aquí",
    "qui",
    "clicca qui",
    "mehr",
    "en savoir plus",
    "leer más",
    "saiba mais",
];

/// Patterns of brackets whose address is missing or out of place. How long a hit may be is asked of the hit: a bound in a
/// pattern multiplies what it takes to compile it.
static MARKDOWN: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\[[^\[\]\n]+\]\([ \t]*(?:<[ \t]*>)?[ \t]*\)",
        r"\[[^\[\]\n]+\][ \t]+\(https?://[^)\s]+\)",
        r"\([^()\n]+\)\[https?://[^\]\s]+\]",
        r"\[[^\[\]\n]+\]\(https?:/{0,3}\)",
        // A space ends an address, and what follows is no title.
        r#"\[[^\[\]\n]*[^\\\[\]\n]\]\(https?://[^\s()<>]+[ \t]+[^\s()"'][^()\n"']*\)"#,
    ])
});
static WIKITEXT: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    compiled(&[
        r"\[[ \t]+https?://[^\]\n]+\]",
        r"\[www\.[^\[\]\n]+\]",
        r"\[https?:/{0,3}[ \t][^\[\]\n]*\]",
        r"\[[^\[\]\n|:]+[ \t]https?://[^\]\s]+[ \t]*\]",
    ])
});

/// Bytes of brackets that can be meant as a link.
const LONGEST: usize = 2_400;

fn compiled(patterns: &[&str]) -> Vec<Regex> {
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
}

fn patterns(patterns: &[Regex], text: &str, code: &[Range<usize>], found: &mut Vec<(usize, FlawKind, Range<usize>)>) {
    for pattern in patterns {
        for hit in pattern.find_iter(text).filter(|hit| hit.len() <= LONGEST).take(MAX) {
            let after = code.partition_point(|range| range.start <= hit.start());
            let in_code = after.checked_sub(1).is_some_and(|before| code[before].end > hit.start());
            // An image's brackets are no link's.
            if !in_code && !text[..hit.start()].ends_with('!') {
                found.push((hit.start(), FlawKind::NoAddress, hit.range()));
            }
        }
    }
}

/// Fenced code, code spans and comments of Markdown, in order.
fn markdown_code(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut fence: Option<(char, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let sign = content.chars().next().filter(|sign| matches!(sign, '`' | '~'));
        let length = sign.map_or(0, |sign| content.chars().take_while(|c| *c == sign).count());
        match (fence, sign) {
            (None, Some(sign)) if length >= 3 => fence = Some((sign, length, at)),
            (Some((open, least, start)), Some(sign)) if sign == open && length >= least => {
                ranges.push(start..at + line.len());
                fence = None;
            }
            (Some(_), _) => {}
            (None, _) if line.starts_with("    ") || line.starts_with('\t') => {}
            (None, _) => spans_between(line, at, "`", "`", &mut ranges),
        }
        at += line.len();
    }
    if let Some((.., start)) = fence {
        ranges.push(start..text.len());
    }
    spans_between(text, 0, "<!--", "-->", &mut ranges);
    merged(ranges)
}

/// What wikitext does not read: comments, `nowiki`, `pre`, code.
fn wiki_code(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (open, close) in [
        ("<!--", "-->"),
        ("<nowiki>", "</nowiki>"),
        ("<pre", "</pre>"),
        ("<syntaxhighlight", "</syntaxhighlight>"),
        ("<code>", "</code>"),
        ("<math>", "</math>"),
    ] {
        spans_between(text, 0, open, close, &mut ranges);
    }
    merged(ranges)
}

fn spans_between(text: &str, shift: usize, open: &str, close: &str, ranges: &mut Vec<Range<usize>>) {
    let mut at = 0;
    while let Some(found) = text[at..].find(open) {
        let start = at + found;
        let inside = start + open.len();
        let Some(end) = text[inside..].find(close) else { return };
        at = inside + end + close.len();
        ranges.push(shift + start..shift + at);
    }
}

fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Anchors with words and an empty `href`.
fn empty_anchors(text: &str, found: &mut Vec<(usize, FlawKind, Range<usize>)>) {
    let mut open: Option<usize> = None;
    for token in html::tokens(text) {
        match token {
            Token::Start(tag) if tag.name == "a" => {
                let empty = tag.attr("href").is_some_and(|href| matches!(href.trim(), "" | "http://" | "https://"));
                open = empty.then_some(tag.span.start);
            }
            Token::Text { span, .. } => {
                if let Some(start) = open.filter(|_| !text[span.clone()].trim().is_empty()) {
                    found.push((start, FlawKind::NoAddress, start..span.end));
                    open = None;
                }
            }
            Token::End { name, .. } if name == "a" => open = None,
            _ => {}
        }
        if found.len() > 2 * MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::{self, Document};

    fn told(name: &str, text: &str) -> Vec<String> {
        let mut spans = Vec::new();
        let document = Document { name, bytes: text.as_bytes(), content_type: None, base: None, site: None };
        let format = seed::read(&document, &mut |link| spans.push(link.position.span)).expect("a list").format;
        markup(format, text, &spans)
            .into_iter()
            .map(|untidy| format!("{} {} {}", untidy.line, untidy.kind.as_str(), untidy.excerpt))
            .collect()
    }

    #[test]
    fn markdown() {
        let text = "# List\n\n- [Empty]()\n- [Blank]( )\n- [Apart] (http://a.example/x)\n- (Swapped)[http://a.example/x]\n\
            - [Good](http://a.example/good) - fine\n- [Kit](http://a.example/kit)-For readers\n- [Kit](http://a.example/k2)Word\n\
            - Read it [here](http://a.example/h) or [Click **here**!](http://a.example/h2)\n- ![](x.png) ![alt]()\n\
            - `[code]()` is code\n\n```\n[fenced]()\n```\n\n<!-- [commented]() -->\n\n- [Here and now](http://a.example/n)\n\
            - [Titled](http://a.example/t \"Title\") or [Spaced](http://a.example/s p)\n";
        assert_eq!(
            told("list.md", text),
            [
                "3 no-address [Empty]()",
                "4 no-address [Blank]( )",
                "5 no-address [Apart] (http://a.example/x)",
                "6 no-address (Swapped)[http://a.example/x]",
                "8 glued [Kit](http://a.example/kit)-For readers",
                "9 glued [Kit](http://a.example/k2)Word",
                "10 bare-title [here](http://a.example/h)",
                "10 bare-title [Click **here**!](http://a.example/h2)",
                "21 no-address [Spaced](http://a.example/s p)",
            ]
        );
    }

    #[test]
    fn wikitext() {
        let text = "== List ==\n* [http://a.example/good Good]--fine\n* [ http://a.example/x Blank before]\n* [www.a.example No scheme]\n\
            * [http:// Lost]\n* [Title http://a.example/y]\n* [http://a.example/k Kit]For readers\n* Click [http://a.example/h here]\n\
            <nowiki>[www.a.example not read]</nowiki>\n* [[Page|good]] and [http://a.example/1]\n";
        assert_eq!(
            told("list.wiki", text),
            [
                "3 no-address [ http://a.example/x Blank before]",
                "4 no-address [www.a.example No scheme]",
                "5 no-address [http:// Lost]",
                "6 no-address [Title http://a.example/y]",
                "7 glued [http://a.example/k Kit]For readers",
                "8 bare-title [http://a.example/h here]",
            ]
        );
    }

    #[test]
    fn html() {
        let text = "<!DOCTYPE html><html><body><ul>\n<li><a href=\"\">Empty</a></li>\n<li><a name=\"top\">Place</a></li>\n\
            <li><a href=\"http://a.example/k\">Kit</a>Ranks countries</li>\n<li><a href='http://a.example/h'>Click\nhere</a> please</li>\n\
            <li><a href=\"http://a.example/g\">Good</a> Fine.</li></ul></body></html>\n";
        assert_eq!(
            told("list.html", text),
            [
                "2 no-address <a href=\"\">Empty",
                "4 glued <a href=\"http://a.example/k\">Kit</a>Ranks countries</li>",
                "5 bare-title <a href='http://a.example/h'>Click here</a>",
            ]
        );
    }

    #[test]
    fn what_is_no_markup_has_no_flaws() {
        assert_eq!(told("list.csv", "title,url\nhere,http://a.example/\n"), Vec::<String>::new());
        assert_eq!(told("list.txt", "[Empty]() http://a.example/x\n"), Vec::<String>::new());
    }
}
