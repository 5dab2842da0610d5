//! One thread that writes: observations arrive over a channel and are committed in small groups.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::error::LedgerError;
use super::hosts;
use super::observations::{Inserter, Record};
use super::open::{Ledger, connect};
use super::runs::{RunId, stored};
use crate::model::audit::RequestCounts;

/// Messages of one commit at most; a record among them brings rows for its fragments too.
const MESSAGES_PER_COMMIT: usize = 500;

/// How long a group waits for company before it is committed: a commit costs as much as many rows.
const LINGER: Duration = Duration::from_millis(25);

/// Messages on the way; more make the sender wait.
const CHANNEL: usize = 2_048;

/// The engine's end of the writing thread. Dropping it commits what is on the way and waits for that.
#[derive(Debug)]
pub struct Writer {
    sender: Option<SyncSender<Message>>,
    thread: Option<JoinHandle<()>>,
    /// Whether nothing more is to come.
    closing: Arc<AtomicBool>,
    trouble: Arc<Mutex<Option<LedgerError>>>,
    path: PathBuf,
}

#[derive(Debug)]
enum Message {
    Record(Box<Record>),
    Requests(RequestCounts),
    Robots { origin: String, content: String, fetched: Timestamp },
    Hold { host: String, until: Timestamp },
    Probe { scope: String, outcome: String, at: Timestamp },
    Flush(SyncSender<()>),
}

impl Ledger {
    /// Starts the thread that writes the observations of a run.
    ///
    /// # Errors
    /// When the ledger cannot be opened a second time.
    pub fn writer(&self, run: RunId) -> Result<Writer, LedgerError> {
        let conn = connect(&self.path).map_err(|error| self.fail(error))?;
        let (sender, receiver) = sync_channel(CHANNEL);
        let trouble = Arc::new(Mutex::new(None));
        let closing = Arc::new(AtomicBool::new(false));
        let (path, report, ending) = (self.path.clone(), Arc::clone(&trouble), Arc::clone(&closing));
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || {
                if let Err(error) = write(&conn, run, &receiver, &ending) {
                    let error = LedgerError::from_sqlite(&path, error);
                    *report.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            })
            .map_err(|source| LedgerError::Io { path: self.path.clone(), source })?;
        Ok(Writer { sender: Some(sender), thread: Some(thread), closing, trouble, path: self.path.clone() })
    }
}

impl Writer {
    /// Hands over an observation. It is committed within a few hundredths of a second; [`Writer::flush`] waits for
    /// that.
    ///
    /// # Errors
    /// When the thread met an error: the first call tells which.
    pub fn record(&self, record: Record) -> Result<(), LedgerError> {
        self.send(Message::Record(Box::new(record)))
    }

    /// Notes the requests of the run so far, those of earlier processes included; kept with the next observations.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn requests(&self, counts: RequestCounts) -> Result<(), LedgerError> {
        self.send(Message::Requests(counts))
    }

    /// Keeps the robots.txt of an origin. While a run goes on this thread holds the right to write, so that what is kept
    /// beside observations goes through it too.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn keep_robots(&self, origin: &str, content: String, fetched: Timestamp) -> Result<(), LedgerError> {
        self.send(Message::Robots { origin: origin.to_owned(), content, fetched })
    }

    /// Keeps until when a host asked to be left alone.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn hold(&self, host: &str, until: Timestamp) -> Result<(), LedgerError> {
        self.send(Message::Hold { host: host.to_owned(), until })
    }

    /// Keeps how addresses that should not exist were answered within a scope.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn keep_probe(&self, scope: &str, outcome: String, at: Timestamp) -> Result<(), LedgerError> {
        self.send(Message::Probe { scope: scope.to_owned(), outcome, at })
    }

    /// Waits until everything handed over is committed: from then on it survives the end of the process.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn flush(&self) -> Result<(), LedgerError> {
        let (sender, receiver) = sync_channel(1);
        self.send(Message::Flush(sender))?;
        receiver.recv().map_err(|_| self.trouble())
    }

    /// Commits everything and ends the thread.
    ///
    /// # Errors
    /// When the thread met an error.
    pub fn close(mut self) -> Result<(), LedgerError> {
        self.join();
        let met = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        met.map_or(Ok(()), Err)
    }

    fn send(&self, message: Message) -> Result<(), LedgerError> {
        match &self.sender {
            Some(sender) => sender.send(message).map_err(|_| self.trouble()),
            None => Err(self.trouble()),
        }
    }

    fn trouble(&self) -> LedgerError {
        let met = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
        met.unwrap_or_else(|| LedgerError::WriterGone { path: self.path.clone() })
    }

    fn join(&mut self) {
        self.closing.store(true, Ordering::Release);
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.join();
    }
}

/// Commits group after group until the engine's end is gone.
fn write(conn: &Connection, run: RunId, messages: &Receiver<Message>, closing: &AtomicBool) -> rusqlite::Result<()> {
    let mut inserter = Inserter::new(conn)?;
    while let Ok(first) = messages.recv() {
        // Never within another: this thread has the connection to itself.
        let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        let mut flushed = None;
        // Only the last of a group matters.
        let mut requests = None;
        let mut taken = 0;
        let mut lingered = false;
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Record(record) => inserter.insert(run, &record)?,
                Message::Requests(counts) => requests = Some(counts),
                Message::Robots { origin, content, fetched } => {
                    hosts::keep_robots(&transaction, &origin, &content, fetched)?;
                }
                Message::Hold { host, until } => hosts::hold(&transaction, &host, until)?,
                Message::Probe { scope, outcome, at } => hosts::keep_probe(&transaction, &scope, &outcome, at)?,
                Message::Flush(done) => flushed = Some(done),
            }
            taken += 1;
            if flushed.is_some() || taken >= MESSAGES_PER_COMMIT {
                break;
            }
            next = messages.try_recv().ok();
            if next.is_none() && !lingered {
                lingered = true;
                linger(closing);
                next = messages.try_recv().ok();
            }
        }
        if let Some(counts) = requests {
            keep_requests(&transaction, run, counts)?;
        }
        transaction.commit()?;
        if let Some(done) = flushed {
            let _ = done.send(());
        }
    }
    Ok(())
}

/// Waits for company, as long as some may come.
fn linger(closing: &AtomicBool) {
    let until = Instant::now() + LINGER;
    // A thread may also wake up for no reason.
    while !closing.load(Ordering::Acquire) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        std::thread::park_timeout(left);
    }
}

fn keep_requests(conn: &Connection, run: RunId, counts: RequestCounts) -> rusqlite::Result<()> {
    let RequestCounts { links, robots, retries, probes, lookups, seeds, archive: _ } = counts;
    conn.prepare_cached(
        "UPDATE run SET links = ?2, robots = ?3, retries = ?4, probes = ?5, seeds = ?6, lookups = ?7 WHERE id = ?1",
    )?
    .execute(params![
        run,
        stored(links),
        stored(robots),
        stored(retries),
        stored(probes),
        stored(seeds),
        stored(lookups)
    ])?;
    Ok(())
}
