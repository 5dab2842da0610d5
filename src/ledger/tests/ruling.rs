use super::*;
use crate::ledger::strikes::{Before, Health, ONE_STRIKE, Strikes, rule};
use crate::model::audit::StrikeCount;
use crate::model::reason::StrikeClass;
use crate::model::{Confidence, State};

/// One resource over time: what is seen when, and what is published.
#[derive(Default)]
struct Timeline {
    before: Before,
}

impl Timeline {
    fn tell(&mut self, at: Timestamp, seen: Assessment, health: Health) -> Assessment {
        let ruled = rule(&self.before, seen, at, health);
        let Assessment { state, reason, confidence, .. } = ruled.assessment;
        self.before = Before { published: Some((state, reason, confidence)), strikes: ruled.strikes };
        ruled.assessment
    }

    fn see(&mut self, at: Timestamp, reason: Reason, health: Health) -> (State, Reason, u32) {
        let told = self.tell(at, Assessment::new(reason, "seen"), health);
        (told.state, told.reason, self.before.strikes.map_or(0, |strikes| strikes.count))
    }

    /// What is published of a verdict whose facts call for a class, on a day.
    fn of_class(&mut self, number: i64, reason: Reason, class: StrikeClass) -> Assessment {
        self.tell(day(number), Assessment::new(reason, "seen").with_class(class), Health::Sound)
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
fn a_series_goes_on_from_its_beginning_when_a_clock_was_ahead() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::Http5xx).2, 1);
    assert_eq!(link.on(31, Reason::Http5xx).2, 2);
    // The clock is right again: the strike of its own future is taken back, that of the past is not.
    let told = link.tell(day(2), Assessment::new(Reason::Http5xx, "seen"), Health::Sound);
    assert_eq!(told.evidence, "seen");
    let told = link.tell(day(9), Assessment::new(Reason::Http5xx, "seen"), Health::Sound);
    assert_eq!((told.state, told.evidence.as_str()), (State::Dead, "seen (3 failing runs since 2026-03-01)"));
    let mut link = Timeline::default();
    link.on(31, Reason::Http5xx);
    assert_eq!(link.on(2, Reason::Http5xx).2, 1, "nothing of it was before");
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
fn a_wall_that_comes_with_the_networks_trouble_is_not_the_sites() {
    let mut link = Timeline::default();
    link.on(1, Reason::OkPlain);
    let told = link.see(day(2), Reason::LoginWall, Health::NetworkUnhealthy);
    assert_eq!(told, (State::Unsure, Reason::NetworkUnhealthy, 0), "asked again in the next run");
    link.on(3, Reason::LoginWall);
    assert_eq!(link.see(day(4), Reason::LoginWall, Health::NetworkUnhealthy).0, State::Blocked, "it had one before");
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
    for reason in [
        Reason::TcpUnreachable,
        Reason::RobotsUnreachable,
        Reason::Http405,
        Reason::Http421,
        Reason::Http426,
        Reason::Http3xxOdd,
        Reason::FramingError,
        Reason::UnknownStatus,
        Reason::TlsUnknownIssuer,
    ] {
        let mut link = Timeline::default();
        for number in 1..60 {
            let told = link.tell(day(number), Assessment::new(reason, "seen"), Health::Sound);
            assert_eq!(told.state, State::Unsure, "{reason} on day {number}");
            assert!(!told.evidence.contains("strike"), "nothing is counted towards: {}", told.evidence);
        }
    }
}

/// State, reason and confidence of a verdict.
fn told(verdict: &Assessment) -> (State, Reason, Confidence) {
    (verdict.state, verdict.reason, verdict.confidence)
}

#[test]
fn a_tombstone_behind_a_failure_waits_for_a_second_run() {
    let mut link = Timeline::default();
    let tombstone = || Assessment::new(Reason::HostingTombstone, "503 by the platform").with_class(StrikeClass::S2);
    let first = link.tell(day(1), tombstone(), Health::Sound);
    assert_eq!(told(&first), (State::Unsure, Reason::HostingTombstone, Confidence::Medium));
    assert_eq!(first.evidence, "503 by the platform");
    let soon = link.tell(day(1) + SignedDuration::from_hours(19), tombstone(), Health::Sound);
    assert_eq!(told(&soon), told(&first), "too close to be another run");
    let second = link.tell(day(2), tombstone(), Health::Sound);
    assert_eq!(told(&second), (State::Dead, Reason::HostingTombstone, Confidence::High));
    assert_eq!(second.evidence, "503 by the platform (2 failing runs since 2026-03-01)");
    // The same failure without its note is still the same failure.
    assert_eq!(link.on(3, Reason::Http5xx), (State::Dead, Reason::HostingTombstone, 3));
    assert_eq!(link.on(4, Reason::OkPlain).0, State::Ok);
    assert_eq!(link.of_class(5, Reason::HostingTombstone, StrikeClass::S2).state, State::Unsure);
}

#[test]
fn a_tombstone_that_was_final_stays_so_behind_a_failure() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::HostingTombstone), (State::Dead, Reason::HostingTombstone, 0));
    let later = link.of_class(2, Reason::HostingTombstone, StrikeClass::S2);
    assert_eq!((later.state, later.evidence.as_str()), (State::Dead, "seen"));
}

#[test]
fn an_edge_network_that_finds_no_server_by_name_twice_says_that_nothing_is_hosted() {
    let mut link = Timeline::default();
    let first = link.of_class(1, Reason::Cdn1xxx, StrikeClass::S2);
    assert_eq!((first.state, first.evidence.as_str()), (State::Unsure, "seen"));
    let second = link.of_class(2, Reason::Cdn1xxx, StrikeClass::S2);
    assert_eq!(told(&second), (State::Dead, Reason::HostingTombstone, Confidence::High));
    assert_eq!((second.also.as_slice(), second.class), ([Reason::Cdn1xxx].as_slice(), None));
    let mut other = Timeline::default();
    assert_eq!(other.on(1, Reason::Cdn1xxx).0, State::Unsure);
    assert_eq!(other.on(2, Reason::Cdn1xxx).0, State::Unsure, "any other error of its own takes a week");
    assert_eq!(other.on(8, Reason::Cdn1xxx), (State::Dead, Reason::ServerErrorPersistent, 3));
}

#[test]
fn failures_of_one_kind_add_up_by_the_more_patient_measure() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::Http5xx).0, State::Unsure);
    let mixed = link.of_class(2, Reason::Cdn1xxx, StrikeClass::S2);
    assert_eq!((mixed.state, mixed.evidence.as_str()), (State::Unsure, "seen"));
    let hasty = link.of_class(3, Reason::Cdn1xxx, StrikeClass::S2);
    assert_eq!((hasty.state, hasty.evidence.as_str()), (State::Unsure, "seen"));
    let hasty = link.of_class(4, Reason::Cdn1xxx, StrikeClass::S2);
    assert_eq!(hasty.evidence, "seen");
    assert_eq!(link.of_class(8, Reason::Cdn1xxx, StrikeClass::S2).reason, Reason::ServerErrorPersistent);
}

#[test]
fn a_certificate_is_a_note_on_the_first_day_and_a_finding_on_the_second() {
    for reason in [Reason::TlsExpired, Reason::TlsSelfSigned, Reason::TlsWrongHost] {
        let mut link = Timeline::default();
        let mut see = |at| link.tell(at, Assessment::new(reason, "seen"), Health::Sound);
        let first = see(day(1));
        assert_eq!(told(&first), (State::Suspect, reason, Confidence::Medium));
        assert_eq!(first.evidence, "seen");
        assert_eq!(see(day(1) + SignedDuration::from_hours(3)).confidence, Confidence::Medium);
        for number in [2, 9, 60] {
            assert_eq!(told(&see(day(number))), (State::Suspect, reason, Confidence::High), "day {number}");
        }
        assert_eq!(link.on(61, Reason::OkPlain).2, 0);
        assert_eq!(link.tell(day(62), Assessment::new(reason, "seen"), Health::Sound).confidence, Confidence::Medium);
    }
}

#[test]
fn a_certificate_kills_where_the_facts_leave_no_other_way_to_the_page() {
    use Confidence::{High, Medium};
    for reason in [Reason::TlsExpired, Reason::TlsWrongHost] {
        let mut link = Timeline::default();
        let mut see = |number| link.of_class(number, reason, StrikeClass::S3);
        let first = see(1);
        assert_eq!(told(&first), (State::Suspect, reason, Medium));
        assert_eq!(first.evidence, "seen");
        assert_eq!(told(&see(2)), (State::Suspect, reason, High));
        assert_eq!(told(&see(7)), (State::Suspect, reason, High), "a week is not over");
        let last = see(8);
        assert_eq!(told(&last), (State::Dead, Reason::TlsPersistent, Medium));
        assert_eq!((last.evidence.as_str(), last.also), ("seen (4 failing runs since 2026-03-01)", vec![reason]));
        // Once it could not be told what there is over http: nothing new, and nothing undone.
        assert_eq!(link.on(9, reason), (State::Dead, Reason::TlsPersistent, 4));
        assert_eq!(told(&link.of_class(10, reason, StrikeClass::N)), (State::Suspect, reason, Medium));
    }
}

#[test]
fn a_run_that_cannot_tell_of_another_way_counts_for_nothing() {
    let mut link = Timeline::default();
    let reason = Reason::TlsExpired;
    assert_eq!(link.on(1, reason), (State::Suspect, reason, 1));
    assert_eq!(told(&link.of_class(2, reason, StrikeClass::S3)), (State::Suspect, reason, Confidence::High));
    let again = link.tell(day(2) + SignedDuration::from_hours(3), Assessment::new(reason, "seen"), Health::Sound);
    assert_eq!(told(&again), (State::Suspect, reason, Confidence::High), "sure once is sure for good");
    link.of_class(8, reason, StrikeClass::S3);
    for number in 9..30 {
        assert_eq!(link.on(number, reason), (State::Suspect, reason, 2), "day {number}");
    }
    assert_eq!(link.of_class(30, reason, StrikeClass::S3).state, State::Dead);
}

#[test]
fn a_server_without_a_common_protocol_lives_while_its_page_is_there_over_http() {
    let mut link = Timeline::default();
    let reason = Reason::TlsProtocol;
    link.on(1, reason);
    link.on(2, reason);
    for number in 9..30 {
        let told = link.of_class(number, reason, StrikeClass::N);
        assert_eq!((told.state, link.before.strikes), (State::Unsure, None), "day {number}");
    }
    assert_eq!(link.on(30, reason), (State::Unsure, reason, 1));
}

#[test]
fn all_trouble_with_the_secure_connection_is_one_kind() {
    let mut link = Timeline::default();
    assert_eq!(link.on(1, Reason::TlsProtocol), (State::Unsure, Reason::TlsProtocol, 1));
    assert_eq!(link.of_class(2, Reason::TlsExpired, StrikeClass::S3).state, State::Suspect);
    assert_eq!(link.on(9, Reason::TlsProtocol), (State::Dead, Reason::TlsPersistent, 3));
    assert_eq!(link.on(10, Reason::TlsSelfSigned).0, State::Suspect, "which speaks another way");
}

#[test]
fn a_suspicion_seen_in_two_runs_is_one_step_surer() {
    use Confidence::{Certain, High, Low, Medium};
    for (reason, seen, again) in [
        (Reason::Http204, Low, Medium),
        (Reason::Soft404Text, Medium, High),
        (Reason::ParkedDomain, High, Certain),
        (Reason::Soft404Probe, Certain, Certain),
        // At most one step above what the reason is worth by itself.
        (Reason::RedirectToHome, High, High),
        (Reason::RedirectToHome, Low, Medium),
        (Reason::RedirectLoop, Medium, High),
    ] {
        let mut link = Timeline::default();
        let mut see = |at| {
            let verdict = Assessment::new(reason, "seen").with_confidence(seen);
            told(&link.tell(at, verdict, Health::Sound))
        };
        assert_eq!(see(day(1)), (State::Suspect, reason, seen));
        assert_eq!(see(day(1) + SignedDuration::from_hours(19)), (State::Suspect, reason, seen));
        assert_eq!(see(day(2)), (State::Suspect, reason, again));
        assert_eq!(see(day(2) + SignedDuration::from_hours(1)), (State::Suspect, reason, again), "it stays so");
    }
}

#[test]
fn a_suspicion_starts_anew_when_the_page_is_well_or_suspected_of_something_else() {
    let mut link = Timeline::default();
    link.on(1, Reason::ParkedDomain);
    assert_eq!(link.on(2, Reason::DomainExpired).2, 1, "another suspicion");
    assert_eq!(link.on(3, Reason::DomainExpired).2, 2);
    link.on(4, Reason::OkPlain);
    assert_eq!(link.on(5, Reason::DomainExpired).2, 1);
    // Neither a wall nor a trouble of the network says anything about it.
    link.on(6, Reason::BotWallCloudflare);
    link.see(day(7), Reason::DomainExpired, Health::NetworkUnhealthy);
    assert_eq!(link.on(8, Reason::DomainExpired).2, 2);
    assert_eq!(link.on(9, Reason::Http5xx).2, 1, "a failure is no suspicion");
}

#[test]
fn trouble_of_host_or_network_holds_what_needs_two_runs_back() {
    for health in [Health::HostIncident, Health::NetworkUnhealthy] {
        let mut link = Timeline::default();
        for number in 1..9 {
            let seen = Assessment::new(Reason::HostingTombstone, "seen").with_class(StrikeClass::S2);
            let held = link.tell(day(number), seen, health);
            assert_eq!((held.state, held.strike_class(), link.before.strikes), (State::Unsure, StrikeClass::N, None));
        }
    }
}

proptest::proptest! {
    /// Whatever is seen when: nobody is dead of what may pass without two failing runs 20 hours apart since it last stood,
    /// and no doubt ever kills.
    #[test]
    fn nobody_dies_in_a_hurry(sights in proptest::collection::vec((0_i64..60, 0_usize..10), 1..40)) {
        let (mut link, mut now, mut failing) = (Timeline::default(), day(1), None);
        for (hours, what) in sights {
            now += SignedDuration::from_hours(hours);
            let seen = match what {
                0 => Assessment::new(Reason::OkPlain, "seen"),
                1 => Assessment::new(Reason::BotWallGeneric, "seen"),
                2 => Assessment::new(Reason::TlsExpired, "seen").with_class(StrikeClass::N),
                3 => Assessment::new(Reason::ParkedDomain, "seen"),
                8 => Assessment::new(Reason::TlsExpired, "seen"),
                9 => Assessment::new(Reason::TlsExpired, "seen").with_class(StrikeClass::S3),
                4 => Assessment::new(Reason::Http5xx, "seen"),
                5 => Assessment::new(Reason::TimeoutRead, "seen"),
                6 => Assessment::new(Reason::Cdn1xxx, "seen").with_class(StrikeClass::S2),
                _ => Assessment::new(Reason::HostingTombstone, "seen").with_class(StrikeClass::S2),
            };
            if what == 0 {
                failing = None;
            } else if what > 3 {
                failing = failing.or(Some(now));
            }
            let published = link.tell(now, seen, Health::Sound);
            if published.state == State::Dead {
                let since = failing.expect("something failed");
                proptest::prop_assert!(what > 3 && now.duration_since(since) >= ONE_STRIKE);
            }
            proptest::prop_assert!(!(1..4).contains(&what) || published.state != State::Dead);
        }
    }
}

#[test]
fn a_reader_is_told_how_far_it_is() {
    let first = rule(&Before::default(), Assessment::new(Reason::Http5xx, "503 twice"), day(1), Health::Sound);
    assert_eq!(first.assessment.evidence, "503 twice");
    let series = Strikes { count: 2, last: day(9), ..first.strikes.expect("a series") };
    let before = Before { published: None, strikes: Some(series) };
    let last = rule(&before, Assessment::new(Reason::Http5xx, "503 twice"), day(10), Health::Sound);
    assert_eq!(last.assessment.evidence, "503 twice (3 failing runs since 2026-03-01)");
    assert_eq!(last.assessment.also, [Reason::Http5xx]);
}

#[test]
fn what_is_explained_of_patience_is_what_is_done() {
    use crate::report::explain::patience;
    for &reason in Reason::ALL {
        let mut link = Timeline::default();
        // A suspicion at its worst; what fails, as the catalogue has it.
        let class = if reason.state() == State::Suspect { StrikeClass::S3 } else { reason.strike_class() };
        let told: Vec<State> = (0..9).map(|week| link.of_class(1 + 7 * week, reason, class).state).collect();
        let explained = patience(reason);
        if told[0] == State::Unsure {
            assert_eq!(told[8] != State::Dead, explained.contains("never called dead"), "{reason}: {explained}");
        } else if told[0] == State::Suspect {
            assert_eq!(told[8] == State::Dead, explained.contains("called dead after"), "{reason}: {explained}");
        }
        assert_eq!(
            explained.starts_with("reported at once"),
            matches!(told[0], State::Dead | State::Suspect),
            "{reason}"
        );
    }
}

#[test]
fn every_unsure_reason_that_strikes_has_its_kind() {
    for &reason in Reason::ALL {
        let strikes = reason.strike_class() == StrikeClass::S3;
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
        let ruled = rule(&history.before, seen.assessment.clone(), day(number), Health::Sound);
        let before_strikes = std::mem::replace(&mut seen.assessment, ruled.assessment);
        let record = Record { seen: Some(before_strikes), strikes: ruled.strikes, ..Record::new(row, seen) };
        ledger.record(run.id, &record).expect("stored");
        ledger.finish_run(&run, day(number), &Outcome::default()).expect("finished");
        assert_eq!(ledger.audit(None).expect("an audit").links[0].state, state);
    }
    let link = ledger.audit(None).expect("an audit").links.remove(0);
    assert_eq!(
        (link.strikes, link.failing_since),
        (Some(StrikeCount { class: StrikeClass::S3, count: 3, need: 3 }), Some(day(1)))
    );
    let story = ledger.story(url).expect("read").expect("a story");
    assert_eq!(story.chapters.len(), 3);
    assert_eq!(story.chapters[0].seen.as_ref().map(|seen| seen.reason), Some(Reason::TcpRefused));
}
