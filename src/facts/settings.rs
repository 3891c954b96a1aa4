//! Settings before and after, by dotted key. A setting on unchanged lines is the same setting even if its list position
//! moved; the rest is paired by key. Renamed keys are a deletion and an addition: whoever reads the old name finds nothing.

use super::entity_change::bare;
use super::pair::{Pair, Sheet};
use super::{Fact, FactKind, SettingChange};
use crate::location::Side;
use crate::syntax::{Setting, Value};
use crate::text::Untrusted;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Settings of both sides that were taken by something else (dependencies), by index.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub old: FxHashSet<usize>,
    pub new: FxHashSet<usize>,
}

/// Every setting that came, went or has another value.
pub(super) fn setting_facts(pair: &Pair, taken: &Taken) -> Vec<Fact> {
    let (old, new) = (settings(pair.old.as_ref()), settings(pair.new.as_ref()));
    let mut free_old: Vec<usize> = (0..old.len()).filter(|at| !taken.old.contains(at)).collect();
    let mut free_new: Vec<usize> = (0..new.len()).filter(|at| !taken.new.contains(at)).collect();
    drop_unmoved(pair, old, &mut free_old, new, &mut free_new);
    let mut by_key: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    free_old.iter().for_each(|at| by_key.entry(&old[*at].key).or_default().0.push(*at));
    free_new.iter().for_each(|at| by_key.entry(&new[*at].key).or_default().1.push(*at));
    let mut facts = Vec::new();
    for (before, after) in by_key.into_values() {
        let before: Vec<_> = before.into_iter().map(|at| &old[at]).collect();
        let after: Vec<_> = after.into_iter().map(|at| &new[at]).collect();
        facts.extend(of_one_key(pair, before, after));
    }
    facts
}

fn settings(sheet: Option<&Sheet>) -> &[Setting] {
    sheet.map_or(&[], |sheet| &sheet.outline.settings)
}

/// Leaves out settings that stand on unchanged lines with the same value and, but for list positions, the same key.
fn drop_unmoved(pair: &Pair, old: &[Setting], free_old: &mut Vec<usize>, new: &[Setting], free_new: &mut Vec<usize>) {
    let mut at_line: FxHashMap<(u32, String), Vec<usize>> = FxHashMap::default();
    for at in free_new.iter().rev() {
        at_line.entry((new[*at].lines.start, without_positions(&new[*at].key))).or_default().push(*at);
    }
    let mut same = FxHashSet::default();
    free_old.retain(|at| {
        let setting = &old[*at];
        let Some(line) = pair.new_line(setting.lines.start) else { return true };
        let Some(there) = at_line.get_mut(&(line, without_positions(&setting.key))) else { return true };
        match there.last() {
            Some(partner) if new[*partner].value == setting.value => {
                same.insert(*partner);
                there.pop();
                false
            }
            _ => true,
        }
    });
    free_new.retain(|at| !same.contains(at));
}

fn without_positions(key: &str) -> String {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = key.split('.').map(|part| if number(part) { "*" } else { part }).collect();
    parts.join(".")
}

/// Settings of one key, usually one on each side; equal values cancel out, the rest pairs in order.
fn of_one_key(pair: &Pair, mut old: Vec<&Setting>, mut new: Vec<&Setting>) -> Vec<Fact> {
    if old.len() + new.len() > 2 {
        cancel(&mut old, &mut new);
    }
    let count = old.len().max(new.len());
    (0..count).filter_map(|at| fact(pair, old.get(at).copied(), new.get(at).copied())).collect()
}

/// Takes out pairs of equal value.
fn cancel(old: &mut Vec<&Setting>, new: &mut Vec<&Setting>) {
    let mut texts: FxHashMap<String, usize> = FxHashMap::default();
    new.iter().for_each(|setting| *texts.entry(setting.value.to_text()).or_default() += 1);
    let mut cancelled: FxHashMap<String, usize> = FxHashMap::default();
    old.retain(|setting| match texts.get_mut(&setting.value.to_text()).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            *cancelled.entry(setting.value.to_text()).or_default() += 1;
            false
        }
        None => true,
    });
    new.retain(|setting| match cancelled.get_mut(&setting.value.to_text()).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    });
}

fn fact(pair: &Pair, old: Option<&Setting>, new: Option<&Setting>) -> Option<Fact> {
    let (kind, side, setting) = match (old, new) {
        (Some(old), Some(new)) if old.value == new.value => return None,
        (Some(_), Some(new)) => (FactKind::SettingChanged, Side::New, new),
        (None, Some(new)) => (FactKind::SettingAdded, Side::New, new),
        (Some(old), None) => (FactKind::SettingDeleted, Side::Old, old),
        (None, None) => return None,
    };
    let sheet = pair.sheet(side)?;
    let meets = |sheet: Option<&Sheet>, setting: Option<&Setting>| {
        sheet.zip(setting).is_some_and(|(sheet, setting)| sheet.touched(setting.lines))
    };
    if pair.is_partial() && !meets(pair.old.as_ref(), old) && !meets(pair.new.as_ref(), new) {
        return None;
    }
    // of a long list, the lines that changed
    let lines =
        if old.is_some() { sheet.first_code(setting.lines, |_| true).unwrap_or(setting.lines) } else { setting.lines };
    let change = setting_change(setting.key.clone(), old.map(|old| &old.value), new.map(|new| &new.value));
    let subject = Untrusted::new(&*setting.key);
    Some(Fact { setting: Some(change), ..bare(kind, pair.locate(side, lines), subject) })
}

/// A change of value, with the ratio of numbers and what left and came of lists.
pub(super) fn setting_change(key: Arc<str>, old: Option<&Value>, new: Option<&Value>) -> SettingChange {
    let ratio = match (old, new) {
        (Some(Value::Number { amount: old, .. }), Some(Value::Number { amount: new, .. })) if *old != 0.0 => {
            Some(new / old)
        }
        _ => None,
    };
    let (removed, added, reordered) = match (old, new) {
        (Some(Value::List(old)), Some(Value::List(new))) => {
            let (removed, added) = (minus(old, new), minus(new, old));
            let reordered = removed.is_empty() && added.is_empty() && old != new;
            (removed, added, reordered)
        }
        _ => Default::default(),
    };
    SettingChange { key, old: old.cloned(), new: new.cloned(), ratio, removed, added, reordered }
}

/// Items of one list that the other does not hold (as often).
fn minus(list: &[Arc<str>], other: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    other.iter().for_each(|item| *counts.entry(item).or_default() += 1);
    let missing = |item: &&Arc<str>| match counts.get_mut(&***item).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    };
    list.iter().filter(missing).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|item| Arc::from(*item)).collect())
    }

    #[test]
    fn numbers_have_a_ratio_and_lists_say_what_left_and_came() {
        let number = |amount: f64| Value::Number { amount, text: amount.to_string().into() };
        let change = setting_change("t".into(), Some(&number(30.0)), Some(&number(3.0)));
        assert_eq!(change.ratio, Some(0.1));
        assert_eq!(setting_change("t".into(), Some(&number(0.0)), Some(&number(3.0))).ratio, None);
        let change = setting_change("l".into(), Some(&list(&["a", "b", "b"])), Some(&list(&["b", "c"])));
        assert_eq!((change.removed, change.added), (vec!["a".into(), "b".into()], vec!["c".into()]));
        assert!(setting_change("l".into(), Some(&list(&["a", "b"])), Some(&list(&["b", "a"]))).reordered);
    }

    #[test]
    fn list_positions_are_no_part_of_a_key() {
        assert_eq!(without_positions("jobs.build.steps.12.run"), "jobs.build.steps.*.run");
        assert_eq!(without_positions("v2.port"), "v2.port");
    }
}
