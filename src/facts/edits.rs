//! What exactly was edited on a line that is otherwise the same: a comparison, a number, a truth value, a word that went.
//! Lines of one hunk are brought together by what they share; the rest of the line is the proof that the edit is small.
//! This reads text, so that it holds in every language; comments and reformatting make no edit. Each edit is a changed
//! construct whose capture begins with `edit.` and whose texts are both lines; what went or came is its subject.

use super::blocks::is_handler;
use super::conditions::{Question, Relation, question, relation};
use super::cut::{Cut, Cuts};
use super::edit_kinds::{Code, asks, drops_error, middle, named, ratio, spots, truth};
use super::entity_change::{bare, entity_ref};
use super::lexis::{Class, Token, tokens};
use super::pair::{Pair, Sheet};
use super::renames::{RenamesOfFile, owners};
use super::{ConstructChange, Fact, FactKind};
use crate::input::Hunk;
use crate::limits;
use crate::location::{LineRange, Side};
use crate::text::{Untrusted, lossless};
use rustc_hash::FxHashMap;

/// An old line and the new line that took its place, by number.
pub(super) type Partners = FxHashMap<u32, u32>;

/// Tokens that may differ between two lines that are the same line (tokens).
const EDIT_TOKENS_MAX: usize = 14;

/// Edits of a file, and which lines took the place of which.
pub(super) fn edit_facts(pair: &Pair, renames: &RenamesOfFile, cuts: &mut Cuts) -> (Vec<Fact>, Partners) {
    let (mut facts, mut partners) = (Vec::new(), Partners::default());
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return (facts, partners) };
    for hunk in &pair.change.hunks {
        let Some((before, after)) = sides(hunk, old, new, renames) else { continue };
        if hunk.old_lines.max(hunk.new_lines) as usize > limits::EDIT_HUNK_LINES_MAX {
            cuts.insert(Cut::LongHunk);
        }
        for (from, to) in together(&before, &after) {
            let (from, to) = (&before[from], &after[to]);
            partners.insert(from.number, to.number);
            if !pair.is_data() {
                let rest = Rest { old, new, others: after.iter().filter(|line| line.number != to.number).collect() };
                let found = edits(from, to, &rest).into_iter();
                facts.extend(found.map(|edit| edit.fact(pair, old, new, from.number, to.number)));
            }
        }
        if facts.len() > limits::TEXT_FACTS_MAX {
            cuts.insert(Cut::Edits);
            break;
        }
    }
    (facts, partners)
}

/// The lines of code of both sides of a hunk that has both, the old ones in the new names.
pub(super) fn sides<'a>(
    hunk: &Hunk,
    old: &'a Sheet,
    new: &'a Sheet,
    renames: &'a RenamesOfFile,
) -> Option<(Vec<Code<'a>>, Vec<Code<'a>>)> {
    let (mut before, after) = (code(old, hunk.range(Side::Old)?), code(new, hunk.range(Side::New)?));
    let owners = before.first().zip(after.first()).and_then(|(a, b)| owners(old, a.number, new, b.number));
    if let Some(renames) = owners.and_then(|owners| renames.get(&owners)).filter(|renames| !renames.is_empty()) {
        for line in &mut before {
            line.tokens = renames.tokens(std::mem::take(&mut line.tokens));
        }
    }
    Some((before, after))
}

/// How a line of comment begins where no grammar says what is one.
const COMMENTS: [&str; 8] = ["//", "/*", "*/", "* ", "# ", "--", "<!--", "; "];

/// Lines that are not inert and hold valid text.
fn code(sheet: &Sheet, lines: LineRange) -> Vec<Code<'_>> {
    let numbers = (lines.start..=lines.end).take(limits::EDIT_HUNK_LINES_MAX).filter(|line| !sheet.is_inert(*line));
    let plain = sheet.outline.fallback.is_some();
    let comment = |text: &str| plain && COMMENTS.iter().any(|leader| text.starts_with(leader));
    let one = |number: u32| {
        let bytes = sheet.line(number);
        let text = std::str::from_utf8(&bytes[..bytes.len().min(limits::LINE_BYTES_MAX)]).ok()?.trim();
        (!comment(text)).then(|| Code { number, text, tokens: tokens(text) })
    };
    numbers.filter_map(one).collect()
}

/// Pairs of lines that are the same line but for a small edit, in order. Equal lines only moved and are left out.
fn together(before: &[Code], after: &[Code]) -> Vec<(usize, usize)> {
    // the only line of a hunk took the place of the only line before
    if let ([from], [to]) = (before, after) {
        let paired = !same_words(from, to) && (alike(from, to) || shares_names(from, to));
        return if paired { vec![(0, 0)] } else { Vec::new() };
    }
    let (mut pairs, mut next) = (Vec::new(), 0);
    let moved = |line: &Code, others: &[Code]| others.iter().any(|other| same_words(line, other));
    for (at, from) in before.iter().enumerate().filter(|(_, from)| !moved(from, after)) {
        let found = (next..after.len()).find(|to| !moved(&after[*to], before) && alike(from, &after[*to]));
        if let Some(to) = found {
            pairs.push((at, to));
            next = to + 1;
        }
    }
    if pairs.is_empty() && before.len() == after.len() {
        // as many lines as before: one that begins alike and speaks of the same is the one in its place
        let in_place = |at: &usize| {
            let (from, to) = (&before[*at], &after[*at]);
            !same_words(from, to) && first_word(from) == first_word(to) && shares_names(from, to)
        };
        pairs.extend((0..before.len()).filter(in_place).map(|at| (at, at)));
    }
    pairs
}

fn first_word<'a>(code: &Code<'a>) -> Option<&'a str> {
    code.tokens.first().map(|token| token.text)
}

/// The same line, whatever its spaces, and whatever comment stands behind it.
pub(super) fn same_words(a: &Code, b: &Code) -> bool {
    let shared = a.tokens.len().min(b.tokens.len());
    let rest = if a.tokens.len() > shared { &a.tokens[shared..] } else { &b.tokens[shared..] };
    let comment = |token: &Token| ["/", "#", "--"].iter().any(|leader| token.text.starts_with(leader));
    a.text == b.text || shared > 0 && a.tokens[..shared] == b.tokens[..shared] && rest.first().is_none_or(comment)
}

/// True if two lines speak of at least two things by the same names.
fn shares_names(from: &Code, to: &Code) -> bool {
    let named = |token: &&Token| token.class == Class::Word && token.text.len() > 2;
    let mut names: Vec<&str> = from.tokens.iter().filter(named).map(|token| token.text).collect();
    names.sort_unstable();
    names.dedup();
    names.iter().filter(|name| to.tokens.iter().any(|token| token.text == **name)).count() > 1
}

fn alike(from: &Code, to: &Code) -> bool {
    let (a, b) = middle(&from.tokens, &to.tokens);
    let shared = from.tokens.len() - a.len();
    let apart = from.tokens.iter().zip(&to.tokens).filter(|(a, b)| a != b).count();
    let spots = from.tokens.len() == to.tokens.len() && apart <= 3 && apart * 2 <= from.tokens.len();
    let word = |code: &Code| code.tokens.first().map(|token| token.text.to_owned());
    let same_question = shared >= 2
        && decides(from)
        && decides(to)
        && word(from) == word(to)
        && a.len().max(b.len()) <= EDIT_TOKENS_MAX;
    spots
        || same_question
        || (shared >= 2 && a.len().max(b.len()) <= EDIT_TOKENS_MAX && 2 * shared >= a.len().max(b.len()))
        || (a.len().max(b.len()) <= EDIT_TOKENS_MAX && first_word(from) == first_word(to) && is_unwrapped(a, b))
}

/// Lines that ask, and lines that say which errors a handler takes.
fn decides(code: &Code) -> bool {
    asks(code) || is_handler(code.text)
}

/// True if a stretch names something that the one in its place does not name, or the other way round.
fn says_otherwise(a: &[Token], b: &[Token]) -> bool {
    let named = |tokens: &[Token]| -> Vec<String> {
        let names = tokens.iter().filter(|token| matches!(token.class, Class::Word | Class::Text));
        let mut names: Vec<String> = names.map(|token| token.text.to_owned()).collect();
        names.sort_unstable();
        names
    };
    let (a, b) = (named(a), named(b));
    // the same names on both sides of a sign say the same: `a > b` and `b < a`
    !a.is_empty() && (a != b || a.len() == 1)
}

/// True if one text says nothing but what the other says, in the same order: `min(size, 100)` and `size`.
fn is_unwrapped(a: &[Token], b: &[Token]) -> bool {
    let says = |tokens: &[Token]| -> Vec<String> {
        let told = tokens.iter().filter(|token| matches!(token.class, Class::Word | Class::Number | Class::Text));
        told.map(|token| token.text.to_owned()).collect()
    };
    let (says_a, says_b) = (says(a), says(b));
    let (long, short) = if says_a.len() >= says_b.len() { (says_a, says_b) } else { (says_b, says_a) };
    let mut rest = long.iter();
    // a link of a chain of calls that went or came
    let link = |tokens: &[Token]| tokens.iter().any(|token| token.text == ".");
    let told = !short.is_empty() || (a.is_empty() && link(b)) || (b.is_empty() && link(a));
    told && short.iter().all(|word| rest.any(|other| other == word))
}

/// An edit by its capture, with what is shown of each side.
struct Edit<'a> {
    capture: &'static str,
    old: &'a str,
    new: &'a str,
    /// What went or came, if that is what the edit is.
    what: Option<&'a str>,
}

impl Edit<'_> {
    fn fact(self, pair: &Pair, old: &Sheet, new: &Sheet, from: u32, to: u32) -> Fact {
        let owner = |sheet: &Sheet, line| sheet.outline.entity_at(line).map(|at| entity_ref(sheet, at));
        let (entity, old_entity) = (owner(new, to), owner(old, from));
        let subject = match (self.what, &entity) {
            (Some(what), _) => Untrusted::new(what),
            (None, Some(entity)) => Untrusted::new(&*entity.qualified),
            (None, None) => pair.change.path.untrusted(),
        };
        let construct =
            ConstructChange { capture: self.capture.into(), old: Some(self.old.into()), new: Some(self.new.into()) };
        let location = pair.locate(Side::New, LineRange::line(to));
        Fact { entity, old_entity, construct: Some(construct), ..bare(FactKind::ConstructChanged, location, subject) }
    }
}

/// Lines around an edit in which a swap of branches would show, where no grammar says where a function ends (lines), and
/// lines of both sides that may change beside it (lines).
const CALM_LINES: u32 = 20;
const CALM_CHANGES_MAX: usize = 6;

/// Tokens of a `return` that says nothing but its value (tokens).
const BARE_TOKENS_MAX: usize = 3;

/// What stands around an edited line.
struct Rest<'a> {
    old: &'a Sheet,
    new: &'a Sheet,
    /// The other new lines of the hunk.
    others: Vec<&'a Code<'a>>,
}

impl Rest<'_> {
    /// True if little else changed around: a condition whose branches change places says the same.
    fn is_calm(&self, from: u32, to: u32) -> bool {
        let around = |sheet: &Sheet, line: u32| {
            let near = LineRange::new(line.saturating_sub(CALM_LINES).max(1), line + CALM_LINES);
            let stretch = sheet.outline.entity_at(line).map_or(near, |at| sheet.entity(at).lines);
            let runs = sheet.changed().within(stretch).flat_map(|run| run.start..=run.end);
            runs.filter(|line| !sheet.is_inert(*line)).count()
        };
        around(self.old, from) + around(self.new, to) <= CALM_CHANGES_MAX
    }

    /// True if everything that is not a sign stands on other new lines: it only moved there.
    fn holds(&self, gone: &[Token]) -> bool {
        let says = |token: &&Token| {
            // a text of nothing but places that are filled in says nothing
            let told = token.class != Class::Text || token.text.contains(char::is_alphanumeric);
            told && matches!(token.class, Class::Word | Class::Number | Class::Text) && truth(token.text).is_none()
        };
        let mut words = gone.iter().filter(says).peekable();
        let there = |token: &Token| self.others.iter().any(|line| line.tokens.contains(token));
        words.peek().is_some() && words.all(there)
    }
}

fn gives_error_up(from: &Code, to: &Code, rest: &Rest) -> bool {
    let returns = |code: &Code| code.tokens.first().is_some_and(|token| token.text == "return");
    returns(from) && returns(to) && {
        let above = [code_above(rest.old, from.number), code_above(rest.new, to.number)];
        drops_error(from, to, [above[0].as_deref(), above[1].as_deref()])
    }
}

/// True if an edit is only of where a block or a statement begins and ends.
fn is_layout(tokens: &[Token]) -> bool {
    tokens.iter().all(|token| matches!(token.text, "{" | "}" | ";" | ","))
}

/// True if only the way to a type went, and the type is still named: `Outer.Kind` became `Kind`. `line`: where it stood.
fn is_qualifier(gone: &[Token], came: &[Token], line: &[Token]) -> bool {
    let named = |token: &Token| token.class == Class::Word && token.text.starts_with(char::is_uppercase);
    let step = |part: &[Token]| matches!(part, [name, sign] if named(name) && matches!(sign.text, "." | "::"));
    let next = gone.last().and_then(|last| line.iter().find(|token| token.start >= last.end));
    let before = gone.first().and_then(|first| line.iter().rev().find(|token| token.end <= first.start));
    let begins = before.is_none_or(|token| !matches!(token.text, "." | "::" | "->" | "?."));
    came.is_empty() && begins && gone.chunks(2).all(step) && next.is_some_and(named)
}

/// The line of code before a line; only a few lines are looked at.
fn code_above(sheet: &Sheet, line: u32) -> Option<String> {
    let above = (1..line).rev().take(3).find(|line| !sheet.is_inert(*line))?;
    Some(lossless(sheet.line(above)).trim().to_owned())
}

/// True if two lines are questions that hold in the same cases, and say nothing else.
fn asks_the_same(from: &str, to: &str) -> bool {
    let (Some(old), Some(new)) = (question(from), question(to)) else { return false };
    let rest = |line: &str, asked: &Question| line.replacen(&asked.condition, "", 1).replacen("unless", "if", 1);
    if rest(from, &old) != rest(to, &new) {
        return false;
    }
    let opposite = |text: &str| format!("!({text})");
    let asked = |one: Question| if one.reversed { opposite(&one.condition) } else { one.condition };
    relation(&asked(old), &asked(new)).is_some_and(|(relation, _)| relation == Relation::Same)
}

/// Everything that can be said about the edit of one line.
fn edits<'a>(from: &Code<'a>, to: &Code<'a>, rest: &Rest) -> Vec<Edit<'a>> {
    let whole = |capture| Edit { capture, old: from.text, new: to.text, what: None };
    let mut found = Vec::new();
    let spots = spots(from, to);
    let (a, b) = middle(&from.tokens, &to.tokens);
    let form = (is_layout(a) && is_layout(b)) || is_qualifier(a, b, &from.tokens) || is_qualifier(b, a, &to.tokens);
    if form || rest.holds(a) || asks_the_same(from.text, to.text) {
        return found;
    }
    // a line that only answers yes or no is the same line as any other that does
    let bare = to.tokens.len() <= BARE_TOKENS_MAX && to.tokens.first().is_some_and(|token| token.text == "return");
    if bare && !rest.is_calm(from.number, to.number) {
        return found;
    }
    let calm = |capture: &&str| {
        !matches!(*capture, "edit.reversal" | "edit.logic" | "edit.comparison-dropped" | "edit.handler-widened")
            || rest.is_calm(from.number, to.number)
    };
    let named = named(from, to).filter(|capture| *capture != "edit.number-reused" || same_holder(from, to, rest));
    if let Some(capture) = named.filter(calm) {
        found.push(whole(capture));
    }
    let stretch = |code: &Code<'a>, tokens: &[Token]| {
        let (first, last) = (tokens.first()?, tokens.last()?);
        Some(&code.text[first.start..last.end])
    };
    match (stretch(from, a), stretch(to, b)) {
        (Some(text), None) => found.push(Edit { what: Some(text), ..whole("edit.dropped") }),
        (None, Some(text)) => found.push(Edit { what: Some(text), ..whole("edit.inserted") }),
        (Some(text), Some(_)) if named.is_none() && says_otherwise(a, b) && ratio(from.text, to.text).is_none() => {
            found.push(Edit { what: Some(text), ..whole("edit.replaced") });
        }
        _ => {}
    }
    if gives_error_up(from, to, rest) {
        found.push(whole("edit.error-dropped"));
    }
    if is_result(to, rest.new) && changes_result(&spots, a, b, rest, (from.number, to.number)) {
        found.push(whole("edit.result"));
    }
    found
}

/// True if what the lines stand in has the same name on both sides: numbers of two enumerations have nothing in common.
fn same_holder(from: &Code, to: &Code, rest: &Rest) -> bool {
    let holder = |sheet: &Sheet, line: u32| {
        let at = sheet.outline.entity_at(line)?;
        let entity = sheet.entity(at);
        let at = if entity.lines == LineRange::line(line) { entity.container? } else { at };
        Some(sheet.outline.qualified_name(at))
    };
    holder(rest.old, from.number) == holder(rest.new, to.number)
}

/// True if a line is what its function gives back: a `return`, or the last expression of a body.
fn is_result(line: &Code, sheet: &Sheet) -> bool {
    if line.tokens.first().is_some_and(|token| token.text == "return") {
        return true;
    }
    let Some(at) = sheet.outline.entity_at(line.number) else { return false };
    let entity = sheet.entity(at);
    let closes = line.number + 1 == entity.lines.end && !sheet.bytes(&entity.body).is_empty();
    closes && !line.text.ends_with([';', '{', '}', ',', ':'])
}

/// True if the edit is of a value: a number, a factor, a constant, or another name that was at hand before.
fn changes_result(spots: &[(&Token, &Token)], a: &[Token], b: &[Token], rest: &Rest, lines: (u32, u32)) -> bool {
    let constant = |token: &Token| {
        token.class == Class::Number
            || truth(token.text).is_some()
            || matches!(token.text, "null" | "nil" | "None" | "undefined" | "NULL")
    };
    let plain = |tokens: &[Token]| tokens.iter().any(|token| token.class == Class::Text);
    if plain(a) || plain(b) {
        return false;
    }
    if !spots.is_empty() && spots.iter().all(|(a, b)| constant(a) && constant(b)) {
        return true;
    }
    // a factor or a term that went or came
    let arithmetic = |tokens: &[Token]| {
        tokens.iter().any(|token| matches!(token.text, "*" | "/" | "+" | "-" | "%"))
            && tokens.len() <= 5
            && tokens.iter().any(|token| token.class == Class::Number)
    };
    if (a.is_empty() && arithmetic(b)) || (b.is_empty() && arithmetic(a)) || (arithmetic(a) && !arithmetic(b)) {
        return true;
    }
    // one name for another that the function already knew
    let [(from, to)] = spots else { return false };
    let called = |token: &Token, others: &[Token]| {
        others.iter().any(|other| other.start >= token.end && other.start <= token.end + 1 && other.text == "(")
    };
    let words = from.class == Class::Word && to.class == Class::Word && !called(to, b);
    // both names were and are at hand, or it is only a new name for the same
    words && knows(rest.old, lines.0, to.text) && knows(rest.new, lines.1, from.text)
}

/// True if a name stands in the same entity above a line; without a grammar, on one of the lines above.
fn knows(sheet: &Sheet, line: u32, name: &str) -> bool {
    let at = sheet.outline.entity_at(line);
    let start = at.map_or(line.saturating_sub(KNOWN_LINES).max(1), |at| sheet.entity(at).lines.start);
    (start..line).any(|number| tokens(&lossless(sheet.line(number))).iter().any(|token| token.text == name))
}

/// How far above a line a name is looked for where no grammar says where a function begins (lines).
const KNOWN_LINES: u32 = 12;

#[cfg(test)]
mod tests {
    use super::super::renames::renames_of;
    use super::*;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn captures(path: &str, old: &str, new: &str) -> Vec<String> {
        let change = ChangeSet::in_memory([(path, Some(old), Some(new))]);
        let pair = Pair::new(&change.files[0], Some(&Outlines::default()));
        let (facts, _) = edit_facts(&pair, &renames_of(&pair), &mut Cuts::default());
        facts.iter().filter_map(|fact| fact.construct.as_ref()).map(|one| one.capture.to_string()).collect()
    }

    #[test]
    fn an_edit_has_a_name() {
        let one = |old: &str, new: &str| {
            captures("a.unknown", &format!("x\n{old}\ny\n"), &format!("x\n{new}\ny\n")).join(" ")
        };
        assert_eq!(one("if a > b {", "if a >= b {"), "edit.boundary");
        assert_eq!(one("if a > b {", "if a < b {"), "edit.reversal");
        assert_eq!(one("if a > b {", "if b < a {"), "");
        assert_eq!(one("if a > b {", "if a != b {"), "", "two questions");
        assert_eq!(one("if (a == b) {", "if (a === b) {"), "");
        assert_eq!(one("if ok && ready {", "if ok || ready {"), "edit.logic");
        assert_eq!(one("if (!ok || !ready) {", "if (!(ok && ready)) {"), "", "the same question");
        assert_eq!(one("if !ok", "unless ok"), "", "the same question");
        assert_eq!(one("allow(Outer.Admin.check(a))", "allow(Admin.check(a))"), "", "the same type");
        assert_eq!(one("allow(Outer.Admin.check(a))", "allow(Outer.check(a))"), "edit.dropped");
        assert_eq!(one("err := r.Get(ctx, a)", "err := r.Reader.Get(ctx, a)"), "edit.inserted");
        assert_eq!(one("if err := a.f(x); err != nil {", "if err := a.b.f(x); err != nil {"), "edit.inserted");
        assert_eq!(one("if [ \"$n\" -lt 3 ]; then", "if [ \"$n\" -eq 0 ]; then"), "edit.replaced");
        assert_eq!(one("if !ok {", "if ok {"), "edit.reversal edit.dropped");
        assert_eq!(one("wait(20 * Second)", "wait(20 * Millisecond)"), "edit.number");
        assert_eq!(one("wait(20 * Second)", "wait(20000 * Millisecond)"), "");
        assert_eq!(one("check(a, true)", "check(a, false)"), "edit.boolean");
        assert_eq!(one("long next = 1;", "int next = 1;"), "edit.width");
        assert_eq!(one("await pay(a)", "pay(a)"), "edit.await edit.dropped");
        assert_eq!(one("allow(\"10.0.0.0/8\")", "allow(\"*\")"), "edit.emptied");
        assert_eq!(one("require(m[id] == P, \"no\");", "require(ok(m[id]), \"no\");"), "edit.comparison-dropped");
        assert_eq!(one("rescue Net::Error => e", "rescue StandardError => e"), "edit.handler-widened");
        assert_eq!(one("if user.id != owner.id:", "if related(user, owner):"), "edit.comparison-dropped");
        assert_eq!(one("rescue NetError => e", "rescue StandardError => e"), "edit.handler-widened");
        assert_eq!(one("key = f\"{tenant}:{id}\"", "key = f\"{id}\""), "edit.hole-dropped");
        assert_eq!(one("get(\"/a\", role(\"x\"), list)", "get(\"/a\", list)"), "edit.dropped");
        assert_eq!(one("size = min(r.size, 100)", "size = r.size"), "edit.replaced");
        assert_eq!(one("O.where(a: 1, b: c).delete_all", "O.delete_all"), "edit.dropped");
        assert_eq!(one("return hmac.compare_digest(a, b)", "return a == b"), "edit.replaced");
        assert_eq!(one("a completely different line", "that says nothing of the kind here"), "");
    }

    #[test]
    fn a_result_is_told_from_other_lines() {
        let body = |last: &str| format!("pub fn f(a: f64, cap: f64) -> f64 {{\n    {last}\n}}\n");
        assert_eq!(captures("a.rs", &body("a.round() * 100.0"), &body("a.round()")), ["edit.dropped", "edit.result"]);
        let split = "let b = a * 100.0;\n    b.round()";
        assert_eq!(captures("a.rs", &body("(a * 100.0).round()"), &body(split)), [""; 0]);
        assert_eq!(captures("a.rs", &body("a.max(cap)"), &body("a.min(cap)")), ["edit.replaced"]);
        assert_eq!(captures("a.rs", &body("return a;"), &body("return cap;")), ["edit.replaced", "edit.result"]);
    }
}
