//! Which configuration file is used.

use std::path::{Path, PathBuf};

/// The name that is looked for.
const FILE_NAME: &str = "config.toml";

/// The nearest `config.toml` from a folder upward, as far as the root of the repository it is in. Outside a repository
/// only the folder itself counts: a file far above belongs to something else.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().position(|folder| folder.join(".git").exists()).unwrap_or(0);
    folder.ancestors().take(root + 1).map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_file_within_the_repository_is_used() {
        let outside = tempfile::tempdir().expect("a folder");
        let repository = outside.path().join("repository");
        let deep = repository.join("a/b");
        std::fs::create_dir_all(&deep).expect("made");
        std::fs::write(outside.path().join(FILE_NAME), "").expect("written");

        assert_eq!(nearest(&deep), None, "outside a repository nothing above is looked at");
        std::fs::create_dir(repository.join(".git")).expect("made");
        assert_eq!(nearest(&deep), None, "nothing above the root is looked at");
        std::fs::write(repository.join(FILE_NAME), "").expect("written");
        assert_eq!(nearest(&deep), Some(repository.join(FILE_NAME)));
        std::fs::write(repository.join("a").join(FILE_NAME), "").expect("written");
        assert_eq!(nearest(&deep), Some(repository.join("a").join(FILE_NAME)));
    }
}
