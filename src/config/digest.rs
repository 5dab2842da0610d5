//! The settings that decide verdicts, as one number.

use twox_hash::XxHash3_128;

use super::{Archive, Check, Config, Files, Network, Politeness, Rule, Select};

impl Config {
    /// Equal numbers promise that the same links are asked and judged alike, on whatever machine. `own_signs` is what the
    /// file of signs of one's own says. Neither how fast hosts are asked counts, nor when healthy links are asked again,
    /// nor where things are kept and what is written; and of paths, proxies and name servers, which differ from machine to
    /// machine, only whether there are any.
    pub fn digest(&self, own_signs: &str) -> u128 {
        // Taken apart, so that a new setting has to be thought about here.
        let Config {
            source: _,
            seeds: _,
            seed_folder: _,
            network,
            politeness,
            select,
            files,
            check,
            follow,
            wiki,
            ledger: _,
            archive,
            reports: _,
            rules,
        } = self;
        let Network {
            user_agent: _,
            contact: _,
            dns_timeout,
            connect_timeout,
            first_byte_timeout,
            idle_timeout,
            request_timeout,
            min_throughput,
            max_body,
            max_seed_body,
            concurrency: _,
            max_redirects,
            allow_private_addresses,
            extra_ca_file,
            proxy,
            dns_servers: _,
            port_map: _,
        } = network;
        let agent = network.user_agent_header();
        let waits = [dns_timeout, connect_timeout, first_byte_timeout, idle_timeout, request_timeout];
        let bounds = (min_throughput, max_body, max_seed_body, max_redirects);
        let reach = (allow_private_addresses, extra_ca_file.is_some(), proxy.is_some());
        let Politeness {
            requests_per_second: _,
            per_host_concurrency: _,
            robots,
            max_crawl_delay,
            max_retry_after,
            retries,
            confirm_after,
            latency_factor: _,
        } = politeness;
        let patience = (robots, max_crawl_delay, max_retry_after, retries, confirm_after);
        let Check {
            mode: _,
            recheck_after: _,
            recheck_dead_after: _,
            recheck_blocked_after: _,
            second_opinions,
            own_signs: _,
            second_vantage,
            fail_on: _,
        } = check;
        let opinions = (second_opinions, second_vantage.is_some());
        let Archive { suggest, endpoint: _, verify, requests_per_second: _, max_time: _ } = archive;
        let Files { root } = files;
        let Select { include, exclude, brought: _, schemes } = select;

        let mut digest = XxHash3_128::new();
        let mut add = |text: String| {
            digest.write(text.as_bytes());
            digest.write(&[0xFF]);
        };
        add(format!("{agent} {waits:?} {bounds:?} {reach:?}"));
        add(format!("{patience:?} {opinions:?} {:?}", (suggest, verify)));
        add(format!("{include:?} {exclude:?} {schemes:?} {:?} {follow:?} {wiki:?}", root.is_some()));
        for rule in rules {
            let Rule {
                host,
                url,
                skip,
                requests_per_second: _,
                per_host_concurrency: _,
                robots,
                request_timeout,
                fail_on: _,
                because: _,
            } = rule;
            add(format!("{:?}", (host, url, skip, robots, request_timeout)));
        }
        add(own_signs.to_owned());
        digest.finish_128()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_decides_verdicts_counts_and_nothing_else() {
        let digest = |change: fn(&mut Config)| {
            let mut config = Config::default();
            change(&mut config);
            config.digest("")
        };
        let plain = digest(|_| {});
        assert_ne!(plain, Config::default().digest("own\tsigns"));
        let deciding: [fn(&mut Config); 8] = [
            |config| config.network.request_timeout = Duration::from_secs(7),
            |config| config.network.contact = Some("mailto:lists@example.org".to_owned()),
            |config| config.network.proxy = Some("http://proxy.example:8080".to_owned()),
            |config| config.politeness.retries = 0,
            |config| config.select.exclude.push("^https://drafts".to_owned()),
            |config| config.check.second_opinions = false,
            |config| config.follow.depth = 2,
            |config| config.rules.push(Rule { skip: Some(true), ..Rule::default() }),
        ];
        let mut digests: Vec<u128> = deciding.into_iter().map(digest).collect();
        digests.push(plain);
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), 9, "each of them is told from each other and from none");
        let others: [fn(&mut Config); 6] = [
            |config| config.network.concurrency = 3,
            |config| config.politeness.requests_per_second = 0.1,
            |config| config.check.recheck_after = Duration::ZERO,
            |config| config.ledger.path = "elsewhere.ledger".into(),
            |config| config.ledger.visits = 12,
            |config| config.check.fail_on.clear(),
        ];
        assert!(others.into_iter().all(|change| digest(change) == plain));
    }
}
