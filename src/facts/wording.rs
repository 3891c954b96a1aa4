//! Lines that say what they said in other words: the same but for names that came and went as a whole, or for what stands
//! in quotes. A change may hold many of them and still do one thing.

use super::edit_kinds::{Code, spots};
use super::edits::{same_words, sides};
use super::lexis::{Class, tokens};
use super::pair::{Pair, Sheet};
use super::renames::RenamesOfFile;
use crate::limits;
use crate::text::contains_word;
use rustc_hash::FxHashSet;

/// Old lines of a file that said the same, with the new lines that do, by number and in order. Only of a change that is
/// small, as nobody asks about another.
pub(super) fn worded_otherwise(pair: &Pair, renames: &RenamesOfFile) -> Vec<(u32, u32)> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    let touched: usize = pair.change.hunks.iter().map(|hunk| (hunk.old_lines + hunk.new_lines) as usize).sum();
    if pair.is_data() || touched > limits::FOCUS_TOUCHED_LINES_MAX {
        return Vec::new();
    }
    let mut taken = FxHashSet::default();
    let mut found = Vec::new();
    for hunk in &pair.change.hunks {
        let Some((before, after)) = sides(hunk, old, new, renames) else { continue };
        for from in &before {
            let same = |to: &&Code| !taken.contains(&to.number) && says_the_same(from, to, old, new);
            if let Some(to) = after.iter().find(same) {
                taken.insert(to.number);
                found.push((from.number, to.number));
            }
        }
    }
    found
}

fn says_the_same(from: &Code, to: &Code, old: &Sheet, new: &Sheet) -> bool {
    let spots = spots(from, to);
    // a name that was there before, or is there still, is the name of something else
    let renamed = |was: &str, is: &str| !contains_word(new.all(), was) && !contains_word(old.all(), is);
    same_words(from, to)
        || !spots.is_empty()
            && spots.iter().all(|(was, is)| match (was.class, is.class) {
                (Class::Word, Class::Word) => renamed(was.text, is.text),
                (Class::Text, Class::Text) => true,
                _ => false,
            })
}

/// True for a line that only tells somebody what happens: `log.info(...)`, `console.error(...)`, `println!(...)`.
pub fn only_tells(line: &str) -> bool {
    const TELLERS: [&str; 12] = [
        "log", "logger", "logging", "console", "print", "println", "eprintln", "puts", "fmt", "echo", "printf", "trace",
    ];
    let words = tokens(line);
    let mut names =
        words.iter().take_while(|token| token.class == Class::Word || matches!(token.text, "." | "::" | "->" | "!"));
    let told = |name: &str| {
        let plain = name.trim_start_matches(['_', '@', '$']).to_ascii_lowercase();
        TELLERS.contains(&plain.as_str())
    };
    names.by_ref().take(3).any(|token| told(token.text)) && line.contains('(') && !line.contains('=')
}

#[cfg(test)]
mod tests {
    use super::super::renames::renames_of;
    use super::*;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn of(old: &str, new: &str) -> Vec<(u32, u32)> {
        let change = ChangeSet::in_memory([("a.js", Some(old), Some(new))]);
        let pair = Pair::new(&change.files[0], Some(&Outlines::default()));
        worded_otherwise(&pair, &renames_of(&pair))
    }

    #[test]
    fn other_names_and_other_texts_say_the_same() {
        let old = "const KEEP = 14;\nfunction prune(all) {\n  log.info(`none`);\n  return all.slice(KEEP);\n}\n";
        let new = "const KEEP_LATEST = 14;\nfunction prune(all) {\n  log.info(`nothing`);\n  return all.slice(KEEP_LATEST);\n}\n";
        assert_eq!(of(old, new), [(1, 1), (3, 3), (4, 4)]);
    }

    #[test]
    fn a_name_that_was_there_is_something_else() {
        let old = "const A = 1;\nconst B = 2;\nfunction f(all) {\n  return all.slice(A);\n}\n";
        let new = "const A = 1;\nconst B = 2;\nfunction f(all) {\n  return all.slice(B);\n}\n";
        assert_eq!(of(old, new), []);
    }

    #[test]
    fn lines_that_only_tell() {
        for line in ["log.info(a)", "this.logger.warn(a, b);", "console.log(x)", "println!(\"a\")", "c._log.Warn(x)"] {
            assert!(only_tells(line), "{line}");
        }
        for line in ["login(a)", "store.put(log)", "let x = log.take();", "return print", "catalog.add(x)"] {
            assert!(!only_tells(line), "{line}");
        }
    }
}
