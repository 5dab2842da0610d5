//! `perennial robots`: whether a saved robots.txt allows addresses, and which line says so.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Serialize;
use url::Url;

use super::args::OutputFormat;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::input;
use crate::politeness::robots::{Decision, MAX_BYTES, Robots, Rules};

const EXAMPLES: &str = "\
Examples:
  perennial robots robots.txt https://example.org/private/a /search?q=x
  perennial robots --agent otherbot -v robots.txt https://example.org/";

/// What `perennial robots` was asked about.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Product token to answer for, instead of perennial's own
    #[arg(long, value_name = "TOKEN")]
    agent: Option<String>,
    /// The saved robots.txt, or - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Addresses, or paths of the same site
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
}

/// An answer for programs.
#[derive(Serialize)]
struct Answer<'a> {
    url: &'a str,
    allowed: bool,
    line: Option<usize>,
    rule: Option<String>,
}

/// Prints it: one line for each address, with the line of the file that decided.
///
/// # Errors
/// When the file cannot be read, or standard output cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let robots = Robots::parse(&read(args)?);
    let token = match &args.agent {
        Some(token) => token.clone(),
        None => context.config(&[])?.network.product_token().to_owned(),
    };
    let rules = robots.group(&token);
    for url in &args.urls {
        let Decision { allowed, line } = decide(&rules, url);
        if context.format != OutputFormat::Human {
            let (line, rule) = line.unzip();
            let answer = Answer { url, allowed, line, rule };
            let text =
                serde_json::to_string(&answer).map_err(|error| CliError::bug("cannot write JSON").because(error))?;
            context.console.print(&text)?;
            continue;
        }
        let word = if allowed { "allowed" } else { "disallowed" };
        let because = match line {
            Some((number, text)) => format!("\tline {number}: {text}"),
            None if context.verbose > 0 => "\tno line speaks about it".to_owned(),
            _ => String::new(),
        };
        context.console.print(&format!("{word}\t{url}{because}"))?;
    }
    Ok(Exit::Clean)
}

/// Addresses as they would be asked; anything else is taken for a path.
fn decide(rules: &Rules, url: &str) -> Decision {
    match Url::parse(url) {
        Ok(url) if url.has_host() => rules.decide(&url),
        _ => rules.decide_path(url.split('#').next().unwrap_or_default()),
    }
}

fn read(args: &Args) -> Result<Vec<u8>, CliError> {
    let bound = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) + 1;
    input::read(input::named(&args.file), bound)
        .map_err(|error| CliError::failure(format!("cannot read {}", args.file.display())).because(error))
}
