//! Is the value of a free trailer an AI or a person? `Assisted-by:` credits people in some projects and models in others,
//! so the value decides. A word for a model counts as a whole word that nothing ordinary follows: `Cursor (Auto)` is a
//! tool, `Cursor position tests` and `gpt-partition-tool` are something else. A word that is also a name needs a version,
//! another such word or to stand alone. Beside a person's address only a version convinces, or a name that is a product's
//! as a whole (`Gemini AI`).

use super::patterns::Patterns;
use super::registry::Channels;
use rustc_hash::FxHashSet;

#[derive(Debug)]
pub(super) struct Words {
    models: FxHashSet<String>,
    names_too: FxHashSet<String>,
    /// What kind of thing it is: `assistant`, `chatbot`.
    kinds: FxHashSet<String>,
    /// Who makes models and agents.
    makers: FxHashSet<String>,
    /// What else may follow a tool's name: `with`, `via`, `fast`.
    joints: FxHashSet<String>,
    placeholders: Patterns<()>,
}

/// A word of a value, in lower case.
#[derive(Debug)]
struct Word {
    letters: String,
    /// Written in capitals only.
    capitals: bool,
    /// A version follows, in the same word (`gpt5`) or the next one (`opus 4.8`, `k3`).
    versioned: bool,
    /// That version has a dot.
    dotted: bool,
    /// A colon follows at once, as in the kernel's `NAME:MODEL`.
    colon: bool,
    /// A bracket, a comma or the like follows at once.
    last: bool,
    number: bool,
}

impl Words {
    pub fn new(channels: &Channels) -> Self {
        let set = |words: &[String]| words.iter().cloned().collect();
        Self {
            models: set(&channels.model_words),
            names_too: set(&channels.names_too),
            kinds: set(&channels.kinds),
            makers: set(&channels.makers),
            joints: set(&channels.joints),
            placeholders: Patterns::whole(channels.placeholders.iter().map(|text| (text.clone(), ()))),
        }
    }

    /// True if a value names a model or an agent. `address` says that a person's address stands beside it.
    pub fn is_ai(&self, value: &str, address: bool) -> bool {
        let value = value.trim();
        if value.is_empty() || self.placeholders.is_match(value) {
            return false;
        }
        let words = split(value);
        if address {
            return self.convinces(&words);
        }
        let hits = self.hits(&words);
        if hits.iter().any(|at| words[*at].versioned) {
            return true;
        }
        let alone: Vec<usize> = hits.iter().copied().filter(|at| self.ends(&words, *at)).collect();
        let via = |at: usize| at > 0 && self.joints.contains(&words[at - 1].letters);
        let sure = |at: &usize| words[*at].colon || via(*at) || !self.names_too.contains(&words[*at].letters);
        let kind = || words.iter().any(|word| self.kinds.contains(&word.letters));
        !alone.is_empty() && (alone.iter().any(sure) || hits.len() > 1 || words.len() == 1 || kind())
    }

    /// True if a value has the word of a model as part of the name of something else.
    pub fn names_another(&self, value: &str) -> bool {
        let words = split(value);
        let hits = self.hits(&words);
        !hits.is_empty() && hits.iter().all(|at| !words[*at].versioned && !self.ends(&words, *at))
    }

    /// Beside a person's address.
    fn convinces(&self, words: &[Word]) -> bool {
        let hits = self.hits(words);
        let is_name = |word: &Word| self.names_too.contains(&word.letters);
        let other = |at: usize, of: &dyn Fn(&Word) -> bool| {
            words.iter().enumerate().any(|(other, word)| other != at && of(word))
        };
        let versioned = |at: &usize| {
            let word = &words[*at];
            let kind = |word: &Word| self.is_product(word) || self.kinds.contains(&word.letters);
            word.versioned && (!is_name(word) || word.dotted || other(*at, &kind))
        };
        // all of it is a product's name, and not all of it could be a person's
        let known = |word: &Word| word.number || self.belongs(&word.letters);
        let product = |at: &usize| words.iter().all(known) && other(*at, &|word| self.is_product(word));
        hits.iter().any(|at| versioned(at) || product(at))
    }

    /// A word that makes the name beside it a product's. `AI` is also a given name, but not in capitals.
    fn is_product(&self, word: &Word) -> bool {
        let model = self.models.contains(&word.letters) && !self.names_too.contains(&word.letters);
        let opus = ["opus", "sonnet", "haiku"].contains(&word.letters.as_str());
        model || opus || self.makers.contains(&word.letters) || (word.letters == "ai" && word.capitals)
    }

    fn hits(&self, words: &[Word]) -> Vec<usize> {
        (0..words.len()).filter(|at| self.models.contains(&words[*at].letters)).collect()
    }

    fn belongs(&self, word: &str) -> bool {
        [&self.models, &self.kinds, &self.makers].iter().any(|set| set.contains(word))
    }

    /// True if a tool's name may end with this word.
    fn ends(&self, words: &[Word], at: usize) -> bool {
        let follows = |next: &Word| next.number || self.joints.contains(&next.letters) || self.belongs(&next.letters);
        words[at].last || words[at].colon || words.get(at + 1).is_none_or(follows)
    }

    /// A pattern for what may stand behind a tool's name in running text, where it is named as the maker: the end of the
    /// line, punctuation, a version, or a word that belongs to such names.
    pub fn end(&self) -> String {
        let listed = |sets: &[&FxHashSet<String>]| {
            let all: std::collections::BTreeSet<&str> =
                sets.iter().flat_map(|set| set.iter().map(String::as_str)).collect();
            all.into_iter().collect::<Vec<_>>().join("|")
        };
        let names = listed(&[&self.models, &self.kinds, &self.makers]);
        let words = listed(&[&self.models, &self.kinds, &self.makers, &self.joints]);
        // dashes, other punctuation beyond ASCII, and emoji, as bytes
        let sign = r"(?:[!-/:-@\[-`{-~\s]|\xe2[\x80-\xbf]{2}|\xf0[\x80-\xbf]{3}|\xef\xb8\x8f)";
        format!(
            r"(?:{sign}*$|[\],;:()/+&|][^a-z]|[.!]\s|[- ]?v?\d|-(?:{names})(?:[^\w]|$)|\s+(?:[!-/:-@\[-`{{-~]|\xe2|\xf0|https?:|(?:{words})(?:[^\w]|$)))"
        )
    }
}

fn split(value: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut rest = value;
    while let Some(begin) = rest.find(|c: char| !is_gap(c)) {
        if rest[..begin].contains(|c: char| BREAKS.contains(c))
            && let Some(word) = words.last_mut()
        {
            word.last = true;
        }
        rest = &rest[begin..];
        let end = rest.find(is_gap).unwrap_or(rest.len());
        rest[..end].split_inclusive(':').for_each(|part| push(&mut words, part));
        rest = &rest[end..];
    }
    words
}

/// Signs that end a name, and those between its words.
const BREAKS: &str = "()[]<>,;/&+|\u{2013}\u{2014}";

fn is_gap(c: char) -> bool {
    c.is_whitespace() || BREAKS.contains(c) || "-_\"'*`".contains(c)
}

fn push(words: &mut Vec<Word>, part: &str) {
    let colon = part.ends_with(':');
    let part = part.trim_end_matches([':', '.', '!']);
    let end = part.find(|c: char| !c.is_alphabetic()).unwrap_or(part.len());
    let (name, version) = part.split_at(end);
    let number = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let dotted = number && version.trim_matches('.').contains('.');
    // `Cursor.js` and `node4js` are words of their own
    let name =
        if version.is_empty() || number || version.starts_with(|c: char| c.is_ascii_digit()) { name } else { part };
    let letters = name.to_lowercase();
    if number && letters.chars().count() <= 2 {
        // `4.8`, `v5` and `k3` are versions of the word before them
        if let Some(word) = words.last_mut() {
            (word.versioned, word.dotted) = (true, word.dotted || dotted);
        }
    }
    let letters = if number { letters.trim_end_matches('v').to_owned() } else { letters };
    let versioned = version.starts_with(|c: char| c.is_ascii_digit());
    let capitals = name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase());
    let number = number && letters.chars().count() <= 2;
    words.push(Word { letters, capitals, versioned, dotted, colon, last: false, number });
}

#[cfg(test)]
mod tests {
    use crate::provenance::Agents;

    #[test]
    fn people_with_the_name_of_a_model_stay_people() {
        let words = &Agents::get().words;
        for value in [
            "Claude Dupont",
            "Kimi Virtanen",
            "Ai Tanaka",
            "Nova Smith",
            "Copilot Smith",
            "Ann",
            "",
            "AGENT_NAME:MODEL_VERSION",
            "Cursor position tests",
            "Cursor.js library",
            "gpt-partition-tool",
        ] {
            assert!(!words.is_ai(value, false), "{value}");
        }
        for value in [
            "Claude",
            "Claude Opus",
            "claude-opus-4-8",
            "ChatGPTv5",
            "Kimi K3",
            "GLM-5",
            "generic LLM chatbot",
            "Cursor (Auto) for unit tests.",
            "Cursor Auto",
            "Claude Code / Opus 4.8 / claude-opus-4-8",
            "x via Crush",
            "LLM (Qwen3-Coder)",
            "Claude:claude-3-opus coccinelle sparse",
            "openai/gpt-5.5-codex",
        ] {
            assert!(words.is_ai(value, false), "{value}");
        }
    }

    #[test]
    fn beside_an_address_a_name_must_be_a_product_s() {
        let words = &Agents::get().words;
        for value in
            ["GLM-4.7", "Gemini AI", "Google Gemini", "Claude Opus 4.8", "Claude Fable 5 Code", "Gemini 2.5", "GPT-4"]
        {
            assert!(words.is_ai(value, true), "{value}");
        }
        for value in [
            "Gemini",
            "Nova 5",
            "Jules B2",
            "Kimi R",
            "Ai Claude",
            "Claude Max",
            "Claude Ai",
            "Roo Code",
            "Oz Agent",
            "Cursor",
            "Devin AI-Hassan",
        ] {
            assert!(!words.is_ai(value, true), "{value}");
        }
    }

    #[test]
    fn a_tool_s_name_within_another_name_is_another() {
        let words = &Agents::get().words;
        for value in ["Cursor position tests", "gpt-partition-tool", "Copilot seat report"] {
            assert!(words.names_another(value), "{value}");
        }
        for value in
            ["Cursor", "Copilot <223556219+Copilot@users.noreply.github.com>", "mytool", "Codex GPT-5", "x via Crush"]
        {
            assert!(!words.names_another(value), "{value}");
        }
    }
}
