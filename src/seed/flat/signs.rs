//! Links and superscripts that are not what they seem: markers of notes, images that lead to themselves.

use super::Lens;
use crate::model::link::Target;
use crate::seed::tree::Name;

/// Whether a superscript is a footnote marker or another bracketed note. One that was never closed may hold whole tables,
/// which are read where they stand.
pub(super) fn is_note(lens: &Lens<'_, '_>, at: usize) -> bool {
    let tree = lens.tree;
    let (mut text, mut inner_link) = (String::new(), false);
    for index in at + 1..tree.nodes[at].end as usize {
        let node = tree.nodes[index];
        match node.name {
            Name::Text if text.len() < 200 => text.push_str(&tree.texts[node.data as usize]),
            Name::Anchor => inner_link |= tree.addresses[node.data as usize].href.starts_with('#'),
            name if !name.is_inline() => return false,
            _ => {}
        }
    }
    let text = text.trim();
    let bracketed = (text.starts_with('[') && text.ends_with(']')) || (text.starts_with('(') && text.ends_with(')'));
    bracketed || (inner_link && text.len() <= 6) || matches!(text, "*" | "†" | "‡")
}

/// Endings of files that are images.
const IMAGE_ENDINGS: &[&str] =
    &[".jpg", ".jpeg", ".png", ".gif", ".svg", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".ico"];

/// Whether a link around an image leads to its file or file page.
pub(super) fn leads_to_image(lens: &Lens<'_, '_>, image: u32, target: &Target) -> bool {
    let Target::Valid(url) = target else { return false };
    let path = url.path().to_ascii_lowercase();
    if IMAGE_ENDINGS.iter().any(|ending| path.ends_with(ending)) {
        return true;
    }
    let full = url.as_str();
    if ["File:", "Image:", "file:", "File%3A", "Image%3A"].iter().any(|space| full.contains(space)) {
        return true;
    }
    let src = &lens.tree.images[image as usize].src;
    lens.resolver.base().map_or_else(|| url::Url::parse(src), |base| base.join(src)).is_ok_and(|src| src == *url)
}
