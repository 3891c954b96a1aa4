//! What a commit message says the commit is: a repair, a revert, or something else. Conventional commit types, words of
//! the subject and the `Fixes:` trailer of kernel-style projects are read; the words are data (`rules/fixes.toml`). Issue
//! keys are not looked at: whether a project uses a tracker says nothing about its changes. Cosmetic repairs (typos,
//! lint, documentation) and merges are "other".

use crate::limits::MESSAGE_TARGETS_MAX;
use std::sync::OnceLock;

/// What a commit says it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitKind {
    Fix,
    Revert,
    Other,
}

/// From the message alone.
pub fn classify(message: &str) -> CommitKind {
    let words = words();
    let subject = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    if is_merge(subject) || is_reapplied(subject) {
        return CommitKind::Other;
    }
    let (kind, rest) = conventional(subject);
    let rest = split_words(rest);
    if is_revert(words, kind.as_deref(), &rest, message) {
        CommitKind::Revert
    } else if is_fix(words, kind.as_deref(), &rest) || fixes_trailers(message).next().is_some() {
        CommitKind::Fix
    } else {
        CommitKind::Other
    }
}

/// The commits that a message says it reverts or fixes, as lower-case hexadecimal of at least seven digits.
pub fn targets(message: &str) -> Vec<String> {
    let mut found: Vec<String> = reverted(message).chain(fixes_trailers(message)).take(MESSAGE_TARGETS_MAX).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// `rules/fixes.toml`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    types: Vec<String>,
    other_types: Vec<String>,
    words: Vec<String>,
    cosmetic: Vec<String>,
    fillers: Vec<String>,
    verbs: Vec<String>,
    faults: Vec<String>,
    reverts: Vec<String>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        crate::data::parse("rules/fixes.toml", crate::embedded::rule_file("fixes.toml"))
            .expect("the built-in words are valid: a test reads them")
    })
}

fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|entry| entry == word)
}

fn is_merge(subject: &str) -> bool {
    subject.strip_prefix("Merge ").is_some_and(|rest| {
        ["branch", "branches", "pull request", "remote-tracking", "tag", "commit", "PR "]
            .iter()
            .any(|what| rest.starts_with(what))
    })
}

/// A revert of a revert puts a change back; nothing was repaired by it.
fn is_reapplied(subject: &str) -> bool {
    subject.starts_with("Revert \"Revert \"") || subject.starts_with("Reapply \"")
}

fn is_revert(words: &Words, kind: Option<&str>, rest: &[String], message: &str) -> bool {
    kind == Some("revert")
        || rest.first().is_some_and(|first| has(&words.reverts, first))
        || matches!(rest, [a, b, ..] if (a == "roll" && b == "back") || (a == "back" && b == "out"))
        || reverted(message).next().is_some()
}

fn is_fix(words: &Words, kind: Option<&str>, rest: &[String]) -> bool {
    match kind {
        Some(kind) if has(&words.other_types, kind) => return false,
        Some(kind) if has(&words.types, kind) => return !is_cosmetic(words, rest),
        _ => {}
    }
    let named = rest.iter().position(|word| has(&words.words, word));
    match named {
        Some(at) => !is_cosmetic(words, &rest[at + 1..]),
        None => {
            let verb = rest.iter().position(|word| has(&words.verbs, word));
            verb.is_some_and(|at| rest[at + 1..].iter().any(|word| has(&words.faults, word)))
        }
    }
}

/// True if the first word that says anything is about text or style.
fn is_cosmetic(words: &Words, after: &[String]) -> bool {
    let telling = after.iter().find(|word| !has(&words.fillers, word));
    telling.is_some_and(|word| has(&words.cosmetic, word))
}

/// The type of a conventional commit in lower case, and what follows its colon; else the whole subject.
fn conventional(subject: &str) -> (Option<String>, &str) {
    let Some((head, rest)) = subject.split_once(':') else { return (None, subject) };
    let head = head.trim_end_matches('!');
    let (kind, scope) = match head.split_once('(') {
        Some((kind, scope)) => (kind, Some(scope)),
        None => (head, None),
    };
    let plain = !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphabetic());
    let closed = scope.is_none_or(|scope| scope.ends_with(')'));
    if plain && closed { (Some(kind.to_ascii_lowercase()), rest) } else { (None, subject) }
}

fn split_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(64).map(str::to_lowercase).collect()
}

fn reverted(message: &str) -> impl Iterator<Item = String> + '_ {
    message.match_indices("his reverts commit ").filter_map(|(at, found)| hex(&message[at + found.len()..]))
}

fn fixes_trailers(message: &str) -> impl Iterator<Item = String> + '_ {
    message.lines().filter_map(|line| {
        let (key, value) = line.trim().split_once(':')?;
        if key.eq_ignore_ascii_case("fixes") { hex(value.trim_start().trim_start_matches("commit ")) } else { None }
    })
}

/// An abbreviated or whole object name at the start of a text.
fn hex(text: &str) -> Option<String> {
    let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    let ends = text.as_bytes().get(digits).is_none_or(|b| !b.is_ascii_alphanumeric());
    (ends && (7..=64).contains(&digits)).then(|| text[..digits].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_are_found_word_by_word() {
        for message in [
            "fix: round half up",
            "fix(cart)!: keep the last item",
            "hotfix: restore the pool size",
            "Fixed a crash when the basket is empty",
            "AMQ-123 - Fixes broken acks",
            "bug in tax table",
            "patch a crash in checkout",
            "Avoid a deadlock between two brokers",
            "net: keep the reference\n\nFixes: 0123456789ab (\"net: take it\")",
        ] {
            assert_eq!(classify(message), CommitKind::Fix, "{message}");
        }
    }

    #[test]
    fn cosmetic_repairs_and_look_alikes_are_not_repairs() {
        for message in [
            "fix typo",
            "Fix the docs",
            "fix: typo in a comment",
            "docs: fix the example",
            "Fix some lint errors",
            "add a fixture for orders",
            "strip the prefix",
            "debug output",
            "Merge branch 'fix/rounding' into main",
            "Merge pull request #7 from ann/fix-rounding",
            "Revert \"Revert \"Use the new client\"\"\n\nThis reverts commit 0123456789abcdef.",
            "",
        ] {
            assert_eq!(classify(message), CommitKind::Other, "{message}");
        }
    }

    #[test]
    fn reverts_and_their_targets() {
        let message = "Use the old client\n\nThis reverts commit 0123456789ABCDEF0123456789abcdef01234567.\n";
        assert_eq!(classify(message), CommitKind::Revert);
        assert_eq!(targets(message), ["0123456789abcdef0123456789abcdef01234567"]);
        for message in ["Revert \"x\"", "revert: x", "Roll back the pool size", "revert(cart): x"] {
            assert_eq!(classify(message), CommitKind::Revert, "{message}");
        }
        assert_eq!(targets("x\n\nFixes: deadbeef1 (\"y\")\nFixes: #12\nFixes: deadbeefcafexyz"), ["deadbeef1"]);
    }
}
