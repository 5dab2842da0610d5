//! The answer of a capture index (CDX server), as JSON: rows of texts under a row of names.

use jiff::Timestamp;

use super::place::moment;

/// Rows read at most; a question asks for far fewer.
const MAX_ROWS: usize = 200;

/// One capture as the index describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Its fourteen digits.
    pub timestamp: String,
    /// When it was made.
    pub at: Timestamp,
    /// Media type as captured; absent where the index leaves it out.
    pub media_type: Option<String>,
    /// Status as captured; absent for a repetition of an earlier capture.
    pub status: Option<u16>,
    /// Hash of the content.
    pub digest: Option<String>,
    /// Bytes it takes up in the archive.
    pub length: Option<u64>,
}

/// An answer that is no index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexFault {
    /// It is no JSON of the expected shape.
    #[error("the archive's index answered something else than rows of captures")]
    Shape,
}

/// Reads the rows of an index; rows that make no sense are passed over.
pub(super) fn read(body: &[u8]) -> Result<Vec<Capture>, IndexFault> {
    if body.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Vec<serde_json::Value>> = serde_json::from_slice(body).map_err(|_| IndexFault::Shape)?;
    let mut rows = rows.into_iter();
    let Some(names) = rows.next() else { return Ok(Vec::new()) };
    let column = |name: &str| names.iter().position(|known| known.as_str() == Some(name));
    let timestamp = column("timestamp").ok_or(IndexFault::Shape)?;
    let [media_type, status, digest, length] = ["mimetype", "statuscode", "digest", "length"].map(column);
    let captures = rows.take(MAX_ROWS).filter_map(|row| {
        let text = |at: Option<usize>| {
            let text = row.get(at?)?.as_str()?.trim();
            (!text.is_empty() && text != "-").then(|| text.to_owned())
        };
        let timestamp = text(Some(timestamp))?;
        Some(Capture {
            at: moment(&timestamp)?,
            timestamp,
            // A repetition of an earlier capture, and what the archive could not tell.
            media_type: text(media_type).filter(|name| !matches!(name.as_str(), "warc/revisit" | "unk")),
            status: text(status).and_then(|status| status.parse().ok()),
            digest: text(digest).filter(|digest| digest.len() <= 128),
            length: text(length).and_then(|length| length.parse().ok()),
        })
    });
    Ok(captures.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_the_names_above_them() {
        let body = br#"[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],
            ["example,harbour)/tides","20190704120000","http://harbour.example/tides","text/html","200","AAAA","4210"],
            ["example,harbour)/tides","20200704120000","http://harbour.example/tides","warc/revisit","-","AAAA","700"],
            ["example,harbour)/tides","yesterday","http://harbour.example/tides","text/html","200","BBBB","1"],
            ["short"]]"#;
        let captures = read(body).expect("an index");
        assert_eq!(captures.len(), 2);
        assert_eq!((captures[0].status, captures[0].length), (Some(200), Some(4210)));
        assert_eq!((captures[1].status, captures[1].media_type.as_deref()), (None, None), "a repetition says nothing");
        assert_eq!(captures[1].digest.as_deref(), Some("AAAA"));
    }

    #[test]
    fn nothing_captured_is_an_empty_index() {
        assert_eq!(read(b"[]"), Ok(Vec::new()));
        assert_eq!(read(b"\n"), Ok(Vec::new()));
        assert_eq!(read(br#"[["timestamp","length"]]"#), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_index_is_a_fault() {
        for body in [&b"<html>busy</html>"[..], br#"{"error":"x"}"#, br#"[["urlkey"]]"#, b"[[[[[[[[", b"[1]", b"\xff"] {
            assert_eq!(read(body), Err(IndexFault::Shape), "{body:?}");
        }
    }
}
