//! The closed words of policy and people files, and how a mistake in one is told. Levels, involvement and tiers are
//! ordered scales; a condition of a rule may only look up a scale of danger (`>=high`, `<senior`), that of an
//! exemption only down, so that no word in a policy can make more danger mean less review.

use crate::data::DataError;
use crate::provenance::Involvement;
use crate::score::Level;
use std::sync::Arc;
use toml::Spanned;

/// A word of a policy file with its place.
pub(super) type Word = Spanned<String>;

/// The involvement scale, weakest first; `unknown` is not on it.
pub(super) const INVOLVEMENT: [Involvement; 5] = [
    Involvement::DeclaredNone,
    Involvement::Assisted,
    Involvement::CoAuthored,
    Involvement::AgentAuthored,
    Involvement::Autonomous,
];

/// The review tiers where a policy names none.
pub(super) const TIERS: [&str; 4] = ["junior", "mid", "senior", "staff"];

/// A file and its text, to place errors in.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Place<'_> {
    pub(super) fn error<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> DataError {
        DataError::at(self.file, self.text, at.span().start, message)
    }

    /// The position of a word in a list, or an error that names the list.
    pub(super) fn one_of<S: AsRef<str>>(&self, word: &Word, what: &str, allowed: &[S]) -> Result<usize, DataError> {
        self.position(word, word.get_ref(), what, allowed)
    }

    fn position<S: AsRef<str>>(&self, at: &Word, name: &str, what: &str, allowed: &[S]) -> Result<usize, DataError> {
        allowed.iter().position(|known| known.as_ref() == name).ok_or_else(|| {
            let list = allowed.iter().map(|word| format!("`{}`", word.as_ref())).collect::<Vec<_>>().join(", ");
            self.error(at, format!("`{name}` is not {what}; expected {}", if list.is_empty() { "none" } else { &list }))
        })
    }

    /// The lowest position that a condition such as `>=high` holds for.
    pub(super) fn at_least<S: AsRef<str>>(&self, word: &Word, what: &str, scale: &[S]) -> Result<usize, DataError> {
        let (sign, name) = split_sign(word.get_ref());
        let position = self.position(word, name, what, scale)?;
        match sign {
            ">=" => Ok(position),
            ">" if position + 1 < scale.len() => Ok(position + 1),
            ">" => Err(self.error(word, format!("nothing is above `{name}`"))),
            _ => Err(self.error(word, direction(name, ">=", sign))),
        }
    }

    /// The highest position that a condition such as `<=medium` holds for.
    pub(super) fn at_most<S: AsRef<str>>(&self, word: &Word, what: &str, scale: &[S]) -> Result<usize, DataError> {
        let (sign, name) = split_sign(word.get_ref());
        let position = self.position(word, name, what, scale)?;
        match sign {
            "<=" => Ok(position),
            "<" if position > 0 => Ok(position - 1),
            "<" => Err(self.error(word, format!("nothing is below `{name}`"))),
            _ => Err(self.error(word, direction(name, "<=", sign))),
        }
    }

    /// `30m`, `4h`, `2d` in seconds.
    pub(super) fn seconds(&self, word: &Word) -> Result<u64, DataError> {
        let text = word.get_ref();
        let unit = match text.as_bytes().last() {
            Some(b'm') => 60,
            Some(b'h') => 3_600,
            Some(b'd') => 86_400,
            _ => 0,
        };
        let number = text.get(..text.len().saturating_sub(1)).and_then(|number| number.parse::<u32>().ok());
        match number {
            Some(number) if unit > 0 => Ok(u64::from(number) * unit),
            _ => Err(self.error(word, format!("`{text}` is not a duration; expected for example `30m`, `4h`, `2d`"))),
        }
    }

    /// `team:platform`, `@ann`, `@org/team` or an e-mail address.
    pub(super) fn owner(&self, word: &Word) -> Result<Arc<str>, DataError> {
        let text = word.get_ref().as_str();
        let named = text.contains('@') || text.strip_prefix("team:").is_some_and(|team| !team.is_empty());
        let message =
            format!("`{text}` is nobody's name; expected `team:name`, `@login`, `@org/team` or an e-mail address");
        if named { Ok(text.into()) } else { Err(self.error(word, message)) }
    }

    /// A name of a rule, area, step, tier or team: lower-case words with `-`, `_`, `.`.
    pub(super) fn name(&self, word: &Word, what: &str) -> Result<Arc<str>, DataError> {
        let text = word.get_ref();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if text.is_empty() || !text.chars().all(plain) {
            let message = format!("`{text}` is not {what}; expected letters, digits, `-`, `_`, `.`");
            return Err(self.error(word, message));
        }
        Ok(text.as_str().into())
    }
}

fn split_sign(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !"<>=!".contains(c)).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

fn direction(name: &str, wanted: &str, sign: &str) -> String {
    let found = if sign.is_empty() { "no sign".to_owned() } else { format!("`{sign}`") };
    let where_else = if wanted == ">=" { "a rule" } else { "this condition" };
    format!(
        "{where_else} may only ask in the direction of more review (`{wanted}{name}`), found {found}; \
         a rule looks up the scales of risk and ai and down the tiers, an [[exempt]] the other way"
    )
}

/// Names of the levels, lowest first.
pub(super) fn level_names() -> [&'static str; 4] {
    Level::ALL.map(Level::as_str)
}

/// Names of the involvement scale, weakest first.
pub(super) fn involvement_names() -> [&'static str; 5] {
    INVOLVEMENT.map(Involvement::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Word {
        Spanned::new(0..text.len(), text.to_owned())
    }

    const PLACE: Place<'static> = Place { file: "p.toml", text: "" };

    #[test]
    fn rules_look_up_and_exemptions_down() {
        let levels = level_names();
        assert_eq!(PLACE.at_least(&word(">=high"), "a level", &levels), Ok(2));
        assert_eq!(PLACE.at_least(&word(">high"), "a level", &levels), Ok(3));
        assert_eq!(PLACE.at_most(&word("<senior"), "a tier", &TIERS), Ok(1));
        for refused in ["high", "<=high", "=high", ">critical", ">=hgih", ""] {
            assert!(PLACE.at_least(&word(refused), "a level", &levels).is_err(), "{refused}");
        }
        assert!(PLACE.at_most(&word(">=mid"), "a tier", &TIERS).is_err());
    }

    #[test]
    fn a_wrong_word_is_told_what_is_allowed() {
        let error = PLACE.one_of(&word("urgent"), "a level", &level_names()).expect_err("no such level");
        assert_eq!(error.message, "`urgent` is not a level; expected `low`, `medium`, `high`, `critical`");
    }

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(PLACE.seconds(&word("4h")), Ok(14_400));
        for refused in ["4", "h", "-1h", "4w", "", "\u{e4}"] {
            assert!(PLACE.seconds(&word(refused)).is_err(), "{refused}");
        }
    }
}
