//! What is known of a document that is no page: from the file itself, the header lines, its name.

use jiff::civil::Date;

use crate::model::metadata::{Field, Name};
use crate::model::{Metadata, PartialDate};

use super::super::offer::{Key, Offer, Offers, Source};
use super::super::value::name::{self, Form, Spoken, name_of};
use super::super::value::text::{clean, flat};
use super::super::value::{date, identifier, language as lang, licence};
use super::super::{DocumentKind, Scan};
use super::fields::{self, checked};
use super::{field, pick, text_field};

/// Sources in files, in the order in which they are believed.
const TOLD: &[Source] = &[Source::Packet, Source::Properties];

/// Bytes of a description.
const DESCRIPTION: usize = 2_000;

/// Titles that programs write, flat: alone or with a number behind them.
const MADE: &[&str] = &[
    "untitled",
    "untitled document",
    "powerpoint presentation",
    "powerpoint präsentation",
    "présentation powerpoint",
    "presentación de powerpoint",
    "document",
    "dokument",
    "slide",
    "title",
    "unknown",
    "word document",
    "scan",
    "scanned document",
    "print",
    "template",
    "vorlage",
    "full page photo",
    "layout",
    "cover",
    "doc",
    "book",
    "presentation",
    "microsoft word document",
    "pdf",
    "no title",
    "blank page",
];

/// What programs write before the name of the file they made.
const MAKERS: &[&str] =
    &["microsoft word -", "microsoft powerpoint -", "microsoft excel -", "word pro -", "print job", "file://", "http"];

/// Names that stand for whoever sat at the machine.
const NOBODY: &[&str] = &["owner", "microsoft", "office", "hp", "dell", "pc", "test", "me", "python docx", "openpyxl"];

/// Chooses.
pub fn choose(scan: &Scan, offers: &Offers, today: Option<Date>) -> Metadata {
    let mut metadata = Metadata { title: title(scan, offers), ..Metadata::default() };
    let title = metadata.title.as_ref().map_or("", |field| field.value.as_str()).to_owned();
    metadata.authors = authors(offers, &title);
    metadata.published = dated(offers, Key::Published, TOLD, today);
    metadata.modified = dated(offers, Key::Modified, &[Source::Packet, Source::Properties, Source::Http], today);
    metadata.language = pick(offers, Key::Language, &[Source::Packet, Source::Properties, Source::Http], |offer| {
        lang::tag(&offer.raw).filter(|tag| tag != "x-default")
    })
    .map(|(tag, offer)| text_field(tag, offer))
    .or_else(|| lang::detect(&scan.told.text).map(|tag| field(tag.to_owned(), "text", None)));
    metadata.description = pick(offers, Key::Description, TOLD, |offer| {
        let mut text = clean(&offer.raw);
        super::super::candidates::cut(&mut text, DESCRIPTION);
        (text.split_whitespace().count() >= 3 && flat(&text) != flat(&title)).then_some(text)
    })
    .map(|(text, offer)| text_field(text, offer));
    metadata.publisher = pick(offers, Key::Publisher, TOLD, |offer| {
        let name = clean(&offer.raw);
        (name.chars().filter(|c| c.is_alphabetic()).count() >= 3 && name.len() <= 200).then_some(name)
    })
    .map(|(name, offer)| text_field(name, offer));
    metadata.licence = pick(offers, Key::Licence, &[Source::Packet, Source::Properties, Source::Http], |offer| {
        licence::declared(&offer.raw)
    })
    .map(|(name, offer)| text_field(name, offer));
    let order = [Source::Packet, Source::Properties, Source::Http, Source::FirstPage];
    metadata.doi = checked(offers, Key::Doi, &order, identifier::doi).or_else(|| doi_in_description(offers));
    metadata.isbn = checked(offers, Key::Isbn, TOLD, identifier::isbn);
    metadata.issn = checked(offers, Key::Issn, TOLD, identifier::issn);
    metadata.arxiv = checked(offers, Key::Arxiv, &[Source::FirstPage], identifier::arxiv)
        .or_else(|| fields::arxiv_of_address(&scan.url));
    metadata.keywords = fields::keywords(offers);
    fields::scholarly(offers, &mut metadata);
    metadata.duration = pick(offers, Key::Duration, TOLD, |offer| fields::duration(&offer.raw))
        .map(|(value, offer)| text_field(value, offer));
    metadata.page_count = pick(offers, Key::PageCount, TOLD, |offer| offer.raw.trim().parse().ok().filter(|&n| n > 0))
        .map(|(value, offer)| field(value, &offer.label, None));
    metadata.canonical_url =
        pick(offers, Key::Canonical, &[Source::Http], |offer| scan.url.join(&offer.raw).ok().map(String::from))
            .map(|(value, offer)| text_field(value, offer));
    metadata.kind = Some(kind(scan.kind, &metadata));
    metadata
}

fn kind(document: DocumentKind, metadata: &Metadata) -> Field<String> {
    let (kind, source) = match document {
        DocumentKind::Image => ("graphic", "media type"),
        DocumentKind::Audio => ("song", "media type"),
        DocumentKind::Video => ("motion_picture", "media type"),
        _ if metadata.container.is_some() || metadata.issn.is_some() => ("article-journal", "container"),
        _ if metadata.isbn.is_some() => ("book", "isbn"),
        _ if metadata.arxiv.is_some() => ("article", "arxiv"),
        _ => ("document", "default"),
    };
    field(kind.to_owned(), source, None)
}

/// What the file says, unless a program said it; then the largest text of the first page; then the name of the file.
fn title(scan: &Scan, offers: &Offers) -> Option<Field<String>> {
    let told = pick(offers, Key::Title, &[Source::Packet, Source::Properties, Source::FirstPage], |offer| {
        told_title(&offer.raw)
    });
    let named = || pick(offers, Key::Title, &[Source::Http], |offer| file_title(&offer.raw));
    if let Some((title, offer)) = told.or_else(named) {
        return Some(text_field(title, offer));
    }
    let name = scan.url.path_segments().and_then(|mut segments| segments.next_back())?;
    let title = file_title(&percent_encoding::percent_decode_str(name).decode_utf8_lossy())?;
    Some(field(title, "address", Some(name)))
}

/// A title that somebody wrote.
fn told_title(raw: &str) -> Option<String> {
    let title = clean(raw);
    let (flat, lower) = (flat(&title), title.to_lowercase());
    let bare = flat.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    let is_file = title.rsplit_once('.').is_some_and(|(stem, extension)| {
        let known =
            ["doc", "docx", "pdf", "indd", "qxd", "qxp", "ppt", "pptx", "xls", "xlsx", "rtf", "odt", "tex", "dvi"];
        let known = known.iter().chain(&["txt", "htm", "html", "pub", "ai", "eps", "cdr", "wpd", "p65", "pmd", "fm"]);
        !stem.is_empty() && known.into_iter().any(|known| extension.trim().eq_ignore_ascii_case(known))
    });
    let one_token = !title.contains(' ') && title.contains(['_', '\\', '/']) || title.contains('\u{FFFD}');
    let made = MADE.contains(&bare) || MAKERS.iter().any(|maker| lower.starts_with(maker));
    (letters >= 4 && !is_file && !one_token && !made).then_some(title)
}

fn authors(offers: &Offers, title: &str) -> Option<Field<Vec<Name>>> {
    TOLD.iter().find_map(|&source| {
        let mut names: Vec<Spoken> = Vec::new();
        let mut first: Option<&Offer> = None;
        let mut raws = Vec::new();
        for offer in offers.from(Key::Author, source).take(60) {
            // One source may hold the same people twice, under two names.
            if first.is_some_and(|first| first.label != offer.label) {
                continue;
            }
            first.get_or_insert(offer);
            raws.push(offer.raw.as_ref());
            for name in name::names(&offer.raw, Form::Listed) {
                if is_somebody(&name.text) && flat(&name.text) != flat(title) && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let raw = raws.join("; ");
        let spoken: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        let same = spoken.join("; ") == raw;
        let label = first?.label.as_ref();
        let names: Vec<Name> = names.iter().map(name_of).collect();
        (!names.is_empty()).then(|| field(names, label, (!same).then_some(raw.as_str())))
    })
}

/// Whether a name is that of a person or organisation, and not what somebody types to log in.
fn is_somebody(name: &str) -> bool {
    let one_word = !name.contains(char::is_whitespace);
    let login = name::is_login(name) || (one_word && !name.chars().any(char::is_uppercase)) || name.contains('\\');
    !login && !NOBODY.contains(&flat(name).as_str()) && name.chars().filter(|c| c.is_alphabetic()).count() >= 3
}

/// A date, those that speak of publication before those of the making of the file.
fn dated(offers: &Offers, key: Key, order: &[Source], today: Option<Date>) -> Option<Field<String>> {
    let read = |offer: &Offer| read_date(&offer.raw).filter(|date| date::is_plausible(*date, today));
    let made = |offer: &Offer| offer.label.ends_with("CreateDate") || offer.label.ends_with("CreationDate");
    pick(offers, key, order, |offer| read(offer).filter(|_| !made(offer)))
        .or_else(|| pick(offers, key, order, read))
        .map(|(date, offer)| text_field(date.to_string(), offer))
}

/// A date as PDF writes it (`D:20240131120000+01'00'`), or as anything else does.
fn read_date(raw: &str) -> Option<PartialDate> {
    let Some(rest) = raw.trim().strip_prefix("D:") else { return date::machine(raw) };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).take(8).count();
    date::machine(
        &rest[..if digits >= 8 {
            8
        } else if digits >= 6 {
            6
        } else {
            digits.min(4)
        }],
    )
}

/// A DOI that the description calls one, as publishers write it behind journal and volume.
fn doi_in_description(offers: &Offers) -> Option<Field<String>> {
    pick(offers, Key::Description, TOLD, |offer| {
        let lower = offer.raw.to_ascii_lowercase();
        let at = lower.find("doi:").or_else(|| lower.find("doi.org/"))?;
        identifier::doi(offer.raw.get(at..)?)
    })
    .map(|(doi, offer)| text_field(doi, offer))
}

/// A file's name as a title: extension cut, signs between words made blanks.
fn file_title(name: &str) -> Option<String> {
    let stem = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 5 && !stem.is_empty() => stem,
        _ => name,
    };
    let title = clean(&stem.replace(['_', '+'], " ").replace('-', " "));
    (title.chars().filter(|c| c.is_alphabetic()).count() >= 3).then_some(title)
}
