//! What rules look at, prepared once for all rules: the facts of each file with their values as text and their keys as
//! words, the changed lines without those that only moved, the statements of SQL files. Everything is borrowed from the
//! stages above; nothing is judged here.

use super::Evidence;
use super::counterparts::Counterparts;
use super::statements::statements;
use super::when::{LineSide, bit};
use crate::facts::{ConstructChange, EntityRef, Fact, FactKind, FileFacts, only_tells};
use crate::input::{Content, FileChange};
use crate::limits;
use crate::location::{LineRange, Side};
use crate::syntax::Outline;
use crate::text::lossless;
use crate::zones::words;
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::sync::OnceLock;

/// The whole change as rules see it.
pub(super) struct Scene<'a> {
    pub(super) evidence: Evidence<'a>,
    pub(super) files: Vec<FileScene<'a>>,
    /// First lines of the commit messages.
    pub(super) messages: Vec<String>,
    /// Trimmed changed lines of each side in the whole change, for lines that only moved.
    old_lines: OnceLock<FxHashSet<Vec<u8>>>,
    new_lines: OnceLock<FxHashSet<Vec<u8>>>,
}

/// One file.
pub(super) struct FileScene<'a> {
    pub(super) facts: &'a FileFacts,
    pub(super) change: Option<&'a FileChange>,
    pub(super) path: String,
    pub(super) zones: Vec<usize>,
    pub(super) observed: Vec<Observed<'a>>,
    /// Bit per kind of fact that is here.
    pub(super) kinds: u32,
    lines: [OnceLock<Vec<Line>>; 4],
    statements: OnceLock<Vec<Line>>,
    /// What `asked::texts` made of it.
    pub(super) texts: OnceLock<Vec<Option<Vec<u8>>>>,
    without_remarks: OnceLock<Option<String>>,
}

/// One fact with what predicates ask of it.
pub(super) struct Observed<'a> {
    pub(super) fact: &'a Fact,
    pub(super) key: Vec<String>,
    pub(super) key_tail: Vec<String>,
    pub(super) old: Option<Cow<'a, str>>,
    pub(super) new: Option<Cow<'a, str>>,
    pub(super) ratio: Option<f64>,
    pub(super) dependents: u32,
}

/// A changed line, or a statement that holds one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) text: String,
}

impl<'a> Scene<'a> {
    pub(super) fn new(evidence: &Evidence<'a>) -> Self {
        let counterparts = Counterparts::of(evidence);
        let files = evidence.facts.files.iter().map(|file| FileScene::new(evidence, file, &counterparts)).collect();
        let first = |message: &str| message.lines().next().unwrap_or_default().trim().to_owned();
        let messages = evidence.change.commits.iter().map(|commit| first(commit.message.raw())).collect();
        Self { evidence: *evidence, files, messages, old_lines: OnceLock::new(), new_lines: OnceLock::new() }
    }

    /// Changed lines of a file as a rule's `line` sees them: no comments, nothing that stands on the other side too.
    pub(super) fn lines<'s>(&'s self, file: &'s FileScene<'a>, side: LineSide) -> &'s [Line] {
        file.lines[side as usize].get_or_init(|| match side {
            LineSide::Old => self.changed(file, Side::Old),
            LineSide::New => self.changed(file, Side::New),
            LineSide::Removed => {
                let edited = |line: &Line| file.facts.edited.binary_search_by_key(&line.number, |pair| pair.0).is_ok();
                self.changed(file, Side::Old).into_iter().filter(|line| !edited(line)).collect()
            }
            LineSide::Commented => commented(file),
        })
    }

    /// Statements (up to `;`) of the new side that hold a changed line, each at its first changed line. What stood in a
    /// file of the same kind before only moved, and what undoes a migration runs only if somebody asks for it.
    pub(super) fn statements<'s>(&'s self, file: &'s FileScene<'a>) -> &'s [Line] {
        file.statements.get_or_init(|| {
            let Some(text) = file.text(Side::New) else { return Vec::new() };
            let changed = file.change.map(|change| change.changed(Side::New)).unwrap_or_default();
            let kind = |file: &FileScene| file.path.rsplit('.').next().map(str::to_owned);
            let alike = self.files.iter().filter(|other| kind(other) == kind(file));
            let old = alike.filter_map(|other| other.text(Side::Old)).flat_map(|text| statements(&text));
            let known: FxHashSet<String> = old.map(|(_, text)| text).collect();
            let all = statements(&text);
            let came = all.iter().filter(|(_, text)| !known.contains(text.as_str()));
            let placed = came.filter_map(|(lines, text)| {
                let number = changed.iter().filter(|range| range.overlaps(*lines)).map(|range| range.start).min()?;
                Some(Line { number: number.max(lines.start), text: text.clone() })
            });
            placed.collect()
        })
    }

    /// True if few lines of shipped files changed, and little moved. Comments, lines that only moved, that say the same in
    /// other words, or that only tell somebody what happens do not count; those of settings count for half.
    pub(super) fn is_focused(&self) -> bool {
        let shipped = self.files.iter().filter(|file| file.facts.roles.is_production());
        let touched = |file: &FileScene<'a>| {
            let change = file.change.into_iter();
            let hunks = change.flat_map(|change| change.hunks.iter());
            hunks.map(|hunk| (hunk.old_lines + hunk.new_lines) as usize).sum::<usize>()
        };
        if shipped.clone().map(touched).sum::<usize>() > limits::FOCUS_TOUCHED_LINES_MAX {
            return false;
        }
        let changed = |file: &FileScene<'a>| {
            let (old, new): (Vec<u32>, Vec<u32>) = file.facts.worded_otherwise.iter().copied().unzip();
            let counted = |side: LineSide, but: &[u32]| {
                let lines = self.lines(file, side).iter();
                lines.filter(|line| !but.contains(&line.number) && !only_tells(&line.text)).count()
            };
            let lines = counted(LineSide::Old, &old) + counted(LineSide::New, &new);
            // a setting says all of what it says on its line
            let data = file.facts.language().is_some_and(|language| language.data);
            if data { lines.div_ceil(2) } else { lines }
        };
        let few = |lines: usize, file: &FileScene<'a>| {
            Some(lines + changed(file)).filter(|lines| *lines <= limits::FOCUS_LINES_MAX)
        };
        shipped.into_iter().try_fold(0, few).is_some()
    }

    fn changed(&self, file: &FileScene, side: Side) -> Vec<Line> {
        let Some(change) = file.change else { return Vec::new() };
        let other = match side {
            Side::Old => self.side_lines(Side::New),
            Side::New => self.side_lines(Side::Old),
        };
        let outline = file.outline(side);
        let inert = |number: u32| outline.is_some_and(|outline| any(&outline.inert_lines, number));
        let kept = |line: &(u32, &[u8])| {
            let text = line.1.trim_ascii();
            !text.is_empty() && !inert(line.0) && !other.contains(&plain(text))
        };
        let lines = change.changed_text(side).map(|line| (line.line, line.text)).filter(kept);
        lines.map(|(number, text)| Line { number, text: cut(text) }).collect()
    }

    fn side_lines(&self, side: Side) -> &FxHashSet<Vec<u8>> {
        let (cell, changes) = match side {
            Side::Old => (&self.old_lines, &self.evidence.change.files),
            Side::New => (&self.new_lines, &self.evidence.change.files),
        };
        cell.get_or_init(|| {
            let all = changes.iter().flat_map(|file| file.changed_text(side));
            all.map(|line| plain(line.text.trim_ascii())).filter(|text| !text.is_empty()).collect()
        })
    }
}

impl<'a> FileScene<'a> {
    fn new(evidence: &Evidence<'a>, facts: &'a FileFacts, counterparts: &Counterparts) -> Self {
        let observed: Vec<_> =
            facts.facts.iter().filter(|fact| !counterparts.hold(evidence.change, facts, fact)).collect();
        let observed: Vec<_> = observed.into_iter().map(|fact| Observed::new(evidence, facts, fact)).collect();
        Self {
            facts,
            change: evidence.change.files.get(facts.file),
            path: facts.path.to_text(),
            zones: evidence.zones.of_path(&facts.path, facts.roles),
            kinds: observed.iter().fold(0, |mask, observed| mask | bit(observed.fact.kind)),
            observed,
            lines: Default::default(),
            statements: OnceLock::new(),
            texts: OnceLock::new(),
            without_remarks: OnceLock::new(),
        }
    }

    pub(super) fn outline(&self, side: Side) -> Option<&'a Outline> {
        match side {
            Side::Old => self.facts.old.as_deref(),
            Side::New => self.facts.new.as_deref(),
        }
    }

    /// The text of a side, if it is text.
    pub(super) fn text(&self, side: Side) -> Option<Cow<'a, str>> {
        let change = self.change?;
        let side = match side {
            Side::Old => change.old.as_ref(),
            Side::New => change.new.as_ref(),
        };
        side.and_then(|side| side.content.text()).map(|bytes| lossless(bytes))
    }

    /// The new text without the comments that came with the change: what a change says of itself quiets no rule.
    pub(super) fn text_without_new_remarks(&self) -> Option<&str> {
        let without = || {
            let (change, text) = (self.change?, self.text(Side::New)?);
            let mut lines: Vec<&str> = text.lines().collect();
            for changed in change.changed_text(Side::New) {
                let Some(line) = lines.get_mut(changed.line as usize - 1) else { continue };
                let code =
                    if is_comment(self.outline(Side::New), changed.line, changed.text) { 0 } else { code_end(line) };
                *line = &line[..code];
            }
            Some(lines.join("\n"))
        };
        self.without_remarks.get_or_init(without).as_deref()
    }
}

/// True if a line holds nothing but a comment. Without a grammar it is taken for one if it begins like one.
fn is_comment(outline: Option<&Outline>, line: u32, text: &[u8]) -> bool {
    let leads = || [b"//".as_slice(), b"#", b"--", b";"].iter().any(|mark| text.trim_ascii().starts_with(mark));
    outline.is_some_and(|outline| any(&outline.inert_lines, line) || (outline.fallback.is_some() && leads()))
}

/// Where a comment at the end of a line may begin, or where the line ends (bytes). What looks like one and is none is cut
/// too: then a rule is quieted less, never more.
fn code_end(line: &str) -> usize {
    const MARKERS: [&str; 7] = [" /*", ";/*", " #", "\t#", ";#", " -- ", ";--"];
    let slashes = line.match_indices("//").map(|(at, _)| at).find(|at| !line[..*at].ends_with(':'));
    MARKERS.iter().filter_map(|marker| line.find(marker)).chain(slashes).min().unwrap_or(line.len())
}

impl<'a> Observed<'a> {
    fn new(evidence: &Evidence, file: &FileFacts, fact: &'a Fact) -> Self {
        let (old, new) = values(evidence, file, fact);
        let key = fact.setting.as_ref().map_or("", |setting| &*setting.key);
        let ratio = fact.setting.as_ref().map_or_else(|| ratio_of(fact, &old, &new), |setting| setting.ratio);
        Self {
            fact,
            key: words(key),
            key_tail: words(tail(key)),
            old,
            new,
            ratio,
            dependents: dependents(evidence, file, fact),
        }
    }
}

/// Both values of a fact as text: setting, version, construct, link target, mode.
fn values<'a>(evidence: &Evidence, file: &FileFacts, fact: &'a Fact) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    if let Some(setting) = &fact.setting {
        let text = |value: &Option<crate::syntax::Value>| value.as_ref().map(|value| Cow::Owned(value.to_text()));
        return (text(&setting.old), text(&setting.new));
    }
    if let Some(ConstructChange { old, new, .. }) = &fact.construct {
        return (old.as_deref().map(Cow::Borrowed), new.as_deref().map(Cow::Borrowed));
    }
    if let Some(dependency) = &fact.dependency {
        return (dependency.old.as_deref().map(Cow::Borrowed), dependency.new.as_deref().map(Cow::Borrowed));
    }
    let Some(change) = evidence.change.files.get(file.file) else { return (None, None) };
    let side = |side: &Option<crate::input::FileSide>| {
        let side = side.as_ref()?;
        match (fact.kind, &side.content) {
            (FactKind::ModeChanged, _) => Some(Cow::Borrowed(side.mode.octal())),
            (FactKind::SymlinkChanged, Content::Symlink(target)) => Some(Cow::Owned(target.raw().to_owned())),
            (FactKind::SubmoduleChanged, Content::Submodule(oid)) => Some(Cow::Owned(oid.short())),
            _ => None,
        }
    };
    (side(&change.old), side(&change.new))
}

/// New quantity divided by old one, where a construct is the same on both sides but for one number or its unit.
fn ratio_of(fact: &Fact, old: &Option<Cow<str>>, new: &Option<Cow<str>>) -> Option<f64> {
    fact.construct.as_ref()?;
    crate::facts::ratio(old.as_deref()?, new.as_deref()?)
}

/// The last two segments of a dotted key, positions in lists left out.
fn tail(key: &str) -> &str {
    let mut named = 0;
    let mut from = key.len();
    for segment in key.rsplit('.') {
        from -= segment.len();
        named += usize::from(!segment.bytes().all(|b| b.is_ascii_digit()));
        if named == 2 || from == 0 {
            break;
        }
        from -= 1;
    }
    &key[from..]
}

/// Direct dependents of the fact's entity that this change leaves as they are.
fn dependents(evidence: &Evidence, file: &FileFacts, fact: &Fact) -> u32 {
    if fact.entity.is_none() {
        // a fact about a whole file
        let whole = |changed: &&crate::blast::ChangedEntity| changed.file == file.file && changed.change == fact.kind;
        return evidence.blast.changed.iter().find(whole).map_or(0, |changed| changed.unchanged_direct);
    }
    // what is private is seen where it stands
    let outside = |changed: &crate::blast::ChangedEntity| {
        changed.unchanged_files.iter().filter(|path| **path != file.path).count() as u32
    };
    let count = |changed: &crate::blast::ChangedEntity| match fact.kind {
        FactKind::VisibilityChanged => outside(changed),
        _ => changed.unchanged_direct,
    };
    changed_by(evidence, file, fact).map(count).max().unwrap_or(0)
}

/// What the graph says of the fact's entity.
pub(super) fn changed_by<'e>(
    evidence: &Evidence<'e>,
    file: &FileFacts,
    fact: &Fact,
) -> impl Iterator<Item = &'e crate::blast::ChangedEntity> {
    let (at, entity) = (file.file, fact.entity.clone());
    // a construct changes what its entity does
    let (construct, own) = (fact.construct.is_some(), fact.kind);
    let kind = move |kind: FactKind| match construct {
        true => matches!(kind, FactKind::BodyChanged | FactKind::SignatureChanged),
        false => kind == own,
    };
    let same = move |changed: &&crate::blast::ChangedEntity| {
        let named = |entity: &EntityRef| *changed.entity == *entity.qualified || *changed.entity == *entity.name;
        changed.file == at && entity.as_ref().is_some_and(named) && kind(changed.change)
    };
    evidence.blast.changed.iter().filter(same)
}

/// Bytes before the first bracket or `=` that tell one statement from others.
const COMMENTED_HEAD_BYTES: usize = 4;

/// Lines of code that came back as comments: the new line is a comment, and without its marker it is a line that went
/// in the same place.
fn commented(file: &FileScene) -> Vec<Line> {
    let (Some(change), Some(outline)) = (file.change, file.outline(Side::New)) else { return Vec::new() };
    let was_inert = |line: u32| file.outline(Side::Old).is_some_and(|old| any(&old.inert_lines, line));
    let hunk_of = |side: Side, line: u32| {
        change.hunks.iter().position(|hunk| hunk.range(side).is_some_and(|range| range.contains(line)))
    };
    let gone = change.changed_text(Side::Old).filter(|line| !was_inert(line.line));
    let gone: FxHashSet<(Option<usize>, &[u8])> =
        gone.map(|line| (hunk_of(Side::Old, line.line), line.text.trim_ascii())).collect();
    let comment = |line: u32, text: &[u8]| is_comment(Some(outline), line, text);
    // the same begins another line now, which runs in its place
    let runs = change.changed_text(Side::New).filter(|line| !comment(line.line, line.text));
    let runs: Vec<(Option<usize>, &[u8])> =
        runs.map(|line| (hunk_of(Side::New, line.line), line.text.trim_ascii())).collect();
    let head = |code: &[u8]| code.iter().position(|byte| b"=(".contains(byte)).filter(|at| *at >= COMMENTED_HEAD_BYTES);
    let instead = |hunk: Option<usize>, code: &[u8]| {
        head(code).is_some_and(|at| runs.iter().any(|(other, text)| *other == hunk && text.starts_with(&code[..at])))
    };
    let came = change.changed_text(Side::New).filter(|line| comment(line.line, line.text));
    let stripped = came.filter_map(|line| {
        let text = line.text.trim_ascii();
        let marker = text.iter().position(|b| !b"/#-*;!% \t".contains(b))?;
        let code = text[marker..].strip_suffix(b"*/").unwrap_or(&text[marker..]).trim_ascii();
        let hunk = hunk_of(Side::New, line.line);
        let was_code = marker > 0 && gone.contains(&(hunk, code)) && !instead(hunk, code);
        was_code.then(|| Line { number: line.line, text: cut(code) })
    });
    stripped.collect()
}

/// A line without a comment at its end (` // `, ` # `) and with one blank for several, so that one that only got a comment
/// or another layout did not change.
fn plain(line: &[u8]) -> Vec<u8> {
    let end = [b" // ".as_slice(), b" # "].iter().filter_map(|marker| memchr::memmem::find(line, marker)).min();
    let line = line[..end.unwrap_or(line.len())].trim_ascii_end();
    let mut folded = Vec::with_capacity(line.len());
    for byte in line {
        let blank = byte.is_ascii_whitespace();
        if !(blank && folded.last() == Some(&b' ')) {
            folded.push(if blank { b' ' } else { *byte });
        }
    }
    folded
}

/// True if a line is in one of some sorted ranges.
fn any(ranges: &[LineRange], line: u32) -> bool {
    let at = ranges.partition_point(|range| range.end < line);
    ranges.get(at).is_some_and(|range| range.contains(line))
}

/// A line as text, at most `LINE_BYTES_MAX` bytes of it.
fn cut(text: &[u8]) -> String {
    lossless(&text[..text.len().min(limits::LINE_BYTES_MAX)]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_asked_by_its_last_two_names() {
        assert_eq!(tail("services.web.http.timeout"), "http.timeout");
        assert_eq!(tail("jobs.build.steps.1.run"), "steps.1.run");
        assert_eq!(tail("timeout"), "timeout");
        assert_eq!(tail(""), "");
    }
}
