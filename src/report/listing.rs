//! The links of a list as a person reads them: under their headings, each with its place, its title and what is said of it.

use std::io;
use std::sync::Arc;

use super::escape;
use super::screen::{Look, Screen};
use crate::model::Link;

/// Prints links one by one; what neighbours have in common is said once.
pub struct Listing {
    width: usize,
    colour: bool,
    section: Arc<[String]>,
    any: bool,
}

impl Listing {
    /// A listing for a terminal of some width that may take colour.
    pub fn new(width: usize, colour: bool) -> Self {
        Listing { width, colour, section: Arc::from(Vec::new()), any: false }
    }

    /// Prints one link. `seed` is told where there are several.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn link(&mut self, link: &Link, seed: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
        let mut screen = Screen::new(out, self.width, self.colour);
        if link.section != self.section {
            self.section = Arc::clone(&link.section);
            if self.any {
                screen.blank()?;
            }
            let heading =
                if link.section.is_empty() { "(under no heading)".to_owned() } else { link.section.join(" > ") };
            screen.wrapped(&escape::terminal(&heading), 0, 2, Look::Strong)?;
        }
        self.any = true;
        let seed = seed.map_or_else(String::new, |seed| format!("{}:", escape::terminal(seed)));
        let place = format!("{seed}{}:{}", link.position.line, link.position.column);
        let title = link.title.as_deref().map_or("(no title)".into(), escape::terminal);
        screen.wrapped(&format!("{place}  {title}"), 0, 4, Look::Plain)?;
        // An address is for copying: it is never broken.
        let address = link.url().map_or(link.href.as_str(), |url| url.as_str());
        screen.painted(&format!("    {}", escape::terminal(address)), Look::Dim)?;
        writeln!(screen.out)?;
        let facts = link.fields.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(" | ");
        let notes = [
            link.annotation.as_deref().map(|annotation| escape::terminal(annotation).into_owned()),
            link.parent_title.as_deref().map(|parent| format!("part of: {}", escape::terminal(parent))),
            (!facts.is_empty()).then(|| escape::terminal(&facts).into_owned()),
            link.left_out.as_ref().map(|left_out| format!("left out by {}", escape::terminal(&left_out.rule))),
        ];
        for note in notes.into_iter().flatten() {
            screen.wrapped(&note, 4, 4, Look::Plain)?;
        }
        Ok(())
    }

    /// Another list begins, whose links may stand under no heading.
    pub fn next_list(&mut self) {
        if self.any && !self.section.is_empty() {
            self.section = Arc::from(vec![String::new()]);
        }
    }
}
