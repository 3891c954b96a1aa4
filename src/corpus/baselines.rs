//! What other tools rank by, as a yardstick on the same page: the number of changed lines, and the number of alarming
//! words on them. On twins both should be near one half.

use crate::input::ChangeSet;
use crate::location::Side;
use crate::zones::words;

/// Words that scorers of this kind look for.
const WORDS: [&str; 40] = [
    "auth",
    "login",
    "password",
    "token",
    "secret",
    "key",
    "admin",
    "permission",
    "permissions",
    "role",
    "grant",
    "payment",
    "price",
    "order",
    "checkout",
    "delete",
    "drop",
    "truncate",
    "remove",
    "destroy",
    "exec",
    "eval",
    "sql",
    "query",
    "lock",
    "thread",
    "timeout",
    "retry",
    "limit",
    "config",
    "migration",
    "unsafe",
    "unwrap",
    "panic",
    "catch",
    "except",
    "null",
    "force",
    "disable",
    "production",
];

/// Lines added and deleted.
pub(super) fn size(change: &ChangeSet) -> u32 {
    let count = |side| change.files.iter().map(|file| file.changed_text(side).count()).sum::<usize>();
    (count(Side::Old) + count(Side::New)) as u32
}

/// Alarming words on changed lines.
pub(super) fn keywords(change: &ChangeSet) -> u32 {
    let sides = [Side::Old, Side::New];
    let lines = change.files.iter().flat_map(|file| sides.into_iter().flat_map(|side| file.changed_text(side)));
    let hits = |text: &[u8]| {
        words(&crate::text::lossless(text)).iter().filter(|word| WORDS.contains(&word.as_str())).count() as u32
    };
    lines.map(|line| hits(line.text)).sum()
}
