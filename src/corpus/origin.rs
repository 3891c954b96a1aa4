//! Which commit last wrote a line: the lines that a repair takes away are followed back through the versions of their file,
//! diff by diff, until the version that brought each of them. That is what is called SZZ: the commit that brought a line
//! which a repair took away is suspected. Blank lines and comments are nobody's fault and are left out by the caller.

use crate::input::{changed_lines, old_line};
use std::sync::Arc;

/// One version of a file, newest first in a list; `text` is none where it could not be read.
#[derive(Clone, Debug)]
pub struct Version<T> {
    pub commit: T,
    pub text: Option<Arc<[u8]>>,
}

/// For lines (from 1) of the newest version, the versions that brought them, each once, in the order of the list. What is
/// older than the last version is not known and left out.
pub fn origins<T: Clone>(versions: &[Version<T>], lines: &[u32]) -> Vec<T> {
    let mut open: Vec<u32> = lines.to_vec();
    let mut found = Vec::new();
    for pair in versions.windows(2) {
        let (Some(new), Some(old)) = (&pair[0].text, &pair[1].text) else { return found };
        let hunks = changed_lines(old, new);
        let before = open.len();
        open = open.iter().filter_map(|line| old_line(&hunks, *line)).collect();
        if open.len() < before {
            found.push(pair[0].commit.clone());
        }
        if open.is_empty() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str], lines: &[u32]) -> Vec<usize> {
        let version = |(at, text): (usize, &&str)| Version { commit: at, text: Some(Arc::from(text.as_bytes())) };
        let versions: Vec<_> = texts.iter().enumerate().map(version).collect();
        origins(&versions, lines)
    }

    #[test]
    fn a_line_is_followed_to_the_version_that_brought_it() {
        // newest first: version 0 put `x` on top, version 1 changed `b` to `B`, version 2 made the file
        let texts = ["x\na\nB\nc\n", "a\nB\nc\n", "a\nb\nc\n", ""];
        assert_eq!(of(&texts, &[1]), [0]);
        assert_eq!(of(&texts, &[3]), [1]);
        assert_eq!(of(&texts, &[2, 4]), [2]);
        assert_eq!(of(&texts, &[1, 3, 4]), [0, 1, 2]);
    }

    #[test]
    fn what_is_older_than_the_list_is_not_known() {
        assert!(of(&["a\nb\n", "a\nb\n"], &[1]).is_empty());
    }
}
