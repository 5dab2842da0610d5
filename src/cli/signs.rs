//! Signs of one's own: a table beside the configuration that is read, and held to its samples, before anything is asked.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::error::CliError;
use crate::classify::{self, Facts, Table};
use crate::config::nearest;
use crate::extract::{self, Document};
use crate::model::exchange::{Answer, Ending, Exchange, Hop};
use crate::model::{Assessment, Reason};

/// Bytes such a file has at most.
const MAX_FILE: u64 = 1 << 20;
const HELP: &str = "a row is `id`, `date`, `verdict`, `rule` and `sample` with tabs between; \
                    `perennial explain` lists the verdicts";

/// Reads the table, where one is configured; with what the file says.
///
/// # Errors
/// When it cannot be read, a row is not understood, its verdict is no reason, or its sample does not show it.
pub fn read(path: Option<&Path>) -> Result<Option<(Arc<Table>, String)>, CliError> {
    let Some(path) = path else { return Ok(None) };
    let fault = |what: String| CliError::usage(format!("the signs of {}: {what}", path.display())).help(HELP);
    let size = std::fs::metadata(path).map_err(|error| unreadable(path, error))?.len();
    if size > MAX_FILE {
        return Err(fault(format!("a file of more than {MAX_FILE} bytes")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    let table = Table::parse(&text).map_err(|error| fault(error.to_string()))?;
    for row in table.rows() {
        let Some(reason) = Reason::parse(&row.verdict) else {
            let near = nearest(&row.verdict, Reason::ALL.iter().map(|reason| reason.code()));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(fault(format!("row `{}`: `{}` is no reason{near}", row.id, row.verdict)));
        };
        let Some(verdict) = judge(&table, &row.sample) else {
            return Err(fault(format!(
                "row `{}`: the sample is no answer such as `403 {{server: example}} <title>No</title>`",
                row.id
            )));
        };
        if verdict.marker.as_deref() != Some(row.id.as_str()) {
            let other = verdict.marker.map(|marker| format!(" by the sign `{marker}`"));
            let what = if verdict.reason == reason {
                let other = other.unwrap_or_else(|| " by a rule that is compiled in".to_owned());
                format!("its own sample is {reason}{other}, not by this row; see that its conditions hold there")
            } else {
                format!("its own sample is not {reason} but {}{}", verdict.reason, other.unwrap_or_default())
            };
            return Err(fault(format!("row `{}`: {what}", row.id)));
        }
    }
    Ok(Some((Arc::new(table), text)))
}

fn unreadable(path: &Path, error: std::io::Error) -> CliError {
    CliError::usage(format!("cannot read the signs of {}", path.display()))
        .because(error)
        .help("name the file with `own_signs` under [check]")
}

/// The verdict on a sample: `STATUS {header: value}... body`; `{url: ...}` is the address that answers.
fn judge(table: &Table, sample: &str) -> Option<Assessment> {
    let (status, mut rest) = sample.split_once(' ').unwrap_or((sample, ""));
    let status: u16 = status.parse().ok()?;
    let mut lines = Vec::new();
    while let Some((line, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        // A body may begin with a brace.
        let Some((name, value)) = line.split_once(": ").filter(|(name, _)| !name.contains('"')) else { break };
        lines.push((name.to_ascii_lowercase(), value));
        rest = after.trim_start();
    }
    let url = lines.iter().position(|(name, _)| name == "url").map(|at| lines.remove(at).1);
    let url = Url::parse(url.unwrap_or("http://example.org/a")).ok()?;
    if !lines.iter().any(|(name, _)| name == "content-type") {
        lines.push(("content-type".to_owned(), "text/html; charset=utf-8"));
    }
    let body = bytes::Bytes::copy_from_slice(rest.as_bytes());
    let answer = Answer { status, headers: lines.into_iter().collect(), body, truncated: false, body_fault: None };
    let scan = extract::scan(&Document {
        url: &url,
        content_type: answer.headers.get("content-type").as_deref(),
        headers: Some(&answer.headers),
        bytes: &answer.body,
        fragments: &[],
    });
    let hop =
        Hop { url: url.to_string(), status: Some(status), location: None, via: None, remote: None, elapsed_ms: 0 };
    let attempts = [Exchange { hops: vec![hop], ending: Ending::Answer(answer), elapsed: Duration::ZERO }];
    let facts = Facts { own_signs: Some(table), ..Facts::new(&url, &attempts, scan.page.as_ref()) };
    Some(classify::assess(&facts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Option<Arc<Table>>, CliError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("signs.tsv");
        std::fs::write(&path, text).expect("written");
        Ok(read(Some(&path))?.map(|(table, _)| table))
    }

    #[test]
    fn rows_that_hold_are_taken() {
        let text = "# our intranet\nour-gate\t2026-11\tlogin-wall\thead~staff only\t200 <title>Staff only</title><p>Sign in</p>\n\
                    our-shop\t2026-11\tparked-domain\theader:x-shop~closed\t200 {x-shop: closed} <title>Shop</title><p>Closed\n";
        let table = read_text(text).expect("sound").expect("a table");
        assert_eq!(table.rows().len(), 2);
        assert!(read(None).expect("none").is_none());
    }

    #[test]
    fn the_example_of_the_readme_holds() {
        let readme = include_str!("../../README.md");
        let row = readme.lines().find(|line| line.starts_with("members\t")).expect("an example");
        assert_eq!(read_text(row).expect("sound").expect("a table").rows().len(), 1);
    }

    #[test]
    fn what_does_not_hold_is_named() {
        let cases = [
            ("one\ttwo\n", "line 1: a row has five fields"),
            ("a\t2026-11\tlogin-wall\tcolour=red\t200 <p>x", "condition `colour=red` is not understood"),
            ("a\t2026-11\tlogin-wal\ttext~x\t200 <p>x", "`login-wal` is no reason; did you mean `login-wall`?"),
            ("a\t2026-11\tlogin-wall\ttext~staff\tyes <p>staff", "the sample is no answer"),
            (
                "a\t2026-11\tlogin-wall\ttext~staff\t200 <p>visitors welcome, all of them",
                "its own sample is not login-wall",
            ),
            (
                "a\t2026-11\tlogin-wall\thead~staff\t200 <title>Sign in</title><h1>Sign in</h1><input type='password'>",
                "its own sample is login-wall by a rule that is compiled in, not by this row",
            ),
            ("a\t2026-11\tparked-domain\ttext~staff\t404 <p>staff", "is not parked-domain but http-404"),
        ];
        for (text, needed) in cases {
            let error = read_text(text).expect_err("refused").to_string();
            assert!(error.contains(needed), "{error}");
            assert!(error.contains("signs.tsv"), "{error}");
        }
        assert!(read(Some(Path::new("/nowhere/signs.tsv"))).is_err());
    }
}
