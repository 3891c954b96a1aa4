//! Agent traces: JSON lines in `.agent-trace/traces.jsonl`, a file of the tree and therefore a declaration like any other
//! text of the change. Records name the revision at which they were made; the reference recorder writes the parent of the
//! commit that will hold the lines, so both are tried. Ranges that begin at line 1 are what it writes when it did not
//! find the place: they say something of the file and nothing of its lines, unless they are the whole of a new file.
//! Links in records may name a person's folders; they are never read.

use super::agents::{AgentIndex, Agents, Tool};
use super::content_hash::ContentHash;
use super::lines::{LineMark, Sheet, Stroke};
use super::{Confidence, Writer};
use crate::input::{FileChange, Oid};
use crate::limits;
use crate::location::{RepoPath, Side};
use serde::Deserialize;

/// Where the records stand.
pub(super) const PATH: &str = ".agent-trace/traces.jsonl";
/// Names that the reference recorder uses for what is no file.
const PSEUDO: [&str; 3] = [".sessions", ".shell-history", ".unknown"];

/// One record, reduced to what counts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trace {
    /// Full object id in lower case; none where the record does not say.
    pub revision: Option<String>,
    /// The line of the file that holds it, 1-based.
    pub line: u32,
    pub strokes: Vec<Told>,
}

/// Lines of a file, and what they were where the record has a hash of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    path: RepoPath,
    stroke: Stroke,
    hash: Option<ContentHash>,
}

/// All records, and how many lines could not be read or are over the limit.
#[derive(Debug, Default)]
pub(super) struct Traces {
    pub records: Vec<Trace>,
    pub unread: usize,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    vcs: Option<Vcs>,
    tool: Option<ToolName>,
    files: Vec<File>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Vcs {
    revision: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ToolName {
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    path: String,
    conversations: Vec<Conversation>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Conversation {
    contributor: Option<Contributor>,
    ranges: Vec<Range>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Range {
    #[serde(alias = "start")]
    start_line: u32,
    #[serde(alias = "end")]
    end_line: u32,
    content_hash: Option<String>,
    contributor: Option<Contributor>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Contributor {
    r#type: String,
    model_id: Option<String>,
}

/// Reads the file of traces.
pub(super) fn traces(bytes: &[u8], agents: &Agents) -> Traces {
    let mut found = Traces::default();
    let mut room = limits::ATTESTED_RANGES_MAX;
    for (line, text) in bytes.split(|byte| *byte == b'\n').zip(1u32..).map(|(text, line)| (line, text.trim_ascii())) {
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Record>(text) {
            Ok(record) if room > 0 => {
                let strokes = strokes(&record, agents, &mut room);
                let revision = record.vcs.map(|vcs| vcs.revision.to_lowercase()).filter(|name| !name.is_empty());
                found.records.push(Trace { revision, line, strokes });
            }
            _ => found.unread += 1,
        }
    }
    found
}

fn strokes(record: &Record, agents: &Agents, room: &mut usize) -> Vec<Told> {
    let tool = record.tool.as_ref().and_then(|tool| tool.name.as_deref()).map(|name| agents.by_trace_tool(name));
    let mut strokes = Vec::new();
    for (file, path) in record.files.iter().filter_map(|file| Some((file, repo_path(&file.path)?))) {
        for conversation in &file.conversations {
            for range in conversation.ranges.iter().filter(|range| 0 < range.start_line) {
                let contributor = range.contributor.as_ref().or(conversation.contributor.as_ref());
                let Some(mark) = contributor.and_then(|who| mark(who, tool, agents)) else { continue };
                if range.end_line < range.start_line || *room == 0 {
                    continue;
                }
                *room -= 1;
                let stroke = Stroke { start: range.start_line, end: range.end_line, mark };
                let hash = range.content_hash.as_deref().and_then(ContentHash::parse);
                strokes.push(Told { path: path.clone(), stroke, hash });
            }
        }
    }
    strokes
}

/// A path inside the repository; none for what is no file or stands outside.
fn repo_path(path: &str) -> Option<RepoPath> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let drive = path.as_bytes().get(1) == Some(&b':');
    let outside = path.is_empty() || path.starts_with(['/', '\\']) || drive || path.split('/').any(|part| part == "..");
    (!outside && !PSEUDO.contains(&path)).then(|| RepoPath::from(path))
}

fn mark(who: &Contributor, tool: Option<Tool>, agents: &Agents) -> Option<LineMark> {
    let writer = match who.r#type.to_ascii_lowercase().as_str() {
        "ai" => Writer::Agent,
        "mixed" => Writer::Mixed,
        "human" => Writer::Person,
        _ => return None,
    };
    let agent: Option<AgentIndex> = match (writer, tool) {
        (Writer::Person, _) => None,
        (_, Some(Tool::Known(agent))) => Some(agent),
        (_, Some(Tool::Ignored)) => return None,
        // another tool may run the same model
        (_, Some(Tool::Unknown)) => None,
        (_, None) => who.model_id.as_deref().and_then(|model| agents.by_model(model)),
    };
    Some(LineMark { writer, agent, confidence: Confidence::Medium })
}

impl Trace {
    /// Paints what the record says of a file that a commit changes. Returns what it says of the file as a whole, where
    /// the place of the lines is not known, or other lines stand there now than it has the hash of.
    pub fn paint(&self, file: &FileChange, most: Confidence, sheet: &mut Sheet) -> Option<LineMark> {
        let mut whole = None;
        let new_lines = file.old.is_none().then_some(file.lines_added);
        for Told { stroke, hash, .. } in self.strokes.iter().filter(|told| told.path == file.path) {
            let mark = LineMark { confidence: stroke.mark.confidence.min(most), ..stroke.mark };
            let fits = hash.as_ref().and_then(|hash| hash.fits(file, stroke.start, stroke.end));
            let unplaced = stroke.start == 1 && Some(stroke.end) != new_lines;
            if fits.map_or(unplaced, |fits| !fits) {
                whole = whole.or(Some(mark));
            } else {
                sheet.paint(Stroke { mark, ..*stroke });
            }
        }
        whole
    }

    pub fn names(&self, path: &RepoPath) -> bool {
        self.strokes.iter().any(|told| told.path == *path)
    }

    /// What the record says first of a file.
    pub fn first_mark(&self, path: &RepoPath) -> Option<LineMark> {
        self.strokes.iter().find(|told| told.path == *path).map(|told| told.stroke.mark)
    }

    pub fn is_of(&self, commit: Oid) -> bool {
        self.revision.as_ref().is_some_and(|name| *name == commit.to_string())
    }
}

/// True if a change adds this line of the file of traces.
pub(super) fn is_new(files: &[FileChange], line: u32) -> bool {
    let file = files.iter().find(|file| file.path.as_bytes() == PATH.as_bytes());
    let mut ranges = file.into_iter().flat_map(|file| file.hunks.iter().filter_map(|hunk| hunk.range(Side::New)));
    ranges.any(|range| range.contains(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let agents = Agents::get();
        let told = |trace: &Trace| {
            let strokes = trace.strokes.iter().map(|Told { path, stroke, .. }| {
                let agent = stroke.mark.agent.map_or("-", |agent| &*agents.agent(agent).id);
                format!("{} {}-{} {} {agent}", path.to_text(), stroke.start, stroke.end, stroke.mark.writer.as_str())
            });
            format!("{:?}: {}", trace.revision, strokes.collect::<Vec<_>>().join(", "))
        };
        traces(text.as_bytes(), agents).records.iter().map(told).collect()
    }

    fn record(version: &str, rest: &str, ranges: &str) -> String {
        format!(
            r#"{{"version":"{version}","id":"x","timestamp":"t",{rest}"files":[{{"path":"./src/a.rs","conversations":[{{
            "url":"file:///home/ann/secret","contributor":{{"type":"ai","model_id":"anthropic/x"}},"ranges":[{ranges}]}}]}},
            {{"path":".shell-history","conversations":[{{"contributor":{{"type":"ai"}},"ranges":[{{"start_line":1,
            "end_line":1}}]}}]}},{{"path":"/abs/b","conversations":[{{"contributor":{{"type":"ai"}},"ranges":[{{"start_line":2
            ,"end_line":3}}]}}]}}]}}"#
        )
        .replace('\n', " ")
    }

    #[test]
    fn records_are_read_leniently() {
        let lines = r#"{"start_line":3,"end_line":9},{"start":14,"end":14,"contributor":{"type":"mixed"}},
            {"start_line":5,"end_line":2},{"start_line":20,"end_line":20,"contributor":{"type":"human"}},
            {"start_line":21,"end_line":21,"contributor":{"type":"unknown"}}"#;
        let vcs = r#""vcs":{"type":"git","revision":"5F0C"},"tool":{"name":"cursor"},"#;
        let expected = "src/a.rs 3-9 agent cursor, src/a.rs 14-14 mixed cursor, src/a.rs 20-20 person -";
        for version in ["0.1.0", "1.0", ""] {
            assert_eq!(read(&record(version, vcs, lines)), [format!("Some(\"5f0c\"): {expected}")]);
        }
        assert_eq!(
            read(&record("1.0", "", r#"{"start_line":3,"end_line":3}"#)),
            ["None: src/a.rs 3-3 agent claude-code"]
        );
        let other = read(&record("1.0", r#""tool":{"name":"wat"},"#, r#"{"start_line":3,"end_line":3}"#));
        assert_eq!(other, ["None: src/a.rs 3-3 agent -"], "a model behind another tool names no agent");
    }

    /// The lines that a record paints of a file with this text, and whether it says something of the file as a whole.
    fn painted(text: &str, hash: &str, start: u32, end: u32) -> (Vec<u32>, bool) {
        let range = format!(r#"{{"start_line":{start},"end_line":{end},"content_hash":"{hash}"}}"#);
        let found = traces(record("1.0", "", &range).as_bytes(), Agents::get());
        let new = crate::input::FileSide {
            mode: crate::input::Mode::File,
            oid: None,
            content: crate::input::Content::Text(text.as_bytes().into()),
        };
        let lines = text.lines().count() as u32;
        let hunk = crate::input::Hunk { old_start: 0, old_lines: 0, new_start: 1, new_lines: lines };
        let file = FileChange {
            path: "src/a.rs".into(),
            old_path: None,
            status: crate::input::FileStatus::Modified,
            old: Some(new.clone()),
            new: Some(new),
            hunks: vec![hunk],
            lines_added: lines,
            lines_deleted: 0,
            binary: false,
        };
        let mut sheet = Sheet::new(&file);
        let whole = found.records[0].paint(&file, Confidence::Medium, &mut sheet);
        (sheet.marked().map(|(line, _)| line).collect(), whole.is_some())
    }

    #[test]
    fn lines_that_are_no_longer_what_was_hashed_are_not_painted() {
        let text = "one\ntest\nthree\n";
        assert_eq!(painted(text, "murmur3:ba6bd213", 2, 2), (vec![2], false));
        assert_eq!(painted("zero\none\ntest\n", "murmur3:ba6bd213", 2, 2), (vec![], true), "it moved on");
        assert_eq!(painted(text, "murmur3:ba6bd213", 9, 9), (vec![], true), "there is no such line");
        assert_eq!(painted("test\nb\n", "murmur3:ba6bd213", 1, 1), (vec![1], false), "line 1 with a proof");
        assert_eq!(painted("test\nb\n", "sha1:00", 1, 1), (vec![], true), "line 1 without one");
        assert_eq!(painted(text, "sha1:00", 2, 2), (vec![2], false), "another kind of hash says nothing");
    }

    #[test]
    fn a_line_that_is_no_record_ends_nothing() {
        let found = traces(b"\n{\n{\"files\":[]}\n[1]\n", Agents::get());
        assert_eq!((found.records.len(), found.unread), (1, 2));
        assert_eq!(found.records[0].line, 3);
    }
}
