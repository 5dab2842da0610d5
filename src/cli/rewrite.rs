//! A file takes new contents in one step, or stays as it is.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::error::CliError;

/// Puts new bytes into a file in place of those that were read from it: at once, with its permissions, and only if it
/// still holds what was read. A symbolic link stays one; what it leads to is rewritten.
///
/// # Errors
/// When it changed since, may not be written, or its folder may not.
pub(super) fn rewrite(name: &str, path: &Path, read: &[u8], bytes: &[u8]) -> Result<(), CliError> {
    let failed = |what: &str, error: std::io::Error| {
        CliError::failure(format!("cannot {what} {name}")).because(error).help("the file is as it was")
    };
    let path = fs::canonicalize(path).map_err(|error| failed("find", error))?;
    let permissions = fs::metadata(&path).map_err(|error| failed("read", error))?.permissions();
    if permissions.readonly() {
        return Err(
            CliError::failure(format!("{name} is read-only")).help("make it writable, or apply the patch by hand")
        );
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut fresh = tempfile::Builder::new()
        .prefix(".perennial-")
        .tempfile_in(folder)
        .map_err(|error| failed("write beside", error))?;
    fresh.write_all(bytes).map_err(|error| failed("write", error))?;
    fresh.as_file().set_permissions(permissions).map_err(|error| failed("keep the permissions of", error))?;
    fresh.as_file().sync_all().map_err(|error| failed("write", error))?;
    // The last look before the step: whoever saved it meanwhile would lose their work.
    if fs::read(&path).map_err(|error| failed("read", error))? != read {
        return Err(CliError::failure(format!("{name} changed while it was being repaired"))
            .help("nothing was written to it; run the command again"));
    }
    fresh.persist(&path).map(drop).map_err(|error| failed("replace", error.error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_contents_come_with_the_old_permissions() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.md");
        fs::write(&path, "old").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        }
        rewrite("list.md", &path, b"old", b"new").expect("rewritten");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.md");
        fs::write(&path, "somebody else's").expect("written");
        let error = rewrite("list.md", &path, b"old", b"new").expect_err("refused");
        assert!(error.to_string().contains("changed while"), "{error}");
        assert_eq!(fs::read(&path).expect("read"), b"somebody else's");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_stays_one_and_a_read_only_file_as_it_is() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("list.md"), folder.path().join("link.md"));
        fs::write(&path, "old").expect("written");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        rewrite("link.md", &link, b"old", b"new").expect("rewritten");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read(&path).expect("read"), b"new");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
        assert!(rewrite("list.md", &path, b"new", b"newer").is_err());
        assert_eq!(fs::read(&path).expect("read"), b"new");
    }
}
