//! What is known of each origin: its robots.txt, or that it cannot be reached.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;

use crate::model::exchange::Exchange;
use crate::politeness::robots::Rules;

/// Where an origin stands in this run.
#[derive(Clone, Debug)]
pub enum Standing {
    /// Its robots.txt is on its way.
    Fetching,
    /// Its robots.txt was read, or it has none.
    Open(Arc<Rules>),
    /// It cannot be reached, or keeps its robots.txt to itself; the tries show how, the last of them decides.
    Closed(Arc<[Exchange]>),
}

/// All origins of a run.
#[derive(Debug, Default)]
pub struct Origins(HashMap<String, Standing>);

impl Origins {
    /// Where an origin stands; `None` when nobody has asked yet.
    pub fn standing(&self, origin: &str) -> Option<&Standing> {
        self.0.get(origin)
    }

    /// Notes where an origin stands.
    pub fn set(&mut self, origin: String, standing: Standing) {
        self.0.insert(origin, standing);
    }
}

/// The address of an origin's robots.txt.
pub fn robots_url(url: &Url) -> Url {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    robots.set_fragment(None);
    robots
}
