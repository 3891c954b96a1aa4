//! Notes of whogitit (`refs/notes/whogitit`): JSON with one entry a line. The tool records one agent's sessions, so its
//! vendor names the agent. Prompts stand in these notes too; they are skipped and never held.

use super::agents::Agents;
use super::git_ai::Note;
use super::lines::{LineMark, Stroke};
use super::{Confidence, Writer};
use crate::limits;
use crate::location::RepoPath;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribution {
    session: Session,
    files: Vec<File>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Session {
    model: Model,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Model {
    provider: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    path: String,
    lines: Vec<Line>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    line_number: u32,
    source: Source,
}

/// A word in older versions, a table with a `type` in newer ones.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Source {
    Word(String),
    Table { r#type: String },
    Other(serde::de::IgnoredAny),
}

impl Default for Source {
    fn default() -> Self {
        Self::Word(String::new())
    }
}

/// Reads a note; `nameless` if it is no JSON of this kind.
pub(super) fn note(bytes: &[u8], agents: &Agents) -> Note {
    let parsed = serde_json::from_slice::<Attribution>(bytes);
    let mut note = Note { nameless: parsed.is_err(), ..Note::default() };
    let found = parsed.unwrap_or_default();
    let agent = agents.by_model(&format!("{}/", found.session.model.provider));
    let mut count = 0;
    for file in found.files {
        for line in file.lines.iter().filter(|line| line.line_number > 0) {
            let Some(writer) = writer(&line.source) else { continue };
            count += 1;
            if count > limits::ATTESTED_RANGES_MAX {
                note.cut = true;
                return note;
            }
            let agent = agent.filter(|_| writer != Writer::Person);
            let mark = LineMark { writer, agent, confidence: Confidence::High };
            let stroke = Stroke { start: line.line_number, end: line.line_number, mark };
            note.strokes.entry(RepoPath::from(file.path.as_str())).or_default().push(stroke);
        }
    }
    note
}

/// `Original` lines were there before, and anything else is not known.
fn writer(source: &Source) -> Option<Writer> {
    let word = match source {
        Source::Word(word) | Source::Table { r#type: word } => word.as_str(),
        Source::Other(_) => return None,
    };
    match word {
        "AI" => Some(Writer::Agent),
        "AIModified" => Some(Writer::Mixed),
        "Human" => Some(Writer::Person),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_source_are_read() {
        let text = r#"{"version":3,"session":{"model":{"provider":"anthropic"}},"prompts":[{"text":"secret"}],
            "files":[{"path":"a.rs","lines":[{"line_number":1,"source":"AI"},{"line_number":2,"source":
            {"type":"AIModified","edit_id":"x"}},{"line_number":3,"source":"Human"},{"line_number":4,"source":"Original"},
            {"line_number":0,"source":"AI"},{"line_number":5,"source":7}]}]}"#;
        let agents = Agents::get();
        let found = note(text.as_bytes(), agents);
        let marks: Vec<_> = found.strokes.values().flatten().map(|stroke| (stroke.start, stroke.mark.writer)).collect();
        assert_eq!(marks, [(1, Writer::Agent), (2, Writer::Mixed), (3, Writer::Person)]);
        let named = found.strokes.values().flatten().next().and_then(|stroke| stroke.mark.agent);
        assert_eq!(named.map(|agent| &*agents.agent(agent).id), Some("claude-code"));
        assert!(note(b"no json", agents).nameless);
    }
}
