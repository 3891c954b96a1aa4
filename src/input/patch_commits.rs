//! The commits that a patch tells of: names, times and messages from the headers of a mail or a log. They carry the null
//! object id; nothing in them is proven.

use super::git::signature;
use super::patch_text::PatchCommit;
use super::{Commit, Identity, Oid};
use crate::limits;
use crate::text::Untrusted;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A commit from the text of its header; author and committer are the same, a time that cannot be read is 0.
pub(super) fn commit_of(found: &PatchCommit) -> Commit {
    let (author, _) = signature(&decoded_words(&found.author));
    let author = Identity { name: unquoted_name(&author.name), email: author.email };
    let time = date_seconds(&String::from_utf8_lossy(&found.date)).unwrap_or(0);
    let message = decoded_words(&found.message);
    Commit {
        oid: Oid::from_bytes(&[0; 20]),
        parents: Vec::new(),
        committer: author.clone(),
        author,
        author_time: time,
        commit_time: time,
        message: Untrusted::from_bytes(message[..message.len().min(limits::MESSAGE_BYTES_MAX)].trim_ascii_end()),
    }
}

/// A name without the quotes that mails put around special characters.
fn unquoted_name(name: &Untrusted) -> Untrusted {
    Untrusted::new(name.raw().trim_matches('"').to_owned())
}

/// Seconds since 1970 of `Mon, 23 Nov 2026 21:40:03 +0100` or `Mon Nov 23 21:40:03 2026 +0100`.
fn date_seconds(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let month_at = words.iter().position(|word| month(word).is_some())?;
    let month = month(words[month_at])?;
    let clock_at = words.iter().position(|word| word.contains(':'))?;
    let numbers = words.iter().enumerate().filter(|(at, word)| *at != clock_at && !word.starts_with(['+', '-']));
    let mut numbers = numbers.filter_map(|(_, word)| word.parse::<i64>().ok());
    let (first, second) = (numbers.next()?, numbers.next()?);
    let (day, year) = if first > 31 { (second, first) } else { (first, second) };
    let mut clock = words[clock_at].split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next().flatten().unwrap_or(0));
    if !(1..=9999).contains(&year) || !(1..=31).contains(&day) || hour > 24 || minute > 60 || second > 61 {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - zone_seconds(&words))
}

fn month(word: &str) -> Option<i64> {
    let start = word.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).map(|at| at as i64 + 1)
}

/// `+0130` as seconds; 0 if there is none.
fn zone_seconds(words: &[&str]) -> i64 {
    let zone = words.iter().find(|word| word.len() == 5 && word.starts_with(['+', '-']));
    let Some(number) = zone.and_then(|zone| zone.parse::<i64>().ok()) else { return 0 };
    (number / 100) * 3_600 + (number % 100) * 60
}

/// Days from 1970-01-01 in the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // years start in March, so that the leap day is the last of its year
    let year = if month <= 2 { year - 1 } else { year };
    let (era, month) = (year.div_euclid(400), (month + 9) % 12);
    let of_era = year - era * 400;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// Replaces `=?UTF-8?q?J=C3=B6rg?=` (and `?b?`) by what it means; other character sets stay as they are.
fn decoded_words(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, b"=?") {
        out.extend_from_slice(&rest[..at]);
        match encoded_word(&rest[at..]) {
            Some((decoded, length)) => {
                out.extend_from_slice(&decoded);
                rest = &rest[at + length..];
                // a blank between two encoded words is not part of the text
                let next = rest.trim_ascii_start();
                rest = if next.starts_with(b"=?") { next } else { rest };
            }
            None => {
                out.extend_from_slice(b"=?");
                rest = &rest[at + 2..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

/// One encoded word at the start of a text, and its length.
fn encoded_word(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let head = &text[..text.len().min(1_000)];
    let mut parts = head[2..].splitn(4, |byte| *byte == b'?');
    let (charset, encoding, body) = (parts.next()?, parts.next()?, parts.next()?);
    if !charset.eq_ignore_ascii_case(b"utf-8") || !parts.next()?.starts_with(b"=") {
        return None;
    }
    let decoded = match encoding {
        b"q" | b"Q" => quoted_printable(body),
        b"b" | b"B" => base64(body)?,
        _ => return None,
    };
    Some((decoded, 2 + charset.len() + 1 + encoding.len() + 1 + body.len() + 2))
}

fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while at < body.len() {
        let hex = body.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (body[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'=', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'_', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    out
}

fn base64(body: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for byte in body.iter().filter(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_mails_and_logs_are_the_same_second() {
        assert_eq!(date_seconds("Mon, 23 Nov 2026 21:40:03 +0100"), Some(1_795_466_403));
        assert_eq!(date_seconds("Mon Nov 23 21:40:03 2026 +0100"), Some(1_795_466_403));
        assert_eq!(date_seconds("Thu, 1 Jan 1970 00:00:00 +0000"), Some(0));
        assert_eq!(date_seconds("yesterday"), None);
    }

    #[test]
    fn names_are_decoded() {
        let commit = commit_of(&PatchCommit {
            author: b"=?UTF-8?q?J=C3=B6rg_B?= <j@b>".to_vec(),
            message: b"=?utf-8?b?w7xiZXI=?=\n\nSigned-off-by: x".to_vec(),
            ..PatchCommit::default()
        });
        assert_eq!(commit.author.name.raw(), "J\u{f6}rg B");
        assert_eq!(commit.message.raw(), "\u{fc}ber\n\nSigned-off-by: x");
        assert!(commit.oid.is_null());
    }
}
