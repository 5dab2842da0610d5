//! Chromium without a window, driven by its DevTools protocol over a loopback socket.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// What takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(60);

const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A width and a height.
#[derive(Clone, Copy)]
pub struct View {
    pub width: u32,
    pub height: u32,
}

/// What a reader prefers.
#[derive(Clone, Copy)]
pub enum Scheme {
    Light,
    Dark,
}

/// A browser of our own; it ends with the test.
pub struct Browser {
    process: Child,
    socket: WebSocket<TcpStream>,
    last: u64,
    /// What it told while something else was waited for.
    events: VecDeque<Value>,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Starts it; `None` where there is none and none is required.
    #[allow(clippy::print_stderr)] // whoever runs the tests is to know that nothing was looked at
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os("BROWSER_TEST").is_none_or(|value| value != "required"),
                "BROWSER_TEST=required, and there is none of {} on the path",
                NAMES.join(", ")
            );
            eprintln!("skipped: no Chromium on the path, so nothing was looked at");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        let mut lines = BufReader::new(process.stderr.take().expect("its messages")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("DevTools listening on ").map(|address| address.trim().to_owned()));
        let address = address.expect("the browser says where it listens");
        // It stops when nobody takes its messages.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.trim_start_matches("ws://").split('/').next().expect("a host").to_owned();
        let stream = TcpStream::connect(host).expect("the browser listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        let (socket, _) = tungstenite::client(address, stream).expect("a conversation");
        Some(Browser { process, socket, last: 0, events: VecDeque::new(), _profile: profile })
    }

    /// Opens a file.
    pub fn open(&mut self, file: &Path, view: View, scheme: Scheme) -> Page<'_> {
        self.open_at(file, "", view, scheme)
    }

    /// Opens a place in a file.
    pub fn open_at(&mut self, file: &Path, fragment: &str, view: View, scheme: Scheme) -> Page<'_> {
        let mut page = self.blank(view, scheme);
        page.go(file, fragment);
        page
    }

    /// Opens a file with scripting switched off.
    pub fn open_without_scripting(&mut self, file: &Path, view: View) -> Page<'_> {
        let mut page = self.blank(view, Scheme::Light);
        page.ask("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        page.go(file, "");
        page
    }

    fn blank(&mut self, view: View, scheme: Scheme) -> Page<'_> {
        self.events.clear();
        let target = self.ask(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session =
            self.ask(None, "Target.attachToTarget", attach)["sessionId"].as_str().expect("a session").to_owned();
        let mut page = Page { browser: self, session, view, complaints: Vec::new() };
        for domain in ["Page", "Runtime", "Log", "DOM"] {
            page.ask(&format!("{domain}.enable"), json!({}));
        }
        page.size(view.height);
        let scheme = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        page.ask("Emulation.setEmulatedMedia", json!({ "features": features }));
        page
    }

    fn ask(&mut self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).expect("the browser listens");
        loop {
            let answer = self.hear();
            if answer["id"] == json!(self.last) {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push_back(answer);
        }
    }

    fn hear(&mut self) -> Value {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).expect("JSON"),
                Ok(_) => {}
                // A signal to this process says nothing about the browser.
                Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => panic!("the browser answers in time: {error}"),
            }
        }
    }
}

fn program() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|program| program.is_file()))
}

/// One open page.
pub struct Page<'a> {
    browser: &'a mut Browser,
    session: String,
    view: View,
    complaints: Vec<String>,
}

impl Page<'_> {
    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.browser.ask(Some(&self.session), method, parameters)
    }

    fn size(&mut self, height: u32) {
        let size = json!({ "width": self.view.width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size);
    }

    fn go(&mut self, file: &Path, fragment: &str) {
        let address = url::Url::from_file_path(file).expect("an absolute path");
        let answer = self.ask("Page.navigate", json!({ "url": format!("{address}{fragment}") }));
        assert!(answer.get("errorText").is_none(), "{address}: {answer}");
        loop {
            let event = match self.browser.events.pop_front() {
                Some(event) => event,
                None => self.browser.hear(),
            };
            self.keep_complaint(&event);
            if event["method"] == "Page.loadEventFired" {
                return;
            }
        }
    }

    fn keep_complaint(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => self.complaints.push(parameters["exceptionDetails"].to_string()),
            Some("Log.entryAdded") => self.complaints.push(parameters["entry"]["text"].to_string()),
            Some("Runtime.consoleAPICalled") => self.complaints.push(parameters["args"].to_string()),
            _ => {}
        }
    }

    /// Everything the console has shown so far.
    pub fn complaints(&mut self) -> Vec<String> {
        // What it has to say comes before the answer to a question.
        self.ask("Runtime.evaluate", json!({ "expression": "0" }));
        while let Some(event) = self.browser.events.pop_front() {
            self.keep_complaint(&event);
        }
        self.complaints.clone()
    }

    /// What an expression comes to inside the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let answer = self.ask("Runtime.evaluate", json!({ "expression": expression, "returnByValue": true }));
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Presses and releases a key.
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            other => panic!("no key called {other}"),
        };
        let mut event = json!({ "type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if key == "Enter" {
            event["type"] = json!("keyDown");
            event["text"] = json!("\r");
        }
        self.ask("Input.dispatchKeyEvent", event);
        let event = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code });
        self.ask("Input.dispatchKeyEvent", event);
    }

    /// Types a text into what has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.ask("Input.insertText", json!({ "text": text }));
    }

    /// Shows the page as a printer gets it.
    pub fn print(&mut self) {
        self.ask("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    }

    /// How many elements match, counted without running anything in the page.
    pub fn count(&mut self, selector: &str) -> usize {
        let root = self.ask("DOM.getDocument", json!({ "depth": 0 }))["root"]["nodeId"].clone();
        let found = self.ask("DOM.querySelectorAll", json!({ "nodeId": root, "selector": selector }));
        found["nodeIds"].as_array().expect("a list").len()
    }

    /// Whether the first element that matches takes up any space.
    pub fn is_visible(&mut self, selector: &str) -> bool {
        let root = self.ask("DOM.getDocument", json!({ "depth": 0 }))["root"]["nodeId"].clone();
        let node = self.ask("DOM.querySelector", json!({ "nodeId": root, "selector": selector }))["nodeId"].clone();
        let ask = json!({ "nodeId": node });
        self.ask("CSS.enable", json!({}));
        let style = self.ask("CSS.getComputedStyleForNode", ask);
        let display = style["computedStyle"].as_array().expect("a style").iter().find(|rule| rule["name"] == "display");
        display.is_some_and(|rule| rule["value"] != "none")
    }

    /// Leaves a picture of the beginning of the page.
    pub fn picture(&mut self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
        std::fs::create_dir_all(&folder).expect("a folder");
        self.size(self.view.height * 2);
        let picture = self.ask("Page.captureScreenshot", json!({ "format": "png" }));
        self.size(self.view.height);
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().expect("a picture"));
        std::fs::write(folder.join(format!("{name}.png")), bytes.expect("base64")).expect("a file");
    }
}
