//! `perennial fix`: repair the lists themselves, by the verdicts of the latest run.

use std::io::BufRead;
use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;

use super::args::OutputFormat;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::gather::{Page, WIKITEXT};
use super::live;
use super::rewrite::rewrite;
use super::seeds::{self, Source};
use crate::config::{Config, Flag};
use crate::fix::{self, Fixed, Proposal, Why, Wishes};
use crate::ledger::Ledger;
use crate::report::{escape, patch, words};
use crate::seed::Document;

/// Name and version of the form for programs.
const SCHEMA: &str = "perennial.fix/1";

/// Links that are left for a person and named one by one.
const NAMED: usize = 20;

/// Repair lists by the verdicts of the latest run: moved and misspelt links, https, archived copies. Prints a patch
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    perennial fix                          what would change in the seeds of config.toml, as a patch\n  \
    perennial fix links.md --write         change it\n  \
    perennial fix --interactive --write    ask about each link\n  \
    perennial fix --only moved,https       nothing but these\n  \
    perennial fix - < page.wiki --write    a list from standard input, repaired on standard output\n  \
    perennial fix https://wiki.example.org/wiki/Resources --write > new.wiki
                                           the text of a live wiki page, repaired, to be pasted")]
pub struct Args {
    /// Files, patterns, folders, `-`, addresses of live pages of a wiki, or `@FILE` with one of these per line, instead of the
    /// seeds of config.toml
    #[arg(value_name = "SEED", value_hint = ValueHint::AnyPath)]
    seeds: Vec<String>,
    /// Change the files, instead of printing a patch
    #[arg(long)]
    write: bool,
    /// Ask about each link: y(es), n(o), a(ll the rest), q(uit)
    #[arg(long, short)]
    interactive: bool,
    /// Repairs to make, separated by commas
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_enum, default_values_t = [Kind::Moved, Kind::Https, Kind::Repaired, Kind::Archived])]
    only: Vec<Kind>,
    /// Also remove tracking parameters: utm_source, fbclid and the like
    #[arg(long)]
    untrack: bool,
    /// File that remembers the runs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ledger: Option<String>,
    /// Folder of the reports, which is not searched for lists
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    reports: Option<String>,
}

/// Kinds of repairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// The new address of what has moved for good
    Moved,
    /// https in place of http, where that works
    Https,
    /// The evident spelling of what is no address
    Repaired,
    /// A copy beside what is gone
    Archived,
}

impl From<Kind> for Why {
    fn from(kind: Kind) -> Why {
        match kind {
            Kind::Moved => Why::Moved,
            Kind::Https => Why::Secure,
            Kind::Repaired => Why::Repaired,
            Kind::Archived => Why::Archived,
        }
    }
}

/// One list with what is to become of it.
struct Draft {
    name: String,
    /// Where it is; standard input is nowhere.
    path: Option<PathBuf>,
    read: Vec<u8>,
    fixed: Fixed,
}

impl Draft {
    /// The two sides of the patch: the bytes of the file. UTF-16 is shown as text, as no patch in it has lines.
    fn sides(&self) -> (&[u8], &[u8]) {
        if self.read.contains(&0) {
            (self.fixed.before.as_bytes(), self.fixed.after.as_bytes())
        } else {
            (&self.read, &self.fixed.bytes)
        }
    }
}

/// Repairs the lists.
///
/// # Errors
/// When there is no ledger, or a list cannot be read or written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let one = |key, name, values: Vec<String>| (!values.is_empty()).then_some(Flag { key, name, values });
    let flags = [
        one("seeds", "SEED", args.seeds.clone()),
        one("ledger.path", "--ledger", args.ledger.clone().into_iter().collect()),
        one("reports.dir", "--reports", args.reports.clone().into_iter().collect()),
    ];
    let flags: Vec<Flag> = flags.into_iter().flatten().collect();
    let config = context.config(&flags)?;
    if config.seeds.is_empty() {
        return Err(super::job::no_seeds());
    }
    let sources = seeds::named(&config, context)?;
    if args.interactive && sources.contains(&Source::Stdin) {
        return Err(CliError::usage("standard input cannot be a list and give answers at the same time")
            .help("save the list to a file"));
    }
    let ledger = Ledger::read(&config.ledger.path)?;
    let mut kinds: Vec<Why> = args.only.iter().map(|kind| Why::from(*kind)).collect();
    kinds.extend(args.untrack.then_some(Why::Untracked));
    let wishes = Wishes::of(&ledger.audit(None)?.links, &kinds);
    drop(ledger);

    let urls: Vec<_> = sources.iter().filter_map(Source::live).cloned().collect();
    let mut pages = if urls.is_empty() { Vec::new() } else { live::pages(urls, &config, context)? }.into_iter();
    if args.interactive && !args.write {
        context.console.say("The answers make a patch; files are changed with --write only.");
    }
    let mut answers = Answers::new(args.interactive);
    let mut drafts = Vec::new();
    for source in sources {
        let page = source.live().is_some().then(|| pages.next()).flatten();
        if let Some(draft) = draft(source, page, &wishes, &config, &mut answers, context)? {
            drafts.push(draft);
        }
    }
    deliver(args, &drafts, context)?;
    tell(args, &drafts, context);
    Ok(Exit::Clean)
}

/// Reads and repairs one list. A list that cannot be repaired is named and left. Of a live page, a wiki gives the text
/// that it is written in; any other lives elsewhere.
fn draft(
    source: Source,
    page: Option<Page>,
    wishes: &Wishes,
    config: &Config,
    answers: &mut Answers,
    context: &mut Context,
) -> Result<Option<Draft>, CliError> {
    let name = source.name().to_owned();
    let base = page.as_ref().and_then(|page| page.base.clone());
    let (path, read, content_type) = match source {
        Source::Page(url) => {
            for notice in page.iter().flat_map(|page| &page.notices) {
                context.console.warn(&escape::terminal(&notice.to_string()));
            }
            let Some(text) = page.and_then(|page| page.written) else {
                context.console.warn(&format!(
                    "{url} is a live page that gives no text to repair: change it where it lives, or save its source \
                     and run `perennial fix` on that"
                ));
                return Ok(None);
            };
            (None, text.into_bytes(), Some(WIKITEXT))
        }
        Source::File { ref path, .. } => {
            (Some(path.clone()), seeds::read(&source, config.network.max_seed_body)?, None)
        }
        Source::Stdin => (None, seeds::read(&source, config.network.max_seed_body)?, None),
    };
    let document = Document { name: &name, bytes: &read, content_type, base: base.as_ref(), site: None };
    let mut trouble = None;
    let fixed = fix::fix(&document, wishes, &mut |proposal| match answers.about(&name, proposal, context) {
        Ok(answer) => answer,
        Err(error) => {
            trouble.get_or_insert(error);
            false
        }
    });
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    match fixed {
        Ok(fixed) => Ok(Some(Draft { name, path, read, fixed })),
        Err(error) => {
            context.console.warn(&error.to_string());
            Ok(None)
        }
    }
}

/// Writes the files, or prints what would be written.
fn deliver(args: &Args, drafts: &[Draft], context: &mut Context) -> Result<(), CliError> {
    let json = context.format != OutputFormat::Human;
    for draft in drafts {
        let changed = draft.fixed.bytes != draft.read;
        match &draft.path {
            Some(path) if args.write && changed => rewrite(&draft.name, path, &draft.read, &draft.fixed.bytes)?,
            None if args.write && !json => {
                context.console.out().write_all(&draft.fixed.bytes).map_err(CliError::output)?;
            }
            _ if !args.write && !json => {
                let (before, after) = draft.sides();
                patch::write(&draft.name, before, after, context.console.out()).map_err(CliError::output)?;
            }
            _ => {}
        }
    }
    if json {
        let report = Report::of(args, drafts);
        let text = serde_json::to_string(&report).map_err(|error| CliError::bug("cannot write JSON").because(error))?;
        context.console.print(&text)?;
    }
    Ok(())
}

/// Says what was done, and what is left for a person.
fn tell(args: &Args, drafts: &[Draft], context: &mut Context) {
    let done: usize = drafts.iter().map(|draft| draft.fixed.done.len()).sum();
    let files = drafts.iter().filter(|draft| !draft.fixed.done.is_empty()).count();
    let left: Vec<_> =
        drafts.iter().flat_map(|draft| draft.fixed.left.iter().map(|left| (&draft.name, left))).collect();
    for (name, left) in left.iter().take(NAMED) {
        let url = escape::terminal(&left.url).into_owned();
        context.console.say(&format!("{name}:{}: {url} is left for you: {}", left.line, left.because));
    }
    if left.len() > NAMED {
        context.console.say(&format!("{} more are left for you", left.len() - NAMED));
    }
    let links = words::count(done, "link");
    let lists = words::count(files, "list");
    context.console.say(&match (done, args.write) {
        (0, _) => "Nothing to repair.".to_owned(),
        (_, true) => format!("Repaired {links} in {lists}; the next run visits what they lead to."),
        (_, false) => format!("{links} in {lists} would change; --write changes them."),
    });
}

/// Asks about each change, unless everything was agreed to.
struct Answers {
    all: bool,
    none: bool,
}

impl Answers {
    fn new(interactive: bool) -> Self {
        Answers { all: !interactive, none: false }
    }

    fn about(&mut self, name: &str, proposal: &Proposal, context: &mut Context) -> Result<bool, CliError> {
        if self.all || self.none {
            return Ok(self.all);
        }
        let clean = |text: &str| escape::terminal(text).into_owned();
        let title = proposal.title.as_deref().map(|title| format!("  {}", clean(title))).unwrap_or_default();
        let sign = if proposal.why == Why::Archived { "+" } else { ">" };
        let question = format!(
            "{name}:{}{title} ({})\n  - {}\n  {sign} {}\nChange it? [y/n/a/q] ",
            proposal.line,
            proposal.why.as_str(),
            clean(&proposal.old),
            clean(&proposal.new)
        );
        loop {
            context.console.ask(&question)?;
            let mut line = String::new();
            let read = std::io::stdin()
                .lock()
                .read_line(&mut line)
                .map_err(|error| CliError::failure("cannot read the answer").because(error))?;
            match line.trim().to_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                "a" | "all" => self.all = true,
                "q" | "quit" => self.none = true,
                // Nobody answers any more.
                "" if read == 0 => self.none = true,
                _ => {
                    context.console.say("Answer y (yes), n (no), a (all the rest) or q (no more).");
                    continue;
                }
            }
            return Ok(self.all);
        }
    }
}

/// The repairs for programs.
#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    written: bool,
    changes: Vec<Change<'a>>,
    left: Vec<LeftOver<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    seed: &'a str,
    line: usize,
    column: usize,
    kind: &'static str,
    title: Option<&'a str>,
    old: &'a str,
    new: &'a str,
}

#[derive(Serialize)]
struct LeftOver<'a> {
    seed: &'a str,
    line: usize,
    url: &'a str,
    because: &'static str,
}

impl<'a> Report<'a> {
    fn of(args: &Args, drafts: &'a [Draft]) -> Self {
        let changes = drafts.iter().flat_map(|draft| {
            draft.fixed.done.iter().map(|proposal| Change {
                seed: &draft.name,
                line: proposal.line,
                column: proposal.column,
                kind: proposal.why.as_str(),
                title: proposal.title.as_deref(),
                old: &proposal.old,
                new: &proposal.new,
            })
        });
        let left = drafts.iter().flat_map(|draft| {
            let left = draft.fixed.left.iter();
            left.map(|left| LeftOver { seed: &draft.name, line: left.line, url: &left.url, because: left.because })
        });
        Report { schema: SCHEMA, written: args.write, changes: changes.collect(), left: left.collect() }
    }
}
