//! Hashes of the lines that a trace names. A record is made while a file is edited; until the commit the lines may have
//! moved or changed, and its numbers then point at something else. Where it carries a hash, the lines of the commit are
//! compared with it. Known are murmur3 (32 bits, which the format's own example uses) and blake3; a hash of another kind
//! proves and disproves nothing.

use crate::input::FileChange;

/// What a record says its lines were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ContentHash {
    Murmur3(u32),
    Blake3(Box<[u8; 32]>),
}

impl ContentHash {
    /// `murmur3:9f2e8a1b`; none for a kind that is not known or no hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, digits) = text.split_once(':')?;
        match kind.to_ascii_lowercase().as_str() {
            "murmur3" | "murmur3_32" => u32::from_str_radix(digits, 16).ok().map(Self::Murmur3),
            "blake3" => blake3::Hash::from_hex(digits).ok().map(|hash| Self::Blake3(Box::new(*hash.as_bytes()))),
            _ => None,
        }
    }

    /// True if the lines (1-based, inclusive) of the new side are those that were hashed, with their last line end or
    /// without; none where the content is not at hand.
    pub fn fits(&self, file: &FileChange, start: u32, end: u32) -> Option<bool> {
        let text = file.new.as_ref()?.content.text()?;
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let Some(lines) = lines.get(start.checked_sub(1)? as usize..end as usize) else { return Some(false) };
        let whole = lines.concat();
        let bare = whole.strip_suffix(b"\n").unwrap_or(&whole);
        Some(self.is_of(&whole) || self.is_of(bare))
    }

    fn is_of(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Murmur3(hash) => murmur3(bytes) == *hash,
            Self::Blake3(hash) => blake3::hash(bytes).as_bytes() == &**hash,
        }
    }
}

/// MurmurHash3, x86, 32 bits, seed 0 (Austin Appleby, public domain).
fn murmur3(bytes: &[u8]) -> u32 {
    let scramble = |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut hash = 0_u32;
    let mut words = bytes.chunks_exact(4);
    for word in words.by_ref() {
        let word = word.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
        hash = (hash ^ scramble(word)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let rest = words.remainder().iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
    hash ^= scramble(rest);
    hash ^= bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of the reference implementation's published test vectors for seed 0.
    #[test]
    fn murmur3_is_the_known_one() {
        for (text, hash) in [
            ("", 0),
            ("test", 0xba6b_d213),
            ("Hello, world!", 0xc036_3e43),
            ("The quick brown fox jumps over the lazy dog", 0x2e4f_f723),
        ] {
            assert_eq!(murmur3(text.as_bytes()), hash, "{text}");
        }
    }

    #[test]
    fn only_known_kinds_are_read() {
        assert_eq!(ContentHash::parse("murmur3:9f2e8a1b"), Some(ContentHash::Murmur3(0x9f2e_8a1b)));
        for unknown in ["sha1:00", "murmur3:xyz", "murmur3", "murmur3:", ""] {
            assert_eq!(ContentHash::parse(unknown), None, "{unknown}");
        }
    }
}
