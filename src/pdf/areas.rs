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
    Some(Area { uri: String::from_utf8_lossy(uri).into_owned(), edges })
}
