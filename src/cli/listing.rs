//! From resource pages to the ledger's list: one thread reads the pages, another stores what they list.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::choice::Chosen;
use super::error::CliError;
use super::gather::Page;
use super::untidy::Places;
use crate::hygiene::Untidy;
use crate::ledger::LinkWriter;
use crate::model::{Link, Notice};
use crate::report::escape;
use crate::seed::{Reading, SeedError};

/// Links that are handed over together.
const BATCH: usize = 128;

/// Messages under way at most; more make the reader wait.
const AHEAD: usize = 16;

/// What the reading thread tells, page after page.
enum Message<'p> {
    Begun(&'p Page),
    Links(Vec<Link>),
    Read { page: &'p Page, reading: Reading, untidy: Vec<Untidy> },
    Unreadable(&'p Page, SeedError),
}

/// Reads the pages and stores what they list.
///
/// # Errors
/// When a file cannot be read, nothing is listed, or the ledger cannot be written.
pub fn list(
    pages: &[Page],
    max_bytes: u64,
    chosen: &mut Chosen<'_>,
    writer: &mut LinkWriter<'_>,
) -> Result<(), CliError> {
    let (sender, messages) = sync_channel(AHEAD);
    let read = thread::scope(|scope| {
        let chosen = &mut *chosen;
        let reading = thread::Builder::new()
            .spawn_scoped(scope, move || read(pages, max_bytes, chosen, &sender))
            .map_err(|error| CliError::failure("cannot start a thread").because(error))?;
        let stored = store(messages, writer);
        // Where nothing can be stored, the reader has noticed that nobody listens.
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let stored = stored?;
        read?;
        Ok::<_, CliError>(stored)
    })?;
    if let [(page, why), others @ ..] = read.missed.as_slice() {
        // What it lists would count as taken out.
        let named = match others {
            [] => String::new(),
            others => format!(", nor can {}", others.iter().map(|(page, _)| *page).collect::<Vec<_>>().join(", ")),
        };
        let told = format!("the resource page {page} cannot be read{named}");
        return Err(CliError::unjudgeable(escape::terminal(&told)).because(escape::terminal(&why.to_string())).help(
            "correct it, or take it out of the seeds; a folder, or a pattern in quotes, passes over what is no list; reports and \
             ledger are left as they were",
        ));
    }
    if read.total == 0 {
        let names: Vec<&str> = pages.iter().map(Page::name).collect();
        let error = CliError::unjudgeable(format!("no links are listed in {}", names.join(", ")))
            .help("`perennial links FILE` shows what is seen in a page");
        return Err(match read.unreadable {
            Some(unreadable) => error.because(unreadable),
            None => error,
        });
    }
    for notice in chosen.idle() {
        writer.notice(&notice)?;
    }
    Ok(())
}

/// Reads the pages one after another, as long as somebody listens.
fn read<'p>(
    pages: &'p [Page],
    max_bytes: u64,
    chosen: &mut Chosen<'_>,
    sender: &SyncSender<Message<'p>>,
) -> Result<(), CliError> {
    for page in pages {
        if sender.send(Message::Begun(page)).is_err() {
            return Ok(());
        }
        let bytes = page.content(max_bytes)?;
        let mut places = Places::default();
        let mut batch = Vec::with_capacity(BATCH);
        let reading = page.read(&bytes, chosen, &mut |link: Link| {
            places.note(&link);
            batch.push(link);
            if batch.len() == BATCH {
                // Whether anybody listens shows at the end of the page.
                let _ = sender.send(Message::Links(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))));
            }
        });
        let _ = sender.send(Message::Links(batch));
        let _ = sender.send(match reading {
            Ok(reading) => {
                let (source, content_type) = page.source_of(&bytes, reading.format);
                let untidy = places.look(source, content_type, reading.format);
                Message::Read { page, reading, untidy }
            }
            Err(error) => Message::Unreadable(page, error),
        });
    }
    Ok(())
}

/// What reading all pages came to.
#[derive(Default)]
struct Read<'p> {
    /// Links listed.
    total: usize,
    /// Why the last unreadable page that was only found is none.
    unreadable: Option<SeedError>,
    /// The pages that a person named and that cannot be read, and why.
    missed: Vec<(&'p str, SeedError)>,
}

/// Stores what the reading thread tells, as it comes.
fn store<'p>(
    messages: impl IntoIterator<Item = Message<'p>>,
    writer: &mut LinkWriter<'_>,
) -> Result<Read<'p>, CliError> {
    let mut read = Read::default();
    for message in messages {
        match message {
            Message::Begun(page) => {
                writer.seed(page.name())?;
                for notice in &page.notices {
                    writer.notice(notice)?;
                }
            }
            Message::Links(links) => {
                for link in &links {
                    writer.link(link)?;
                }
            }
            Message::Read { page, reading, untidy } => {
                read.total += reading.links;
                if reading.links == 0 && page.named {
                    writer.notice(&Notice::about(page.name(), "no links are found in it"))?;
                }
                for notice in &reading.notices {
                    writer.notice(notice)?;
                }
                for flaw in untidy {
                    writer.flaw(page.name(), flaw.line, flaw.kind, &flaw.excerpt)?;
                }
                writer.end_seed(reading.format.as_str(), reading.title.as_deref())?;
            }
            Message::Unreadable(page, error) => {
                writer.notice(&Notice::about(page.name(), error.to_string()))?;
                writer.end_seed("unreadable", None)?;
                // An empty list may be one that is yet to be filled.
                if page.named && !matches!(error, SeedError::Empty { .. }) {
                    read.missed.push((page.name(), error));
                } else {
                    read.unreadable = Some(error);
                }
            }
        }
    }
    Ok(read)
}
