//! Progress and messages on stderr, fed by events.
