//! What was noticed about the lists of a run, told at its end.

use std::path::PathBuf;

use super::context::Context;
use crate::model::audit::Audit;
use crate::model::{Notice, Reason};
use crate::report::escape;
use crate::report::words::{count, thousands};

/// Notices told one by one; reports hold them all.
const SHOWN: usize = 10;

/// Reports that hold every notice, the one for reading first.
const WHOLE: &[&str] = &["audit.md", "audit.html", "audit.json"];

/// Tells the notices on standard error: first what is said of a whole list, then of its lines, then of the settings.
pub fn tell(audit: &Audit, reports: &[PathBuf], context: &mut Context) {
    let Context { environment, console, .. } = context;
    // That nothing is broken says nothing then.
    if audit.links.iter().all(|link| link.reason == Reason::Excluded) {
        let links = count(audit.links.len(), "link");
        console.warn(&format!("no link was checked: rules and patterns leave out all that are listed ({links})"));
    }
    let notices = &audit.notices;
    let mut first: Vec<&Notice> = notices.iter().collect();
    let is_list = |notice: &Notice| audit.run.seeds.iter().any(|seed| seed.name == notice.seed);
    first.sort_by_key(|notice| (!is_list(notice), notice.line.is_some()));
    for notice in first.iter().take(SHOWN) {
        console.note(&escape::terminal(&notice.to_string()));
    }
    let Some(more) = notices.len().checked_sub(SHOWN).filter(|more| *more > 0) else { return };
    let whole = WHOLE.iter().find_map(|name| reports.iter().find(|path| path.ends_with(name)));
    let whole = whole.map(|path| path.strip_prefix(&environment.folder).unwrap_or(path));
    let place = whole.map(|path| format!(", see {}", path.display())).unwrap_or_default();
    console.note(&format!("and {} more{place}", thousands(more)));
}
