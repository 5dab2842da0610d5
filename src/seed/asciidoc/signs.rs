//! What single lines of AsciiDoc are: titles, bounds of blocks, comments, directives.

use std::ops::Range;

use super::attributes::definition;
use crate::seed::lines::Line;

/// Level of a title and the width of its signs: `== Title`, `## Title`.
pub(super) fn title_level(content: &str) -> Option<(usize, usize)> {
    let sign = content.bytes().next().filter(|sign| matches!(sign, b'=' | b'#'))?;
    let level = content.bytes().take(7).take_while(|&byte| byte == sign).count();
    let behind = &content[level..];
    let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    (level <= 6 && blank > 0 && blank < behind.len()).then_some((level, level + blank))
}

/// The sign of a line that bounds a block.
pub(super) fn boundary(content: &str) -> Option<u8> {
    let bytes = content.as_bytes();
    let first = *bytes.first()?;
    let is_bound = match first {
        b'`' => content.starts_with("```") && !content[3..].contains('`'),
        b'-' if content == "--" => true,
        b'-' | b'.' | b'+' | b'=' | b'*' | b'_' | b'/' => bytes.len() >= 4 && bytes.iter().all(|&byte| byte == first),
        b'|' | b',' | b':' | b'!' => bytes.len() >= 4 && bytes[1..].iter().all(|&byte| byte == b'='),
        _ => false,
    };
    is_bound.then_some(first)
}

/// `// comment`, which `////` is not.
pub(super) fn is_comment(content: &str) -> bool {
    content.starts_with("//") && !content.starts_with("///")
}

/// A line for the program that puts files together; the text in its brackets, where that is part of the document.
pub(super) fn directive(content: &str) -> Option<Option<Range<usize>>> {
    const NAMES: &[&str] = &["include::", "ifdef::", "ifndef::", "ifeval::", "endif::"];
    let name = NAMES.iter().find(|name| content.starts_with(*name))?;
    let open = content.find('[')?;
    let close = content.len() - 1;
    let is_text = matches!(*name, "ifdef::" | "ifndef::") && open + 1 < close && content.ends_with(']');
    content.ends_with(']').then(|| is_text.then_some(open + 1..close))
}

/// Stretches whose lines are only shown or not even that: code, comments of several lines.
pub(in crate::seed) fn code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    let mut at = 0;
    while at < text.len() {
        let line = Line::at(text, at, text.len());
        let content = line.of(text);
        match open {
            Some((start, close)) if content == close => {
                found.push(start..line.next);
                open = None;
            }
            Some(_) => {}
            None => {
                let is_code = matches!(boundary(content), Some(b'-' | b'.' | b'+' | b'`' | b'/')) && content != "--";
                open = is_code.then(|| (line.start, if content.starts_with('`') { "```" } else { content }));
            }
        }
        at = line.next;
    }
    found.extend(open.map(|(start, _)| start..text.len()));
    found
}

/// Whether a line defines an attribute, as such a document has many.
pub(in crate::seed) fn is_definition(line: &str) -> bool {
    definition(line).is_some()
}
