//! The summary a person reads when a run has ended: what is gone and where it stands, what is new, where the rest is.

use std::io;

use unicode_width::UnicodeWidthStr as _;

use super::escape::terminal as clean;
use super::screen::{Look, Screen, fit};
use super::view::{
    Group, count, groups, has_another_verdict, is_new_problem, is_newly_listed, may_be_called_dead, rules, title,
};
use super::{advice, audit_html, audit_markdown, hygiene, words};
use crate::model::assessment::Note;
use crate::model::audit::{Audit, LinkRecord};
use crate::model::{Delta, State};

/// Rules that are named in the summary; the reports name them all.
const RULES_SHOWN: usize = 4;

/// How the summary is printed.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether colours may be used; the text says everything without them.
    pub colour: bool,
    /// Links shown for one state at most.
    pub shown: usize,
    /// The reports that were written, by path.
    pub reports: Vec<String>,
}

impl Default for Layout {
    fn default() -> Self {
        Layout { width: 80, colour: false, shown: 10, reports: Vec::new() }
    }
}

/// Prints the summary.
///
/// # Errors
/// Those of the writer.
pub fn write(audit: &Audit, layout: &Layout, out: &mut dyn io::Write) -> io::Result<()> {
    let mut screen = Summary(Screen::new(out, layout.width, layout.colour));
    screen.head(audit)?;
    screen.counts(audit)?;
    screen.changes(audit)?;
    screen.incidents(audit, layout.shown)?;
    let shown = [State::Dead, State::Suspect, State::Moved];
    let is_cut = shown.iter().any(|&state| audit.count(state) > layout.shown);
    let more = if is_cut { full_report(audit, layout) } else { None };
    for state in shown {
        let found = groups(audit, |link| link.state == state);
        screen.findings(state, &found, layout.shown, more)?;
    }
    screen.changed(audit, layout)?;
    screen.waiting(audit)?;
    screen.left_out(audit)?;
    screen.hygiene(audit, layout)?;
    screen.reports(layout)
}

/// The report of a name, if it was written.
fn written<'a>(layout: &'a Layout, name: &str) -> Option<&'a str> {
    layout.reports.iter().find(|path| path.ends_with(name)).map(String::as_str)
}

/// Where every finding can be read: in the reports for reading, unless there are too many for them.
fn full_report<'a>(audit: &Audit, layout: &'a Layout) -> Option<&'a str> {
    written(layout, "audit.md")
        .filter(|_| audit_markdown::is_whole(audit))
        .or_else(|| written(layout, "audit.html").filter(|_| audit.links.len() <= audit_html::ROWS))
        .or_else(|| ["audit.csv", "audit.json", "audit-excel.csv"].iter().find_map(|name| written(layout, name)))
}

/// As many links as there is room for: new ones before others, and of each kind one of every reason in turn, so that a common
/// fault does not hide a rare one. Reasons with something new go first.
fn chosen<'a>(found: &[Group<'a>], room: usize) -> Vec<Group<'a>> {
    let mut ranked = Vec::new();
    for (group, Group { links, .. }) in found.iter().enumerate() {
        let (new, old): (Vec<&LinkRecord>, Vec<&LinkRecord>) = links.iter().partition(|link| is_new_problem(link));
        ranked.extend(new.into_iter().enumerate().map(|(turn, link)| ((false, turn, group), link)));
        ranked.extend(old.into_iter().enumerate().map(|(turn, link)| ((true, turn, group), link)));
    }
    ranked.sort_by_key(|&(rank, _)| rank);
    ranked.truncate(room);
    let shown = found.iter().enumerate().map(|(group, Group { reason, .. })| {
        let links = ranked.iter().filter(|((.., of), _)| *of == group).map(|&(_, link)| link);
        Group { reason: *reason, links: links.collect() }
    });
    let mut shown: Vec<_> = shown.filter(|group| !group.links.is_empty()).collect();
    shown.sort_by_key(|group| !group.links.iter().any(|link| is_new_problem(link)));
    shown
}

struct Summary<'a>(Screen<'a>);

impl Summary<'_> {
    fn head(&mut self, audit: &Audit) -> io::Result<()> {
        let run = &audit.run;
        if let Some(partial) = words::partial(audit) {
            self.0.wrapped(&format!("PARTIAL: {partial}"), 0, 0, State::Dead.into())?;
            self.0.blank()?;
        }
        if let Some(trouble) = &run.trouble {
            self.0.wrapped(&clean(&words::trouble(trouble)), 0, 0, State::Dead.into())?;
            self.0.blank()?;
        }
        let links = words::count(audit.links.len(), "link");
        let lists = words::count(run.seeds.len(), "list");
        self.0.wrapped(
            &format!("{links} in {lists}, run {} of {}", run.number, words::minute(run.started)),
            0,
            0,
            Look::Plain,
        )?;
        self.0.blank()
    }

    fn counts(&mut self, audit: &Audit) -> io::Result<()> {
        let widest = words::thousands(audit.links.len()).len().max(3);
        for state in State::ALL {
            let number = audit.count(state);
            if number == 0 && !matches!(state, State::Dead | State::Ok) {
                continue;
            }
            let label = format!("{:>widest$} {:<8}", words::thousands(number), state.as_str());
            let look = if number == 0 { Look::Dim } else { state.into() };
            let meaning = match (state, number) {
                (State::Dead, 0) if audit.run.partial.is_none() => "nothing to fix",
                (State::Dead, 0) => "none found so far",
                _ => words::meaning(audit, state),
            };
            let room = self.0.width.saturating_sub(label.width() + 3);
            self.0.painted(&format!("  {label}"), look)?;
            writeln!(self.0.out, " {}", fit(meaning, room))?;
        }
        Ok(())
    }

    fn changes(&mut self, audit: &Audit) -> io::Result<()> {
        let Some(previous) = audit.run.previous else { return Ok(()) };
        let mut parts = Vec::new();
        let mut part = |number: usize, noun: &str| {
            if number > 0 {
                parts.push(format!("{} {noun}", words::thousands(number)));
            }
        };
        let new = count(audit, is_new_problem);
        part(new, if new == 1 { "new problem" } else { "new problems" });
        part(count(audit, |link| link.delta == Some(Delta::Recovered)), "recovered");
        part(count(audit, has_another_verdict), "changed");
        part(count(audit, is_newly_listed), "newly listed");
        part(audit.removed.len(), "no longer listed");
        let what = if parts.is_empty() { "nothing has changed".to_owned() } else { parts.join(", ") };
        self.0.blank()?;
        self.0.wrapped(
            &format!("Since {}: {what}.", words::since(previous, Some(audit.run.started))),
            0,
            2,
            Look::Plain,
        )
    }

    /// Hosts whose links fail together.
    fn incidents(&mut self, audit: &Audit, shown: usize) -> io::Result<()> {
        let incidents = &audit.run.incidents;
        if incidents.is_empty() {
            return Ok(());
        }
        self.0.blank()?;
        let headline = format!("HOSTS IN TROUBLE ({})", words::thousands(incidents.len()));
        self.0.wrapped(&headline, 0, 0, State::Unsure.into())?;
        for incident in incidents.iter().take(shown) {
            self.0.wrapped(&clean(&words::incident(incident)), 2, 4, Look::Plain)?;
        }
        if incidents.len() > shown {
            let left = words::thousands(incidents.len() - shown);
            self.0.wrapped(&format!("... and {left} more"), 2, 2, Look::Plain)?;
        }
        Ok(())
    }

    /// Links of a state by reason, each with its place; the advice once for a reason. What is new has the room first, whatever
    /// its reason: it is what a run is read for.
    fn findings(&mut self, state: State, found: &[Group<'_>], shown: usize, more: Option<&str>) -> io::Result<()> {
        let total: usize = found.iter().map(|group| group.links.len()).sum();
        if total == 0 {
            return Ok(());
        }
        self.0.blank()?;
        let headline = format!("{} ({})", state.as_str().to_uppercase(), words::thousands(total));
        self.0.wrapped(&headline, 0, 0, state.into())?;
        for Group { reason, links } in chosen(found, shown) {
            let words = advice::of(reason);
            self.0.wrapped(&format!("{} ({reason})", words.title), 2, 2, Look::Strong)?;
            for link in links {
                self.link(link)?;
            }
            self.0.wrapped(&format!("> {}", words.action), 4, 6, Look::Plain)?;
        }
        if total > shown {
            let left = words::thousands(total - shown);
            let place = more.map(|more| format!(" in {}", clean(more))).unwrap_or_default();
            self.0.wrapped(&format!("... and {left} more{place}"), 2, 2, Look::Plain)?;
        }
        Ok(())
    }

    /// Where a link stands first, and what it is called, with something behind it that is never cut.
    fn place(&mut self, link: &LinkRecord, tail: &str) -> io::Result<()> {
        let place = link.occurrences.first().map(words::place).unwrap_or_default();
        let mut first = clean(&place).into_owned();
        if let Some(title) = title(link) {
            first = format!("{first}  {}", clean(title));
        }
        let room = self.0.width.saturating_sub(4 + tail.width());
        writeln!(self.0.out, "    {}{tail}", fit(&first, room))
    }

    fn link(&mut self, link: &LinkRecord) -> io::Result<()> {
        let mut tail = String::new();
        if link.occurrences.len() > 1 {
            tail.push_str(&format!(" (+{})", link.occurrences.len() - 1));
        }
        if is_new_problem(link) {
            tail.push_str(" NEW");
            if let Some((state, _)) = link.previous {
                tail.push_str(&format!(", was {state}"));
            }
        }
        self.place(link, &tail)?;
        self.detail(&link.url)?;
        for suggestion in link.suggestions.iter().take(2) {
            self.detail(&format!("{}: {}", words::suggestion(suggestion), suggestion.url))?;
        }
        if link.notes.contains(&Note::ArchivedInList) {
            self.detail(words::note(Note::ArchivedInList))?;
        }
        if link.state == State::Dead || link.state == State::Suspect {
            let mut facts = clean(&link.evidence).into_owned();
            if let Some(last) = link.last_ok {
                facts.push_str(if facts.is_empty() { "" } else { "; " });
                facts.push_str(&format!("last seen alive {}", words::day(last)));
            }
            if !facts.is_empty() {
                self.detail(&facts)?;
            }
            if let Some(series) = words::series(link) {
                self.detail(&series)?;
            }
        }
        Ok(())
    }

    fn detail(&mut self, text: &str) -> io::Result<()> {
        self.0.cut(&clean(text), 8, Look::Dim)
    }

    /// Links in another state than before that are neither new problems nor healthy again, each with both verdicts.
    fn changed(&mut self, audit: &Audit, layout: &Layout) -> io::Result<()> {
        let is_changed = |link: &&LinkRecord| {
            has_another_verdict(link) && link.previous.is_some_and(|(state, _)| state != link.state)
        };
        let changed: Vec<_> = audit.links.iter().filter(is_changed).collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.0.blank()?;
        let headline = format!("OTHER CHANGES ({})", words::thousands(changed.len()));
        self.0.wrapped(&headline, 0, 0, Look::Strong)?;
        for link in changed.iter().take(layout.shown) {
            self.place(link, "")?;
            self.detail(&link.url)?;
            self.detail(&words::turn(link))?;
        }
        if changed.len() > layout.shown {
            let left = words::thousands(changed.len() - layout.shown);
            let place = full_report(audit, layout).map(|more| format!(" in {}", clean(more))).unwrap_or_default();
            self.0.wrapped(&format!("... and {left} more{place}"), 2, 2, Look::Plain)?;
        }
        Ok(())
    }

    /// Links that failed and are not called dead yet: no work so far, but worth a word.
    fn waiting(&mut self, audit: &Audit) -> io::Result<()> {
        let waiting = count(audit, may_be_called_dead);
        if waiting == 0 {
            return Ok(());
        }
        let links = words::count(waiting, "link");
        self.0.blank()?;
        self.0.wrapped(
            &format!("{links} failed this time and will be called dead if this continues."),
            0,
            0,
            Look::Plain,
        )
    }

    /// The rules that left links out, so that none does so unnoticed.
    fn left_out(&mut self, audit: &Audit) -> io::Result<()> {
        let rules = rules(audit.links.iter());
        let Some(most) = rules.len().checked_sub(1).map(|last| last.min(RULES_SHOWN - 1)) else { return Ok(()) };
        self.0.blank()?;
        for (rule, number) in &rules[..=most] {
            let links = words::count(*number, "link");
            self.0.wrapped(&format!("{links} {}", clean(rule)), 0, 2, Look::Dim)?;
        }
        let rest: usize = rules[most + 1..].iter().map(|(_, number)| number).sum();
        if rest > 0 {
            let links = words::count(rest, "link");
            let more = words::count(rules.len() - most - 1, "further rule");
            self.0.wrapped(&format!("{links} left out by {more}"), 0, 2, Look::Dim)?;
        }
        Ok(())
    }

    fn hygiene(&mut self, audit: &Audit, layout: &Layout) -> io::Result<()> {
        let Some(summary) = hygiene::summary(audit) else { return Ok(()) };
        self.0.blank()?;
        let report = ["audit.md", "audit.html", "audit.json"].iter().find_map(|name| written(layout, name));
        let place = report.map(|report| format!(" (see {})", clean(report))).unwrap_or_default();
        self.0.wrapped(&format!("To tidy up: {summary}{place}"), 0, 2, Look::Plain)
    }

    fn reports(&mut self, layout: &Layout) -> io::Result<()> {
        if layout.reports.is_empty() {
            return Ok(());
        }
        self.0.blank()?;
        let paths: Vec<_> = layout.reports.iter().map(|path| clean(path).into_owned()).collect();
        self.0.wrapped(&format!("Reports: {}", paths.join(", ")), 0, 9, Look::Plain)
    }
}
