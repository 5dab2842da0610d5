//! robots.txt (RFC 9309): what a host asks robots to leave alone.
//!
//! A file is read once into [`Robots`]; [`Robots::group`] distils the rules for one product token into [`Rules`], a few
//! bytes a rule, sorted so that the first match decides. Every parseable line counts, however broken its surroundings.
//! Where the RFC is silent this follows the reference implementation its authors published.

use std::time::Duration;

use memchr::memmem;
use percent_encoding::percent_encode_byte;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::model::url::escaped_byte;

/// Bytes of a file that are read; the RFC asks for at least this much (2.5).
pub const MAX_BYTES: usize = 500 * 1024;

/// Bytes of a line that are read.
const MAX_LINE: usize = 16_663;

/// The longest delay that is understood; anything longer says the same.
const MAX_DELAY_SECONDS: f64 = 86_400.0;

/// Spellings of `disallow` that are common enough to be meant.
const DISALLOW: [&str; 6] = ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"];
const USER_AGENT: [&str; 3] = ["user-agent", "useragent", "user agent"];
const ALLOW: [&str; 1] = ["allow"];
const SITEMAP: [&str; 2] = ["sitemap", "site-map"];
const CRAWL_DELAY: [&str; 2] = ["crawl-delay", "crawldelay"];

/// A robots.txt file, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    agents: Vec<Agent>,
    rules: Vec<Rule>,
}

/// One `User-agent` line; `token` is `None` for `*`.
#[derive(Clone, Debug, PartialEq)]
struct Agent {
    token: Option<String>,
    delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Rule {
    allow: bool,
    line: u32,
    /// Normalised; `*` is a wildcard, a final `$` the end of the path.
    pattern: Box<str>,
}

/// The rules one robot has to keep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Longest pattern first, `Allow` before `Disallow` of the same length: the first match decides.
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

/// Whether an address may be asked, and by which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be asked.
    pub allowed: bool,
    /// Number (from 1) and text of the line that decided; `None` when no line speaks about the address.
    pub line: Option<(usize, String)>,
}

impl Robots {
    /// Reads a file. Nothing in it is an error: lines that say nothing are passed over, bytes beyond [`MAX_BYTES`] too.
    pub fn parse(bytes: &[u8]) -> Robots {
        let mut robots = Robots::default();
        // A group is a run of user-agent lines and what follows; only a rule closes the run.
        let mut closed = true;
        for (number, line) in lines(bytes) {
            let Some((key, value)) = key_and_value(line) else { continue };
            if is_key(key, &USER_AGENT) {
                if closed {
                    robots.groups.push(Group::default());
                    closed = false;
                }
                if let Some(group) = robots.groups.last_mut() {
                    group.agents.push(Agent { token: agent_token(value), delay: None });
                }
            } else if is_key(key, &ALLOW) || is_key(key, &DISALLOW) {
                // Rules before the first user-agent line belong to nobody.
                let Some(group) = robots.groups.last_mut() else { continue };
                closed = true;
                if !value.is_empty() {
                    let pattern = normalise(value, true).into_boxed_str();
                    group.rules.push(Rule { allow: is_key(key, &ALLOW), line: number, pattern });
                }
            } else if is_key(key, &CRAWL_DELAY) {
                let Some(delay) = delay(value) else { continue };
                for agent in robots.groups.last_mut().into_iter().flat_map(|group| &mut group.agents) {
                    agent.delay = Some(agent.delay.map_or(delay, |known| known.max(delay)));
                }
            } else if is_key(key, &SITEMAP) && !value.is_empty() {
                robots.sitemaps.push(String::from_utf8_lossy(value).into_owned());
            }
        }
        robots
    }

    /// The rules for a product token such as `perennial`: all groups that name it, merged; the groups for `*` when none
    /// does (2.2.1). Letter case does not count.
    pub fn group(&self, token: &str) -> Rules {
        let named = |agent: &Agent| agent.token.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(token));
        let any = |agent: &Agent| agent.token.is_none();
        if self.groups.iter().any(|group| group.agents.iter().any(named)) { self.merge(named) } else { self.merge(any) }
    }

    fn merge(&self, matches: impl Fn(&Agent) -> bool) -> Rules {
        let mut merged = Rules::default();
        for group in &self.groups {
            let mut agents = group.agents.iter().filter(|agent| matches(agent)).peekable();
            if agents.peek().is_none() {
                continue;
            }
            merged.crawl_delay = agents.filter_map(|agent| agent.delay).chain(merged.crawl_delay).max();
            for rule in &group.rules {
                merged.rules.push(rule.clone());
                merged.rules.extend(directory_of_index(rule));
            }
        }
        merged.rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.len()), !rule.allow, rule.line));
        merged.rules.dedup_by(|later, first| later.allow == first.allow && later.pattern == first.pattern);
        merged.rules.shrink_to_fit();
        merged
    }

    /// The sitemaps it names, as written.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }
}

impl Rules {
    /// Whether an address may be asked: the longest matching pattern decides, `Allow` on a tie, and what no pattern
    /// matches is allowed (2.2.2).
    pub fn decide(&self, url: &Url) -> Decision {
        match url.query() {
            Some(query) => self.decide_path(&format!("{}?{query}", url.path())),
            None => self.decide_path(url.path()),
        }
    }

    /// The same for a path with its query, without fragment.
    pub fn decide_path(&self, path_and_query: &str) -> Decision {
        let path = normalise(path_and_query.as_bytes(), false);
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        // The file itself is never refused (2.2.2).
        let rule = self.rules.iter().find(|rule| matches(&rule.pattern, &path)).filter(|_| path != "/robots.txt");
        match rule {
            Some(rule) => Decision { allowed: rule.allow, line: Some((rule.line as usize, rule.to_string())) },
            None => Decision { allowed: true, line: None },
        }
    }

    /// The pause between two requests the host asks for; not part of the RFC, kept by custom.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether nothing is refused or allowed explicitly.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", if self.allow { "Allow" } else { "Disallow" }, self.pattern)
    }
}

/// Whether a normalised pattern matches the beginning of a normalised path. Each piece between wildcards is taken at its
/// leftmost place, which is right since pieces only need order; the time is linear in path and pattern.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.as_bytes().strip_prefix(first.as_bytes()) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !to_end || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if to_end && pieces.peek().is_none() {
            return rest.ends_with(piece.as_bytes());
        }
        match memmem::find(rest, piece.as_bytes()) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

/// `Allow: /a/index.html` also allows `/a/`, which serves the same page; a custom of the reference implementation.
fn directory_of_index(rule: &Rule) -> Option<Rule> {
    let slash = rule.pattern.rfind('/')?;
    let is_index = rule.allow && rule.pattern[slash + 1..].starts_with("index.htm");
    is_index.then(|| Rule {
        allow: true,
        line: rule.line,
        pattern: format!("{}$", &rule.pattern[..=slash]).into_boxed_str(),
    })
}

/// One spelling for rule and address (2.2.2): unreserved octets decoded, everything that cannot stand in a path encoded,
/// hex digits in upper case. In an address `*` and `$` are encoded; in a pattern they keep their meaning.
fn normalise(bytes: &[u8], pattern: bool) -> String {
    let mut text = String::with_capacity(bytes.len() + 8);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let escape = escaped_byte(bytes, at);
        let special = pattern && (byte == b'*' || (byte == b'$' && at + 1 == bytes.len()));
        match escape {
            Some(decoded) if is_unreserved(decoded) => text.push(decoded as char),
            Some(decoded) => text.push_str(percent_encode_byte(decoded)),
            None if special || byte == b'%' || stands_for_itself(byte) => text.push(byte as char),
            None => text.push_str(percent_encode_byte(byte)),
        }
        at += if escape.is_some() { 3 } else { 1 };
    }
    text
}

/// RFC 3986, 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Unreserved and reserved characters but for the two that patterns use.
fn stands_for_itself(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b':' | b'/'
                | b'?'
                | b'#'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'+'
                | b','
                | b';'
                | b'='
        )
}

/// Numbered lines, each cut at [`MAX_LINE`]; a line the size limit cuts in two is left out.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let end = match bytes.get(..MAX_BYTES) {
        Some(head) if bytes.len() > MAX_BYTES => head.iter().rposition(|byte| is_break(*byte)).unwrap_or(0),
        _ => bytes.len(),
    };
    let mut rest = Some(&bytes[..end]);
    let mut number = 0;
    std::iter::from_fn(move || {
        let text = rest?;
        number += 1;
        match text.iter().position(|byte| is_break(*byte)) {
            Some(at) => {
                let width = if text[at..].starts_with(b"\r\n") { 2 } else { 1 };
                rest = Some(&text[at + width..]);
                Some((number, &text[..at.min(MAX_LINE)]))
            }
            None => {
                rest = None;
                Some((number, &text[..text.len().min(MAX_LINE)]))
            }
        }
    })
}

fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// Splits `key: value`, comment cut off. Two words without a colon count too: people forget it.
fn key_and_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let line = line.split(|byte| *byte == b'#').next().unwrap_or_default().trim_ascii();
    let at = match line.iter().position(|byte| *byte == b':') {
        Some(at) => at,
        None => {
            let at = line.iter().position(u8::is_ascii_whitespace)?;
            let words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
            (words == 2).then_some(at)?
        }
    };
    let key = line[..at].trim_ascii();
    (!key.is_empty()).then(|| (key, line[at + 1..].trim_ascii()))
}

fn is_key(key: &[u8], spellings: &[&str]) -> bool {
    spellings.iter().any(|name| key.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes())))
}

/// The product token of a user-agent line: its leading letters, `-` and `_`; `None` for `*`.
fn agent_token(value: &[u8]) -> Option<String> {
    if value.first() == Some(&b'*') && value.get(1).is_none_or(u8::is_ascii_whitespace) {
        return None;
    }
    let end = value.iter().position(|byte| !(byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_')));
    Some(value[..end.unwrap_or(value.len())].iter().map(|&byte| byte as char).collect())
}

fn delay(value: &[u8]) -> Option<Duration> {
    let end = value.iter().position(|byte| !(byte.is_ascii_digit() || *byte == b'.')).unwrap_or(value.len());
    let seconds: f64 = std::str::from_utf8(&value[..end]).ok()?.parse().ok()?;
    (seconds.is_finite() && seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(MAX_DELAY_SECONDS)))
}

#[cfg(test)]
mod tests;
