//! Words and shapes that several reports share: what states and notes are called, how moments and places are written.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::view::may_be_called_dead;
use crate::model::assessment::Copied;
use crate::model::assessment::Note;
use crate::model::audit::{Audit, HostIncident, LinkRecord, OccurrenceRecord, Partial, RunSummary, StrikeCount};
use crate::model::exchange::{ConnectFailure, DnsFailure, Failure, RedirectFault, TlsFault};
use crate::model::reason::StrikeClass;
use crate::model::{Delta, Reason, State, Suggestion, SuggestionKind, TitleMatch};

/// Between headings; the script of the compilation parts them by it.
const BETWEEN: &str = " \u{203A} ";

/// What a state means for the reader of a list, in a few words.
pub const fn state_meaning(state: State) -> &'static str {
    match state {
        State::Ok => "the content was seen",
        State::Moved => "still there under a new address: update the link",
        State::Suspect => "something answers, but probably not what was linked: check it",
        State::Blocked => "robots are kept out; a person can probably see it",
        State::Unsure => "undecided this time; checked again in the next run",
        State::Dead => "gone: fix these",
        State::Skipped => "not checked, on purpose",
    }
}

/// The same in a report: a run that does not speak for the whole list has passed by links that it was to visit.
pub const fn meaning(audit: &Audit, state: State) -> &'static str {
    match (state, audit.run.partial) {
        (State::Skipped, Some(_)) => "not checked on purpose, or not visited yet",
        _ => state_meaning(state),
    }
}

/// How far a series of failing runs is that has not come to its end; of one that has, the evidence tells.
pub fn series(link: &LinkRecord) -> Option<String> {
    let StrikeCount { class, count, need } = link.strikes?;
    let measure = match class {
        StrikeClass::S2 => format!("{need}, at least 20 hours apart"),
        StrikeClass::S3 => format!("{need} over at least a week"),
        StrikeClass::S0 | StrikeClass::N => return None,
    };
    let takes_two = link.reason.strike_class() == StrikeClass::S2;
    match link.state {
        _ if may_be_called_dead(link) => {
            Some(format!("{} so far; called dead after {measure}", self::count(count as usize, "failing run")))
        }
        State::Suspect if class == StrikeClass::S2 && takes_two && count < need => {
            Some(format!("seen in {} so far; surer after {measure}", self::count(count as usize, "run")))
        }
        _ => None,
    }
}

/// A side note in words.
pub const fn note(note: Note) -> &'static str {
    match note {
        Note::InsecureHttp => "over plain http",
        Note::LongChain => "more than three redirects on the way",
        Note::TemporaryRedirect => "reached through redirects the server calls temporary",
        Note::HttpsDowngrade => "a secure address that redirects to an insecure one",
        Note::Slow => "slow",
        Note::Paywalled => "readers must pay",
        Note::ArchivedRepo => "the repository is archived by its owner",
        Note::OutdatedDocs => "the documentation calls itself outdated",
        Note::Withdrawn => "withdrawn, but the page is kept",
        Note::TruncatedBody => "only the beginning of the page was read",
        Note::ArchivedInList => "archived in the list: its copy stands beside it, and nothing is left to do",
    }
}

/// What a replacement is: `new address`, `archived copy of 2024-08-20`.
pub fn suggestion(suggestion: &Suggestion) -> String {
    let what = match suggestion.kind {
        SuggestionKind::Redirect => "new address",
        SuggestionKind::Archive => "archived copy",
        SuggestionKind::Repair => "repaired address",
    };
    match suggestion.copy {
        Some(Copied { at, title: TitleMatch::No }) => format!("{what} of {}, under another title", day(at)),
        Some(Copied { at, .. }) => format!("{what} of {}", day(at)),
        None => what.to_owned(),
    }
}

/// Where a person may look for archived copies of what is closed to programs; nobody has looked whether there are any.
pub fn copies(link: &LinkRecord) -> Option<String> {
    let closed = link.state == State::Blocked && link.canonical.starts_with("http");
    closed.then(|| format!("https://web.archive.org/web/*/{}", link.canonical))
}

/// Why a run does not speak for the whole list, and how much of it was not visited; nothing for a run that does.
pub fn partial(audit: &Audit) -> Option<String> {
    let missed = audit.links.iter().filter(|link| link.reason == Reason::NotReached).count();
    let is_earlier = |link: &&LinkRecord| link.checked.is_some_and(|at| at < audit.run.started);
    let earlier = audit.links.iter().filter(is_earlier).count();
    let why = match audit.run.partial? {
        Partial::Interrupted if missed > 0 => "The run was interrupted before every link had been visited.",
        // They may not have been due.
        Partial::Interrupted if earlier > 0 => "The run was interrupted before its end.",
        // All that can be left then are questions about single links, such as those to a second vantage point.
        Partial::Interrupted => "The run was interrupted before the last questions were answered.",
        Partial::NoNetwork => "This machine had no network, so nothing could be judged.",
        Partial::Unfinished => "The run has not finished.",
    };
    let all = count(audit.links.len(), "link");
    let missed = match missed {
        0 => String::new(),
        1 => format!(" 1 of {all} was not visited."),
        _ => format!(" {} of {all} were not visited.", thousands(missed)),
    };
    let earlier = match earlier {
        0 => String::new(),
        1 => format!(" 1 of {all} was not checked this time; its verdict is from an earlier run."),
        _ => format!(
            " {} of {all} were not checked this time; their verdicts are from earlier runs.",
            thousands(earlier)
        ),
    };
    Some(format!("{why}{missed}{earlier}"))
}

/// What made a report: the program, and by how it was set.
pub fn made_by(run: &RunSummary) -> String {
    match run.settings {
        // The beginning tells apart what a person compares.
        Some(settings) => format!("perennial {} (settings {:08x})", run.version, settings >> 96),
        None => format!("perennial {}", run.version),
    }
}

/// What a run says about this machine's network when it doubts it.
pub fn trouble(trouble: &str) -> String {
    format!("This machine's network had trouble: {trouble}. No failure of this run counts against a link.")
}

/// A host's trouble as one sentence.
pub fn incident(incident: &HostIncident) -> String {
    let HostIncident { host, what, failing, links, runs, since } = incident;
    let how = match Reason::parse(what) {
        Some(reason) => format!("fail in the same way ({reason})"),
        None => what.clone(),
    };
    let since = if *runs > 1 { format!(", in {runs} runs since {}", day(*since)) } else { String::new() };
    format!("{host}: {failing} of {links} links {how}{since}")
}

/// How a finding relates to the run before, as a short label; nothing for what is still the same.
pub const fn delta_label(delta: Option<Delta>) -> Option<&'static str> {
    match delta {
        Some(Delta::New) => Some("new"),
        Some(Delta::Changed) => Some("changed"),
        Some(Delta::Recovered) => Some("recovered"),
        Some(Delta::Still | Delta::Removed) | None => None,
    }
}

/// A verdict with its reason: `suspect (parked-domain)`.
pub fn verdict((state, reason): (State, Reason)) -> String {
    format!("{state} ({reason})")
}

/// The verdict of the run before, where this one's is another; nothing for what merely works in another way.
pub fn before(link: &LinkRecord) -> Option<String> {
    let another = link.previous.filter(|&(state, reason)| {
        (state, reason) != (link.state, link.reason) && [state, link.state] != [State::Ok, State::Ok]
    });
    another.map(verdict)
}

/// What became of a link since the run before: `was dead (http-404), now blocked (http-403)`.
pub fn turn(link: &LinkRecord) -> String {
    let now = verdict((link.state, link.reason));
    match before(link) {
        Some(before) => format!("was {before}, now {now}"),
        // The verdict is the same and leads somewhere else.
        None => format!("still {now}, but the new address is another one"),
    }
}

/// When an earlier run was: its day, or the minute where that is the day of the present one too.
pub fn since(earlier: Timestamp, now: Option<Timestamp>) -> String {
    if now.map(day) == Some(day(earlier)) { minute(earlier) } else { day(earlier) }
}

/// What readers call a CSL type; the type itself where it has no better name.
pub fn kind(csl: &str) -> &str {
    KINDS.iter().find(|(name, _)| *name == csl).map_or(csl, |(_, words)| words)
}

const KINDS: &[(&str, &str)] = &[
    ("article", "preprint"),
    ("article-journal", "journal article"),
    ("article-magazine", "magazine article"),
    ("article-newspaper", "news article"),
    ("broadcast", "podcast"),
    ("entry-encyclopedia", "encyclopedia entry"),
    ("motion_picture", "video"),
    ("paper-conference", "conference paper"),
    ("post", "forum post"),
    ("post-weblog", "blog post"),
    ("speech", "presentation"),
    ("webpage", "web page"),
];

/// The English name of a language by its BCP 47 tag; the tag where it is none of the common ones.
pub fn language(tag: &str) -> &str {
    let primary = tag.split('-').next().unwrap_or(tag);
    LANGUAGES.iter().find(|(code, _)| primary.eq_ignore_ascii_case(code)).map_or(tag, |(_, name)| name)
}

const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("nn", "Norwegian"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("sw", "Swahili"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh", "Chinese"),
];

/// A day, in UTC: `2026-11-23`.
pub fn day(at: Timestamp) -> String {
    spelled(at, 10)
}

/// A minute, in UTC: `2026-11-23 04:17 UTC`.
pub fn minute(at: Timestamp) -> String {
    let text = spelled(at, 16);
    [&text[..10], " ", &text[11..], " UTC"].concat()
}

/// A second in RFC 3339: `2026-11-23T04:17:05Z`.
pub fn instant(at: Timestamp) -> String {
    spelled(at, 20)
}

/// The beginning of a moment in RFC 3339: reports hold several for each link, so they are put together digit by digit.
fn spelled(at: Timestamp, length: usize) -> String {
    let at = Offset::UTC.to_datetime(at);
    let year = i32::from(at.year());
    if !(0..10_000).contains(&year) {
        let mut text = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        text.truncate(length);
        return text;
    }
    let parts = [
        (year / 100, 0),
        (year % 100, 2),
        (i32::from(at.month()), 5),
        (i32::from(at.day()), 8),
        (i32::from(at.hour()), 11),
        (i32::from(at.minute()), 14),
        (i32::from(at.second()), 17),
    ];
    let mut text = *b"0000-00-00T00:00:00Z";
    for (number, place) in parts {
        text[place] += (number / 10) as u8;
        text[place + 1] += (number % 10) as u8;
    }
    String::from_utf8_lossy(&text[..length]).into_owned()
}

/// A number with its noun: `1 link`, `2 links`.
pub fn count(number: usize, noun: &str) -> String {
    let ending = if noun.ends_with('s') { "es" } else { "s" };
    counted(number, noun, &format!("{noun}{ending}"))
}

/// A number with a noun whose plural has to be said: `1 second try`, `2 second tries`.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with its digits in groups: `100,000`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A text with its first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut capitalised = String::with_capacity(text.len());
    capitalised.extend(first.to_uppercase());
    capitalised.push_str(letters.as_str());
    capitalised
}

/// A span of time in its two largest units: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `1 d 3 h`.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let pair = |large: u64, large_unit: &str, small: u64, small_unit: &str| match small {
        0 => format!("{large} {large_unit}"),
        _ => format!("{large} {large_unit} {small} {small_unit}"),
    };
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        1..60 if time.subsec_millis() >= 100 && seconds < 10 => format!("{}.{} s", seconds, time.subsec_millis() / 100),
        1..60 => format!("{seconds} s"),
        60..3_600 => pair(seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => pair(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => pair(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

/// Where a link stands: `seeds/list.md:12`, or the seed alone for a place without a line.
pub fn place(occurrence: &OccurrenceRecord) -> String {
    match occurrence.line {
        0 => occurrence.seed.to_string(),
        line => [&*occurrence.seed, ":", &line.to_string()].concat(),
    }
}

/// Headings in one text, outermost first.
pub fn section(path: &[String]) -> String {
    path.join(BETWEEN)
}

/// The same of headings that are borrowed.
pub fn path(headings: &[&str]) -> String {
    headings.join(BETWEEN)
}

/// A failure as a stable name and, where there is more to say, its detail.
pub fn failure(failure: &Failure) -> (&'static str, Option<String>) {
    match failure {
        Failure::Dns(fault) => (
            match fault {
                DnsFailure::NoSuchName => "dns-no-such-name",
                DnsFailure::NoAddress => "dns-no-address",
                DnsFailure::ServerFailure => "dns-server-failure",
                DnsFailure::Timeout => "dns-timeout",
                DnsFailure::Unreachable => "dns-unreachable",
            },
            None,
        ),
        Failure::AddressRefused(address) => ("address-refused", Some(address.clone())),
        Failure::Connect(fault) => (
            match fault {
                ConnectFailure::Refused => "connect-refused",
                ConnectFailure::Timeout => "connect-timeout",
                ConnectFailure::Unreachable => "connect-unreachable",
                ConnectFailure::Other => "connect-failed",
            },
            None,
        ),
        Failure::Tls(fault) => (
            match fault.fault {
                TlsFault::Expired => "tls-expired",
                TlsFault::NotYetValid => "tls-not-yet-valid",
                TlsFault::SelfSigned => "tls-self-signed",
                TlsFault::WrongHost => "tls-wrong-host",
                TlsFault::UnknownIssuer => "tls-unknown-issuer",
                TlsFault::Revoked => "tls-revoked",
                TlsFault::Protocol => "tls-protocol",
                TlsFault::Timeout => "tls-timeout",
                TlsFault::Other => "tls-failed",
            },
            fault.certificate.as_ref().map(|certificate| {
                format!(
                    "certificate of {} by {}, valid from {} to {}",
                    certificate.subject, certificate.issuer, certificate.not_before, certificate.not_after
                )
            }),
        ),
        Failure::HeadTimeout => ("head-timeout", None),
        Failure::EmptyReply => ("empty-reply", None),
        Failure::Reset => ("reset", None),
        Failure::Malformed(what) => ("malformed-answer", Some(what.clone())),
        Failure::Proxy(what) => ("proxy", Some(format!("the proxy {what}"))),
        Failure::Redirect(fault) => match fault {
            RedirectFault::Loop => ("redirect-loop", None),
            RedirectFault::TooMany => ("redirect-too-many", None),
            RedirectFault::NoLocation => ("redirect-no-location", None),
            RedirectFault::BadTarget(target) => ("redirect-bad-target", Some(target.clone())),
            RedirectFault::Private(target) => ("redirect-private", Some(target.clone())),
        },
        Failure::Other(what) => ("other", Some(what.clone())),
    }
}

/// A failure in one text: its name and its detail. What has no name of its own is told by its detail alone.
pub fn failure_in_full(failed: &Failure) -> String {
    match (failed, failure(failed)) {
        (Failure::Other(what), _) => what.clone(),
        (_, (name, None)) => name.to_owned(),
        (_, (name, Some(detail))) => format!("{name} ({detail})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_nouns_agree() {
        assert_eq!(count(0, "link"), "0 links");
        assert_eq!(count(1, "link"), "1 link");
        assert_eq!(count(1_234_567, "link"), "1,234,567 links");
        assert_eq!(count(2, "address"), "2 addresses");
        assert_eq!(thousands(999), "999");
    }

    #[test]
    fn a_copy_is_told_with_its_day_and_what_is_odd_about_it() {
        let copy = |title| {
            let captured = "2024-08-20T10:15:00Z".parse().expect("a moment");
            suggestion(&Suggestion::from(crate::model::Memento { url: String::new(), captured, title }))
        };
        assert_eq!(copy(TitleMatch::Yes), "archived copy of 2024-08-20");
        assert_eq!(copy(TitleMatch::No), "archived copy of 2024-08-20, under another title");
        assert_eq!(suggestion(&Suggestion::new(SuggestionKind::Redirect, "")), "new address");
    }

    #[test]
    fn how_far_a_series_is_is_told_where_it_goes_on() {
        let told = |reason, class, count, need| {
            let mut link = crate::report::sample::link("https://example.org/", "", 1, reason, "seen");
            link.strikes = Some(StrikeCount { class, count, need });
            series(&link)
        };
        let long = "1 failing run so far; called dead after 3 over at least a week";
        assert_eq!(told(Reason::TimeoutRead, StrikeClass::S3, 1, 3).as_deref(), Some(long));
        let short = "1 failing run so far; called dead after 2, at least 20 hours apart";
        assert_eq!(told(Reason::Cdn1xxx, StrikeClass::S2, 1, 2).as_deref(), Some(short));
        let doubt = "seen in 1 run so far; surer after 2, at least 20 hours apart";
        assert_eq!(told(Reason::TlsExpired, StrikeClass::S2, 1, 2).as_deref(), Some(doubt));
        // The evidence says how often it was seen.
        assert_eq!(told(Reason::TlsExpired, StrikeClass::S2, 2, 2), None);
        assert_eq!(told(Reason::TimeoutPersistent, StrikeClass::S3, 3, 3), None);
        assert_eq!(told(Reason::ParkedDomain, StrikeClass::S2, 1, 2), None);
    }

    #[test]
    fn spans_are_told_in_two_units() {
        let told: Vec<_> =
            [0.85, 2.5, 12.0, 200.0, 7_500.0, 97_200.0].map(|s| span(Duration::from_secs_f64(s))).to_vec();
        assert_eq!(told, ["850 ms", "2.5 s", "12 s", "3 min 20 s", "2 h 5 min", "1 d 3 h"]);
    }

    #[test]
    fn moments_are_written_in_utc() {
        let at: Timestamp = "2026-11-23T05:17:05.123+01:00".parse().expect("a timestamp");
        assert_eq!((day(at), minute(at)), ("2026-11-23".to_owned(), "2026-11-23 04:17 UTC".to_owned()));
        assert_eq!(instant(at), "2026-11-23T04:17:05Z");
        assert_eq!(day("-000044-03-15T12:00:00Z".parse().expect("a timestamp")), "-044-03-15");
    }
}
