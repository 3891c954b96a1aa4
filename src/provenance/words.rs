//! Is the value of a free trailer an AI or a person? `Assisted-by:` credits people in some projects and models in others,
//! so the value decides. A word for a model counts as a whole word; one that is also a name needs a version, another such
//! word or to stand alone. Beside a person's address only a version convinces.

use super::patterns::Patterns;
use rustc_hash::FxHashSet;

#[derive(Debug)]
pub(super) struct Words {
    models: FxHashSet<String>,
    names_too: FxHashSet<String>,
    /// What kind of thing it is: `assistant`, `chatbot`.
    kinds: FxHashSet<String>,
    placeholders: Patterns<()>,
}

/// A word of a value, in lower case.
#[derive(Debug)]
struct Word {
    letters: String,
    /// A version follows, in the same word (`gpt5`) or the next one (`opus 4.8`, `k3`).
    versioned: bool,
    /// A colon follows at once, as in the kernel's `NAME:MODEL`.
    colon: bool,
}

impl Words {
    pub fn new(models: &[String], names_too: &[String], kinds: &[String], placeholders: &[String]) -> Self {
        let set = |words: &[String]| words.iter().cloned().collect();
        Self {
            models: set(models),
            names_too: set(names_too),
            kinds: set(kinds),
            placeholders: Patterns::whole(placeholders.iter().map(|text| (text.clone(), ()))),
        }
    }

    /// True if a value names a model or an agent. `address` says that a person's address stands beside it.
    pub fn is_ai(&self, value: &str, address: bool) -> bool {
        let value = value.trim();
        if value.is_empty() || self.placeholders.is_match(value) {
            return false;
        }
        let words = split(value);
        let hits: Vec<&Word> = words.iter().filter(|word| self.models.contains(&word.letters)).collect();
        if hits.iter().any(|word| word.versioned) {
            return true;
        }
        if address || hits.is_empty() {
            return false;
        }
        let sure = hits.iter().any(|word| word.colon || !self.names_too.contains(&word.letters));
        sure || hits.len() > 1 || words.len() == 1 || words.iter().any(|word| self.kinds.contains(&word.letters))
    }
}

fn split(value: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for token in value.split(|c: char| c.is_whitespace() || "()[]<>,;/-_\"'".contains(c)).filter(|t| !t.is_empty()) {
        for part in token.split_inclusive(':') {
            let colon = part.ends_with(':');
            let part = part.trim_end_matches([':', '.']);
            let end = part.find(|c: char| !c.is_alphabetic()).unwrap_or(part.len());
            let letters = part[..end].to_lowercase();
            let digits = part.bytes().any(|b| b.is_ascii_digit());
            if digits && (letters.chars().count() <= 2) {
                mark_versioned(&mut words);
            }
            let letters = if digits { letters.trim_end_matches('v').to_owned() } else { letters };
            words.push(Word { letters, versioned: digits, colon });
        }
    }
    words
}

/// `4.8`, `v5` and `k3` are versions of the word before them.
fn mark_versioned(words: &mut [Word]) {
    if let Some(last) = words.last_mut() {
        last.versioned = true;
    }
}

#[cfg(test)]
mod tests {
    use crate::provenance::Agents;

    #[test]
    fn people_with_the_name_of_a_model_stay_people() {
        let words = &Agents::get().words;
        for value in
            ["Claude Dupont", "Kimi Virtanen", "Ai Tanaka", "Nova Smith", "Ann", "", "AGENT_NAME:MODEL_VERSION"]
        {
            assert!(!words.is_ai(value, false), "{value}");
        }
        for value in
            ["Claude", "Claude Opus", "claude-opus-4-8", "ChatGPTv5", "Kimi K3", "GLM-5", "generic LLM chatbot"]
        {
            assert!(words.is_ai(value, false), "{value}");
        }
        assert!(words.is_ai("GLM-4.7", true) && !words.is_ai("Gemini", true));
    }
}
