//! Progress and messages on stderr, fed by events.

mod log;
mod progress;
mod tally;

use std::time::Duration;

pub use log::Log;
pub use progress::Progress;

use crate::model::{HostKey, Notice, State};

/// What the engine tells about a run while it goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The links to visit are known.
    Started {
        /// Links to settle, those already settled by an interrupted run left out.
        total: usize,
        /// Hosts they are on.
        hosts: usize,
    },
    /// A request was sent.
    Asked {
        /// To whom.
        host: HostKey,
    },
    /// A link is settled.
    Finished {
        /// Its verdict.
        state: State,
    },
    /// Everything that could be sent has been; hosts rest before they are asked again.
    Waiting {
        /// Hosts that have work but must not be asked yet.
        hosts: usize,
        /// The one that may be asked first.
        next: HostKey,
        /// How long until then.
        delay: Duration,
    },
    /// How long politeness alone will still take.
    Left {
        /// The longest of all hosts.
        at_least: Duration,
    },
    /// Trouble with one item of input.
    Notice(Notice),
    /// The person wants to stop: nothing new is sent, what is in flight is finished.
    Stopping,
    /// Nothing more will come.
    Done,
}

/// Someone who wants to know.
pub trait Listener: Send {
    /// Takes note of one event; must not block.
    fn event(&mut self, event: &Event);
}

/// A listener for those who do not want to know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Listener for Silent {
    fn event(&mut self, _: &Event) {}
}

impl<L: Listener + ?Sized> Listener for Box<L> {
    fn event(&mut self, event: &Event) {
        (**self).event(event);
    }
}
