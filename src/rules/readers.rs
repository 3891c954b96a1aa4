//! Whether a name is still read somewhere in the repository: a whole-word search over the new tree, for keys of settings
//! and columns that went. Only names that can hardly mean something else are looked for, as they are written and with
//! humps in place of underscores, and only in what is shipped and is no migration; a repository that is too large to
//! search answers "no", because a rule must be sure.

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
        roles.is_production() && !roles.contains(Role::Migration)
    };
    let entries =
        tree.entries().iter().filter(|entry| entry.mode.is_file() && entry.path != *except && shipped(&entry.path));
    let humped = humped(name);
    let finders = [name, &humped].map(|name| (memchr::memmem::Finder::new(name.as_bytes()), name.len()));
    let mut left = limits::KEY_SEARCH_BYTES_MAX;
    for entry in entries {
        let Ok(text) = tree.blob(entry) else { continue };
        left = left.saturating_sub(text.len());
        if left == 0 {
            return false;
        }
        let holds = |(finder, length): &(memchr::memmem::Finder, usize)| {
            finder.find_iter(&text).any(|at| is_whole(&text, at, *length))
        };
        if finders.iter().any(holds) {
            return true;
        }
    }
    false
}

/// `delivery_window` is `deliveryWindow`.
fn humped(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut humped = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        humped.extend([first.to_uppercase(), rest.to_owned()]);
    }
    humped
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
        let tree = Snapshot::in_memory([
            ("config/a.yaml", "node_role: x"),
            ("src/a.py", "labels[\"node_role\"]\nmy_zone_b"),
            ("src/a.ts", "order.deliveryWindow"),
            ("db/migrate/1_a.rb", "remove_column :orders, :old_window"),
        ]);
        let read = |name: &str| is_read(&tree, name, &"config/a.yaml".into());
        assert!(read("node_role") && read("delivery_window") && !read("old_window"));
        assert!(!read("zone_b") && !read("labels") && !read("absent_name"));
    }
}
