//! The areas of a page that lead to an address.

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Annotations of a page that are looked at.
const ANNOTATIONS: usize = 5_000;

/// Bytes of an address.
const ADDRESS: usize = 8_192;

/// An area of a page that leads to an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// The address as written.
    pub uri: String,
    /// Left, lower, right and upper edge in points.
    pub edges: [f32; 4],
}

impl Area {
    /// Whether a place lies in it, or so little beside it.
    pub fn holds(&self, at: (f32, f32), slack: f32) -> bool {
        let [left, _, right, _] = self.edges;
        self.is_beside(at, slack) && (left - slack..right).contains(&at.0)
    }

    /// Whether a place lies on its height.
    pub fn is_beside(&self, at: (f32, f32), slack: f32) -> bool {
        let [_, lower, _, upper] = self.edges;
        (lower - slack..upper).contains(&at.1)
    }
}

/// The areas of a page, in the order of the file.
pub fn areas(document: &Document, page: ObjectId) -> Vec<Area> {
    let annotations = document.get_page_annotations(page).unwrap_or_default();
    annotations.into_iter().take(ANNOTATIONS).filter_map(|annotation| area(document, annotation)).collect()
}

fn area(document: &Document, annotation: &Dictionary) -> Option<Area> {
    let action = annotation.get_deref(b"A", document).and_then(Object::as_dict).ok()?;
    let uri = action.get_deref(b"URI", document).and_then(Object::as_str).ok()?;
    if uri.len() > ADDRESS {
        return None;
    }
    let sides = annotation.get_deref(b"Rect", document).and_then(Object::as_array).ok();
    let mut edges = [0.0; 4];
    for (edge, side) in edges.iter_mut().zip(sides.into_iter().flatten()) {
        *edge = side.as_float().unwrap_or(0.0);
    }
    let [left, lower, right, upper] = edges;
    let edges = [left.min(right), lower.min(upper), left.max(right), lower.max(upper)];
    Some(Area { uri: address(uri), edges })
}

/// An address as it is written in a file. It should be ASCII: what is neither that nor Unicode is bytes, which addresses write
/// with percent signs.
fn address(written: &[u8]) -> String {
    if written.starts_with(b"\xFE\xFF") {
        let units = written[2..].chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    match std::str::from_utf8(written.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(written)) {
        Ok(text) => text.to_owned(),
        Err(_) => written
            .iter()
            .map(|&byte| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_keep_their_values_in_an_address() {
        assert_eq!(address(b"http://a.example/caf\xE9?x=\xFF"), "http://a.example/caf%E9?x=%FF");
        assert_eq!(address("http://a.example/caf\u{E9}".as_bytes()), "http://a.example/caf\u{E9}");
        assert_eq!(address(b"\xFE\xFF\0h\0t\0t\0p\0:\0/\0/\0\xE9"), "http://\u{E9}");
    }
}
