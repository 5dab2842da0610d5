//! When failures are one finding, and when they are none.

use std::collections::HashSet;

use super::*;
use crate::crawl::guards::Weighing;
use crate::ledger::{Sighting, Verdicts};
use crate::model::Assessment;

fn sighting(url: &str, reason: Reason, last_ok: Option<Timestamp>, failing_since: Option<Timestamp>) -> Sighting {
    let seen = Assessment::new(reason, "seen");
    let verdicts = (!reason.state().is_alive()).then(|| Box::new(Verdicts { published: seen.clone(), seen }));
    Sighting {
        url: 1,
        canonical: url.to_owned(),
        at: Diary::now(30),
        state: reason.state(),
        reason,
        landed: None,
        last_ok,
        failing_since,
        strikes: None,
        verdicts,
    }
}

/// Links of one host, some of which fail; all were alive before.
fn host(name: &str, failing: usize, of: usize, reason: Reason) -> Vec<Sighting> {
    let one = |n| {
        let reason = if n < failing { reason } else { Reason::OkPlain };
        sighting(&format!("http://{name}/{n}"), reason, Some(Diary::now(29)), Some(Diary::now(30)))
    };
    (0..of).map(one).collect()
}

/// What is told where every host was asked.
trait Told {
    fn trouble(&self) -> Option<String>;
}

impl Told for Weighing {
    fn trouble(&self) -> Option<String> {
        self.network_trouble(|| Ok::<_, std::convert::Infallible>(HashSet::new())).expect("told")
    }
}

fn weigh(sightings: impl IntoIterator<Item = Sighting>) -> Weighing {
    let mut weighing = Weighing::default();
    sightings.into_iter().for_each(|sighting| weighing.add(&sighting));
    weighing
}

/// Hosts with links that were fine and are not due.
fn at_rest(name: &str, count: usize) -> Result<HashSet<String>, ()> {
    Ok((0..count).map(|n| format!("{name}{n}.test")).collect())
}

#[test]
fn most_of_at_least_three_links_make_an_incident() {
    for (failing, of, troubled) in [(2, 2, false), (3, 3, true), (3, 5, false), (4, 6, true), (2, 3, true)] {
        let weighing = weigh(host("a.test", failing, of, Reason::Http5xx));
        assert_eq!(weighing.troubled_hosts().contains_key("a.test"), troubled, "{failing} of {of}");
    }
}

#[test]
fn links_that_fail_each_in_its_way_are_no_incident() {
    let mut sightings = host("a.test", 2, 2, Reason::Http404);
    sightings.extend(host("a.test", 2, 2, Reason::Http5xx));
    assert!(weigh(sightings).troubled_hosts().is_empty());
    let walls = weigh(host("a.test", 9, 9, Reason::BotWallCloudflare));
    assert!(walls.troubled_hosts().is_empty(), "a wall is no failure");
}

#[test]
fn the_order_of_answers_does_not_matter() {
    let mut sightings = host("a.test", 4, 6, Reason::TcpReset);
    sightings.extend(host("b.test", 3, 4, Reason::TimeoutConnect));
    sightings.extend(host("c.test", 0, 3, Reason::OkPlain));
    let one = weigh(sightings.clone());
    sightings.reverse();
    let other = weigh(sightings);
    assert_eq!(one.troubled_hosts(), other.troubled_hosts());
    assert_eq!(one.trouble(), other.trouble());
}

#[test]
fn many_lost_hosts_cast_doubt_on_the_network() {
    let lost = |lost: usize, of: usize| {
        let hosts = (0..of).map(|n| host(&format!("h{n}.test"), usize::from(n < lost), 1, Reason::TimeoutConnect));
        weigh(hosts.flatten()).trouble().is_some()
    };
    assert!(!lost(2, 2), "two are too few to say anything");
    assert!(lost(3, 3));
    assert!(!lost(3, 10) && lost(4, 10));
}

#[test]
fn a_host_that_answers_anything_is_not_lost() {
    let hosts = (0..5).map(|n| host(&format!("h{n}.test"), 1, 2, Reason::TimeoutConnect));
    assert_eq!(weigh(hosts.flatten()).trouble(), None);
}

#[test]
fn what_failed_for_long_says_nothing_about_today() {
    let since = Some(Diary::now(10));
    let old = (0..8).map(|n| sighting(&format!("http://old{n}.test/"), Reason::TcpRefused, None, since));
    let healthy = (0..8).flat_map(|n| host(&format!("h{n}.test"), 0, 1, Reason::OkPlain));
    assert_eq!(weigh(old.chain(healthy)).trouble(), None);
}

#[test]
fn whoever_sees_nearly_everything_fail_is_cut_off_however_long_that_lasts() {
    let of = |lost: usize, fine: usize, reason, since| {
        let last_ok = Some(Diary::now(1));
        let failing = (0..lost).map(|n| sighting(&format!("http://lost{n}.test/"), reason, last_ok, Some(since)));
        let healthy = (0..fine).flat_map(|n| host(&format!("fine{n}.test"), 0, 1, Reason::OkPlain));
        weigh(failing.chain(healthy)).trouble()
    };
    let week = Diary::now(22);
    for reason in [Reason::TcpReset, Reason::Http5xx, Reason::RobotsUnreachable] {
        assert!(of(12, 0, reason, week).is_some_and(|why| why == "12 of 12 hosts showed no page"), "{reason:?}");
    }
    assert!(of(19, 1, Reason::TcpReset, week).is_some(), "one of twenty may be next door");
    assert_eq!(of(17, 3, Reason::TcpReset, week), None);
    assert_eq!(of(4, 0, Reason::TcpReset, week), None, "four are too few to say anything");
    assert_eq!(of(12, 0, Reason::BotWallCloudflare, week), None, "a wall is an answer");
    assert_eq!(of(12, 0, Reason::TcpReset, Diary::now(-1)), None, "a list may be that old");
    let failing = (0..12).map(|n| sighting(&format!("http://lost{n}.test/"), Reason::TcpReset, None, Some(week)));
    let trouble = weigh(failing).network_trouble(|| at_rest("fine", 8));
    assert_eq!(trouble, Ok(None), "eight others are fine, and only not due");
}

#[test]
fn what_fails_says_nothing_of_hosts_whose_other_pages_are_only_not_due() {
    let since = Some(Diary::now(29));
    let failing =
        |last_ok| (0..9).map(move |n| sighting(&format!("http://h{n}.test/x"), Reason::Http5xx, last_ok, since));
    assert!(weigh(failing(None)).trouble().is_some());
    assert_eq!(weigh(failing(None)).network_trouble(|| at_rest("h", 9)), Ok(None), "each has a page that fails");
    let fallen = weigh(failing(Some(Diary::now(28)))).network_trouble(|| at_rest("h", 9));
    assert!(fallen.is_ok_and(|trouble| trouble.is_some()), "pages that were fine until now fail everywhere");
}

#[test]
fn names_that_never_were_are_answers() {
    let lost = |last_ok| {
        let hosts = (0..9).map(|n| sighting(&format!("http://h{n}.test/"), Reason::DnsNxdomain, last_ok, None));
        weigh(hosts).trouble().is_some()
    };
    assert!(!lost(None));
    assert!(lost(Some(Diary::now(29))), "all of them yesterday, none today");
}

#[test]
fn certificates_that_are_out_of_date_nearly_everywhere_cast_doubt_on_the_clock() {
    let day = |number| Some(Diary::now(number));
    let lapsed = |name: &str, since| sighting(&format!("https://{name}/"), Reason::TlsExpired, day(1), day(since));
    let fine = |name: &str| sighting(&format!("https://{name}/"), Reason::OkPlain, day(29), None);
    let trouble = weigh(["a.test", "b.test", "c.test"].map(|name| lapsed(name, 30))).trouble();
    assert!(trouble.is_some_and(|why| why.contains("3 of 3 hosts") && why.contains("clock")));
    let mut many: Vec<_> = ["a.test", "b.test", "c.test"].map(|name| lapsed(name, 30)).into();
    many.extend(["d.test", "e.test"].map(fine));
    assert_eq!(weigh(many).trouble(), None, "a list may be that old");
    let old = ["a.test", "b.test", "c.test"].map(|name| lapsed(name, 20));
    assert_eq!(weigh(old).trouble(), None, "no news");
    assert_eq!(weigh(["a.test", "b.test"].map(|name| lapsed(name, 30))).trouble(), None, "two are few");
}

#[test]
fn a_portal_in_place_of_many_hosts_is_the_local_network() {
    let led = |n: usize, to: &str| Sighting {
        landed: Some(to.to_owned()),
        ..sighting(&format!("http://h{n}.test/"), Reason::LoginWall, None, None)
    };
    let weighing = weigh((0..4).map(|n| led(n, "http://portal.test/welcome")));
    let trouble = weighing.trouble().expect("a doubt");
    assert!(trouble.contains("portal.test"), "{trouble}");
    let sessions = weigh((0..4).map(|n| led(n, &format!("http://portal.test/welcome?from=h{n}.test"))));
    assert_eq!(sessions.trouble().as_deref(), Some(trouble.as_str()));
    let apart = weigh((0..4).map(|n| led(n, &format!("http://login{n}.test/"))));
    assert_eq!(apart.trouble(), None);
    let moved = weigh((0..4).map(|n| led(n, &format!("http://museum.test/collection/{n}"))));
    assert_eq!(moved.trouble(), None, "a museum that took over four sites, each with a page of its own");
}

#[test]
fn all_that_was_fine_lately_does_not_fall_on_one_day() {
    let fallen = |count: usize, reason, last_ok| {
        weigh((0..count).map(|n| sighting(&format!("http://h{n}.test/"), reason, last_ok, None)))
    };
    let lately = Some(Diary::now(21));
    for reason in [Reason::HostEmpty, Reason::Http404, Reason::Http403, Reason::ErrorText] {
        let trouble = fallen(6, reason, lately).trouble();
        assert_eq!(
            trouble.as_deref(),
            Some("6 of 6 hosts, fine until lately, showed nothing of what is listed"),
            "{reason:?}"
        );
        assert_eq!(fallen(6, reason, None).trouble(), None, "{reason:?}: a list may always have been that bad");
        assert_eq!(fallen(6, reason, Some(Diary::now(1))).trouble(), None, "{reason:?}: a month is time enough");
        assert_eq!(fallen(4, reason, lately).trouble(), None, "{reason:?}: four are too few");
        let with_others = fallen(6, reason, lately).network_trouble(|| at_rest("fine", 6));
        assert_eq!(with_others, Ok(None), "{reason:?}: six others are fine, and only not due");
    }
}

#[test]
fn a_run_saw_nothing_where_nearly_all_hosts_were_asked_and_none_showed_a_page() {
    let dark = || weigh((0..6).map(|n| sighting(&format!("http://h{n}.test/"), Reason::TcpReset, None, None)));
    assert_eq!(dark().saw_nothing(|| at_rest("fine", 0)), Ok(true));
    assert_eq!(dark().saw_nothing(|| at_rest("fine", 6)), Ok(false), "six others were fine when they last were asked");
    assert_eq!(dark().saw_nothing(|| at_rest("h", 6)), Ok(false), "other pages of the same hosts were");
    let mut seen = dark();
    seen.add(&sighting("http://fine.test/", Reason::OkPlain, None, None));
    assert_eq!(seen.saw_nothing(|| at_rest("fine", 0)), Ok(false));
    assert_eq!(Weighing::default().saw_nothing(|| at_rest("fine", 0)), Ok(false), "nothing was asked");
}
