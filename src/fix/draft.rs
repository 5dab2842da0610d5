//! One document, link by link, until nothing is left to repair or a person has to.

use std::collections::HashSet;
use std::ops::Range;

use super::coding::{self, Coding};
use super::copies::{Copies, is_copy};
use super::spot::Spot;
use super::template::takes_equals;
use super::{Edit, FixError, Fixed, Left, Proposal, Why, Wish, Wishes, apply, beside, bots, is_address, marks};
use crate::model::{CanonicalUrl, Link};
use crate::seed::{self, Document, Format, SeedError};

/// Says yes or no to a change.
pub type Approve<'a> = dyn FnMut(&Proposal) -> bool + 'a;

/// An entry may mention an address several times, of which one is listed: once that is repaired, the next one shows.
const PASSES: usize = 16;

/// Repairs that turn out to be in the way of others, before the document is left to a person.
const SETBACKS: usize = 50;

/// Repairs a document as wished, as far as a person approves.
///
/// # Errors
/// When it cannot be read as a list, or not written back byte for byte. Single links that cannot be repaired are no
/// errors: they are left.
pub fn fix(document: &Document<'_>, wishes: &Wishes, approve: &mut Approve<'_>) -> Result<Fixed, FixError> {
    let refused = |why| FixError::Coding { name: document.name.to_owned(), why };
    let (before, coding) = coding::decode(document.bytes, document.content_type).map_err(refused)?;
    let draft = Draft { document: *document, coding };
    let (format, mut links) = draft.read(&before)?;
    let mut fixed = Fixed {
        format,
        after: before.clone(),
        before,
        bytes: document.bytes.to_vec(),
        done: Vec::new(),
        left: Vec::new(),
    };
    let is_wiki = format == Format::Wikitext;
    let kept_out = is_wiki && bots::keep_out(&fixed.before);
    let mut asked: HashSet<String> = HashSet::new();
    // What the last pass took back: another repair may have been in the way, and is made now.
    let mut taken_back: Vec<Left> = Vec::new();
    for pass in 0..PASSES {
        let mut planned = Vec::new();
        let mut declined = HashSet::new();
        let copies = Copies::of(format, &fixed.after, &links);
        for (index, link) in links.iter().enumerate() {
            let Some(wish) = wishes.of_link(link).filter(|_| link.left_out.is_none()) else { continue };
            // Later passes only carry on what was approved.
            if pass > 0 && !asked.contains(&link.href) {
                continue;
            }
            let plan = match plan(format, &fixed.after, link, &copies, wish) {
                Ok(None) => Ok(None),
                _ if kept_out => Err("its page asks programs to leave it alone ({{bots}} or {{nobots}})"),
                _ if is_wiki && bots::is_kept(&fixed.after, &link.position.span) => {
                    Err("{{cbignore}} behind it asks programs to leave it alone")
                }
                plan => plan,
            };
            match plan {
                Ok(Some((proposal, edits, href))) if pass > 0 || approve(&proposal) => {
                    planned.push(Planned { index, proposal, edits, href });
                }
                Ok(Some(_)) => {
                    declined.insert(link.href.clone());
                }
                Ok(None) => {}
                Err(because) => {
                    let left = Left { url: link.href.clone(), line: link.position.line, because };
                    let is_back = |back: &Left| (&back.url, back.line) == (&left.url, left.line);
                    if pass == 0 || taken_back.iter().any(is_back) && !fixed.left.contains(&left) {
                        fixed.left.push(left);
                    }
                }
            }
        }
        if planned.is_empty() {
            taken_back.clear();
            break;
        }
        let outcome = draft.carry_out(&fixed.after, format, &links, planned)?;
        taken_back = outcome.left;
        if outcome.done.is_empty() {
            break;
        }
        // Of an address that is declined elsewhere nothing is tried again.
        fixed.left.extend(taken_back.extract_if(.., |left| declined.contains(&left.url)));
        asked = outcome.done.iter().map(|planned| planned.proposal.old.clone()).collect();
        asked.extend(taken_back.iter().map(|left| left.url.clone()));
        asked.retain(|href| !declined.contains(href));
        fixed.done.extend(outcome.done.into_iter().map(|planned| planned.proposal));
        fixed.after = outcome.text;
        links = outcome.links;
    }
    taken_back.retain(|left| !fixed.left.contains(left));
    fixed.left.extend(taken_back);
    fixed.bytes = draft.coding.encode(&fixed.after).ok_or_else(|| refused("its encoding lacks a character"))?;
    fixed.done.sort_by_key(|proposal| (proposal.line, proposal.column));
    Ok(fixed)
}

/// A change that is to be made.
#[derive(Clone)]
struct Planned {
    index: usize,
    proposal: Proposal,
    edits: Vec<Edit>,
    /// What the link will be read as.
    href: String,
}

/// What became of the changes of one pass.
struct Outcome {
    text: String,
    links: Vec<Link>,
    done: Vec<Planned>,
    left: Vec<Left>,
}

struct Draft<'a> {
    document: Document<'a>,
    coding: Coding,
}

impl Draft<'_> {
    /// The links of a text, read as the document would be with it.
    fn read(&self, text: &str) -> Result<(Format, Vec<Link>), SeedError> {
        let bytes = self.coding.encode(text).unwrap_or_default();
        let mut links = Vec::new();
        let reading = seed::read(&Document { bytes: &bytes, ..self.document }, &mut |link| links.push(link))?;
        Ok((reading.format, links))
    }

    /// Makes the changes and reads the result. A change after which something else is listed than was meant is taken
    /// back, and no other.
    fn carry_out(
        &self,
        text: &str,
        format: Format,
        links: &[Link],
        mut planned: Vec<Planned>,
    ) -> Result<Outcome, SeedError> {
        let mut left = Vec::new();
        drop_overlaps(&mut planned, &mut left);
        let attempt = |planned: &[Planned]| self.attempt(text, format, links, planned);
        // So many of the changes are right together.
        let mut right = 0;
        for _ in 0..SETBACKS {
            if let Some((after, now)) = attempt(&planned)? {
                return Ok(Outcome { text: after, links: now, done: planned, left });
            }
            if planned.is_empty() {
                break;
            }
            let mut wrong = planned.len();
            while wrong - right > 1 {
                let middle = right.midpoint(wrong);
                match attempt(&planned[..middle])? {
                    Some(_) => right = middle,
                    None => wrong = middle,
                }
            }
            left.push(left_of(&planned.remove(right), "the list would not read as before around it"));
        }
        left.extend(planned.iter().map(|planned| left_of(planned, "the list would not read as before")));
        Ok(Outcome { text: text.to_owned(), links: links.to_vec(), done: Vec::new(), left })
    }

    /// The text with the changes, and its links; nothing where it would not read as meant.
    fn attempt(
        &self,
        text: &str,
        format: Format,
        links: &[Link],
        planned: &[Planned],
    ) -> Result<Option<(String, Vec<Link>)>, SeedError> {
        let mut edits: Vec<Edit> = planned.iter().flat_map(|planned| planned.edits.clone()).collect();
        let after = apply(text, &mut edits);
        let (read_as, now) = self.read(&after)?;
        let is_meant = read_as == format
            && match reads_as_meant(links, planned, &now) {
                Meant::All => true,
                Meant::Fewer => self.is_only_merged(text, format, links, planned)?,
                Meant::Not => false,
            };
        Ok(is_meant.then_some((after, now)))
    }

    /// Whether links are missing for no other reason than that their entry lists one address once: with an address each
    /// of their own they are all there.
    fn is_only_merged(
        &self,
        text: &str,
        format: Format,
        links: &[Link],
        planned: &[Planned],
    ) -> Result<bool, SeedError> {
        let apart = planned.iter().enumerate().map(|(number, planned)| set_apart(planned, number, links));
        let apart: Vec<Planned> = apart.collect();
        let mut edits: Vec<Edit> = apart.iter().flat_map(|planned| planned.edits.clone()).collect();
        let (read_as, now) = self.read(&apply(text, &mut edits))?;
        Ok(read_as == format && reads_as_meant(links, &apart, &now) == Meant::All)
    }
}

/// A change to an address that no other link has: with a folder of its own on the same host.
fn set_apart(planned: &Planned, number: usize, links: &[Link]) -> Planned {
    let mut apart = planned.clone();
    let host = apart.href.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
    let span = &links[planned.index].position.span;
    let edit = apart.edits.iter_mut().find(|edit| edit.range == *span);
    if let Some(edit) = edit.filter(|edit| !host.is_empty() && edit.text.contains(host)) {
        let own = format!("{host}/{number}-apart");
        edit.text = edit.text.replacen(host, &own, 1);
        apart.href = apart.href.replacen(host, &own, 1);
    }
    apart
}

fn left_of(planned: &Planned, because: &'static str) -> Left {
    Left { url: planned.proposal.old.clone(), line: planned.proposal.line, because }
}

/// The edits for one link; nothing when it is as wished already.
#[allow(clippy::type_complexity)]
fn plan(
    format: Format,
    text: &str,
    link: &Link,
    copies: &Copies<'_>,
    wish: &Wish,
) -> Result<Option<(Proposal, Vec<Edit>, String)>, &'static str> {
    let span = &link.position.span;
    let raw = text.get(span.clone()).unwrap_or_default();
    let spot = Spot::of(format, text, span);
    let is_wiki = format == Format::Wikitext;
    if spot.is_none() && is_wiki {
        return Err("it is a page of the wiki");
    }
    let spot = spot.filter(|_| is_address(raw, link)).ok_or(beside::NO_ADDRESS)?;
    let proposal = |why, new: &str| Proposal {
        why,
        old: link.href.clone(),
        new: new.to_owned(),
        title: link.title.clone(),
        line: link.position.line,
        column: link.position.column,
    };
    match wish {
        Wish::Replace { why, url } => {
            let written = spot.write(format, url).ok_or("its new address cannot be written here")?;
            if written.href == link.href {
                return Ok(None);
            }
            let mut edits = beside::in_place(format, text, span, written.raw)?;
            if names_parameter(format, text, spot, &edits) {
                return Err(NAMING);
            }
            if is_wiki && matches!(why, Why::Moved | Why::Secure) {
                edits.extend(marks::of_living(text, span));
            }
            Ok(Some((proposal(*why, url), edits, written.href)))
        }
        Wish::Archive { url, day } => {
            if is_copy(&link.href) {
                return Ok(None);
            }
            if let Some((copy, edits)) = is_wiki.then(|| marks::of_cited(text, span)).flatten() {
                let stated = (proposal(Why::Archived, copy), edits, link.href.clone());
                return Ok(Some(stated).filter(|(_, edits, _)| !edits.is_empty()));
            }
            if copies.stands_behind(span.end, link, url) {
                return Ok(None);
            }
            let mut edits = beside::note(format, text, span, url, day)?;
            // Another link may stand between, such as the next parameter of a template.
            let mut inserted = edits.iter().filter(|edit| edit.range.is_empty());
            if edits.is_empty() || inserted.any(|edit| copies.stands_behind(edit.range.start, link, url)) {
                return Ok(None);
            }
            if names_parameter(format, text, spot, &edits) {
                return Err(NAMING);
            }
            let replaced = edits.iter().any(|edit| edit.range == *span);
            edits.extend(is_wiki.then(|| marks::called_dead(text, span)).flatten());
            let href = match spot.write(format, url) {
                Some(written) if replaced => written.href,
                _ if replaced => url.clone(),
                _ => link.href.clone(),
            };
            Ok(Some((proposal(Why::Archived, url), edits, href)))
        }
    }
}

const NAMING: &str = "the template around it would take the = of the new address for the end of a name";

/// Whether an edit in the middle of a template's parameter would give that a name. What is all of one has its own escapes.
fn names_parameter(format: Format, text: &str, spot: Spot, edits: &[Edit]) -> bool {
    let names = |edit: &Edit| {
        !edit.text.starts_with(" {{") && edit.text.contains('=') && takes_equals(&text[..edit.range.start])
    };
    format == Format::Wikitext && !matches!(spot, Spot::Parameter(_)) && edits.iter().any(names)
}

/// Two edits of one place cannot both be made, but several notes may stand behind one another.
fn drop_overlaps(planned: &mut Vec<Planned>, left: &mut Vec<Left>) {
    let mut taken: Vec<Edit> = Vec::new();
    let clash = |one: &Edit, other: &Edit| {
        let (range, taken) = (&one.range, &other.range);
        let is_note = range.is_empty() && one.text != other.text;
        range.start < taken.end && taken.start < range.end || range == taken && !is_note
    };
    planned.retain(|planned| {
        let clashes = planned.edits.iter().any(|edit| taken.iter().rev().take(64).any(|taken| clash(edit, taken)));
        if clashes {
            // Several mentions share one definition: repaired once, it is repaired for all.
            let shared = planned.edits.iter().all(|edit| taken.iter().any(|taken| taken.range == edit.range));
            if !shared {
                left.push(left_of(planned, "another repair touches the same place"));
            }
            return false;
        }
        taken.extend(planned.edits.iter().cloned());
        true
    });
}

/// How a changed text reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    /// As meant.
    All,
    /// As meant, but for links that are listed no more while another one has their new address.
    Fewer,
    /// In another way.
    Not,
}

/// Whether every link reads as it should after the changes: each as before or as it was changed to, and between them only
/// the copies, and mentions that were hidden behind a repaired one.
fn reads_as_meant(before: &[Link], planned: &[Planned], now: &[Link]) -> Meant {
    let copies: HashSet<&str> = planned
        .iter()
        .filter(|planned| planned.proposal.why == Why::Archived)
        .map(|p| p.proposal.new.as_str())
        .collect();
    let olds: HashSet<&str> = planned.iter().map(|planned| planned.proposal.old.as_str()).collect();
    // The hidden mention may spell the address in another way.
    let canonical = |link: &Link| link.url().map(|url| CanonicalUrl::new(url).as_str().to_owned());
    let resources: HashSet<String> = planned.iter().filter_map(|planned| canonical(&before[planned.index])).collect();
    let may_come = |read: &Link| {
        is_among(&copies, &read.href)
            || olds.contains(read.href.as_str())
            || canonical(read).is_some_and(|read| resources.contains(&read))
    };
    let news: HashSet<&str> = planned.iter().map(|planned| planned.href.as_str()).collect();
    let mut changes = planned.iter().peekable();
    // Mentions that share a definition change with it.
    let shared: HashSet<&Range<usize>> =
        planned.iter().flat_map(|planned| planned.edits.iter().map(|edit| &edit.range)).collect();
    let mut meant = Meant::All;
    let mut at = 0;
    for (index, link) in before.iter().enumerate() {
        let changed = changes.next_if(|planned| planned.index == index);
        let with_definition = || {
            let same = shared.contains(&link.position.span) && !link.position.span.is_empty();
            let by = |planned: &&Planned| planned.edits.iter().any(|edit| edit.range == link.position.span);
            same.then(|| planned.iter().find(by).map(|planned| planned.href.as_str())).flatten()
        };
        let expected = changed.map(|planned| planned.href.as_str()).or_else(with_definition).unwrap_or(&link.href);
        while now.get(at).is_some_and(|read| read.href != expected && may_come(read)) {
            at += 1;
        }
        if now.get(at).is_some_and(|read| read.href == expected) {
            at += 1;
        } else if news.contains(expected) && now.iter().any(|read| read.href == expected) {
            meant = Meant::Fewer;
        } else {
            return Meant::Not;
        }
    }
    if now.get(at..).unwrap_or_default().iter().all(may_come) { meant } else { Meant::Not }
}

/// Whether an address is one of the copies, in whatever spelling its format asked for.
fn is_among(copies: &HashSet<&str>, href: &str) -> bool {
    copies.contains(href) || is_copy(href) && !copies.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_lost_is_not_made_good_by_another_with_its_address() {
        let text =
            "title,url,note\n\"E\",\"http://old.example/x http://a.example/\",n\nF,\"https://new.example/a,b\",n\n";
        let document =
            Document { name: "list.csv", bytes: text.as_bytes(), content_type: None, base: None, site: None };
        let draft = Draft { document, coding: coding::decode(document.bytes, None).expect("a text").1 };
        let (format, links) = draft.read(text).expect("a list");
        let new = "https://new.example/a,b";
        let proposal = Proposal {
            why: Why::Moved,
            old: links[0].href.clone(),
            new: new.to_owned(),
            title: None,
            line: 2,
            column: 1,
        };
        let attempt = |written: String| {
            let edits = vec![Edit { range: links[0].position.span.clone(), text: written }];
            let planned = Planned { index: 0, proposal: proposal.clone(), edits, href: new.to_owned() };
            draft.attempt(text, format, &links, &[planned]).expect("it is read").map(|(after, _)| after)
        };
        assert_eq!(attempt(new.to_owned()), Some(text.replace("http://old.example/x", new)));
        assert_eq!(attempt(format!("\"{new}\"")), None);
        assert_eq!(attempt(String::new()), None);
    }
}
