//! What a person writes, and what they are told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

mod layers;

struct Place(tempfile::TempDir);

impl Place {
    fn with(text: &str) -> Self {
        let place = Place(tempfile::tempdir().expect("a folder"));
        std::fs::write(place.0.path().join("config.toml"), text).expect("written");
        place
    }

    fn load(&self, variables: &[(&str, &str)], flags: &[Flag]) -> Result<Loaded, ConfigError> {
        let variables: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let file = FileChoice::Given(Path::new("config.toml"));
        load(&Sources { file, folder: self.0.path(), variables: &variables, flags })
    }
}

fn config(text: &str) -> Config {
    Place::with(text).load(&[], &[]).unwrap_or_else(|error| panic!("{error}")).config
}

/// Every mistake as "line:column message / help".
fn mistakes(text: &str) -> Vec<String> {
    match Place::with(text).load(&[], &[]) {
        Ok(_) => Vec::new(),
        Err(ConfigError::Mistakes { mistakes, .. }) => mistakes
            .iter()
            .map(|mistake| {
                let place = mistake.place.trim_start_matches("config.toml:");
                format!("{place} {} / {}", mistake.message, mistake.help.as_deref().unwrap_or("-"))
            })
            .collect(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = config("");
    assert_eq!(config, Config { source: Some(PathBuf::from("config.toml")), ..Config::default() });
}

#[test]
fn every_key_finds_its_place() {
    let config = config(
        r#"
        seeds = ["a.md", "https://example.org/list", "-"]
        [network]
        user_agent = "rehearsal/2"
        contact = "list@example.org"
        dns_timeout = "1ms"
        connect_timeout = "2s"
        first_byte_timeout = "3s"
        idle_timeout = "4s"
        request_timeout = "1m 5s"
        min_throughput = 0
        max_body = 1024
        max_seed_body = "3MiB"
        concurrency = 0x10
        max_redirects = 0
        allow_private_addresses = true
        proxy = "http://127.0.0.1:3128"
        dns_servers = ["127.0.0.1:5353", "9.9.9.9", "::1"]
        port_map = { 80 = 8080, 443 = 8443 }
        [politeness]
        requests_per_second = 20
        per_host_concurrency = 3
        robots = "ignore"
        max_crawl_delay = "0s"
        max_retry_after = "1h"
        retries = 0
        confirm_after = "10ms"
        latency_factor = 0.5
        [select]
        include = ["^https?://"]
        exclude = ['\.zip$', "draft", "draft"]
        schemes = ["https", "file"]
        [files]
        root = "docs"
        [check]
        mode = "strict"
        recheck_after = "2w"
        recheck_dead_after = "1d"
        recheck_blocked_after = "0s"
        second_opinions = false
        own_signs = "signs.tsv"
        second_vantage = "socks5://127.0.0.1:1080"
        fail_on = ["dead", "soft-404-probe", "dead"]
        [follow]
        depth = 2
        scope = "site"
        max_pages = 7
        sitemap = true
        [wiki]
        text = false
        follow = "links"
        depth = 3
        max_pages = 9
        [ledger]
        path = "l.sqlite"
        visits = 7
        [archive]
        suggest = false
        endpoint = "http://archive.example:8080/"
        verify = false
        requests_per_second = 2
        max_time = "1h"
        [reports]
        dir = "out"
        audit = []
        compilation = ["csv"]
        style = "mla"
        [[rule]]
        host = "*.Exämple.org"
        requests_per_second = 0.2
        per_host_concurrency = 2
        robots = "obey"
        because = "small"
        [[rule]]
        url = "https://example.org/drafts/*"
        skip = true
        request_timeout = "60s"
        fail_on = ["unsure"]
        "#,
    );
    let seconds = Duration::from_secs;
    let address = |text: &str| text.parse().expect("an address");
    let expected = Config {
        source: Some(PathBuf::from("config.toml")),
        seeds: vec!["a.md".into(), "https://example.org/list".into(), "-".into()],
        seed_folder: PathBuf::new(),
        network: Network {
            user_agent: "rehearsal/2".into(),
            contact: Some("list@example.org".into()),
            dns_timeout: Duration::from_millis(1),
            connect_timeout: seconds(2),
            first_byte_timeout: seconds(3),
            idle_timeout: seconds(4),
            request_timeout: seconds(65),
            min_throughput: 0,
            max_body: 1024,
            max_seed_body: 3 << 20,
            concurrency: 16,
            max_redirects: 0,
            allow_private_addresses: true,
            extra_ca_file: None,
            proxy: Some("http://127.0.0.1:3128".into()),
            dns_servers: vec![address("127.0.0.1:5353"), address("9.9.9.9:53"), address("[::1]:53")],
            port_map: BTreeMap::from([(80, 8080), (443, 8443)]),
        },
        politeness: Politeness {
            requests_per_second: 20.0,
            per_host_concurrency: 3,
            robots: RobotsPolicy::Ignore,
            max_crawl_delay: Duration::ZERO,
            max_retry_after: seconds(3600),
            retries: 0,
            confirm_after: Duration::from_millis(10),
            latency_factor: 0.5,
        },
        select: Select {
            include: vec!["^https?://".into()],
            exclude: vec!["\\.zip$".into(), "draft".into()],
            brought: BTreeMap::new(),
            schemes: vec!["https", "file"],
        },
        files: Files { root: Some("docs".into()) },
        check: Check {
            recheck_after: seconds(14 * 24 * 3600),
            mode: Mode::Strict,
            recheck_dead_after: seconds(24 * 3600),
            recheck_blocked_after: Duration::ZERO,
            second_opinions: false,
            own_signs: Some("signs.tsv".into()),
            second_vantage: Some("socks5://127.0.0.1:1080".into()),
            fail_on: vec![FailOn::State(State::Dead), FailOn::Reason(Reason::Soft404Probe)],
        },
        follow: Follow { depth: 2, scope: Scope::Site, max_pages: 7, sitemap: true },
        wiki: Wiki { text: false, follow: WikiFollow::Links, depth: 3, max_pages: 9 },
        ledger: Ledger { path: "l.sqlite".into(), visits: 7 },
        archive: Archive {
            suggest: false,
            endpoint: "http://archive.example:8080".into(),
            verify: false,
            requests_per_second: 2.0,
            max_time: seconds(3600),
        },
        reports: Reports {
            dir: "out".into(),
            audit: vec![],
            compilation: vec![CompilationFormat::Csv],
            style: "mla".into(),
        },
        rules: vec![
            Rule {
                host: Some("*.xn--exmple-cua.org".into()),
                requests_per_second: Some(0.2),
                per_host_concurrency: Some(2),
                robots: Some(RobotsPolicy::Obey),
                because: Some("small".into()),
                ..Rule::default()
            },
            Rule {
                url: Some("https://example.org/drafts/*".into()),
                skip: Some(true),
                request_timeout: Some(seconds(60)),
                fail_on: Some(vec![FailOn::State(State::Unsure)]),
                ..Rule::default()
            },
        ],
    };
    assert_eq!(config, expected);
}

#[test]
fn all_mistakes_are_told_at_once_in_order() {
    let told = mistakes(
        "sedes = []\n[network]\nuser_agnet = \"x\"\nconcurrency = 0\nretries = 3\n[politeness]\nrequests_per_second = \
         -1\nrobots = \"obbey\"\n[politness]\n",
    );
    assert_eq!(
        told,
        [
            "1:1 unknown key `sedes` / did you mean `seeds`?",
            "3:1 unknown key `network.user_agnet` / did you mean `user_agent`?",
            "4:15 `network.concurrency` is 0; it takes a whole number from 1 to 10000 / -",
            "5:1 unknown key `network.retries` / `retries` belongs in [politeness]",
            "7:23 `politeness.requests_per_second` is -1; it takes a number from 0.001 to 100000 / -",
            "8:10 `politeness.robots` is \"obbey\"; it takes \"obey\" or \"ignore\" / did you mean \"obey\"?",
            "9:2 unknown key `politness` / did you mean `politeness`?",
        ]
    );
}

#[test]
fn a_mistake_is_shown_in_its_line() {
    let place = Place::with("[politeness]\nretries = \"many\" # too many\n");
    let error = place.load(&[], &[]).expect_err("a mistake");
    insta::assert_snapshot!(error.to_string(), @r#"
    there is a mistake in the configuration

    config.toml:2:11: `politeness.retries` is "many"; it takes a whole number from 0 to 20
       |
     2 | retries = "many" # too many
       |           ^^^^^^
    "#);
}

#[test]
fn impossible_values_are_refused_each_with_what_is_possible() {
    let impossible = [
        ("politeness", "requests_per_second", "0", "from 0.001"),
        ("politeness", "requests_per_second", "0.0", "from 0.001"),
        ("politeness", "requests_per_second", "-0.0", "from 0.001"),
        ("politeness", "requests_per_second", "nan", "from 0.001"),
        ("politeness", "requests_per_second", "inf", "from 0.001"),
        ("politeness", "requests_per_second", "-inf", "from 0.001"),
        ("politeness", "requests_per_second", "1e300", "to 100000"),
        ("politeness", "requests_per_second", "1e-300", "from 0.001"),
        ("politeness", "requests_per_second", "99999999999999999999999", "to 100000"),
        ("politeness", "requests_per_second", "\"1\"", "a number"),
        ("politeness", "latency_factor", "-1", "from 0"),
        ("politeness", "per_host_concurrency", "0", "from 1"),
        ("politeness", "retries", "-1", "from 0"),
        ("politeness", "retries", "1.5", "a whole number"),
        ("politeness", "confirm_after", "\"-1s\"", "from 0s"),
        ("politeness", "robots", "true", "\"obey\""),
        ("network", "request_timeout", "\"0s\"", "from 1ms"),
        ("network", "request_timeout", "\"1 year\"", "to 1h"),
        ("network", "max_body", "0", "from 1"),
        ("network", "max_body", "-5", "from 1"),
        ("network", "max_body", "\"9999GiB\"", "to 1GiB"),
        ("network", "concurrency", "1000000", "to 10000"),
        ("network", "allow_private_addresses", "\"yes\"", "true or false"),
        ("network", "user_agent", "\"\"", "a product"),
        ("network", "user_agent", "\"evil\\r\\nHost: x\"", "a product"),
        ("network", "user_agent", "\"perenniâl\"", "a product"),
        ("network", "user_agent", "\"1.0\"", "a product"),
        ("network", "contact", "\"nobody\"", "an address"),
        ("network", "contact", "\"https://example.org/)\"", "an address"),
        ("network", "contact", "\"javascript:alert(1)\"", "an address"),
        ("network", "proxy", "\"ftp://example.org\"", "socks5"),
        ("network", "proxy", "\"127.0.0.1:3128\"", "socks5"),
        ("network", "dns_servers", "[\"dns.example.org\"]", "a name server"),
        ("network", "dns_servers", "\"9.9.9.9\"", "a list"),
        ("network", "port_map", "{ http = 8080 }", "a table of ports"),
        ("network", "port_map", "{ 80 = 0 }", "from 1"),
        ("network", "extra_ca_file", "\"nowhere.pem\"", "a PEM file"),
        ("check", "fail_on", "[\"broken\"]", "\"dead\""),
        ("ledger", "path", "\" \"", "the path"),
        ("reports", "audit", "[\"pdf\", 3]", "\"markdown\""),
    ];
    for (section, key, value, possible) in impossible {
        let told = mistakes(&format!("[{section}]\n{key} = {value}\n"));
        assert!(!told.is_empty(), "{section}.{key} = {value} is taken");
        for mistake in told {
            assert!(
                mistake.contains(&format!("`{section}.{key}`")) && mistake.contains(possible),
                "{value}: {mistake}"
            );
            assert!(mistake.starts_with("2:"), "{mistake}");
        }
    }
}

#[test]
fn a_bare_number_is_no_time() {
    assert_eq!(
        mistakes("[network]\nrequest_timeout = 30"),
        [
            "2:19 `network.request_timeout` is 30; it takes a time such as \"500ms\", \"2s\" or \"1h 30m\", from 1ms to 1h / \
          a time needs its unit: \"30s\" or \"30ms\""
        ]
    );
}

#[test]
fn patterns_of_all_layers_add_up_and_must_be_regular_expressions() {
    let place = Place::with("[select]\nexclude = ['a']\n");
    let flags = [Flag { key: "select.exclude", name: "--exclude", values: vec!["a".into(), "c,d".into()] }];
    let loaded = place.load(&[("PERENNIAL_SELECT_EXCLUDE", "b")], &flags).expect("settings");
    assert_eq!(loaded.config.select.exclude, ["a", "b", "c,d"]);
    let brought: Vec<(&str, &str)> =
        loaded.config.select.brought.iter().map(|(pattern, name)| (pattern.as_str(), name.as_str())).collect();
    assert_eq!(brought, [("b", "PERENNIAL_SELECT_EXCLUDE"), ("c,d", "--exclude")]);
    let told = mistakes("[select]\nexclude = ['ok', '(']\n");
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("2:18 `select.exclude` is \"(\"; it takes a regular expression"), "{told:?}");
    assert!(told[0].ends_with("/ unclosed group"), "{told:?}");
}

#[test]
fn a_password_in_a_proxy_is_not_repeated() {
    let place = Place::with("");
    let error = place.load(&[("PERENNIAL_NETWORK_PROXY", "gopher://me:secret@h/")], &[]).expect_err("a mistake");
    assert!(!error.to_string().contains("secret"), "{error}");
    assert!(error.to_string().contains("PERENNIAL_NETWORK_PROXY"), "{error}");
}

#[test]
fn rules_must_say_about_what_and_what_changes() {
    let cases = [
        ("[[rule]]\nskip = true", "names neither a host nor a url"),
        ("[[rule]]", "names neither a host nor a url"),
        ("[[rule]]\nhost = \"a.test\"", "changes nothing"),
        ("[[rule]]\nurl = \"*\"\nrequests_per_second = 1", "is kept per host"),
        ("[[rule]]\nhost = \"https://a.test/\"\nskip = true", "write \"a.test\""),
        ("[[rule]]\nhost = \"*\"\nskip = true", "it takes a host"),
        ("[rule]\nhost = \"a.test\"\nskip = true", "write [[rule]]"),
        ("rule = [1]", "write [[rule]]"),
        ("[[rules]]\nhost = \"a.test\"\nskip = true", "did you mean `rule`?"),
        ("concurency = 3", "did you mean `concurrency` in [network]?"),
        ("[[rule]]\nhost = \"a.test\"\nskp = true\nskip = true", "`rule[1].skp` / did you mean `skip`?"),
        ("network = 1", "write [network]"),
    ];
    for (text, expected) in cases {
        let told = mistakes(text);
        assert!(told.len() == 1 && told[0].contains(expected), "{text}: {told:?}");
        assert!(told[0].starts_with(|c: char| c.is_ascii_digit()), "no place: {told:?}");
    }
}

#[test]
fn what_is_no_toml_is_told_with_its_line() {
    let told = mistakes("seeds = [\n[network\nconcurrency == 3\n");
    assert!(!told.is_empty());
    assert!(told.iter().all(|mistake| mistake.contains("not TOML")), "{told:?}");
    let told = mistakes("[network]\nconcurrency = 1\nconcurrency = 2\n");
    assert!(told.len() == 1 && told[0].starts_with("3:1 "), "{told:?}");
}

/// The commented configuration with every commented-out key switched on.
fn uncommented() -> String {
    let is_setting = |line: &str| {
        let rest = line.trim_start().strip_prefix("# ").unwrap_or_default();
        let key = rest.split(" = ").next().unwrap_or_default();
        rest == "[[rule]]" || (rest.contains(" = ") && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
    };
    let lines =
        COMMENTED.lines().map(|line| if is_setting(line) { line.trim_start().trim_start_matches("# ") } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_commented_configuration_is_the_defaults() {
    let mut read = config(COMMENTED);
    assert_eq!(read.seeds, ["seeds/human-rights-cities.md"]);
    read.seeds.clear();
    assert_eq!(read, Config { source: Some(PathBuf::from("config.toml")), ..Config::default() });
}

#[test]
fn the_commented_configuration_shows_every_key_with_its_true_default() {
    let text = uncommented();
    for key in keys() {
        let name = key.rsplit('.').next().unwrap_or(&key);
        assert!(text.lines().any(|line| line.starts_with(&format!("{name} = "))), "`{key}` is not in config.toml");
    }
    // Keys without a default are shown with an example; one of them names a file that is not there.
    let text = text.replace("extra_ca_file", "# extra_ca_file");
    let read = config(&text);
    let defaults = Config::default();
    let network = Network { contact: None, proxy: None, port_map: BTreeMap::new(), ..read.network.clone() };
    assert_eq!(network, defaults.network);
    assert_eq!(read.politeness, defaults.politeness);
    let check = Check { own_signs: None, second_vantage: None, ..read.check.clone() };
    assert_eq!(check, defaults.check);
    assert_eq!(read.ledger, defaults.ledger);
    assert_eq!(read.reports, defaults.reports);
    assert_eq!(read.rules.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_file_is_too_odd(text in "\\PC{0,80}|([a-z_]{1,12} = [\\[\\]{}\"'0-9a-z., =-]{0,20}\n){0,6}|(\\[{1,2}(rule|network|x)\\]{1,2}\n[a-z]{1,6} = .{0,9}\n){0,4}") {
        let place = Place::with(&text);
        if let Err(error) = place.load(&[], &[]) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_rate_is_taken_exactly_when_it_is_possible(rate in any::<f64>()) {
        let told = mistakes(&format!("[politeness]\nrequests_per_second = {rate:?}").replace("NaN", "nan"));
        prop_assert_eq!(told.is_empty(), (0.001..=100_000.0).contains(&rate), "{:?}", told);
    }
}
