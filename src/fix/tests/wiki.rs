//! Templates of a wiki: citations, rows, and what is said about a link in the parameters around it.

use super::*;

#[test]
fn templates_within_a_template_hide_none_of_its_parameters() {
    let added = |lead: &str| format!("|archive-url={COPY}|archive-date=2024-08-20|url-status=dead{lead}");
    let before = "* {{cite web|title={{lang|fr|Un}}|url=http://gone.example/page|date=2001}}\n";
    let wanted = before.replace("|date", &added("|date"));
    assert_eq!(after("page.wiki", before), wanted);
    let before = "* {{cite web|title=Un|url=<!-- {{y}} --> http://gone.example/page|date=2001}}\n";
    let wanted = before.replace("|date", &added("|date").replace('=', "= "));
    assert_eq!(after("page.wiki", before), wanted);
    let before = "* {{row|{{lang|fr|A}}|http://old.example/guide}}\n";
    let wanted = "* {{row|{{lang|fr|A}}|https://new.example/guide_(2)?x{{=}}1&y{{=}}2}}\n";
    assert_eq!(after("page.wiki", before), wanted);
}
