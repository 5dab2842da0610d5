use rusqlite::Connection;

use super::*;

#[test]
fn makes_its_folder_and_a_file_of_the_latest_format() {
    let place = Place::new();
    drop(place.open());
    let conn = Connection::open(&place.path).expect("a database");
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, schema::LATEST);
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "wal");
    let strict: i64 = conn
        .query_row("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(strict, 0, "every table is strict");
}

#[test]
fn leaves_nothing_beside_it_when_closed() {
    let place = Place::new();
    let mut ledger = place.open();
    begin(&mut ledger, day(1), &["https://example.org/"]);
    drop(ledger);
    let folder = place.path.parent().expect("a folder");
    let names: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["test.ledger"]);
}

#[test]
fn an_empty_file_becomes_a_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger");
    std::fs::write(&path, b"").expect("written");
    Ledger::open(&path).expect("a ledger");
    assert!(Ledger::read(&path).is_ok());
}

#[test]
fn refuses_a_file_of_another_kind_and_leaves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    let text = "not a database, but long enough to be looked at as one. ".repeat(100);
    std::fs::write(&path, &text).expect("written");
    assert!(matches!(Ledger::open(&path), Err(LedgerError::NotALedger { .. })));
    assert!(matches!(Ledger::read(&path), Err(LedgerError::NotALedger { .. })));
    assert_eq!(std::fs::read_to_string(&path).expect("read"), text);
    assert!(matches!(Ledger::open(folder.path()), Err(LedgerError::NotALedger { .. })));
}

#[test]
fn refuses_somebody_elses_database_and_leaves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    let conn = Connection::open(&path).expect("a database");
    conn.execute_batch("CREATE TABLE bookmark (url TEXT)").expect("a table");
    drop(conn);
    let before = std::fs::read(&path).expect("read");
    assert!(matches!(Ledger::open(&path), Err(LedgerError::NotALedger { .. })));
    assert_eq!(std::fs::read(&path).expect("read"), before);
}

#[test]
fn refuses_a_damaged_file_and_leaves_it() {
    let place = Place::new();
    let mut ledger = place.open();
    let urls: Vec<String> = (0..500).map(|n| format!("https://example.org/{n}")).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    begin(&mut ledger, day(1), &urls);
    drop(ledger);
    let whole = std::fs::read(&place.path).expect("read");

    let cut = &whole[..whole.len() / 2];
    std::fs::write(&place.path, cut).expect("written");
    let error = Ledger::open(&place.path).expect_err("a truncated file");
    assert!(matches!(error, LedgerError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("test.ledger"));
    assert!(error.help().contains("backup"));
    assert_eq!(std::fs::read(&place.path).expect("read"), cut);

    let mut torn = whole.clone();
    torn[4096..].fill(0xAA);
    std::fs::write(&place.path, &torn).expect("written");
    let audit = Ledger::read(&place.path).and_then(|ledger| ledger.audit(None).map(|_| ()));
    assert!(matches!(audit, Err(LedgerError::Corrupt { .. })), "{audit:?}");
}

#[test]
fn a_ledger_from_before_the_archive_was_counted_keeps_all_it_had() {
    let place = Place::new();
    let mut ledger = place.open();
    let links = [("https://a.example/", Reason::Http404), ("https://b.example/", Reason::TlsExpired)];
    let run = play(&mut ledger, day(1), &links);
    let before = ledger.audit(None).expect("an audit");
    drop(ledger);
    let conn = Connection::open(&place.path).expect("a database");
    conn.execute_batch(
        "ALTER TABLE run DROP COLUMN archive; DROP INDEX observation_remarkable; PRAGMA user_version = 5;",
    )
    .expect("an older format");
    drop(conn);
    assert_eq!(Ledger::read(&place.path).expect("brought up").audit(None).expect("an audit"), before);
    let mut ledger = place.open();
    ledger.add_archive_requests(run.id, 3).expect("counted");
    ledger.add_archive_requests(run.id, 2).expect("counted");
    assert_eq!(ledger.audit(None).expect("an audit").run.requests.archive, 5);
}

#[test]
fn refuses_a_later_format_and_leaves_it() {
    let place = Place::new();
    drop(place.open());
    let conn = Connection::open(&place.path).expect("a database");
    conn.pragma_update(None, "user_version", 99).expect("written");
    drop(conn);
    let before = std::fs::read(&place.path).expect("read");
    for error in [Ledger::open(&place.path), Ledger::read(&place.path)].map(|opened| opened.expect_err("too new")) {
        assert!(matches!(error, LedgerError::Newer { found: 99, known: schema::LATEST, .. }), "{error:?}");
    }
    assert_eq!(std::fs::read(&place.path).expect("read"), before);
}

#[test]
fn one_run_at_a_time_but_readers_any_time() {
    let place = Place::new();
    let mut first = place.open();
    begin(&mut first, day(1), &["https://example.org/"]);
    assert!(matches!(Ledger::open(&place.path), Err(LedgerError::Locked { .. })));
    let reader = Ledger::read(&place.path).expect("a reader");
    assert_eq!(reader.audit(None).expect("an audit").links.len(), 1);
    drop(first);
    Ledger::open(&place.path).expect("the lock is free again");
}

#[test]
fn a_lock_file_left_behind_locks_nobody_out() {
    let place = Place::new();
    drop(place.open());
    std::fs::write(place.path.with_file_name("test.ledger-lock"), b"").expect("written");
    Ledger::open(&place.path).expect("nobody holds it");
}

#[test]
fn nothing_to_read_is_said() {
    let place = Place::new();
    assert!(matches!(Ledger::read(&place.path), Err(LedgerError::Missing { .. })));
    assert!(!place.path.exists());
    drop(place.open());
    let empty = Ledger::read(&place.path).expect("a ledger without runs");
    assert!(matches!(empty.audit(None), Err(LedgerError::NoSuchRun { run: None, .. })));
    assert!(matches!(empty.audit(Some(7)), Err(LedgerError::NoSuchRun { run: Some(7), .. })));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("file"), b"").expect("written");
    let error = Ledger::open(&folder.path().join("file/ledger")).expect_err("no folder there");
    assert!(matches!(error, LedgerError::Io { .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_serves_readers_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mut ledger = place.open();
    play(&mut ledger, day(1), &[("https://example.org/", Reason::OkPlain)]);
    drop(ledger);
    let folder = place.path.parent().expect("a folder").to_owned();
    let set = |file: u32, dir: u32| {
        std::fs::set_permissions(&place.path, std::fs::Permissions::from_mode(file)).expect("set");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(dir)).expect("set");
    };
    set(0o444, 0o555);
    let writable_anyway = std::fs::write(folder.join("probe"), b"").is_ok();
    let opened = Ledger::open(&place.path);
    let read = Ledger::read(&place.path).and_then(|ledger| ledger.audit(None));
    set(0o644, 0o755);
    assert_eq!(read.expect("an audit").links.len(), 1);
    // The superuser may write everywhere.
    if !writable_anyway {
        assert!(matches!(opened, Err(LedgerError::ReadOnly { .. })), "{opened:?}");
    }
}
