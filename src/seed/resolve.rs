//! From an address as written to the one it means, and whether a list lists it at all.

use encoding_rs::{Encoding, UTF_8};
use url::{ParseError, Url};

use super::redirectors;
use super::sink::shorten;
use super::template;
use super::tree::Address;
use crate::model::link::Target;
use crate::model::url::misspelt;
use crate::model::wiki::title_in;

/// What an address in a list amounts to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is a resource of the list.
    Listed(Target),
    /// It is none: another scheme, the document itself, a page of the site's machinery.
    Unlisted,
    /// It is relative, and nothing says to what.
    Relative,
    /// A template makes it when the site is built.
    Made,
}

/// Parameters that show the same document in another way.
const VIEW_PARAMETERS: &[&str] = &["oldid", "diff", "direction", "action", "printable", "print", "share", "replytocom"];

/// Name spaces of a wiki that hold no resources; so do all that end in `talk`.
const WIKI_MACHINERY: &[&str] = &["special", "user", "talk", "category", "help", "template"];

/// Parts of a path of the same site under which posts are only listed.
const LISTINGS: &[&str] = &["/tag/", "/category/", "/author/"];

/// Resolves addresses against the base of one document.
pub(super) struct Resolver {
    base: Option<Url>,
    document: Option<Url>,
    /// The document without fragment and view parameters.
    document_key: Option<String>,
    /// What queries are written in.
    charset: &'static Encoding,
    /// Whether the document may be one that a page is made from.
    templates: bool,
}

impl Resolver {
    pub(super) fn new(document: Option<&Url>) -> Self {
        Resolver {
            base: document.cloned(),
            document: document.cloned(),
            document_key: document.map(key_of),
            charset: UTF_8,
            templates: false,
        }
    }

    /// Takes the charset of a page: browsers write the queries of its links in it, unless it is one of Unicode.
    pub(super) fn write_queries_in(&mut self, charset: &'static Encoding) {
        self.charset = charset.output_encoding();
    }

    /// Addresses may be made by templates.
    pub(super) fn expect_templates(&mut self) {
        self.templates = true;
    }

    /// Takes the address of a `base` element.
    pub(super) fn rebase(&mut self, href: &str) {
        let href = href.trim();
        let base = match &self.base {
            Some(base) => base.join(href),
            None => Url::parse(href),
        };
        if let Ok(base) = base
            && matches!(base.scheme(), "http" | "https")
        {
            self.base = Some(base);
        }
    }

    /// The address relative ones are resolved against.
    pub(super) fn base(&self) -> Option<&Url> {
        self.base.as_ref()
    }

    /// Judges a link of running content (rules 2.1, 2.2 and 2.4).
    pub(super) fn judge(&self, address: &Address<'_>) -> Verdict {
        let text = address.resolve.as_deref().unwrap_or(&address.href);
        if text.is_empty() || text.starts_with('#') {
            return Verdict::Unlisted;
        }
        if self.templates && template::makes(text) {
            return Verdict::Made;
        }
        let verdict = self.resolve(text);
        match &verdict {
            Verdict::Listed(Target::Valid(url)) if self.is_machinery(url) => Verdict::Unlisted,
            _ => verdict,
        }
    }

    /// Resolves the address of a record: everything http counts.
    pub(super) fn resolve(&self, text: &str) -> Verdict {
        self.resolve_against(text, self.base.as_ref())
    }

    /// Resolves against a base of the record's own.
    pub(super) fn resolve_against(&self, text: &str, base: Option<&Url>) -> Verdict {
        if let Some(wrong) = misspelt(text) {
            return Verdict::Listed(Target::Invalid(format!("it begins with \"{wrong}\"")));
        }
        let in_charset = |text: &str| {
            Url::options().base_url(base).encoding_override(Some(&|query| self.charset.encode(query).0)).parse(text)
        };
        let parsed = match base {
            // A saved page no longer knows its scheme.
            None if text.starts_with("//") => in_charset(&format!("https:{text}")),
            _ => in_charset(text),
        };
        match parsed {
            // What was meant is asked for: the services around it warn, count or wait for a click.
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                Verdict::Listed(Target::Valid(redirectors::unwrapped(&url).unwrap_or(url)))
            }
            Ok(_) => Verdict::Unlisted,
            Err(ParseError::RelativeUrlWithoutBase) => Verdict::Relative,
            Err(error) if means_http(text) => Verdict::Listed(Target::Invalid(fault(text, error))),
            Err(_) => Verdict::Unlisted,
        }
    }

    fn is_machinery(&self, url: &Url) -> bool {
        if let Some(key) = &self.document_key
            && *key == key_of(url)
        {
            return true;
        }
        asks_for_edit_form(url)
            || self.is_view_of_document(url)
            || is_wiki_machinery(url)
            || is_sharing_service(url)
            || (self.same_site(url) && (is_listing(url.path()) || names_machinery(url.path().trim_start_matches('/'))))
    }

    fn same_site(&self, url: &Url) -> bool {
        let site = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_owned());
        self.document.as_ref().is_some_and(|document| site(document) == site(url))
    }

    /// Older revisions and histories name the page by its title, whatever the pattern of its own address is.
    fn is_view_of_document(&self, url: &Url) -> bool {
        let Some(document) = &self.document else { return false };
        url.query_pairs().any(|(name, _)| VIEW_PARAMETERS.contains(&name.as_ref()))
            && self.same_site(url)
            && title_in(url).is_some()
            && title_in(url) == title_in(document)
    }
}

/// What is wrong with an address that means the web, in words that let a person find it.
fn fault(text: &str, error: ParseError) -> String {
    let behind = text.split_once("//").map_or(text, |(_, behind)| behind);
    let authority = &behind[..behind.find(['/', '?', '#', '\\']).unwrap_or(behind.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let shown = shorten(host);
    match error {
        ParseError::EmptyHost => "it names no host".to_owned(),
        ParseError::InvalidPort => {
            let port = host.rsplit_once(':').map_or(host, |(_, port)| port);
            format!("\"{}\" is no port number", shorten(port))
        }
        ParseError::InvalidIpv4Address => format!("\"{shown}\" is no IP address"),
        ParseError::InvalidIpv6Address => format!("\"{shown}\" is no IPv6 address"),
        _ if host.contains(char::is_whitespace) => format!("there is a space in the host name \"{shown}\""),
        ParseError::IdnaError | ParseError::InvalidDomainCharacter => {
            match host.chars().find(|c| c.is_ascii_punctuation() && !matches!(c, '.' | '-' | '_' | ':')) {
                Some(sign) => format!("no host name has a \"{sign}\", as in \"{shown}\""),
                None => format!("\"{shown}\" is no valid host name"),
            }
        }
        error => error.to_string(),
    }
}

fn means_http(text: &str) -> bool {
    let start = text.as_bytes();
    text.starts_with("//")
        || start.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"http:"))
        || start.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"https:"))
}

/// The address without its fragment and view parameters.
fn key_of(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| {
                let name = pair.split('=').next().unwrap_or("");
                !name.is_empty() && !VIEW_PARAMETERS.contains(&name)
            })
            .collect();
        let kept = (!kept.is_empty()).then(|| kept.join("&"));
        url.set_query(kept.as_deref());
    }
    url.into()
}

fn asks_for_edit_form(url: &Url) -> bool {
    url.query().is_some_and(|query| {
        query.contains("action=edit") || query.contains("veaction=edit") || query.contains("action=submit")
    })
}

fn is_wiki_machinery(url: &Url) -> bool {
    // Cheap look first: the name space ends in a colon, plain or escaped.
    let full = url.as_str();
    if !(full.contains("title=") || full.contains("/wiki/") || full.contains("/index.php/")) {
        return false;
    }
    let Some(title) = title_in(url) else { return false };
    names_machinery(&title)
}

/// Whether a title of a wiki page begins with a name space without resources.
fn names_machinery(title: &str) -> bool {
    let Some((space, _)) = title.split_once(':') else { return false };
    let space = space.trim_matches('_').to_lowercase();
    WIKI_MACHINERY.contains(&space.as_str()) || space.ends_with("_talk")
}

fn is_sharing_service(url: &Url) -> bool {
    url.path_segments().is_some_and(|segments| {
        let segments: Vec<&str> = segments.collect();
        segments.iter().enumerate().any(|(at, segment)| {
            matches!(*segment, "sharer" | "share.php" | "sharer.php" | "shareArticle")
                || (*segment == "intent" && at + 1 < segments.len())
        })
    })
}

fn is_listing(path: &str) -> bool {
    LISTINGS.iter().any(|part| path.contains(part)) || is_date_archive(path)
}

/// `/2020/`, `/2020/05/`, `/2020/05/17/` and nothing behind.
fn is_date_archive(path: &str) -> bool {
    let mut parts = path.trim_matches('/').split('/');
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let Some(year) = parts.next() else { return false };
    digits(year, 4)
        && (year.starts_with("19") || year.starts_with("20"))
        && parts.clone().count() <= 2
        && parts.all(|part| digits(part, 2))
}

#[cfg(test)]
mod tests {
    use super::{Resolver, Verdict};
    use crate::model::link::Target;
    use crate::seed::{Document, read};

    #[test]
    fn queries_of_a_page_are_written_in_its_charset_and_those_of_other_lists_in_utf_8() {
        let html =
            "<!doctype html><meta charset=windows-1251><ul><li><a href='http://q.test/тест?q=тест'>тест</a></ul>";
        let markdown = "# Список\n\n- [тест](http://q.test/тест?q=тест)\n";
        for (name, text, query) in [("a.html", html, "%F2%E5%F1%F2"), ("a.md", markdown, "%D1%82%D0%B5%D1%81%D1%82")] {
            let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(text);
            let mut found = Vec::new();
            let content_type = name.ends_with(".md").then_some("text/markdown; charset=windows-1251");
            let document = Document { name, bytes: &bytes, content_type, ..Document::default() };
            read(&document, &mut |link| found.push(link.target)).expect("read");
            let [Target::Valid(url)] = &found[..] else { panic!("{found:?}") };
            assert_eq!(url.as_str(), format!("http://q.test/%D1%82%D0%B5%D1%81%D1%82?q={query}"));
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_told_in_plain_words() {
        let resolver = Resolver::new(None);
        for (text, told) in [
            ("http://exa mple.org/x", "there is a space in the host name \"exa mple.org\""),
            ("http://a<b>.example/", "no host name has a \"<\", as in \"a<b>.example\""),
            ("https://a.example:99999/x", "\"99999\" is no port number"),
            ("http://[::1/x", "\"[::1\" is no IPv6 address"),
            ("http://1.2.3.400/", "\"1.2.3.400\" is no IP address"),
            ("http://", "it names no host"),
            ("htp://a.example/x", "it begins with \"htp://\""),
            ("http//a.example/x", "it begins with \"http//\""),
        ] {
            assert_eq!(resolver.resolve(text), Verdict::Listed(Target::Invalid(told.to_owned())), "{text}");
        }
        // Browsers make an address of these.
        for text in ["http:/a.example/x", "https:\\\\a.example\\x", "http:a.example/x"] {
            assert!(matches!(resolver.resolve(text), Verdict::Listed(Target::Valid(_))), "{text}");
        }
    }
}
