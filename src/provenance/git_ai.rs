//! Notes of git-ai. Standard 3.0.0: lines `path` / `  key ranges`, a line `---`, then JSON that says who the keys are.
//! Before 1.0: JSON alone. The readers are lenient where real notes are odd: keys without metadata, keys of unknown
//! kinds, fields that went away (whole transcripts among them, which are skipped and never held). Tools that only test
//! the format attest nothing.

use super::agents::{Agents, Tool};
use super::lines::{LineMark, Stroke, Strokes};
use super::{Confidence, Writer};
use crate::input::Oid;
use crate::limits;
use crate::location::RepoPath;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a note attests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    pub strokes: Strokes,
    /// True if its second part is no JSON: then nobody knows which agents its keys stand for.
    pub nameless: bool,
    /// True if it has more ranges than are read.
    pub cut: bool,
}

/// The JSON of a note; everything that is not named here is skipped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    base_commit_sha: String,
    prompts: BTreeMap<String, Session>,
    sessions: BTreeMap<String, Session>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Session {
    agent_id: AgentId,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AgentId {
    tool: String,
}

/// Reads a note of any version: behind the older refs stand both kinds. Only one before 1.0 begins as JSON does.
pub(super) fn any_note(bytes: &[u8], commit: Oid, agents: &Agents) -> Note {
    match bytes.trim_ascii_start().first() {
        Some(b'{') => old_note(bytes, agents),
        _ => note(bytes, commit, agents),
    }
}

/// Reads a note of the standard. `commit` is the one it stands on: a note that was copied from another proves less.
fn note(bytes: &[u8], commit: Oid, agents: &Agents) -> Note {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let attestations: Vec<&str> = lines.by_ref().take_while(|line| *line != "---").collect();
    let rest = lines.collect::<Vec<_>>().join("\n");
    let parsed = serde_json::from_str::<Metadata>(&rest);
    let nameless = parsed.is_err();
    let metadata = parsed.unwrap_or_default();
    let copied = !metadata.base_commit_sha.is_empty() && metadata.base_commit_sha != commit.to_string();
    let most = if copied || nameless { Confidence::Low } else { Confidence::High };
    let mut note = Note { nameless, ..Note::default() };
    let mut file: Option<RepoPath> = None;
    let mut count = 0;
    for line in attestations.iter().map(|line| line.trim_end()).filter(|line| !line.is_empty()) {
        let Some(entry) = line.strip_prefix("  ") else {
            file = Some(RepoPath::new(unquoted(line)));
            continue;
        };
        let Some((path, (key, ranges))) = file.clone().zip(entry.split_once(' ')) else { continue };
        let Some(mark) = mark(key, &metadata, agents) else { continue };
        let mark = LineMark { confidence: mark.confidence.min(most), ..mark };
        for (start, end) in self::ranges(ranges) {
            count += 1;
            if count > limits::ATTESTED_RANGES_MAX {
                note.cut = true;
                break;
            }
            note.strokes.entry(path.clone()).or_default().push(Stroke { start, end, mark });
        }
    }
    // the last entry of a line wins
    note.strokes.values_mut().for_each(|strokes| strokes.reverse());
    note
}

fn unquoted(path: &str) -> &str {
    path.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(path)
}

/// `3-9,14`: 1-based and inclusive; what makes no sense is left out.
fn ranges(text: &str) -> impl Iterator<Item = (u32, u32)> + '_ {
    text.split(',').filter_map(|item| {
        let (start, end) = item.trim().split_once('-').unwrap_or((item.trim(), item.trim()));
        let (start, end) = (start.parse::<u32>().ok()?, end.parse::<u32>().ok()?);
        (start > 0 && start <= end).then_some((start, end))
    })
}

/// Who a key stands for, by its prefix: `s_` a session, `h_` a person whom the editor saw typing, digits a session of
/// old. A key without metadata is still an agent's; a key of another kind, or of a tool that only tests, says nothing.
fn mark(key: &str, metadata: &Metadata, agents: &Agents) -> Option<LineMark> {
    let person = LineMark { writer: Writer::Person, agent: None, confidence: Confidence::Medium };
    if key.starts_with("h_") {
        return Some(person);
    }
    let name = key.split("::").next().unwrap_or(key);
    let session = metadata.sessions.get(name).or_else(|| metadata.prompts.get(name));
    let hex = (7..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let agent = match session {
        Some(session) => match agents.by_note_tool(&session.agent_id.tool) {
            Tool::Ignored => return None,
            Tool::Known(agent) => Some(agent),
            Tool::Unknown => None,
        },
        None if name.starts_with("s_") || hex => None,
        None => return None,
    };
    let confidence = if session.is_some() { Confidence::High } else { Confidence::Medium };
    Some(LineMark { writer: Writer::Agent, agent, confidence })
}

/// The whole of a note before 1.0.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OldNote {
    files: BTreeMap<String, OldFile>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OldFile {
    authors: Vec<OldAuthor>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OldAuthor {
    author: String,
    lines: Vec<OldLines>,
    agent_metadata: Option<serde::de::IgnoredAny>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum OldLines {
    One(u32),
    Range(u32, u32),
}

/// Reads a note of git-ai before 1.0. It names authors as they are displayed: a name of the registry is an agent's, any
/// other that of the person who committed, which attests nothing.
fn old_note(bytes: &[u8], agents: &Agents) -> Note {
    let parsed = serde_json::from_slice::<OldNote>(bytes);
    let mut note = Note { nameless: parsed.is_err(), ..Note::default() };
    let mut count = 0;
    for (path, file) in parsed.unwrap_or_default().files {
        for author in file.authors.into_iter().rev() {
            let agent = agents.by_display_name(&author.author);
            if agent.is_none() && author.agent_metadata.is_none() {
                continue;
            }
            let mark = LineMark { writer: Writer::Agent, agent, confidence: Confidence::Medium };
            let strokes = author.lines.iter().map(|lines| match *lines {
                OldLines::One(line) => Stroke { start: line, end: line, mark },
                OldLines::Range(start, end) => Stroke { start, end, mark },
            });
            let room = limits::ATTESTED_RANGES_MAX - count;
            note.cut |= author.lines.len() > room;
            count += author.lines.len().min(room);
            note.strokes.entry(RepoPath::from(path.as_str())).or_default().extend(strokes.take(room));
        }
    }
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "5f0c7d1e9a3b48260c5d7e8f9a0b1c2d3e4f5061";

    fn commit() -> Oid {
        let byte = |at: usize| u8::from_str_radix(&COMMIT[at..at + 2], 16).expect("hexadecimal");
        Oid::from_bytes(&(0..40).step_by(2).map(byte).collect::<Vec<_>>())
    }

    /// Strokes as `path start-end writer agent confidence`, in the order in which they paint.
    fn read(text: &str) -> Vec<String> {
        let agents = Agents::get();
        let found = note(text.as_bytes(), commit(), agents);
        let told = |path: &RepoPath, stroke: &Stroke| {
            let agent = stroke.mark.agent.map_or("-", |agent| &*agents.agent(agent).id);
            let (writer, confidence) = (stroke.mark.writer.as_str(), stroke.mark.confidence.as_str());
            format!("{} {}-{} {writer} {agent} {confidence}", path.to_text(), stroke.start, stroke.end)
        };
        found.strokes.iter().flat_map(|(path, all)| all.iter().map(move |stroke| told(path, stroke))).collect()
    }

    fn with(metadata: &str) -> String {
        format!(
            "src/cart/total.rs\n  s_0a1b2c3d4e5f60::t_11223344556677 3-9,14\n  h_aabbccddeeff00 10-12\n\"docs/how to \
             pay.md\"\r\n  0123456789abcdef 6,,7  \n---\n{{\"schema_version\":\"authorship/3.0.0\",{metadata}}}"
        )
    }

    const SESSIONS: &str = r#""prompts":{"0123456789abcdef":{"agent_id":{"tool":"cursor","id":"c-1","model":"unknown"},
        "messages":[{"text":"---\n  never held"}]}},"sessions":{"s_0a1b2c3d4e5f60":{"agent_id":{"tool":"claude"}}}"#;

    #[test]
    fn a_note_of_the_standard_is_read() {
        let metadata = format!(r#""base_commit_sha":"{COMMIT}",{SESSIONS}"#);
        let expected = [
            "docs/how to pay.md 7-7 agent cursor high",
            "docs/how to pay.md 6-6 agent cursor high",
            "src/cart/total.rs 10-12 person - medium",
            "src/cart/total.rs 14-14 agent claude-code high",
            "src/cart/total.rs 3-9 agent claude-code high",
        ];
        assert_eq!(read(&with(&metadata)), expected);
    }

    #[test]
    fn a_copied_note_proves_less() {
        let metadata = format!(r#""base_commit_sha":"{}",{SESSIONS}"#, "0".repeat(40));
        assert!(read(&with(&metadata)).iter().all(|line| line.ends_with(" low")));
    }

    #[test]
    fn keys_without_metadata_are_still_an_agents() {
        let found = read(&with(r#""prompts":{}"#));
        assert!(found.contains(&"docs/how to pay.md 6-6 agent - medium".to_owned()), "{found:?}");
        let broken = note(b"a\n  s_1 1\n---\n{\"prompts\": 7", commit(), Agents::get());
        assert!(broken.nameless && broken.strokes.len() == 1);
    }

    #[test]
    fn keys_of_other_kinds_and_tools_that_test_say_nothing() {
        let kinds = "human ai_agent 0f8fad5b-d9cb-469f-a165-70867728950e wat ::t_1";
        let entries: String = kinds.split(' ').map(|key| format!("  {key} 1\n")).collect();
        assert!(read(&format!("a\n{entries}---\n{{}}")).is_empty());
        for tool in ["mock_ai", "test-agent"] {
            let metadata = format!(r#"{{"sessions":{{"s_1":{{"agent_id":{{"tool":"{tool}"}}}}}}}}"#);
            assert!(read(&format!("a\n  s_1::t_1 1\n---\n{metadata}")).is_empty(), "{tool}");
        }
    }

    #[test]
    fn odd_notes_are_read_as_far_as_they_go() {
        for odd in
            ["", "---", "---\n", "\n\n  s_1 1\n", "a\n  s_1\n  s_1 0,5-2,x,4294967296,-\n", "\u{0}\n  \u{0} \u{0}"]
        {
            assert!(read(odd).is_empty(), "{odd:?}");
        }
        assert_eq!(read("a\n  s_1 1\nb\n  s_1 2").len(), 2, "without metadata at all");
        assert_eq!(read("a\n  s_1 1\n---\n{}\n---\n{}"), ["a 1-1 agent - low"], "the first mark ends the list");
        let many = format!("a\n  s_1 {}", "1,".repeat(limits::ATTESTED_RANGES_MAX + 5));
        assert!(note(many.as_bytes(), commit(), Agents::get()).cut);
        assert!(note(format!("---\n{}", "[".repeat(100_000)).as_bytes(), commit(), Agents::get()).nameless);
    }

    #[test]
    fn an_old_note_names_agents_as_they_are_displayed() {
        let text = r#"{"files":{"a.rs":{"file":"a.rs","authors":[{"author":"Ann Smith","lines":[1,[2,3]]},
            {"author":"Claude","lines":[4,[6,9]],"agent_metadata":null}]}},"schema_version":"authorship/0.0.1"}"#;
        let agents = Agents::get();
        let found = old_note(text.as_bytes(), agents);
        let lines: Vec<_> = found.strokes.values().flatten().map(|stroke| (stroke.start, stroke.end)).collect();
        assert_eq!(lines, [(4, 4), (6, 9)]);
        assert_eq!(any_note(format!("\n{text}").as_bytes(), commit(), agents), found);
        assert_eq!(any_note(b"a\n  s_1 1\n---\n{}", commit(), agents).strokes.len(), 1);
        assert!(old_note(b"[", agents).nameless && old_note(b"{}", agents).strokes.is_empty());
    }
}
