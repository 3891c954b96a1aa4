//! Settings before and after, by dotted key. A setting on unchanged lines is the same setting even if its list position
//! moved; the rest is paired by key. Renamed keys are a deletion and an addition: whoever reads the old name finds nothing.

use super::entity_change::bare;
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind, SettingChange};
use crate::limits;
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
    let lists = match pair.is_partial() {
        true => Vec::new(),
        false => record_lists(old, &mut free_old, new, &mut free_new),
    };
    drop_unmoved(pair, old, &mut free_old, new, &mut free_new);
    let mut by_key: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    free_old.iter().for_each(|at| by_key.entry(&old[*at].key).or_default().0.push(*at));
    free_new.iter().for_each(|at| by_key.entry(&new[*at].key).or_default().1.push(*at));
    let mut facts: Vec<Fact> =
        lists.iter().filter_map(|(before, after)| fact(pair, Some(before), Some(after))).collect();
    for (before, after) in by_key.into_values() {
        let before: Vec<_> = before.into_iter().map(|at| &old[at]).collect();
        let after: Vec<_> = after.into_iter().map(|at| &new[at]).collect();
        facts.extend(of_one_key(pair, before, after));
    }
    facts.extend(given_twice(pair, old, new));
    facts
}

/// Keys that the change gives a second time (`setting.twice`): most readers silently take one of the two.
fn given_twice(pair: &Pair, old: &[Setting], new: &[Setting]) -> Vec<Fact> {
    let Some(sheet) = pair.new.as_ref().filter(|_| !pair.is_partial()) else { return Vec::new() };
    let mut places: FxHashMap<&str, Vec<&Setting>> = FxHashMap::default();
    for setting in new {
        places.entry(&setting.key).or_default().push(setting);
    }
    // what is merged in may well come from several places
    places.retain(|key, all| all.len() > 1 && !key.ends_with("<<"));
    if places.is_empty() {
        return Vec::new();
    }
    let mut before: FxHashMap<&str, usize> = FxHashMap::default();
    old.iter().for_each(|setting| *before.entry(&setting.key).or_default() += 1);
    places.retain(|key, all| all.len() > before.get(key).copied().unwrap_or(0));
    let blocks = blocks(sheet);
    let mut keys: Vec<(&str, Vec<&Setting>)> = places.into_iter().collect();
    keys.sort_unstable_by_key(|(key, _)| *key);
    let facts = keys.into_iter().filter_map(|(key, all)| {
        let came = all.iter().find(|setting| sheet.touched(setting.lines))?;
        let block = |setting: &Setting| blocks.get(setting.lines.start as usize).copied().flatten();
        let here = block(came)?;
        let other = all.iter().find(|other| other.value != came.value && block(other) == Some(here))?;
        let construct = ConstructChange {
            capture: "setting.twice".into(),
            old: Some(other.value.to_text().into()),
            new: Some(came.value.to_text().into()),
        };
        let fact = bare(FactKind::ConstructAdded, pair.locate(Side::New, came.lines), Untrusted::new(key));
        Some(Fact { construct: Some(construct), ..fact })
    });
    facts.take(limits::TEXT_FACTS_MAX).collect()
}

/// The block of each line, by its number: lines that are as far indented as each other with nothing less indented between
/// them. Entries of a list that are told apart by a name share their keys if the name comes twice; each is a block of its
/// own, and a line that begins an entry is in none.
fn blocks(sheet: &Sheet) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut found = vec![None];
    let end = (1..).take_while(|line| !sheet.is_after_end(*line));
    for (line, count) in end.zip(0..) {
        let text = sheet.line(line);
        let inner = text.trim_ascii_start();
        let depth = text.len() - inner.len();
        if sheet.is_inert(line) {
            found.push(None);
            continue;
        }
        while open.last().is_some_and(|last| last.0 > depth) {
            open.pop();
        }
        if open.last().is_none_or(|last| last.0 < depth) {
            open.push((depth, count));
        }
        found.push(open.last().map(|last| last.1).filter(|_| !inner.starts_with(b"-")));
    }
    found
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

/// A key without the numbers of entries; the first of several blocks of one name has none.
fn without_positions(key: &str) -> String {
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    key.split('.').filter(|part| !number(part)).collect::<Vec<_>>().join(".")
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
    // a list that only lost entries changed on the old side alone
    if let (Some(before), Some(_), Some(sheet)) = (old, new, pair.old.as_ref())
        && matches!(before.value, Value::List(_))
        && pair.new.as_ref().is_some_and(|sheet| sheet.first_code(setting.lines, |_| true).is_none())
        && let Some(lines) = sheet.first_code(before.lines, |_| true)
    {
        let change = setting_change(setting.key.clone(), Some(&before.value), new.map(|new| &new.value));
        let location = pair.locate(Side::Old, lines);
        return Some(Fact { setting: Some(change), ..bare(kind, location, Untrusted::new(&*setting.key)) });
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
            let forms = |list: &[Arc<str>]| -> Vec<String> { list.iter().map(|item| form(item)).collect() };
            let reordered = removed.is_empty() && added.is_empty() && forms(old) != forms(new);
            (removed, added, reordered)
        }
        _ => Default::default(),
    };
    let moved = match (old, new) {
        (Some(Value::List(old)), Some(Value::List(new))) if reordered => moved(old, new),
        _ => Vec::new(),
    };
    SettingChange { key, old: old.cloned(), new: new.cloned(), ratio, removed, added, reordered, moved }
}

/// The fewest items whose move makes one list of the other: those outside of their longest common run.
fn moved(old: &[Arc<str>], new: &[Arc<str>]) -> Vec<Arc<str>> {
    if old.len() > MOVED_ITEMS_MAX {
        return new.to_vec();
    }
    // longest common subsequence, by length from each pair of positions on
    let mut rest = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            rest[i][j] = if old[i] == new[j] { rest[i + 1][j + 1] + 1 } else { rest[i + 1][j].max(rest[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut gone) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if rest[i + 1][j] >= rest[i][j + 1] {
            gone.push(old[i].clone());
            i += 1;
        } else {
            j += 1;
        }
    }
    gone.extend(old[i..].iter().cloned());
    gone
}

/// Longer lists are not told apart item by item (items).
const MOVED_ITEMS_MAX: usize = 400;

/// Lists of records (`rules.0.name`, `rules.0.action`, ...) whose records are all the same as before but came, went or
/// changed places: one fact for the list, and the settings that it explains.
fn record_lists(
    old: &[Setting],
    free_old: &mut Vec<usize>,
    new: &[Setting],
    free_new: &mut Vec<usize>,
) -> Vec<(Setting, Setting)> {
    let (before, after) = (records(old), records(new));
    let mut lists = Vec::new();
    for (key, was) in &before {
        let Some(is) = after.get(key) else { continue };
        let texts = |list: &Records| -> Vec<Arc<str>> { list.iter().map(|record| record.text.clone()).collect() };
        let (one, other) = (texts(was), texts(is));
        let same = minus(&one, &other).is_empty() && minus(&other, &one).is_empty();
        if one == other || !same {
            continue;
        }
        let within = |settings: &[Setting], at: &usize| settings[*at].key.starts_with(&format!("{key}."));
        free_old.retain(|at| !within(old, at));
        free_new.retain(|at| !within(new, at));
        let list = |texts: Vec<Arc<str>>, lines| Setting { key: key.as_str().into(), value: Value::List(texts), lines };
        let place = first_moved(was, is);
        lists.push((list(one, was[0].lines), list(other, place)));
    }
    lists
}

/// Where the first record stands that has another place than before.
fn first_moved(was: &Records, is: &Records) -> crate::location::LineRange {
    let moved = is.iter().zip(was).find(|(now, before)| now.text != before.text);
    moved.map_or(is[0].lines, |(now, _)| now.lines)
}

/// A record of a list: its settings as one text, and where it begins.
struct Record {
    text: Arc<str>,
    lines: crate::location::LineRange,
}

type Records = Vec<Record>;

/// The records of each list of at least two, by the key of the list and in their order. Only the outermost list of a key
/// counts. A record is called by its number, or by the value that names it.
fn records(settings: &[Setting]) -> BTreeMap<String, Records> {
    let names = record_names(settings);
    let mut lists: BTreeMap<&str, Vec<(&str, String, crate::location::LineRange)>> = BTreeMap::new();
    for setting in settings {
        let Some((list, record, rest)) = place_in_list(&setting.key, &names) else { continue };
        let records = lists.entry(list).or_default();
        let text = format!("{rest}={} ", setting.value.to_text());
        match records.iter_mut().rev().take(RECORDS_OPEN_MAX).find(|(known, ..)| *known == record) {
            Some((_, known, lines)) => {
                known.push_str(&text);
                lines.start = lines.start.min(setting.lines.start);
                lines.end = lines.end.max(setting.lines.end);
            }
            None => records.push((record, text, setting.lines)),
        }
    }
    let made = lists.into_iter().filter(|(_, list)| list.len() > 1);
    made.map(|(key, mut list)| {
        list.sort_by_key(|(_, _, lines)| lines.start);
        let records = list.into_iter().map(|(_, text, lines)| Record { text: text.trim_end().into(), lines });
        (key.to_owned(), records.collect())
    })
    .collect()
}

/// Records that are looked back at for the one that a setting belongs to (records); settings come record by record.
const RECORDS_OPEN_MAX: usize = 4;

/// Keys of records that are called by a value of their own: `policy.rest` where `policy.rest.name` is `rest`.
fn record_names(settings: &[Setting]) -> FxHashSet<&str> {
    let named = |setting: &'_ Setting| {
        let (record, last) = setting.key.rsplit_once('.')?;
        let name = record.rsplit('.').next()?;
        let names = matches!(last, "name" | "id" | "key" | "title") && setting.value.to_text() == name;
        names.then_some(record.len())
    };
    settings.iter().filter_map(|setting| Some(&setting.key[..named(setting)?])).collect()
}

/// The outermost list of a key, the record in it, and what is left.
fn place_in_list<'a>(key: &'a str, names: &FxHashSet<&str>) -> Option<(&'a str, &'a str, &'a str)> {
    let dots: Vec<usize> = key.match_indices('.').map(|(at, _)| at).collect();
    for pair in dots.windows(2) {
        let (list, record, rest) = (&key[..pair[0]], &key[pair[0] + 1..pair[1]], &key[pair[1] + 1..]);
        let number = !record.is_empty() && record.bytes().all(|byte| byte.is_ascii_digit());
        if number || names.contains(&key[..pair[1]]) {
            return Some((list, record, rest));
        }
    }
    None
}

/// Items of one list that the other does not hold (as often).
fn minus(list: &[Arc<str>], other: &[Arc<str>]) -> Vec<Arc<str>> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    other.iter().for_each(|item| *counts.entry(form(item)).or_default() += 1);
    let missing = |item: &&Arc<str>| match counts.get_mut(&form(item)).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    };
    list.iter().filter(missing).cloned().collect()
}

/// An entry of a list without what only lays it out: white space beside signs, and `"${...}"` around an expression.
fn form(item: &str) -> String {
    let item = item.trim();
    let inner = item.trim_matches('"').strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let item = inner.filter(|inner| !inner.contains("${")).unwrap_or(item);
    if !item.contains(char::is_whitespace) {
        return item.to_owned();
    }
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut form = String::with_capacity(item.len());
    let mut rest = item.chars().peekable();
    while let Some(c) = rest.next() {
        if !c.is_whitespace() {
            form.push(c);
        } else if word(form.chars().next_back()) && word(rest.peek().copied()) {
            form.push(' ');
        }
    }
    form
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
        assert_eq!(form("f(a,  b)"), form("\"${f(a,b)}\""));
        assert_ne!(form("allow all"), form("allowall"));
        assert!(setting_change("l".into(), Some(&list(&["a", "b"])), Some(&list(&["b", "a"]))).reordered);
    }

    #[test]
    fn list_positions_are_no_part_of_a_key() {
        assert_eq!(without_positions("jobs.build.steps.12.run"), "jobs.build.steps.run");
        assert_eq!(without_positions("v2.port"), "v2.port");
    }
}
