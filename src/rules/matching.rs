//! Whether a condition holds: first what a file says by itself (path, role, language, zone), then each fact or line in
//! it. A match is a `Hit`: the place and what was found.

use super::pattern::Pattern;
use super::scene::{FileScene, Line, Observed, Scene};
use super::when::{Became, Conditions, LineSide, TextTest, bit};
use super::{callers, elsewhere, readers};
use crate::facts::{EntityRef, Fact, FactKind};
use crate::location::{LineRange, Location, Side};
use crate::roles::{Role, Roles};
use crate::syntax::{Entity, Value};
use std::sync::Arc;

/// A place where a condition holds.
pub(super) struct Hit<'s, 'a> {
    pub(super) file: &'s FileScene<'a>,
    pub(super) observed: Option<&'s Observed<'a>>,
    pub(super) line: Option<&'s Line>,
    pub(super) location: Location,
}

/// Facts or lines of one file that the conditions hold for; those of the file are already known to hold.
pub(super) fn candidates<'s, 'a>(
    conditions: &Conditions,
    scene: &'s Scene<'a>,
    file: &'s FileScene<'a>,
) -> Vec<Hit<'s, 'a>> {
    if conditions.line.is_set() || conditions.statement.is_set() {
        return lines(conditions, scene, file);
    }
    if file.kinds & conditions.kinds == 0 {
        return Vec::new();
    }
    let holding = file.observed.iter().filter(|observed| conditions.fact_holds(scene, file, observed));
    holding
        .map(|observed| Hit { file, observed: Some(observed), line: None, location: observed.fact.location.clone() })
        .collect()
}

fn lines<'s, 'a>(conditions: &Conditions, scene: &'s Scene<'a>, file: &'s FileScene<'a>) -> Vec<Hit<'s, 'a>> {
    // a change of form has no lines for rules; facts that are asked for must be there
    let asked = conditions.kinds == 0 || file.kinds & conditions.kinds != 0;
    let commented = conditions.line_side == LineSide::Commented;
    if !asked || (!commented && file.facts.facts.iter().all(|fact| fact.kind.is_inert())) {
        return Vec::new();
    }
    let (lines, test) = match conditions.statement.is_set() {
        true => (scene.statements(file), &conditions.statement),
        false => (scene.lines(file, conditions.line_side), &conditions.line),
    };
    let side = match conditions.line_side {
        LineSide::Old | LineSide::Removed => Side::Old,
        LineSide::New | LineSide::Commented => Side::New,
    };
    let in_test = |line: &Line| {
        let outline = file.outline(side)?;
        Some(outline.entities[outline.entity_at(line.number)? as usize].test)
    };
    let wanted = |line: &&Line| conditions.in_test.is_none_or(|want| in_test(line).unwrap_or(false) == want);
    let came = |line: &&Line| !conditions.line_came || !matched_before(scene, file, test, line.number);
    let held = |line: &Line| {
        let outline = file.outline(side)?;
        let entity = &outline.entities[outline.entity_at(line.number)? as usize];
        Some(holder_kept(file, side, Some(entity)))
    };
    let held = |line: &&Line| conditions.container_kept.is_none_or(|want| held(line).unwrap_or(true) == want);
    let stays = |line: &&Line| !conditions.next_stays || next_stays(file, side, line.number);
    let matching = lines.iter().filter(|line| test.holds(Some(&line.text))).filter(wanted).filter(came);
    let read = |line: &&Line| {
        let named = || test.yes.as_ref()?.caught("name", &line.text);
        let found = || named().is_some_and(|name| readers::is_read(scene.evidence.head, name, &file.facts.path));
        conditions.still_read.is_none_or(|want| found() == want)
    };
    let matching = matching.filter(held).filter(stays).filter(read);
    let mut last = 0;
    // a stretch that became a comment is one place
    let first = |line: &&Line| {
        let follows = commented && last > 0 && line.number <= last + COMMENTED_GAP_LINES;
        last = line.number;
        !follows
    };
    matching
        .filter(first)
        .map(|line| Hit { file, observed: None, line: Some(line), location: place(file, side, line.number) })
        .collect()
}

/// True if the line was edited from one that matched as well.
fn matched_before(scene: &Scene, file: &FileScene, test: &TextTest, number: u32) -> bool {
    let from = file.facts.edited.iter().find(|pair| pair.1 == number).map(|pair| pair.0);
    let old = scene.lines(file, LineSide::Old).iter();
    from.is_some_and(|from| old.filter(|line| line.number == from).any(|line| test.holds(Some(&line.text))))
}

/// Lines between two lines of the same stretch that became a comment (lines).
const COMMENTED_GAP_LINES: u32 = 5;

/// True if the next line of code on the same side did not change.
fn next_stays(file: &FileScene, side: Side, number: u32) -> bool {
    let (Some(change), Some(text)) = (file.change, file.text(side)) else { return false };
    let next = (number + 1..).zip(text.lines().skip(number as usize)).find(|(_, line)| !line.trim().is_empty());
    next.is_some_and(|(at, _)| !change.changed(side).iter().any(|range| range.contains(at)))
}

/// What went stands on the old side, but for a line that was edited: that is still there.
fn place(file: &FileScene, side: Side, line: u32) -> Location {
    let edited = || file.facts.edited.binary_search_by_key(&line, |pair| pair.0).ok();
    if let (Side::Old, Some(at)) = (side, edited()) {
        return Location::new(file.facts.path.clone(), Side::New, LineRange::line(file.facts.edited[at].1));
    }
    let path = match (side, &file.facts.old_path) {
        (Side::Old, Some(old)) => old.clone(),
        _ => file.facts.path.clone(),
    };
    Location::new(path, side, LineRange::line(line))
}

impl Conditions {
    /// What a named group caught at a hit of these conditions.
    pub(super) fn caught(&self, name: &str, hit: &Hit) -> Option<String> {
        let by = |test: &TextTest, text: Option<&str>| Some(test.yes.as_ref()?.caught(name, text?)?.to_owned());
        if let Some(line) = hit.line {
            return by(&self.line, Some(&line.text)).or_else(|| by(&self.statement, Some(&line.text)));
        }
        let observed = hit.observed?;
        let setting = observed.fact.setting.as_ref();
        let item = |pattern: &Option<Pattern>, items: &[Arc<str>]| {
            items.iter().find_map(|item| pattern.as_ref()?.caught(name, item).map(str::to_owned))
        };
        by(&self.subject, Some(observed.fact.subject.raw()))
            .or_else(|| by(&self.old, observed.old.as_deref()))
            .or_else(|| by(&self.new, observed.new.as_deref()))
            .or_else(|| by(&self.text, observed.new.as_deref().or(observed.old.as_deref())))
            .or_else(|| item(&self.removed, &setting?.removed))
            .or_else(|| item(&self.added, &setting?.added))
    }

    /// What can be said without looking at facts.
    pub(super) fn file_holds(&self, scene: &Scene, file: &FileScene) -> bool {
        let roles = file.facts.roles;
        let language = file.facts.language().map_or("", |language| language.name.as_ref());
        let status = file.change.map_or("", |change| change.status.as_str());
        (self.roles_any == Roles::default() || shares(roles, self.roles_any))
            && !shares(roles, self.roles_not)
            && is_one_of(&self.language, language)
            && !(self.not_language.iter().any(|word| word == language))
            && is_one_of(&self.status, status)
            && (self.path.is_empty() || self.path.is_match(&file.path))
            && self.commit_message.as_ref().is_none_or(|pattern| {
                !scene.messages.is_empty() && scene.messages.iter().all(|message| pattern.is_match(message))
            })
    }

    /// True if `not_path` names the file.
    pub(super) fn is_left_alone(&self, file: &FileScene) -> bool {
        !self.not_path.is_empty() && self.not_path.is_match(&file.path)
    }

    fn fact_holds(&self, scene: &Scene, file: &FileScene, observed: &Observed) -> bool {
        let fact = observed.fact;
        // expressions come last: a shipped one is compiled when it is first asked
        self.kinds & bit(fact.kind) != 0
            && is_one_of(&self.capture, fact.construct.as_ref().map_or("", |construct| &*construct.capture))
            && self.dependency_holds(fact)
            && self.key_holds(observed)
            && self.entity_holds(file, fact)
            && self.values_hold(observed)
            && self.dependents.is_none_or(|bound| bound.holds(f64::from(observed.dependents)))
            && self.zone_holds(scene, file, fact)
            && self.named_elsewhere.is_none_or(|want| elsewhere::is_named(scene, file, fact) == want)
            && self.still_read.is_none_or(|want| still_read(scene, file, fact) == want)
            && self.contract_changed.is_none_or(|want| callers::contract_changed(file, fact) == want)
            && self.callers_break.is_none_or(|want| callers::may_break(scene, file, fact) == want)
    }

    fn entity_holds(&self, file: &FileScene, fact: &Fact) -> bool {
        let entity = fact.entity.as_ref();
        let old = fact.old_entity.as_ref();
        let word = |entity: Option<&EntityRef>| entity.map_or("", |entity| entity.visibility.as_str());
        let in_test = [entity, old].into_iter().flatten().any(|entity| entity.test);
        is_one_of(&self.entity, entity.map_or("", |entity| entity.kind.as_str()))
            && is_one_of(&self.visibility, word(entity))
            && is_one_of(&self.visibility_was, word(old))
            && self.in_test.is_none_or(|want| in_test == want)
            && self.renamed.is_none_or(|want| entity.zip(old).is_some_and(|(new, old)| new.name != old.name) == want)
            && self.entity_kept.is_none_or(|want| entity.is_some_and(|entity| kept(file, fact, entity)) == want)
            && self.container_holds(file, fact)
            && self.subject.holds(Some(fact.subject.raw()))
    }

    /// Kind and visibility of what encloses the entity, and whether the entity has a body.
    fn container_holds(&self, file: &FileScene, fact: &Fact) -> bool {
        let asked = !self.container.is_empty() || !self.container_visibility.is_empty();
        if !asked && self.is_abstract.is_none() && self.container_kept.is_none() {
            return true;
        }
        let outline = file.outline(fact.location.side);
        let of = |at: Option<u32>| outline.and_then(|outline| outline.entities.get(at? as usize));
        let entity = of(fact.entity.as_ref().map(|entity| entity.index));
        let container = of(entity.and_then(|entity| entity.container));
        is_one_of(&self.container, container.map_or("", |container| container.kind.as_str()))
            && is_one_of(&self.container_visibility, container.map_or("", |container| container.visibility.as_str()))
            && self.is_abstract.is_none_or(|want| entity.is_some_and(|entity| entity.body.is_empty()) == want)
            && self.container_kept.is_none_or(|want| holder_kept(file, fact.location.side, entity) == want)
    }

    fn key_holds(&self, observed: &Observed) -> bool {
        (self.key.is_empty() || self.key.is_in(&observed.key_tail))
            && (self.key_anywhere.is_empty() || self.key_anywhere.is_in(&observed.key))
            && !self.not_key.is_in(&observed.key)
    }

    fn values_hold(&self, observed: &Observed) -> bool {
        let (old, new) = (observed.old.as_deref(), observed.new.as_deref());
        let holds = |test: &TextTest, text: Option<&str>| !test.is_set() || test.holds(text);
        let bound = |bound: Option<super::pattern::Bound>, value: Option<f64>| {
            bound.is_none_or(|bound| value.is_some_and(|value| bound.holds(value)))
        };
        bound(self.ratio, observed.ratio)
            && self.up.is_none_or(|up| observed.ratio.is_some_and(|ratio| if up { ratio > 1.0 } else { ratio < 1.0 }))
            && self.flipped.is_none_or(|want| truth(old).zip(truth(new)) == Some(want))
            && self.operators_changed.is_none_or(|want| operators_differ(old, new) == want)
            && holds(&self.old, old)
            && holds(&self.new, new)
            && holds(&self.text, new.or(old))
            && self.lists_hold(observed.fact)
    }

    fn lists_hold(&self, fact: &Fact) -> bool {
        let setting = fact.setting.as_ref();
        let share = setting.and_then(|setting| match &setting.old {
            Some(Value::List(items)) if !items.is_empty() => Some(setting.removed.len() as f64 / items.len() as f64),
            _ => None,
        });
        let has = |pattern: &Option<super::pattern::Pattern>,
                   items: fn(&crate::facts::SettingChange) -> &[std::sync::Arc<str>]| {
            pattern.as_ref().is_none_or(|pattern| {
                setting.is_some_and(|setting| items(setting).iter().any(|item| pattern.is_match(item)))
            })
        };
        self.removed_share.is_none_or(|bound| share.is_some_and(|share| bound.holds(share)))
            && has(&self.added, |setting| &setting.added)
            && has(&self.removed, |setting| &setting.removed)
            && has(&self.moved, |setting| &setting.moved)
            && self.reordered.is_none_or(|want| setting.is_some_and(|setting| setting.reordered) == want)
            && self.became.is_none_or(|want| {
                setting.is_some_and(|setting| became(setting.new.as_ref(), want) && !became(setting.old.as_ref(), want))
            })
    }

    fn dependency_holds(&self, fact: &Fact) -> bool {
        let dependency = fact.dependency.as_ref();
        let named = || fact.setting.as_ref().and_then(crate::facts::SettingChange::bump);
        let bump = || dependency.map_or_else(named, |dependency| dependency.bump).map_or("", |bump| bump.as_str());
        (self.bump.is_empty() || is_one_of(&self.bump, bump()))
            && is_one_of(&self.ecosystem, dependency.map_or("", |dependency| &*dependency.ecosystem))
            && self.direct.is_none_or(|want| dependency.is_some_and(|found| found.locked != want))
            && self.development.is_none_or(|want| dependency.is_some_and(|found| found.development == want))
            && self.own.is_none_or(|want| dependency.is_some_and(|found| found.own == want))
    }

    fn zone_holds(&self, scene: &Scene, file: &FileScene, fact: &Fact) -> bool {
        if self.zone.is_empty() {
            return true;
        }
        let zones = scene.evidence.zones;
        let wanted =
            |zone: &usize| zones.all().get(*zone).is_some_and(|zone| self.zone.iter().any(|id| **id == *zone.id));
        file.zones.iter().any(wanted)
            || fact.entity.as_ref().is_some_and(|entity| {
                let named = file.facts.roles.is_production() && !entity.test;
                named && zones.of_name(&entity.qualified).iter().any(wanted)
            })
    }

    /// True if the clause asks for a fact or a line, and not only for a file or its text.
    pub(super) fn asks_inside(&self) -> bool {
        self.kinds != 0 || self.line.is_set() || self.statement.is_set()
    }
}

/// True if another shipped file still names the setting. Last of all conditions, because it reads the repository.
fn still_read(scene: &Scene, file: &FileScene, fact: &Fact) -> bool {
    let Some(setting) = &fact.setting else { return false };
    let named = setting.key.rsplit('.').find(|part| part.parse::<u32>().is_err());
    named.is_some_and(|name| readers::is_read(scene.evidence.head, name, &file.facts.path))
}

/// True if what holds the entity, by its place or by its name, is there on the other side; also if nothing holds it.
fn holder_kept(file: &FileScene, side: Side, entity: Option<&Entity>) -> bool {
    let other = match side {
        Side::Old => Side::New,
        Side::New => Side::Old,
    };
    let Some((outline, entity)) = file.outline(side).zip(entity) else { return true };
    let holder = entity.container.map(|at| outline.qualified_name(at)).or(entity.scope.as_deref().map(str::to_owned));
    let there = |name: &String| {
        let other = file.outline(other)?;
        (0..other.entities.len() as u32).find(|at| other.qualified_name(*at) == *name)
    };
    holder.is_none_or(|name| there(&name).is_some())
}

/// True if the entity is there on both sides.
fn kept(file: &FileScene, fact: &Fact, entity: &EntityRef) -> bool {
    let other = match fact.location.side {
        Side::Old => Side::New,
        Side::New => Side::Old,
    };
    fact.old_entity.is_some()
        || file.outline(other).is_some_and(|outline| {
            let named =
                (0..outline.entities.len() as u32).filter(|at| outline.entities[*at as usize].name == entity.name);
            named.into_iter().any(|at| outline.qualified_name(at) == *entity.qualified)
        })
        || matches!(fact.kind, FactKind::BodyChanged | FactKind::SignatureChanged | FactKind::ConstructChanged)
}

fn is_one_of(allowed: &[String], word: &str) -> bool {
    allowed.is_empty() || allowed.iter().any(|allowed| allowed == word)
}

fn shares(roles: Roles, wanted: Roles) -> bool {
    wanted.iter().any(|role: Role| roles.contains(role))
}

/// True if two texts are the same but for a comparison or a logical operator.
fn operators_differ(old: Option<&str>, new: Option<&str>) -> bool {
    let Some((old, new)) = old.zip(new) else { return false };
    let (old, new) = (operators(old), operators(new));
    old.0 == new.0 && old.1 != new.1
}

/// The text with a place holder for each operator, and the operators.
/// Two negations in a row only make a truth value of something, and count for nothing.
fn operators(text: &str) -> (String, Vec<&str>) {
    const SYMBOLS: [&str; 13] = ["===", "!==", "==", "!=", "<=", ">=", "&&", "||", "->", "=>", "<", ">", "!"];
    let (mut rest, mut around, mut found) = (text, String::new(), Vec::new());
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("!!") {
            rest = after;
            continue;
        }
        let word = rest.len() - rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
        let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        let length = match symbol {
            Some(symbol) if !matches!(*symbol, "->" | "=>") => symbol.len(),
            _ if matches!(&rest[..word], "and" | "or") => word,
            _ => {
                let plain = word.max(c.len_utf8());
                around.extend(rest[..plain].chars().filter(|c| !c.is_whitespace()));
                rest = &rest[plain..];
                continue;
            }
        };
        found.push(&rest[..length]);
        // a negation that comes or goes keeps the rest in place
        if &rest[..length] != "!" {
            around.push('\u{1}');
        }
        rest = &rest[length..];
    }
    (around, found)
}

/// On or off, in the words that configuration files use.
fn truth(text: Option<&str>) -> Option<bool> {
    match text?.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "enabled" | "enable" => Some(true),
        "false" | "off" | "no" | "disabled" | "disable" => Some(false),
        _ => None,
    }
}

/// Values that mean nothing, or everything.
fn became(value: Option<&Value>, want: Became) -> bool {
    let wildcard =
        |text: &str| matches!(text.trim(), "*" | ".*" | "**" | "/" | "/*" | "0.0.0.0/0" | "::/0" | "0.0.0.0" | "*.*");
    match (want, value) {
        (_, None) => false,
        (Became::Empty, Some(value)) => match value {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty() || matches!(text.trim(), "{}" | "[]"),
            Value::List(items) => items.iter().all(|item| item.trim().is_empty()),
            Value::Bool(_) | Value::Number { .. } => false,
        },
        (Became::Wildcard, Some(Value::Text(text))) => wildcard(text),
        (Became::Wildcard, Some(Value::List(items))) => items.iter().any(|item| wildcard(item)),
        (Became::Wildcard, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_compared_apart_from_what_they_join() {
        let differ = |old, new| operators_differ(Some(old), Some(new));
        assert!(differ("a > b", "a >= b") && differ("a && b", "a || b") && differ("a and b", "a or b"));
        assert!(differ("a == b", "a != b") && differ("!ready", "ready"));
        assert!(!differ("a > b", "a > c") && !differ("a>b", "a > b") && !differ("order > b", "b > order"));
        assert!(!differ("x -> y", "x => y") && !differ("!!ready", "ready"));
    }

    #[test]
    fn on_and_off_have_several_words() {
        assert_eq!((truth(Some("On")), truth(Some("disabled")), truth(Some("1"))), (Some(true), Some(false), None));
    }
}
