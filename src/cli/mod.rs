//! argv to verbs: one file per verb, each with its arguments and a `run`.
