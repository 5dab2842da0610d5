//! The open elements, without a tree: names, regions, what ends what.

use super::super::candidates::Region;

/// Open elements that are followed. Deeper ones are counted only.
pub const DEEPEST: usize = 512;

/// Elements whose content never is any: no end tag comes.
pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that without attributes are nothing but parts of running text.
pub fn is_plain(name: &str) -> bool {
    matches!(
        name,
        "p" | "b" | "i" | "em" | "strong" | "span" | "li" | "td" | "tr" | "ul" | "ol" | "sup" | "sub" | "code"
    )
}

/// Elements that flow with the words around them.
pub fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "i"
            | "em"
            | "strong"
            | "span"
            | "font"
            | "code"
            | "u"
            | "s"
            | "sub"
            | "sup"
            | "small"
            | "mark"
            | "abbr"
            | "wbr"
            | "cite"
            | "q"
            | "time"
            | "tt"
            | "big"
            | "ins"
            | "del"
            | "kbd"
            | "var"
            | "bdi"
            | "bdo"
            | "acronym"
            | "data"
            | "ruby"
            | "rb"
    )
}

/// Whether the start of one element ends an open one (13.2.6.4.7, the common cases).
pub fn ends(opening: &str, open: &str) -> bool {
    match open {
        "p" => matches!(
            opening,
            "p" | "div"
                | "ul"
                | "ol"
                | "dl"
                | "table"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "section"
                | "article"
                | "aside"
                | "header"
                | "footer"
                | "nav"
                | "main"
                | "form"
                | "blockquote"
                | "pre"
                | "address"
                | "figure"
                | "hr"
                | "fieldset"
                | "li"
        ),
        "li" => opening == "li",
        "dt" | "dd" => matches!(opening, "dt" | "dd"),
        "td" | "th" => matches!(opening, "td" | "th" | "tr" | "tbody"),
        "tr" => matches!(opening, "tr" | "tbody"),
        "option" => matches!(opening, "option" | "optgroup"),
        "a" => opening == "a",
        "head" => opening == "body",
        _ => false,
    }
}

/// One open element.
#[derive(Clone, Debug)]
pub struct Open {
    hash: u32,
    name: ShortName,
    /// The regions inside it.
    pub region: Region,
}

/// The first bytes of a name, enough for every name that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ShortName([u8; 12]);

impl ShortName {
    fn of(name: &str) -> Self {
        let mut bytes = [0; 12];
        for (to, from) in bytes.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        ShortName(bytes)
    }

    fn as_str(&self) -> &str {
        let length = self.0.iter().position(|&byte| byte == 0).unwrap_or(12);
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The open elements of a page.
#[derive(Debug)]
pub struct Stack {
    open: Vec<Open>,
    /// How many open elements have a name of this hash: an end tag without a partner costs nothing.
    counts: [u16; 256],
    beyond: usize,
}

impl Default for Stack {
    fn default() -> Self {
        Stack { open: Vec::with_capacity(64), counts: [0; 256], beyond: 0 }
    }
}

impl Stack {
    /// Number of open elements that are followed.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The regions around the present place.
    pub fn region(&self) -> Region {
        self.open.last().map_or(Region::default(), |open| open.region)
    }

    /// Closes what the start of an element ends by itself. Returns whether anything was closed.
    pub fn make_way(&mut self, opening: &str) -> bool {
        let mut closed = false;
        // A row ends a cell and then the row before it.
        for _ in 0..3 {
            match self.open.last() {
                Some(top) if self.beyond == 0 && ends(opening, top.name.as_str()) => {
                    self.pop();
                    closed = true;
                }
                _ => break,
            }
        }
        closed
    }

    /// Opens an element. Returns whether it is followed.
    pub fn push(&mut self, name: &str, region: Region) -> bool {
        if self.open.len() >= DEEPEST {
            self.beyond += 1;
            return false;
        }
        let hash = hash(name);
        self.counts[hash as usize & 255] += 1;
        self.open.push(Open { hash, name: ShortName::of(name), region });
        true
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop() {
            self.counts[open.hash as usize & 255] -= 1;
        }
    }

    /// Closes the innermost open element of a name, with all inside it.
    pub fn close(&mut self, name: &str) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let hash = hash(name);
        if self.counts[hash as usize & 255] == 0 {
            return;
        }
        if let Some(index) = self.open.iter().rposition(|open| open.hash == hash) {
            while self.open.len() > index {
                self.pop();
            }
        }
    }
}
