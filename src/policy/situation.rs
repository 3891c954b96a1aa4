//! The facts that rules ask about, all resolved: unknowns have become what they count as, zones and areas are the names
//! that the policy uses, each with the place that shows it. Everything that depends on how richter found something out
//! ends here; the join sees plain values.

use super::names::{co_authors, is_service, mailbox};
use super::pattern::Pattern;
use super::people::{Kind, People};
use super::{Dialect, Policy, Question, governance};
use crate::blast::Tier;
use crate::input::FileChange;
use crate::location::{RepoPath, Side};
use crate::provenance::{Basis, Involvement, Provenance, is_agents_address};
use crate::roles;
use crate::score::Level;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How much of a file's beginning tells its roles (bytes).
const HEAD_BYTES: usize = 4_096;

/// What the join looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Situation {
    pub level: Level,
    /// How the level is to be told: `level is high`, `level counts as high: the change was not seen in full`.
    pub level_why: String,
    /// Never `Unknown`.
    pub ai: Involvement,
    pub ai_why: String,
    /// Position on the policy's scale; none without a people file: rules about author tiers are then off.
    pub author_tier: Option<usize>,
    pub author_why: String,
    pub touched: BTreeMap<Arc<str>, Hit>,
    /// Reached but not touched.
    pub reached: BTreeMap<Arc<str>, Hit>,
    /// Every touched path, of both sides.
    pub paths: BTreeSet<RepoPath>,
    /// Exemptions all of whose paths hold.
    pub inside: BTreeSet<Arc<str>>,
}

/// How an area or zone is in play.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hit {
    /// `touches checkout (lib/pay.rb and 2 more)`.
    pub why: String,
    /// The files of the area: touched ones, or the one that is reached.
    pub paths: BTreeSet<RepoPath>,
}

/// The situation of an assessed change.
pub(super) fn of_question(
    policy: &Policy,
    people: Option<&People>,
    dialect: Dialect,
    question: &Question,
) -> Situation {
    let paths: BTreeSet<RepoPath> = question.change.files.iter().flat_map(FileChange::paths).cloned().collect();
    let (level, level_why) = level(policy, Some(question.assessment.level), question.assessment.complete);
    let backed = people.filter(|_| policy.trust.require_verified).map(|people| backed(people, &forge(question), &[]));
    let (author_tier, author_why, by_agent) = author(policy, people, &hands(question), backed.as_ref());
    let (ai, ai_why) = involvement(policy, believed(policy, question.provenance), by_agent);
    let mut touched = areas(policy, &paths);
    let zones = touched_zones(question);
    touched.extend(own_first(policy, zones));
    governance::add(&mut touched, &paths, dialect);
    let mut reached = BTreeMap::new();
    reached.extend(own_first(policy, reached_zones(question)));
    reached.retain(|name, _| !touched.contains_key(name));
    let inside = inside(policy, &paths);
    Situation { level, level_why, ai, ai_why, author_tier, author_why, touched, reached, paths, inside }
}

/// Exemptions for paths that every touched path, on both sides, matches.
pub(super) fn inside(policy: &Policy, paths: &BTreeSet<RepoPath>) -> BTreeSet<Arc<str>> {
    let matches = |globs: &[Pattern], path: &RepoPath| globs.iter().any(|glob| glob.matches(path.as_bytes()));
    let all = |globs: &[Pattern]| !paths.is_empty() && paths.iter().all(|path| matches(globs, path));
    let exempts = policy.exempts.iter().filter(|exempt| exempt.only_paths.as_deref().is_some_and(all));
    exempts.map(|exempt| exempt.name.clone()).collect()
}

/// The level that counts, and how to tell it. What was not seen in full counts as at least `unknown_risk`.
pub(super) fn level(policy: &Policy, level: Option<Level>, complete: bool) -> (Level, String) {
    let unknown = policy.trust.unknown_risk;
    match level {
        Some(level) if complete || level >= unknown => (level, format!("level is {}", level.as_str())),
        Some(_) => (unknown, format!("level counts as {}: the change was not seen in full", unknown.as_str())),
        None => (unknown, format!("level is unknown, which counts as {}", unknown.as_str())),
    }
}

/// The involvement that counts, and how to tell it. An agent's own identity as author counts as assisted at least.
pub(super) fn involvement(policy: &Policy, ai: Involvement, by_agent: bool) -> (Involvement, String) {
    let unknown = policy.trust.unknown_ai;
    let (ai, why) = match ai {
        Involvement::Unknown => (unknown, format!("AI involvement is unknown, which counts as {}", unknown.as_str())),
        known => (known, format!("AI involvement is {}", known.as_str())),
    };
    match by_agent && ai < Involvement::Assisted {
        true => (Involvement::Assisted, "an agent of the people file took part".to_owned()),
        false => (ai, why),
    }
}

/// A declaration that no AI took part is text that anyone can write: unless the policy accepts it, or something other
/// than the change says so, it is as good as none.
fn believed(policy: &Policy, provenance: &Provenance) -> Involvement {
    let attested = || {
        let negative = |involvement| involvement == Involvement::DeclaredNone;
        provenance.claims.iter().any(|claim| claim.basis == Basis::Observed && negative(claim.involvement))
    };
    match provenance.involvement {
        Involvement::DeclaredNone if !policy.trust.accept_declared_none && !attested() => Involvement::Unknown,
        other => other,
    }
}

/// Everybody who had a hand in a change, as they are named.
#[derive(Clone, Debug, Default)]
pub(super) struct Hands {
    /// Authors of commits, and whom the forge names as having opened or directed the change.
    pub authors: BTreeSet<String>,
    /// Names that anybody can write into a message.
    pub claimed: BTreeSet<String>,
    /// Committers; forges, which commit in a person's place, are left out.
    pub committers: BTreeSet<String>,
}

/// Lowest tier among these people, how to tell it, and whether an agent of the people file is among them. Someone
/// unknown is of the lowest tier, and so is a change by nobody, so that adding a name never helps: names that are only
/// claimed (trailers) and committers can lower the tier and raise the involvement, and cannot stand in for an author. Where
/// the policy requires it, a name counts only for people whom the forge backs. Without a people file there are no tiers.
pub(super) fn author(
    policy: &Policy,
    people: Option<&People>,
    hands: &Hands,
    backed: Option<&BTreeSet<usize>>,
) -> (Option<usize>, String, bool) {
    let Some(people) = people.filter(|people| people.is_file()) else { return (None, String::new(), false) };
    let lowest = |who: &BTreeSet<String>, role: &str| lowest(policy, people, who, role, backed);
    let (mut tier, mut why, mut by_agent) = lowest(&hands.authors, "author");
    // beside a person, an agent that nobody listed is no unknown person: to name it must not cost more than to leave it out
    let people_of = |who: &BTreeSet<String>| -> BTreeSet<String> {
        who.iter().filter(|name| people.who(name).is_some() || !is_agents_address(name)).cloned().collect()
    };
    for (who, role) in [(&people_of(&hands.claimed), "author"), (&people_of(&hands.committers), "committer")] {
        let someone = who.iter().any(|name| people.who(name).is_none_or(|at| people.is_person(at)));
        let (theirs, told, agent) = lowest(who, role);
        by_agent |= agent;
        if someone && theirs < tier {
            (tier, why) = (theirs, told);
        }
    }
    (Some(tier), why, by_agent)
}

/// People who are known by more than an address that anyone can set: by their account, or by a verified signature.
pub(super) fn backed(people: &People, accounts: &[&str], verified: &[String]) -> BTreeSet<usize> {
    let account = |name: &&&str| !name.contains('@') || name.starts_with('@');
    let accounts = accounts.iter().filter(account).filter_map(|name| people.account(name));
    accounts.chain(verified.iter().filter_map(|name| people.account(name))).collect()
}

fn lowest(
    policy: &Policy,
    people: &People,
    who: &BTreeSet<String>,
    role: &str,
    backed: Option<&BTreeSet<usize>>,
) -> (usize, String, bool) {
    let mut lowest: Option<(usize, String)> = None;
    let mut by_agent = false;
    for name in who {
        let (tier, why) = match people.who(name) {
            Some(at) if people.is_person(at) && backed.is_some_and(|backed| !backed.contains(&at)) => {
                (0, format!("{role} {} is known by an address alone, which nothing verifies, and", people.entry(at).id))
            }
            Some(at) if people.entry(at).kind == Kind::Person => {
                (people.tier(at, &policy.tiers), format!("{role} {}", people.entry(at).id))
            }
            Some(at) => {
                by_agent |= people.entry(at).kind == Kind::Agent;
                continue;
            }
            None => (0, format!("{role} {name} is not in the people file and")),
        };
        if lowest.as_ref().is_none_or(|(least, _)| tier < *least) {
            lowest = Some((tier, why));
        }
    }
    let (tier, why) = lowest.unwrap_or((0, "nobody is known to have written this, so the author".to_owned()));
    (tier, format!("{why} counts as {}", policy.tiers[tier]), by_agent)
}

/// Everyone who is named as having had a hand in the change: authors and committers, `Co-authored-by` lines, `--author`.
pub(super) fn identities(question: &Question) -> BTreeSet<String> {
    let Hands { authors, claimed, committers } = hands(question);
    authors.into_iter().chain(claimed).chain(committers).collect()
}

fn hands(question: &Question) -> Hands {
    let committers = question.change.commits.iter().map(|commit| &commit.committer);
    let committers = committers.map(|who| address_or_name(who.email.raw(), who.name.raw()));
    Hands {
        authors: authors(question),
        claimed: claimed(question),
        committers: committers.filter(|who| !who.is_empty() && !is_service(who)).collect(),
    }
}

/// Accounts that the forge names as having opened or directed the change.
fn forge<'a>(question: &'a Question) -> Vec<&'a str> {
    let named = question.provenance.opened_by.iter().chain(&question.provenance.driver);
    named.map(|login| login.raw()).collect()
}

/// Commit authors, `--author`, and whom the forge names.
fn authors(question: &Question) -> BTreeSet<String> {
    let commits = question.change.commits.iter();
    let mut who: BTreeSet<String> =
        commits.map(|commit| address_or_name(commit.author.email.raw(), commit.author.name.raw())).collect();
    who.extend(question.author.map(|author| mailbox(author).to_owned()));
    who.extend(forge(question).into_iter().map(str::to_owned));
    who.remove("");
    who
}

/// `Co-authored-by` lines. Anyone can add one, so it can only make the requirement stricter.
fn claimed(question: &Question) -> BTreeSet<String> {
    let messages = question.change.commits.iter().map(|commit| commit.message.raw());
    messages.flat_map(co_authors).collect()
}

fn address_or_name(email: &str, name: &str) -> String {
    let email = email.trim();
    if email.is_empty() { name.trim().to_owned() } else { email.to_owned() }
}

/// Areas of the policy's own globs that a path is in.
pub(super) fn areas(policy: &Policy, paths: &BTreeSet<RepoPath>) -> BTreeMap<Arc<str>, Hit> {
    let mut hits = BTreeMap::new();
    for (name, globs) in &policy.areas {
        let inside = |path: &&RepoPath| globs.iter().any(|glob| glob.matches(path.as_bytes()));
        let paths: BTreeSet<RepoPath> = paths.iter().filter(inside).cloned().collect();
        if !paths.is_empty() {
            hits.insert(name.clone(), touch(name, paths));
        }
    }
    hits
}

pub(super) fn touch(name: &str, paths: BTreeSet<RepoPath>) -> Hit {
    let first = paths.first().map(RepoPath::to_text).unwrap_or_default();
    let more = match paths.len() {
        0 | 1 => String::new(),
        number => format!(" and {} more", number - 1),
    };
    Hit { why: format!("touches {name} ({first}{more})"), paths }
}

/// A name that the policy defines itself means the policy's globs, not the zone of that name.
fn own_first(policy: &Policy, zones: BTreeMap<Arc<str>, Hit>) -> impl Iterator<Item = (Arc<str>, Hit)> {
    zones.into_iter().filter(|(name, _)| !policy.areas.contains_key(name))
}

/// Zones that a path of either side is in, and those that the blast radius calls touched for other reasons.
fn touched_zones(question: &Question) -> BTreeMap<Arc<str>, Hit> {
    let mut paths: BTreeMap<Arc<str>, BTreeSet<RepoPath>> = BTreeMap::new();
    let all = question.zones.all();
    for file in &question.change.files {
        for (side, path) in sides(file) {
            for zone in question.zones.of_path(path, roles::roles(path, beginning(file, side))) {
                paths.entry(all[zone].id.clone()).or_default().insert(path.clone());
            }
        }
    }
    for hit in question.blast.zones.iter().filter(|hit| hit.touched) {
        let Some(zone) = all.get(hit.zone) else { continue };
        paths.entry(zone.id.clone()).or_default().extend(hit.path.first().cloned());
    }
    paths.into_iter().map(|(name, paths)| (name.clone(), touch(&name, paths))).collect()
}

fn sides(file: &FileChange) -> impl Iterator<Item = (Side, &RepoPath)> {
    let old = file.old_path.as_ref().map(|path| (Side::Old, path));
    std::iter::once((Side::New, &file.path)).chain(old)
}

fn beginning(file: &FileChange, side: Side) -> &[u8] {
    let of = |side| match side {
        Side::Old => file.old.as_ref(),
        Side::New => file.new.as_ref(),
    };
    let content = of(side).or(of(Side::Old)).and_then(|side| side.content.text());
    content.map_or(&[][..], |text| &text[..text.len().min(HEAD_BYTES)])
}

/// Zones that the graph gets to by sure steps; a mention of a name (`possible`) asks nobody for a review.
fn reached_zones(question: &Question) -> BTreeMap<Arc<str>, Hit> {
    let mut hits: BTreeMap<Arc<str>, Hit> = BTreeMap::new();
    for hit in question.blast.zones.iter().filter(|hit| !hit.touched && hit.tier <= Tier::Likely) {
        let (Some(zone), Some(last)) = (question.zones.all().get(hit.zone), hit.path.last()) else { continue };
        let steps = if hit.distance == 1 { "1 step".to_owned() } else { format!("{} steps", hit.distance) };
        let entry = hits.entry(zone.id.clone()).or_default();
        if entry.why.is_empty() {
            entry.why = format!("reaches {} in {steps} ({})", zone.id, last.to_text());
        }
        entry.paths.insert(last.clone());
    }
    hits
}
