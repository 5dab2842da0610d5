//! Pages that only lead on: refresh and stub scripts.

use std::sync::LazyLock;

use regex::Regex;

/// Longer scripts do more than lead on.
const LONGEST_STUB: usize = 6_000;

/// Reads the content of a refresh (HTML Standard, 4.2.5.3): seconds, and the target as written.
pub fn refresh(content: &str) -> Option<(f64, Option<String>)> {
    let content = content.trim_start();
    let digits = content.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(content.len());
    let seconds: f64 = match &content[..digits] {
        "" => return None,
        number => number.parse().unwrap_or(0.0),
    };
    let rest = content[digits..].trim_start().trim_start_matches([';', ',']).trim_start();
    if rest.is_empty() {
        return Some((seconds, None));
    }
    let target = match rest.get(..3) {
        Some(start) if start.eq_ignore_ascii_case("url") => {
            let after = rest[3..].trim_start();
            after.strip_prefix('=').map_or(rest, str::trim_start)
        }
        _ => rest,
    };
    let target = match target.chars().next() {
        Some(quote @ ('"' | '\'')) => target[1..].split(quote).next().unwrap_or_default(),
        _ => target,
    };
    let target = target.trim();
    Some((seconds, (!target.is_empty()).then(|| target.to_owned())))
}

/// Bytes of an address that a script may send the reader to.
const LONGEST_TARGET: usize = 2_000;

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static LOCATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?:^|[^\w.$])(?:(?:window|document|self|top|parent|this)\.)*location(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\(\s*)(?:"([^"\n]+)"|'([^'\n]+)')\s*(?:[;)}\n<]|$)"#,
    )
    .unwrap()
});

/// The address a script sends the reader to, where it stands as a literal.
pub fn location(script: &str) -> Option<String> {
    if script.len() > LONGEST_STUB || memchr::memmem::find(script.as_bytes(), b"location").is_none() {
        return None;
    }
    let captures = LOCATION.captures(script)?;
    // A bound in the pattern would multiply what it takes to compile it.
    let target = captures.get(1).or_else(|| captures.get(2)).map(|target| target.as_str());
    let target = target.filter(|target| target.len() <= LONGEST_TARGET)?;
    Some(target.replace("\\/", "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_is_read_in_all_its_spellings() {
        for (content, seconds, target) in [
            ("0; url=/new", 0.0, Some("/new")),
            ("5;URL='https://example.org/a b'", 5.0, Some("https://example.org/a b")),
            (" 0.5 , url = \"x\" y", 0.5, Some("x")),
            ("3", 3.0, None),
            ("0;/bare", 0.0, Some("/bare")),
            ("0;url", 0.0, Some("url")),
        ] {
            assert_eq!(refresh(content), Some((seconds, target.map(str::to_owned))), "{content}");
        }
        assert_eq!(refresh("soon; url=x"), None);
    }

    #[test]
    fn only_a_literal_address_is_a_stub() {
        for (script, target) in [
            ("window.location.href = \"https:\\/\\/example.org\\/new\";", Some("https://example.org/new")),
            ("location.replace('/a')", Some("/a")),
            ("top.location='b.html'", Some("b.html")),
            ("location.href = '/a' + id;", None),
            ("var mylocation = '/a';", None),
            ("document.write(location)", None),
        ] {
            assert_eq!(location(script).as_deref(), target, "{script}");
        }
    }
}
