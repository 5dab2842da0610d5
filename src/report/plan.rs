//! `perennial plan` in words and as JSON: requests per host, and how long politeness makes the run last.

use std::io;

use serde::Serialize;

use super::escape;
use super::screen::{Look, Screen, fit};
use super::terminal::Layout;
use super::words::{count, span, thousands};
use crate::model::plan::{HostPlan, Plan};

/// Prints the plan: the hosts that last longest first.
///
/// # Errors
/// Those of the writer.
pub fn write(plan: &Plan, layout: &Layout, out: &mut dyn io::Write) -> io::Result<()> {
    let mut screen = Screen::new(out, layout.width, layout.colour);
    let lists = count(plan.seeds, "list");
    let text = format!("{} at {} in {lists}.", count(plan.links, "address"), count(plan.mentions, "place"));
    screen.wrapped(&text, 0, 0, Look::Plain)?;
    let hosts_asked = plan.hosts.iter().filter(|host| host.requests > 0).count();
    let mut asked = format!("{} to {}", count(plan.requests(), "request"), count(hosts_asked, "host"));
    if plan.fresh > 0 {
        asked.push_str(&format!("; {} not due yet", thousands(plan.fresh)));
    }
    if plan.held > 0 {
        asked.push_str(&format!("; {} at hosts that asked to be left alone", thousands(plan.held)));
    }
    if plan.files > 0 {
        let files = count(plan.files, "file");
        asked.push_str(&format!("; {files} looked for on this machine"));
    }
    if plan.left_out > 0 {
        asked.push_str(&format!("; {} left out", thousands(plan.left_out)));
    }
    screen.wrapped(&format!("{asked}. Redirects and second tries are extra."), 0, 0, Look::Plain)?;
    screen.wrapped(&format!("Politeness makes the run last at least {}.", span(plan.lasts())), 0, 0, Look::Strong)?;
    if !plan.hosts.is_empty() {
        hosts(plan, layout, &mut screen)?;
    }
    for notice in plan.notices.iter().take(layout.shown) {
        screen.wrapped(&format!("note: {}", escape::terminal(&notice.to_string())), 0, 6, Look::Dim)?;
    }
    if plan.notices.len() > layout.shown {
        screen.wrapped(&format!("and {} more notes", thousands(plan.notices.len() - layout.shown)), 0, 0, Look::Dim)?;
    }
    Ok(())
}

fn hosts(plan: &Plan, layout: &Layout, screen: &mut Screen<'_>) -> io::Result<()> {
    let mut hosts: Vec<&HostPlan> = plan.hosts.iter().collect();
    hosts.sort_by(|a, b| b.lasts.cmp(&a.lasts).then(b.requests.cmp(&a.requests)).then(a.host.cmp(&b.host)));
    let room = screen.width.saturating_sub(38).max(12);
    screen.blank()?;
    let header = format!("{:<room$} {:>8}  {:>10}  {:>12}", "host", "requests", "one every", "lasts");
    screen.cut(&header, 2, Look::Strong)?;
    for host in hosts.iter().take(layout.shown) {
        let name = fit(&escape::terminal(&host.host), room);
        let pad = room.saturating_sub(unicode_width::UnicodeWidthStr::width(name.as_str()));
        let requests = thousands(host.requests + host.overhead);
        let line =
            format!("{name}{} {requests:>8}  {:>10}  {:>12}", " ".repeat(pad), span(host.spacing), span(host.lasts));
        screen.cut(line.trim_end(), 2, Look::Plain)?;
        if let Some(because) = &host.because {
            screen.cut(&escape::terminal(because), 6, Look::Dim)?;
        }
    }
    if hosts.len() > layout.shown {
        let left = count(hosts.len() - layout.shown, "host");
        screen.wrapped(&format!("... and {left} more"), 2, 2, Look::Plain)?;
    }
    Ok(())
}

/// Name and version of the JSON form.
pub const SCHEMA: &str = "perennial.plan/1";

/// Writes the plan as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Json<'a> {
        schema: &'a str,
        seeds: usize,
        mentions: usize,
        links: usize,
        fresh: usize,
        files: usize,
        left_out: usize,
        held: usize,
        requests: usize,
        seconds: f64,
        hosts: Vec<Host<'a>>,
    }
    #[derive(Serialize)]
    struct Host<'a> {
        host: &'a str,
        requests: usize,
        overhead: usize,
        spacing_seconds: f64,
        seconds: f64,
        because: Option<&'a str>,
    }
    fn host(host: &HostPlan) -> Host<'_> {
        Host {
            host: &host.host,
            requests: host.requests,
            overhead: host.overhead,
            spacing_seconds: host.spacing.as_secs_f64(),
            seconds: host.lasts.as_secs_f64(),
            because: host.because.as_deref(),
        }
    }
    let json = Json {
        schema: SCHEMA,
        seeds: plan.seeds,
        mentions: plan.mentions,
        links: plan.links,
        fresh: plan.fresh,
        files: plan.files,
        left_out: plan.left_out,
        held: plan.held,
        requests: plan.requests(),
        seconds: plan.lasts().as_secs_f64(),
        hosts: plan.hosts.iter().map(host).collect(),
    };
    escape::json(out, &json)?;
    out.write_all(b"\n")
}
