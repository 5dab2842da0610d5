//! The look for archived copies after a run, and what a person hears of it.

use std::future::Future;
use std::time::Duration;

use url::Url;

use super::context::Context;
use super::error::CliError;
use crate::config::Config;
use crate::crawl::copies::{self, Outcome, Plan, Stop};
use crate::crawl::{Clock, Web};
use crate::ledger::{Ledger, Run};
use crate::report::words;

/// Looks for copies of what the run found missing, unless it was asked about lately.
///
/// # Errors
/// When the ledger cannot be read or written. Whatever the archive does is no error: the verdicts stand.
pub(super) async fn look<W: Web>(
    web: &W,
    ledger: &mut Ledger,
    run: &Run,
    config: &Config,
    context: &mut Context,
    clock: Clock,
    interrupt: impl Future<Output = ()>,
) -> Result<(), CliError> {
    let missing = copies::missing(ledger, run, clock)?;
    if missing.is_empty() {
        return Ok(());
    }
    let plan = plan(config)?;
    let requests = if plan.verify { 2 } else { 1 };
    let at_least = plan.gap.saturating_mul(u32::try_from(requests * missing.len() - 1).unwrap_or(u32::MAX));
    let archive = plan.endpoint.host_str().unwrap_or_default().to_owned();
    let links = words::count(missing.len(), "link");
    context.console.say(&format!(
        "Looking for archived copies of {links} at {archive}; this takes about {}.",
        words::span(at_least.min(plan.max_time))
    ));
    let (mut listener, _) = context.listener();
    let outcome = copies::look(web, ledger, (run, &missing), &plan, clock, &mut listener, interrupt).await?;
    drop(listener);
    context.console.say(&told(&outcome, &archive));
    Ok(())
}

fn plan(config: &Config) -> Result<Plan, CliError> {
    let archive = &config.archive;
    let endpoint = Url::parse(&archive.endpoint)
        .map_err(|error| CliError::usage("archive.endpoint is no address").because(error))?;
    Ok(Plan {
        endpoint,
        verify: archive.verify,
        gap: Duration::try_from_secs_f64(1.0 / archive.requests_per_second).unwrap_or(Duration::MAX),
        max_time: archive.max_time,
    })
}

/// What came of it, and what happens to the rest.
fn told(outcome: &Outcome, archive: &str) -> String {
    let Outcome { looked, found, left, .. } = *outcome;
    let told = match looked {
        0 => "No link was looked for.".to_owned(),
        _ => format!("{found} of {} {} an archived copy.", words::count(looked, "link"), have(found)),
    };
    let rest = words::count(left, "link");
    let why = match outcome.stopped {
        None => return told,
        Some(Stop::Interrupted) => "interrupted".to_owned(),
        Some(Stop::Refused) => format!("{archive} asks for fewer requests"),
        Some(Stop::Unreachable) => format!("{archive} cannot be reached"),
        Some(Stop::OutOfTime) => "the time for it is up (max_time under [archive])".to_owned(),
    };
    let are = if left == 1 { "is" } else { "are" };
    format!("{told} The look ended early: {why}. The next run goes on with the {rest} that {are} left.")
}

const fn have(count: usize) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_hears_what_was_found_and_what_is_left() {
        let whole = Outcome { looked: 12, found: 9, ..Outcome::default() };
        assert_eq!(told(&whole, "archive.example"), "9 of 12 links have an archived copy.");
        let cut = Outcome { looked: 1, found: 1, left: 30, stopped: Some(Stop::Refused), ..Outcome::default() };
        assert_eq!(
            told(&cut, "archive.example"),
            "1 of 1 link has an archived copy. The look ended early: archive.example asks for fewer requests. The next \
             run goes on with the 30 links that are left."
        );
        let last = told(&Outcome { left: 1, ..cut }, "archive.example");
        assert!(last.ends_with("with the 1 link that is left."), "{last}");
    }
}
