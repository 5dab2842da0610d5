//! `perennial links`: what the seed readers see in a document, without any network.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;
use url::Url;

use super::args::OutputFormat;
use super::choice::{open_site, place};
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::input;
use super::seeds::{self, Source};
use crate::model::link::Link;
use crate::report::escape;
use crate::report::listing::Listing;
use crate::report::words::count;
use crate::seed::{self, Document};
use crate::site::Site;

const EXAMPLES: &str = "\
Examples:
  perennial links links.md
  perennial links \"lists/*.md\" docs --root docs
  perennial links --format jsonl --base-url https://example.org/guide guide.html
  curl -s https://example.org/guide | perennial links --base-url https://example.org/guide -";

/// The largest document that is read; the reader says so itself beyond its own bound.
const MAX_BYTES: u64 = (1 << 30) + 1;

/// What `perennial links` was asked to read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Address of the documents, against which their relative links are resolved
    #[arg(long, value_name = "URL")]
    base_url: Option<Url>,
    /// Media type of the documents, such as text/markdown, where the content does not show it
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Also show links between files, as a site with this root folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    root: Option<PathBuf>,
    /// Lists to read: files, patterns, folders, or `@FILE` with one of these per line; `-` is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,
}

/// One link for programs.
#[derive(Serialize)]
struct Row<'a> {
    href: &'a str,
    url: Option<&'a str>,
    title: Option<&'a str>,
    annotation: Option<&'a str>,
    section: &'a [String],
    parent_title: Option<&'a str>,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "Fields::is_empty")]
    fields: Fields<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a str>,
}

/// Further columns of a table, or facts of a bibliography, by name in their order.
struct Fields<'a>(&'a [(String, String)]);

impl Fields<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Of columns that share a name, the first counts.
        let mut seen = HashSet::new();
        serializer.collect_map(self.0.iter().filter(|(name, _)| seen.insert(name)).map(|(name, value)| (name, value)))
    }
}

/// Prints the links.
///
/// # Errors
/// When a document cannot be read or is no list, or standard output cannot be written. Of several documents the others
/// are printed all the same.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    if args.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
        return Err(CliError::usage("standard input can be read once only").help("give `-` once"));
    }
    let here = context.environment.folder.clone();
    let site = match &args.root {
        Some(root) => Some(open_site(&here.join(root), root)?),
        None => None,
    };
    let sources = sources(&args.files, context)?;
    let mut printer = Printer {
        format: context.format,
        listing: Listing::new(context.width(), context.console.out_has_colour()),
        first: true,
        many: sources.len() > 1,
    };
    if context.format == OutputFormat::Json {
        context.console.print("[")?;
    }
    let mut exit = Exit::Clean;
    for source in &sources {
        match print_links(source, args, site.as_ref(), &mut printer, context) {
            Ok(()) => {}
            Err(error) if printer.many && !error.is_silent() => exit = context.console.report(&error),
            Err(error) => return Err(error),
        }
    }
    if context.format == OutputFormat::Json {
        context.console.print("\n]")?;
    }
    Ok(exit)
}

/// The documents the arguments name.
fn sources(files: &[PathBuf], context: &mut Context) -> Result<Vec<Source>, CliError> {
    let here = context.environment.folder.clone();
    let mut reports = None;
    let mut sources = Vec::new();
    for file in files {
        let name = file.display().to_string();
        if name.starts_with("http://") || name.starts_with("https://") {
            return Err(CliError::usage(format!("{name} is a live page, and `links` asks no network")).help(format!(
                "try `curl -s {name} | perennial links --base-url {name} -`, or `perennial run {name}`"
            )));
        }
        let path = here.join(file);
        let is_one = name != "-" && !path.is_dir() && !name.starts_with('@') && !seeds::is_pattern(&name);
        // What names a single file is told about like a file that cannot be opened.
        if is_one || path.is_file() {
            sources.push(Source::File { name, path, named: true });
        } else if name == "-" {
            sources.push(Source::Stdin);
        } else {
            // A search leaves out the reports, and where they are is configuration.
            let reports = match &mut reports {
                Some(reports) => reports,
                None => reports.insert(here.join(context.config(&[])?.reports.dir)),
            };
            sources.extend(seeds::find(&[name], &here, reports, &mut |warning| context.console.warn(warning))?);
        }
    }
    Ok(sources)
}

fn print_links(
    source: &Source,
    args: &Args,
    site: Option<&Site>,
    printer: &mut Printer,
    context: &mut Context,
) -> Result<(), CliError> {
    let bytes = read(source)?;
    let place = place(site, source);
    let name = if *source == Source::Stdin { "standard input" } else { source.name() };
    let document = Document {
        name,
        bytes: &bytes,
        content_type: args.content_type.as_deref(),
        base: args.base_url.as_ref(),
        site: place.as_ref(),
    };
    let console = &mut context.console;
    let mut written: Result<(), CliError> = Ok(());
    printer.listing.next_list();
    let reading = seed::read(&document, &mut |link| {
        if written.is_ok() {
            written = printer.print(&link, source.name(), console.out()).map_err(CliError::output);
        }
    });
    let reading = reading.map_err(|error| CliError::unjudgeable(error.to_string()))?;
    written?;
    for notice in &reading.notices {
        context.console.warn(&escape::terminal(&notice.to_string()));
    }
    let name = escape::terminal(name);
    if reading.links == 0 {
        context.console.say(&format!("{name}: no links found (read as {})", reading.format));
    } else if context.format == OutputFormat::Human && context.environment.stdout_is_terminal {
        context.console.flush()?;
        context.console.say(&format!("{name}: {}, read as {}", count(reading.links, "link"), reading.format));
    }
    Ok(())
}

fn read(source: &Source) -> Result<Vec<u8>, CliError> {
    let (name, file) = match source {
        Source::File { name, path, .. } => (name.as_str(), Some(path.as_path())),
        Source::Stdin | Source::Page(_) => ("standard input", None),
    };
    input::read(file, MAX_BYTES).map_err(|error| {
        let near = match source {
            Source::File { path, .. } => seeds::nearby(name, path),
            Source::Stdin | Source::Page(_) => None,
        };
        // The same as where a run is given them.
        let missing = error.kind() == io::ErrorKind::NotFound;
        let cannot = if missing { CliError::usage } else { CliError::unjudgeable };
        cannot(format!("cannot read {name}")).because(error).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "give the path of a list that exists and may be read, or `-` for standard input".to_owned(),
        })
    })
}

/// Prints links in the form that was asked for.
struct Printer {
    format: OutputFormat,
    listing: Listing,
    first: bool,
    /// Whether each link tells its document.
    many: bool,
}

impl Printer {
    fn print(&mut self, link: &Link, seed: &str, out: &mut dyn Write) -> io::Result<()> {
        let seed = self.many.then_some(seed);
        let first = std::mem::replace(&mut self.first, false);
        match self.format {
            OutputFormat::Human => self.listing.link(link, seed, out),
            OutputFormat::Json | OutputFormat::Jsonl => print_row(out, self.format, link, seed, first),
        }
    }
}

fn print_row(
    out: &mut dyn Write,
    format: OutputFormat,
    link: &Link,
    seed: Option<&str>,
    first: bool,
) -> io::Result<()> {
    let row = Row {
        href: &link.href,
        url: link.url().map(Url::as_str),
        title: link.title.as_deref(),
        annotation: link.annotation.as_deref(),
        section: &link.section,
        parent_title: link.parent_title.as_deref(),
        line: link.position.line,
        column: link.position.column,
        fields: Fields(&link.fields),
        left_out: link.left_out.as_ref().map(|left_out| &*left_out.rule),
        seed,
    };
    if format == OutputFormat::Json && !first {
        out.write_all(b",\n")?;
    }
    serde_json::to_writer(&mut *out, &row).map_err(io::Error::from)?;
    if format == OutputFormat::Jsonl { out.write_all(b"\n") } else { Ok(()) }
}
