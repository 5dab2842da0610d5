//! References as the styles of the Citation Style Language print them: APA, Chicago, MLA and many more.

use hayagriva::archive::{self, ArchivedStyle};
use hayagriva::citationberg::{FontStyle, FontWeight, IndependentStyle, Style as AnyStyle, json};
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, ElemChild, ElemChildren, Formatting,
};

use super::{Citation, csl_json};

/// Short names beside those of the CSL project.
const SHORT: &[(&str, &str)] = &[
    ("chicago", "chicago-author-date"),
    ("harvard", "harvard-cite-them-right"),
    ("mla", "modern-language-association"),
    ("vancouver", "elsevier-vancouver"),
];

/// A style.
pub struct Style {
    called: &'static str,
    style: IndependentStyle,
}

/// One reference of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Key of its citation.
    pub key: String,
    /// Its text, in runs of one look each.
    pub runs: Vec<Run>,
}

/// A piece of text in one look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The text.
    pub text: String,
    /// In italics.
    pub italic: bool,
    /// In bold type.
    pub bold: bool,
}

impl Style {
    /// The style of a name, such as `apa`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        let full = SHORT.iter().find(|(short, _)| *short == name).map_or(name.as_str(), |(_, full)| full);
        let archived = ArchivedStyle::by_name(full)?;
        let AnyStyle::Independent(style) = archived.get() else { return None };
        style.bibliography.as_ref()?;
        Some(Style { called: archived.display_name(), style })
    }

    /// Every name a style can be asked for by.
    pub fn names() -> Vec<&'static str> {
        // This one has labels and no list of references.
        let listing = ArchivedStyle::all().iter().filter(|style| **style != ArchivedStyle::Alphanumeric);
        let archived = listing.flat_map(|style| style.names().iter().copied());
        let mut names: Vec<_> = SHORT.iter().map(|(short, _)| *short).chain(archived).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// What it calls itself.
    pub fn title(&self) -> &'static str {
        self.called
    }

    /// The list of references, in the order the style asks for.
    pub fn references(&self, citations: &[Citation]) -> Vec<Reference> {
        let items: Vec<json::Item> = citations.iter().filter_map(item).collect();
        let locales = archive::locales();
        let mut driver = BibliographyDriver::new();
        for item in &items {
            let cited = vec![CitationItem::with_entry(item)];
            driver.citation(CitationRequest::from_items(cited, &self.style, &locales));
        }
        let rendered = driver.finish(BibliographyRequest::new(&self.style, None, &locales));
        let listed = rendered.bibliography.into_iter().flat_map(|list| list.items);
        listed
            .map(|entry| {
                let mut runs = Vec::new();
                if let Some(number) = &entry.first_field {
                    collect(std::slice::from_ref(number), &mut runs);
                    push(&mut runs, Run { text: " ".to_owned(), ..Run::default() });
                }
                let ElemChildren(children) = &entry.content;
                collect(children, &mut runs);
                Reference { key: entry.key, runs }
            })
            .collect()
    }
}

/// A citation as a style reads it: without the parts no reference shows, some of which would be taken for instructions.
fn item(citation: &Citation) -> Option<json::Item> {
    let mut item = csl_json::item(citation);
    if let Some(fields) = item.as_object_mut() {
        for unshown in ["note", "abstract", "keyword"] {
            fields.remove(unshown);
        }
        // The styles' engine knows no spans, and no date in words.
        match fields.get_mut("issued").map(|issued| issued.get_mut("date-parts")) {
            Some(Some(serde_json::Value::Array(dates))) => dates.truncate(1),
            Some(_) => drop(fields.remove("issued")),
            None => {}
        }
    }
    serde_json::from_value(item).ok()
}

fn collect(children: &[ElemChild], runs: &mut Vec<Run>) {
    let mut text = |text: &str, look: &Formatting| {
        let italic = look.font_style == FontStyle::Italic;
        let bold = look.font_weight == FontWeight::Bold;
        push(runs, Run { text: text.to_owned(), italic, bold });
    };
    for child in children {
        match child {
            ElemChild::Text(formatted) | ElemChild::Link { text: formatted, .. } => {
                text(&formatted.text, &formatted.formatting);
            }
            ElemChild::Markup(words) => text(words, &Formatting::default()),
            ElemChild::Elem(inner) => {
                let mut within = Vec::new();
                collect(&inner.children.0, &mut within);
                for run in within {
                    let mut look = Formatting::default();
                    if run.italic {
                        look.font_style = FontStyle::Italic;
                    }
                    if run.bold {
                        look.font_weight = FontWeight::Bold;
                    }
                    text(&run.text, &look);
                }
            }
            ElemChild::Transparent { .. } => {}
        }
    }
}

/// Adds a run to the one before where both look alike.
fn push(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.italic == run.italic && last.bold == run.bold => last.text.push_str(&run.text),
        _ => runs.push(run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cite::Kind;
    use crate::model::metadata::Name;
    use crate::model::{PartialDate, When};

    fn article() -> Citation {
        Citation {
            key: "okafor".to_owned(),
            kind: Kind::of("article-journal"),
            title: "Human rights in the city".to_owned(),
            authors: vec![Name::Person { family: "Okafor".to_owned(), given: "Ada".to_owned() }],
            container: Some("Journal of Local Rights".to_owned()),
            issued: When::parse("2021-05"),
            accessed: PartialDate::parse("2026-11-23"),
            volume: Some("12".to_owned()),
            issue: Some("3".to_owned()),
            pages: Some("101-120".to_owned()),
            doi: Some("10.5555/local.2021.3".to_owned()),
            url: Some("https://journal.example/12/3".to_owned()),
            ..Citation::default()
        }
    }

    fn page() -> Citation {
        Citation {
            key: "toolkit".to_owned(),
            title: "A <i>toolkit</i> for town halls".to_owned(),
            authors: vec![Name::Literal { literal: "City Research Group".to_owned() }],
            container: Some("Town Hall Exchange".to_owned()),
            accessed: PartialDate::parse("2026-11-23"),
            url: Some("https://toolkit.example/".to_owned()),
            language: Some("en".to_owned()),
            ..Citation::default()
        }
    }

    fn printed(style: &str, citations: &[Citation]) -> Vec<String> {
        let mark = |run: &Run| if run.italic { format!("_{}_", run.text) } else { run.text.clone() };
        let style = Style::named(style).expect("a style");
        style.references(citations).iter().map(|reference| reference.runs.iter().map(mark).collect()).collect()
    }

    #[test]
    fn styles_say_the_same_in_their_own_ways() {
        let citations = [article(), page()];
        assert_eq!(
            printed("APA", &citations),
            [
                "City Research Group. (n.d.). _A <i>toolkit</i> for town halls_. Town Hall Exchange. Retrieved November 23, \
                 2026, from https://toolkit.example/",
                "Okafor, A. (2021). Human rights in the city. _Journal of Local Rights_, _12_(3), 101\u{2013}120. \
                 https://doi.org/10.5555/local.2021.3",
            ]
        );
        assert!(printed("mla", &citations)[1].contains("vol. 12, no. 3, May 2021, pp. 101\u{2013}20"));
        assert!(printed("ieee", &citations)[0].starts_with("[1] A. Okafor, \u{201c}Human rights in the city,\u{201d}"));
        assert!(
            printed("chicago", &citations)[1]
                .starts_with("Okafor, Ada. 2021. \u{201c}Human Rights in the City.\u{201d}")
        );
    }

    #[test]
    fn spans_guesses_and_bounds_lose_no_reference() {
        for (when, says) in [("2011/2013", "2011"), ("1998~", "1998"), ("../1995", "n.d.")] {
            let one = Citation { issued: When::parse(when), ..page() };
            let printed = printed("apa", &[one]);
            assert!(printed.len() == 1 && printed[0].contains(says), "{when}: {printed:?}");
        }
    }

    #[test]
    fn every_name_is_a_style_and_others_are_none() {
        let unusable: Vec<_> = Style::names().into_iter().filter(|name| Style::named(name).is_none()).collect();
        assert_eq!(unusable, [""; 0]);
        assert!(Style::named("apa-1820").is_none());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

        #[test]
        fn hostile_texts_are_printed_as_they_are(
            title in "[-a-zA-Z0-9 {}\\\\#$%&_~^\"'|\\[\\]<>=@,;:.()é日ع👍]{1,60}",
            family in "[-a-z A-Z,.'é日ع👍{}<>]{1,20}",
            style in proptest::sample::select(vec!["apa", "chicago-notes", "mla", "ieee", "vancouver"]),
        ) {
            let authors = vec![Name::Person { family, given: "X".to_owned() }];
            let container = Some(title.clone());
            let citation = Citation { title, authors, container, pages: Some("x-\u{2013}9,".to_owned()), ..article() };
            proptest::prop_assert_eq!(printed(style, &[citation.clone(), Citation { key: "b".to_owned(), ..citation }]).len(), 2);
        }
    }
}
