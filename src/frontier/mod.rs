//! What is still to be visited: one entry per canonical address, a queue per host.
