//! Which format a document has: by its media type and content; the ending of its name is a hint among others.

mod binary;

use super::delimited::{self, Likeness};
use super::json;
pub(super) use binary::binary;

/// Formats of resource lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
    /// Wikitext of MediaWiki.
    Wikitext,
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    Asciidoc,
    /// Org.
    Org,
    /// LaTeX.
    Latex,
    /// Values between commas, semicolons or tabs.
    Csv,
    /// JSON, JSON lines, CSL-JSON.
    Json,
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// Bookmarks of a browser.
    Bookmarks,
    /// An outline.
    Opml,
    /// RSS or Atom.
    Feed,
    /// A sitemap or an index of sitemaps.
    Sitemap,
    /// BibTeX or BibLaTeX.
    Bibtex,
    /// RIS.
    Ris,
    /// A list of addresses, one a line.
    Plain,
    /// A PDF file.
    Pdf,
}

/// Formats by name, media types and endings of file names.
const FORMATS: &[(Format, &str, &[&str], &[&str])] = &[
    (Format::Html, "html", &["text/html", "application/xhtml+xml"], &["html", "htm", "xhtml"]),
    (Format::Markdown, "markdown", &["text/markdown", "text/x-markdown"], &["md", "markdown", "mdown", "mkd"]),
    (Format::Wikitext, "wikitext", &["text/x-wiki", "text/wikitext"], &["wiki", "mediawiki", "wikitext"]),
    (Format::Rst, "rst", &["text/x-rst", "text/prs.fallenstein.rst"], &["rst", "rest"]),
    (Format::Asciidoc, "asciidoc", &["text/asciidoc", "text/x-asciidoc"], &["adoc", "asciidoc", "asc"]),
    (Format::Org, "org", &["text/org", "text/x-org"], &["org"]),
    (
        Format::Latex,
        "latex",
        &["application/x-latex", "application/x-tex", "text/x-tex", "text/x-latex"],
        &["tex", "latex", "ltx"],
    ),
    (Format::Csv, "csv", &["text/csv", "text/tab-separated-values"], &["csv", "tsv", "tab"]),
    (
        Format::Json,
        "json",
        &[
            "application/json",
            "application/x-ndjson",
            "application/jsonl",
            "application/ld+json",
            "application/vnd.citationstyles.csl+json",
        ],
        &["json", "jsonl", "ndjson"],
    ),
    (Format::Yaml, "yaml", &["application/yaml", "text/yaml", "application/x-yaml", "text/x-yaml"], &["yaml", "yml"]),
    (Format::Toml, "toml", &["application/toml"], &["toml"]),
    (Format::Bookmarks, "bookmarks", &[], &[]),
    (Format::Opml, "opml", &["text/x-opml", "application/opml+xml"], &["opml"]),
    (
        Format::Feed,
        "feed",
        &["application/rss+xml", "application/atom+xml", "application/rdf+xml"],
        &["rss", "atom", "rdf"],
    ),
    (Format::Sitemap, "sitemap", &[], &[]),
    (Format::Bibtex, "bibtex", &["application/x-bibtex", "text/x-bibtex"], &["bib"]),
    (Format::Ris, "ris", &["application/x-research-info-systems"], &["ris"]),
    (Format::Pdf, "pdf", &[], &[]),
    (Format::Plain, "plain", &[], &["txt", "text", "list", "urls"]),
];

impl Format {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        FORMATS.iter().find(|(format, ..)| *format == self).map_or("plain", |(_, name, ..)| name)
    }
}

/// Every format with the endings that names of its files have. One that several formats share, as `xml`, is none of them.
pub fn endings() -> impl Iterator<Item = (Format, &'static str)> {
    FORMATS.iter().flat_map(|&(format, _, _, endings)| endings.iter().map(move |&ending| (format, ending)))
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Bytes of TOML that are read as such: its tables are known only when all of it is read.
const MAX_TOML: usize = 8 << 20;

/// Lines that are looked at.
const SAMPLE_LINES: usize = 400;

/// The format of a text.
pub(super) fn format(text: &str, content_type: Option<&str>, name: &str) -> Format {
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    let essence = content_type.map(|full| full.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    let typed = essence.as_deref().and_then(|essence| FORMATS.iter().find(|(_, _, types, _)| types.contains(&essence)));
    let typed = typed.map(|&(format, ..)| format);
    let unmistakable = by_first_markup(start);
    match (typed, unmistakable) {
        // A page may turn out to be bookmarks; whatever is called XML or JSON is what it holds.
        (Some(Format::Html), Some(Format::Bookmarks)) => return Format::Bookmarks,
        (Some(format), None) => return format,
        (Some(format), Some(_)) if !matches!(format, Format::Feed | Format::Opml | Format::Json) => return format,
        (_, Some(found)) => return found,
        (None, None) => {}
    }
    by_marks(text, start, ending_of(name))
}

fn ending_of(name: &str) -> Option<Format> {
    let file = name.split(['?', '#']).next().unwrap_or(name);
    // The end of a host is no ending: `https://example.org`.
    let file = match file.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => file,
    };
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let file = file.strip_suffix(".gz").unwrap_or(file);
    let ending = file.rsplit_once('.')?.1.to_ascii_lowercase();
    FORMATS.iter().find(|(.., endings)| endings.contains(&&*ending)).map(|&(format, ..)| format)
}

/// What the first markup of a text says without doubt.
fn by_first_markup(start: &str) -> Option<Format> {
    if start.starts_with("TY  - ") {
        return Some(Format::Ris);
    }
    if !start.starts_with('<') {
        return None;
    }
    let head: String = start.chars().take(4000).collect::<String>().to_ascii_lowercase();
    if head.starts_with("<!doctype netscape-bookmark") {
        return Some(Format::Bookmarks);
    }
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Some(Format::Html);
    }
    // The root element, behind declarations and comments.
    let root = crate::html::tokens(&head).find_map(|token| match token {
        crate::html::Token::Start(tag) => Some(tag.name.into_owned()),
        _ => None,
    })?;
    match root.as_str() {
        "opml" => Some(Format::Opml),
        "rss" | "feed" | "rdf:rdf" | "channel" => Some(Format::Feed),
        "urlset" | "sitemapindex" => Some(Format::Sitemap),
        "html" | "head" | "body" => Some(Format::Html),
        _ => None,
    }
}

/// What the marks of a text speak for most; the ending of the name speaks too.
fn by_marks(text: &str, start: &str, ending: Option<Format>) -> Format {
    let mut scores: Vec<(Format, i32)> = FORMATS.iter().map(|&(format, ..)| (format, 0)).collect();
    let mut add = |format: Format, points: i32| {
        if let Some((_, score)) = scores.iter_mut().find(|(other, _)| *other == format) {
            *score += points;
        }
    };
    if let Some(format) = ending {
        // A name that says a language of its own only loses to what is unmistakable.
        add(format, if is_written(format) { 60 } else { 6 });
    }
    if looks_like_json(start) {
        // What its texts hold, tags or links of Markdown, makes it nothing else.
        if ending == Some(Format::Json) || json::is_whole(start) {
            return Format::Json;
        }
        add(Format::Json, 30);
    }
    let table = delimited::likeness(text);
    if table == Likeness::Certain || ending == Some(Format::Csv) && table != Likeness::None {
        return Format::Csv;
    }
    let is_tagged = start.starts_with('<') && !start.starts_with("<http");
    // Their marks are also those of Markdown and wikitext, so that a name that says it is believed.
    let is_own =
        |ending: &Format| matches!(ending, Format::Asciidoc | Format::Org | Format::Yaml) || is_toml(*ending, text);
    let own = ending.filter(|ending| is_own(ending) && !is_tagged);
    if let Some(own) = own.filter(|_| !start.starts_with("-----BEGIN PGP")) {
        return own;
    }
    if ending.is_none_or(|ending| ending == Format::Plain)
        && let Some(found) = own_marks(start)
    {
        return found;
    }
    if is_tagged && ending != Some(Format::Markdown) {
        add(Format::Html, 5);
    }
    // Lists look alike in several formats.
    let listing = ending.filter(|ending| matches!(ending, Format::Rst | Format::Wikitext)).unwrap_or(Format::Markdown);
    let mut before = "";
    let (mut in_fence, markdown) = (false, ending == Some(Format::Markdown));
    for line in text.lines().take(SAMPLE_LINES) {
        // Code is of any language, and HTML is Markdown too.
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_fence ^= fence && markdown;
        let is_code = in_fence || ending == Some(Format::Rst) && line.starts_with([' ', '\t']);
        if !is_code {
            marks_of_line(line, before, listing, &mut |format, points| {
                if !(markdown && format == Format::Html) {
                    add(format, points);
                }
            });
        }
        before = line;
    }
    match table {
        Likeness::Certain | Likeness::Strong => add(Format::Csv, 12),
        Likeness::Weak => add(Format::Csv, 4),
        Likeness::Ragged | Likeness::None => {}
    }
    add(Format::Plain, 1);
    let best = scores.iter().map(|&(_, score)| score).max().unwrap_or(0);
    scores.iter().find(|&&(_, score)| score == best).map_or(Format::Plain, |&(format, _)| format)
}

/// Whether a text that is called TOML is short enough to be read whole.
fn is_toml(ending: Format, text: &str) -> bool {
    ending == Format::Toml && text.len() <= MAX_TOML
}

/// AsciiDoc and Org by what no other format has: a title that is written as theirs, and their links.
fn own_marks(start: &str) -> Option<Format> {
    let lines = || start.lines().take(SAMPLE_LINES);
    let first = lines().find(|line| {
        let is_about = line.starts_with(':') && super::asciidoc::is_definition(line) || line.starts_with("//");
        !line.trim().is_empty() && !is_about
    })?;
    let is_titled = first.starts_with("= ") && !first.trim_end().ends_with('=');
    let has_label = |line: &str, mark: &str| {
        line.split(mark)
            .skip(1)
            .any(|rest| rest.split(char::is_whitespace).next().is_some_and(|word| word.contains('[')))
    };
    if is_titled && lines().any(|line| line == "|===" || has_label(line, "link:") || has_label(line, "://")) {
        return Some(Format::Asciidoc);
    }
    let is_org_title = |line: &str| line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("#+title:"));
    let begins = ["#+", "# -*-", "* ", ":PROPERTIES:"].iter().any(|mark| start.starts_with(mark));
    let links = || lines().filter(|line| line.contains("[[http") && line.contains("][")).count();
    (begins && lines().any(is_org_title) || links() > 2).then_some(Format::Org)
}

/// Whether a format is a language that texts are written in, and that they are named after.
fn is_written(format: Format) -> bool {
    matches!(format, Format::Markdown | Format::Wikitext | Format::Rst | Format::Latex | Format::Bibtex)
}

/// Whether an object or list of JSON begins here, and no link, template (`{{`) or tag (`{%`, `{#`).
fn looks_like_json(start: &str) -> bool {
    let inside = |open| start.strip_prefix(open).map(str::trim_start);
    if let Some(inside) = inside('{') {
        return inside.starts_with(['"', '}']);
    }
    match inside('[') {
        Some(inside) if inside.starts_with('{') => looks_like_json(inside),
        Some(inside) => {
            let is_link = start.lines().next().is_some_and(|line| line.contains("]("));
            inside.starts_with(['"', '[', ']']) && !start.starts_with("[[") && !is_link
        }
        None => false,
    }
}

/// Points for the marks of one line; `listing` is the format that its bullet speaks for.
fn marks_of_line(line: &str, before: &str, listing: Format, add: &mut impl FnMut(Format, i32)) {
    let trimmed = line.trim_start();
    let end = line.trim_end();
    // Markdown
    let hashes = trimmed.bytes().take_while(|&byte| byte == b'#').count();
    if (1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' ') {
        if hashes > 1 {
            add(Format::Markdown, 4);
        } else {
            add(listing, 1);
        }
    }
    if trimmed.contains("](") {
        add(Format::Markdown, 4);
    }
    if trimmed.starts_with("```")
        || trimmed.starts_with("|--")
        || trimmed.starts_with("| --")
        || trimmed.starts_with("|:-")
    {
        add(Format::Markdown, 4);
    }
    if trimmed.starts_with('[') && trimmed.contains("]: ") {
        add(Format::Markdown, 4);
    }
    if ["- ", "* ", "+ "].iter().any(|bullet| trimmed.starts_with(bullet)) {
        add(listing, 1);
    }
    // Wikitext
    let is_bare = end.bytes().all(|byte| matches!(byte, b'=' | b' '));
    if end.len() > 4 && end.starts_with("==") && end.ends_with("==") && !is_bare {
        add(Format::Wikitext, 6);
    }
    if trimmed.contains("[http") && !trimmed.contains("](") || trimmed.contains("[//") {
        add(Format::Wikitext, 4);
    }
    if trimmed.contains("'''") || trimmed.starts_with("{|") || trimmed.starts_with("|-") && trimmed.len() < 4 {
        add(Format::Wikitext, 3);
    }
    if trimmed.contains("{{") && trimmed.contains("}}") || trimmed.contains("{{cite") {
        add(Format::Wikitext, 3);
    }
    if trimmed.contains("[[") && trimmed.contains("]]") || trimmed.contains("<ref") {
        add(Format::Wikitext, 2);
    }
    // reStructuredText
    if trimmed.contains(">`_") || trimmed.starts_with(".. _") || trimmed.contains("`_ ") || end.ends_with("`_") {
        add(Format::Rst, 6);
    }
    if trimmed.starts_with(".. ") {
        add(Format::Rst, 3);
    }
    let underline = end.len() > 2
        && end.bytes().all(|byte| byte == end.as_bytes()[0])
        && b"=-~^\"'*+#".contains(&end.as_bytes()[0]);
    if underline && !before.trim().is_empty() && end.chars().count() >= before.trim_end().chars().count() {
        add(Format::Rst, if matches!(end.as_bytes()[0], b'=' | b'-') { 1 } else { 3 });
    }
    // LaTeX and BibTeX
    if ["\\documentclass", "\\begin{", "\\section", "\\subsection", "\\item"]
        .iter()
        .any(|mark| trimmed.starts_with(mark))
        || trimmed.contains("\\href{")
        || trimmed.contains("\\url{") && !trimmed.contains('=')
    {
        add(Format::Latex, 6);
    }
    if trimmed.starts_with('@') && trimmed.contains('{') && trimmed[1..].starts_with(|c: char| c.is_ascii_alphabetic())
    {
        add(Format::Bibtex, 8);
    }
    // HTML
    let lower_tag = |tag: &str| trimmed.contains(tag);
    if ["<a href", "<A HREF", "<li>", "<ul>", "<p>", "<div", "<table"].iter().any(|tag| lower_tag(tag)) {
        add(Format::Html, 2);
    }
    // Plain lists
    let word = trimmed.trim_start_matches('<');
    if word.starts_with("http://") || word.starts_with("https://") {
        add(Format::Plain, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, name: &str) -> Format {
        format(text, None, name)
    }

    #[test]
    fn templates_and_tags_are_no_json() {
        let wiki = "{{Short description|Links}}\n== Tools ==\n* [https://a.example/ A thing] - d\n";
        assert_eq!(told(wiki, "page"), Format::Wikitext);
        assert_eq!(told(wiki, "page.txt"), Format::Wikitext);
        for lead in ["{{< toc >}}", "{{ page.title }}", "{% include toc.html %}", "{# a comment #}", "[{{ a }}](/a)"] {
            let text = format!("{lead}\n\n# Links\n- [A thing](https://a.example/)\n");
            assert_eq!(told(&text, "list.md"), Format::Markdown, "{lead}");
            assert_eq!(told(&text, "list"), Format::Markdown, "{lead}");
        }
        assert_eq!(told("[\"A thing\"](https://a.example/)\n", "list"), Format::Markdown);
        for text in ["{\"a\": 1}", "[ {\"a\": 1} ]", "{\"a\": 1}\n{\"a\": 2}\n", "[\"a\", \"b\"]", "[\"a\"\n"] {
            assert_eq!(told(text, "list"), Format::Json, "{text}");
        }
    }

    #[test]
    fn lines_of_signs_are_no_headings_of_a_wiki() {
        let titles = "A title\n=======\n\nhttps://a.example/ is good\n\n";
        assert_eq!(told(&titles.repeat(20), "list.rst"), Format::Rst);
        let table = format!("=======  =====\n{}", "https://a.example/ here\n=======  =====\n\n".repeat(5));
        assert_eq!(told(&table, "list.rst"), Format::Rst);
    }

    #[test]
    fn a_name_loses_to_what_is_unmistakable_alone() {
        let link = "[A thing](https://a.example/)\n\n";
        let header = format!("<div align=\"center\">\n<h1>x</h1>\n{}</div>\n\n", "<a href=\"/x\">x</a>\n".repeat(40));
        let maths = "$$\n\\begin{aligned}\nx\n\\end{aligned}\n$$\n".repeat(4);
        let code = format!("```bibtex\n{}```\n", "@article{x,\n}\n".repeat(30));
        for lead in [header, maths, code] {
            assert_eq!(told(&format!("{lead}\n{link}"), "list.md"), Format::Markdown, "{lead}");
        }
        let values = format!("Title\n=====\n\nSo::\n\n{}", "    {\"a\": \"{{name}}\"}\n".repeat(30));
        assert_eq!(told(&values, "list.rst"), Format::Rst);
        assert_eq!(told("<!doctype html>\n<p>x</p>\n", "list.md"), Format::Html);
    }

    #[test]
    fn bullets_speak_for_the_format_of_the_name() {
        let items = "* https://a.example/ a thing\n".repeat(30);
        assert_eq!(told(&items, "list.rst"), Format::Rst);
        assert_eq!(told(&items, "list.wiki"), Format::Wikitext);
        assert_eq!(told(&items, "list"), Format::Markdown);
        assert_eq!(told(&"# https://a.example/ a thing\n".repeat(30), "list.wiki"), Format::Wikitext);
    }

    #[test]
    fn asciidoc_and_org_are_told_by_their_names_or_by_what_is_theirs_alone() {
        let adoc =
            "// Links\n:site: https://a.example\n= Links\n\n* https://a.example/[A thing] - d\n\n|===\n|a |b\n|===\n";
        let org = "#+TITLE: Links\n\n- [[https://a.example/][A thing]] - d\n| a | b |\n|---+---|\n";
        for (text, own, format) in [(adoc, "list.adoc", Format::Asciidoc), (org, "list.org", Format::Org)] {
            for name in [own, "list", "list.txt", "https://example.org"] {
                assert_eq!(told(text, name), format, "{name}");
            }
        }
        let links = "[[https://a.example/][A]] and [[https://b.example/][B]]\n".repeat(3);
        assert_eq!(told(&links, "list"), Format::Org);
        assert_eq!(told("* https://a.example/ a thing\n", "list.adoc"), Format::Asciidoc);
        assert_eq!(told("** https://a.example/ a thing\n", "list.org"), Format::Org);
        // The end of a host is no ending, and marks that others have too say nothing.
        assert_eq!(told("https://a.example/ a thing\n", "https://example.org"), Format::Plain);
        assert_eq!(told("= Links\n\n* [https://a.example/ A]\n", "list"), Format::Wikitext);
        assert_eq!(told("= Links =\n\n* https://a.example/[1]\n* b\n", "list.wiki"), Format::Wikitext);
        assert_eq!(told("# Links\n\n- [A](https://a.example/)\n- see #+TITLE: x\n", "list"), Format::Markdown);
        assert_eq!(told("<!DOCTYPE html><a href=/x>x</a>", "example.org"), Format::Html);
    }

    #[test]
    fn what_cells_and_texts_hold_says_nothing() {
        for note in ["<p>a</p>", "see [docs](https://x.example/)", "'''a''' [[b]] {{c}}", "## a"] {
            let rows = format!("A,https://a.example/,{note}\n").repeat(10);
            for name in ["list.csv", "export"] {
                assert_eq!(told(&format!("Title,URL,Description\n{rows}"), name), Format::Csv, "{note}");
            }
            assert_eq!(told(&rows, "list.csv"), Format::Csv, "{note}");
            let items = format!(" {{\"url\": \"https://a.example/\", \"note\":\n\"{note}\"}},\n").repeat(3_000);
            for name in ["list.json", "export"] {
                assert_eq!(told(&format!("[\n{items} {{}}\n]\n"), name), Format::Json, "{note}");
            }
        }
        for lead in ["\r\n", "sep=;\r\n", "\u{FEFF}sep=;\r\n\r\n"] {
            let text = format!("{lead}URL;Notes;Title;Section\r\nhttps://a.example/;see [docs](/x);A;B\r\n");
            assert_eq!(told(&text, "export"), Format::Csv, "{lead:?}");
        }
        // A list is no table for a comma in each of its lines.
        let list = format!("# Name\n\n{}", "- [A](https://a.example/), a thing\n".repeat(10));
        assert_eq!(told(&list, "list"), Format::Markdown);
    }
}
