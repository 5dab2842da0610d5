use std::time::Instant;

use lopdf::content::{Content, Operation};
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, SaveOptions, Stream, dictionary};

use super::*;

/// A file of one page with a title in its dictionary.
fn plain(title: &str) -> Document {
    let mut document = Document::with_version("1.7");
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 24.into()]),
        Operation::new("Td", vec![72.into(), 700.into()]),
        Operation::new("Tj", vec![Object::string_literal("Harbours of the north")]),
        Operation::new("ET", vec![]),
    ];
    let content = Content { operations }.encode().expect("operations are written");
    let content = document.add_object(Stream::new(dictionary! {}, content));
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    let info = document.add_object(dictionary! { "Title" => lopdf::text_string(title) });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    document
}

fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a file in memory");
    bytes
}

#[test]
fn a_file_tells_its_title_its_pages_and_its_text() {
    let pdf = Pdf::open(&saved(plain("A title"))).expect("readable");
    assert_eq!((pdf.info("Title").as_deref(), pdf.page_count()), (Some("A title"), Some(1)));
    let page = pdf.pages().next().expect("a page");
    let runs = pdf.text_of(page);
    let text = "Harbours of the north".to_owned();
    let end = runs[0].end;
    assert_eq!(runs, [Run { text, size: 24.0, level: true, line: 1, at: (72.0, 700.0), end }]);
    // 9.449 times the size, by the widths of Helvetica.
    assert!(end.is_some_and(|end| (end - 72.0 - 9.449 * 24.0).abs() < 0.1), "{end:?}");
}

#[test]
fn packed_objects_are_read_too() {
    let mut bytes = Vec::new();
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    plain("Packed").save_with_options(&mut bytes, options).expect("a file in memory");
    assert!(memchr::memmem::find(&bytes, b"ObjStm").is_some());
    let pdf = Pdf::open(&bytes).expect("readable");
    assert_eq!((pdf.info("Title").as_deref(), pdf.page_count()), (Some("Packed"), Some(1)));
}

/// A file that is locked, with the terms in its trailer as many writers leave them.
fn locked(password: &str) -> Vec<u8> {
    let mut document = plain("Locked");
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).expect("a key");
    document.encrypt(&state).expect("locked");
    let terms = document.get_encrypted().expect("terms").clone();
    document.trailer.set("Encrypt", terms);
    saved(document)
}

#[test]
fn a_file_that_opens_without_a_password_is_read() {
    let bytes = locked("");
    assert!(memchr::memmem::find(&bytes, b"/Encrypt<<").is_some());
    let pdf = Pdf::open(&bytes).expect("readable");
    assert_eq!((pdf.info("Title").as_deref(), pdf.page_count()), (Some("Locked"), Some(1)));
    let page = pdf.pages().next().expect("a page");
    assert_eq!(pdf.text_of(page).len(), 1);
    assert_eq!(Pdf::open(&locked("secret")).err(), Some(Unread::Locked));
}

#[test]
fn what_is_left_of_a_cut_file_is_read() {
    let bytes = saved(plain("Kept"));
    let table = memchr::memmem::rfind(&bytes, b"xref\n0").unwrap_or(bytes.len());
    let mut cut = bytes[..table].to_vec();
    cut.extend_from_slice(b"xref\nnonsense\ntrailer\n<< /Root 5 0 R /Info 6 0 R /Size 7 >>\nstartxref\n99999\n%%EOF");
    let pdf = Pdf::open(&cut).expect("the table is made anew");
    assert_eq!(pdf.info("Title").as_deref(), Some("Kept"));
}

#[test]
fn bombs_loops_and_depths_end() {
    let begun = Instant::now();
    let deep = |open: &str| format!("%PDF-1.4\n1 0 obj\n{}\nendobj\ntrailer << /Root 1 0 R >>", open.repeat(200_000));
    let loops = "%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n\
        2 0 obj << /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] >> endobj\n3 0 obj << /Type /Pages /Kids [2 0 R] >> endobj\n\
        xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000060 00000 n \n0000000120 00000 n \n\
        trailer << /Root 1 0 R /Size 4 /Prev 180 >>\nstartxref\n180\n%%EOF";
    for file in
        [deep("["), deep("<</A "), deep("("), loops.to_owned(), "%PDF-1.4 ".to_owned() + &"1 0 obj ".repeat(500_000)]
    {
        if let Ok(pdf) = Pdf::open(file.as_bytes()) {
            assert!(pdf.page_count().is_none_or(|count| count < 100));
            pdf.pages().take(3).for_each(|page| assert!(pdf.text_of(page).is_empty()));
        }
    }
    let mut bomb = b"%PDF-1.5\n1 0 obj << /Type /ObjStm /N 9 /First 9 /Filter /FlateDecode >> stream\n".to_vec();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &vec![b' '; 64 << 20]).expect("packed");
    bomb.extend(packed.finish().expect("packed"));
    bomb.extend_from_slice(b"\nendstream endobj trailer << /Root 2 0 R >>");
    assert_eq!(Pdf::open(&bomb).err(), Some(Unread::Heavy));
    let disguised = String::from_utf8_lossy(&bomb[..60]).replace("ObjStm", "Obj#53tm").into_bytes();
    let disguised = [disguised.as_slice(), &bomb[60..]].concat();
    assert_eq!(Pdf::open(&disguised).err(), Some(Unread::Heavy));
    let twice =
        String::from_utf8_lossy(b"%PDF-1.5\n1 0 obj << /Type /ObjStm /Filter [/FlateDecode /LZWDecode] >> stream\nxx")
            .into_owned();
    assert_eq!(Pdf::open(twice.as_bytes()).err(), Some(Unread::Heavy));
    assert!(begun.elapsed().as_secs() < 60, "bounded work takes bounded time");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
    #[test]
    fn no_change_of_bytes_brings_it_down(at in 0_usize..1_000, new in proptest::collection::vec(proptest::num::u8::ANY, 1..20)) {
        let mut bytes = saved(plain("Changed"));
        let at = at % bytes.len();
        let end = (at + new.len()).min(bytes.len());
        bytes[at..end].copy_from_slice(&new[..end - at]);
        if let Ok(pdf) = Pdf::open(&bytes) {
            pdf.info("Title");
            pdf.page_count();
            pdf.pages().take(2).for_each(|page| drop(pdf.text_of(page)));
        }
    }
}
