//! The HTML reports as a browser shows them: the demonstration's, and a compilation of the worst titles, at the width of a
//! desk and of a pocket, by day and by night, with scripting and without, by keyboard alone.
//!
//! Needs Chromium. Where there is none, the tests say so and pass, unless `BROWSER_TEST=required` says that there must be one.
//! What was seen is left as pictures below `target/tmp/browser`.

mod chromium;
mod pages;

use std::path::Path;

use serde_json::json;

use chromium::{Browser, Page, Scheme, View};

const DESK: View = View { width: 1280, height: 900 };
const POCKET: View = View { width: 360, height: 740 };

/// Elements that reach beyond the page's width, in words.
const TOO_WIDE: &str = "(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right > width + 1)
        .slice(0, 5)
        .map((e) => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 60));
})()";

/// Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3), in words.
const TOO_PALE: &str = "(() => {
    const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => {
        const [R, G, B] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * R + 0.7152 * G + 0.0722 * B;
    };
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const colour = parse(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const pale = new Set();
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        if (!own || !e.checkVisibility() || ['SCRIPT', 'OPTION'].includes(e.tagName)) continue;
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < 4.5) pale.add(contrast.toFixed(2) + ' ' + e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40));
    }
    return [...pale];
})()";

/// A browser, or the end of the test.
macro_rules! browser_or_leave {
    () => {
        match Browser::start() {
            Some(browser) => browser,
            None => return,
        }
    };
}

/// Opens a page in every width and by day and night, and looks for what embarrasses.
fn look_at(browser: &mut Browser, file: &Path, name: &str) {
    for (view, width) in [(DESK, "desk"), (POCKET, "pocket")] {
        for (scheme, time) in [(Scheme::Light, "day"), (Scheme::Dark, "night")] {
            let mut page = browser.open(file, view, scheme);
            let place = format!("{name} at the {width} by {time}");
            assert_eq!(page.complaints(), [""; 0], "the console of {place}");
            assert_eq!(page.value(TOO_WIDE), json!([]), "{place} is wider than its window");
            assert_eq!(page.value(TOO_PALE), json!([]), "{place} cannot be read");
            page.picture(&format!("{name}-{width}-{time}"));
        }
    }
}

/// Goes to an element as a keyboard does, from the beginning of the page.
fn tab_to(page: &mut Page<'_>, selector: &str) {
    page.value("document.querySelector('.skip').focus()");
    for _ in 0..60 {
        page.press("Tab");
        if page.value(&format!("document.activeElement.matches({selector:?})")) == json!(true) {
            return;
        }
    }
    panic!("the keyboard never reaches {selector}");
}

fn text(page: &mut Page<'_>, expression: &str) -> String {
    page.value(expression).as_str().unwrap_or_default().to_owned()
}

const STATUS: &str = "document.querySelector('[role=status]').textContent";
const HASH: &str = "decodeURIComponent(location.hash)";

#[test]
fn reports_are_good_to_look_at() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    look_at(&mut browser, &folder.path().join("audit.html"), "audit");
    look_at(&mut browser, &folder.path().join("compilation.html"), "compilation");
    let worst = pages::worst();
    look_at(&mut browser, &worst.path().join("compilation.html"), "worst");
}

#[test]
fn the_compilation_is_filtered_by_keyboard() {
    let mut browser = browser_or_leave!();
    let folder = pages::worst();
    let file = folder.path().join("compilation.html");
    let mut page = browser.open(&file, DESK, Scheme::Light);
    let shown = "document.querySelectorAll('article:not([hidden])').length";
    let all = page.value(shown).as_u64().expect("a number");
    page.press("Tab");
    assert_eq!(
        text(&mut page, "document.activeElement.textContent"),
        "To the resources",
        "the first stop skips the rest"
    );

    tab_to(&mut page, "#q");
    page.type_text("needle");
    assert_eq!(page.value(shown), json!(1));
    assert_eq!(text(&mut page, STATUS), format!("1 of {all} resources"));
    assert_eq!(text(&mut page, HASH), "#q=needle", "a view can be shared");

    tab_to(&mut page, "#reset");
    page.press("Enter");
    assert_eq!((page.value(shown), text(&mut page, HASH)), (json!(all), String::new()));

    for (filter, expected) in pages::FILTERS {
        tab_to(&mut page, filter);
        page.press("ArrowDown");
        assert_eq!(page.value(shown), json!(expected), "the first value of {filter}");
        assert!(text(&mut page, HASH).contains('='), "{filter} is part of the address");
        page.press("ArrowUp");
        assert_eq!(page.value(shown), json!(all));
    }

    // A shared view opens as it was left.
    let mut page = browser.open_at(&file, "#q=needle", DESK, Scheme::Light);
    assert_eq!(page.value(shown), json!(1));
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn the_audit_is_filtered_sorted_and_grouped_by_keyboard() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    let mut page = browser.open(&folder.path().join("audit.html"), DESK, Scheme::Light);
    let shown = "document.querySelectorAll('tbody tr[data-state]:not([hidden])').length";
    let dead = "document.querySelectorAll('tr[data-state=dead]').length";
    let all = page.value(shown).as_u64().expect("a number");
    let dead = page.value(dead).as_u64().expect("a number");
    assert!(dead > 1 && dead < all);

    tab_to(&mut page, ".counts a[data-state=dead]");
    page.press("Enter");
    assert_eq!((page.value(shown), text(&mut page, HASH)), (json!(dead), "#state=dead".to_owned()));
    tab_to(&mut page, "#reset");
    page.press("Enter");
    assert_eq!(page.value(shown), json!(all));

    tab_to(&mut page, "#confidence");
    page.press("ArrowDown");
    let certain = page.value("document.querySelectorAll('tr[data-confidence=certain]').length");
    assert_eq!((page.value(shown), text(&mut page, HASH)), (certain, "#confidence=certain".to_owned()));
    page.press("ArrowUp");

    tab_to(&mut page, "thead th:nth-child(2) button");
    page.press("Enter");
    let order = "document.querySelector('thead th:nth-child(2)').getAttribute('aria-sort')";
    assert_eq!(text(&mut page, order), "ascending");
    page.press("Enter");
    assert_eq!(text(&mut page, order), "descending");

    tab_to(&mut page, "#group");
    page.press("ArrowDown");
    assert!(text(&mut page, HASH).contains("group=reason"));
    let groups = "[...document.querySelectorAll('tr.group')].map((row) => row.textContent)";
    let groups = page.value(groups);
    assert!(groups.to_string().contains("(dns-nxdomain)"), "{groups}");
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn reports_can_be_read_without_scripting_and_on_paper() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    for (name, rows) in [("audit", "tbody tr[data-state]"), ("compilation", "article")] {
        let file = folder.path().join(format!("{name}.html"));
        let mut page = browser.open(&file, DESK, Scheme::Light);
        let count = format!("document.querySelectorAll('{rows}').length");
        let all = page.value(&count);
        let mut bare = browser.open_without_scripting(&file, DESK);
        // Nodes are counted by the browser itself: nothing runs in the page.
        assert_eq!(json!(bare.count(rows)), all, "{name}");
        assert!(!bare.is_visible(".tools"), "what needs the script is not shown without it");
        bare.picture(&format!("{name}-bare"));
        let mut page = browser.open(&file, DESK, Scheme::Dark);
        page.print();
        assert_eq!(page.value("getComputedStyle(document.querySelector('.tools')).display"), json!("none"));
        assert_eq!(page.value("getComputedStyle(document.body).color"), json!("rgb(0, 0, 0)"), "ink is black");
        page.picture(&format!("{name}-paper"));
    }
}
