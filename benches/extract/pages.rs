//! The generated set: articles, entries of blogs, records of journals, notices of offices, in the sizes pages have.

use std::fmt::Write as _;

use url::Url;

/// A page of the set.
pub struct Page {
    pub url: Url,
    pub bytes: Vec<u8>,
}

/// Words of which the pages are made.
const WORDS: &[&str] = &[
    "the", "harbour", "of", "a", "town", "and", "its", "people", "who", "in", "winter", "mend", "nets", "on", "quay",
    "stone", "by", "while", "gulls", "wait", "to", "see", "what", "boats", "bring", "from", "sea", "with", "evening",
    "light",
];

/// Makes a set; the same each time.
pub fn generate(pages: usize) -> Vec<Page> {
    (0..pages).filter_map(page).collect()
}

fn page(number: usize) -> Option<Page> {
    let kind = number % 4;
    // From 12 to some 190 KB, as pages come.
    let paragraphs = 12 + number * 7_919 % 160;
    let title = format!("{} number {number}", sentence(number, 5));
    let mut text = String::new();
    let _ = write!(
        text,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} | Quay Papers</title>"
    );
    head(&mut text, kind, number, &title);
    text.push_str("</head><body>");
    for item in 0..40 {
        let _ = write!(
            text,
            "<li class=\"menu-item menu-item-{item}\"><a href=\"/section/{item}\" data-id=\"{item}\">Section {item}</a></li>"
        );
    }
    let _ = write!(
        text,
        "<article class=\"post hentry\"><h1 class=\"entry-title\">{title}</h1><p class=\"byline\">By Mara Lindqvist</p><time datetime=\"2021-03-{:02}\">March 2021</time>",
        1 + number % 28
    );
    for paragraph in 0..paragraphs {
        let _ = write!(
            text,
            "<p>{} <a href=\"/p/{paragraph}?from=text\">{}</a>, {} &amp; {}.</p>",
            sentence(number + paragraph, 40),
            sentence(paragraph, 3),
            sentence(paragraph * 3, 30),
            sentence(paragraph * 5, 12)
        );
        if paragraph % 8 == 0 {
            let _ = write!(
                text,
                "<figure><img src=\"/i/{paragraph}.jpg\" alt=\"{}\"><figcaption>{}</figcaption></figure><div class=\"ad-slot widget\"><span></span></div>",
                sentence(paragraph, 4),
                sentence(paragraph, 8)
            );
        }
    }
    text.push_str("</article><script>");
    for line in 0..paragraphs {
        let _ = write!(text, "window.state[{line}]={{\"a\":\"{}\",\"b\":[1,2,3]}};", sentence(line, 6));
    }
    text.push_str("</script><footer>Copyright 2011 Quay Papers</footer></body></html>");
    let url = Url::parse(&format!("https://quay.example/{kind}/{number}")).ok()?;
    Some(Page { url, bytes: text.into_bytes() })
}

/// What stands in the head, by kind of page.
fn head(text: &mut String, kind: usize, number: usize, title: &str) {
    for tag in ["viewport", "theme-color", "robots", "generator"] {
        let _ = write!(text, "<meta name=\"{tag}\" content=\"value {number}\">");
    }
    for sheet in 0..10 {
        let _ = write!(text, "<link rel=\"stylesheet\" href=\"/css/{sheet}.css?v={number}\">");
    }
    let _ = match kind {
        0 => write!(
            text,
            "<meta property=\"og:title\" content=\"{title}\"><meta property=\"og:site_name\" content=\"Quay Papers\"><script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@graph\":[{{\"@type\":\"NewsArticle\",\"headline\":\"{title}\",\"datePublished\":\"2021-03-01T10:00:00+01:00\",\"author\":{{\"@type\":\"Person\",\"name\":\"Mara Lindqvist\"}},\"publisher\":{{\"@type\":\"Organization\",\"name\":\"Quay Media\"}}}}]}}</script>"
        ),
        1 => write!(
            text,
            "<meta property=\"article:published_time\" content=\"2021-03-01T10:00:00Z\"><meta name=\"twitter:label1\" content=\"Written by\"><meta name=\"twitter:data1\" content=\"Mara Lindqvist\">"
        ),
        2 => write!(
            text,
            "<meta name=\"citation_title\" content=\"{title}\"><meta name=\"citation_author\" content=\"Lindqvist, Mara\"><meta name=\"citation_publication_date\" content=\"2021/03/01\"><meta name=\"citation_doi\" content=\"10.5555/quay.{number}\">"
        ),
        _ => write!(
            text,
            "<meta name=\"DCTERMS.issued\" content=\"2021-03-01\"><meta name=\"description\" content=\"{}\">",
            sentence(number, 20)
        ),
    };
}

fn sentence(from: usize, words: usize) -> String {
    let word = |at: usize| WORDS[(from * 31 + at * at + at * 7) % WORDS.len()];
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}
