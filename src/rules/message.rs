//! The clause that a signal says: the rule's `message` with names and values of this change filled in. Values are cut to
//! a readable length; the result is `Untrusted`, as what it quotes.

use crate::limits;

/// What can stand between braces.
const PLACEHOLDERS: [&str; 15] = [
    "subject",
    "key",
    "old",
    "new",
    "ratio",
    "removed",
    "added",
    "name",
    "path",
    "capture",
    "text",
    "dependents",
    "count",
    "entity",
    "zone",
];

/// A message cut at its placeholders.
#[derive(Clone, Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Value(&'static str),
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("`{` without `}`")?;
            let known = PLACEHOLDERS.iter().find(|known| **known == name);
            let known = known.ok_or_else(|| {
                format!("`{{{name}}}` is not a placeholder, expected one of {}", PLACEHOLDERS.join(", "))
            })?;
            parts.push(Part::Literal(before.to_owned()));
            parts.push(Part::Value(known));
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Ok(Self { parts })
    }

    /// `value` gives the text of a placeholder.
    pub(super) fn fill(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Value(name) => match value(name) {
                    Some(filled) => text.push_str(&shorten(&filled)),
                    None => text.push('?'),
                },
            }
        }
        text
    }
}

/// One line, at most `RULE_VALUE_CHARS` characters.
pub(super) fn shorten(text: &str) -> String {
    let mut folded = String::new();
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
        // enough bytes for any text of the allowed length
        if folded.len() > limits::RULE_VALUE_CHARS * 4 {
            break;
        }
    }
    match folded.char_indices().nth(limits::RULE_VALUE_CHARS) {
        Some((at, _)) => format!("{}...", folded[..at].trim_end()),
        None => folded,
    }
}

/// Two texts that would be cut to the same words, from a little before the first character in which they differ.
pub(super) fn apart(old: &str, new: &str) -> (String, String) {
    if old == new || shorten(old) != shorten(new) {
        return (old.to_owned(), new.to_owned());
    }
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).count();
    let from = |text: &str| -> String {
        let rest: String = text.chars().skip(same.saturating_sub(limits::RULE_VALUE_CHARS / 4)).collect();
        format!("...{rest}")
    };
    (from(old), from(new))
}

/// `a, b, c and 4 more`.
pub(super) fn list(items: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = items.iter().take(limits::RULE_LIST_ITEMS).map(AsRef::as_ref).collect();
    match items.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_shortened_and_missing_ones_shown() {
        let template = Template::parse("{key} cut from {old} to {new}").expect("valid");
        let text = template.fill(|name| match name {
            "key" => Some("http.timeout".to_owned()),
            "old" => Some("x\n ".repeat(100)),
            _ => None,
        });
        assert!(text.starts_with("http.timeout cut from x x") && text.ends_with("... to ?"), "{text}");
        assert!(Template::parse("{nope}").is_err() && Template::parse("{old").is_err());
    }

    #[test]
    fn long_texts_are_shown_where_they_differ() {
        let (old, new) = (format!("{}(GET|HEAD)", "x".repeat(200)), format!("{}(GET|PUT)", "x".repeat(200)));
        let (old, new) = apart(&old, &new);
        assert_eq!((shorten(&old), shorten(&new)), ("...xxxxxxxxxx(GET|HEAD)".into(), "...xxxxxxxxxx(GET|PUT)".into()));
        assert_eq!(apart("a", "b"), ("a".to_owned(), "b".to_owned()));
    }

    #[test]
    fn lists_say_how_many_more_there_are() {
        assert_eq!(list(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
        assert_eq!(list(&["a"]), "a");
    }
}
