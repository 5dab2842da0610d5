//! PDF files as lists.

use lopdf::content::{Content, Operation};
use lopdf::{Document as File, Object, Stream, dictionary};

use super::{GUIDE, line, read_as};
use crate::seed::{Document, Format, SeedError, read};

/// A text at a place of a page.
type Text = (i64, i64, &'static str);
/// An address and the area that leads to it.
type Area = (&'static str, [i64; 4]);

fn file(pages: &[(&[Text], &[Area])]) -> Vec<u8> {
    let mut file = File::with_version("1.7");
    let font = file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let tree = file.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for (texts, areas) in pages {
        let mut operations = vec![Operation::new("BT", vec![]), Operation::new("Tf", vec!["F1".into(), 10.into()])];
        for (x, y, text) in *texts {
            let place = [1, 0, 0, 1, *x, *y].map(Object::from).to_vec();
            operations.push(Operation::new("Tm", place));
            operations.push(Operation::new("Tj", vec![Object::string_literal(*text)]));
        }
        operations.push(Operation::new("ET", vec![]));
        let content = file.add_object(Stream::new(dictionary! {}, Content { operations }.encode().expect("written")));
        let annotations = areas.iter().map(|(uri, edges)| {
            Object::Dictionary(dictionary! {
                "Type" => "Annot", "Subtype" => "Link", "Rect" => edges.map(Object::from).to_vec(),
                "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal(*uri) },
            })
        });
        let annotations: Vec<Object> = annotations.collect();
        let page = file.add_object(dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Annots" => annotations,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).expect("few");
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    file.objects.insert(tree, Object::Dictionary(pages));
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    file.trailer.set("Root", catalog);
    let info = file.add_object(dictionary! { "Title" => lopdf::text_string("A reading list") });
    file.trailer.set("Info", info);
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("a file in memory");
    bytes
}

fn list() -> Vec<u8> {
    file(&[
        (
            &[(50, 700, "Harbour atlas"), (130, 700, "- maps of the north"), (50, 680, "No link here")],
            &[("https://atlas.example/", [48, 696, 120, 710])],
        ),
        (
            &[
                (50, 700, "Tide tables: https://tides.example/t, yearly"),
                (50, 650, "A long title set"),
                (50, 638, "on two lines"),
                (50, 600, "https://bare.example/x"),
            ],
            &[
                ("https://two.example/", [48, 646, 200, 660]),
                ("https://two.example/", [48, 634, 200, 646]),
                ("https://bare.example/x", [48, 596, 300, 610]),
                ("mailto:list@example.org", [48, 500, 300, 510]),
            ],
        ),
    ])
}

#[test]
fn areas_and_addresses_in_the_text_are_links_of_their_page() {
    let (links, reading) = read_as(&list(), "list.pdf", None, GUIDE);
    assert_eq!((reading.format, reading.title.as_deref()), (Format::Pdf, Some("A reading list")));
    let told: Vec<(usize, &str, String)> =
        links.iter().map(|link| (link.position.line, link.href.as_str(), line(link))).collect();
    assert_eq!(
        told,
        [
            (1, "https://atlas.example/", "Harbour atlas | maps of the north".to_owned()),
            (2, "https://two.example/", "A long title set on two lines | -".to_owned()),
            (2, "https://bare.example/x", "- | -".to_owned()),
            (2, "https://tides.example/t", "Tide tables | yearly".to_owned()),
        ]
    );
}

/// Page, address, title and annotation of each link.
fn told(bytes: &[u8]) -> Vec<(usize, String, String)> {
    let (links, _) = read_as(bytes, "list.pdf", None, GUIDE);
    links.iter().map(|link| (link.position.line, link.href.clone(), line(link))).collect()
}

#[test]
fn an_area_over_several_lines_of_its_address_is_one_link() {
    let address = "https://long.example/path/some-document";
    let bytes = file(&[(
        &[(50, 700, "https://long.example/path/some-"), (50, 688, "document")],
        &[(address, [48, 697, 300, 710]), (address, [48, 685, 300, 697])],
    )]);
    assert_eq!(told(&bytes), [(1, address.to_owned(), "- | -".to_owned())]);
}

#[test]
fn letters_that_are_moved_to_fit_each_other_part_no_word() {
    // By the widths of Helvetica, each piece begins where the one before it ends, or a little before.
    let bytes = file(&[(
        &[
            (50, 700, "http://k.example/T"),
            (129, 700, "ools/index.html"),
            (50, 600, "The A"),
            (75, 600, "V"),
            (85, 600, "Toolkit"),
            (118, 600, "guide"),
            (140, 600, ", revised"),
        ],
        &[("https://kit.example/", [48, 596, 141, 612])],
    )]);
    assert_eq!(
        told(&bytes),
        [
            (1, "https://kit.example/".to_owned(), "The AV Toolkit guide | revised".to_owned()),
            (1, "http://k.example/Tools/index.html".to_owned(), "- | -".to_owned()),
        ]
    );
}

#[test]
fn an_address_in_the_text_that_goes_on_on_the_next_line_is_read_whole() {
    let bytes = file(&[(
        &[
            (50, 700, "See http://w.example/long-"),
            (50, 688, "path/index.html?"),
            (50, 676, "x=1, a note"),
            (50, 600, "http://whole.example/a"),
            (50, 588, "and/or http://whole.example/b."),
            (50, 576, "The next sentence"),
            (50, 500, "http://part.example/reports/"),
            (50, 488, "2019/final.pdf"),
            (50, 400, "http://far.example/x-"),
            (50, 300, "y"),
        ],
        &[],
    )]);
    let found = told(&bytes);
    let hrefs: Vec<&str> = found.iter().map(|(_, href, _)| href.as_str()).collect();
    assert_eq!(
        hrefs,
        [
            "http://w.example/long-path/index.html?x=1",
            "http://whole.example/a",
            "http://whole.example/b",
            "http://part.example/reports/2019/final.pdf",
            "http://far.example/x-",
        ]
    );
    assert_eq!(found[0].2, "See | a note");
}

#[test]
fn areas_without_a_whole_address_are_read_or_told_and_hide_no_text() {
    let bytes = file(&[(
        &[(50, 700, "www.plain.example/x"), (50, 600, "A file"), (50, 500, "https://shown.example/y")],
        &[
            ("www.plain.example/x", [48, 696, 200, 710]),
            ("files/x.html", [48, 596, 200, 610]),
            ("y/z.html", [48, 496, 300, 510]),
        ],
    )]);
    let seen = |bytes: &[u8]| {
        let mut hrefs = Vec::new();
        let document = Document { name: "list.pdf", bytes, ..Document::default() };
        let reading = read(&document, &mut |link| hrefs.push(link.href)).expect("a list");
        (hrefs, reading.notices.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let (hrefs, notices) = seen(&bytes);
    assert_eq!(hrefs, ["http://www.plain.example/x", "https://shown.example/y"]);
    assert_eq!(notices, ["list.pdf:1: 2 relative addresses are left out: the document's own address is not known"]);
    let whole = list();
    assert_eq!(seen(&whole).1, [""; 0]);
    let (_, notices) = seen(&whole[..whole.len() - 20]);
    assert!(notices.iter().any(|notice| notice.contains("breaks off")), "{notices:?}");
}

#[test]
fn a_damaged_file_is_read_as_far_as_it_goes_or_refused_by_name() {
    let whole = list();
    for length in (100..whole.len()).step_by(97) {
        let mut damaged = whole[..length].to_vec();
        if let Some(byte) = damaged.get_mut(length / 2) {
            *byte ^= 0x55;
        }
        let document = Document { name: "list.pdf", bytes: &damaged, ..Document::default() };
        match read(&document, &mut |link| assert!((1..=2).contains(&link.position.line))) {
            Ok(reading) => assert_eq!(reading.format, Format::Pdf),
            Err(SeedError::Pdf { name, .. }) => assert_eq!(name, "list.pdf"),
            Err(other) => panic!("{other}"),
        }
    }
}
