use super::*;
use crate::ledger::strikes::{Before, Health, Strikes, rule};
use crate::model::State;

/// One resource over time: what is seen when, and what is published.
#[derive(Default)]
struct Timeline {
    before: Before,
}

impl Timeline {
    fn see(&mut self, at: Timestamp, reason: Reason, health: Health) -> (State, Reason, u32) {
        let ruled = rule(&self.before, Assessment::new(reason, "seen"), reason.strike_class(), at, health);
        let published = (ruled.assessment.state, ruled.assessment.reason, ruled.assessment.confidence);
        self.before = Before { published: Some(published), strikes: ruled.strikes };
        (published.0, published.1, ruled.strikes.map_or(0, |strikes| strikes.count))
    }

    fn on(&mut self, number: i64, reason: Reason) -> (State, Reason, u32) {
        self.see(day(number), reason, Health::Sound)
    }
}

#[test]
fn three_failing_runs_over_a_week_are_dead() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::TimeoutRead), (State::Unsure, Reason::TimeoutRead, 1));
    assert_eq!(link.on(8, Reason::TimeoutConnect), (State::Unsure, Reason::TimeoutConnect, 2));
    assert_eq!(link.on(15, Reason::TimeoutRead), (State::Dead, Reason::TimeoutPersistent, 3));
    assert_eq!(link.on(22, Reason::TcpRefused), (State::Dead, Reason::TimeoutPersistent, 4), "the verdict stands");
    assert_eq!(link.on(29, Reason::OkPlain), (State::Ok, Reason::OkPlain, 0));
    assert_eq!(link.on(36, Reason::TimeoutRead), (State::Unsure, Reason::TimeoutRead, 1));
}

#[test]
fn three_failures_in_a_hurry_are_not() {
    let mut link = Timeline::default();
    for number in 1..=7 {
        assert_eq!(link.on(number, Reason::Http5xx).0, State::Unsure, "day {number}");
    }
    assert_eq!(link.on(8, Reason::Http5xx), (State::Dead, Reason::ServerErrorPersistent, 8));
}

#[test]
fn runs_close_together_are_one_strike() {
    let mut link = Timeline::default();
    link.on(1, Reason::Http5xx);
    let later = |hours| day(1) + SignedDuration::from_hours(hours);
    assert_eq!(link.see(later(19), Reason::Http5xx, Health::Sound).2, 1);
    assert_eq!(link.see(later(20), Reason::Http5xx, Health::Sound).2, 2);
}

#[test]
fn each_kind_of_failure_counts_for_itself() {
    let mut link = Timeline::default();
    link.on(1, Reason::Http5xx);
    link.on(8, Reason::Http5xx);
    assert_eq!(link.on(15, Reason::DnsServfail), (State::Unsure, Reason::DnsServfail, 1));
    assert_eq!(
        link.on(16, Reason::Http404),
        (State::Dead, Reason::Http404, 0),
        "what needs no strikes is said at once"
    );
    assert_eq!(link.on(23, Reason::Http5xx), (State::Unsure, Reason::Http5xx, 1));
}

#[test]
fn a_wall_neither_kills_nor_heals() {
    let mut link = Timeline::default();
    link.on(1, Reason::TcpReset);
    link.on(8, Reason::TcpReset);
    assert_eq!(link.on(15, Reason::BotWallCloudflare), (State::Blocked, Reason::BotWallCloudflare, 2));
    assert_eq!(link.on(22, Reason::TcpReset), (State::Dead, Reason::RefusedPersistent, 3));
    let mut walled = Timeline::default();
    for number in 1..100 {
        assert_eq!(walled.on(number, Reason::Http403).0, State::Blocked);
    }
}

#[test]
fn nobody_is_struck_for_anothers_trouble() {
    let mut link = Timeline::default();
    link.on(1, Reason::OkPlain);
    for number in 2..30 {
        let told = link.see(day(number), Reason::TimeoutConnect, Health::NetworkUnhealthy);
        assert_eq!(told, (State::Unsure, Reason::NetworkUnhealthy, 0));
        let told = link.see(day(number), Reason::DnsNxdomain, Health::HostIncident);
        assert_eq!(told, (State::Unsure, Reason::HostIncident, 0));
    }
    assert_eq!(link.see(day(30), Reason::OkPlain, Health::NetworkUnhealthy).0, State::Ok, "what is seen is seen");
    assert_eq!(link.see(day(30), Reason::Http403, Health::HostIncident).0, State::Blocked);
}

#[test]
fn a_domain_that_lapses_and_comes_back() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::OkPlain).0, State::Ok);
    assert_eq!(link.on(8, Reason::DnsNxdomain).0, State::Dead);
    assert_eq!(link.on(15, Reason::OkVerified).0, State::Ok);
}

#[test]
fn a_loop_is_suspect_at_once_and_dead_when_it_stays() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::RedirectLoop).0, State::Suspect);
    assert_eq!(link.on(8, Reason::RedirectLoop).0, State::Suspect);
    assert_eq!(link.on(15, Reason::RedirectLoop), (State::Dead, Reason::RedirectLoopPersistent, 3));
}

#[test]
fn what_tells_only_of_the_way_never_kills() {
    for reason in [Reason::TcpUnreachable, Reason::RobotsUnreachable, Reason::Http405, Reason::TlsUnknownIssuer] {
        let mut link = Timeline::default();
        for number in 1..60 {
            assert_eq!(link.on(number, reason).0, State::Unsure, "{reason} on day {number}");
        }
    }
}

#[test]
fn a_class_the_facts_call_for_outranks_the_catalogue() {
    use crate::model::reason::StrikeClass;
    let mut before = Before::default();
    let mut states = Vec::new();
    for number in [1, 2] {
        let seen = Assessment::new(Reason::HostingTombstone, "503 by the platform");
        let ruled = rule(&before, seen, StrikeClass::S2, day(number), Health::Sound);
        states.push(ruled.assessment.state);
        before.strikes = ruled.strikes;
    }
    assert_eq!(states, [State::Unsure, State::Dead]);
}

#[test]
fn a_reader_is_told_how_far_it_is() {
    let first = rule(
        &Before::default(),
        Assessment::new(Reason::Http5xx, "503 twice"),
        Reason::Http5xx.strike_class(),
        day(1),
        Health::Sound,
    );
    assert_eq!(first.assessment.evidence, "503 twice (1 of 3 strikes)");
    let series = Strikes { count: 2, last: day(9), ..first.strikes.expect("a series") };
    let before = Before { published: None, strikes: Some(series) };
    let last = rule(
        &before,
        Assessment::new(Reason::Http5xx, "503 twice"),
        Reason::Http5xx.strike_class(),
        day(10),
        Health::Sound,
    );
    assert_eq!(last.assessment.evidence, "503 twice (3 failing runs since 2026-03-01)");
    assert_eq!(last.assessment.also, [Reason::Http5xx]);
}

#[test]
fn every_unsure_reason_that_strikes_has_its_kind() {
    for &reason in Reason::ALL {
        let strikes = reason.strike_class() == crate::model::reason::StrikeClass::S3;
        if strikes && reason.state() == State::Unsure {
            let mut link = Timeline::default();
            link.on(1, reason);
            let family = link.before.strikes.expect("a series").family;
            assert_eq!(family == strikes::Family::Other, reason == Reason::RobotsUnreachable, "{reason}");
        }
    }
}

#[test]
fn strikes_are_kept_in_the_ledger() {
    let place = Place::new();
    let mut ledger = place.open();
    let url = "https://a.example/";
    for (number, state) in [(1, State::Unsure), (8, State::Unsure), (15, State::Dead)] {
        let run = begin(&mut ledger, day(number), &[url]);
        let (row, _) = due(&ledger, &run, day(number)).remove(0);
        let history = ledger.history(run.id, row).expect("history");
        let mut seen = observation(url, day(number), Reason::TcpRefused);
        let class = Reason::TcpRefused.strike_class();
        let ruled = rule(&history.before, seen.assessment.clone(), class, day(number), Health::Sound);
        let before_strikes = std::mem::replace(&mut seen.assessment, ruled.assessment);
        let record = Record { seen: Some(before_strikes), strikes: ruled.strikes, ..Record::new(row, seen) };
        ledger.record(run.id, &record).expect("stored");
        ledger.finish_run(&run, day(number), &Outcome::default()).expect("finished");
        assert_eq!(ledger.audit(None).expect("an audit").links[0].state, state);
    }
    let link = ledger.audit(None).expect("an audit").links.remove(0);
    assert_eq!((link.strikes, link.failing_since), (Some((3, 3)), Some(day(1))));
    let story = ledger.story(url).expect("read").expect("a story");
    assert_eq!(story.chapters.len(), 3);
    assert_eq!(story.chapters[0].seen.as_ref().map(|seen| seen.reason), Some(Reason::TcpRefused));
}
