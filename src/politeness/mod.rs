//! Whether and when a host may be asked: robots.txt, rates, back-off, breaker.

pub mod robots;
