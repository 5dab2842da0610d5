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

/// Places of a script that are looked at: what assigns an address more often does more than lead on.
const MOST_PLACES: usize = 8;

/// Bytes of an address that a script may send the reader to.
const LONGEST_TARGET: usize = 2_000;

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static LOCATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?:^|[^\w.$])(?:(?:window|document|self|top|parent|this)\.)*location(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\(\s*)(?:"([^"\n]+)"|'([^'\n]+)')(?:\s*\+\s*(?:window\.)?location\.hash)?\s*(?:[;)}\n<]|$)"#,
    )
    .unwrap()
});

/// The address a script sends the reader to as soon as it runs, where it stands as a literal, be it with the fragment that the
/// reader came with. What waits for a click or for a
/// condition leads nobody away.
pub fn location(script: &str) -> Option<String> {
    if script.len() > LONGEST_STUB || memchr::memmem::find(script.as_bytes(), b"location").is_none() {
        return None;
    }
    LOCATION.captures_iter(script).take(MOST_PLACES).find_map(|captures| {
        let found = captures.get(0)?;
        // What stands before the statement may belong to it: a bracket, the end of the statement before.
        let before = found.as_str().chars().next().filter(|c| !c.is_alphanumeric()).map_or(0, char::len_utf8);
        // A bound in the pattern would multiply what it takes to compile it.
        let target = captures.get(1).or_else(|| captures.get(2)).map(|target| target.as_str());
        let target = target.filter(|target| target.len() <= LONGEST_TARGET)?;
        runs_at_once(&script[..found.start() + before]).then(|| target.replace("\\/", "/"))
    })
}

/// Whether a statement behind such a beginning of a script runs whenever the script does: it is no part of a comment or a text,
/// waits for no condition, and stands in no function but one that is called at once or when the page is there.
fn runs_at_once(script: &str) -> bool {
    let mut openers = Vec::new();
    let mut statement = 0;
    let mut at = 0;
    while let Some(c) = script[at..].chars().next() {
        let behind = at + c.len_utf8();
        let rest = &script[behind..];
        let end = match c {
            '"' | '\'' | '`' => end_of_text(rest, c),
            '/' if rest.starts_with('/') => rest.find('\n'),
            '/' if rest.starts_with('*') => rest[1..].find("*/").map(|end| end + 3),
            '{' => {
                openers.push(&script[statement..at]);
                statement = behind;
                Some(0)
            }
            '}' => {
                openers.pop();
                statement = behind;
                Some(0)
            }
            ';' => {
                statement = behind;
                Some(0)
            }
            _ => Some(0),
        };
        let Some(end) = end else { return false };
        at = behind + end;
    }
    openers.into_iter().all(opens_at_once) && stands_alone(&script[statement..])
}

/// Where a text in a script ends, its quotation mark included.
fn end_of_text(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Whether a block is entered whenever the script runs, by what stands before its bracket.
fn opens_at_once(opener: &str) -> bool {
    const CALLED: &[&str] = &["(function", "!function", "(()=>", "(async", "$(function", "jquery(function"];
    const WAITING: &[&str] =
        &["settimeout(", "onload=", ".ready(", "('load'", "(\"load\"", "'domcontentloaded'", "\"domcontentloaded\""];
    let opener: String = opener.to_ascii_lowercase().split_whitespace().collect();
    matches!(opener.as_str(), "" | "try")
        || CALLED.iter().any(|called| opener.starts_with(called))
        || (!opener.starts_with("if(") && WAITING.iter().any(|waiting| opener.contains(waiting)))
}

/// Whether a statement begins behind such a text, and depends on no condition before it.
fn stands_alone(before: &str) -> bool {
    let (lines, own) = before.rsplit_once('\n').unwrap_or(("", before));
    let led = lines.trim_end().ends_with([')', ',', '?', ':', '&', '|', '=']) || lines.trim_end().ends_with("else");
    let own: String = own.to_ascii_lowercase().split_whitespace().collect();
    !led && (own.is_empty() || own.ends_with("settimeout(()=>") || own == "return")
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
            ("window.location.replace(\"latest/index.html\" + window.location.hash)", Some("latest/index.html")),
            ("top.location='b.html'", Some("b.html")),
            ("location.href = '/a' + id;", None),
            ("var mylocation = '/a';", None),
            ("document.write(location)", None),
            ("<!--\nlocation = '/a';\n//-->", Some("/a")),
            ("var x = \"it's\"; // on\nwindow.location.replace(\"/a\");", Some("/a")),
            ("(function () { try { top.location = '/a' } catch (e) {} })();", Some("/a")),
            ("setTimeout(function(){ location.href = '/a' }, 500)", Some("/a")),
            ("setTimeout(() => location.assign('/a'), 500)", Some("/a")),
            ("window.onload = function() { location = '/a'; }", Some("/a")),
            ("function go() { location.href = '/cart'; }", None),
            ("$('#x').click(function(){ location.href = '/cart'; })", None),
            ("/* location.href='/old'; */ var a = 1;", None),
            ("// location.href='/old'\nvar a = 1;", None),
            ("if (top != self) { top.location.href='/other'; }", None),
            ("if(/Mobi/.test(navigator.userAgent))\n  window.location='/m';", None),
            ("if(!window.Promise){location.href=\"/old-browser\"}", None),
            ("var text = 'say: location = \"/a\";'", None),
        ] {
            assert_eq!(location(script).as_deref(), target, "{script}");
        }
        let busy = "if (x) { location = '/m'; }".repeat(MOST_PLACES) + "location = '/a';";
        assert_eq!(location(&busy), None, "it does more than lead on");
    }
}
