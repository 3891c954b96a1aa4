//! Structure-and-token hashes: what makes two texts "the same but for formatting and comments". The walk over a tree
//! yields a stream of events (a named node opens, a token, a node closes); a prefix hash over the stream gives the hash
//! of any stretch of it at once. White space, comments, documentation strings, trailing commas and optional semicolons
//! are no events, so they change no hash. The hash is no proof against somebody who searches for collisions; it guards
//! no secret and a collision hides one formatting check only.

/// Mersenne prime 2^61 - 1: sums and products fold without division.
const MODULUS: u64 = (1 << 61) - 1;
const BASE: u64 = 0x0b4c_3f5e_9a17_6d2b % MODULUS;

/// The event of a closing node.
pub(super) const LEAVE: u64 = 0x5851_f42d_4c95_7f2d;

/// The stream of events of one tree, as prefix hashes.
#[derive(Debug)]
pub(super) struct Hash {
    prefix: Vec<u64>,
}

impl Hash {
    pub fn with_capacity(events: usize) -> Self {
        let mut prefix = Vec::with_capacity(events + 1);
        prefix.push(0);
        Self { prefix }
    }

    /// Count of events so far.
    pub fn len(&self) -> u32 {
        (self.prefix.len() - 1) as u32
    }

    pub fn push(&mut self, event: u64) {
        let last = self.prefix.last().copied().unwrap_or(0);
        self.prefix.push(add(mul(last, BASE), fold(event)));
    }

    /// Takes back all events from `len` on.
    pub fn truncate(&mut self, len: u32) {
        self.prefix.truncate(len as usize + 1);
    }

    /// Hash of the events from `start` up to `end`; of an empty stretch, 0.
    pub fn range(&self, start: u32, end: u32) -> u64 {
        let top = self.prefix.len() as u32 - 1;
        let (start, end) = (start.min(top), end.min(top));
        if start >= end {
            return 0;
        }
        let shifted = mul(self.prefix[start as usize], power(end - start));
        mix(add(self.prefix[end as usize], MODULUS - shifted), u64::from(end - start))
    }
}

/// The event of an opening node.
pub(super) fn node_hash(kind: u16) -> u64 {
    mix(0x9e37_79b9_7f4a_7c15, u64::from(kind) + 1)
}

/// The event of a token.
pub(super) fn leaf_hash(kind: u16, text: &[u8]) -> u64 {
    mix(text_hash(text), u64::from(kind) + 0x1_0000)
}

/// Two hashes as one; the order counts.
pub(super) fn combine(first: u64, second: u64) -> u64 {
    mix(first ^ 0x2545_f491_4f6c_dd1d, second.wrapping_add(0x9e6c_63d0_676a_9a99))
}

/// Hash of bytes; a carriage return before a line feed does not count.
pub(super) fn text_hash(text: &[u8]) -> u64 {
    if text.len() > 1 && memchr::memchr(b'\r', text).is_some() {
        let unix: Vec<u8> = text
            .iter()
            .enumerate()
            .filter(|(i, b)| **b != b'\r' || text.get(i + 1) != Some(&b'\n'))
            .map(|(_, b)| *b)
            .collect();
        return bytes_hash(&unix);
    }
    bytes_hash(text)
}

fn bytes_hash(text: &[u8]) -> u64 {
    let mut state = 0xa076_1d64_78bd_642f ^ text.len() as u64;
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(word));
    }
    let mut word = [0; 8];
    let rest = chunks.remainder();
    word[..rest.len()].copy_from_slice(rest);
    mix(state, u64::from_le_bytes(word))
}

fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0xe703_7ed1_a0b4_28db) * u128::from(b ^ 0x8ebc_6af0_9c88_c6e3);
    (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(23)
}

fn fold(value: u64) -> u64 {
    let folded = (value & MODULUS) + (value >> 61);
    if folded >= MODULUS { folded - MODULUS } else { folded }
}

fn add(a: u64, b: u64) -> u64 {
    fold(a + b)
}

fn mul(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    add((product as u64) & MODULUS, (product >> 61) as u64)
}

fn power(mut exponent: u32) -> u64 {
    let (mut result, mut base) = (1, BASE);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_hashes_alike_wherever_it_stands() {
        let mut hash = Hash::with_capacity(8);
        for event in [1, 2, 3, 9, u64::MAX, 1, 2, 3] {
            hash.push(event);
        }
        assert_eq!(hash.range(0, 3), hash.range(5, 8));
        assert_ne!(hash.range(0, 3), hash.range(1, 4));
        assert_ne!(hash.range(0, 2), hash.range(0, 3));
    }

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(text_hash(b"a\r\nb"), text_hash(b"a\nb"));
        assert_ne!(text_hash(b"a\rb"), text_hash(b"ab"));
    }
}
