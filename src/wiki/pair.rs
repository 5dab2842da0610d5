//! One list of links from two readings of a page: as it is written, which has the places, and as it is shown, which has
//! the words a reader sees.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::model::Link;
use crate::model::link::Target;
use crate::model::memento::original;
use crate::model::wiki::title_in;

/// The links of a page, and where its two readings differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paired {
    /// The links in the order they are written.
    pub links: Vec<Link>,
    /// How many are shown, but stand nowhere in the text: templates made them.
    pub made: usize,
    /// Lines and addresses of links that are written, but not shown.
    pub hidden: Vec<(usize, String)>,
}

/// Pairs the links of the shown page with those of its text. A copy that a citation shows beside its address is no link of
/// its own.
pub fn pair(shown: Vec<Link>, written: Vec<Link>, text: &str) -> Paired {
    let mut partner = partners(&shown, &written);
    pair_prefixed(&shown, &written, text, &mut partner);
    // Whether a shown link is such a copy of the one at another place.
    let is_copy_of = |copy: usize, other: Option<usize>| {
        let other = other.filter(|&other| partner.get(other).is_some_and(Option::is_some));
        partner[copy].is_none() && other.is_some_and(|other| original_key(&shown[copy]) == Some(key(&shown[other])))
    };
    let copies: Vec<(bool, bool)> =
        (0..shown.len()).map(|at| (is_copy_of(at, Some(at + 1)), is_copy_of(at, at.checked_sub(1)))).collect();
    let mut taken = vec![false; written.len()];
    let mut paired = Paired::default();
    let mut before = 0;
    let mut in_front = false;
    for ((link, partner), (is_in_front, is_behind)) in shown.into_iter().zip(&partner).zip(copies) {
        match partner {
            Some(index) => {
                taken[*index] = true;
                before = *index;
                let written = &written[*index];
                // The title leads to the copy then, and "the original" to the address.
                let link = if in_front { Link { title: None, annotation: None, ..link } } else { link };
                paired.links.push(join(link, written));
            }
            None if is_in_front || is_behind => {}
            None => {
                let gap = gap(&written, before, taken.first() == Some(&true), text);
                if !is_maintenance(&link, text.get(gap.clone()).unwrap_or_default()) {
                    paired.made += 1;
                    paired.links.push(at_template(link, gap, text));
                }
            }
        }
        in_front = is_in_front;
    }
    for (link, _) in written.into_iter().zip(taken).filter(|(_, taken)| !taken) {
        paired.hidden.push((link.position.line, link.href.clone()));
        paired.links.push(link);
    }
    paired.links.sort_by_key(|link| (link.position.line, link.position.column));
    paired
}

/// What is said as it is shown, standing where it is written.
fn join(shown: Link, written: &Link) -> Link {
    Link {
        href: written.href.clone(),
        target: shown.target,
        title: shown.title.or_else(|| written.title.clone()),
        annotation: shown.annotation.or_else(|| written.annotation.clone()),
        section: written.section.clone(),
        parent_title: written.parent_title.clone().or(shown.parent_title),
        position: written.position.clone(),
        fields: Vec::new(),
        left_out: written.left_out.clone(),
    }
}

/// Where the text behind a written link stands, or from the beginning, up to the next one.
fn gap(written: &[Link], before: usize, begun: bool, text: &str) -> Range<usize> {
    let start = if begun { written.get(before).map_or(0, |link| link.position.span.end) } else { 0 };
    let next = written.iter().map(|link| link.position.span.start).find(|&at| at > start);
    start..next.unwrap_or(text.len())
}

/// A link that a template made stands where the first template does between its neighbours, or where the one before it
/// stands.
fn at_template(mut link: Link, gap: Range<usize>, text: &str) -> Link {
    let template = text.get(gap.clone()).and_then(|between| between.find("{{")).map(|at| gap.start + at);
    let at = template.unwrap_or(gap.start).min(text.len());
    let head = text.get(..at).unwrap_or_default();
    link.position.line = head.matches('\n').count() + 1;
    link.position.column = head.chars().rev().take_while(|&c| c != '\n').count() + 1;
    link.position.span = at..at;
    link
}

/// For each shown link the written one it comes from: of the same address, with the same title where several are.
fn partners(shown: &[Link], written: &[Link]) -> Vec<Option<usize>> {
    let mut waiting: HashMap<(String, Option<&str>), VecDeque<usize>> = HashMap::new();
    for (index, link) in written.iter().enumerate() {
        waiting.entry((key(link), link.title.as_deref())).or_default().push_back(index);
    }
    let mut found: Vec<Option<usize>> = shown
        .iter()
        .map(|link| waiting.get_mut(&(key(link), link.title.as_deref())).and_then(VecDeque::pop_front))
        .collect();
    let mut left: HashMap<String, Vec<usize>> = HashMap::new();
    for ((key, _), indices) in waiting {
        left.entry(key).or_default().extend(indices);
    }
    left.values_mut().for_each(|indices| indices.sort_unstable_by(|one, other| other.cmp(one)));
    for (link, partner) in shown.iter().zip(&mut found).filter(|(_, partner)| partner.is_none()) {
        *partner = left.get_mut(&key(link)).and_then(Vec::pop);
    }
    found
}

/// Pairs what the wiki shows with the pages of other sites it is written for, `[[doi:10.1000/182]]`: only the wiki knows where
/// its prefixes lead, and what stands behind the prefix is the end of that address.
fn pair_prefixed(shown: &[Link], written: &[Link], text: &str, partner: &mut [Option<usize>]) {
    let taken: HashSet<usize> = partner.iter().flatten().copied().collect();
    let prefixed = written.iter().enumerate().filter(|(index, _)| !taken.contains(index));
    let mut waiting: Vec<(usize, String)> =
        prefixed.filter_map(|(index, link)| Some((index, behind_prefix(link, text)?))).collect();
    for (link, partner) in shown.iter().zip(partner).filter(|(_, partner)| partner.is_none()) {
        if waiting.is_empty() {
            return;
        }
        let Some(url) = link.url() else { continue };
        let address = spelled(url.as_str());
        let is_same = |(index, page): &(usize, String)| {
            address.strip_suffix(page.as_str()).is_some_and(|root| root.ends_with(['/', '=', ':', '?', '#']))
                && (link.title == written[*index].title || written[*index].title.is_none())
        };
        if let Some(found) = waiting.iter().position(is_same) {
            *partner = Some(waiting.remove(found).0);
        }
    }
}

/// What stands behind the prefix of `[[prefix:page]]`.
fn behind_prefix(link: &Link, text: &str) -> Option<String> {
    let span = &link.position.span;
    let written = text.get(span.clone())?;
    if !text.get(..span.start)?.trim_end().ends_with("[[") {
        return None;
    }
    let (prefix, page) = written.trim_start_matches(':').split_once(':')?;
    let page = spelled(page.trim());
    (!prefix.contains('/') && !page.is_empty() && !page.starts_with("//")).then_some(page)
}

/// An address or a title without escapes, words between underscores, in small letters.
fn spelled(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().replace([' ', '+'], "_").to_lowercase()
}

/// Templates that say something about a link or a page; what they lead to explains them and is no resource.
const MAINTENANCE: &[&str] = &[
    "dead link",
    "deadlink",
    "dead",
    "broken link",
    "webarchive",
    "wayback",
    "cbignore",
    "citation needed",
    "cn",
    "fact",
    "better source needed",
    "failed verification",
    "verify source",
    "unreliable source",
    "when",
    "who",
    "clarify",
    "update",
    "cleanup",
];

/// Whether a page of the wiki is shown where nothing but such templates stands.
fn is_maintenance(link: &Link, between: &str) -> bool {
    let names = between.split("{{").skip(1).map(|template| {
        let name = template.split(['|', '}']).next().unwrap_or_default();
        name.trim().replace('_', " ").to_lowercase()
    });
    let mut names = names.peekable();
    names.peek().is_some()
        && link.url().is_some_and(|url| title_in(url).is_some())
        && names.all(|name| MAINTENANCE.contains(&name.as_str()))
}

/// What is the same about an address however the wiki spells it: without scheme, escapes resolved, pages by their titles.
fn key(link: &Link) -> String {
    match &link.target {
        Target::Valid(url) => key_of(url),
        Target::Invalid(_) => link.href.clone(),
    }
}

/// The same of the address that a link leads to a copy of.
fn original_key(link: &Link) -> Option<String> {
    let original = original(link.url()?.as_str())?;
    Url::parse(original).ok().as_ref().map(key_of)
}

fn key_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let fragment = url.fragment().map_or_else(String::new, |fragment| format!("#{fragment}"));
    if let Some(title) = title_in(url)
        && url.query_pairs().all(|(name, _)| name == "title")
    {
        return format!("{host} {title}{fragment}");
    }
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let rest = format!("{}{query}{fragment}", url.path());
    format!("{host}{port}{}", percent_decode_str(&rest).decode_utf8_lossy())
}
