//! Facts to a verdict: an ordered list of small rules, first match wins.
