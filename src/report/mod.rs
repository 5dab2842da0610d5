//! Finished view models to bytes: one file per format, escaping in one place.
