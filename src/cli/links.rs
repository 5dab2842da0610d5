//! `perennial links`: what the seed readers see in a document, without any network.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::Serialize;
use url::Url;

use super::args::OutputFormat;
use super::console::Console;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use crate::model::link::Link;
use crate::report::escape;
use crate::seed::{self, Document};

const EXAMPLES: &str = "\
Examples:
  perennial links links.md
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
    /// Media type of the documents, such as text/markdown, where their content does not tell
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Lists to read; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a str>,
}

/// Prints the links.
///
/// # Errors
/// When a document cannot be read or is no list, or standard output cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    if args.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
        return Err(CliError::usage("standard input can be read once only").help("give `-` once"));
    }
    let mut first = true;
    if context.format == OutputFormat::Json {
        context.console.print("[")?;
    }
    for file in &args.files {
        let name = file.display().to_string();
        let bytes = read(file)?;
        let document = Document {
            name: &name,
            bytes: &bytes,
            content_type: args.content_type.as_deref(),
            base: args.base_url.as_ref(),
            site: None,
        };
        let shown = (args.files.len() > 1).then_some(name.as_str());
        let format = context.format;
        let console = &mut context.console;
        let mut written: Result<(), CliError> = Ok(());
        let reading = seed::read(&document, &mut |link| {
            if written.is_ok() {
                written = print(console, format, &link, shown, &mut first);
            }
        });
        let reading = reading.map_err(|error| CliError::failure(error.to_string()))?;
        written?;
        for notice in &reading.notices {
            context.console.warn(&escape::terminal(&notice.to_string()));
        }
        if reading.links == 0 {
            context.console.say(&format!("{name}: no links found (read as {})", reading.format));
        }
    }
    if context.format == OutputFormat::Json {
        context.console.print("\n]")?;
    }
    Ok(Exit::Clean)
}

fn read(file: &PathBuf) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let result = if file.as_os_str() == "-" {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
    };
    result.map_err(|error| {
        CliError::failure(format!("cannot read {}", file.display()))
            .because(error)
            .help("give the path of a list that exists and may be read, or `-` for standard input")
    })?;
    Ok(bytes)
}

fn print(
    console: &mut Console,
    format: OutputFormat,
    link: &Link,
    seed: Option<&str>,
    first: &mut bool,
) -> Result<(), CliError> {
    let out = console.out();
    let result = match format {
        OutputFormat::Human => print_for_reading(out, link, seed),
        OutputFormat::Json | OutputFormat::Jsonl => print_row(out, format, link, seed, *first),
    };
    *first = false;
    result.map_err(CliError::output)
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
        seed,
    };
    if format == OutputFormat::Json && !first {
        out.write_all(b",\n")?;
    }
    serde_json::to_writer(&mut *out, &row).map_err(io::Error::from)?;
    if format == OutputFormat::Jsonl { out.write_all(b"\n") } else { Ok(()) }
}

fn print_for_reading(out: &mut dyn Write, link: &Link, seed: Option<&str>) -> io::Result<()> {
    let seed = seed.map_or_else(String::new, |seed| format!("{seed}:"));
    let place = format!("{seed}{}:{}", link.position.line, link.position.column);
    let title = link.title.as_deref().map_or("(no title)".into(), escape::terminal);
    writeln!(out, "{place}  {title}")?;
    let address = link.url().map_or(link.href.as_str(), Url::as_str);
    writeln!(out, "    {}", escape::terminal(address))?;
    if let Some(annotation) = &link.annotation {
        writeln!(out, "    {}", escape::terminal(annotation))?;
    }
    let path: Vec<&str> = link.section.iter().map(String::as_str).chain(link.parent_title.as_deref()).collect();
    if !path.is_empty() {
        writeln!(out, "    in {}", escape::terminal(&path.join(" > ")))?;
    }
    Ok(())
}
