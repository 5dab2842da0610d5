//! The JSON Schema (draft 2020-12) of `audit.json`, for those who read it.
//!
//! Further fields may come in later versions, so nothing forbids them here; the test below holds both sides to each other
//! field by field.

use serde_json::{Value, json};

use super::audit_json::SCHEMA;
use crate::model::hygiene::FlawKind;
use crate::model::{Reason, State};

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Audit of a list of resources by perennial",
        "type": "object",
        "required": ["schema", "run", "links", "removed", "hygiene", "notices"],
        "properties": {
            "schema": { "const": SCHEMA, "description": "Name and version; a change of meaning is a new version" },
            "run": run(),
            "links": {
                "description": "One record per distinct address as written, in the order of the seeds",
                "type": "array",
                "items": link(),
            },
            "removed": {
                "description": "Listed in the run before and no longer listed",
                "type": "array",
                "items": object("A link that is no longer listed", json!({
                    "url": text("The address as it was written"),
                    "state": or_null(state("Its last verdict")),
                })),
            },
            "hygiene": {
                "description": "What is untidy in the lists, links that work or not",
                "type": "array",
                "items": object("One such thing", json!({
                    "kind": one_of("What it is", &FlawKind::ALL.map(FlawKind::as_str)),
                    "subject": text("The address as written, or the markup at fault"),
                    "instead": or_null(text("What could stand there instead")),
                    "places": list("Where it stands", object("A place", json!({
                        "seed": text("The seed"),
                        "line": whole("1-based line"),
                        "text": or_null(text("What stands there, where it is not the subject itself")),
                    }))),
                })),
            },
            "notices": {
                "description": "Trouble with single items of input",
                "type": "array",
                "items": object("One of them", json!({
                    "seed": text("The seed it stands in"),
                    "line": or_null(whole("1-based line")),
                    "message": text("What is wrong and what became of it"),
                })),
            },
        },
    })
}

fn run() -> Value {
    let counts = State::ALL.iter().map(|state| (state.as_str().to_owned(), whole("Links in this state")));
    let mut counts: serde_json::Map<String, Value> = counts.collect();
    counts.insert("links".to_owned(), whole("Distinct addresses"));
    object(
        "Facts about the run",
        json!({
            "number": whole("Number of the run in its ledger, from 1"),
            "started": moment("When it began"),
            "finished": or_null(moment("When its last verdict was reached; null while it is not finished")),
            "previous": or_null(moment("When the finished run before it began")),
            "version": text("Version of the program"),
            "settings": or_null(text("Digest of the settings that decide verdicts: equal ones promise that links were judged alike; null where it is not known")),
            "partial": or_null(one_of(
                "Why the run does not speak for the whole list; null for a whole run",
                &["interrupted", "no-network", "unfinished"],
            )),
            "trouble": or_null(text("Why its failures speak of the network of the machine it ran on; they count against no link then")),
            "incidents": list("Hosts most of whose links failed alike; their links wait for a verdict", object("One of them", json!({
                "host": text("The host"),
                "what": text("How its links fail: a reason code, or a few words"),
                "failing": whole("Links that fail so"),
                "links": whole("Links of the host that were asked"),
                "runs": whole("Failing runs of the host so far"),
                "since": moment("The first of them"),
            }))),
            "seeds": list("The seeds, as they were named", object("A seed", json!({
                "seed": text("Path or address"),
                "format": text("Format it was read as"),
                "links": whole("Links listed in it"),
            }))),
            "counts": object("Links by state", Value::Object(counts)),
            "requests": object("Requests by purpose", json!({
                "links": whole("First requests for listed links, and the redirects they led to"),
                "robots": whole("For robots.txt"),
                "retries": whole("Second and later tries"),
                "probes": whole("For addresses that should not exist, and for front pages of sites with missing pages"),
                "lookups": whole("To directories that know more about a link (a video's, a document's), and through the second vantage point"),
                "extra": whole("Beyond one for each link and each robots.txt, redirects included: retries, probes and lookups"),
                "seeds": whole("For seeds that are live pages"),
                "archive": whole("To the archive, for copies of what is gone"),
            })),
        }),
    )
}

fn link() -> Value {
    object(
        "A link and its verdict",
        json!({
            "url": text("The address as written in the seed"),
            "canonical": text("One address for all its spellings; the address as written where it is none"),
            "state": state("The verdict"),
            "reason": reason("The rule that decided"),
            "confidence": one_of("How sure it is", &["low", "medium", "high", "certain"]),
            "http_status": or_null(whole("Status of the last answer")),
            "final_url": or_null(text("Where the redirects ended")),
            "title": or_null(text("Title found on the page")),
            "anchor": or_null(one_of(
                "What became of the fragment; null without one",
                &["found", "missing", "unverifiable"],
            )),
            "evidence": text("One sentence of facts that can be checked"),
            "also": list("Further reasons", reason("One of them")),
            "notes": list("What is true beside the verdict and never changes it", text("A code such as insecure-http")),
            "suggestions": list("Addresses that could replace the listed one", object("One of them", json!({
                "kind": one_of("Where it comes from", &["redirect", "archive", "repair"]),
                "url": text("The replacement"),
                "captured": or_null(moment("When an archived copy was made; null for anything else")),
                "title_matches": or_null(one_of(
                    "Whether an archived copy has the title last seen; null for anything else",
                    &["yes", "no", "unknown"],
                )),
            }))),
            "delta": or_null(one_of(
                "How it compares with the run before; null on a first run",
                &["new", "still", "recovered", "changed", "removed"],
            )),
            "previous": or_null(object("Verdict of the run before", json!({
                "state": state("The verdict then"),
                "reason": reason("The rule that decided then"),
            }))),
            "checked": or_null(moment("When the verdict was reached")),
            "last_ok": or_null(moment("When it was last seen alive")),
            "failing_since": or_null(moment("When the present series of failures began")),
            "strikes": or_null(object("The series of failing runs the verdict stands in", json!({
                "class": one_of(
                    "How long it must be: S2, two runs at least 20 hours apart; S3, three runs over at least seven days",
                    &["S2", "S3"],
                ),
                "count": whole("Failing runs so far; runs less than 20 hours apart are one"),
                "need": whole("Failing runs it takes to call the link dead, or a suspicion as sure as time can make it"),
            }))),
            "occurrences": list("Every mention in the seeds", object("A mention", json!({
                "seed": text("The seed"),
                "line": whole("1-based line"),
                "column": whole("1-based column"),
                "section": list("Headings around it, outermost first", text("A heading")),
                "title": or_null(text("Title the list gives it")),
            }))),
            "attempts": list("The tries of the check", object("A try", json!({
                "hops": list("Its requests, in order", object("A request", json!({
                    "url": text("The address asked"),
                    "status": or_null(whole("Status of the answer; null when none came")),
                    "location": or_null(text("Location as sent")),
                    "via": or_null(one_of(
                        "How it leads to the next one",
                        &["location", "refresh-header", "meta-refresh", "script"],
                    )),
                    "elapsed_ms": whole("Milliseconds to the first byte"),
                }))),
                "failure": or_null(text("Why it failed, as a code; null when an answer came")),
                "failure_detail": or_null(text("More about the failure")),
                "elapsed_ms": whole("Milliseconds spent asking"),
            }))),
        }),
    )
}

/// An object that has all of these fields, and maybe more.
fn object(description: &str, properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().map(|fields| fields.keys().collect()).unwrap_or_default();
    let required = json!(required);
    json!({ "description": description, "type": "object", "required": required, "properties": properties })
}

fn list(description: &str, items: Value) -> Value {
    json!({ "description": description, "type": "array", "items": items })
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn whole(description: &str) -> Value {
    json!({ "description": description, "type": "integer", "minimum": 0 })
}

fn moment(description: &str) -> Value {
    json!({ "description": description, "type": "string", "format": "date-time" })
}

fn one_of(description: &str, names: &[&str]) -> Value {
    json!({ "description": description, "type": "string", "enum": names })
}

fn state(description: &str) -> Value {
    one_of(description, &State::ALL.map(State::as_str))
}

/// Codes are not listed as the only ones possible: later versions of the program may know more.
fn reason(description: &str) -> Value {
    let codes: Vec<&str> = Reason::ALL.iter().map(|reason| reason.code()).collect();
    json!({ "description": description, "type": "string", "examples": codes })
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

#[cfg(test)]
mod tests {
    use super::super::{audit_json, sample};
    use super::*;

    /// Everything in which a value and a schema disagree, with its place. Stricter than JSON Schema: fields the schema does
    /// not know are faults too.
    fn faults(value: &Value, schema: &Value, place: &str, found: &mut Vec<String>) {
        if let Some(choices) = schema.get("anyOf").and_then(Value::as_array) {
            let tried = choices.iter().map(|choice| {
                let mut tried = Vec::new();
                faults(value, choice, place, &mut tried);
                tried
            });
            found.extend(tried.min_by_key(Vec::len).unwrap_or_default());
            return;
        }
        let fits = match schema.get("type").and_then(Value::as_str) {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("integer") => value.is_u64(),
            Some("null") => value.is_null(),
            _ => schema.get("const") == Some(value),
        };
        let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|names| names.contains(value));
        if !fits || !listed {
            found.push(format!("{place} is {value}"));
        }
        for item in value.as_array().into_iter().flatten() {
            faults(item, &schema["items"], &format!("{place}[]"), found);
        }
        let known = schema.get("properties").and_then(Value::as_object);
        for (key, field) in value.as_object().into_iter().flatten() {
            match known.and_then(|known| known.get(key)) {
                Some(schema) => faults(field, schema, &format!("{place}.{key}"), found),
                None => found.push(format!("{place}.{key} is not in the schema")),
            }
        }
        for key in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if value.get(key.as_str().unwrap_or_default()).is_none() {
                found.push(format!("{place}.{key} is missing"));
            }
        }
    }

    #[test]
    fn what_is_written_fits_the_schema_field_by_field() {
        for audit in [sample::audit(), sample::partial()] {
            let mut bytes = Vec::new();
            audit_json::write(&audit, &mut bytes).expect("a Vec takes everything");
            let written: Value = serde_json::from_slice(&bytes).expect("JSON");
            let mut found = Vec::new();
            faults(&written, &schema(), "audit", &mut found);
            assert!(found.is_empty(), "{found:#?}");
        }
    }

    #[test]
    fn the_test_itself_finds_faults() {
        let wrong = json!({ "schema": "other/1", "run": {}, "links": [{ "state": "fine" }], "removed": 1, "more": 2 });
        let mut found = Vec::new();
        faults(&wrong, &schema(), "audit", &mut found);
        for fault in ["audit.schema is", "audit.links[].state is", "audit.removed is", "audit.more is", "\"notices\""] {
            assert!(found.iter().any(|found| found.contains(fault)), "{fault} is not among {found:#?}");
        }
    }
}
