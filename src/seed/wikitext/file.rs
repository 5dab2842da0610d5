//! Shown files: the links of their captions, and those that the pictures themselves are.

use std::ops::Range;

use super::Wiki;
use super::inline::{Mode, SCHEMES};
use super::template::{split_at_pipes, written_out};
use crate::seed::tree::{Address, Name, mark};

/// Parameters of a file that say how it is shown.
const LAYOUT: &[&str] = &[
    "thumb",
    "thumbnail",
    "frame",
    "framed",
    "frameless",
    "border",
    "right",
    "left",
    "center",
    "centre",
    "none",
    "baseline",
    "sub",
    "super",
    "top",
    "text-top",
    "middle",
    "bottom",
    "text-bottom",
    "upright",
];

impl Wiki<'_> {
    /// Reads what follows the name of a shown file: the picture may lead elsewhere (`link=`), and links in its caption are
    /// content of their own.
    pub(super) fn file(&mut self, parameters: Option<Range<usize>>, mode: Mode) {
        let Some(parameters) = parameters else { return };
        let text = self.text;
        if mode.in_link || !(text[parameters.clone()].contains('[') || text[parameters.clone()].contains("//")) {
            return;
        }
        let (mut link, mut alt, mut caption) = (None, None, None);
        for parameter in split_at_pipes(text, parameters) {
            let parameter = trimmed(text, parameter);
            let value = |name: &str| {
                let value = text[parameter.clone()].strip_prefix(name)?.trim_start().strip_prefix('=')?;
                Some(trimmed(text, parameter.end - value.len()..parameter.end))
            };
            if let Some(value) = value("link") {
                link = Some(value);
            } else if let Some(value) = value("alt") {
                alt = Some(value);
            } else if !is_layout(&text[parameter.clone()]) {
                // The last one counts.
                caption = Some(parameter);
            }
        }
        let spoken = caption.clone().filter(|caption| !text[caption.clone()].contains(['[', '{']));
        if let Some(link) = link.filter(|link| leads_out(&text[link.clone()])) {
            self.picture(link, alt.or(spoken), mode);
        }
        let linked = |caption: &Range<usize>| {
            let caption = &text[caption.clone()];
            caption.contains(['[', '{']) || caption.contains("//")
        };
        if let Some(caption) = caption.filter(linked) {
            self.tree.start(Name::Note, 0, 0);
            self.inline(caption, Mode { depth: mode.depth + 1, ..mode });
            self.tree.end(Name::Note, 0);
        }
    }

    /// A picture that is a link, named by what it is said to show.
    fn picture(&mut self, link: Range<usize>, label: Option<Range<usize>>, mode: Mode) {
        let Some(link) = self.finished(link) else { return };
        let href = written_out(&self.text[link.clone()]);
        let label = label.filter(|label| !label.is_empty());
        let resolve = (href.starts_with("//") && !self.has_base).then(|| format!("https:{href}").into());
        let address = Address { href: href.clone(), resolve, at: link.start, span: link };
        let inner = Mode { in_link: true, depth: mode.depth + 1, ..mode };
        self.tree.start(Name::Note, 0, 0);
        self.link(address, if label.is_none() { mark::BARE } else { 0 }, mode, |wiki| match label {
            Some(label) => wiki.inline(label, inner),
            None => wiki.tree.text(href),
        });
        self.tree.end(Name::Note, 0);
    }

    /// Reads a gallery: a file a line, with its parameters behind the first pipe.
    pub(super) fn gallery(&mut self, inside: Range<usize>, mode: Mode) {
        let text = self.text;
        if !mode.links_only {
            // A block of its own, which no text before or behind goes on in.
            self.tree.start(Name::Code, 0, 0);
            self.tree.end(Name::Code, 0);
        }
        let mut at = inside.start;
        for line in text[inside].split_inclusive('\n') {
            let end = at + line.trim_end().len();
            if let Some(pipe) = line.find('|').filter(|pipe| at + pipe < end) {
                self.file(Some(at + pipe + 1..end), mode);
            }
            at += line.len();
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let written = &text[range.clone()];
    let start = range.start + written.len() - written.trim_start().len();
    start..(range.start + written.trim_end().len()).max(start)
}

/// Whether a parameter says how the file is shown: "thumb", "200px", "upright=1.2".
fn is_layout(parameter: &str) -> bool {
    let (name, is_set) = parameter.split_once('=').map_or((parameter, false), |(name, _)| (name.trim(), true));
    LAYOUT.contains(&name)
        || (is_set && ["class", "lang", "page", "thumbtime", "start", "end"].contains(&name))
        || parameter.strip_suffix("px").is_some_and(|size| size.bytes().all(|b| b.is_ascii_digit() || b == b'x'))
}

/// Whether the target of a picture is an address and no page of the wiki.
fn leads_out(target: &str) -> bool {
    SCHEMES.iter().any(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}
