//! What a commit's subject says that the commit is for, by the type of a conventional commit or its first words. A claim of
//! whoever wrote it: the model may count it, but never as a reason to expect less.

/// The purpose that a subject names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Purpose {
    #[default]
    Unsaid,
    Fix,
    Feature,
    Refactor,
    Revert,
    Upkeep,
}

/// From the message alone.
pub(super) fn purpose(message: &str) -> Purpose {
    match super::classify(message) {
        super::CommitKind::Fix => return Purpose::Fix,
        super::CommitKind::Revert => return Purpose::Revert,
        super::CommitKind::Other => {}
    }
    let subject = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("").to_lowercase();
    let words: Vec<&str> =
        subject.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(6).collect();
    let one = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let first = |list: &[&str]| words.first().is_some_and(|word| list.contains(word));
    if first(&["docs", "doc", "test", "tests", "chore", "ci", "build", "style", "release", "bump"])
        || one(&["bump", "typo", "docs", "readme", "changelog"])
    {
        Purpose::Upkeep
    } else if first(&["feat", "feature"])
        || one(&["add", "adds", "added", "implement", "implements", "support", "introduce", "allow", "new"])
    {
        Purpose::Feature
    } else if one(&["refactor", "refactoring", "cleanup", "clean", "move", "rename", "simplify", "rework", "extract"]) {
        Purpose::Refactor
    } else {
        Purpose::Unsaid
    }
}
