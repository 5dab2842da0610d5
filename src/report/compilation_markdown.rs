//! `compilation.md`: the research compilation as one reads it.

use std::fmt::Write as _;
use std::io;

use super::escape::{clip, markdown, markdown_address, markdown_code, markdown_link};
use super::mentions::{further, pointer};
use super::{changes, citation, health, words};
use crate::compile::{Compilation, Difference, Entry, Section};
use crate::model::Reason;

const LONGEST_TEXT: usize = 1_000;
/// Changes of one kind that are shown; `changes.csv` has all of them.
const CHANGES_SHOWN: usize = 100;

/// Writes the compilation as Markdown.
///
/// # Errors
/// Those of the writer.
pub fn write(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# {}\n", markdown(title(compilation)))?;
    writeln!(out, "{}", introduction(compilation))?;
    changed(compilation, out)?;
    let parts = compilation.seeds.len() > 1;
    let mut above: (&str, &[String]) = ("", &[]);
    for section in &compilation.sections {
        if parts && above.0 != section.seed {
            writeln!(out, "\n## From {}", markdown_code(&section.seed))?;
            above.1 = &[];
        }
        headings(section, above.1, 2 + usize::from(parts), out)?;
        above = (&section.seed, &section.path);
        writeln!(out)?;
        for entry in &section.entries {
            out.write_all(item(entry).as_bytes())?;
        }
        for reference in &section.references {
            let link = linked(&reference.title, &reference.url, None);
            let Some(pointer) = pointer(compilation, section, reference) else { continue };
            let entry = pointer.entry.map(|title| format!("\"{}\" ", markdown(&clip(title, LONGEST_TEXT))));
            let list = pointer.list.map(|seed| format!(" in {}", markdown_code(seed))).unwrap_or_default();
            let place = markdown(&pointer.place);
            writeln!(out, "- {link}: see {}{place}{list}", entry.unwrap_or_default())?;
        }
    }
    Ok(())
}

fn title(compilation: &Compilation) -> &str {
    if compilation.title.trim().is_empty() { "Compilation" } else { &compilation.title }
}

fn introduction(compilation: &Compilation) -> String {
    let entries = compilation.entries().count();
    let mut text =
        format!("{} in {}", words::count(entries, "resource"), words::count(compilation.sections.len(), "section"));
    let seeds: Vec<_> = compilation.seeds.iter().take(5).map(|seed| markdown_code(seed)).collect();
    let _ = write!(text, ", from {}", seeds.join(", "));
    if compilation.seeds.len() > seeds.len() {
        let _ = write!(text, " and {} more", words::thousands(compilation.seeds.len() - seeds.len()));
    }
    if let Some(checked) = compilation.checked {
        let _ = write!(text, "; last checked {}", words::day(checked));
    }
    text.push('.');
    text.push_str(&health::told(compilation));
    text
}

/// What changed since the compilation before, by kind.
fn changed(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    let groups = changes::groups(compilation);
    let Some(since) = compilation.since.filter(|_| !groups.is_empty()) else { return Ok(()) };
    writeln!(out, "\n## Changed since {}", words::since(since, compilation.checked))?;
    for group in &groups {
        writeln!(out, "\n**{}** ({})\n", group.heading, words::thousands(group.items.len()))?;
        for item in group.items.iter().take(CHANGES_SHOWN) {
            let said = changes::words_of(item, group.kind);
            let said = said.map(|said| format!(": {}", markdown(&clip(&said, LONGEST_TEXT)))).unwrap_or_default();
            writeln!(out, "- {}{said}", markdown_link(&clip(item.title, LONGEST_TEXT), item.url))?;
        }
        if group.items.len() > CHANGES_SHOWN {
            writeln!(out, "- ... and {} more", words::thousands(group.items.len() - CHANGES_SHOWN))?;
        }
    }
    Ok(())
}

/// The headings of a section that do not already stand above.
fn headings(section: &Section, above: &[String], level: usize, out: &mut dyn io::Write) -> io::Result<()> {
    let shared = section.path.iter().zip(above).take_while(|(a, b)| a == b).count();
    // A section that comes back after its own subsection is named again.
    let shared = if shared == section.path.len() { shared.saturating_sub(1) } else { shared };
    for (depth, heading) in section.path.iter().enumerate().skip(shared) {
        let marks = "#".repeat((level + depth).min(6));
        writeln!(out, "\n{marks} {}", markdown(&clip(heading, LONGEST_TEXT)))?;
    }
    Ok(())
}

/// One entry: citation, annotation, differences, health, each on a line of its own.
fn item(entry: &Entry) -> String {
    let mut lines = vec![cited(entry)];
    lines.extend(annotation(entry));
    lines.extend(
        entry
            .further_columns()
            .map(|(name, value)| format!("{}: {}", markdown(name), markdown(&clip(value, LONGEST_TEXT)))),
    );
    for difference in &entry.differences {
        lines.push(match difference {
            Difference::Title(title) => {
                format!(
                    "The page {} itself \"{}\".",
                    health::calls(&entry.health),
                    markdown(&clip(title, LONGEST_TEXT))
                )
            }
            Difference::Fact { what, page } => {
                format!("The page gives another {what}: {}.", markdown(&clip(page, LONGEST_TEXT)))
            }
            Difference::Address(address) => format!("It has moved to {}.", markdown_address(address)),
        });
    }
    lines.extend(health(entry));
    lines.extend(further(entry).map(|mention| {
        let said = mention.said.map(|text| format!(": {}", markdown(&clip(text, LONGEST_TEXT)))).unwrap_or_default();
        match mention.title {
            Some(title) => format!("Also listed as {}{said}", linked(title, mention.url, None)),
            None if mention.elsewhere => format!("Also listed at {}{said}", markdown_address(mention.url)),
            None => format!("Listed again{said}"),
        }
    }));
    ["- ", &lines.join("\\\n  "), "\n"].concat()
}

/// A title with its address: as a link, unless the verdict is that it cannot be one.
fn linked(title: &str, url: &str, reason: Option<Reason>) -> String {
    let title = clip(title, LONGEST_TEXT);
    match reason {
        Some(Reason::UrlInvalid) => format!("{} {}", markdown(&title), markdown_code(&clip(url, LONGEST_TEXT))),
        _ => markdown_link(&title, url),
    }
}

/// Linked title, authors, where it appeared, when, what it is.
fn cited(entry: &Entry) -> String {
    let metadata = &entry.metadata;
    let mut text = linked(&entry.title, &entry.url, entry.health.reason);
    if let Some(authors) = citation::authors(metadata) {
        text.push_str(". ");
        text.push_str(&markdown(authors.trim_end_matches('.')));
    }
    let place = citation::appeared_in(metadata).map(|place| ["*", &markdown(place), "*"].concat());
    let facts = citation::facts(metadata).into_iter().map(|fact| markdown(&fact));
    let facts: Vec<_> = place.into_iter().chain(facts).collect();
    if !facts.is_empty() {
        text.push_str(". ");
        text.push_str(facts.join(", ").trim_end_matches('.'));
    }
    if let Some(doi) = metadata.doi.as_ref().map(|field| &field.value) {
        let _ = write!(text, ". DOI {}", markdown_link(doi, &format!("https://doi.org/{doi}")));
    }
    text.push('.');
    text
}

fn annotation(entry: &Entry) -> Option<String> {
    let listed = entry.annotation.as_ref().filter(|text| !text.trim().is_empty());
    if let Some(text) = listed {
        return Some(markdown(&clip(text, LONGEST_TEXT)));
    }
    citation::description(&entry.metadata).map(|text| ["From the page: ", &markdown(&text)].concat())
}

/// The health mark, in words, with what helps.
fn health(entry: &Entry) -> Option<String> {
    let mark = health::mark(&entry.health);
    let memento = entry.memento.as_ref().map(|url| markdown_link("Archived copy", url));
    let mut text = match (mark, memento) {
        (None, None) => return None,
        (None, Some(memento)) => return Some(format!("{memento}.")),
        (Some(mark), memento) => {
            let reason = entry.health.reason.map(|reason| super::advice::of(reason).title);
            let reason = reason.map(|title| format!(": {}", markdown(title))).unwrap_or_default();
            let seen = entry.health.last_ok.map(|at| format!("; last seen {}", words::day(at))).unwrap_or_default();
            let memento = memento.map(|link| format!(" {link}.")).unwrap_or_default();
            format!("**{}**{reason}{seen}.{memento}", words::capitalised(mark))
        }
    };
    if let Some(dated) = citation::dated(entry) {
        let _ = write!(text, " {dated}");
    }
    Some(text)
}
