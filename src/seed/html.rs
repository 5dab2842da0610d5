//! HTML pages.

use super::area;
use super::markup;
use super::resolve::Resolver;
use super::sink::Sink;
use super::template;
use super::tree::{Name, Tree};
use super::walk::{SoFar, Walker};
use crate::html::{Token, decode_text, tokens};

/// Reads a page and returns the title of its content.
pub(super) fn read(text: &str, resolver: &mut Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let mut tree = Tree::new();
    let mut rebased = false;
    for token in tokens(text) {
        if let Some(base) = add(&mut tree, token, 0)
            && !rebased
        {
            rebased = true;
            resolver.rebase(&base);
        }
    }
    finish(tree, resolver, sink, true)
}

/// Adds a token of HTML to a tree. Returns the address of a `base` element.
pub(super) fn add<'a>(tree: &mut Tree<'a>, token: Token<'a>, shift: usize) -> Option<std::borrow::Cow<'a, str>> {
    match token {
        Token::Start(tag) => return markup::start_tag(tree, &tag, shift),
        Token::End { name, .. } => markup::end_tag(tree, &name),
        Token::Text { raw, .. } => add_text(tree, raw),
        Token::Comment { .. } | Token::Doctype { .. } => {}
    }
    None
}

/// Adds text; tags of templates are none.
fn add_text<'a>(tree: &mut Tree<'a>, raw: &'a str) {
    let mut at = 0;
    if raw.contains("{%") && !tree.is_open(Name::CodeSpan) && !tree.is_open(Name::Code) {
        while let Some(tag) = template::tag(raw, at) {
            tree.text(decode_text(&raw[at..tag.whole.start]));
            at = tag.whole.end;
        }
    }
    tree.text(decode_text(&raw[at..]));
}

/// Adds a stretch of a document that is HTML.
pub(super) fn add_part<'a>(tree: &mut Tree<'a>, text: &'a str, range: std::ops::Range<usize>) {
    for token in tokens(&text[range.clone()]) {
        add(tree, token, range.start);
    }
    tree.end_open_link();
}

/// Closes a tree, finds its content and hands over the links in it. Returns the title of the content.
pub(super) fn finish(tree: Tree<'_>, resolver: &Resolver, sink: &mut Sink<'_>, page_title: bool) -> Option<String> {
    hand_over(tree, SoFar::new(page_title), resolver, sink).page_title()
}

/// The same for a part of a document, behind others.
pub(super) fn hand_over(mut tree: Tree<'_>, so_far: SoFar, resolver: &Resolver, sink: &mut Sink<'_>) -> SoFar {
    tree.finish();
    if tree.too_deep {
        sink.notice_about("elements nest too deeply; the deepest are read without their structure");
    }
    let area = area::prepare(&mut tree);
    Walker::new(&tree, resolver, sink, so_far).run(area)
}
