//! Likeness of two stretches of source without a grammar: words as hashes. Good enough to see that a function was
//! renamed or moved; whether it changed is decided by the hashes of the syntax, never here.

use crate::limits;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Sorted hashes of the words (letters, digits, underscores) of a text, at most `limits::SIMILARITY_WORDS_MAX`.
#[derive(Clone, Debug, Default)]
pub(super) struct Words(Vec<u64>);

impl Words {
    pub fn of(text: &[u8]) -> Self {
        let mut words: Vec<u64> = text
            .split(|byte| !is_word(*byte))
            .filter(|word| !word.is_empty())
            .take(limits::SIMILARITY_WORDS_MAX)
            .map(hash)
            .collect();
        words.sort_unstable();
        Self(words)
    }

    /// Count of words.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Shared words of all words, in percent (Dice); 0 if either side is empty.
    pub fn likeness(&self, other: &Self) -> u32 {
        let (mut a, mut b, mut shared) = (0, 0, 0_usize);
        while let (Some(x), Some(y)) = (self.0.get(a), other.0.get(b)) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => (a, b, shared) = (a + 1, b + 1, shared + 1),
            }
        }
        let all = self.0.len() + other.0.len();
        (200 * shared).checked_div(all).unwrap_or(0) as u32
    }
}

/// Words and punctuation of a text in order, without white space and without separators, which come and go with the
/// members of a list.
pub(super) fn tokens(text: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = at + text[at..].iter().take_while(|byte| is_word(**byte)).count().max(1);
        if !text[at].is_ascii_whitespace() && !matches!(text[at], b',' | b';') {
            found.push(&text[at..end]);
        }
        at = end;
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_words() {
        let like = |a: &str, b: &str| Words::of(a.as_bytes()).likeness(&Words::of(b.as_bytes()));
        assert_eq!(like("a + b", "b - a"), 100);
        assert_eq!(like("a b c d", "a b x y"), 50);
        assert_eq!((like("", "a"), like("", "")), (0, 0));
    }

    #[test]
    fn tokens_leave_out_space_and_separators() {
        assert_eq!(tokens(b"f(a, b);\n"), [&b"f"[..], b"(", b"a", b"b", b")"]);
    }
}
