//! PDF files, made here, and the records they hold.

use lopdf::content::{Content, Operation};
use lopdf::{
    Dictionary, Document, EncryptionState, EncryptionVersion, Object, Permissions, SaveOptions, Stream, dictionary,
};

use super::{Fields, Score, record};

/// A text on the page: size, whether it stands upright, words.
type Line = (i64, bool, &'static str);

/// What a file is made of.
#[derive(Default)]
struct Made {
    info: &'static [(&'static str, &'static str)],
    xmp: Option<&'static str>,
    lang: Option<&'static str>,
    lines: &'static [Line],
    pages: usize,
}

impl Made {
    fn document(&self) -> Document {
        let mut document = Document::with_version("1.7");
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
        });
        let mut operations = Vec::new();
        for (row, (size, level, words)) in self.lines.iter().enumerate() {
            let y = 760 - 30 * i64::try_from(row).unwrap_or_default();
            let matrix = if *level { [1, 0, 0, 1, 60, y] } else { [0, 1, -1, 0, 20, y] };
            operations.push(Operation::new("BT", vec![]));
            operations.push(Operation::new("Tf", vec!["F1".into(), (*size).into()]));
            operations.push(Operation::new("Tm", matrix.into_iter().map(Object::from).collect()));
            operations.push(Operation::new("Tj", vec![Object::string_literal(*words)]));
            operations.push(Operation::new("ET", vec![]));
        }
        let content = Content { operations }.encode().expect("operations are written");
        let content = document.add_object(Stream::new(dictionary! {}, content));
        let root = document.new_object_id();
        let inner = document.new_object_id();
        let count = self.pages.max(1);
        let kids: Vec<Object> = (0..count)
            .map(|_| {
                let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
                let page = dictionary! { "Type" => "Page", "Parent" => inner, "Contents" => content, "Resources" => resources };
                Object::from(document.add_object(page))
            })
            .collect();
        let count = i64::try_from(count).unwrap_or_default();
        let node = |kids: Vec<Object>| dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
        document.objects.insert(inner, Object::Dictionary(node(kids)));
        document.objects.insert(root, Object::Dictionary(node(vec![inner.into()])));
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => root };
        if let Some(packet) = self.xmp {
            let packet = format!(
                "<?xpacket begin='' id='W5M0'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>{packet}</rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
            );
            let stream = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, packet.into_bytes());
            catalog.set("Metadata", document.add_object(stream));
        }
        if let Some(lang) = self.lang {
            catalog.set("Lang", Object::string_literal(lang));
        }
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        let mut info = Dictionary::new();
        for (key, value) in self.info {
            info.set(*key, lopdf::text_string(value));
        }
        let info = document.add_object(info);
        document.trailer.set("Info", info);
        document
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.document().save_to(&mut bytes).expect("a file in memory");
        bytes
    }

    fn packed(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
        self.document().save_with_options(&mut bytes, options).expect("a file in memory");
        bytes
    }

    /// The same locked with an empty password, as many publishers do.
    fn locked(&self, password: &str) -> Vec<u8> {
        let mut document = self.document();
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
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("a file in memory");
        bytes
    }
}

fn known(fields: &[(&str, &str)]) -> Fields {
    let mut fields: Fields = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    fields.entry("page_count".to_owned()).or_insert_with(|| "1".to_owned());
    fields
}

const BODY: &str = "They built the first lock of oak and the second of stone, and both are still there.";

const XMP: &str = "<rdf:Description xmlns:dc='d' xmlns:prism='p'><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Locks of oak &amp; stone</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ines Marquardt</rdf:li><rdf:li>Tobias van der Velde</rdf:li></rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>en</rdf:li></rdf:Bag></dc:language>
<prism:doi>10.5555/locks.1</prism:doi><prism:publicationName>Canal Studies</prism:publicationName><prism:volume>3</prism:volume><prism:startingPage>7</prism:startingPage><prism:endingPage>19</prism:endingPage>
<prism:coverDate>2018-09-01</prism:coverDate><xmp:CreateDate>2018-12-24T10:00:00Z</xmp:CreateDate><xmpRights:WebStatement>http://creativecommons.org/licenses/by-nd/4.0/</xmpRights:WebStatement></rdf:Description>";

const XMP_ATTRIBUTES: &str = "<rdf:Description xmp:CreateDate='2020-02-03T04:05:06+01:00' xmp:ModifyDate='2020-02-04T04:05:06+01:00' prism:doi='10.5555/short.2'/>";

/// Files with their names, and the records they hold.
fn files() -> Vec<(&'static str, Vec<u8>, Fields)> {
    let told = Made {
        info: &[
            ("Title", "Locks of oak and stone"),
            ("Author", "Ines Marquardt; Tobias van der Velde"),
            ("Subject", "Two locks and their builders."),
            ("Keywords", "locks, canals"),
            ("CreationDate", "D:20170612120000+02'00'"),
            ("ModDate", "D:20170613"),
            ("Producer", "Press 9"),
        ],
        lang: Some("en-GB"),
        pages: 3,
        lines: &[(10, true, BODY)],
        ..Made::default()
    };
    let told_fields = known(&[
        ("title", "Locks of oak and stone"),
        ("authors", "Ines Marquardt; Tobias van der Velde"),
        ("description", "Two locks and their builders."),
        ("keywords", "locks; canals"),
        ("published", "2017-06-12"),
        ("modified", "2017-06-13"),
        ("language", "en-GB"),
        ("page_count", "3"),
    ]);
    let packet =
        Made { info: &[("Title", "locks_final.indd"), ("Author", "imarquardt")], xmp: Some(XMP), ..Made::default() };
    let first = |info| Made {
        info,
        lines: &[
            (9, true, "Working paper 12"),
            (24, true, "Locks of oak"),
            (24, true, "and of stone"),
            (12, true, "Ines Marquardt"),
            (10, true, BODY),
        ],
        ..Made::default()
    };
    let mut cut = told.bytes();
    cut.truncate(memchr::memmem::rfind(&cut, b"xref\n0").unwrap_or(cut.len()));
    let mut lost = told.bytes();
    let start = memchr::memmem::rfind(&lost, b"startxref").expect("a table");
    lost.truncate(start);
    lost.extend_from_slice(b"startxref\n999999\n%%EOF");
    let doi = |lines| Made { lines, info: &[("Title", "Weirs and wages")], ..Made::default() };
    vec![
        ("told.pdf", told.bytes(), told_fields.clone()),
        ("packed.pdf", told.packed(), told_fields.clone()),
        ("lost-table.pdf", lost, told_fields.clone()),
        ("open-lock.pdf", told.locked(""), told_fields),
        ("secret_paper.pdf", told.locked("secret"), Fields::from([("title".to_owned(), "secret paper".to_owned())])),
        (
            "packet.pdf",
            packet.bytes(),
            known(&[
                ("title", "Locks of oak & stone"),
                ("authors", "Ines Marquardt; Tobias van der Velde"),
                ("language", "en"),
                ("doi", "10.5555/locks.1"),
                ("container", "Canal Studies"),
                ("volume", "3"),
                ("pages", "7-19"),
                ("published", "2018-09-01"),
                ("licence", "CC BY-ND 4.0"),
                ("type", "article-journal"),
            ]),
        ),
        (
            "attributes.pdf",
            Made { xmp: Some(XMP_ATTRIBUTES), info: &[("Title", "Short notice")], ..Made::default() }.bytes(),
            known(&[
                ("title", "Short notice"),
                ("published", "2020-02-03"),
                ("modified", "2020-02-04"),
                ("doi", "10.5555/short.2"),
            ]),
        ),
        ("silent.pdf", first(&[]).bytes(), known(&[("title", "Locks of oak and of stone")])),
        (
            "maker.pdf",
            first(&[("Title", "Microsoft Word - locks_v3.docx"), ("Author", "user")]).bytes(),
            known(&[("title", "Locks of oak and of stone")]),
        ),
        ("untitled.pdf", first(&[("Title", "Untitled-1")]).bytes(), known(&[("title", "Locks of oak and of stone")])),
        (
            "name_of_the-file.pdf",
            Made {
                lines: &[(10, true, BODY), (10, true, BODY), (10, true, BODY), (10, true, BODY)],
                ..Made::default()
            }
            .bytes(),
            known(&[("title", "name of the file"), ("language", "en")]),
        ),
        (
            "cyrillic.pdf",
            Made {
                info: &[("Title", "Шлюзы из дуба"), ("Author", "Ольга Смирнова")], ..Made::default()
            }
            .bytes(),
            known(&[("title", "Шлюзы из дуба"), ("authors", "Ольга Смирнова")]),
        ),
        (
            "stamp.pdf",
            Made {
                lines: &[
                    (40, false, "arXiv:2103.01234v2 [stat] 2 Mar 2021"),
                    (20, true, "Sparse sensing of river heat"),
                    (10, true, BODY),
                ],
                ..Made::default()
            }
            .bytes(),
            known(&[("title", "Sparse sensing of river heat"), ("arxiv", "2103.01234"), ("type", "article")]),
        ),
        (
            "one-doi.pdf",
            doi(&[(10, true, BODY), (8, true, "https://doi.org/10.5555/weirs.9")]).bytes(),
            known(&[("title", "Weirs and wages"), ("doi", "10.5555/weirs.9")]),
        ),
        (
            "two-dois.pdf",
            doi(&[(10, true, "See doi:10.5555/a.1"), (10, true, "and doi:10.5555/b.2")]).bytes(),
            known(&[("title", "Weirs and wages")]),
        ),
        (
            "subject-doi.pdf",
            Made {
                info: &[("Title", "Weirs and wages"), ("Subject", "Canal Studies, 4 (2020) 1-9. doi:10.5555/weirs.10")],
                ..Made::default()
            }
            .bytes(),
            known(&[
                ("title", "Weirs and wages"),
                ("doi", "10.5555/weirs.10"),
                ("description", "Canal Studies, 4 (2020) 1-9. doi:10.5555/weirs.10"),
            ]),
        ),
        (
            "garbage.pdf",
            b"%PDF-1.7 and then nothing of the kind".to_vec(),
            Fields::from([("title".to_owned(), "garbage".to_owned())]),
        ),
    ]
}

#[test]
fn pdf_files_give_the_records_they_hold() {
    let mut score = Score::default();
    for (name, bytes, fields) in files() {
        let read = record(&format!("https://files.example/{name}"), "application/pdf", &[], &bytes);
        score.count(name, &fields, &read);
    }
    score.settle("PDF files", 15);
}
