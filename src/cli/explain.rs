//! `perennial explain`: what a reason or a state means and what to do, the story of one address, and what is known of a host.

mod host;
mod story;

use clap::ValueHint;
use serde::Serialize;

use self::host::host;
use self::story::{open, story, story_of_any};
use super::args::OutputFormat;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use crate::config::nearest;
use crate::model::{Reason, State};
use crate::report::advice;
use crate::report::explain::{Page, patience};

const EXAMPLES: &str = "\
Examples:
  perennial explain http-404     one reason
  perennial explain blocked      a state, and every reason that leads to it
  perennial explain              all of them
  perennial explain https://example.org/guide
                                 one link: its verdicts, the evidence, every request
  perennial explain example.org  a host: its links with their verdicts, its troubles";

/// What `perennial explain` was asked about.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// A reason such as http-404, a state such as blocked, the address of a link, or a host; every reason when left out
    #[arg(value_name = "URL, HOST or REASON")]
    subject: Option<String>,
    /// File that remembers the runs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ledger: Option<String>,
}

/// A reason for programs.
#[derive(Serialize)]
struct Explained {
    reason: &'static str,
    state: State,
    confidence: &'static str,
    title: &'static str,
    means: &'static str,
    takes: &'static str,
    patience: String,
    action: &'static str,
}

/// Prints it.
///
/// # Errors
/// When there is no such reason, or standard output cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let subject = match args.subject.as_deref() {
        None => Subject::Everything,
        Some(text) if text.contains("://") => return story(text, args.ledger.as_deref(), context),
        Some(text) => match parse(text) {
            Ok(subject) => subject,
            Err(error) => return listed(text, error, args, context),
        },
    };
    if context.format == OutputFormat::Human {
        let (width, colour) = (context.width(), context.console.out_has_colour());
        let mut page = Page::new(context.console.out(), width, colour);
        let written = match subject {
            Subject::Reason(reason) => page.reason(reason),
            Subject::State(state) => page.state(state),
            Subject::Everything => page.everything(),
        };
        written.map_err(CliError::output)?;
        return Ok(Exit::Clean);
    }
    let explained: Vec<Explained> =
        Reason::ALL.iter().copied().filter(|reason| subject.covers(*reason)).map(explained).collect();
    match (context.format, explained.as_slice()) {
        (OutputFormat::Jsonl, rows) => rows.iter().try_for_each(|row| print_json(context, row))?,
        (_, [one]) if matches!(subject, Subject::Reason(_)) => print_json(context, one)?,
        (_, rows) => print_json(context, &rows)?,
    }
    Ok(Exit::Clean)
}

/// What lists have under a text that is no reason: a link between files, one without a scheme, or a host; else this error.
fn listed(text: &str, error: CliError, args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let ledger = match open(args.ledger.as_deref(), context) {
        Ok(ledger) => ledger,
        // A mistyped reason needs no ledger to be told from the others.
        Err(_) if is_like_a_reason(text) => return Err(error),
        Err(unusable) => return Err(unusable),
    };
    if let Some(exit) = story_of_any(text, &ledger, context)? {
        return Ok(exit);
    }
    host(text, &ledger, context)?.ok_or(error)
}

/// One JSON document on a line of its own.
fn print_json(context: &mut Context, value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string(value).map_err(|error| CliError::bug("cannot write JSON").because(error))?;
    context.console.print(&text)
}

#[derive(Clone, Copy)]
enum Subject {
    Reason(Reason),
    State(State),
    Everything,
}

impl Subject {
    fn covers(self, reason: Reason) -> bool {
        match self {
            Subject::Reason(wanted) => reason == wanted,
            Subject::State(state) => reason.state() == state,
            Subject::Everything => true,
        }
    }
}

/// Whether a text is written as the codes of reasons are, and as no host or address is.
fn is_like_a_reason(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn parse(text: &str) -> Result<Subject, CliError> {
    if let Some(reason) = Reason::parse(text) {
        return Ok(Subject::Reason(reason));
    }
    if let Some(state) = State::parse(text) {
        return Ok(Subject::State(state));
    }
    let names = Reason::ALL.iter().map(|reason| reason.code()).chain(State::ALL.map(State::as_str));
    let help = match nearest(text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`perennial explain` lists every reason; an address must be one that a run has listed, as it is written there, \
                 and a host one that the latest list leads to"
            .to_owned(),
    };
    Err(CliError::usage(format!("there is no reason or state `{text}`, and no run has listed such an address or host"))
        .help(help))
}

fn explained(reason: Reason) -> Explained {
    let words = advice::of(reason);
    Explained {
        reason: reason.code(),
        state: reason.state(),
        confidence: reason.confidence().as_str(),
        title: words.title,
        means: words.means,
        takes: words.takes,
        patience: patience(reason),
        action: words.action,
    }
}
