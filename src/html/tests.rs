//! The tokenizer against an independent one, and the charset rules.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, Token as Theirs, Tokenizer};
use proptest::prelude::*;

use super::*;

/// Elements whose content is text without character references (Standard, 13.2.5.3 and 13.2.6.4.4).
const WITHOUT_REFERENCES: [&str; 7] = ["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// What both tokenizers must agree on.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
}

/// One form for what the Standard's preprocessing and the emitters do with texts.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{FFFD}")
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn ours(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut raw = false;
    for token in tokens(text) {
        match token {
            Token::Start(tag) => {
                raw = WITHOUT_REFERENCES.contains(&&*tag.name);
                let mut attrs: Vec<(String, String)> = Vec::new();
                for attr in tag.attrs() {
                    let name = normal(&attr.name());
                    if !attrs.iter().any(|(known, _)| *known == name) {
                        attrs.push((name, normal(&attr.value())));
                    }
                }
                attrs.sort();
                pieces.push(Piece::Start(normal(&tag.name), attrs));
            }
            Token::End { name, .. } => {
                raw = false;
                pieces.push(Piece::End(normal(&name)));
            }
            Token::Text { raw: text, .. } => {
                let text = if raw { Cow::Borrowed(text) } else { decode_text(text) };
                push_text(&mut pieces, &normal(&text));
            }
            Token::Comment { .. } | Token::Doctype { .. } => pieces.push(Piece::Text(String::new())),
        }
    }
    join(pieces)
}

/// Texts on both sides of a comment count as one.
fn join(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => push_text(&mut joined, &text),
            other => joined.push(other),
        }
    }
    joined
}

fn theirs(text: &str) -> Vec<Piece> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut pieces = Vec::new();
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        match token {
            Theirs::StartTag(tag) => {
                let mut attrs: Vec<(String, String)> = tag
                    .attributes
                    .iter()
                    .map(|(name, value)| {
                        (String::from_utf8_lossy(name).into_owned(), String::from_utf8_lossy(&value.value).into_owned())
                    })
                    .collect();
                attrs.sort();
                pieces.push(Piece::Start(String::from_utf8_lossy(&tag.name).into_owned(), attrs));
            }
            Theirs::EndTag(tag) => pieces.push(Piece::End(String::from_utf8_lossy(&tag.name).into_owned())),
            Theirs::String(text) => push_text(&mut pieces, &normal(&String::from_utf8_lossy(&text.value))),
            _ => {}
        }
    }
    pieces
}

#[track_caller]
fn agree(text: &str) {
    assert_eq!(ours(text), theirs(text), "on {text:?}");
}

#[test]
fn tags_and_attributes_are_read_as_the_standard_says() {
    for text in [
        "<p>one<br/>two</p>",
        "<A HREF='x' Class=\"y z\" hidden data-a=1 =b c= >t</A>",
        "<a href=/path/>x</a><a href=a/b title>y</a>",
        "<img src=\"a>b\" alt='<p>'>",
        "<a a=1 A=2 a=3>",
        "<a / b /c=d/ e='f'/>",
        "<a\tb\nc\r\nd>",
        "<div\u{c}id=x>",
        "<a b=\"unfinished>",
        "<a b='unfinished",
        "<a b",
        "<",
        "</",
        "a < b <3 <p>c</p",
        "</ x>y</>z</p a='>'>w",
        "<p x=\"&amp;&copy=1&copy;&notit;\">&notit; &amp &#65;&#x41 &#0; &#128; &unknown; &",
        "<p>&nbsp;&NotEqualTilde;&lt&gt;&ampamp;",
    ] {
        agree(text);
    }
}

#[test]
fn comments_end_where_the_standard_ends_them() {
    for text in [
        "<!-->a<!--->b<!---->c<!----!>d",
        "a<!-- x > y -- z --!> b --> c",
        "a<!-- open",
        "<!doctype html><!DOCTYPE><? php ?>x<!x>y<!>z<![CDATA[q]]>r",
        "<!--a--!-->b",
        "<!-",
        "<!--a<!--b-->c-->",
    ] {
        agree(text);
    }
}

#[test]
fn raw_text_ends_at_its_own_end_tag() {
    for text in [
        "<script>if (a<b) '</div>' </scripty></script >t",
        "<script><!-- <script> </script> --></script>t",
        "<script><!-- <script> </script> </script>t",
        "<script><!--> <script> </script>t</script>",
        "<script><!-- a --><script></script>t",
        "<script>open <b>",
        "<style>a > b { } <!-- </style>t",
        "<title>a &amp; b <b></title><p>",
        "<textarea><p></TEXTAREA>x",
        "<title>open",
    ] {
        agree(text);
    }
}

#[test]
fn inside_svg_an_empty_title_has_no_content() {
    let names: Vec<String> = tokens("<svg><title/><path></svg><p>x")
        .filter_map(|token| if let Token::Start(tag) = token { Some(tag.name.into_owned()) } else { None })
        .collect();
    assert_eq!(names, ["svg", "title", "path", "p"]);
    let texts: Vec<&str> = tokens("<svg><![CDATA[a<b]]></svg>")
        .filter_map(|token| if let Token::Text { raw, .. } = token { Some(raw) } else { None })
        .collect();
    assert_eq!(texts, ["a<b"]);
}

#[test]
fn spans_point_at_what_was_written() {
    let text = "é<a title='ü &amp; x' HREF=\"/p?a=1&amp;b=2\">t</a><!--c-->";
    for token in tokens(text) {
        match token {
            Token::Start(tag) => {
                assert!(text[tag.span.clone()].starts_with("<a ") && text[tag.span.clone()].ends_with('>'));
                let href = tag.attrs().find(|attr| attr.is("href")).expect("it has one");
                assert_eq!(&text[href.value_span.clone()], "/p?a=1&amp;b=2");
                assert_eq!(href.value(), "/p?a=1&b=2");
                assert_eq!(tag.attr("title").as_deref(), Some("ü & x"));
                assert_eq!(tag.attr("absent"), None);
            }
            Token::End { span, .. } => assert_eq!(&text[span], "</a>"),
            Token::Text { raw, span } => assert_eq!(raw, &text[span]),
            Token::Comment { span } => assert_eq!(&text[span], "<!--c-->"),
            Token::Doctype { .. } => unreachable!("there is none"),
        }
    }
}

/// Pieces from which hostile pages are put together.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<",
            ">",
            "/",
            "</",
            "<!",
            "<!--",
            "-->",
            "--!>",
            "--",
            "-",
            "!",
            "<?",
            "'",
            "\"",
            "=",
            " ",
            "\n",
            "&",
            ";",
            "&amp",
            "&amp;",
            "&copy",
            "&#x41;",
            "&#1114112;",
            "&notin;",
            "&notit;",
            "<a ",
            "<p>",
            "</p>",
            "<B C=d>",
            "<script>",
            "</script>",
            "<script",
            "</script",
            "<style>",
            "</style>",
            "<title>",
            "</title>",
            "<textarea>",
            "</textarea ",
            "<xmp>",
            "<iframe>",
            "</iframe>",
            "<![CDATA[",
            "]]>",
            "<!doctype ",
            "é",
            "日本",
            "\u{1F600}",
            "\0",
            "\r\n",
            "\t",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9=<>/&;'\" -]{0,8}",
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_as_by_the_other_tokenizer(pieces in prop::collection::vec(fragment(), 0..40)) {
        let text = pieces.concat();
        prop_assert_eq!(ours(&text), theirs(&text));
    }

    #[test]
    fn spans_follow_each_other_and_lie_inside(text in "\\PC{0,60}|[<>a-z/!=\"'&;é -]{0,120}") {
        let mut end = 0;
        for token in tokens(&text) {
            let span = match token {
                Token::Start(Tag { span, .. }) | Token::End { span, .. } | Token::Text { span, .. }
                | Token::Comment { span } | Token::Doctype { span } => span,
            };
            prop_assert!(span.start >= end && span.end > span.start && span.end <= text.len());
            prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
            end = span.end;
        }
    }

    #[test]
    fn any_bytes_decode(bytes in prop::collection::vec(any::<u8>(), 0..300), header in "(text/html)?;? ?(charset)?=?[a-z0-9-]{0,12}") {
        let decoded = decode(&bytes, Some(&header));
        prop_assert!(decoded.text.len() <= bytes.len() * 3 + 3);
    }
}

/// Text, encoding and the header for a page in the encoding's bytes.
fn read(bytes: &[u8], header: Option<&str>) -> (String, &'static str) {
    let decoded = decode(bytes, header);
    (decoded.text.into_owned(), decoded.encoding.name())
}

#[test]
fn a_byte_order_mark_decides() {
    assert_eq!(read(b"\xEF\xBB\xBF<p>\xC3\xA9", Some("text/html; charset=iso-8859-1")), ("<p>é".into(), "UTF-8"));
    assert_eq!(read(b"\xFF\xFE<\0p\0>\0", None).0, "<p>");
}

#[test]
fn the_header_decides_before_the_page() {
    assert_eq!(
        read(b"<meta charset=koi8-r><p>caf\xE9", Some("text/html; charset=\"ISO-8859-1\"")).0,
        "<meta charset=koi8-r><p>café"
    );
}

#[test]
fn a_declaration_in_the_page_counts_wherever_it_stands_in_the_head() {
    let mut page = b"<html><head><!-- <meta charset=koi8-r> --><script>'<meta charset=koi8-r>'</script>".to_vec();
    page.extend(b"<style>".iter().chain(vec![b' '; 3000].iter()).chain(b"</style>"));
    page.extend(b"<meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>\xCF\xF0\xE8\xE2\xE5\xF2");
    assert!(read(&page, Some("text/html")).0.ends_with("Привет"));
    assert!(read(b"<?xml version='1.0' encoding='windows-1251'?><p>\xCF\xF0\xE8", None).0.ends_with("При"));
    assert!(read(b"<meta charset=gb2312>\xC4\xE3\xBA\xC3", None).0.ends_with("你好"));
    assert!(read(b"<meta charset=utf-16>\xC3\xA9", None).0.ends_with('é'));
}

#[test]
fn valid_utf8_is_believed_more_than_a_wrong_declaration() {
    assert!(read("<meta charset=utf-8>Größe".as_bytes(), Some("text/html; charset=iso-8859-1")).0.ends_with("Größe"));
    assert!(read("<meta charset=iso-8859-1>Größe".as_bytes(), None).0.ends_with("Größe"));
    assert!(read("Größe".as_bytes(), None).0.ends_with("Größe"));
}

#[test]
fn undeclared_and_broken_bytes_are_read_as_well_as_possible() {
    assert_eq!(read(b"<p>Stra\xDFe und B\xFCcher, sch\xF6n", None).0, "<p>Straße und Bücher, schön");
    let mut broken = "Größe für alle, täglich schöne Bücher über Äpfel, Öl und Süßes ".repeat(3).into_bytes();
    broken.push(0xE9);
    broken.extend(b" end");
    let decoded = decode(&broken, None);
    assert!(decoded.replaced && decoded.text.starts_with("Größe") && decoded.encoding.name() == "UTF-8");
    // A charset declared as UTF-8 over bytes that are nothing of the kind.
    assert!(
        read(b"<meta charset=utf-8><p>Stra\xDFe und B\xFCcher, sch\xF6n", None).0.ends_with("Straße und Bücher, schön")
    );
    // A body cut in the middle of a character.
    assert!(!decode(&"Größe é".as_bytes()[.."Größe é".len() - 1], None).replaced);
}

#[test]
fn a_shifted_charset_shows_wherever_its_first_letters_stand() {
    let (shifted, ..) = encoding_rs::ISO_2022_JP.encode("人権都市");
    for length in [0, 40_000] {
        let script = vec![b'/'; length];
        let page = [b"<meta charset=iso-2022-jp><script>", &*script, b"</script><p>", &*shifted].concat();
        assert!(read(&page, Some("text/html")).0.ends_with("人権都市"), "{length} bytes before");
    }
}

proptest! {
    #[test]
    fn a_tag_looked_at_by_itself_is_the_one_the_tokenizer_sees(text in "</?[a-z0-9A-Z:éß{`]{0,9}[ />]?(a=\"x>\"|b)?[>a]{0,2}.{0,9}") {
        let read = match tokens(&text).next() {
            Some(Token::Start(tag)) => Some((tag.name.into_owned(), false, tag.span.end)),
            Some(Token::End { name, span }) => Some((name.into_owned(), true, span.end)),
            _ => None,
        };
        let is_short = |name: &str| name.len() < 8 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        match short_tag(text.as_bytes(), 0) {
            Some(tag) => {
                let name = text[1 + usize::from(tag.is_end)..tag.inside.start].to_owned();
                prop_assert_eq!(tag.name, short_name(&name));
                prop_assert_eq!(Some((name.to_ascii_lowercase(), tag.is_end, tag.next())), read);
            }
            None => prop_assert!(text.len() < 10 || !read.is_some_and(|(name, ..)| is_short(&name)), "{} is one", text),
        }
    }
}
