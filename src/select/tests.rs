use super::*;
use crate::config::Select;
use crate::model::Position;
use url::Url;

fn link(href: &str) -> Link {
    Link {
        href: href.to_owned(),
        target: Url::parse(href).map_or_else(|error| Target::Invalid(error.to_string()), Target::Valid),
        title: None,
        annotation: None,
        section: Arc::from(Vec::new()),
        parent_title: None,
        position: Position::default(),
        fields: Vec::new(),
        left_out: None,
    }
}

/// The rule that leaves an address out.
fn rule(selection: &mut Selection<'_>, href: &str) -> Option<String> {
    let mut link = link(href);
    selection.apply(&mut link);
    link.left_out.map(|left_out| left_out.rule.to_string())
}

fn patterns(include: &[&str], exclude: &[&str]) -> Config {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Config {
        select: Select { include: texts(include), exclude: texts(exclude), ..Select::default() },
        ..Config::default()
    }
}

#[test]
fn exclude_takes_away_from_what_include_lets_in() {
    let config = patterns(&["^https://a\\.test/"], &["draft", "private"]);
    let mut selection = Selection::new(&config, Vec::new(), None).expect("rules");
    assert_eq!(rule(&mut selection, "https://a.test/page"), None);
    assert_eq!(rule(&mut selection, "https://b.test/page").as_deref(), Some("include: none of its patterns fits"));
    assert_eq!(rule(&mut selection, "https://a.test/draft").as_deref(), Some("the pattern `draft` under exclude"));
    let idle: Vec<String> = selection.idle().iter().map(ToString::to_string).collect();
    assert_eq!(idle, ["options: the pattern `private` under exclude matches no link; correct it or take it out"]);
}

#[test]
fn a_pattern_without_use_is_told_of_the_flag_that_brought_it() {
    let mut config = patterns(&[], &["private"]);
    config.source = Some("config.toml".into());
    config.select.brought.insert("private".to_owned(), "--exclude".to_owned());
    let mut selection = Selection::new(&config, Vec::new(), None).expect("rules");
    assert_eq!(rule(&mut selection, "https://a.test/page"), None);
    let idle: Vec<String> = selection.idle().iter().map(ToString::to_string).collect();
    assert_eq!(idle, ["--exclude: the pattern `private` matches no link; correct it or take it out"]);
}

#[test]
fn the_last_rule_that_says_skip_wins_over_patterns_and_never_over_a_comment() {
    let mut config = patterns(&[], &["a\\.test"]);
    let skip = |url: &str, skip| Rule { url: Some(url.into()), skip: Some(skip), ..Rule::default() };
    config.rules = vec![skip("https://a.test/keep/*", false), skip("https://a.test/keep/not/*", true)];
    let mut selection = Selection::new(&config, Vec::new(), None).expect("rules");
    assert!(rule(&mut selection, "https://a.test/x").is_some());
    assert_eq!(rule(&mut selection, "https://a.test/keep/x"), None);
    let last = rule(&mut selection, "https://a.test/keep/not/x").expect("left out");
    assert_eq!(last, "[[rule]] 2 (url `https://a.test/keep/not/*`)");
    let mut commented = link("https://a.test/keep/x");
    commented.left_out = Some(LeftOut { reason: Reason::Excluded, rule: "the comment in line 3".into() });
    selection.apply(&mut commented);
    assert_eq!(&*commented.left_out.expect("still left out").rule, "the comment in line 3");
    assert!(selection.idle().is_empty());
}

#[test]
fn ignore_files_name_their_lines() {
    let config = Config::default();
    let lines = ignore_lines(".lycheeignore", "# comment\n\n  ^https://x\\.test/?$\nnever\n").collect();
    let mut selection = Selection::new(&config, lines, None).expect("rules");
    assert_eq!(
        rule(&mut selection, "https://x.test/").as_deref(),
        Some("line 3 of .lycheeignore: `^https://x\\.test/?$`")
    );
    assert_eq!(rule(&mut selection, "https://x.test/deep"), None);
    assert_eq!(selection.idle()[0].line, Some(4));
    let broken = ignore_lines("f", "a\n(").collect();
    let error = Selection::new(&config, broken, None).err().expect("refused").to_string();
    assert!(error.starts_with("f, line 2: `(` is no regular expression"), "{error}");
}

#[test]
fn what_a_revision_had_already_is_told_from_what_is_new() {
    let mut known = Known::at("main");
    known.add(&link("https://a.test/x#old"));
    let config = Config::default();
    let mut selection = Selection::new(&config, Vec::new(), Some(known)).expect("rules");
    let mut old = link("https://a.test/x#old");
    selection.apply(&mut old);
    assert_eq!(old.left_out.expect("left out").reason, Reason::Unchanged);
    assert_eq!(rule(&mut selection, "https://a.test/x#new"), None);
}

#[test]
fn schemes_that_are_not_wanted_are_left_out() {
    let mut config = Config::default();
    config.select.schemes = vec!["https"];
    let mut selection = Selection::new(&config, Vec::new(), None).expect("rules");
    assert_eq!(rule(&mut selection, "https://a.test/"), None);
    assert_eq!(rule(&mut selection, "http://a.test/").as_deref(), Some("schemes: `http` is none of them"));
}

#[test]
fn equal_digests_mean_equal_rules() {
    let digest = |config: &Config, lines: Vec<IgnoreLine>| {
        let mut digest = XxHash3_128::new();
        Selection::new(config, lines, None).expect("rules").add_to(&mut digest);
        digest.finish_128()
    };
    let plain = digest(&Config::default(), Vec::new());
    assert_eq!(plain, digest(&Config::default(), Vec::new()));
    assert_ne!(plain, digest(&patterns(&["a"], &[]), Vec::new()));
    assert_ne!(digest(&patterns(&["a"], &[]), Vec::new()), digest(&patterns(&[], &["a"]), Vec::new()));
    assert_ne!(plain, digest(&Config::default(), ignore_lines("f", "a").collect()));
}
