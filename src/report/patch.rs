//! What would change in a file, as a unified diff that `patch -p1` and `git apply` take.

use std::io;

use similar::TextDiff;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the difference between two texts of one file; nothing when there is none.
///
/// # Errors
/// Those of the writer.
pub fn write(name: &str, before: &str, after: &str, out: &mut dyn io::Write) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let name = name.trim_start_matches("./").trim_start_matches('/');
    let diff = TextDiff::from_lines(before, after);
    let unified =
        diff.unified_diff().context_radius(CONTEXT).header(&format!("a/{name}"), &format!("b/{name}")).to_string();
    out.write_all(unified.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(before: &str, after: &str) -> String {
        let mut out = Vec::new();
        write("lists/a.md", before, after, &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_change_is_shown_with_its_surroundings() {
        let before = "1\n2\n3\n4\nold\n6\n";
        assert_eq!(
            patch(before, &before.replace("old", "new")),
            "--- a/lists/a.md\n+++ b/lists/a.md\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-old\n+new\n 6\n"
        );
        assert_eq!(patch(before, before), "");
    }

    #[test]
    fn line_ends_stay_as_they_are_and_a_missing_one_is_said() {
        let shown = patch("a\r\nold", "a\r\nnew");
        assert_eq!(
            shown,
            "--- a/lists/a.md\n+++ b/lists/a.md\n@@ -1,2 +1,2 @@\n a\r\n-old\n\\ No newline at end of file\n+new\n\\ No newline at end of file\n"
        );
    }
}
