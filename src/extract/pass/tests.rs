//! Facts of single pages.

use super::*;

fn facts(page: &str) -> PageFacts {
    pass(page, &[]).facts
}

#[test]
fn the_head_and_the_headings_are_read() {
    let facts = facts(
        "<!doctype html><html lang=de-AT><head><title> Eine\n &uuml;berschrift </title><base href='/b/'>
         <meta property='og:title' content='Og &amp; Titel'><meta name=Description content=' Ein  Text '>
         <meta property=og:site_name content=Ort><link rel='shortlink canonical' href='/k'>
         <meta name=robots content='NOINDEX, follow'><meta name=generator content='Werk 1'>
         <body><h1><img src=x></h1><h1>Erste <b>Zeile</b></h1><h2>Zwei</h2><h1>Drei</h1>",
    );
    assert_eq!(facts.title.as_deref(), Some("Eine überschrift"));
    assert_eq!(facts.h1.as_deref(), Some("Erste Zeile"));
    assert_eq!(facts.headings, ["Zwei", "Drei"]);
    assert_eq!(facts.lang.as_deref(), Some("de-AT"));
    assert_eq!(facts.og_title.as_deref(), Some("Og & Titel"));
    assert_eq!(facts.site_name.as_deref(), Some("Ort"));
    assert_eq!(facts.description.as_deref(), Some("Ein Text"));
    assert_eq!(facts.canonical.as_deref(), Some("/k"));
    assert_eq!(facts.base.as_deref(), Some("/b/"));
    assert_eq!(facts.generator.as_deref(), Some("Werk 1"));
    assert!(facts.noindex);
}

#[test]
fn main_text_leaves_the_surroundings_out() {
    let facts = facts(
        "<body><header>Logo here</header><nav><a href=/>Home</a></nav><main><p>One two<b>three</b> <a href=x>four</a></p>
         <script>var five</script><style>six</style><noscript>seven</noscript><template>eight</template>
         <select><option>nine<option>ten</select><div hidden>eleven</div><div style='display: none'>twelve</div>
         <p>five &amp; six</main><aside>thirteen</aside><footer>fourteen fifteen</footer>",
    );
    assert_eq!(facts.text, "One twothree four five & six");
    assert_eq!(facts.words, 6);
    assert_eq!(facts.all_words, 6 + 2 + 1 + 1 + 2);
    assert_eq!(facts.linked_words, 2);
    assert_eq!((facts.links, facts.scripts), (2, 1));
}

#[test]
fn an_empty_shell_is_told_from_a_full_one() {
    assert!(
        facts("<body><noscript>Enable it</noscript><div id=root> <!-- --> </div><script src=a></script>").app_shell
    );
    assert!(facts("<body><app-root></app-root><script src=a></script>").app_shell);
    assert!(facts("<div id=app><div class=spinner>Loading...</div></div>").app_shell);
    assert!(!facts("<div id=__next><p>Words that stand there already, many of them</div>").app_shell);
    assert!(!facts("<div id=main></div>").app_shell);
}

#[test]
fn stubs_show_where_they_lead() {
    assert_eq!(facts("<meta http-equiv=Refresh content='0; url=/new'>").refresh, Some((0.0, Some("/new".to_owned()))));
    assert_eq!(facts("<script>window.location='/new';</script>").script_redirect.as_deref(), Some("/new"));
    let page = format!("<script>window.location='/new';</script><p>{}", "word ".repeat(100));
    assert_eq!(facts(&page).script_redirect, None);
    let page =
        format!("<noscript><meta http-equiv=refresh content='0;url=/nojs'></noscript><p>{}", "word ".repeat(100));
    assert_eq!(facts(&page).refresh, None);
    let stored = "<template><meta http-equiv=refresh content='0;url=/old'><script>location='/old'</script></template>";
    assert_eq!((facts(stored).refresh, facts(stored).script_redirect), (None, None));
    assert_eq!(facts("<frameset><frame src=' /inner '><frame src=b></frameset>").frame.as_deref(), Some("/inner"));
    assert_eq!(facts("<input type=PassWord><input type=text>").password_fields, 1);
    assert_eq!(facts("<meta name=prerender-status-code content=404>").prerender_status, Some(404));
}

#[test]
fn fragments_are_met_by_id_and_name() {
    let page = "<h2 id='user-content-a-b'>x</h2><a name='c d'></a><p id=&Uuml;ber>y<p id=Sec>";
    let wanted: Vec<String> =
        ["a-b", "c%20d", "%C3%9Cber", "sec", "", "Top", "no", "Sec:~:text=y"].iter().map(|&f| f.to_owned()).collect();
    let passed = pass(page, &wanted);
    assert_eq!(passed.fragments, [true, true, true, false, true, true, false, true]);
    assert_eq!(passed.facts.fragment_found, Some(true));
    assert_eq!(facts(page).fragment_found, None);
}

#[test]
fn hidden_names_are_met_in_any_case_and_others_as_they_are_written() {
    let page = "<h2><a id='user-content-features'></a>Features</h2><h2 id=usage>Usage</h2>";
    let asked = ["Features", "FEATURES", "features", "Usage", "usage"].map(str::to_owned);
    assert_eq!(pass(page, &asked).fragments, [true, true, true, false, true]);
}

#[test]
fn hostile_pages_cost_little() {
    let deep = "<div>".repeat(80_000);
    let wide = format!("<p {}>x", (0..60_000).map(|n| format!("a{n}=1 ")).collect::<String>());
    let links = "<a href=/x>y</a>".repeat(100_000);
    let closes = format!("{}{}", "<b>".repeat(600), "</i></b></p>".repeat(60_000));
    let open = format!("<a title=\"{}", "<p>".repeat(100_000));
    let began = std::time::Instant::now();
    assert!(facts(&deep).hostile);
    assert!(facts(&wide).hostile);
    assert_eq!(facts(&links).links, 100_000);
    facts(&closes);
    facts(&open);
    facts(&"<p class=author>By x".repeat(50_000));
    facts(&"<!--".repeat(100_000));
    facts(&"<script><!--<script>".repeat(50_000));
    facts(&"&#".repeat(200_000));
    // Quadratic behaviour would take minutes.
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

/// A page with a long beginning and elements below it, all of them closed.
fn long_page(choices: &[u8]) -> String {
    let mut page = format!("<title>A guide</title><body><main><h1>A guide</h1><p>{}</p>", "word ".repeat(700));
    let mut choices = choices.iter().copied();
    while let Some(choice) = choices.next() {
        element(choice, &mut choices, 0, &mut page);
    }
    page.push_str("</main><footer><p>Written with care</p></footer>");
    page
}

fn element(choice: u8, choices: &mut impl Iterator<Item = u8>, depth: usize, page: &mut String) {
    const ALONE: [&str; 14] = [
        "<p>Some words on water</p>",
        "<p>See <a href=/x>the other page</a>, <em>please</em></p>",
        "<p>More words than a label has, and more than a name or a day has, so that nobody would take them for either; \
         they go on and on, and say next to nothing, and then they say it again, with other words, to be quite sure</p>",
        "<h2>Another part</h2>",
        "<time datetime=2020-05-03>Sunday</time>",
        "<p>3 May 2020</p>",
        "<p>By Ann Lee</p>",
        "<p class=byline>Ann Lee</p>",
        "<p>Licensed under CC BY 4.0</p>",
        "<img src=a><br>",
        "<script type='application/ld+json'>{}</script>",
        "<p>Updated: <b>4 May 2021</b></p>",
        "<a href=https://doi.org/10.1000/1>the paper</a>",
        "a &amp; b",
    ];
    const AROUND: [(&str, &str); 10] = [
        ("<ul><li>", "</li></ul>"),
        ("<div>", "</div>"),
        ("<div class=comments>", "</div>"),
        ("<div class=related-posts>", "</div>"),
        ("<ul id=latest_news>", "</ul>"),
        ("<div hidden>", "</div>"),
        ("<div style='Display: none'>", "</div>"),
        ("<aside>", "</aside>"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("<blockquote>", "</blockquote>"),
    ];
    match AROUND.get(usize::from(choice) % 20).filter(|_| depth < 5) {
        Some((start, end)) => {
            page.push_str(start);
            for choice in [choices.next(), choices.next()].into_iter().flatten() {
                element(choice, choices, depth + 1, page);
            }
            page.push_str(end);
        }
        None => page.push_str(ALONE[usize::from(choice) % ALONE.len()]),
    }
}

proptest::proptest! {
    /// Where a place on the page is looked for nothing is leapt over, so that the two readings can be compared.
    #[test]
    fn a_leap_passes_by_nothing_that_tells(choices in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
        let page = long_page(&choices);
        let (leapt, read) = (pass(&page, &[]), pass(&page, &["nowhere".to_owned()]));
        let counts = |passed: &Passed| {
            let facts = &passed.facts;
            (facts.links, facts.media, facts.scripts, facts.headings.clone(), facts.hostile)
        };
        proptest::prop_assert_eq!(counts(&leapt), counts(&read));
        let told = |passed: &Passed| {
            let found = &passed.candidates;
            let mut told = found.json_ld.clone();
            told.extend(found.headings.iter().map(|it| format!("{:?} {}", it.place.region, it.text)));
            told.extend(found.bylines.iter().map(|it| format!("{:?} {:?} {}", it.kind, it.place.region, it.text)));
            told.extend(found.dates.iter().map(|it| format!("{:?} {:?} {} {}", it.kind, it.place.region, it.lead, it.text)));
            told.extend(found.licences.iter().map(|it| format!("{:?} {}", it.place.region, it.text)));
            told.extend(found.links.iter().map(|it| it.href.clone()));
            told
        };
        proptest::prop_assert_eq!(told(&leapt), told(&read), "{}", page);
        let (one, two) = (leapt.facts.all_words, read.facts.all_words);
        proptest::prop_assert!(one.abs_diff(two) <= two / 4, "{} words, {} when read", one, two);
    }
}

#[test]
fn the_label_of_a_byline_waits_for_its_name_and_holds_back_nothing_else() {
    let facts = facts("<body><div><h1>By</h1><b>Mara Lindqvist</b></div><p>It rains.</p>");
    assert_eq!(facts.h1.as_deref(), Some("By"));
}
