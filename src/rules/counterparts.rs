//! What left one place of a change and came to another. A construct, a setting or a dependency that only moved counts as
//! neither gone nor new, and neither does a condition that was turned round because what it asks answers the other way
//! round now. Found once for the whole change, before any rule looks at a fact.

use super::Evidence;
use crate::facts::{Fact, FactKind, FileFacts};
use crate::input::{ChangeSet, FileChange};
use crate::location::Side;
use crate::text::lossless;
use rustc_hash::{FxHashMap, FxHashSet};

/// Bytes of a line that does not stand in two places by chance.
const TELLING_BYTES: usize = 16;
/// Letters of a name that is not in a text by chance (count).
const TELLING_LETTERS: usize = 5;

/// Pairs of a capture or key, and its text or value.
type Things = FxHashSet<(String, String)>;

/// Things on both sides: what went, and what came.
#[derive(Default)]
struct Both {
    gone: Things,
    came: Things,
}

impl Both {
    fn add(&mut self, came: bool, thing: (String, String)) {
        if came { &mut self.came } else { &mut self.gone }.insert(thing);
    }

    fn hold(&self, thing: &(String, String)) -> bool {
        self.gone.contains(thing) && self.came.contains(thing)
    }
}

/// The moves of a change.
#[derive(Default)]
pub(super) struct Counterparts {
    constructs: Both,
    settings: Both,
    dependencies: Both,
    /// By file: what is dropped or unchecked under other names than before.
    shapes: FxHashMap<usize, Both>,
    /// Bare names of what has another heading, and so may answer otherwise.
    headings: FxHashSet<String>,
    /// Telling lines that went somewhere in the change, without the white space around them.
    gone_lines: FxHashSet<Vec<u8>>,
    /// Names that the shipped files of the change no longer hold, where it takes something out of tests.
    went: FxHashSet<String>,
}

impl Counterparts {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let mut found = Self::default();
        for (file, fact) in evidence.facts.iter() {
            found.add(file, fact);
        }
        if evidence.facts.iter().any(|(_, fact)| is_told_by_line(fact)) {
            let all = evidence.change.files.iter().flat_map(|file| told(file, Side::Old));
            found.gone_lines = all.map(|(_, text)| text).collect();
        }
        if evidence.facts.iter().any(|(_, fact)| is_of_test(fact)) {
            found.went = names_that_went(evidence);
        }
        found
    }

    fn add(&mut self, file: &FileFacts, fact: &Fact) {
        if let Some((came, thing)) = construct(fact) {
            self.constructs.add(came, thing);
        }
        if let Some((came, thing)) = setting(fact) {
            self.settings.add(came, thing);
        }
        if let Some((came, thing)) = dependency(fact) {
            self.dependencies.add(came, thing);
        }
        if let Some((came, thing)) = shape(fact) {
            self.shapes.entry(file.file).or_default().add(came, thing);
        }
        // what is new or called otherwise may answer the other way round, too
        if matches!(fact.kind, FactKind::SignatureChanged | FactKind::EntityAdded | FactKind::EntityRenamed) {
            self.headings.extend(fact.entity.iter().map(|entity| entity.name.to_string()));
        }
    }

    /// True if what a test asserted went from the product, too: nothing is left without a test by that.
    fn is_about_what_went(&self, change: &ChangeSet, file: &FileFacts, fact: &Fact) -> bool {
        if self.went.is_empty() || !is_of_test(fact) {
            return false;
        }
        let text = match (&fact.construct, change.files.get(file.file)) {
            (Some(construct), _) => construct.old.as_deref().unwrap_or_default().to_owned(),
            (None, Some(change)) => lines_of(change, fact),
            (None, None) => String::new(),
        };
        telling(&text).any(|word| self.went.contains(word))
    }

    /// True if a fact has its counterpart in the change, so that no rule is to take it for news.
    pub(super) fn hold(&self, change: &ChangeSet, file: &FileFacts, fact: &Fact) -> bool {
        let both = |both: &Both, thing: Option<(bool, (String, String))>| thing.is_some_and(|(_, it)| both.hold(&it));
        both(&self.constructs, construct(fact))
            || both(&self.settings, setting(fact))
            || both(&self.dependencies, dependency(fact))
            || self.shapes.get(&file.file).is_some_and(|shapes| both(shapes, shape(fact)))
            || handler(fact).is_some_and(|text| self.constructs.came.contains(&("error.handler".to_owned(), text)))
            || turned(fact).is_some_and(|name| self.headings.contains(&name))
            || is_told_by_line(fact) && line_of(change, file, fact).is_some_and(|line| self.gone_lines.contains(&line))
            || self.is_about_what_went(change, file, fact)
    }
}

/// True for a construct that came and that a line of its own tells: written elsewhere before, it is no news.
fn is_told_by_line(fact: &Fact) -> bool {
    let captures = ["error.swallowed", "unsafe", "panic", "exec", "sql", "destructive", "argument.unsafe"];
    let capture = fact.construct.as_ref().map_or("", |one| &*one.capture);
    fact.kind == FactKind::ConstructAdded && captures.contains(&capture)
}

/// Changed lines of a side that tell what they are, by number: the line, with the next one where it is short.
fn told(file: &FileChange, side: Side) -> impl Iterator<Item = (u32, Vec<u8>)> + '_ {
    let mut lines = file.changed_text(side).peekable();
    std::iter::from_fn(move || {
        let line = lines.next()?;
        let mut text = line.text.trim_ascii().to_vec();
        if text.len() < TELLING_BYTES {
            text.push(b' ');
            text.extend(lines.peek().map_or(&[][..], |next| next.text.trim_ascii()));
        }
        Some((line.line, text))
    })
    .filter(|(_, text)| text.len() >= TELLING_BYTES)
}

/// The telling line at which a fact stands on the new side.
fn line_of(change: &ChangeSet, file: &FileFacts, fact: &Fact) -> Option<Vec<u8>> {
    let at = (fact.location.side == Side::New).then_some(fact.location.lines.start)?;
    told(change.files.get(file.file)?, Side::New).find(|(line, _)| *line == at).map(|(_, text)| text)
}

/// True for an assertion or a test that went.
fn is_of_test(fact: &Fact) -> bool {
    let assertion = fact.construct.as_ref().is_some_and(|one| &*one.capture == "assertion");
    let test = fact.entity.as_ref().is_some_and(|entity| entity.test);
    assertion && fact.kind == FactKind::ConstructDeleted || test && fact.kind == FactKind::EntityDeleted
}

/// Names on lines that went from shipped files which these files no longer hold anywhere.
fn names_that_went(evidence: &Evidence) -> FxHashSet<String> {
    let shipped = |file: &&FileFacts| file.roles.is_production();
    let files = evidence.facts.files.iter().filter(shipped).filter_map(|file| evidence.change.files.get(file.file));
    let mut went = FxHashSet::default();
    for file in files.clone() {
        for line in file.changed_text(Side::Old) {
            went.extend(telling(&lossless(line.text)).map(str::to_owned));
        }
    }
    for text in files.filter_map(|file| file.new.as_ref()?.content.text()) {
        for word in telling(&lossless(text)) {
            went.remove(word);
        }
    }
    went
}

fn telling(text: &str) -> impl Iterator<Item = &str> {
    words(text).filter(|word| word.len() >= TELLING_LETTERS && !word.starts_with(|c: char| c.is_ascii_digit()))
}

/// The lines of a deleted test.
fn lines_of(change: &FileChange, fact: &Fact) -> String {
    let lines = change.changed_text(Side::Old).filter(|line| fact.location.lines.contains(line.line));
    lines.map(|line| lossless(line.text).into_owned() + "\n").collect()
}

/// A construct that came (true) or went: its capture and text.
fn construct(fact: &Fact) -> Option<(bool, (String, String))> {
    let construct = fact.construct.as_ref()?;
    let (came, text) = match fact.kind {
        FactKind::ConstructAdded => (true, construct.new.as_deref()?),
        FactKind::ConstructDeleted => (false, construct.old.as_deref()?),
        _ => return None,
    };
    Some((came, (construct.capture.to_string(), text.to_owned())))
}

/// Last segment of the key, and the value.
fn setting(fact: &Fact) -> Option<(bool, (String, String))> {
    let setting = fact.setting.as_ref()?;
    let (came, value) = match fact.kind {
        FactKind::SettingAdded => (true, setting.new.as_ref()?),
        FactKind::SettingDeleted => (false, setting.old.as_ref()?),
        _ => return None,
    };
    Some((came, (setting.key.rsplit('.').next().unwrap_or_default().to_owned(), value.to_text())))
}

/// A dependency that ships from one manifest of the repository and not from another any more; what a lock file resolved
/// is no move.
fn dependency(fact: &Fact) -> Option<(bool, (String, String))> {
    let dependency = fact.dependency.as_ref().filter(|one| !one.development && !one.locked)?;
    let came = match fact.kind {
        FactKind::DependencyAdded => true,
        FactKind::DependencyRemoved => false,
        _ => return None,
    };
    Some((came, (dependency.ecosystem.to_string(), dependency.name.to_string())))
}

/// A dropped error by what is called, and unchecked code with its variables left out: the same with another argument, or
/// with a variable that is called otherwise, was there before.
fn shape(fact: &Fact) -> Option<(bool, (String, String))> {
    let (came, (capture, text)) = construct(fact)?;
    let shape = match &*capture {
        "error.swallowed" => called(&text)?,
        "unsafe" => without_variables(&text),
        _ => return None,
    };
    Some((came, (capture, shape)))
}

/// The text of a handler that went while its work stayed, if it says which error it handles.
fn handler(fact: &Fact) -> Option<String> {
    let construct = fact.construct.as_ref().filter(|one| &*one.capture == "handler.dropped")?;
    let text = construct.old.as_deref()?;
    let named = words(text).any(|word| word.len() > 3 && word.starts_with(char::is_uppercase) && word != "Exception");
    named.then(|| text.to_owned())
}

/// The name that a condition calls and asks nothing else of, if the fact is that the condition was turned round.
fn turned(fact: &Fact) -> Option<String> {
    let construct = fact.construct.as_ref().filter(|one| &*one.capture == "edit.reversal")?;
    let text = construct.new.as_deref()?;
    let more = ["&&", "||", "==", "!=", "<", ">", " and ", " or "];
    if more.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    called(text)
}

/// The first name that a line calls: `f` of `if (!a.f(x))`.
fn called(text: &str) -> Option<String> {
    const SYNTAX: [&str; 9] = ["if", "elif", "while", "unless", "not", "void", "return", "when", "await"];
    let ends = text.match_indices('(').map(|(at, _)| &text[..at]);
    let names = ends.map(|before| before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default());
    names.filter(|name| !name.is_empty() && !SYNTAX.contains(name)).map(str::to_owned).next()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The text with `_` for each name that is neither called nor a member.
fn without_variables(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_alphanumeric() || c == '_') {
        let (between, from) = rest.split_at(at);
        shape.push_str(between);
        let end = from.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let member = between.ends_with(['.', '>', ':']);
        let kept = member || after.starts_with(['(', '<', '!']) || word.starts_with(|c: char| c.is_ascii_digit());
        shape.push_str(if kept { word } else { "_" });
        rest = after;
    }
    shape.push_str(rest);
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_calls_and_its_shape() {
        assert_eq!(called("if(!lib_open(a, b))").as_deref(), Some("lib_open"));
        assert_eq!(called("(void)m.drain(pair, TRUE);").as_deref(), Some("drain"));
        assert_eq!(called("if ready"), None);
        assert_eq!(without_variables("memcpy(to, &b->head, sizeof(*to))"), "memcpy(_, &_->head, sizeof(*_))");
        assert_eq!(without_variables("unsafe { p.add(1) }"), "_ { _.add(1) }");
    }
}
