//! What `-v` says on standard error.

use serde_json::json;

use crate::house::{outcome, perennial};
use crate::played::Played;

#[test]
fn every_request_is_logged_with_its_answer() {
    let web = Played::new(&[json!({"id": "a", "server": [
        {"host": "a.test", "path": "/robots.txt", "status": 404, "body": "none"},
        {"host": "a.test", "path": "/old", "status": 301, "headers": {"Location": "/new"}, "body": ""},
        {"host": "a.test", "path": "/new", "status": 200, "body": "twelve bytes"}]})]);
    let folder = web.desk("http://a.test/old\n", "requests_per_second = 100\nconfirm_after = '10ms'\n");
    let (_, _, err) = outcome(perennial().current_dir(&folder).args(["run", "-vv", "--no-color"]));
    for told in [
        "GET http://a.test/robots.txt: 404, 4 bytes, ",
        "GET http://a.test/old: 301 to \"/new\", 0 bytes, ",
        "GET http://a.test/new: 200, 12 bytes, ",
    ] {
        let line =
            err.lines().find(|line| line.contains(told)).unwrap_or_else(|| panic!("{told} is missing in\n{err}"));
        assert!(line.ends_with(" ms"), "{line}");
    }
    let (_, _, err) = outcome(perennial().current_dir(&folder).args(["run", "-v", "--refresh", "--no-color"]));
    assert!(err.contains("1 link on 1 host to visit") && !err.contains("GET "), "{err}");
}
