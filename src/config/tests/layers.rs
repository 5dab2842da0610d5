//! Where a setting may stand: the file, the environment, flags; and which of them wins.

use super::*;

#[test]
fn flags_beat_variables_beat_the_file_beats_defaults() {
    let place =
        Place::with("seeds = ['a']\n[politeness]\nretries = 3\n[reports]\ndir = 'file'\n[ledger]\npath = 'file'\n");
    let flag = |key, name, value: &str| Flag { key, name, values: vec![value.to_owned()] };
    let variables = [("PERENNIAL_REPORTS_DIR", "variable"), ("PERENNIAL_LEDGER_PATH", "variable")];
    let config = place.load(&variables, &[flag("ledger.path", "--ledger", "flag")]).expect("valid").config;
    assert_eq!(config.politeness.confirm_after, Duration::from_secs(5));
    assert_eq!(config.politeness.retries, 3);
    assert_eq!(config.reports.dir, Path::new("variable"));
    assert_eq!(config.ledger.path, Path::new("flag"));
    assert_eq!(config.seeds, ["a"]);
}

#[test]
fn variables_hold_every_kind_of_value() {
    let variables = [
        ("PERENNIAL_SEEDS", "a.md, b.md"),
        ("PERENNIAL_NETWORK_ALLOW_PRIVATE_ADDRESSES", "true"),
        ("PERENNIAL_NETWORK_REQUEST_TIMEOUT", "2s"),
        ("PERENNIAL_NETWORK_MAX_BODY", "1MiB"),
        ("PERENNIAL_NETWORK_PORT_MAP", "80=8080, 443=8443"),
        ("PERENNIAL_POLITENESS_REQUESTS_PER_SECOND", "2.5"),
        ("PERENNIAL_CHECK_FAIL_ON", "dead,moved"),
        ("PERENNIAL_REPORTS_AUDIT", ""),
        ("PERENNIAL_SERVICE_HOST", "10.0.0.1"),
    ];
    let Loaded { config, warnings } = Place::with("").load(&variables, &[]).expect("valid");
    assert_eq!(config.seeds, ["a.md", "b.md"]);
    assert!(config.network.allow_private_addresses);
    assert_eq!(config.network.request_timeout, Duration::from_secs(2));
    assert_eq!(config.network.max_body, 1 << 20);
    assert_eq!(config.network.port_map, BTreeMap::from([(80, 8080), (443, 8443)]));
    assert_eq!(config.politeness.requests_per_second, 2.5);
    assert_eq!(config.check.fail_on, [FailOn::State(State::Dead), FailOn::State(State::Moved)]);
    assert_eq!(config.reports, Reports::default(), "an empty variable is not set");
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn a_misspelt_variable_is_told_without_stopping() {
    let loaded = Place::with("").load(&[("PERENNIAL_NETWORK_CONTCT", "x")], &[]).expect("valid");
    assert_eq!(
        loaded.warnings,
        ["the environment variable PERENNIAL_NETWORK_CONTCT means nothing; did you mean PERENNIAL_NETWORK_CONTACT?"]
    );
}

#[test]
fn mistakes_outside_the_file_name_the_variable_or_the_flag() {
    let flags = [Flag { key: "reports.dir", name: "--reports", values: vec![String::new()] }];
    let error = Place::with("").load(&[("PERENNIAL_POLITENESS_RETRIES", "many")], &flags).expect_err("mistakes");
    let text = error.to_string();
    assert!(text.contains("PERENNIAL_POLITENESS_RETRIES: `politeness.retries` is \"many\""), "{text}");
    assert!(text.contains("--reports: `reports.dir` is \"\""), "{text}");
}

#[test]
fn paths_are_relative_to_the_file_and_seeds_keep_their_names() {
    let place = Place::with("");
    let inner = place.0.path().join("inner");
    std::fs::create_dir(&inner).expect("made");
    std::fs::write(inner.join("own.toml"), "seeds = ['s.md']\n[ledger]\npath = 'l'\n[reports]\ndir = '/r'")
        .expect("written");
    let variables = BTreeMap::new();
    let file = FileChoice::Given(Path::new("inner/own.toml"));
    let load_with = |flags: &[Flag]| {
        load(&Sources { file, folder: place.0.path(), variables: &variables, flags }).expect("valid").config
    };
    let config = load_with(&[]);
    assert_eq!(config.source.as_deref(), Some(Path::new("inner/own.toml")));
    assert_eq!(config.seeds, ["s.md"]);
    assert_eq!(config.seed_folder, inner);
    assert_eq!(config.ledger.path, inner.join("l"));
    assert_eq!(config.reports.dir, Path::new("/r"));
    let config = load_with(&[Flag { key: "ledger.path", name: "--ledger", values: vec!["k".into()] }]);
    assert_eq!(config.ledger.path, Path::new("k"), "what a flag names stands where the person does");
    let config = load_with(&[Flag { key: "seeds", name: "SEED", values: vec!["x,y.md".into(), "z.md".into()] }]);
    assert_eq!(config.seeds, ["x,y.md", "z.md"]);
    assert_eq!(config.seed_folder, Path::new(""));
}

#[test]
fn one_seed_on_the_command_line_keeps_its_commas() {
    let flags = [Flag { key: "seeds", name: "SEED", values: vec!["https://example.org/a,b".into()] }];
    assert_eq!(Place::with("").load(&[], &flags).expect("valid").config.seeds, ["https://example.org/a,b"]);
}

#[test]
fn files_that_are_no_configuration_are_told_apart() {
    let place = Place::with("");
    let variables = BTreeMap::new();
    let load_file = |name: &str| {
        let file = FileChoice::Given(Path::new(name));
        load(&Sources { file, folder: place.0.path(), variables: &variables, flags: &[] }).expect_err("refused")
    };
    assert!(matches!(load_file("missing.toml"), ConfigError::Unreadable { .. }));
    assert!(matches!(load_file("."), ConfigError::Unreadable { .. }));
    std::fs::write(place.0.path().join("binary.toml"), [0xff, 0xfe, 0]).expect("written");
    assert!(load_file("binary.toml").to_string().contains("is not UTF-8 text"));
    std::fs::write(place.0.path().join("large.toml"), vec![b'#'; (1 << 20) + 1]).expect("written");
    assert!(load_file("large.toml").to_string().contains("larger than 1 MiB"));
}
