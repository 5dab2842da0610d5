//! Which captures are worth suggesting, best first.

use super::Wanted;
use super::cdx::Capture;

/// Bytes below which the capture of a page is taken for an error or a stub.
const SMALLEST_PAGE: u64 = 1_000;

/// The captures of a page that may be it, the newest made while it was well first, then those after in the order of time.
/// None that was made once it had failed.
pub(super) fn pages(captures: Vec<Capture>, wanted: &Wanted) -> Vec<Capture> {
    let plausible = captures.into_iter().filter(|capture| {
        let page = capture.media_type.as_deref().is_none_or(is_page);
        matches!(capture.status, None | Some(200 | 203 | 206))
            && fits(capture.media_type.as_deref(), wanted)
            && !(page && capture.length.is_some_and(|length| length < SMALLEST_PAGE) && capture.status.is_some())
            && !capture.digest.as_ref().is_some_and(|digest| wanted.crowded.contains(digest))
    });
    in_order(plausible.collect(), wanted)
}

/// The captured redirects that may lead to it, in the same order.
pub(super) fn redirects(captures: Vec<Capture>, wanted: &Wanted) -> Vec<Capture> {
    let redirects = captures.into_iter().filter(|capture| matches!(capture.status, Some(301 | 302 | 307 | 308)));
    in_order(redirects.collect(), wanted)
}

fn in_order(mut captures: Vec<Capture>, wanted: &Wanted) -> Vec<Capture> {
    captures.retain(|capture| wanted.failing_since.is_none_or(|failing| capture.at < failing));
    captures.sort_by_key(|capture| std::cmp::Reverse(capture.at));
    captures.dedup_by(|one, other| one.timestamp == other.timestamp);
    match wanted.last_good {
        Some(good) => {
            let (mut later, mut well): (Vec<_>, Vec<_>) = captures.into_iter().partition(|capture| capture.at > good);
            later.reverse();
            well.append(&mut later);
            well
        }
        None => captures,
    }
}

fn is_page(media_type: &str) -> bool {
    matches!(media_type, "text/html" | "application/xhtml+xml")
}

/// Whether a capture is of the kind the resource was last seen as, or that its address promises.
fn fits(captured: Option<&str>, wanted: &Wanted) -> bool {
    let Some(captured) = captured else { return true };
    let expects_page = match &wanted.media_type {
        Some(media_type) => is_page(media_type),
        None => {
            let last = wanted.url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default();
            let ending = last.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            !ending.is_some_and(|ending| DOCUMENTS.contains(&ending.as_str()))
        }
    };
    match (expects_page, is_page(captured)) {
        (true, page) => page || captured.starts_with("text/") || wanted.media_type.is_none(),
        (false, page) => !page,
    }
}

/// Endings of what is no page.
const DOCUMENTS: &[&str] = &[
    "pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "odp", "epub", "zip", "gz", "mp3",
    "mp4", "ogg", "webm", "jpg", "jpeg", "png", "gif", "svg",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::moment;
    use url::Url;

    fn capture(timestamp: &str) -> Capture {
        Capture {
            timestamp: timestamp.to_owned(),
            at: moment(timestamp).expect("a moment"),
            media_type: Some("text/html".to_owned()),
            status: Some(200),
            digest: Some(timestamp.to_owned()),
            length: Some(9_000),
        }
    }

    fn wanted(url: &str) -> Wanted {
        Wanted {
            url: Url::parse(url).expect("valid"),
            last_good: moment("20200601000000"),
            failing_since: moment("20210601000000"),
            title: None,
            media_type: None,
            crowded: Vec::new(),
        }
    }

    fn chosen(captures: Vec<Capture>, wanted: &Wanted) -> Vec<String> {
        pages(captures, wanted).into_iter().map(|capture| capture.timestamp).collect()
    }

    #[test]
    fn the_newest_made_while_it_was_well_comes_first_and_none_made_after_it_failed() {
        let captures = ["20190101000000", "20200501000000", "20201201000000", "20200701000000", "20220101000000"];
        assert_eq!(
            chosen(captures.map(capture).to_vec(), &wanted("http://harbour.example/tides")),
            ["20200501000000", "20190101000000", "20200701000000", "20201201000000"]
        );
        let never_well = Wanted { last_good: None, ..wanted("http://harbour.example/tides") };
        assert_eq!(chosen(captures.map(capture).to_vec(), &never_well)[0], "20201201000000");
    }

    #[test]
    fn stubs_other_kinds_and_shared_contents_are_left_out() {
        let small = Capture { length: Some(400), ..capture("20200101000000") };
        let error = Capture { status: Some(404), ..capture("20200101000001") };
        let shared = Capture { digest: Some("SAME".to_owned()), ..capture("20200101000002") };
        let partial = Capture { status: Some(206), ..capture("20200101000003") };
        let again = Capture { status: None, media_type: None, length: Some(500), ..capture("20200101000004") };
        let wanted = Wanted { crowded: vec!["SAME".to_owned()], ..wanted("http://harbour.example/tides") };
        assert_eq!(
            chosen(vec![small, error, shared, partial, again], &wanted),
            ["20200101000004", "20200101000003"],
            "a repetition's length says nothing about the page"
        );
    }

    #[test]
    fn a_document_is_not_replaced_by_a_page_nor_a_page_by_a_picture() {
        let page = capture("20200101000000");
        let document = Capture { media_type: Some("application/pdf".to_owned()), ..capture("20200101000001") };
        let picture = Capture { media_type: Some("image/png".to_owned()), ..capture("20200101000002") };
        let all = || vec![page.clone(), document.clone(), picture.clone()];
        assert_eq!(chosen(all(), &wanted("http://harbour.example/table.pdf")).len(), 2);
        let known = Wanted { media_type: Some("text/html".to_owned()), ..wanted("http://harbour.example/table.pdf") };
        assert_eq!(chosen(all(), &known), ["20200101000000"], "what was seen outweighs the ending");
        assert!(chosen(all(), &wanted("http://harbour.example/tides")).contains(&"20200101000001".to_owned()));
    }
}
