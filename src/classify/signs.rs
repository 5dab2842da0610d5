//! Signs: tables of recognisable answers, kept as data.
//!
//! A table is a text of tab-separated rows `id, date, verdict, rule, sample`; `#` begins a comment line. A rule is a list
//! of conditions joined by ` & `, all of which must hold; alternatives within a condition are joined by `|`. Letter case
//! never counts. The date says when the sign was last known to be right; the sample is a small answer the rule must
//! recognise, `STATUS {header: value}... body`, and a test holds every row to it.
//!
//! | condition | holds when |
//! | --- | --- |
//! | `status=403,5xx,900-999` | the status is one of these |
//! | `header:NAME`, `header:NAME~a\|b` | the header came; came with one of these texts inside |
//! | `raw~a\|b` | the first 64 KiB of the body as sent contain one of these |
//! | `text~a\|b` | the visible text contains one of these |
//! | `title~a\|b`, `title=a\|b` | the title contains, is one of these |
//! | `head~a\|b`, `head=a\|b` | title or first heading contain; one of their parts is one of these |
//! | `host~a\|b`, `path~a\|b` | the final host ends on, the final path with query contains one of these |
//! | `host=a\|b`, `part3=a\|b` | the final host, the third segment of the final path is one of these |
//! | `type~a\|b` | the media type contains one of these |
//! | `cdn=1005-1015` | the edge error code in the page is one of these |
//! | `words<60`, `bytes<9000`, `scripts>0`, `passwords>0`, `linked>80`, `shell>0`, `titled>0` | sizes; `linked` is the share of linked words in percent, `titled` is 1 when the title names the host |
//! | `!...` | the condition does not hold |

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use thiserror::Error;

use super::searcher::{Hits, Searcher};

/// Bytes of a body as sent that are searched.
pub const RAW_BYTES: usize = 64 << 10;

/// Characters of visible text that are searched.
pub const TEXT_BOUND: usize = 24 << 10;

/// What of an answer the conditions look at. Texts are in lower case.
#[derive(Clone, Debug, Default)]
pub struct Seen<'a> {
    /// Status of the answer.
    pub status: u16,
    /// Header lines, names in lower case.
    pub headers: Option<&'a crate::model::exchange::Headers>,
    /// Beginning of the body as sent.
    pub raw: &'a [u8],
    /// Size of the body as far as it was read.
    pub bytes: usize,
    /// Visible text as the page has it; [`Seen::text`] is what is searched.
    pub source: Cow<'a, str>,
    /// Title.
    pub title: String,
    /// First heading.
    pub h1: String,
    /// Final host.
    pub host: String,
    /// Final path with query.
    pub path: String,
    /// Media type.
    pub media_type: String,
    /// Words of visible text, navigation included.
    pub words: usize,
    /// Share of them inside links, in percent.
    pub linked: usize,
    /// Number of scripts.
    pub scripts: usize,
    /// Number of password fields.
    pub passwords: usize,
    /// 1 when an element that scripts fill stands empty.
    pub shell: usize,
    /// What was found so far, so that each pool of texts is searched for once.
    pub(super) found: Found,
}

/// What searching a page has brought so far. Most pages are never searched: their size alone rules most rows out.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    text: OnceCell<String>,
    hits: Hits,
    edge_code: OnceCell<Option<u16>>,
}

impl Seen<'_> {
    /// The visible text, folded, up to a bound.
    pub fn text(&self) -> &str {
        self.found.text.get_or_init(|| super::text::fold(&self.source, TEXT_BOUND))
    }

    /// The first characters of the visible text, folded.
    pub fn beginning(&self, characters: usize) -> String {
        super::text::fold(&self.source, characters.min(TEXT_BOUND))
    }
}

/// A row that recognised an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Stable id, shown as the marker of a verdict.
    pub id: String,
    /// When the sign was last known to be right, `2026-11`.
    pub date: String,
    /// What it means: a reason code, or a word the table's reader knows.
    pub verdict: String,
    /// A small answer it must recognise.
    pub sample: String,
    conditions: Vec<Condition>,
    /// Words from which on a page is too long for the row: one comparison rules most rows out on most pages.
    too_long: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Status(Vec<(u16, u16)>),
    Header(String, Vec<String>),
    Raw(Vec<usize>),
    Text(Vec<usize>),
    Title(bool, Vec<String>),
    Head(bool, Vec<String>),
    Host(Vec<String>),
    HostIs(Vec<String>),
    Part(Vec<String>),
    Path(Vec<String>),
    Type(Vec<String>),
    Cdn(Vec<(u16, u16)>),
    Size(Size, bool, usize),
    Not(Box<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Words,
    Bytes,
    Scripts,
    Passwords,
    Linked,
    Shell,
    Titled,
}

/// Why a table cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TableError {
    /// A row has not five fields.
    #[error("line {0}: a row has five fields separated by tabs")]
    Fields(usize),
    /// A condition is not understood.
    #[error("line {line}: condition `{condition}` is not understood")]
    Condition {
        /// 1-based line.
        line: usize,
        /// The condition as written.
        condition: String,
    },
    /// The texts are too many for one automaton.
    #[error("the table is too large")]
    TooLarge,
}

/// A table of signs, ready to be searched.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
    pool: Arc<Pool>,
}

/// The texts one or more tables look for, searched for in one pass.
#[derive(Debug)]
struct Pool {
    raw: Searcher,
    text: Searcher,
}

impl Pool {
    fn new(needles: Needles) -> Result<Arc<Pool>, TableError> {
        Ok(Arc::new(Pool { raw: Searcher::in_any_case(needles.raw)?, text: Searcher::in_lower_case(needles.text)? }))
    }
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// A row or condition that is not understood.
    pub fn parse(source: &str) -> Result<Table, TableError> {
        let mut needles = Needles::default();
        let rows = Table::rows_of(source, &mut needles)?;
        Ok(Table { rows, pool: Pool::new(needles)? })
    }

    /// Reads several tables whose texts are searched for together: a page is gone through once for all of them.
    ///
    /// # Errors
    /// A row or condition that is not understood.
    pub fn parse_all<const N: usize>(sources: [&str; N]) -> Result<[Table; N], TableError> {
        let mut needles = Needles::default();
        let mut tables = Vec::with_capacity(N);
        for source in sources {
            tables.push(Table::rows_of(source, &mut needles)?);
        }
        let pool = Pool::new(needles)?;
        let tables: Vec<Table> = tables.into_iter().map(|rows| Table { rows, pool: Arc::clone(&pool) }).collect();
        tables.try_into().map_err(|_| TableError::TooLarge)
    }

    fn rows_of(source: &str, needles: &mut Needles) -> Result<Vec<Row>, TableError> {
        let mut rows = Vec::new();
        for (index, line) in source.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = line.split('\t').collect();
            let [id, date, verdict, rule, sample] = fields[..] else { return Err(TableError::Fields(index + 1)) };
            let mut conditions: Vec<Condition> = rule
                .split(" & ")
                .map(|text| {
                    needles
                        .condition(text.trim())
                        .ok_or_else(|| TableError::Condition { line: index + 1, condition: text.to_owned() })
                })
                .collect::<Result<_, _>>()?;
            // All must hold, so the cheapest goes first.
            conditions.sort_by_key(Condition::effort);
            let bounds = conditions.iter().filter_map(|condition| match condition {
                Condition::Size(Size::Words, true, bound) => Some(*bound),
                _ => None,
            });
            let too_long = bounds.min().unwrap_or(usize::MAX);
            let row = |text: &str| text.trim().to_owned();
            rows.push(Row {
                id: row(id),
                date: row(date),
                verdict: row(verdict),
                sample: row(sample),
                conditions,
                too_long,
            });
        }
        Ok(rows)
    }

    /// The first row all of whose conditions hold.
    pub fn find(&self, seen: &Seen<'_>) -> Option<&Row> {
        self.find_where(seen, |_| true)
    }

    /// The same among the rows that pass a test.
    pub fn find_where(&self, seen: &Seen<'_>, wanted: impl Fn(&Row) -> bool) -> Option<&Row> {
        self.rows_for(seen).filter(|row| wanted(row)).find(|row| row.holds(seen, &self.pool))
    }

    /// Every row all of whose conditions hold.
    pub fn all(&self, seen: &Seen<'_>) -> impl Iterator<Item = &Row> {
        self.rows_for(seen).filter(|row| row.holds(seen, &self.pool))
    }

    /// The rows for which a page is not too long.
    fn rows_for(&self, seen: &Seen<'_>) -> impl Iterator<Item = &Row> {
        let words = seen.words;
        self.rows.iter().filter(move |row| words < row.too_long)
    }

    /// All rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

#[derive(Default)]
struct Needles {
    raw: Vec<String>,
    text: Vec<String>,
}

impl Needles {
    fn condition(&mut self, text: &str) -> Option<Condition> {
        let alternatives = |list: &str| -> Vec<String> {
            list.split('|').map(str::to_lowercase).filter(|text| !text.is_empty()).collect()
        };
        if let Some(rest) = text.strip_prefix('!') {
            return self.condition(rest).map(|condition| Condition::Not(Box::new(condition)));
        }
        if let Some(header) = text.strip_prefix("header:") {
            let (name, list) = header.split_once('~').unwrap_or((header, ""));
            return Some(Condition::Header(name.to_ascii_lowercase(), alternatives(list)));
        }
        let at = text.find(['~', '=', '<', '>'])?;
        let (key, operator, value) = (&text[..at], &text[at..=at], &text[at + 1..]);
        if value.is_empty() {
            return None;
        }
        let list = alternatives(value);
        Some(match (key, operator) {
            ("status", "=") => Condition::Status(ranges(value)?),
            ("cdn", "=") => Condition::Cdn(ranges(value)?),
            ("raw", "~") => Condition::Raw(intern(&mut self.raw, list)),
            ("text", "~") => Condition::Text(intern(&mut self.text, list)),
            ("title", "~" | "=") => Condition::Title(operator == "=", list),
            ("head", "~" | "=") => Condition::Head(operator == "=", list),
            ("host", "~") => Condition::Host(list),
            ("host", "=") => Condition::HostIs(list),
            ("part3", "=") => Condition::Part(list),
            ("path", "~") => Condition::Path(list),
            ("type", "~") => Condition::Type(list),
            (_, "<" | ">") => {
                let size = match key {
                    "words" => Size::Words,
                    "bytes" => Size::Bytes,
                    "scripts" => Size::Scripts,
                    "passwords" => Size::Passwords,
                    "linked" => Size::Linked,
                    "shell" => Size::Shell,
                    "titled" => Size::Titled,
                    _ => return None,
                };
                Condition::Size(size, operator == "<", value.parse().ok()?)
            }
            _ => return None,
        })
    }
}

fn intern(known: &mut Vec<String>, texts: Vec<String>) -> Vec<usize> {
    texts
        .into_iter()
        .map(|text| match known.iter().position(|other| *other == text) {
            Some(at) => at,
            None => {
                known.push(text);
                known.len() - 1
            }
        })
        .collect()
}

fn ranges(list: &str) -> Option<Vec<(u16, u16)>> {
    list.split(',')
        .map(|part| match (part.strip_suffix("xx"), part.split_once('-')) {
            (Some(hundred), _) => {
                let from = hundred.parse::<u16>().ok()?.checked_mul(100)?;
                Some((from, from.checked_add(99)?))
            }
            (None, Some((from, to))) => Some((from.parse().ok()?, to.parse().ok()?)),
            (None, None) => part.parse().ok().map(|one| (one, one)),
        })
        .collect()
}

impl Row {
    fn holds(&self, seen: &Seen<'_>, pool: &Pool) -> bool {
        self.conditions.iter().all(|condition| condition.holds(seen, pool))
    }

    /// Whether every needle of the row is a mere fact about size or place, so that it says nothing by itself.
    #[cfg(test)]
    pub(super) fn is_bare(&self) -> bool {
        self.conditions
            .iter()
            .all(|condition| matches!(condition, Condition::Status(_) | Condition::Size(..) | Condition::Not(_)))
    }
}

impl Condition {
    /// What it takes to tell: a comparison, a look at short texts, a search of the page.
    fn effort(&self) -> u8 {
        match self {
            Condition::Status(_) | Condition::Size(..) => 0,
            Condition::Header(..)
            | Condition::Host(_)
            | Condition::HostIs(_)
            | Condition::Part(_)
            | Condition::Path(_)
            | Condition::Type(_) => 1,
            Condition::Title(..) | Condition::Head(..) => 2,
            Condition::Text(_) => 3,
            Condition::Raw(_) | Condition::Cdn(_) => 4,
            Condition::Not(condition) => condition.effort(),
        }
    }

    fn holds(&self, seen: &Seen<'_>, pool: &Pool) -> bool {
        let within = |ranges: &[(u16, u16)], code: u16| ranges.iter().any(|(from, to)| (*from..=*to).contains(&code));
        match self {
            Condition::Not(condition) => !condition.holds(seen, pool),
            Condition::Status(ranges) => within(ranges, seen.status),
            Condition::Cdn(ranges) => {
                seen.found.edge_code.get_or_init(|| edge_code(seen)).is_some_and(|code| within(ranges, code))
            }
            Condition::Header(name, texts) => seen.headers.is_some_and(|headers| {
                headers.all(name).any(|value| {
                    let value = value.to_lowercase();
                    texts.is_empty() || texts.iter().any(|text| value.contains(text))
                })
            }),
            Condition::Raw(needles) => pool.raw.search(seen.raw, needles, &seen.found.hits),
            Condition::Text(needles) => pool.text.search(seen.text().as_bytes(), needles, &seen.found.hits),
            Condition::Title(false, texts) => texts.iter().any(|text| seen.title.contains(text)),
            Condition::Title(true, texts) => texts.iter().any(|text| bare(text) == bare(&seen.title)),
            Condition::Head(false, texts) => {
                texts.iter().any(|text| seen.title.contains(text) || seen.h1.contains(text))
            }
            Condition::Head(true, texts) => is_one_of(&seen.title, texts) || is_one_of(&seen.h1, texts),
            Condition::Host(texts) => texts.iter().any(|text| ends_at_label(&seen.host, text)),
            Condition::HostIs(texts) => {
                let host = seen.host.strip_prefix("www.").unwrap_or(&seen.host);
                texts.iter().any(|text| text == host)
            }
            Condition::Part(texts) => {
                let path = seen.path.split('?').next().unwrap_or_default();
                let part = path.split('/').filter(|part| !part.is_empty()).nth(2);
                part.is_some_and(|part| texts.iter().any(|text| text == part))
            }
            Condition::Path(texts) => texts.iter().any(|text| seen.path.contains(text)),
            Condition::Type(texts) => texts.iter().any(|text| seen.media_type.contains(text)),
            Condition::Size(size, below, bound) => {
                let value = match size {
                    Size::Words => seen.words,
                    Size::Bytes => seen.bytes,
                    Size::Scripts => seen.scripts,
                    Size::Passwords => seen.passwords,
                    Size::Linked => seen.linked,
                    Size::Shell => seen.shell,
                    Size::Titled => usize::from(titled(seen)),
                };
                if *below { value < *bound } else { value > *bound }
            }
        }
    }
}

/// Whether a heading, or one of its parts around a separator, is one of these texts.
fn is_one_of(heading: &str, texts: &[String]) -> bool {
    super::text::parts(heading)
        .chain([heading])
        .map(bare)
        .any(|part| !part.is_empty() && texts.iter().any(|text| bare(text) == part))
}

/// Whether the title, or without one the first heading, is little more than the name of the host.
fn titled(seen: &Seen<'_>) -> bool {
    let host = seen.host.strip_prefix("www.").unwrap_or(&seen.host);
    let heading = if seen.title.is_empty() { &seen.h1 } else { &seen.title };
    !host.is_empty() && heading.contains(host) && heading.len() < host.len() + 60
}

/// A heading without the signs around it.
fn bare(heading: &str) -> &str {
    heading.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a host is this name or lies beneath it; a text with a trailing dot (`ww1.`) is compared at the beginning.
fn ends_at_label(host: &str, name: &str) -> bool {
    if let Some(prefix) = name.strip_suffix('.') {
        return host.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
    }
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The four-digit error code an edge network prints into its own pages: `<span class="cf-error-code">1016</span>`,
/// or `error code: 1016` as plain text.
pub fn edge_code(seen: &Seen<'_>) -> Option<u16> {
    let head = &seen.raw[..seen.raw.len().min(RAW_BYTES)];
    let after = |needle: &str| memchr::memmem::find(head, needle.as_bytes()).map(|at| &head[at + needle.len()..]);
    let digits = |bytes: &[u8]| {
        let digits: Vec<u8> = bytes
            .iter()
            .copied()
            .skip_while(|byte| !byte.is_ascii_digit())
            .take_while(u8::is_ascii_digit)
            .take(5)
            .collect();
        std::str::from_utf8(&digits).ok().and_then(|text| text.parse().ok())
    };
    let span = after("cf-error-code").and_then(|rest| digits(&rest[..rest.len().min(40)]));
    let plain =
        (seen.bytes < 64).then(|| after("error code: ").and_then(|rest| digits(&rest[..rest.len().min(8)]))).flatten();
    let title = after("<title>").filter(|_| after("cf-error-details").is_some() || after("cf-wrapper").is_some());
    let details = title.and_then(|rest| {
        let end = memchr::memmem::find(rest, b"</title>").unwrap_or(0);
        digits(&rest[..end]).filter(|code| (1000..1100).contains(code))
    });
    span.or(plain).or(details)
}
