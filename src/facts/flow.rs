//! What became of the order of things in one file: the lines of each entity on both sides, with the marks of its grammar as
//! anchors. Each finding is a construct of its own; the files beside this one say which. No values are followed, and what
//! cannot be placed is left out.

use super::Fact;
use super::both_sides::Both;
use super::code_lines::{is_long, lines, made};
use super::cut::{Cut, Cuts};
use super::dropped::dropped;
use super::errors_kept::errors_kept;
use super::held::{kept_address, lock_moved, loop_alias};
use super::lock_paths::lock_kept;
use super::matching::{Matching, is_type};
use super::nesting::nesting;
use super::pair::{Pair, Sheet};
use super::parameters::{body_line, parameter_ignored};
use super::renames::{Renames, RenamesOfFile};
use super::unreachable::unreachable;
use super::weakened::weakened;
use crate::limits;
use rustc_hash::FxHashSet;

/// Everything of one file; `facts` are those found so far.
pub(super) fn flow_facts(
    file: usize,
    pairs: &[Pair],
    matching: &Matching,
    facts: &[Fact],
    renames: &RenamesOfFile,
    cuts: &mut Cuts,
) -> Vec<Fact> {
    let pair = &pairs[file];
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    if pair.is_data() {
        return Vec::new();
    }
    let mut found = dropped(pairs, pair, (old, new), facts, cuts);
    found.extend(unreachable(pair, old, new));
    found.extend(weakened(facts));
    for at in 0..new.outline.entities.len() as u32 {
        if matching.old_of(at).is_none() {
            let here = lines(new, new.entity(at).lines);
            found.extend(kept_address(&here).map(|(line, _)| made(pair, new, "flow.loop-alias", line)));
        }
        if let Some(before) = matching.old_of(at)
            && new.touched(new.entity(at).lines) | old.touched(old.entity(before).lines)
        {
            if is_long(new.entity(at).lines) || is_long(old.entity(before).lines) {
                cuts.insert(Cut::LongEntity);
            }
            found.extend(lock_moved(pair, old, before, new, at));
            found.extend(loop_alias(pair, old, before, new, at));
            if !is_type(new.entity(at).kind) && differs(old, before, new, at) {
                found.extend(of_function(pair, (old, before), (new, at), renames, cuts));
            }
        }
    }
    // a function inside of another one is looked at twice
    let mut seen = FxHashSet::default();
    found.retain(|fact| {
        let capture = fact.construct.as_ref().map(|one| one.capture.clone());
        seen.insert((capture, fact.location.lines, fact.location.side))
    });
    found
}

/// True if more than the form of an entity changed.
fn differs(old: &Sheet, before: u32, new: &Sheet, after: u32) -> bool {
    let (before, after) = (old.entity(before), new.entity(after));
    (before.signature_hash, before.body_hash) != (after.signature_hash, after.body_hash)
}

/// What became of the order of statements in one function.
fn of_function(
    pair: &Pair,
    (old, before): (&Sheet, u32),
    (new, after): (&Sheet, u32),
    renames: &RenamesOfFile,
    cuts: &mut Cuts,
) -> Vec<Fact> {
    let changed = |sheet: &Sheet, at: u32| -> usize {
        let runs = sheet.changed().within(sheet.entity(at).lines);
        runs.map(|run| (run.end - run.start) as usize + 1).sum()
    };
    if changed(old, before).max(changed(new, after)) > limits::FLOW_CHANGED_LINES_MAX {
        cuts.insert(Cut::Rewritten);
        return Vec::new();
    }
    let (from, to) = (lines(old, old.entity(before).lines), lines(new, new.entity(after).lines));
    let fresh;
    let renames = match renames.get(&(before, after)) {
        Some(known) => known,
        None => {
            fresh = Renames::between(&from, &to);
            &fresh
        }
    };
    let said: Vec<String> = from.iter().map(|line| renames.line(&line.text)).collect();
    let both = Both::new((pair, new), (&from, &to), &said, renames);
    let mut found = errors_kept(&both);
    found.extend(nesting(&both));
    found.extend(lock_kept(&both));
    found.extend(parameter_ignored(&both, body_line(old, before), body_line(new, after)));
    found
}

#[cfg(test)]
mod tests {
    use crate::facts::compare;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn found(path: &str, old: &str, new: &str) -> Vec<String> {
        let facts = compare(&ChangeSet::in_memory([(path, Some(old), Some(new))]), &Outlines::default());
        let of = |(_, fact): (&crate::facts::FileFacts, &crate::facts::Fact)| {
            let capture = fact.construct.as_ref()?.capture.to_string();
            let mine = capture.starts_with("flow.") || capture.ends_with(".dropped") && !capture.starts_with("edit.");
            mine.then(|| format!("{capture} {}", fact.location.lines.start))
        };
        facts.iter().filter_map(of).collect()
    }

    #[test]
    fn a_guard_is_dropped_only_if_nothing_asks_in_its_place() {
        let body = |guard: &str| {
            format!("def pay(order, amount):\n{guard}    book(order, amount)\n    order.paid += amount\n")
        };
        let guard = "    if amount > order.open:\n        raise ValueError()\n";
        assert_eq!(found("a.py", &body(guard), &body("")), ["guard.dropped 2"]);
        assert_eq!(found("a.py", &body(guard), &body("    check_amount(order, amount)\n")), [""; 0]);
        assert_eq!(
            found("a.py", &body(guard), &body("    if order.open < amount:\n        raise ValueError()\n")),
            [""; 0]
        );
        let helper = "def f(o, a):\n    if a > o.open:\n        raise ValueError()\n\n";
        assert_eq!(found("a.py", &body(guard), &format!("{helper}{}", body(""))), [""; 0]);
        assert_eq!(found("a.py", &body(guard), "def pay(order, amount):\n    pass\n"), [""; 0]);
    }

    #[test]
    fn what_stands_behind_a_jump_is_not_reached() {
        let c = |middle: &str| {
            format!(
                "int f(int a)\n{{\n    if (a)\n        goto fail;\n{middle}    return g(a);\nfail:\n    return 1;\n}}\n"
            )
        };
        assert_eq!(found("a.unknown", &c(""), &c("        goto fail;\n")), ["flow.unreachable 5"]);
        assert_eq!(found("a.unknown", &c(""), &c("    if (b)\n        goto fail;\n")), [""; 0]);
        let py = |line: &str| format!("def f(a):\n{line}    g(a)\n    return a\n");
        assert_eq!(found("a.py", &py(""), &py("    return 1\n")), ["flow.unreachable 2"]);
        assert_eq!(found("a.py", &py(""), &py("    if a:\n        return 1\n")), [""; 0]);
    }

    #[test]
    fn the_address_of_a_loop_variable_is_seen() {
        let go = |line: &str| {
            format!(
                "package a\n\nfunc F(l []T) (out []*T) {{\n\tfor _, v := range l {{\n{line}\t\tout = append(out, &v)\n\t}}\n\treturn\n}}\n"
            )
        };
        assert_eq!(found("a.go", &go("\t\tv := v\n"), &go("")), ["flow.loop-alias 5"]);
        assert_eq!(found("a.go", &go("\t\tv := v\n"), &go("\t\tv := v\n\t\tlog(v)\n")), [""; 0]);
    }

    #[test]
    fn a_statement_that_leaves_a_lock_is_seen() {
        let go = |body: &str| format!("package a\n\nfunc (s *S) F() {{\n{body}}}\n");
        let (locked, late) =
            ("\ts.mu.Lock()\n\tx := s.count\n\ts.put(x)\n", "\tx := s.count\n\ts.mu.Lock()\n\ts.put(x)\n");
        assert!(found("a.go", &go(locked), &go(late)).iter().any(|one| one.starts_with("flow.lock-moved")));
        let clock = |before: &str, under: &str| go(&format!("{before}\ts.mu.Lock()\n{under}\ts.put(1)\n"));
        let (late, early) = (clock("", "\tat := clock.now()\n"), clock("\tat := clock.now()\n", ""));
        assert!(!found("a.go", &late, &early).iter().any(|one| one.starts_with("flow.lock-moved")), "nothing shared");
        assert_eq!(found("a.go", &go(locked), &go(&locked.replace("\ts.put(x)\n", "\n\ts.put(x)\n"))), [""; 0]);
    }
}
