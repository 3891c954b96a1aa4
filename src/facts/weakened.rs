//! Guards that refuse less than before: of several questions joined by "or" one went, or one holds only together with
//! another that came. Reads the text of both guards; a question that is new in itself is another question, not a weaker
//! one, and one that only asks whether something is there before it is used is left out.

use super::conditions::{AND, OR, Question, Relation, question, relation, split};
use super::{ConstructChange, Fact, FactKind};
use crate::text::Untrusted;

/// The weaker guards among constructs that changed, as facts of their own (`guard.weakened`): the subject is the question
/// that came or went, `old` and `new` are the conditions.
pub(super) fn weakened(facts: &[Fact]) -> Vec<Fact> {
    let one = |fact: &Fact| {
        let construct = fact.construct.as_ref()?;
        if fact.kind != FactKind::ConstructChanged || &*construct.capture != "guard" {
            return None;
        }
        let (old, new) = (question(construct.old.as_deref()?)?, question(construct.new.as_deref()?)?);
        let part = weaker(&old, &new).or_else(|| refuses_less(&old, &new))?;
        if !new.condition.contains(&part) && asked_elsewhere(facts, fact, &part) {
            return None;
        }
        let construct = ConstructChange {
            capture: "guard.weakened".into(),
            old: Some(old.condition.into()),
            new: Some(new.condition.into()),
        };
        Some(Fact { construct: Some(construct), subject: Untrusted::new(part), ..fact.clone() })
    };
    facts.iter().filter_map(one).collect()
}

/// True if another guard that came or changed asks what this one no longer does.
fn asked_elsewhere(facts: &[Fact], fact: &Fact, part: &str) -> bool {
    let guards = facts.iter().filter(|other| !std::ptr::eq(*other, fact)).filter_map(|other| other.construct.as_ref());
    let texts = guards.filter(|other| &*other.capture == "guard").filter_map(|other| other.new.as_deref());
    texts.into_iter().any(|text| text.split_whitespace().collect::<Vec<_>>().join(" ").contains(part))
}

/// The question that came or went, if the new guard refuses less in all cases and nothing else.
fn weaker(old: &Question, new: &Question) -> Option<String> {
    if old.reversed != new.reversed || old.condition == new.condition {
        return None;
    }
    let (outer, inner) = if old.reversed { (AND, OR) } else { (OR, AND) };
    let (before, after) = (split(&old.condition, outer), split(&new.condition, outer));
    let mut gone: Vec<&String> = before.iter().filter(|part| !after.contains(part)).collect();
    let mut extra = None;
    for part in after.iter().filter(|part| !before.contains(part)) {
        let parts = split(part, inner);
        let same = gone.iter().position(|one| {
            let asked = split(one, inner);
            asked.len() < parts.len() && asked.iter().all(|one| parts.contains(one))
        })?;
        let asked = split(gone.remove(same), inner);
        let came: Vec<&String> = parts.iter().filter(|one| !asked.contains(one)).collect();
        if came.iter().all(|one| only_asks_presence(one, &asked)) {
            return None;
        }
        extra = extra.or(came.first().map(|one| (*one).clone()));
    }
    gone.first().map(|one| (*one).clone()).or(extra)
}

/// The new condition, if it asks what the old one asked and refuses in fewer of its cases: `!a || !b` that became
/// `!(a || b)`.
fn refuses_less(old: &Question, new: &Question) -> Option<String> {
    let (relation, same_questions) = relation(&old.condition, &new.condition)?;
    let fewer = if old.reversed { Relation::More } else { Relation::Fewer };
    (relation == fewer && same_questions && old.reversed == new.reversed).then(|| new.condition.clone())
}

/// `user` beside `user.banned`, `x != null`.
fn only_asks_presence(part: &str, others: &[String]) -> bool {
    let lower = part.to_ascii_lowercase();
    let said = ["null", "nil", "none", "undefined"].iter().any(|word| lower.contains(word));
    let name = part.trim_start_matches(['!', ' ']);
    let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.$@".contains(c));
    said || named
        && others.iter().any(|other| other.contains(&format!("{name}.")) || other.contains(&format!("{name}[")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(old: &str, new: &str) -> Option<String> {
        let (old, new) = (question(old)?, question(new)?);
        weaker(&old, &new).or_else(|| refuses_less(&old, &new))
    }

    #[test]
    fn a_guard_that_refuses_less() {
        for (old, new, expected) in [
            (
                "if (BLOCKED.has(key)) { continue; }",
                "if (depth === 0 && BLOCKED.has(key)) { continue; }",
                "depth === 0",
            ),
            ("if a or not b: raise E", "if a: raise E", "not b"),
            ("if n > MAX || n == 0 { return Err(e) }", "if n > MAX { return Err(e) }", "n == 0"),
            ("if err := f(); err != nil || x { return }", "if err := f(); err != nil { return }", "x"),
            ("raise E unless admin? && owner?", "raise E unless admin?", "owner?"),
            ("raise E unless admin?", "raise E unless admin? || staff?", "staff?"),
            ("if ((a || b)) { throw e; }", "if (a || (b && c)) { throw e; }", "c"),
            (
                "if (!m.ok() || !m.near(s)) { throw e; }",
                "if (!(m.ok() || m.near(s))) { throw e; }",
                "(!(m.ok() || m.near(s)))",
            ),
            ("raise E unless a and b", "raise E unless a or b", "b"),
        ] {
            assert_eq!(part(old, new).as_deref(), Some(expected), "{old} -> {new}");
        }
    }

    #[test]
    fn a_guard_that_refuses_as_much_or_something_else() {
        for (old, new) in [
            ("if (a) { return; }", "if (a || b) { return; }"),
            ("if (a && b) { return; }", "if (a) { return; }"),
            ("if (a || b) { return; }", "if (b || a) { return; }"),
            ("if (a) { return; }", "if (b && c) { return; }"),
            ("if (a || b) { return; }", "if (a || d) { return; }"),
            ("if (user.banned) { throw e; }", "if (user && user.banned) { throw e; }"),
            ("if (x.y()) { throw e; }", "if (x != null && x.y()) { throw e; }"),
            ("raise E unless a", "raise E unless a && b"),
            ("if (\"a || b\" == c) { return; }", "if (\"a\" == c) { return; }"),
            ("while (a || b) { }", "while (a) { }"),
            ("if (!a || !b) { throw e; }", "if (!(a && b)) { throw e; }"),
            ("if (n < 3) { throw e; }", "if (3 > n) { throw e; }"),
        ] {
            assert_eq!(part(old, new), None, "{old} -> {new}");
        }
    }
}
