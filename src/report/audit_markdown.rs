//! `audit.md`: the broken-link report as a person works through it, with boxes to tick.

use std::fmt::Write as _;
use std::io;

use super::escape::{clip, markdown, markdown_address, markdown_code, markdown_link};
use super::view::{Group, count, groups, has_another_verdict, is_new_problem, is_newly_listed, rules, title};
use super::{advice, hygiene, words};
use crate::model::audit::{Audit, LinkRecord, RequestCounts};
use crate::model::hygiene::{Flaw, FlawKind};
use crate::model::{Delta, Reason, State};

/// Hosting sites show Markdown files up to one mebibyte.
pub const LIMIT: usize = 1 << 20;

const LONGEST_TEXT: usize = 300;
const LONGEST_ADDRESS: usize = 2_000;
const PLACES_SHOWN: usize = 5;
const SEEDS_SHOWN: usize = 20;
const NOTICES_SHOWN: usize = 50;

/// Writes the audit as Markdown.
///
/// # Errors
/// Those of the writer.
pub fn write(audit: &Audit, out: &mut dyn io::Write) -> io::Result<()> {
    write_within(audit, LIMIT, out)
}

/// Writes the audit as Markdown of a limited size in bytes: what does not fit is left out by the group, and said to be.
///
/// # Errors
/// Those of the writer.
pub fn write_within(audit: &Audit, limit: usize, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(Page::of(audit, limit).text.as_bytes())
}

/// Whether the page has room for everything it is to tell.
pub fn is_whole(audit: &Audit) -> bool {
    !Page::of(audit, LIMIT).is_cut
}

struct Page {
    text: String,
    /// Beyond this many bytes only headings are written.
    budget: usize,
    /// Whether something did not fit.
    is_cut: bool,
}

impl Page {
    fn of(audit: &Audit, limit: usize) -> Page {
        let mut page = Page { text: String::new(), budget: limit - (limit / 8).min(48 << 10), is_cut: false };
        page.head(audit);
        page.changes(audit);
        let fresh = groups(audit, is_new_problem);
        if !fresh.is_empty() {
            let number = fresh.iter().map(|group| group.links.len()).sum();
            let _ = write!(page.text, "\n## New problems ({})\n", words::thousands(number));
            page.groups(&fresh, |link| problem(link, true));
        }
        page.changed("Works again", audit, |link| link.delta == Some(Delta::Recovered));
        page.changed("Other changed verdicts", audit, has_another_verdict);
        page.incidents(audit);
        for state in State::ALL {
            page.state(audit, state);
        }
        page.removed(audit);
        page.hygiene(audit);
        page.notices(audit);
        page.foot(audit);
        page
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn head(&mut self, audit: &Audit) {
        let run = &audit.run;
        self.line("# Link audit\n");
        if let Some(partial) = words::partial(audit) {
            let _ = write!(self.text, "> **This report is partial.** {partial}");
            self.line(" What is not listed here may still be broken.\n");
        }
        if let Some(trouble) = &run.trouble {
            let _ = writeln!(self.text, "> **{}**\n", markdown(&clip(&words::trouble(trouble), LONGEST_TEXT)));
        }
        let _ = write!(self.text, "Run {} of {}", run.number, words::minute(run.started));
        match run.previous {
            Some(previous) => {
                let _ = write!(self.text, ", compared with the run of {}", words::minute(previous));
            }
            None if run.number > 1 => self.text.push_str(", with no finished run before it"),
            None => self.text.push_str(", the first one"),
        }
        let _ = writeln!(self.text, ". {}:\n", seeds_clause(audit));
        for seed in run.seeds.iter().take(SEEDS_SHOWN) {
            let name = markdown_code(&clip(&seed.name, LONGEST_TEXT));
            let _ = writeln!(self.text, "- {name} ({}, {})", markdown(&seed.format), words::count(seed.links, "link"));
        }
        if run.seeds.len() > SEEDS_SHOWN {
            let _ = writeln!(self.text, "- and {} more", words::thousands(run.seeds.len() - SEEDS_SHOWN));
        }
        self.line("\n| State | Links | New problems | Meaning |\n| --- | ---: | ---: | --- |");
        for state in State::ALL {
            let new = count(audit, |link| link.state == state && is_new_problem(link));
            let (links, new) = (words::thousands(audit.count(state)), words::thousands(new));
            let _ = writeln!(self.text, "| {state} | {links} | {new} | {} |", words::meaning(audit, state));
        }
        let new = words::thousands(count(audit, is_new_problem));
        let _ =
            writeln!(self.text, "| **all** | {} | {new} | distinct addresses |", words::thousands(audit.links.len()));
    }

    fn changes(&mut self, audit: &Audit) {
        if audit.run.previous.is_none() {
            return;
        }
        let recovered = count(audit, |link| link.delta == Some(Delta::Recovered));
        let rows = [
            (count(audit, is_new_problem), "new problem"),
            (recovered, "link that works again"),
            (count(audit, has_another_verdict), "link with another verdict"),
            (count(audit, is_newly_listed), "link newly listed"),
            (audit.removed.len(), "link no longer listed"),
        ];
        self.line("\n## Since the run before\n");
        if rows.iter().all(|(number, _)| *number == 0) {
            self.line("Nothing has changed.");
        }
        for (number, what) in rows {
            if number > 0 {
                let what = if number == 1 { what.to_owned() } else { plural(what) };
                let _ = writeln!(self.text, "- {} {what}", words::thousands(number));
            }
        }
    }

    /// One finding for each host whose links fail together; the links themselves wait.
    fn incidents(&mut self, audit: &Audit) {
        let incidents = &audit.run.incidents;
        if incidents.is_empty() {
            return;
        }
        let _ = write!(self.text, "\n## Hosts in trouble ({})\n\n", words::thousands(incidents.len()));
        self.line(
            "Most links on these hosts fail in the same way, so the fault is the host's. Their verdicts are on hold.\n",
        );
        let rows = incidents.iter().map(|one| format!("- {}\n", markdown(&clip(&words::incident(one), LONGEST_TEXT))));
        self.items(rows, incidents.len());
    }

    fn state(&mut self, audit: &Audit, state: State) {
        let total = audit.count(state);
        if state == State::Ok || total == 0 {
            return;
        }
        let _ = write!(self.text, "\n## {} ({})\n", words::capitalised(state.as_str()), words::thousands(total));
        let above = count(audit, |link| link.state == state && is_new_problem(link));
        let which = match above {
            0 => None,
            1 if total == 1 => Some("It stands".to_owned()),
            _ if above == total => Some("All of them stand".to_owned()),
            1 => Some("One of them stands".to_owned()),
            _ => Some(format!("{} of them stand", words::thousands(above))),
        };
        if let Some(which) = which {
            let _ = writeln!(self.text, "\n{which} above, under the new problems.");
        }
        let rest = groups(audit, |link| link.state == state && !is_new_problem(link));
        let item: fn(&LinkRecord) -> String = match state {
            State::Dead | State::Suspect | State::Moved => |link| problem(link, true),
            _ => |link| problem(link, false),
        };
        self.groups(&rest, item);
    }

    /// Writes groups with their advice; one that does not fit is named and counted.
    fn groups(&mut self, groups: &[Group<'_>], item: impl Fn(&LinkRecord) -> String) {
        for Group { reason, links } in groups {
            let words = advice::of(*reason);
            let number = words::thousands(links.len());
            let _ = write!(self.text, "\n### {} ({number}) `{reason}`\n", markdown(words.title));
            if self.text.len() < self.budget {
                let _ = writeln!(self.text, "\n{} {}\n", markdown(words.means), markdown(words.action));
            }
            // What did not change is as long as the list, and nothing is to be done about any of it.
            if *reason == Reason::Unchanged {
                continue;
            }
            let rules = rules(links.iter().copied());
            if rules.len() > 1 && rules.len() < links.len() {
                let counted = rules.iter().map(|(rule, number)| {
                    format!("- {} {}\n", words::count(*number, "link"), markdown(&clip(rule, LONGEST_TEXT)))
                });
                self.items(counted.collect::<Vec<_>>().into_iter(), rules.len());
                self.line("");
            }
            self.items(links.iter().map(|link| item(link)), links.len());
        }
    }

    fn items(&mut self, items: impl Iterator<Item = String>, total: usize) {
        for (written, item) in items.enumerate() {
            if self.text.len() + item.len() > self.budget {
                let left = words::thousands(total - written);
                self.is_cut = true;
                let _ = writeln!(
                    self.text,
                    "\n*{left} left out here to keep this file readable; `audit.csv` and `audit.json` have them all.*"
                );
                return;
            }
            self.text.push_str(&item);
        }
    }

    /// Links with another verdict than before, each with both: some of them stand nowhere else.
    fn changed(&mut self, heading: &str, audit: &Audit, wanted: fn(&LinkRecord) -> bool) {
        let links: Vec<_> = audit.links.iter().filter(|link| wanted(link)).collect();
        if links.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n## {heading} ({})\n", words::thousands(links.len()));
        self.items(links.iter().map(|link| turned(link)), links.len());
    }

    fn removed(&mut self, audit: &Audit) {
        if audit.removed.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n## No longer listed ({})\n", words::thousands(audit.removed.len()));
        let items = audit.removed.iter().map(|link| {
            let was = link.state.map(|state| format!(", was {state}")).unwrap_or_default();
            format!("- {}{was}\n", address(&link.url))
        });
        self.items(items, audit.removed.len());
    }

    fn hygiene(&mut self, audit: &Audit) {
        let groups = hygiene::groups(audit);
        if groups.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n## Tidying up ({})", words::thousands(audit.hygiene.len()));
        for (kind, flaws) in groups {
            let words = hygiene::of(kind);
            let number = words::thousands(flaws.len());
            let _ = writeln!(self.text, "\n### {} ({number}) `{}`\n\n{}\n", words.title, kind.as_str(), words.action);
            self.items(flaws.iter().map(|flaw| untidy(flaw)), flaws.len());
        }
    }

    fn notices(&mut self, audit: &Audit) {
        if audit.notices.is_empty() {
            return;
        }
        let _ = writeln!(self.text, "\n## Notices about the lists ({})\n", words::thousands(audit.notices.len()));
        let shown = audit.notices.iter().take(NOTICES_SHOWN);
        let items = shown.map(|notice| format!("- {}\n", markdown(&clip(&notice.to_string(), LONGEST_TEXT))));
        self.items(items, audit.notices.len().min(NOTICES_SHOWN));
        if audit.notices.len() > NOTICES_SHOWN {
            let _ = writeln!(self.text, "- and {} more", words::thousands(audit.notices.len() - NOTICES_SHOWN));
        }
    }

    fn foot(&mut self, audit: &Audit) {
        let RequestCounts { links, robots, retries, probes, lookups, seeds, archive } = audit.run.requests;
        let number = |requests: u64| usize::try_from(requests).unwrap_or(usize::MAX);
        let counted = |requests: u64, noun: &str| words::count(number(requests), noun);
        let plain = |requests: u64| words::thousands(number(requests));
        let _ = writeln!(
            self.text,
            "\n---\n\nMade by {} with {}: {} for links and their redirects, {} for robots.txt, {}, {}, {}, {} for lists, \
             {} to the archive.",
            markdown(&words::made_by(&audit.run)),
            counted(audit.run.requests.total(), "request"),
            plain(links),
            plain(robots),
            words::counted(number(retries), "second try", "second tries"),
            counted(probes, "probe"),
            counted(lookups, "look-up"),
            plain(seeds),
            plain(archive)
        );
        self.line("`perennial explain REASON` says what a reason means and when it is given; `perennial explain URL` shows everything known about one link.");
    }
}

fn seeds_clause(audit: &Audit) -> String {
    let mentions = audit.links.iter().map(|link| link.occurrences.len()).sum();
    let lists = words::count(audit.run.seeds.len(), "list");
    format!("{} at {} in {lists}", words::count(audit.links.len(), "address"), words::count(mentions, "place"))
}

fn plural(what: &str) -> String {
    match what.split_once(' ') {
        Some(("new", noun)) => format!("new {noun}s"),
        Some((noun, rest)) => format!("{noun}s {}", rest.replacen("that works", "that work", 1)),
        None => format!("{what}s"),
    }
}

/// The link by the name a person knows it by.
fn heading(link: &LinkRecord) -> String {
    let no_address = link.reason == Reason::UrlInvalid;
    match title(link) {
        Some(title) if no_address => {
            format!("{} {}", markdown(&clip(title, LONGEST_TEXT)), markdown_code(&clip(&link.url, LONGEST_TEXT)))
        }
        None if no_address => markdown_code(&clip(&link.url, LONGEST_TEXT)).to_string(),
        Some(title) if link.url.len() <= LONGEST_ADDRESS => markdown_link(&clip(title, LONGEST_TEXT), &link.url),
        Some(title) => format!("{} {}", markdown(&clip(title, LONGEST_TEXT)), address(&link.url)),
        None => address(&link.url),
    }
}

fn address(url: &str) -> String {
    if url.len() > LONGEST_ADDRESS { markdown_code(&clip(url, LONGEST_TEXT)) } else { markdown_address(url) }
}

/// What became of a link since the run before, with its first place.
fn turned(link: &LinkRecord) -> String {
    let place = link.occurrences.first().map(|occurrence| clip(&words::place(occurrence), LONGEST_TEXT).into_owned());
    let place = place.map(|place| format!(" at {}", markdown_code(&place))).unwrap_or_default();
    format!("- {}{place}: {}\n", heading(link), words::turn(link))
}

/// One finding: name, places, what was seen, what could stand in its place.
fn problem(link: &LinkRecord, to_do: bool) -> String {
    let mut item = format!("- {}{}", if to_do { "[ ] " } else { "" }, heading(link));
    if let Some(label) = words::delta_label(link.delta) {
        let _ = write!(item, " ({label})");
    }
    item.push('\n');
    for occurrence in link.occurrences.iter().take(PLACES_SHOWN) {
        let _ = write!(item, "  - at {}", markdown_code(&clip(&words::place(occurrence), LONGEST_TEXT)));
        if !occurrence.section.is_empty() {
            let section = words::section(&occurrence.section);
            let _ = write!(item, " in {}", markdown(&clip(&section, LONGEST_TEXT)));
        }
        item.push('\n');
    }
    if link.occurrences.len() > PLACES_SHOWN {
        let more = words::count(link.occurrences.len() - PLACES_SHOWN, "more place");
        let _ = writeln!(item, "  - and at {more}");
    }
    if let Some(before) = words::before(link) {
        let _ = writeln!(item, "  - before: {before}");
    }
    let seen = seen(link);
    if !seen.is_empty() {
        let _ = writeln!(item, "  - {seen}");
    }
    for suggestion in &link.suggestions {
        let lead = words::suggestion(suggestion);
        let _ = writeln!(item, "  - {lead}: {}", address(&suggestion.url));
    }
    if let Some(copies) = words::copies(link) {
        let _ = writeln!(item, "  - archived copies, if any: {}", address(&copies));
    }
    item
}

/// One flaw: what it is about, where it stands, what could stand there instead.
fn untidy(flaw: &Flaw) -> String {
    let subject = match flaw.kind {
        FlawKind::BareTitle | FlawKind::NoAddress | FlawKind::Glued => {
            markdown_code(&clip(&flaw.subject, LONGEST_TEXT))
        }
        _ => address(&flaw.subject),
    };
    let mut item = format!("- {subject}\n");
    for place in flaw.places.iter().take(PLACES_SHOWN) {
        let _ = write!(item, "  - at {}", markdown_code(&clip(&hygiene::place(place), LONGEST_TEXT)));
        if let Some(text) = place.text.as_ref().filter(|text| **text != flaw.subject) {
            let _ = write!(item, " as {}", address(text));
        }
        item.push('\n');
    }
    if flaw.places.len() > PLACES_SHOWN {
        let more = words::count(flaw.places.len() - PLACES_SHOWN, "more place");
        let _ = writeln!(item, "  - and at {more}");
    }
    if let Some(instead) = &flaw.instead {
        let _ = writeln!(item, "  - better: {}", address(instead));
    }
    item
}

/// Evidence, confidence and history in one line.
fn seen(link: &LinkRecord) -> String {
    let mut parts = Vec::new();
    if !link.evidence.is_empty() {
        parts.push(format!("seen: {}", markdown(&clip(&link.evidence, LONGEST_TEXT))));
    }
    if link.state != State::Skipped {
        parts.push(format!("confidence {}", link.confidence));
    }
    parts.extend(words::series(link));
    if let Some(since) = link.failing_since {
        parts.push(format!("failing since {}", words::day(since)));
    }
    if let Some(last) = link.last_ok.filter(|_| !link.state.is_alive()) {
        parts.push(format!("last seen alive {}", words::day(last)));
    }
    parts.extend(link.notes.iter().map(|&note| words::note(note).to_owned()));
    parts.join("; ")
}
