//! What the ledger knows of a host: its listed links, its troubles, and how long it asked to be left alone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::super::args::OutputFormat;
use super::super::context::Context;
use super::super::error::CliError;
use super::super::exit::Exit;
use super::print_json;
use crate::ledger::{Ledger, LedgerError};
use crate::model::audit::{HostIncident, LinkRecord};
use crate::model::{HostKey, State};
use crate::report::explain::{Hold, Host, Page};

/// Name and version of the form for programs.
const SCHEMA: &str = "perennial.host/1";

/// Prints what is known of a host and of those below it; `None` where the latest list has no link to them.
pub(super) fn host(text: &str, ledger: &Ledger, context: &mut Context) -> Result<Option<Exit>, CliError> {
    let Some(name) = name_of(text) else { return Ok(None) };
    let mut audit = match ledger.audit(None) {
        // Nothing is known of any host yet.
        Err(LedgerError::NoSuchRun { .. }) => return Ok(None),
        audit => audit?,
    };
    audit.links.retain(|link| is_at(&link.canonical, &name));
    if audit.links.is_empty() {
        return Ok(None);
    }
    audit.run.incidents.retain(|incident| is_below(&incident.host, &name));
    let rank = |state: State| State::ALL.iter().position(|known| *known == state);
    audit.links.sort_by(|one, other| rank(one.state).cmp(&rank(other.state)).then_with(|| one.url.cmp(&other.url)));
    let mut holds = Vec::new();
    for host in audit.links.iter().filter_map(|link| HostKey::within(&link.canonical)).collect::<BTreeSet<_>>() {
        let until = ledger.hold_until(host)?.filter(|until| *until > context.now);
        holds.extend(until.map(|until| Hold { host, until }));
    }
    if context.format == OutputFormat::Human {
        let (width, colour) = (context.width(), context.console.out_has_colour());
        let host = Host { name: &name, links: &audit.links, incidents: &audit.run.incidents, holds: &holds };
        Page::new(context.console.out(), width, colour).host(&host).map_err(CliError::output)?;
    } else {
        let links = audit.links.iter().map(Told::of).collect();
        let incidents = &audit.run.incidents;
        print_json(context, &Document { schema: SCHEMA, host: &name, holds: &holds, incidents, links })?;
    }
    Ok(Some(Exit::Clean))
}

/// The name of a host as addresses have it; `None` for what is none.
fn name_of(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    HostKey::of(&url).filter(|_| is_bare).map(|key| key.as_str().to_owned())
}

fn is_at(canonical: &str, name: &str) -> bool {
    HostKey::within(canonical).is_some_and(|host| is_below(host, name))
}

/// Whether a host is the one named, or a name within it; at whatever port, where none is named.
fn is_below(host: &str, name: &str) -> bool {
    let ends = |host: &str| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    ends(host) || ends(HostKey::from_stored(host).host())
}

/// A host for programs.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    host: &'a str,
    holds: &'a [Hold<'a>],
    incidents: &'a [HostIncident],
    links: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    url: &'a str,
    canonical: &'a str,
    state: &'static str,
    reason: &'static str,
    confidence: &'static str,
    evidence: &'a str,
    checked: Option<Timestamp>,
}

impl<'a> Told<'a> {
    fn of(link: &'a LinkRecord) -> Self {
        Told {
            url: &link.url,
            canonical: &link.canonical,
            state: link.state.as_str(),
            reason: link.reason.code(),
            confidence: link.confidence.as_str(),
            evidence: &link.evidence,
            checked: link.checked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_named_as_people_write_it() {
        assert_eq!(name_of("Example.ORG").as_deref(), Some("example.org"));
        assert_eq!(name_of("bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        assert_eq!(name_of("example.org:8080").as_deref(), Some("example.org:8080"));
        for none in ["example.org/guide", "a b", "me@example.org", "", "?x", "#part"] {
            assert_eq!(name_of(none), None, "{none}");
        }
    }

    #[test]
    fn names_within_a_host_belong_to_it() {
        assert!(is_below("example.org", "example.org") && is_below("www.example.org", "example.org"));
        assert!(is_below("www.example.org:8080", "example.org") && !is_below("example.org", "example.org:8080"));
        assert!(!is_below("counterexample.org", "example.org") && !is_below("org", "example.org"));
    }
}
