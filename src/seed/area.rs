//! Which part of a page is its content: the area, what is cut from it, which elements are cards (rules 2.3 and 3.1).

use super::tree::{Name, Tree, mark};

/// Texts of links that only mark a place in their heading.
const PERMALINK_SIGNS: &[&str] = &["¶", "#", "§", "🔗", "⚓", "∞", "link", "permalink", "Permalink", "Link", "anchor"];

/// Prepares a finished tree: cuts headers, footers and permalinks, finds the cards. Returns the content area.
pub(super) fn prepare(tree: &mut Tree<'_>) -> usize {
    mark_permalinks(tree);
    let inside = around(tree);
    let held = count(tree, &inside);
    let area = content_area(tree, &held);
    mark_cards(tree, &held, area);
    area
}

/// What an element holds after the cuts.
#[derive(Clone, Copy, Default)]
struct Held {
    headings: u32,
    /// First-level headings.
    titles: u32,
    links: bool,
    /// Lists or tables with links.
    lists: bool,
}

/// Per node: whether it lies inside an `article` or an element that may be a card.
fn around(tree: &Tree<'_>) -> Vec<bool> {
    let mut inside = vec![false; tree.nodes.len()];
    for at in 1..tree.nodes.len() {
        let parent = tree.nodes[at].parent as usize;
        let above = &tree.nodes[parent];
        inside[at] = inside[parent] || above.name == Name::Article || above.marks & mark::CARD != 0;
    }
    inside
}

/// Counts from the leaves up, cutting headers and footers on the way.
fn count(tree: &mut Tree<'_>, inside: &[bool]) -> Vec<Held> {
    let mut held = vec![Held::default(); tree.nodes.len()];
    for at in (1..tree.nodes.len()).rev() {
        let node = tree.nodes[at];
        let mut own = held[at];
        match node.name {
            Name::Margin if !(inside[at] && own.headings > 0) => tree.nodes[at].marks |= mark::CUT,
            Name::Chrome => tree.nodes[at].marks |= mark::CUT,
            Name::Heading => {
                own.headings += 1;
                own.titles += u32::from(node.level == 1);
            }
            Name::Anchor => own.links = true,
            Name::List | Name::Table | Name::Terms => own.lists |= own.links,
            _ => {}
        }
        held[at] = own;
        if tree.nodes[at].marks & mark::CUT == 0 {
            let parent = &mut held[node.parent as usize];
            parent.headings += own.headings;
            parent.titles += own.titles;
            parent.links |= own.links;
            parent.lists |= own.lists;
        }
    }
    held
}

/// The first of `#mw-content-text`, `main`, the only `article` with an `h1`, `#bodyContent` beside `h1#firstHeading` as wikis
/// before 2011 have it, `body`, everything.
fn content_area(tree: &Tree<'_>, held: &[Held]) -> usize {
    let find = |wanted: &dyn Fn(usize) -> bool| (1..tree.nodes.len()).find(|&at| wanted(at));
    let wiki = find(&|at| tree.nodes[at].marks & mark::WIKI_TEXT != 0);
    let main = || find(&|at| tree.nodes[at].name == Name::Main || tree.nodes[at].marks & mark::MAIN != 0);
    let article = || {
        let mut articles =
            (1..tree.nodes.len()).filter(|&at| tree.nodes[at].name == Name::Article && held[at].titles > 0);
        articles.next().filter(|_| articles.next().is_none())
    };
    let old_wiki = || {
        find(&|at| tree.nodes[at].marks & mark::FIRST_HEADING != 0)?;
        find(&|at| tree.nodes[at].marks & mark::OLD_WIKI_TEXT != 0)
    };
    wiki.or_else(main)
        .or_else(article)
        .or_else(old_wiki)
        .or_else(|| find(&|at| tree.nodes[at].name == Name::Body))
        .unwrap_or(0)
}

fn mark_cards(tree: &mut Tree<'_>, held: &[Held], area: usize) {
    let mut at = 1;
    while at < tree.nodes.len() {
        let node = tree.nodes[at];
        let around_area = at <= area && area < node.end as usize;
        let alone = held[at].headings == 1 && !held[at].lists;
        let is_card = match node.name {
            // An item with one heading is what cards are when a list holds them.
            Name::Item => alone,
            Name::Heading => false,
            _ => node.marks & mark::CARD != 0 && alone,
        };
        if is_card && !around_area && node.marks & mark::CUT == 0 {
            tree.nodes[at].marks |= mark::IS_CARD;
            // The outermost counts: nothing inside is a card again.
            at = (node.end as usize).max(at + 1);
        } else {
            at += 1;
        }
    }
}

/// Cuts the links of headings that only lead to themselves.
fn mark_permalinks(tree: &mut Tree<'_>) {
    for at in 1..tree.nodes.len() {
        if tree.nodes[at].name != Name::Heading {
            continue;
        }
        let end = tree.nodes[at].end as usize;
        let whole = text_length(tree, at..end);
        for inner in at + 1..end {
            let node = tree.nodes[inner];
            if node.name != Name::Anchor {
                continue;
            }
            let range = inner..node.end as usize;
            let text = text_of(tree, range.clone());
            let sign = text.is_empty() || PERMALINK_SIGNS.contains(&text.as_str());
            let own = tree.addresses[node.data as usize].href.contains('#');
            let marked = node.marks & mark::PERMALINK != 0;
            // A heading that is nothing but such a link keeps its text.
            if (marked || (sign && own)) && text_length(tree, range) < whole {
                tree.nodes[inner].marks |= mark::CUT;
            }
        }
    }
}

fn text_length(tree: &Tree<'_>, range: std::ops::Range<usize>) -> usize {
    tree.nodes[range]
        .iter()
        .filter(|node| node.name == Name::Text)
        .map(|node| tree.texts[node.data as usize].split_whitespace().map(str::len).sum::<usize>())
        .sum()
}

fn text_of(tree: &Tree<'_>, range: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for node in tree.nodes[range].iter().filter(|node| node.name == Name::Text) {
        if text.len() < 100 {
            text.push_str(&tree.texts[node.data as usize]);
        }
    }
    text.trim().to_owned()
}
