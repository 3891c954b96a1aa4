//! Whether a name is still read somewhere in the repository: a whole-word search over the new tree, for keys of settings
//! that went. Only names that can hardly mean something else are looked for, and only in what is shipped; a repository
//! that is too large to search answers "no", because a rule must be sure.

use crate::input::Snapshot;
use crate::limits;
use crate::location::RepoPath;
use crate::roles::{Role, roles};

/// True if a shipped file other than `except` holds `name` as a whole word.
pub(super) fn is_read(tree: &Snapshot, name: &str, except: &RepoPath) -> bool {
    if !is_telling(name) || tree.entries().len() > limits::KEY_SEARCH_FILES_MAX {
        return false;
    }
    let shipped = |path: &RepoPath| {
        let roles = roles(path, &[]);
        roles.is_production() && !roles.contains(Role::Documentation)
    };
    let entries =
        tree.entries().iter().filter(|entry| entry.mode.is_file() && entry.path != *except && shipped(&entry.path));
    let finder = memchr::memmem::Finder::new(name.as_bytes());
    let mut left = limits::KEY_SEARCH_BYTES_MAX;
    for entry in entries {
        let Ok(text) = tree.blob(entry) else { continue };
        left = left.saturating_sub(text.len());
        if left == 0 {
            return false;
        }
        if finder.find_iter(&text).any(|at| is_whole(&text, at, name.len())) {
            return true;
        }
    }
    false
}

/// Long, or made of several words: `node_role`, `maxRetries`, `schedulerName`.
fn is_telling(name: &str) -> bool {
    let parts = crate::zones::words(name).len();
    name.len() >= 6 && (parts > 1 || name.len() >= 12)
}

fn is_whole(text: &[u8], at: usize, length: usize) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    !word(at.checked_sub(1).and_then(|before| text.get(before))) && !word(text.get(at + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_telling_names_in_other_files_count() {
        let tree =
            Snapshot::in_memory([("config/a.yaml", "node_role: x"), ("src/a.py", "labels[\"node_role\"]\nmy_zone_b")]);
        let read = |name: &str| is_read(&tree, name, &"config/a.yaml".into());
        assert!(read("node_role"));
        assert!(!read("zone_b") && !read("labels") && !read("absent_name"));
    }
}
