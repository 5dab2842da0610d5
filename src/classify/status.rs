//! Verdicts by the status of the last answer (RFC 9110 and the codes the web made up).

use super::facts::View;
use super::tables;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Confidence, Reason, State, SuggestionKind};

/// Judges an answer that is no success; a success is left to the rules about content.
pub(super) fn status(view: &View<'_>) -> Option<Assessment> {
    view.answer()?;
    let code = view.status();
    if view.is_success() {
        return None;
    }
    let reason = match code {
        204 | 205 => Reason::Http204,
        404 | 410 => return Some(missing(view)),
        500.. => return Some(server_error(view)),
        _ => client_error(code),
    };
    let host = &view.seen().host;
    let verdict = match tables::edge_code(view).filter(|_| code >= 400) {
        Some(edge) => Assessment::new(
            Reason::Cdn1xxx,
            format!("the network in front of {host} answers {code} with its error {edge}: it cannot reach the site"),
        ),
        None => Assessment::new(reason, format!("{host} answers {code}{} ({})", meaning(code), view.times())),
    };
    let wrong_scheme = matches!(code, 400 | 497) && view.landed.scheme() == "http" && {
        let seen = view.seen();
        code == 497
            || seen.text().contains("plain http request was sent to https port")
            || seen.text().contains("client sent an http request to an https server")
    };
    if wrong_scheme {
        let mut secure = view.listed().clone();
        if secure.set_scheme("https").is_ok() {
            return Some(verdict.with_confidence(Confidence::High).with_suggestion(SuggestionKind::Repair, secure));
        }
    }
    Some(verdict)
}

fn client_error(code: u16) -> Reason {
    match code {
        100..=199 | 0 => Reason::UnknownStatus,
        300..=399 => Reason::Http3xxOdd,
        400 | 497 => Reason::Http400,
        401 => Reason::Http401,
        402 => Reason::Paywall402,
        403 => Reason::Http403,
        405 => Reason::Http405,
        406 => Reason::Modsec406,
        407 => Reason::Http407,
        408 => Reason::Http408,
        418 => Reason::BotWallGeneric,
        420 | 429 | 430 => Reason::RateLimited,
        421 => Reason::Http421,
        422 => Reason::Http422,
        423 => Reason::Http423,
        425 => Reason::Http425,
        426 => Reason::Http426,
        428 => Reason::Http428,
        431 | 494 => Reason::Http431,
        440 => Reason::Http440,
        451 => Reason::GeoOrLegal,
        495 | 496 => Reason::Http496,
        498 | 499 => Reason::Http498,
        _ => Reason::Http4xx,
    }
}

fn server_error(view: &View<'_>) -> Assessment {
    let code = view.status();
    let host = &view.seen().host;
    let times = view.times();
    let verdict = match code {
        999 => Assessment::new(Reason::Http999, format!("{host} answers 999: it refuses robots")),
        511 => Assessment::new(
            Reason::NetworkUnhealthy,
            format!("the network answers 511 in place of {host}: it wants a sign-in first"),
        ),
        520..=527 => Assessment::new(
            Reason::Http52x,
            format!("the network in front of {host} answers {code}: it gets nothing from the site ({times})"),
        ),
        530 => Assessment::new(
            Reason::Http530,
            format!("the network in front of {host} answers 530: it cannot find the site ({times})"),
        ),
        500..=599 => Assessment::new(Reason::Http5xx, format!("{host} answers {code}{} ({times})", meaning(code))),
        _ => Assessment::new(Reason::UnknownStatus, format!("{host} answers with the unknown status {code} ({times})")),
    };
    match tables::edge_code(view) {
        Some(edge) if code < 600 => {
            let evidence = format!("the network in front of {host} answers {code} with its error {edge} ({times})");
            return Assessment::new(Reason::Cdn1xxx, evidence);
        }
        _ => {}
    }
    let verdict = match tables::outage(view) {
        Some(outage) if code < 600 && code != 511 => outage,
        _ => verdict,
    };
    // The whole page that the list names is there, whatever status goes before it.
    match code {
        500..=599 if code != 511 && view.heading_is_listed() && view.words() >= CONTENT => {
            verdict.with_class(StrikeClass::N)
        }
        _ => verdict,
    }
}

/// 404 and 410: gone, whatever the page says.
fn missing(view: &View<'_>) -> Assessment {
    let code = view.status();
    let landed = view.landed.as_str();
    if view.was_redirected() && !super::address::same_place(view.listed(), &view.landed) {
        return Assessment::new(
            Reason::RedirectDeadTarget,
            format!("redirects to {landed}, which answers {code}{} ({})", meaning(code), view.times()),
        );
    }
    if code == 404
        && let Some(doubt) = shows_something(view)
    {
        return doubt;
    }
    let reason = if code == 410 { Reason::Http410 } else { Reason::Http404 };
    if !super::address::is_root(&view.landed) && super::probe::root_is_missing(view) {
        let evidence = format!("answers {code}{}, and so does the front page of {}", meaning(code), view.seen().host);
        return Assessment { also: vec![reason], ..Assessment::new(Reason::HostEmpty, evidence) };
    }
    let or =
        if code == 404 && super::landing::hides_private(&view.landed) { ", which may also mean private" } else { "" };
    Assessment::new(reason, format!("answers {code}{}{or} ({})", meaning(code), view.times()))
}

/// Words of main text that are more than an error page has.
const CONTENT: usize = 150;

/// A 404 whose body speaks against it: the page that the list names, or a frame that scripts fill for every address.
fn shows_something(view: &View<'_>) -> Option<Assessment> {
    let page = view.page()?;
    if super::lexicon::heading(view, super::lexicon::Purpose::Missing).is_some() {
        return None;
    }
    if view.heading_is_listed() && view.words() >= CONTENT {
        let evidence = format!(
            "answers 404, but shows “{}”, under the title the list gives it",
            super::text::excerpt(view.title())
        );
        let doubt = Assessment { state: State::Suspect, ..Assessment::new(Reason::Http404, evidence) };
        return Some(doubt.with_confidence(Confidence::Medium));
    }
    // Sites of files serve such a frame for all places of an application but its front page. Any word that says so makes it
    // an error page.
    let title = &view.seen().title;
    let is_error = ["404", "error", "not found"].iter().any(|word| title.contains(word));
    let blank = page.all_words == 0 && page.media == 0 && page.frame.is_none() && !title.is_empty();
    let frame = page.scripts > 0 && (blank || page.app_shell && page.all_words < 20);
    let framed = frame && !is_error && !super::lexicon::in_text(view, super::lexicon::Purpose::Missing);
    framed.then(|| {
        let evidence =
            "answers 404 with an empty frame that scripts fill in a browser; whether it exists cannot be seen";
        Assessment::new(Reason::JsShell, evidence)
    })
}

/// What a status says, as an addition to its number.
fn meaning(code: u16) -> &'static str {
    match code {
        204 => " No Content",
        304 => " Not Modified to a request that asked for no such thing",
        300 => " Multiple Choices without saying which",
        400 => " Bad Request",
        401 => ": it wants a sign-in",
        402 => ": it wants a payment",
        403 => " Forbidden",
        404 => " Not Found",
        405 => " Method Not Allowed to a plain GET",
        406 => " Not Acceptable to a request that accepts everything",
        407 => ": a proxy wants a sign-in",
        408 => " Request Timeout",
        410 => " Gone",
        418 => ": it refuses robots",
        420 | 429 | 430 => " Too Many Requests",
        421 => " Misdirected Request",
        422 => " Unprocessable Content",
        423 => " Locked",
        428 => ": it wants a session first",
        440 => ": it wants a sign-in",
        451 => " Unavailable For Legal Reasons",
        495 | 496 => ": it wants a client certificate",
        498 | 499 => ": it wants a valid token",
        500 => " Internal Server Error",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        _ => "",
    }
}
