//! The words of one line of code, for any language: names, numbers, texts and signs. Enough to say what was edited on a
//! line where a grammar is missing or says no more than "changed"; what a line means is for rules to say.

use crate::text::quoted;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Word,
    Number,
    Text,
    Comparison,
    Logic,
    Sign,
}

/// A token with its place in the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    pub class: Class,
    pub start: usize,
    pub end: usize,
}

/// Texts are equal whichever quotes stand around them, if nothing in them means something else in other quotes.
impl PartialEq for Token<'_> {
    fn eq(&self, other: &Self) -> bool {
        let texts = self.class == Class::Text && other.class == Class::Text;
        self.text == other.text
            || texts && plain_text(self.text).is_some_and(|text| plain_text(other.text) == Some(text))
    }
}

fn plain_text(quoted: &str) -> Option<&str> {
    let inner = quoted.get(1..quoted.len().checked_sub(1)?)?;
    let plain = quoted.starts_with(['"', '\'']) && !inner.contains(['\\', '$', '{', '%', '`', '"', '\'']);
    plain.then_some(inner)
}

/// Signs of more than one character, longest first.
const SIGNS: [&str; 24] = [
    "===", "!==", "<=>", "...", "**=", "<<=", ">>=", "==", "!=", "<=", ">=", "&&", "||", "->", "=>", "::", "+=", "-=",
    "*=", "/=", "??", "?.", "<<", ">>",
];
const COMPARISONS: [&str; 8] = ["===", "!==", "==", "!=", "<=", ">=", "<", ">"];
const LOGIC: [&str; 4] = ["&&", "||", "and", "or"];

/// Splits a line. A comment at its end is left out where it begins with `//` or ` #`.
pub(super) fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let rest = &line[at..];
        let (length, class) = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '/' if rest.starts_with("//") => break,
            '#' if at > 0 && line[..at].ends_with(' ') && rest[1..].starts_with(' ') => break,
            '"' | '\'' | '`' => (quoted(rest, true), Class::Text),
            c if c.is_ascii_digit() => (run(rest, |c| c.is_alphanumeric() || c == '_' || c == '.'), Class::Number),
            c if is_word(c) => (run(rest, is_word), Class::Word),
            _ => sign(rest),
        };
        let length = length.max(c.len_utf8());
        let text = &rest[..length];
        let class = if LOGIC.contains(&text) { Class::Logic } else { class };
        found.push(Token { text, class, start: at, end: at + length });
        at += length;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '@'
}

fn run(text: &str, test: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !test(c)).unwrap_or(text.len())
}

fn sign(text: &str) -> (usize, Class) {
    let found = SIGNS.iter().find(|sign| text.starts_with(**sign)).map_or(1, |sign| sign.len());
    let comparison = text.get(..found).is_some_and(|sign| COMPARISONS.contains(&sign));
    (found, if comparison { Class::Comparison } else { Class::Sign })
}

/// Number of comparisons on a line.
pub(super) fn comparisons(tokens: &[Token]) -> usize {
    tokens.iter().filter(|token| token.class == Class::Comparison).count()
}

/// A number without its separators and type suffix.
pub(super) fn amount(token: &str) -> Option<f64> {
    let plain = token.replace('_', "");
    if let Some(hex) = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        let digits = hex.trim_end_matches(|c: char| !c.is_ascii_hexdigit());
        return u64::from_str_radix(digits, 16).ok().map(|value| value as f64);
    }
    let end = plain.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(plain.len());
    plain[..end].trim_end_matches('.').parse().ok()
}

/// Seconds in the unit that a name stands for, if it names one: `Second`, `from_millis`, `MINUTES`.
pub(super) fn unit(word: &str) -> Option<f64> {
    let lower = word.to_ascii_lowercase();
    let tail = lower.rsplit(['_', '.']).next().unwrap_or_default();
    let tail = tail.strip_prefix("from").or_else(|| tail.strip_prefix("of")).unwrap_or(tail);
    Some(match tail {
        "ns" | "nanos" | "nanosecond" | "nanoseconds" => 1e-9,
        "us" | "micros" | "microsecond" | "microseconds" => 1e-6,
        "ms" | "millis" | "millisecond" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

/// Bits of an integer type by its name in the usual languages and in SQL.
pub(super) fn width(word: &str) -> Option<u32> {
    Some(match word {
        "i8" | "u8" | "int8" | "uint8" | "int8_t" | "uint8_t" | "byte" | "Byte" | "sbyte" | "TINYINT" | "tinyint" => 8,
        "i16" | "u16" | "int16" | "uint16" | "int16_t" | "uint16_t" | "short" | "Short" | "ushort" | "SMALLINT"
        | "smallint" | "smallserial" => 16,
        "i32" | "u32" | "int32" | "uint32" | "int32_t" | "uint32_t" | "int" | "Int" | "uint" | "Integer" | "INT"
        | "INTEGER" | "integer" | "serial" | "SERIAL" | "intValue" | "toInt" | "parseInt" | "Int32" => 32,
        "i64" | "u64" | "int64" | "uint64" | "int64_t" | "uint64_t" | "long" | "Long" | "ulong" | "size_t"
        | "ssize_t" | "usize" | "BIGINT" | "bigint" | "bigserial" | "BIGSERIAL" | "longValue" | "toLong"
        | "parseLong" | "Int64" => 64,
        "i128" | "u128" | "BigInteger" | "BigDecimal" => 128,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<&str> {
        tokens(line).iter().map(|token| token.text).collect()
    }

    #[test]
    fn a_line_falls_into_words_numbers_texts_and_signs() {
        assert_eq!(words("if a>=1_000 && b != 'x' { // no"), ["if", "a", ">=", "1_000", "&&", "b", "!=", "'x'", "{"]);
        assert_eq!(words("it's \"a\\\"b\""), ["it", "'", "s", "\"a\\\"b\""]);
        assert_eq!(words("x # why"), ["x"]);
        assert_eq!(words("#define A"), ["#", "define", "A"]);
        assert!(tokens("f('a')") == tokens("f(\"a\")") && tokens("f('a$b')") != tokens("f(\"a$b\")"));
    }

    #[test]
    fn numbers_units_and_widths_are_known() {
        assert_eq!((amount("1_000u64"), amount("0x10"), amount("2.5f")), (Some(1000.0), Some(16.0), Some(2.5)));
        assert_eq!((unit("from_millis"), unit("Second"), unit("seconder")), (Some(1e-3), Some(1.0), None));
        assert!(width("i64") > width("int") && width("BIGINT") > width("INTEGER") && width("order").is_none());
    }
}
