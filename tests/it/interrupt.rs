//! Ctrl-C: the first one finishes what is in flight and writes partial reports, the second one leaves at once.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::house::{perennial, write};

/// A run that has asked a server which does not answer yet.
struct Running {
    folder: TempDir,
    child: Child,
    errors: BufReader<std::process::ChildStderr>,
    asked: TcpStream,
}

impl Running {
    fn start() -> Self {
        let server = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = server.local_addr().expect("an address").port();
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder, "list.md", format!("- [A](http://127.0.0.1:{port}/a)\n- [B](http://127.0.0.1:{port}/b)\n"));
        write(
            &folder,
            "config.toml",
            "seeds = ['list.md']\n[network]\nallow_private_addresses = true\nfirst_byte_timeout = '1m'\nrequest_timeout = '1m'\n",
        );
        // assert_cmd's command cannot be spawned; what it would set is taken over.
        let prepared = perennial();
        let mut command = Command::new(prepared.get_program());
        for (name, value) in prepared.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command
            .args(["run", "--config", "config.toml"])
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        let (mut asked, _) = server.accept().expect("asked");
        let mut request = [0; 4];
        asked.read_exact(&mut request).expect("a request");
        assert_eq!(&request, b"GET ");
        Running { folder, child, errors, asked }
    }

    fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }

    fn next_message(&mut self) -> String {
        let mut line = String::new();
        self.errors.read_line(&mut line).expect("text");
        line
    }
}

#[test]
fn the_first_finishes_what_is_in_flight_and_writes_partial_reports() {
    let mut running = Running::start();
    running.interrupt();
    assert_eq!(running.next_message(), "finishing what is in flight; press Ctrl-C again to leave at once\n");
    running
        .asked
        .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .expect("still listening");
    let Running { folder, child, .. } = running;
    let output = child.wait_with_output().expect("ends");
    let summary = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "{summary}");
    assert!(summary.contains("PARTIAL"), "{summary}");
    let audit = std::fs::read_to_string(folder.path().join("reports/audit.json")).expect("an audit");
    let audit: serde_json::Value = serde_json::from_str(&audit).expect("JSON");
    assert_eq!(audit["run"]["partial"], "interrupted");
    assert_eq!(audit["links"].as_array().map(Vec::len), Some(2), "links that were not reached are listed too");
}

#[test]
fn a_ledger_that_is_deleted_meanwhile_is_written_again() {
    let mut running = Running::start();
    for file in ["", "-wal", "-shm", "-lock"] {
        std::fs::remove_file(running.folder.path().join(format!("perennial.ledger{file}"))).expect(file);
    }
    running.interrupt();
    running.next_message();
    running
        .asked
        .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .expect("still listening");
    let Running { folder, child, mut errors, .. } = running;
    let output = child.wait_with_output().expect("ends");
    let mut told = String::new();
    errors.read_to_string(&mut told).expect("text");
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("perennial.ledger was deleted while the run went on; it is written again"), "{told}");
    assert!(folder.path().join("reports/audit.json").exists() && folder.path().join("reports/compilation.md").exists());
    let again = perennial().current_dir(&folder).args(["report", "--config", "config.toml"]).output().expect("runs");
    assert_eq!(again.status.code(), Some(3), "{}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn the_second_leaves_at_once() {
    let mut running = Running::start();
    running.interrupt();
    running.next_message();
    running.interrupt();
    let Running { folder, mut child, asked, .. } = running;
    assert_eq!(child.wait().expect("ends").code(), Some(3));
    drop(asked);
    assert!(!folder.path().join("reports/audit.json").exists(), "there was no time for reports");
}
