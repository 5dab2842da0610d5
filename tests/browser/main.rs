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
    for (position, name) in [(2, "host"), (3, "seed")] {
        page.press("ArrowDown");
        assert!(text(&mut page, HASH).contains(&format!("group={name}")));
        let titles = page.value("[...document.querySelectorAll('tr.group')].map((row) => row.textContent)");
        let titles: Vec<_> = titles.as_array().expect("titles").iter().filter_map(|title| title.as_str()).collect();
        let expected = if position == 2 { "journal.university.test" } else { "resources.html" };
        assert!(titles.iter().any(|title| title.contains(expected)), "{titles:?}");
        assert!(!titles.contains(&"(none)"), "{titles:?}");
    }
    // What is in sight can be copied in three forms.
    let copies =
        "[...document.querySelector('tbody tr[data-state]').querySelectorAll('.copy')].map((b) => b.ariaLabel)";
    let copies = page.value(copies).to_string();
    for form in ["copy URL of ", "copy Markdown of ", "copy wikitext of "] {
        assert!(copies.contains(form), "{copies}");
    }
    assert_eq!(page.complaints(), [""; 0]);
}

/// Where the lowest part of what sticks to the top of the window ends.
const STUCK: &str = "Math.max(0, ...[...document.querySelectorAll('.tools, thead')]
    .filter((e) => e.checkVisibility() && getComputedStyle(e).position === 'sticky')
    .map((e) => e.getBoundingClientRect().bottom))";

#[test]
fn what_sticks_to_the_top_hides_nothing_that_is_gone_to() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    let audit = folder.path().join("audit.html");
    let top = |page: &mut Page<'_>, element: &str| {
        page.value(&format!("{element}.getBoundingClientRect().top")).as_f64().expect("a number")
    };
    // Desks of several widths, on which the tools take one row or two.
    for width in [1280, 800] {
        let mut page = browser.open_at(&audit, "#finding-suspect", View { width, height: 900 }, Scheme::Light);
        let stuck = page.value(STUCK).as_f64().expect("a number");
        let heading = top(&mut page, "document.querySelector('#finding-suspect tr.group')");
        assert!(stuck > 0.0 && heading > stuck - 1.0 && heading < stuck + 40.0, "{heading} below {stuck} at {width}");
        // The heads of the columns are there to be seen and pressed, right below the tools.
        let seen = "(() => {
            const box = document.querySelector('thead th:nth-child(4) button').getBoundingClientRect();
            return document.elementFromPoint(box.left + 5, box.top + 5).textContent;
        })()";
        assert_eq!(text(&mut page, seen), "What was seen");
        let gap = "document.querySelector('thead th').getBoundingClientRect().top
            - document.querySelector('.tools').getBoundingClientRect().bottom";
        let gap = page.value(gap).as_f64().expect("a number");
        assert!((-1.0..=0.0).contains(&gap), "{gap} between tools and heads");
        // Nor does what sticks hide where the keyboard is.
        page.value("scrollTo(0, document.body.scrollHeight)");
        page.value("document.querySelector('#finding-moved tr[data-state] a').focus()");
        assert!(top(&mut page, "document.activeElement") > stuck - 1.0);
    }
    // Small windows belong to the list.
    for view in [View { width: 400, height: 700 }, View { width: 844, height: 390 }] {
        let mut page = browser.open_at(&audit, "#finding-suspect", view, Scheme::Light);
        let stuck = page.value(STUCK).as_f64().expect("a number");
        assert!(stuck * 4.0 < f64::from(view.height), "{stuck} of {} are covered", view.height);
        let heading = top(&mut page, "document.querySelector('#finding-suspect tr.group')");
        assert!(heading > stuck - 1.0, "{heading} below {stuck} at {}", view.width);
        let tools = "document.querySelector('.tools').getBoundingClientRect().height";
        let tools = page.value(tools).as_f64().expect("a number");
        assert!(tools * 3.0 < f64::from(view.height), "{tools} of {}", view.height);
    }
    let worst = pages::worst();
    for width in [1280, 800] {
        let view = View { width, height: 900 };
        let mut page = browser.open_at(&worst.path().join("compilation.html"), "#e5", view, Scheme::Light);
        let (stuck, entry) =
            (page.value(STUCK).as_f64().expect("a number"), top(&mut page, "document.querySelector('#e5')"));
        assert!(stuck > 0.0 && entry > stuck - 1.0, "{entry} below {stuck} at {width}");
    }
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

/// Waits until an expression is true: what a browser tells its pages, it tells in its own time.
fn until(page: &mut Page<'_>, expression: &str) {
    for _ in 0..200 {
        if page.value(expression) == json!(true) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("never true: {expression}");
}

#[test]
fn a_view_of_the_audit_is_kept_counted_and_told_on_paper() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    let mut page = browser.open(&folder.path().join("audit.html"), DESK, Scheme::Light);
    let skipped = "[...document.querySelectorAll('tr[data-state]')].every((row) => getComputedStyle(row).contentVisibility === 'auto')";
    assert_eq!(page.value(skipped), json!(true), "rows out of sight are not laid out");
    // A count counts all of them, whatever was searched for.
    tab_to(&mut page, "#q");
    page.type_text("unheard-of words");
    assert!(text(&mut page, "document.querySelector('.narrowed').textContent").starts_with("No link fits: "));
    tab_to(&mut page, ".counts a[data-state=dead]");
    page.press("Enter");
    assert!(text(&mut page, STATUS).contains(" of "));
    assert!(text(&mut page, "document.querySelector('.narrowed').textContent").ends_with(" links shown: dead."));
    page.value("location.hash = '#links'");
    until(&mut page, &format!("{HASH} === '#state=dead'"));
    let open = "document.querySelectorAll('details[open]').length";
    page.value("dispatchEvent(new Event('beforeprint'))");
    assert_ne!(page.value(open), json!(0));
    page.value("dispatchEvent(new Event('afterprint'))");
    assert_eq!(page.value(open), json!(0), "what was opened for paper is closed again");
    // A link stands in every list that has it, and counts once.
    tab_to(&mut page, "#reset");
    page.press("Enter");
    page.value("document.querySelector('tr[data-state] .where').insertAdjacentHTML('beforeend', '<p><code>other.md:3</code></p>')");
    page.value("(() => { const group = document.querySelector('#group'); group.value = 'seed'; group.dispatchEvent(new Event('change')); })()");
    let groups = page.value("[...document.querySelectorAll('tr.group')].map((row) => row.textContent)").to_string();
    assert!(groups.contains("other.md (1)") && groups.contains("resources.html ("), "{groups}");
    assert!(!text(&mut page, STATUS).contains(" of "));
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn what_is_copied_is_no_markup() {
    let mut browser = browser_or_leave!();
    let folder = pages::demonstration();
    let mut page = browser.open(&folder.path().join("audit.html"), POCKET, Scheme::Light);
    page.value("Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.taken = text; } } })");
    let row = "[...document.querySelectorAll('tr[data-state]')].at(-1)";
    page.value(&format!(
        "{row}.querySelector('.title bdi').textContent = \"{{{{delete}}}} [[Category:X]] '''b''' | <b>\""
    ));
    page.value(&format!("{row}.scrollIntoView()"));
    until(&mut page, &format!("{row}.querySelectorAll('.copy').length === 3"));
    for (number, label) in
        [(1, r"[{{delete}} \[\[Category:X\]\] '''b''' \| \<b\>]("), (2, "&#91;&#91;Category:X&#93;&#93;")]
    {
        let button = format!("{row}.querySelectorAll('.copy')[{number}]");
        page.value(&format!("{button}.click()"));
        until(&mut page, &format!("{button}.textContent === 'Copied'"));
        let taken = text(&mut page, "window.taken");
        assert!(taken.contains(label), "{taken}");
        assert!(number == 1 || !taken.contains("{{") && !taken.contains("''"), "{taken}");
    }
    assert!(text(&mut page, STATUS).ends_with(" links"), "the number of links stays told");
    assert_ne!(
        page.value("getComputedStyle(document.querySelector('thead')).display"),
        json!("none"),
        "a pocket can sort"
    );
    assert_eq!(page.complaints(), [""; 0]);
}
