//! Every rule on every file of the change. Matches become signals, one for each rule and place; many matches of one rule
//! in one file, or in many, become one signal with their number. What the team accepts is set aside, not dropped.

use super::hits::hits;
use super::matching::Hit;
use super::message::{apart, list, shorten};
use super::scene::Scene;
use super::{Rule, RulePack, Signal, Standing};
use crate::blast::BlastRadius;
use crate::config::{Accept, Config};
use crate::facts::Facts;
use crate::history::History;
use crate::input::{ChangeSet, Snapshot};
use crate::limits;
use crate::location::Location;
use crate::text::Untrusted;
use crate::zones::Zones;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::sync::Arc;

/// A signal that the team accepts as a false alarm, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub signal: Signal,
    pub reason: Arc<str>,
}

/// What `fire` hands on. Signals are sorted: severity, then path, line and rule.
#[derive(Clone, Debug, Default)]
pub struct Fired {
    /// What asks for a reader's eye, and observations, which only colour the score.
    pub signals: Vec<Signal>,
    pub accepted: Vec<Accepted>,
}

/// What rules may look at.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub change: &'a ChangeSet,
    pub facts: &'a Facts,
    pub blast: &'a BlastRadius,
    pub history: &'a History,
    pub zones: &'a Zones,
    pub config: &'a Config,
    /// The tree after the change; empty where it is not at hand.
    pub head: &'a Snapshot,
}

/// Runs every rule over the evidence.
pub fn fire(pack: &RulePack, evidence: &Evidence) -> Fired {
    let scene = Scene::new(evidence);
    // in parallel because the first question to a rule compiles its expressions
    let passing = pack.gate().passing(pack, &scene);
    let of_rule = |(at, rule): (usize, &Rule)| {
        let files = scene.files.iter().zip(&passing);
        let open = files.filter(|(_, passing)| passing.as_ref().is_none_or(|passing| passing[at]));
        let all = open.flat_map(|(file, _)| signals_of(rule, hits(&rule.when, &scene, file), &scene));
        all.collect::<Vec<_>>()
    };
    let mut signals: Vec<Signal> =
        pack.candidates(&scene).filter_map(|one| one.map(of_rule)).collect::<Vec<_>>().into_iter().flatten().collect();
    signals.sort_by(|a, b| key(a).cmp(&key(b)));
    let fired = accept(signals, evidence);
    let mut signals = few(fired.signals);
    observe(&mut signals, pack, scene.is_focused());
    Fired { signals, ..fired }
}

/// Marks what is no reason to look by itself (`Standing`). `focused`: few lines of shipped code changed.
fn observe(signals: &mut [Signal], pack: &RulePack, focused: bool) {
    let standing = |signal: &Signal| pack.get(&signal.rule).map(|rule| rule.standing).unwrap_or_default();
    let alone = |signal: &Signal| match standing(signal) {
        Standing::Finding => true,
        Standing::Focused => focused,
        Standing::Companion | Standing::Context => false,
    };
    let found = signals.iter().any(alone);
    for signal in signals {
        let beside = found && standing(signal) == Standing::Companion;
        signal.observation = !(alone(signal) || beside);
    }
}

/// A rule that fires all over a change says so once, at its first place, and names the next ones.
fn few(signals: Vec<Signal>) -> Vec<Signal> {
    let mut places: FxHashMap<Arc<str>, Vec<Location>> = FxHashMap::default();
    for signal in &signals {
        places.entry(signal.rule.clone()).or_default().push(signal.location.clone());
    }
    places.retain(|_, all| all.len() > limits::RULE_SIGNALS_PER_CHANGE);
    let mut kept = Vec::with_capacity(signals.len());
    for mut signal in signals {
        match places.get_mut(&signal.rule).map(std::mem::take) {
            None => kept.push(signal),
            Some(all) if all.is_empty() => {}
            Some(all) => {
                let more = all.len() - 1;
                signal.message = Untrusted::new(format!("{}, and in {more} more places", signal.message.raw()));
                signal.evidence.extend(
                    all.iter()
                        .skip(1)
                        .take(limits::RULE_SIGNALS_PER_CHANGE)
                        .map(|place| Untrusted::new(format!("also {}:{}", place.path.to_text(), place.lines.start))),
                );
                kept.push(signal);
            }
        }
    }
    kept
}

type SortKey<'a> = (Reverse<super::Severity>, &'a crate::location::RepoPath, u32, &'a str, crate::location::Side);

fn key(signal: &Signal) -> SortKey<'_> {
    let place = &signal.location;
    (Reverse(signal.severity), &place.path, place.lines.start, &signal.rule, place.side)
}

/// The hits of one rule in one file as signals: each place once, and one for all if there are many.
fn signals_of(rule: &Rule, hits: Vec<Hit>, scene: &Scene) -> Vec<Signal> {
    let mut placed: Vec<Hit> = Vec::new();
    for hit in hits {
        let start = |hit: &Hit| (hit.location.side, hit.location.lines.start);
        if !placed.iter().any(|other| start(other) == start(&hit)) {
            placed.push(hit);
        }
    }
    let count = placed.len();
    if count <= limits::RULE_SIGNALS_PER_FILE && rule.when.conditions.count.is_none() {
        return merged(placed.iter().map(|hit| signal(rule, hit, count, scene)).collect());
    }
    let Some(first) = placed.first() else { return Vec::new() };
    let mut whole = signal(rule, first, count, scene);
    if rule.when.conditions.count.is_none() {
        whole.message = Untrusted::new(format!("{}, and {} more in this file", whole.message.raw(), count - 1));
    }
    let more = placed.iter().skip(1).take(if rule.conceal { 0 } else { limits::RULE_SIGNALS_PER_CHANGE });
    whole.evidence.extend(more.map(|hit| {
        let line = hit.location.lines.start;
        Untrusted::new(format!("line {line}: {}", shorten(&subject(hit))))
    }));
    vec![whole]
}

/// Signals of one rule in one file that say the same become the first of them, which names the other lines: a reader who
/// is told a thing twice thinks that it happened in two ways.
fn merged(signals: Vec<Signal>) -> Vec<Signal> {
    let mut kept: Vec<Signal> = Vec::with_capacity(signals.len());
    for signal in signals {
        match kept.iter_mut().find(|other| other.message.raw() == signal.message.raw()) {
            Some(other) => {
                other.evidence.push(Untrusted::new(format!("also line {}", signal.location.lines.start)));
            }
            None => kept.push(signal),
        }
    }
    kept
}

fn signal(rule: &Rule, hit: &Hit, count: usize, scene: &Scene) -> Signal {
    let concealed =
        |name: &str| rule.conceal && matches!(name, "text" | "old" | "new" | "subject" | "added" | "removed");
    let message = rule.message.fill(|name| match concealed(name) {
        true => Some("(not shown)".to_owned()),
        false => value(name, hit, count, scene),
    });
    Signal {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        confidence: rule.confidence,
        counts: rule.counts,
        lifecycle: rule.lifecycle,
        observation: false,
        message: Untrusted::new(message),
        why: rule.why.clone(),
        remedy: rule.remedy.clone(),
        location: hit.location.clone(),
        evidence: if rule.conceal { Vec::new() } else { evidence_of(hit) },
    }
}

/// What the match is about, in a few words.
fn subject(hit: &Hit) -> String {
    match (hit.line, hit.observed) {
        (Some(line), _) => line.text.clone(),
        (_, Some(observed)) => match (&observed.fact.construct, &observed.new, &observed.old) {
            (Some(_), Some(text), _) | (Some(_), None, Some(text)) => text.to_string(),
            _ => observed.fact.subject.raw().to_owned(),
        },
        _ => hit.file.path.clone(),
    }
}

/// The text of a placeholder.
fn value(name: &str, hit: &Hit, count: usize, scene: &Scene) -> Option<String> {
    let fact = hit.observed.map(|observed| observed.fact);
    let setting = fact.and_then(|fact| fact.setting.as_ref());
    let entity = || fact.and_then(|fact| fact.entity.as_ref()).map(|entity| entity.qualified.to_string());
    match name {
        "subject" => Some(fact.map_or_else(|| subject(hit), |fact| fact.subject.raw().to_owned())),
        "key" => setting.map(|setting| setting.key.to_string()),
        "old" | "new" => hit.observed.and_then(|observed| match (observed.old.as_deref(), observed.new.as_deref()) {
            (Some(old), Some(new)) => Some(apart(old, new)).map(|(old, new)| if name == "old" { old } else { new }),
            (old, new) => (if name == "old" { old } else { new }).map(str::to_owned),
        }),
        "ratio" => hit
            .observed
            .and_then(|observed| observed.ratio)
            .map(|ratio| format!("{}x", (ratio * 100.0).round() / 100.0)),
        "removed" => setting.map(|setting| list(&setting.removed)),
        "added" => setting.map(|setting| list(&setting.added)),
        "name" => fact
            .and_then(|fact| fact.dependency.as_ref())
            .map(|dependency| dependency.name.to_string())
            .or_else(entity)
            .or_else(|| file_name(hit)),
        "entity" => entity().or_else(|| file_name(hit)),
        "path" => Some(hit.file.path.clone()),
        "capture" => fact.and_then(|fact| fact.construct.as_ref()).map(|construct| construct.capture.to_string()),
        "text" => Some(subject(hit)),
        "dependents" => hit.observed.map(|observed| observed.dependents.to_string()),
        "count" => Some(count.to_string()),
        "zone" => hit
            .file
            .zones
            .first()
            .and_then(|zone| scene.evidence.zones.all().get(*zone))
            .map(|zone| zone.title.to_string()),
        _ => None,
    }
}

fn file_name(hit: &Hit) -> Option<String> {
    hit.file.path.rsplit('/').next().map(str::to_owned)
}

/// Values and names that made it fire.
fn evidence_of(hit: &Hit) -> Vec<Untrusted> {
    let mut evidence = Vec::new();
    let mut add = |name: &str, text: &str| evidence.push(Untrusted::new(format!("{name}: {}", shorten(text))));
    if let Some(line) = hit.line {
        add("line", &line.text);
    }
    let Some(observed) = hit.observed else { return evidence };
    add("fact", observed.fact.kind.as_str());
    add("subject", observed.fact.subject.raw());
    if let Some(old) = &observed.old {
        add("old", old);
    }
    if let Some(new) = &observed.new {
        add("new", new);
    }
    if observed.dependents > 0 {
        add("unchanged dependents", &observed.dependents.to_string());
    }
    evidence
}

/// Sets aside what the team accepts at this time. A day that cannot be compared (no as-of time) accepts nothing.
fn accept(signals: Vec<Signal>, evidence: &Evidence) -> Fired {
    let matchers: Vec<_> =
        evidence.config.accept.iter().filter_map(|accept| Some((accept, matcher(accept)?))).collect();
    let mut fired = Fired::default();
    for signal in signals {
        let path = signal.location.path.to_text();
        let accepted = matchers.iter().find(|(accept, glob)| {
            let holds = accept.until.is_none_or(|until| evidence.change.as_of.is_some_and(|now| now <= until));
            holds && *accept.rule == *signal.rule && glob.is_match(&path)
        });
        match accepted {
            Some((accept, _)) => fired.accepted.push(Accepted { signal, reason: accept.reason.clone() }),
            None => fired.signals.push(signal),
        }
    }
    fired
}

fn matcher(accept: &Accept) -> Option<globset::GlobMatcher> {
    let glob = globset::GlobBuilder::new(&accept.path).literal_separator(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests;
