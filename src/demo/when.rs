//! The conditions a route is played under.

use super::wire::Head;

/// One condition; a route asks for all of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// The request is exactly this one of its path in this run, from 1.
    Nth(u64),
    /// It is this one or a later one.
    NthOnwards(u64),
    Method(String),
    AgentContains(String),
    AgentLacks(String),
    Header {
        name: String,
        containing: Option<String>,
    },
    NoHeader(String),
    Cookie(String),
    NoCookie(String),
    Secure(bool),
    Run(u32),
}

/// Conditions joined by `&`.
pub(super) fn parse(when: &str) -> Result<Vec<Condition>, String> {
    when.split('&')
        .map(str::trim)
        .filter(|text| !text.is_empty() && *text != "any")
        .map(|text| condition(text).ok_or_else(|| text.to_owned()))
        .collect()
}

fn condition(text: &str) -> Option<Condition> {
    let (kind, value) = text.split_once(':')?;
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    Some(match kind {
        "nth" => match value.strip_suffix('+') {
            Some(number) => Condition::NthOnwards(number.parse().ok()?),
            None => Condition::Nth(value.parse().ok()?),
        },
        "method" => Condition::Method(lower),
        "ua-contains" => Condition::AgentContains(lower),
        "ua-not-contains" => Condition::AgentLacks(lower),
        "header" => match lower.split_once('~') {
            Some((name, part)) => Condition::Header { name: name.to_owned(), containing: Some(part.to_owned()) },
            None => Condition::Header { name: lower, containing: None },
        },
        "no-header" => Condition::NoHeader(lower),
        "cookie" => Condition::Cookie(lower),
        "no-cookie" => Condition::NoCookie(lower),
        "scheme" => Condition::Secure(match lower.as_str() {
            "http" => false,
            "https" => true,
            _ => return None,
        }),
        "run" => Condition::Run(value.parse().ok()?),
        _ => return None,
    })
}

impl Condition {
    /// Whether it holds for the `nth` request to its path in this run.
    pub(super) fn holds(&self, head: &Head, secure: bool, run: u32, nth: u64) -> bool {
        match self {
            Condition::Nth(number) => nth == *number,
            Condition::NthOnwards(number) => nth >= *number,
            Condition::Method(method) => head.method.eq_ignore_ascii_case(method),
            Condition::AgentContains(part) => agent(head).contains(part),
            Condition::AgentLacks(part) => !agent(head).contains(part),
            Condition::Header { name, containing } => head
                .all(name)
                .any(|value| containing.as_ref().is_none_or(|part| value.to_ascii_lowercase().contains(part))),
            Condition::NoHeader(name) => head.get(name).is_none(),
            Condition::Cookie(name) => has_cookie(head, name),
            Condition::NoCookie(name) => !has_cookie(head, name),
            Condition::Secure(wanted) => *wanted == secure,
            Condition::Run(number) => run == *number,
        }
    }

    /// Whether it can hold in this run at all.
    pub(super) fn possible_in(&self, run: u32) -> bool {
        !matches!(self, Condition::Run(number) if *number != run)
    }
}

fn agent(head: &Head) -> String {
    head.get("user-agent").unwrap_or_default().to_ascii_lowercase()
}

fn has_cookie(head: &Head, wanted: &str) -> bool {
    head.all("cookie")
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split('=').next())
        .any(|name| name.trim().eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::parse(text.as_bytes()).expect("a request")
    }

    fn holds(when: &str, request: &str, secure: bool, run: u32, nth: u64) -> bool {
        parse(when).expect("conditions").iter().all(|condition| condition.holds(&head(request), secure, run, nth))
    }

    const REQUEST: &str =
        "GET /a HTTP/1.1\r\nHost: a.test\r\nUser-Agent: Perennial/1\r\nCookie: a=1; sid=2\r\nX-One: Two\r\n\r\n";

    #[test]
    fn each_condition_tells_requests_apart() {
        for (when, expected) in [
            ("any", true),
            ("method:get", true),
            ("method:HEAD", false),
            ("ua-contains:PERENNIAL", true),
            ("ua-not-contains:mozilla", true),
            ("ua-contains:mozilla", false),
            ("header:x-one", true),
            ("header:X-One~tw", true),
            ("header:X-One~three", false),
            ("header:Range", false),
            ("no-header:Range", true),
            ("cookie:sid", true),
            ("no-cookie:sid", false),
            ("no-cookie:other", true),
            ("scheme:https", true),
            ("scheme:http", false),
            ("run:2", true),
            ("run:3", false),
            ("nth:4", true),
            ("nth:3", false),
            ("nth:3+", true),
            ("nth:5+", false),
            ("nth:4&cookie:sid&run:2", true),
            ("nth:4&cookie:sid&run:1", false),
        ] {
            assert_eq!(holds(when, REQUEST, true, 2, 4), expected, "{when}");
        }
    }

    #[test]
    fn unknown_conditions_are_named() {
        assert_eq!(parse("any&moon:full"), Err("moon:full".to_owned()));
        assert_eq!(parse("nth:x"), Err("nth:x".to_owned()));
        assert_eq!(parse("scheme:ftp"), Err("scheme:ftp".to_owned()));
    }
}
