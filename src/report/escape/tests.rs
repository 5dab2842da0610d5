use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;

/// Titles as the worst pages would write them.
const HOSTILE: &[&str] = &[
    "\u{1b}]0;owned\u{7}title",
    "\u{1b}[2J\u{1b}[1;1Hcleared",
    "\u{1b}]8;;https://evil.test\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{9b}31mred",
    "left\u{202e}thgir",
    "\u{2066}isolated\u{2069}",
    "a\u{200b}b\u{feff}c\u{ad}d",
    "line\r\nbreak\u{2028}and\u{2029}more\0",
    "[x](javascript:alert(1))",
    "![beacon](https://evil.test/pixel.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><!-- -->",
    "a | b || c",
    "`code` ``more``` unbalanced `",
    "# heading",
    "1. list",
    "12) list",
    "- item",
    "+ item",
    "=====",
    "---",
    "> quote",
    "*em* __strong__ ~~gone~~",
    "@maintainer please see #123",
    "&lt;b&gt; &amp;copy; &#x41;",
    "$\\frac{1}{2}$",
    "https://evil.test/ and www.evil.test and <https://evil.test>",
    "[ref]: https://evil.test",
    "[^1] footnote",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\"=1+1",
    "\u{ff1d}1+1",
    "日本語のタイトル",
    "عنوان بالعربية",
    "👩‍👩‍👧 family",
    "",
    "   ",
];

fn is_dangerous_on_a_terminal(c: char) -> bool {
    c.is_control() || is_invisible(c) || is_joiner(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What a Markdown reader shows, and whether the text opened any markup.
fn render(markdown: &str) -> (String, bool) {
    let mut shown = String::new();
    let mut markup = false;
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Text(text) => shown.push_str(&text),
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            Event::SoftBreak => shown.push(' '),
            _ => markup = true,
        }
    }
    (shown, markup)
}

/// Typographic quotes and dashes are a matter of the reader's taste.
fn without_smart_punctuation(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn hostile_titles_cannot_speak_to_a_terminal() {
    for title in HOSTILE {
        let shown = terminal(title);
        assert!(!shown.chars().any(is_dangerous_on_a_terminal), "{title:?} became {shown:?}");
    }
    assert_eq!(terminal("\u{1b}[31mred\u{1b}[0m"), "[31mred [0m");
    assert_eq!(terminal("  two\n lines "), "two lines");
}

#[test]
fn joiners_stay_where_they_spell_something() {
    assert_eq!(plain("👩\u{200d}👧"), "👩\u{200d}👧");
    assert_eq!(terminal("👩\u{200d}👧"), "👩👧");
}

#[test]
fn hostile_titles_read_as_written_in_markdown() {
    for title in HOSTILE {
        let (shown, markup) = render(&markdown(title));
        assert!(!markup, "{title:?} opened markup: {}", markdown(title));
        assert_eq!(without_smart_punctuation(&shown), without_smart_punctuation(&plain(title)), "{title:?}");
    }
}

#[test]
fn ordinary_words_stay_readable_in_the_source() {
    assert_eq!(
        markdown("Human Rights Cities: an introduction (2021) - part 2."),
        "Human Rights Cities: an introduction (2021) - part 2."
    );
    assert_eq!(markdown("1. First"), "1\\. First");
}

#[test]
fn only_web_addresses_become_links() {
    assert_eq!(web_address("https://example.org/a(b) c").as_deref(), Some("https://example.org/a%28b%29%20c"));
    assert_eq!(web_address("HTTP://example.org/").as_deref(), Some("HTTP://example.org/"));
    assert_eq!(
        web_address("https://example.org/?a=1&copy;=2&b").as_deref(),
        Some("https://example.org/?a=1&copy%3B=2&b")
    );
    assert_eq!(web_address("https://example.org/\u{202e}gpj").as_deref(), Some("https://example.org/%E2%80%AEgpj"));
    for refused in [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org/",
        "mailto:a@example.org",
        "/x",
        "javascript://%0aalert(1)",
    ] {
        assert_eq!(web_address(refused), None, "{refused}");
    }
}

#[test]
fn a_link_leads_where_it_says_and_nowhere_else() {
    for title in HOSTILE {
        let link = markdown_link(title, "https://example.org/x_(y)|z");
        let mut targets = Vec::new();
        for event in Parser::new_ext(&link, Options::all()) {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => targets.push(dest_url.to_string()),
                Event::Start(Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) => panic!("{link}"),
                _ => {}
            }
        }
        assert_eq!(targets, ["https://example.org/x_%28y%29%7Cz"], "{link}");
    }
    assert_eq!(markdown_link("x", "javascript:alert(1)"), "x `javascript:alert(1)`");
    assert_eq!(markdown_link("", "https://example.org/"), "[https\\://example.org/](https://example.org/)");
}

#[test]
fn code_spans_cannot_be_left() {
    assert_eq!(markdown_code("a`b``c"), "```a`b``c```");
    assert_eq!(markdown_code("`a"), "`` `a ``");
    assert_eq!(markdown_code("list.md:12"), "`list.md:12`");
}

#[test]
fn formulas_are_guarded() {
    for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", " =1", "\"=1+1\"", "'=1", "\u{ff1d}1"] {
        assert!(csv_cell(formula).starts_with('\''), "{formula:?} became {:?}", csv_cell(formula));
    }
    assert_eq!(csv_cell("a = b"), "a = b");
    assert_eq!(csv_cell("two\r\nlines"), "two lines");
}

#[test]
fn json_shows_what_it_holds_and_reads_back() {
    for title in HOSTILE {
        let mut bytes = Vec::new();
        json(&mut bytes, title).expect("memory takes it");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(!text.chars().any(|c| is_break(c) || is_invisible(c)), "{text:?}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("valid JSON"), *title);
    }
}

#[test]
fn clipping_counts_characters() {
    assert_eq!(clip("abc", 3), "abc");
    assert_eq!(clip("abcd", 3), "ab\u{2026}");
    assert_eq!(clip("ééééé", 2), "é\u{2026}");
}

proptest! {
    #[test]
    fn no_text_opens_markup_in_markdown(text in "\\PC*|[ -~\\n]*|([*_`<>\\[\\]()!#|~:/.w&;=+0-9 -]|www\\.|https?://)*") {
        let escaped = markdown(&text);
        let (shown, markup) = render(&escaped);
        prop_assert!(!markup, "{text:?} opened markup: {escaped}");
        prop_assert_eq!(without_smart_punctuation(&shown), without_smart_punctuation(&plain(&text)));
    }

    #[test]
    fn terminal_text_is_one_visible_line(text in any::<String>()) {
        prop_assert!(!terminal(&text).chars().any(is_dangerous_on_a_terminal));
    }

    #[test]
    fn cleaning_twice_changes_nothing(text in any::<String>()) {
        let once = plain(&text).into_owned();
        prop_assert_eq!(plain(&once), once.as_str());
    }

    #[test]
    fn a_code_span_is_one_code_span(text in any::<String>()) {
        let code = markdown_code(&text);
        let spans: Vec<_> = Parser::new(&code).filter(|event| !matches!(event, Event::Start(Tag::Paragraph) | Event::End(_))).collect();
        let one_span = matches!(&spans[..], [Event::Code(shown)] if **shown == *plain(&text));
        let nothing = plain(&text).is_empty() && spans.is_empty();
        prop_assert!(one_span || nothing, "{code:?}: {spans:?}");
    }

    #[test]
    fn an_address_is_ascii_safe_inside_any_markup(tail in any::<String>()) {
        let written = format!("https://example.org/{tail}");
        let address = web_address(&written).expect("a web address");
        prop_assert!(!address.chars().any(|c| c.is_whitespace() || c.is_control() || "\"'<>()|`\\".contains(c)));
    }
}
