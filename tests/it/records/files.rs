//! Office documents, books, pictures, sound, films, feeds.

use std::io::{Cursor, Write};

use super::{Fields, Score, record};

/// A packed folder.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file in memory");
        archive.write_all(text.as_bytes()).expect("a file in memory");
    }
    archive.finish().expect("a file in memory").into_inner()
}

fn known(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

const CORE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t">
<dc:title>Harbour &amp; town: minutes</dc:title><dc:creator>Ilse Brandt;Omar Said</dc:creator><dc:description>What was said in the hall.</dc:description>
<cp:keywords>quay, minutes</cp:keywords><cp:lastModifiedBy>Somebody Else</cp:lastModifiedBy><dcterms:created>2019-04-02T09:00:00Z</dcterms:created>
<dcterms:modified>2019-05-01T09:00:00Z</dcterms:modified><dc:language>de-DE</dc:language></cp:coreProperties>"#;

const APP: &str = "<Properties><Pages>12</Pages><Company>Harbour Board</Company></Properties>";

const META: &str = r#"<office:document-meta xmlns:office="o" xmlns:meta="m" xmlns:dc="d"><office:meta><meta:initial-creator>Aino Virta</meta:initial-creator>
<meta:creation-date>2016-02-03T10:00:00</meta:creation-date><dc:creator>Last Editor</dc:creator><dc:date>2016-03-04T10:00:00</dc:date><dc:title>Nets and knots</dc:title>
<meta:document-statistic meta:page-count="7" meta:word-count="90"/></office:meta></office:document-meta>"#;

const CONTAINER: &str =
    r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="x"/></rootfiles></container>"#;

const PACKAGE: &str = r#"<package xmlns:dc="d"><metadata><dc:title>Salt Roads</dc:title><dc:creator>Teodora Ilieva</dc:creator><dc:language>en</dc:language>
<dc:identifier id="u">urn:uuid:1234</dc:identifier><dc:identifier>urn:isbn:9780306406157</dc:identifier><dc:publisher>Lantern Books</dc:publisher><dc:date>2020-10-08</dc:date></metadata></package>"#;

const PACKET: &str = r#"<x:xmpmeta xmlns:x="x"><rdf:RDF><rdf:Description xmpRights:WebStatement="https://creativecommons.org/licenses/by/4.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Lighthouse at noon</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>Vera Stein</rdf:li></rdf:Seq></dc:creator>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Tide tables</title><description>New tables every week.</description><language>en-gb</language>
<lastBuildDate>Tue, 02 Mar 2021 10:00:00 GMT</lastBuildDate><item><title>Week nine</title><author>Entry Author</author></item></channel></rss>"#;

/// Name, media type, bytes, and the record.
type File<'a> = (&'a str, &'a str, &'a [u8], &'a [(&'a str, &'a str)]);

#[test]
fn files_give_what_their_formats_keep() {
    let docx = packed(&[("[Content_Types].xml", "<Types/>"), ("docProps/core.xml", CORE), ("docProps/app.xml", APP)]);
    let odt = packed(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("meta.xml", META)]);
    let epub = packed(&[("META-INF/container.xml", CONTAINER), ("OEBPS/content.opf", PACKAGE)]);
    let picture = [b"\xFF\xD8\xFF\xE1".as_slice(), PACKET.as_bytes(), b"\xFF\xD9"].concat();
    let mut wave = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data".to_vec();
    wave.extend(16_000_u32.to_le_bytes());
    let mut film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42\0\0\0\x6cmoov\0\0\0\x64mvhd\0\0\0\0".to_vec();
    film.extend([0; 8]);
    film.extend(1_000_u32.to_be_bytes());
    film.extend(95_000_u32.to_be_bytes());
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let files: &[File<'_>] = &[
        (
            "minutes.docx",
            word,
            &docx,
            &[
                ("title", "Harbour & town: minutes"),
                ("authors", "Ilse Brandt; Omar Said"),
                ("description", "What was said in the hall."),
                ("keywords", "quay; minutes"),
                ("published", "2019-04-02"),
                ("modified", "2019-05-01"),
                ("language", "de-DE"),
                ("page_count", "12"),
                ("publisher", "Harbour Board"),
            ],
        ),
        (
            "nets.odt",
            "application/vnd.oasis.opendocument.text",
            &odt,
            &[
                ("title", "Nets and knots"),
                ("authors", "Aino Virta"),
                ("published", "2016-02-03"),
                ("modified", "2016-03-04"),
                ("page_count", "7"),
            ],
        ),
        (
            "salt.epub",
            "application/epub+zip",
            &epub,
            &[
                ("title", "Salt Roads"),
                ("authors", "Teodora Ilieva"),
                ("language", "en"),
                ("isbn", "9780306406157"),
                ("publisher", "Lantern Books"),
                ("published", "2020-10-08"),
                ("type", "book"),
            ],
        ),
        (
            "noon.jpg",
            "image/jpeg",
            &picture,
            &[
                ("title", "Lighthouse at noon"),
                ("authors", "Vera Stein"),
                ("licence", "CC BY 4.0"),
                ("type", "graphic"),
            ],
        ),
        ("fog_horn.wav", "audio/wav", &wave, &[("title", "fog horn"), ("duration", "PT2S"), ("type", "song")]),
        ("gate.mp4", "video/mp4", &film, &[("title", "gate"), ("duration", "PT1M35S"), ("type", "motion_picture")]),
        (
            "feed.xml",
            "application/rss+xml",
            FEED.as_bytes(),
            &[
                ("title", "Tide tables"),
                ("description", "New tables every week."),
                ("language", "en-GB"),
                ("modified", "2021-03-02"),
            ],
        ),
        ("broken.docx", word, b"PK\x03\x04 and nothing more", &[("title", "broken")]),
    ];
    let mut score = Score::default();
    for (name, media, bytes, fields) in files {
        let read = record(&format!("https://files.example/{name}"), media, &[], bytes);
        score.count(name, &known(fields), &read);
    }
    score.settle("files", 8);
}

#[test]
fn a_folder_that_unfolds_without_end_is_read_to_its_bound() {
    let huge = format!("<p><dc:title>Before</dc:title>{}</p>", " ".repeat(40 << 20));
    let read = record("https://files.example/x.docx", "application/zip", &[], &packed(&[("docProps/core.xml", &huge)]));
    assert_eq!(read.get("title").map(String::as_str), Some("Before"));
}

#[test]
fn a_header_names_a_file_that_names_nothing_itself() {
    let headers = [
        ("content-disposition", "attachment; filename=\"tide_tables-2021.csv\""),
        ("last-modified", "Tue, 02 Mar 2021 10:00:00 GMT"),
        (
            "link",
            "<https://creativecommons.org/licenses/by/4.0/>; rel=license, <https://doi.org/10.5555/t.1>; rel=\"cite-as\"",
        ),
        ("content-language", "en"),
    ];
    let read = record("https://files.example/download?id=3", "text/csv", &headers, b"a,b\n1,2\n");
    let known = known(&[
        ("title", "tide tables 2021"),
        ("modified", "2021-03-02"),
        ("licence", "CC BY 4.0"),
        ("doi", "10.5555/t.1"),
        ("language", "en"),
    ]);
    assert_eq!(read, known);
}
