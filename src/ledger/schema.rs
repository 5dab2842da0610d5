//! The tables, and the way from an older format to the present one.

use rusqlite::{Connection, Transaction};

/// Marks the file as a ledger ("pern" in ASCII): `PRAGMA application_id`.
pub(super) const APPLICATION_ID: i64 = 0x7065_726e;

/// One script per format; the n-th leads from format n-1 to format n. A published script is never changed.
const MIGRATIONS: &[&str] = &[V1, V2, V3, V4, V5, V6, V7];

/// The latest format: `PRAGMA user_version`.
pub(super) const LATEST: i64 = MIGRATIONS.len() as i64;

// Relations are kept by the code: enforcing them costs a look-up per inserted link, and rows only ever go together.
const V1: &str = "
-- What a set of seeds says; runs over unchanged seeds share one.
CREATE TABLE listing (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,           -- of everything the seeds are read from
    complete INTEGER NOT NULL DEFAULT 0,
    first INTEGER,                  -- its occurrences are first..=last
    last INTEGER
) STRICT;

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    listing_id INTEGER,
    digest BLOB NOT NULL,
    started INTEGER NOT NULL,       -- all times: milliseconds since 1970-01-01 UTC
    touched INTEGER,
    finished INTEGER,
    version TEXT NOT NULL,
    partial TEXT,
    links INTEGER NOT NULL DEFAULT 0,
    robots INTEGER NOT NULL DEFAULT 0,
    retries INTEGER NOT NULL DEFAULT 0,
    probes INTEGER NOT NULL DEFAULT 0,
    seeds INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE seed (
    id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL DEFAULT '',
    title TEXT,
    links INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE notice (
    id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL,
    seed TEXT NOT NULL,
    line INTEGER,
    message TEXT NOT NULL
) STRICT;

CREATE TABLE section (
    id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL,
    path TEXT NOT NULL              -- JSON array, outermost heading first
) STRICT;

-- One resource per row; rows are only ever added.
CREATE TABLE url (
    id INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,        -- unique, kept so by the writer
    first_seen INTEGER NOT NULL
) STRICT;

-- One mention of a resource; ids ascend in seed order.
CREATE TABLE occurrence (
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL,
    seed_id INTEGER NOT NULL,
    section_id INTEGER,
    line INTEGER NOT NULL,
    col INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    href TEXT,                      -- as written; absent when it equals the canonical address
    fragment TEXT,
    fault TEXT,                     -- why it is no address
    title TEXT,
    annotation TEXT,
    parent_title TEXT,
    fields TEXT                     -- JSON array of pairs
) STRICT;
CREATE INDEX occurrence_url ON occurrence (url_id);

-- One dated verdict on one resource, as published, with what led to it.
CREATE TABLE observation (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL,
    url_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    confidence TEXT NOT NULL,
    evidence TEXT NOT NULL,
    http_status INTEGER,
    final_url TEXT,                 -- empty when it equals the canonical address
    title TEXT,
    media_type TEXT,
    requests INTEGER NOT NULL,
    healthy INTEGER NOT NULL,       -- alive, and so is every place its mentions ask for
    last_ok INTEGER,
    failing_since INTEGER,
    strike_family TEXT,
    strike_class TEXT,
    strike_count INTEGER NOT NULL DEFAULT 0,
    strike_need INTEGER NOT NULL DEFAULT 0,
    strike_first INTEGER,
    strike_last INTEGER,
    detail TEXT,                    -- JSON: side notes, suggestions, verdicts by fragment, what was seen before strikes
    attempts TEXT                   -- JSON: every try, hop by hop
) STRICT;
CREATE INDEX observation_url ON observation (url_id, run_id, at, healthy);

-- What the last visit that saw a resource's own content found.
CREATE TABLE good (
    url_id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    final_url TEXT,
    fingerprint TEXT,               -- JSON
    metadata TEXT,                  -- JSON
    etag TEXT,
    last_modified TEXT
) STRICT;

CREATE TABLE host (
    host TEXT PRIMARY KEY,
    hold_until INTEGER,             -- it asked to be left alone until then
    incident_at INTEGER,
    incident TEXT
) STRICT;

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    fetched INTEGER NOT NULL,
    content TEXT NOT NULL           -- as the engine wrote it
) STRICT;

-- How hosts answer for addresses that should not exist.
CREATE TABLE probe (
    scope TEXT PRIMARY KEY,         -- host, folder and kind of file
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL
) STRICT;

-- For people with a SQLite shell: the latest verdict on every resource, times in RFC 3339.
CREATE VIEW latest AS
    SELECT url.canonical AS url, o.state, o.reason, o.confidence, o.evidence, o.http_status,
        CASE o.final_url WHEN '' THEN url.canonical ELSE o.final_url END AS final_url, o.title,
        strftime('%Y-%m-%dT%H:%M:%SZ', o.at / 1000, 'unixepoch') AS checked,
        strftime('%Y-%m-%dT%H:%M:%SZ', o.last_ok / 1000, 'unixepoch') AS last_ok,
        strftime('%Y-%m-%dT%H:%M:%SZ', o.failing_since / 1000, 'unixepoch') AS failing_since,
        o.strike_count AS strikes, o.run_id AS run
    FROM url JOIN observation o ON o.id =
        (SELECT id FROM observation WHERE url_id = url.id ORDER BY run_id DESC LIMIT 1);
";

// What a visit that saw the resource's own content found of its edition: JSON, its title left out.
const V2: &str = "ALTER TABLE observation ADD COLUMN edition TEXT;";

const V3: &str = "
-- What an archive has of a resource.
CREATE TABLE memento (
    url_id INTEGER PRIMARY KEY,
    asked INTEGER NOT NULL,         -- when the archive was asked
    outcome TEXT NOT NULL,          -- found, none, trouble
    address TEXT,                   -- of the copy
    captured INTEGER,               -- when it was made
    title TEXT,                     -- whether it has the title last seen: yes, no, unknown
    digest TEXT                     -- of its content, as the archive tells it
) STRICT;

-- What is odd about how a seed writes its links.
CREATE TABLE flaw (
    id INTEGER PRIMARY KEY,
    listing_id INTEGER NOT NULL,
    seed TEXT NOT NULL,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    excerpt TEXT NOT NULL
) STRICT;
";

const V4: &str = "
-- Mentions that a rule leaves out of the check: the reason's code, and the rule in words.
ALTER TABLE occurrence ADD COLUMN left_out TEXT;
ALTER TABLE occurrence ADD COLUMN left_out_by TEXT;
";

// What a run's verdicts, weighed against each other, say about hosts and about this machine.
const V5: &str = "
ALTER TABLE run ADD COLUMN settled INTEGER;     -- when its verdicts were weighed against each other
ALTER TABLE run ADD COLUMN trouble TEXT;        -- why its failures speak of this machine's network
ALTER TABLE run ADD COLUMN lookups INTEGER NOT NULL DEFAULT 0;
UPDATE run SET settled = coalesce(finished, touched, started);

-- A series of runs in which most links of a host failed alike, by the run that saw it; a count of 0 ends it.
CREATE TABLE incident (
    run_id INTEGER NOT NULL,
    host TEXT NOT NULL,
    what TEXT NOT NULL,
    failing INTEGER NOT NULL,
    links INTEGER NOT NULL,
    count INTEGER NOT NULL,         -- failing runs of the host
    first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_host ON incident (host, run_id);
CREATE INDEX incident_run ON incident (run_id);

-- What answers elsewhere and not here: a host or one address, and when that was seen last.
CREATE TABLE vantage (
    scope TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;
";

// Requests to the archive, for copies of what is gone.
const V6: &str = "ALTER TABLE run ADD COLUMN archive INTEGER NOT NULL DEFAULT 0;";

// Most of what a run sees is plainly alive where it is listed. The end of a run asks for the rest.
const V7: &str = "
CREATE INDEX observation_remarkable ON observation (run_id, url_id) WHERE NOT healthy OR final_url <> '';
";

/// Format of an opened file; 0 for an empty one.
pub(super) fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a file of an older format, or an empty one, to the latest. All or nothing.
pub(super) fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for (script, format) in MIGRATIONS.iter().zip(1..).filter(|(_, format)| *format > found) {
        transaction.execute_batch(script)?;
        mark(&transaction, format)?;
    }
    transaction.commit()
}

fn mark(transaction: &Transaction<'_>, format: i64) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", format)
}
