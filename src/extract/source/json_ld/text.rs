//! JSON as pages really carry it: wrapped in comments, cut off, with line breaks inside its texts.

use serde_json::Value;

/// The values of a block: wrappers cut, control characters made blanks, trailing commas dropped.
pub(super) fn parse(block: &str) -> Vec<Value> {
    let text = unwrap(block);
    let mut values: Vec<Value> = read_all(text);
    if values.is_empty() {
        values = read_all(&repair(text));
    }
    if values.is_empty() && text.contains("&quot;") {
        values = read_all(&repair(&crate::html::decode_text(text)));
    }
    values
}

fn unwrap(block: &str) -> &str {
    let mut text = block.trim().trim_start_matches('\u{FEFF}');
    for (start, end) in [
        ("<!--", "-->"),
        ("//<![CDATA[", "//]]>"),
        ("<![CDATA[", "]]>"),
        ("/*<![CDATA[*/", "/*]]>*/"),
        ("/* <![CDATA[ */", "/* ]]> */"),
    ] {
        if let Some(inner) = text.strip_prefix(start) {
            let inner = inner.trim();
            text = inner.strip_suffix(end).unwrap_or(inner).trim();
        }
    }
    text.trim_end_matches(';')
}

/// Every value that stands one after the other, up to the first mistake.
fn read_all(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text)
        .into_iter::<Value>()
        .map_while(Result::ok)
        .filter(|value| value.is_object() || value.is_array())
        .take(50)
        .collect()
}

/// Makes blanks of control characters, drops commas before closing brackets, and doubles backslashes that escape nothing.
fn repair(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => {
                let next = chars.peek().copied().unwrap_or(' ');
                if matches!(next, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                    out.push('\\');
                    out.push(next);
                    chars.next();
                } else {
                    out.push_str("\\\\");
                }
            }
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            _ if c.is_control() => out.push(' '),
            '}' | ']' if !in_string => {
                let trimmed = out.trim_end().len();
                if out[..trimmed].ends_with(',') {
                    out.truncate(trimmed - 1);
                }
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
