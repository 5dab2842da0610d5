//! What would change in a file, as a unified diff that `patch -p1` and `git apply` take.

use std::io;

use similar::TextDiff;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// Writes the difference between what a file holds and what it will; nothing when there is none. The bytes are those of the
/// file, in its own encoding and with its byte order mark, or the patch would fit no file.
///
/// # Errors
/// Those of the writer.
pub fn write(name: &str, before: &[u8], after: &[u8], out: &mut dyn io::Write) -> io::Result<()> {
    if before == after {
        return Ok(());
    }
    let name = name.trim_start_matches("./").trim_start_matches('/');
    // Behind a name with blanks a tab says where it ends.
    let end = if name.contains(' ') { "\t" } else { "" };
    let [before, after] = [before, after].map(|side| side.split_inclusive(|&byte| byte == b'\n').collect::<Vec<_>>());
    let diff = TextDiff::configure().diff_slices(&before, &after);
    write!(out, "--- a/{name}{end}\n+++ b/{name}{end}\n")?;
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(out, "{}", hunk.header())?;
        for change in hunk.iter_changes() {
            write!(out, "{}", change.tag())?;
            out.write_all(change.value())?;
            if !change.value().ends_with(b"\n") {
                out.write_all(b"\n\\ No newline at end of file\n")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(before: &str, after: &str) -> String {
        let mut out = Vec::new();
        write("lists/a.md", before.as_bytes(), after.as_bytes(), &mut out).expect("a Vec takes everything");
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

    #[test]
    fn bytes_of_any_encoding_stay_and_a_name_with_blanks_ends_with_a_tab() {
        let mut out = Vec::new();
        write("my list.txt", b"\xEF\xBB\xBFcaf\xE9\ra\nold\n", b"\xEF\xBB\xBFcaf\xE9\ra\nnew\n", &mut out)
            .expect("written");
        let expected =
            b"--- a/my list.txt\t\n+++ b/my list.txt\t\n@@ -1,2 +1,2 @@\n \xEF\xBB\xBFcaf\xE9\ra\n-old\n+new\n";
        assert_eq!(out, expected);
    }
}
