//! From judged changes to the document: counts, medians and shares. Everything is whole numbers, and every list has an order
//! that depends on nothing but its content.

use super::document::*;
use super::incident;
use super::judged::{Judged, Seen, who};
use super::{Material, PERIODS};
use crate::history::CommitKind;
use crate::policy::moment;
use crate::provenance::Involvement;
use crate::render::Text;
use crate::score::Level;
use std::collections::{BTreeMap, BTreeSet};

/// Entries of the lists that could grow without end (count).
const RISKIEST: usize = 20;
const AUTHORS: usize = 30;
const REPAIRS: usize = 50;
/// A fix repairs the latest change to a file that it touches, if that is not older than this (days).
const REPAIR_DAYS: i64 = 30;
const DAY: i64 = 86_400;

pub(super) fn weekly(material: &Material) -> Weekly {
    let start = material.until - material.seconds as i64;
    let now: Vec<&Judged> = material.changes.iter().filter(|change| change.time > start).collect();
    Weekly {
        schema: WEEKLY,
        version: env!("CARGO_PKG_VERSION"),
        branch: Text::from(material.branch.as_str()),
        tip: material.tip.to_string(),
        policy: PolicyUsed {
            digest: material.policy_digest.clone(),
            source: Text::from(material.policy_source.as_str()),
        },
        seconds: material.seconds,
        trend: trend(material),
        riskiest: riskiest(&now),
        involvement: shares(&now),
        zones: zones(material, &now),
        repairs: repairs(material, start),
        authors: authors(&now),
        asked: asked(&now),
        incident: material.incident.as_ref().map(incident::incident),
        notes: notes(material),
    }
}

fn notes(material: &Material) -> Vec<Text> {
    let mut notes: Vec<String> = material.gaps.iter().map(|gap| gap.why.json()).collect();
    notes.sort();
    notes.dedup();
    notes.push(
        "approvals on a forge are not in git: `none-seen` says that git shows no second person, no more".to_owned(),
    );
    notes.iter().map(|note| Text::from(note.as_str())).collect()
}

fn trend(material: &Material) -> Vec<Period> {
    let length = material.seconds as i64;
    let periods = (0..i64::from(PERIODS)).rev();
    periods
        .map(|back| {
            let to = material.until - back * length;
            let from = to - length;
            let within: Vec<&Judged> =
                material.changes.iter().filter(|change| change.time > from && change.time <= to).collect();
            period(&within, from, to)
        })
        .collect()
}

fn period(changes: &[&Judged], from: i64, to: i64) -> Period {
    let mut scores: Vec<u8> = changes.iter().map(|change| change.score).collect();
    let of_kind = |kind: CommitKind| changes.iter().filter(|change| change.kind == kind).count() as u32;
    let authors: BTreeSet<_> = changes.iter().map(|change| person(change)).collect();
    Period {
        from: moment::show(from),
        to: moment::show(to),
        changes: changes.len() as u32,
        authors: authors.len() as u32,
        lines_added: changes.iter().map(|change| change.lines_added).sum(),
        lines_deleted: changes.iter().map(|change| change.lines_deleted).sum(),
        levels: levels(changes),
        score_median: quantile(&mut scores, 50),
        score_p90: quantile(&mut scores, 90),
        reverts: of_kind(CommitKind::Revert),
        fixes: of_kind(CommitKind::Fix),
    }
}

fn levels(changes: &[&Judged]) -> Levels {
    let of = |level: Level| changes.iter().filter(|change| change.level == level).count() as u32;
    Levels { low: of(Level::Low), medium: of(Level::Medium), high: of(Level::High), critical: of(Level::Critical) }
}

/// The nearest-rank quantile.
fn quantile(scores: &mut [u8], percent: usize) -> Option<u8> {
    scores.sort_unstable();
    let rank = (scores.len() * percent).div_ceil(100).max(1);
    scores.get(rank - 1).copied()
}

fn median<'a>(changes: impl Iterator<Item = &'a Judged>) -> Option<u8> {
    quantile(&mut changes.map(|change| change.score).collect::<Vec<_>>(), 50)
}

/// One person under several names counts once if the address is the same.
fn person(change: &Judged) -> String {
    let email = change.author.email.raw().to_lowercase();
    if email.is_empty() { change.author.name.raw().to_lowercase() } else { email }
}

fn riskiest(changes: &[&Judged]) -> Vec<Change> {
    let mut sorted = changes.to_vec();
    sorted.sort_by_key(|change| (std::cmp::Reverse(change.score), std::cmp::Reverse(change.time), change.oid));
    sorted.into_iter().take(RISKIEST).map(Judged::shown).collect()
}

fn shares(changes: &[&Judged]) -> Vec<Share> {
    let order = [
        Involvement::Unknown,
        Involvement::DeclaredNone,
        Involvement::Assisted,
        Involvement::CoAuthored,
        Involvement::AgentAuthored,
        Involvement::Autonomous,
    ];
    let share = |involvement: Involvement| {
        let own = || changes.iter().copied().filter(move |change| change.involvement == involvement);
        Share {
            involvement: involvement.as_str(),
            changes: own().count() as u32,
            lines_added: own().map(|change| change.lines_added).sum(),
            score_median: median(own()),
            high_or_above: own().filter(|change| change.is_high()).count() as u32,
        }
    };
    order.into_iter().map(share).filter(|share| share.changes > 0).collect()
}

fn zones(material: &Material, changes: &[&Judged]) -> Vec<ZoneHits> {
    let mut counts: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for (zone, touched) in changes.iter().flat_map(|change| &change.zones) {
        let count = counts.entry(*zone).or_default();
        *(if *touched { &mut count.0 } else { &mut count.1 }) += 1;
    }
    let all = material.zones.all();
    let hit = |(zone, (touched, reached)): (usize, (u32, u32))| {
        let zone = all.get(zone)?;
        Some(ZoneHits { zone: zone.id.to_string(), title: zone.title.to_string(), touched, reached })
    };
    let mut hits: Vec<ZoneHits> = counts.into_iter().filter_map(hit).collect();
    hits.sort_by(|a, b| (b.touched, b.reached, &a.zone).cmp(&(a.touched, a.reached, &b.zone)));
    hits
}

/// Reverts and fixes after `start`, newest first.
fn repairs(material: &Material, start: i64) -> Vec<Repair> {
    let changes = &material.changes;
    let within = changes.iter().enumerate().filter(|(_, change)| change.time > start);
    within
        .filter(|(_, change)| change.kind != CommitKind::Other)
        .take(REPAIRS)
        .map(|(at, _)| repair(changes, at))
        .collect()
}

fn repair(changes: &[Judged], at: usize) -> Repair {
    let own = &changes[at];
    let older = &changes[at + 1..];
    let named = own
        .targets
        .iter()
        .find_map(|target| older.iter().find(|change| change.oid.to_string().starts_with(target.as_str())));
    let near = || {
        older
            .iter()
            .take_while(|change| own.time - change.time <= REPAIR_DAYS * DAY)
            .find(|change| change.paths.iter().any(|path| own.paths.contains(path)))
    };
    let of = match (named, own.targets.first()) {
        (Some(change), _) => Some(repaired(own, change, "named")),
        // what is named is older than the periods: its score is not known, and nothing is guessed
        (None, Some(target)) => Some(Repaired {
            commit: target.clone(),
            subject: Text::from(""),
            how: "named",
            days: 0,
            score: None,
            level: None,
        }),
        (None, None) => near().map(|change| repaired(own, change, "same-file")),
    };
    Repair { commit: own.oid.to_string(), subject: Text::from(&own.subject), kind: kind_word(own.kind), of }
}

pub(super) fn kind_word(kind: CommitKind) -> &'static str {
    if kind == CommitKind::Revert { "revert" } else { "fix" }
}

fn repaired(own: &Judged, change: &Judged, how: &'static str) -> Repaired {
    Repaired {
        commit: change.oid.to_string(),
        subject: Text::from(&change.subject),
        how,
        days: ((own.time - change.time) / DAY).max(0) as u32,
        score: Some(change.score),
        level: Some(change.level.as_str()),
    }
}

fn authors(changes: &[&Judged]) -> Vec<Author> {
    let mut by_person: BTreeMap<String, Vec<&Judged>> = BTreeMap::new();
    for change in changes {
        by_person.entry(person(change)).or_default().push(change);
    }
    let mut groups: Vec<(String, Vec<&Judged>)> = by_person.into_iter().collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    groups.iter().take(AUTHORS).map(|(_, own)| author(own)).collect()
}

fn author(own: &[&Judged]) -> Author {
    let seen = |kind: Seen| own.iter().filter(|change| change.seen == kind).count() as u32;
    Author {
        author: Text::from(&who(&own[0].author)),
        changes: own.len() as u32,
        lines_added: own.iter().map(|change| change.lines_added).sum(),
        lines_deleted: own.iter().map(|change| change.lines_deleted).sum(),
        score_median: median(own.iter().copied()),
        high_or_above: own.iter().filter(|change| change.is_high()).count() as u32,
        review_named: seen(Seen::Named),
        review_merged_by_another: seen(Seen::MergedByAnother),
        review_none_seen: seen(Seen::Nobody),
    }
}

fn asked(changes: &[&Judged]) -> Vec<Asked> {
    let mut counts: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for change in changes {
        for (rule, words) in &change.asked {
            let count = counts.entry((rule, words)).or_default();
            count.0 += 1;
            count.1 += u32::from(change.seen == Seen::Nobody);
        }
    }
    let mut asked: Vec<_> = counts.into_iter().collect();
    asked.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let shown = |((rule, asks), (changes, none_seen)): ((&str, &str), (u32, u32))| Asked {
        rule: Text::from(rule),
        asks: asks.to_owned(),
        changes,
        none_seen,
    };
    asked.into_iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_by_nearest_rank() {
        assert_eq!(quantile(&mut [], 50), None);
        assert_eq!(quantile(&mut [7], 90), Some(7));
        assert_eq!(quantile(&mut [4, 1, 3, 2], 50), Some(2));
        assert_eq!(quantile(&mut [10, 1, 2, 3, 4, 5, 6, 7, 8, 9], 90), Some(9));
    }
}
