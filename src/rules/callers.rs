//! Whether callers that this change left as they were still fit a new heading: their calls are read from the text of the
//! files in which they stand, and the arguments counted. A call that gives what the old heading took and no heading of
//! that name takes now is one that was forgotten. What is handed on, aliased or built at run time is not seen.

use super::contract::{self, Arity};
use super::scene::{FileScene, Scene, changed_by};
use crate::facts::{EntityRef, Fact};
use crate::limits;
use crate::location::Side;
use crate::text::{lossless, quoted};

/// True if the heading of the fact's entity asks something else of callers than it did, whoever they are.
pub(super) fn contract_changed(file: &FileScene, fact: &Fact) -> bool {
    change(file, fact, false).is_some_and(|change| change.result || change.arity.is_some())
}

fn change(file: &FileScene, fact: &Fact, compiled: bool) -> Option<contract::Change> {
    let (new, old) = (fact.entity.as_ref()?, fact.old_entity.as_ref()?);
    let (was, is) = (heading(file, Side::Old, old.index)?, heading(file, Side::New, new.index)?);
    Some(contract::change(&was, &is, &new.name, compiled))
}

/// True if callers of the fact's entity may not fit its new heading, or use what it gives back now as before.
pub(super) fn may_break(scene: &Scene, file: &FileScene, fact: &Fact) -> bool {
    let language = file.facts.language();
    let compiled = language.is_some_and(|language| language.compiled);
    let (Some(new), Some(change)) = (&fact.entity, change(file, fact, compiled)) else { return false };
    // what a grammar could not read well says little about arguments
    let clear = file.outline(Side::New).is_some_and(|outline| outline.problems.is_empty());
    let sure = clear || language.is_none_or(|language| !language.lenient);
    let left = |(old, _)| is_left(scene, file, fact, (new, old), compiled);
    change.result || sure && change.arity.is_some_and(left)
}

/// True if a call was left that only the old heading took. Where calls may do without brackets and nothing compiles
/// them, a file that names the entity and calls it in no other way is one that may hold such a call.
fn is_left(scene: &Scene, file: &FileScene, fact: &Fact, (new, old): (&EntityRef, Arity), compiled: bool) -> bool {
    let tree = scene.evidence.head;
    let name = called(file, new);
    let Some(headings) = namesakes(file, new) else { return false };
    // a compiler finds what a type inherits under the same name
    if compiled && inherits(file, new) {
        return false;
    }
    let paths = changed_by(&scene.evidence, file.facts, fact).flat_map(|changed| &changed.unchanged_files);
    let texts = paths.filter_map(|path| tree.blob(tree.entry(path)?).ok());
    let (mut seen, mut bare) = (false, false);
    for text in texts {
        let text = lossless(&text);
        for (least, most) in calls(&text, &name) {
            seen = true;
            if old.takes(least, most) && !headings.iter().any(|heading| heading.takes(least, most)) {
                return true;
            }
        }
        bare |= is_bare(&text, &name);
    }
    !compiled && !seen && bare
}

/// The text of an entity before its body.
fn heading(file: &FileScene, side: Side, index: u32) -> Option<String> {
    let entity = file.outline(side)?.entities.get(index as usize)?;
    let end = if entity.body.is_empty() { entity.span.end } else { entity.body.start };
    file.text(side)?.get(entity.span.start as usize..end as usize).map(str::to_owned)
}

/// What every entity of the same name in the file takes: overloads stand beside each other. None if one cannot be read.
fn namesakes(file: &FileScene, entity: &EntityRef) -> Option<Vec<Arity>> {
    let outline = file.outline(Side::New)?;
    let named = (0..outline.entities.len() as u32).filter(|at| outline.entities[*at as usize].name == entity.name);
    named.map(|at| contract::arity(&heading(file, Side::New, at)?, &entity.name)).collect()
}

/// True if what holds the entity extends or implements something.
fn inherits(file: &FileScene, entity: &EntityRef) -> bool {
    let holder = || {
        let outline = file.outline(Side::New)?;
        outline.entities.get(outline.entities.get(entity.index as usize)?.container? as usize)
    };
    holder().is_some_and(|holder| !holder.supertypes.is_empty())
}

/// The name by which an entity is called: a constructor by that of its type.
fn called(file: &FileScene, entity: &EntityRef) -> String {
    const CONSTRUCTORS: [&str; 5] = ["__init__", "initialize", "constructor", "__construct", "__new__"];
    let holder = || {
        let outline = file.outline(Side::New)?;
        let holder = outline.entities.get(entity.index as usize)?.container?;
        Some(outline.entities.get(holder as usize)?.name.to_string())
    };
    let constructs = CONSTRUCTORS.contains(&&*entity.name);
    constructs.then(holder).flatten().unwrap_or_else(|| entity.name.to_string())
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Places where a text has a name as a whole word: what stands before and behind it.
fn mentions<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let all = text.match_indices(name).map(move |(at, _)| (&text[..at], &text[at + name.len()..]));
    all.filter(|(before, behind)| !before.ends_with(is_part) && !behind.starts_with(is_part))
}

/// True if a text has the name before another word, as in a call without brackets: `charge order, amount`.
fn is_bare(text: &str, name: &str) -> bool {
    mentions(text, name).any(|(before, behind)| {
        let behind = behind.strip_prefix(".new").unwrap_or(behind);
        let given =
            behind.strip_prefix(' ').is_some_and(|next| next.starts_with(|c: char| is_part(c) || ":\"'@".contains(c)));
        given && !is_heading(before, "") && !before.trim_end().ends_with([':', '"', '\''])
    })
}

/// The fewest and most arguments of each call of a name in a text.
fn calls(text: &str, name: &str) -> Vec<(usize, usize)> {
    mentions(text, name).filter_map(|(before, behind)| call(before, behind)).collect()
}

fn call(before: &str, behind: &str) -> Option<(usize, usize)> {
    let behind = behind.strip_prefix(".new").or(behind.strip_prefix("::new")).unwrap_or(behind);
    let generic = if behind.starts_with("::<") || behind.starts_with('<') { generic_end(behind)? } else { 0 };
    let open = behind[generic..].strip_prefix('(')?;
    let (count, rest) = arguments(&open[..floor(open, limits::CALL_BYTES_MAX)])?;
    let next = rest.trim_start();
    if is_heading(before, next) {
        return None;
    }
    // a block may be one more argument; behind a path the receiver may be the first one
    let block = next.starts_with('{') || next.starts_with("do ");
    let method = before.ends_with("::");
    Some((count.saturating_sub(usize::from(method)), count + usize::from(block)))
}

fn floor(text: &str, bytes: usize) -> usize {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

/// True if what stands before a name and behind its brackets makes it a definition, or a comment.
fn is_heading(before: &str, next: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    const CALLING: [&str; 24] = [
        "return", "await", "new", "else", "yield", "throw", "go", "defer", "in", "not", "and", "or", "if", "unless",
        "elif", "while", "case", "do", "then", "raise", "print", "echo", "co_await", "when",
    ];
    const DEFINING: [&str; 7] = ["def", "fn", "func", "fun", "function", "class", "import"];
    if ["//", "#", "*", "--", "/*"].iter().any(|mark| line.starts_with(mark)) {
        return true;
    }
    let words: Vec<&str> = line.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| DEFINING.contains(word)) && !line.contains(['=', '{']) {
        return true;
    }
    // a type stands right before the name, or nothing does and a body follows
    let typed = line.ends_with([' ', '*', '&', '\t'])
        && line.trim_end().ends_with(|c: char| is_part(c) || c == '>' || c == ']');
    let typed = typed && words.last().is_some_and(|word| !CALLING.contains(word));
    typed || line.is_empty() && next.starts_with('{')
}

/// Where type arguments end that a text begins with; none if it is a comparison.
fn generic_end(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            ' ' | ',' | '.' | '?' | ':' | '&' | '[' | ']' | '\'' => {}
            c if is_part(c) => {}
            _ => return None,
        }
        if depth == 0 && c == '>' {
            return Some(at + 1);
        }
    }
    None
}

/// How many arguments stand before the closing bracket, and what stands behind it. None if the bracket does not close,
/// or an argument stands for several.
fn arguments(text: &str) -> Option<(usize, &str)> {
    let (mut depth, mut commas, mut empty) = (0_usize, 0, true);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let starts = depth == 0 && (empty || text[..at].trim_end().ends_with(','));
        if starts && (rest.starts_with('*') || rest.starts_with("...")) || depth == 0 && rest.starts_with("...)") {
            return None;
        }
        let step = match c {
            '"' | '\'' | '`' => quoted(rest, c == '`'),
            '/' if rest.starts_with("//") => rest.find('\n')?,
            '/' if rest.starts_with("/*") => rest.find("*/")? + 2,
            '<' if text[..at].ends_with(is_part) => generic_end(rest).unwrap_or(1),
            ')' if depth == 0 => {
                let trailing = text[..at].trim_end().ends_with(',');
                let count = if empty { 0 } else { commas + 1 - usize::from(trailing) };
                return Some((count, &text[at + 1..]));
            }
            '(' | '[' | '{' => {
                depth += 1;
                1
            }
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                1
            }
            ',' if depth == 0 => {
                commas += 1;
                1
            }
            c => c.len_utf8(),
        };
        empty &= c.is_whitespace();
        at += step;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_calls_are_counted_and_headings_are_none() {
        for (text, expected) in [
            ("x = net(a, f(b, c), \"d, e\")", vec![(3, 3)]),
            ("net()", vec![(0, 0)]),
            ("return net(\n    a,\n    b,\n)", vec![(2, 2)]),
            ("a.net(new Map<A, B>(), x < y)", vec![(2, 2)]),
            ("net(a) { it }", vec![]),
            ("val b = net(a) { it }", vec![(1, 2)]),
            ("Order::net(o, a)", vec![(1, 2)]),
            ("let n = net::<A, B>(a);", vec![(1, 1)]),
            ("net(*rest)", vec![]),
            ("net(rest...)", vec![]),
            ("long net(long a) {", vec![]),
            ("    def net(self, a):", vec![]),
            ("func (o *Order) net(a int) int {", vec![]),
            ("// net(a, b)", vec![]),
            ("planet(a); netto(b)", vec![]),
            ("Net.new(a, b: 1)", vec![]),
        ] {
            assert_eq!(calls(text, "net"), expected, "{text}");
        }
        assert_eq!(calls("Net.new(a, b: 1)", "Net"), [(2, 2)]);
        assert!(is_bare("  net order, 3", "net") && !is_bare("  def net order, 3", "net") && !is_bare("&net)", "net"));
    }
}
