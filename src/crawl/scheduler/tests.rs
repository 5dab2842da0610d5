//! A simulated run: requests take as long as they are told, and time jumps from event to event.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use url::Url;

use super::*;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn key(name: &str) -> HostKey {
    HostKey::of(&Url::parse(&format!("http://{name}/")).expect("a host")).expect("a host")
}

fn pace(per_second: f64) -> Pace {
    Pace {
        gap: Duration::from_secs_f64(1.0 / per_second),
        concurrency: 1,
        latency_factor: 0.0,
        longest_pause: Duration::from_secs(300),
    }
}

/// One simulated request.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Asked {
    host: HostId,
    ticket: Ticket,
    start: Duration,
    end: Duration,
}

/// Runs until nothing is left. `serve` says how long a request takes and may queue what follows from it.
fn simulate(
    scheduler: &mut Scheduler,
    concurrency: usize,
    mut serve: impl FnMut(&mut Scheduler, HostId, Ticket, Duration) -> Duration,
) -> Vec<Asked> {
    let mut now = Duration::ZERO;
    let mut in_flight: BinaryHeap<Reverse<(Duration, HostId, Ticket, Duration)>> = BinaryHeap::new();
    let mut asked = Vec::new();
    loop {
        let mut wake = None;
        while in_flight.len() < concurrency {
            match scheduler.next(now) {
                Step::Ask(ticket, host) => {
                    let end = now + serve(scheduler, host, ticket, now);
                    in_flight.push(Reverse((end, host, ticket, now)));
                    asked.push(Asked { host, ticket, start: now, end });
                }
                Step::Settle(..) => {}
                Step::WaitUntil(then) => {
                    wake = Some(then);
                    break;
                }
                Step::Idle => break,
            }
        }
        let ends = in_flight.peek().map(|Reverse((end, ..))| *end);
        now = match (ends, wake) {
            (Some(end), Some(wake)) => end.min(wake),
            (Some(time), None) | (None, Some(time)) => time,
            (None, None) => return asked,
        };
        while in_flight.peek().is_some_and(|Reverse((end, ..))| *end <= now) {
            if let Some(Reverse((end, host, _, start))) = in_flight.pop() {
                scheduler.finished(host, start, end, Signal::Answered(end - start));
            }
        }
    }
}

#[test]
fn a_slow_host_with_many_links_never_delays_idle_hosts() {
    let mut scheduler = Scheduler::new(1);
    let slow = scheduler.host(&key("slow.test"), || pace(20.0));
    for ticket in 0..400 {
        scheduler.push(slow, Ticket(ticket));
    }
    for ticket in 400..420 {
        let host = scheduler.host(&key(&format!("h{ticket}.test")), || pace(20.0));
        scheduler.push(host, Ticket(ticket));
    }
    let asked = simulate(&mut scheduler, 8, |_, _, _, _| ms(30));
    assert_eq!(asked.len(), 420);
    let others = asked.iter().filter(|asked| asked.host != slow).map(|asked| asked.end).max();
    assert!(others.expect("twenty of them") <= Duration::from_secs(1), "{others:?}");
    let starts: Vec<_> = asked.iter().filter(|asked| asked.host == slow).map(|asked| asked.start).collect();
    assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= ms(50)), "twenty a second at most");
}

#[test]
fn hosts_that_redirect_to_one_host_never_exceed_its_limits() {
    let mut scheduler = Scheduler::new(2);
    let target = scheduler.host(&key("target.test"), || pace(4.0));
    for ticket in 0..60 {
        let host = scheduler.host(&key(&format!("h{ticket}.test")), || pace(4.0));
        scheduler.push(host, Ticket(ticket));
    }
    let asked = simulate(&mut scheduler, 64, |scheduler, host, ticket, now| {
        if host != target {
            scheduler.push_begun(target, ticket, now + ms(10));
        }
        ms(10)
    });
    let arrivals: Vec<_> = asked.iter().filter(|asked| asked.host == target).collect();
    assert_eq!(arrivals.len(), 60, "every redirect is followed");
    for pair in arrivals.windows(2) {
        assert!(pair[1].start - pair[0].start >= ms(250), "four a second at most");
        assert!(pair[1].start >= pair[0].end, "one at a time");
    }
}

#[test]
fn concurrency_of_one_host_is_bounded_when_it_answers_slowly() {
    let mut scheduler = Scheduler::new(3);
    let host = scheduler.host(&key("slow.test"), || Pace { concurrency: 3, ..pace(1000.0) });
    for ticket in 0..30 {
        scheduler.push(host, Ticket(ticket));
    }
    let asked = simulate(&mut scheduler, 64, |_, _, _, _| ms(500));
    for one in &asked {
        let together = asked.iter().filter(|other| other.start <= one.start && one.start < other.end).count();
        assert!(together <= 3, "{together} at once");
    }
}

#[test]
fn where_rates_are_no_limit_hosts_share_the_requests_in_proportion_to_their_work() {
    let mut scheduler = Scheduler::new(6);
    let pace = || Pace { concurrency: 8, ..pace(100_000.0) };
    // One host has as much work as five others.
    for ticket in 0..2_000 {
        let host = scheduler.host(&key(&format!("h{}.test", (ticket % 10_u32).saturating_sub(4))), pace);
        scheduler.push(host, Ticket(ticket));
    }
    let long = scheduler.known("h0.test").expect("a host");
    let asked = simulate(&mut scheduler, 10, |_, _, ticket, _| ms(5 + u64::from(ticket.0) * 7_919 % 97));
    let busy = asked[1_000].start;
    let until_then = asked.iter().filter(|asked| asked.host == long && asked.end < busy);
    let average = until_then.map(|asked| asked.end - asked.start).sum::<Duration>().div_duration_f64(busy);
    assert!((4.5..5.5).contains(&average), "half of the ten requests: {average}");
}

#[test]
fn a_throttled_host_waits_as_a_whole() {
    let mut scheduler = Scheduler::new(4);
    let host = scheduler.host(&key("busy.test"), || pace(10.0));
    scheduler.push(host, Ticket(1));
    scheduler.push(host, Ticket(2));
    assert_eq!(scheduler.next(ms(0)), Step::Ask(Ticket(1), host));
    scheduler.finished(host, ms(0), ms(5), Signal::Throttled(Some(Duration::from_secs(7))));
    assert_eq!(scheduler.next(ms(200)), Step::WaitUntil(ms(7005)), "a 429 on one path delays the other");
    assert_eq!(scheduler.next(ms(7005)), Step::Ask(Ticket(2), host));
}

#[test]
fn a_closed_host_is_settled_without_asking_also_what_comes_later() {
    let mut scheduler = Scheduler::new(5);
    let host = scheduler.host(&key("down.test"), || pace(10.0));
    for ticket in 0..3 {
        scheduler.push(host, Ticket(ticket));
    }
    assert_eq!(scheduler.next(ms(0)), Step::Ask(Ticket(0), host));
    scheduler.close(host);
    scheduler.finished(host, ms(0), ms(5), Signal::Unreachable);
    let mut settled = Vec::new();
    while let Step::Settle(ticket, _) = scheduler.next(ms(10)) {
        settled.push(ticket.0);
    }
    assert_eq!(settled, [1, 2]);
    scheduler.push_begun(host, Ticket(9), ms(5000));
    assert_eq!(scheduler.next(ms(10)), Step::Settle(Ticket(9), host));
    assert_eq!((scheduler.next(ms(10)), scheduler.queued()), (Step::Idle, 0));
}

#[test]
fn held_links_wait_for_robots_txt_and_go_on_after_it() {
    let mut scheduler = Scheduler::new(6);
    let host = scheduler.host(&key("a.test"), || pace(1000.0));
    scheduler.push(host, Ticket(1));
    scheduler.hold(host, Hold::AllButUrgent);
    assert_eq!(scheduler.next(ms(0)), Step::Idle);
    scheduler.push_urgent(host, Ticket(99));
    assert_eq!(scheduler.next(ms(0)), Step::Ask(Ticket(99), host));
    scheduler.finished(host, ms(0), ms(50), Signal::Answered(ms(50)));
    assert_eq!(scheduler.next(ms(50)), Step::Idle);
    scheduler.hold(host, Hold::Nothing);
    assert_eq!(scheduler.next(ms(50)), Step::Ask(Ticket(1), host));
}

/// The lower bound of crawl.md's model: the slowest host, or all service time over all slots.
fn lower_bound(hosts: &[(u32, Duration)], service: Duration, concurrency: u32) -> Duration {
    let slowest = hosts.iter().map(|&(links, gap)| gap.max(service) * (links - 1) + service).max();
    let total: u32 = hosts.iter().map(|&(links, _)| links).sum();
    slowest.unwrap_or_default().max(service * total / concurrency)
}

#[test]
fn a_run_takes_hardly_longer_than_its_slowest_host() {
    for concurrency in [32, 128] {
        let mut scheduler = Scheduler::new(7);
        let mut shape = Vec::new();
        let mut ticket = 0;
        // A Zipf-like list, grouped by host as lists are: the first host has 400 links, the last ones a single one.
        for rank in 1..=300u32 {
            let links = (400 / rank).max(1);
            let rate = [1.0, 0.5, 2.0][rank as usize % 3];
            let host = scheduler.host(&key(&format!("h{rank}.test")), || pace(rate));
            for _ in 0..links {
                scheduler.push(host, Ticket(ticket));
                ticket += 1;
            }
            shape.push((links, Duration::from_secs_f64(1.0 / rate)));
        }
        let asked = simulate(&mut scheduler, concurrency as usize, |_, _, _, _| ms(200));
        let makespan = asked.iter().map(|asked| asked.end).max().expect("requests were made");
        let ratio = makespan.as_secs_f64() / lower_bound(&shape, ms(200), concurrency).as_secs_f64();
        assert!(ratio <= 1.05, "{ratio:.3} times the lower bound with {concurrency} slots");
    }
}
