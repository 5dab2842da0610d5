//! Places on pages that a script may bring.

use super::web::{chain, page, prose, url};
use crate::classify::{Facts, assess};
use crate::model::PageFacts;
use crate::model::anchor::Anchor;

fn anchor_of(listed: &str, head: &str) -> Option<Anchor> {
    let html = format!("<title>Guide</title>{head}<h1>Guide</h1><p>{} <a href='#vision'>x</a></p>", prose(100));
    let attempts = [chain(&[(listed, 200)], &[], &html)];
    let site_name = head.contains("GitLab").then(|| "GitLab".to_owned());
    let page = PageFacts { fragment_found: Some(false), site_name, ..page(&html) };
    assess(&Facts::new(&url(listed), &attempts, Some(&page))).anchor
}

#[test]
fn a_place_that_a_script_may_bring_is_not_missing() {
    let there = "http://a.test/guide#vision";
    for head in [
        r#"<script type="application/json">{"text":"\u003ch2 id=\"user-content-vision\"\u003e"}</script>"#,
        r#"<script type="text/x-template"><h3><a id="vision"></a></h3></script>"#,
        r#"<script>var toc = [{"id":"vision"}]</script>"#,
        r#"<script src=a.js></script><div data-page="{&quot;id&quot;:&quot;vision&quot;}"></div>"#,
        r#"<script src=a.js></script><meta property="og:site_name" content="GitLab">"#,
    ] {
        assert_eq!(anchor_of(there, head), Some(Anchor::Unverifiable), "{head}");
    }
    for head in [
        "",
        "<script src=a.js></script>",
        r#"<script>go("vision"); var wide = {"grid":"vision"}</script>"#,
        r#"<script>var toc = [{"id":"visions"}]</script>"#,
    ] {
        assert_eq!(anchor_of(there, head), Some(Anchor::Missing), "{head}");
    }
    assert_eq!(anchor_of("https://github.com/o/r/issues/5#event-123456", ""), Some(Anchor::Unverifiable));
    assert_eq!(anchor_of("http://a.test/journal#issue-8", ""), Some(Anchor::Missing));
}
