//! Reading the TOML files that people write (configuration, rules, zones, policy, people, agents), strictly: an unknown
//! key or a wrong value is an error with file, line and column and what was expected. One loader, so that every such
//! error looks the same and can be acted on.

use serde::de::DeserializeOwned;
use std::fmt;

/// Why a data file was refused. `line` and `column` are 1-based.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl DataError {
    /// An error at a byte offset of the text.
    pub fn at(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        Self { file: file.to_owned(), line, column, message: message.into() }
    }

    /// An error about the whole file.
    pub fn whole(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: 1, column: 1, message: message.into() }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = crate::text::visible(&self.file);
        let message = crate::text::visible(&self.message);
        write!(f, "{file}:{}:{}: {message}", self.line, self.column)
    }
}

impl std::error::Error for DataError {}

/// Parses a TOML document into its type. The type carries `deny_unknown_fields`, so the message names what is allowed.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, DataError> {
    toml::from_str(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        let message = plain(&error.message().lines().collect::<Vec<_>>().join("; "), "a table");
        DataError::at(file, text, offset, message)
    })
}

/// What a parser expected, in words of the file's format and not of this program's types. `table` is what the format calls a
/// set of keys.
pub fn plain(message: &str, table: &str) -> String {
    let mut words = String::new();
    let mut rest = message;
    // `struct Name`, `struct Name with 3 elements`
    while let Some((before, after)) = rest.split_once("struct ") {
        let after = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let counted = after.strip_prefix(" with ").map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        rest =
            counted.and_then(|rest| rest.strip_prefix(" elements").or(rest.strip_prefix(" element"))).unwrap_or(after);
        words.push_str(before);
        words.push_str(table);
    }
    words.push_str(rest);
    for (ours, plain) in [
        ("expected u32", "expected a whole number from 0 to 4294967295"),
        ("expected u8", "expected a whole number from 0 to 255"),
        ("expected u64", "expected a whole number from 0"),
        ("expected usize", "expected a whole number from 0"),
        ("expected i64", "expected a whole number"),
        ("expected f64", "expected a number"),
        ("a boolean", "`true` or `false`"),
        ("invalid type: sequence", "found a list"),
        (
            "invalid type: map",
            if table == "a table" { "found a table, or a date or time without quotes" } else { "found an object" },
        ),
        ("invalid type: null", "found null"),
        ("invalid type: ", "found "),
        ("invalid value: ", "found "),
        ("expected a sequence", "expected a list"),
        ("expected a map", if table == "a table" { "expected a table" } else { "expected an object" }),
    ] {
        words = words.replace(ours, plain);
    }
    words
}

/// As `parse`, for bytes out of a tree: they must be UTF-8 and small.
pub fn parse_bytes<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, DataError> {
    parse(file, utf8(file, bytes)?)
}

/// Bytes of a data file as text, or an error that names the first bad byte.
pub fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, DataError> {
    if bytes.len() > crate::limits::CONFIG_BYTES_MAX {
        let max = crate::limits::CONFIG_BYTES_MAX;
        return Err(DataError::whole(file, format!("the file has {} bytes, at most {max} are read", bytes.len())));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        DataError::at(file, &good, good.len(), "expected UTF-8 text")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code, reason = "only parsed")]
        level: u8,
    }

    #[test]
    fn an_error_names_file_line_column_and_what_was_expected() {
        let error = parse::<Sample>("a.toml", "level = 1\nlvel = 2\n").expect_err("unknown key");
        assert_eq!((error.line, error.column), (2, 1));
        assert!(error.to_string().starts_with("a.toml:2:1: unknown field `lvel`, expected `level`"), "{error}");
    }

    #[test]
    fn errors_do_not_speak_of_the_programs_types() {
        let told = |text: &str| parse::<Sample>("a.toml", text).expect_err("wrong").message;
        assert!(told("level = -1").contains("expected a whole number from 0 to 255"), "{}", told("level = -1"));
        assert!(told("level = 2026-11-26T00:00:00Z").contains("without quotes"), "{}", told("level = 2026-11-26"));
        let told = plain("invalid length 0, expected struct ReviewFacts with 10 elements", "an object");
        assert_eq!(told, "invalid length 0, expected an object");
        assert_eq!(plain("invalid type: null, expected struct Review", "an object"), "found null, expected an object");
    }

    #[test]
    fn bytes_that_are_not_text_are_placed() {
        let error = utf8("a.toml", b"ab\n\xff").expect_err("not UTF-8");
        assert_eq!((error.line, error.column), (2, 1));
    }
}
