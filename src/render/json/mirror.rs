//! From the report inside to the document outside: one small function per type of `v1`, no judgement, no I/O. Text that
//! comes from the change becomes `Text` here and nowhere else; words of richter itself stay plain.

use super::v1::*;
use crate::blast::{self, Tier};
use crate::facts;
use crate::gap::{self, GapScope};
use crate::history;
use crate::input::{self, Oid};
use crate::limits;
use crate::location::{self, Side};
use crate::policy::{self, Ask};
use crate::provenance;
use crate::report;
use crate::rules;
use crate::score::{self, Part};
use crate::text::visible;
use crate::zones::Zones;
use std::collections::BTreeMap;

pub(super) fn report(report: &report::Report) -> Report {
    Report {
        schema: REPORT,
        tool: tool(report),
        id: report.id.clone(),
        commit: oid(report.change.commit),
        change: change(&report.change),
        assessment: assessment(&report.assessment),
        signals: report.signals.iter().map(signal).collect(),
        observations: report.observations.iter().map(signal).collect(),
        accepted: report.accepted.iter().map(accepted).collect(),
        facts: all_facts(&report.facts),
        blast_radius: blast_radius(&report.blast, &report.zones),
        history: past(&report.history),
        provenance: provenance(&report.provenance),
        review: review(&report.review),
        gaps: report.gaps.iter().map(gap).collect(),
    }
}

/// Words that a team or richter wrote (rule ids, tiers, file names): not the change's, but never raw either.
fn word(text: &str) -> String {
    visible(text).into_owned()
}

fn words<'a, T: AsRef<str> + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<Text> {
    items.into_iter().map(|item| Text::from(item.as_ref())).collect()
}

fn oid(oid: Option<Oid>) -> Option<String> {
    oid.map(|oid| oid.to_string())
}

/// Thousandths as a share, with at most three decimals.
fn share(milli: u32) -> f64 {
    f64::from(milli.min(1_000)) / 1_000.0
}

fn tool(report: &report::Report) -> Tool {
    Tool {
        name: "richter",
        version: env!("CARGO_PKG_VERSION"),
        rules_digest: report.rules_digest.clone(),
        model_digest: report.model_digest.clone(),
    }
}

fn change(change: &input::ChangeSet) -> Change {
    Change {
        title: Text::from(&change.title),
        base: oid(change.base),
        head: oid(change.head),
        target: oid(change.target),
        as_of: change.as_of,
        files: change.files.len(),
        lines_added: change.lines_added(),
        lines_deleted: change.lines_deleted(),
        paths: change.files.iter().map(path).collect(),
        commits: change.commits.iter().map(commit).collect(),
        remarks: words(&change.remarks),
    }
}

fn path(file: &input::FileChange) -> Path {
    Path {
        path: Text::from(&file.path),
        old_path: file.old_path.as_ref().map(Text::from),
        status: file.status.as_str(),
        lines_added: file.lines_added,
        lines_deleted: file.lines_deleted,
        binary: file.binary,
    }
}

fn commit(commit: &input::Commit) -> Commit {
    Commit {
        commit: commit.oid.to_string(),
        author: identity(&commit.author),
        time: commit.commit_time,
        subject: Text::from(commit.message.raw().lines().next().unwrap_or("")),
    }
}

fn identity(who: &input::Identity) -> Identity {
    Identity { name: Text::from(&who.name), email: Text::from(&who.email) }
}

fn assessment(found: &score::Assessment) -> Assessment {
    let points = |part: Part| -> i64 {
        found.contributions.iter().filter(|one| one.source == part).map(|one| i64::from(one.points)).sum()
    };
    Assessment {
        score: found.score,
        level: found.level.as_str(),
        level_from: if found.level_from_floor { "floor" } else { "score" },
        complete: found.complete,
        likelihood: Likelihood {
            probability: found.probability_milli.map(share),
            percentile: found.percentile.map(|percent| percent.min(100)),
            peers: found.peers,
            points: points(Part::Likelihood),
        },
        impact: Points { points: points(Part::Impact) },
        provenance: Points { points: points(Part::Provenance) },
        contributions: found.contributions.iter().map(contribution).collect(),
        lower: found.lower.iter().map(Text::from).collect(),
    }
}

fn contribution(one: &score::Contribution) -> Contribution {
    Contribution {
        source: one.source.as_str(),
        points: one.points,
        why: Text::from(&one.why),
        rule: one.rule.as_deref().map(word),
        location: one.location.as_ref().map(place),
    }
}

fn place(place: &location::Location) -> Location {
    let line = place.lines.start.max(1);
    Location {
        path: Text::from(&place.path),
        side: match place.side {
            Side::Old => "old",
            Side::New => "new",
        },
        line,
        end_line: place.lines.end.max(line),
    }
}

fn signal(signal: &rules::Signal) -> Signal {
    Signal {
        rule: word(&signal.rule),
        title: word(&signal.title),
        severity: signal.severity.as_str(),
        confidence: signal.confidence.as_str(),
        counts: match signal.counts {
            rules::Part::Likelihood => "likelihood",
            rules::Part::Impact => "impact",
        },
        lifecycle: match signal.lifecycle {
            rules::Lifecycle::Nursery => "nursery",
            rules::Lifecycle::Stable => "stable",
        },
        message: Text::from(&signal.message),
        why: word(&signal.why),
        remedy: word(&signal.remedy),
        location: place(&signal.location),
        evidence: signal.evidence.iter().map(Text::from).collect(),
    }
}

fn accepted(accepted: &rules::Accepted) -> Accepted {
    Accepted { reason: word(&accepted.reason), signal: signal(&accepted.signal) }
}

fn all_facts(facts: &facts::Facts) -> Facts {
    Facts { inert: facts.inert(), files: facts.files.iter().map(file_facts).collect() }
}

fn file_facts(file: &facts::FileFacts) -> FileFacts {
    let mut counts = BTreeMap::new();
    for fact in &file.facts {
        *counts.entry(fact.kind.as_str()).or_insert(0) += 1;
    }
    FileFacts {
        path: Text::from(&file.path),
        language: file.language().map(|language| word(&language.name)),
        roles: file.roles.iter().map(|role| role.as_str()).collect(),
        inert: file.inert(),
        facts: counts,
    }
}

fn blast_radius(blast: &blast::BlastRadius, zones: &Zones) -> BlastRadius {
    BlastRadius {
        changed: blast.changed.iter().map(changed).collect(),
        dependents: dependents(blast),
        top: blast.top.iter().map(dependent).collect(),
        zones: blast.zones.iter().map(|hit| zone(hit, zones)).collect(),
        entry_points: blast.entry_points.iter().map(entry_point).collect(),
        tests: blast.nearest_tests.iter().map(dependent).collect(),
        shared_packages: blast.shared_packages.iter().map(shared_package).collect(),
        named: blast.named.iter().map(named).collect(),
        repository_files: blast.repository_files,
    }
}

pub(super) fn dependents(blast: &blast::BlastRadius) -> Dependents {
    Dependents {
        exact: blast.dependents.exact,
        likely: blast.dependents.likely,
        possible: blast.dependents.possible,
        files: blast.files,
        packages: blast.packages,
        tests: blast.tests,
    }
}

fn named(thing: &blast::NamedThing) -> Named {
    let reader = |reader: &blast::Reader| Reader {
        path: Text::from(&reader.path),
        line: reader.line.max(1),
        tier: reader.tier.as_str(),
        test: reader.test,
    };
    Named {
        name: Text::from(&*thing.name),
        path: Text::from(&thing.path),
        line: thing.line.max(1),
        change: thing.change.as_str(),
        readers_total: thing.readers.len(),
        readers: thing.readers.iter().take(limits::NAMED_READERS_SHOWN).map(reader).collect(),
    }
}

fn changed(entity: &blast::ChangedEntity) -> ChangedEntity {
    let blast::TierCounts { exact, likely, possible } = entity.direct;
    ChangedEntity {
        entity: Text::from(&*entity.entity),
        kind: entity.kind.as_str(),
        path: Text::from(&entity.path),
        line: entity.line.max(1),
        change: entity.change.as_str(),
        direct: TierCounts { exact, likely, possible },
        unchanged_direct: entity.unchanged_direct,
    }
}

pub(super) fn dependent(found: &blast::Dependent) -> Dependent {
    Dependent {
        entity: Text::from(&*found.entity),
        path: Text::from(&found.path),
        line: found.line.max(1),
        distance: found.distance,
        tier: found.tier.as_str(),
        why: Text::from(&*found.why),
        test: found.test,
    }
}

pub(super) fn zone(hit: &blast::ZoneHit, zones: &Zones) -> Zone {
    let known = zones.all().get(hit.zone);
    Zone {
        zone: known.map_or_else(|| hit.zone.to_string(), |zone| word(&zone.id)),
        title: known.map_or_else(String::new, |zone| word(&zone.title)),
        touched: hit.touched,
        distance: hit.distance,
        tier: if hit.touched { Tier::Exact.as_str() } else { hit.tier.as_str() },
        path: hit.path.iter().map(Text::from).collect(),
        line: hit.line.max(1),
        because: Text::from(&*hit.because),
        share: share(hit.share_milli),
    }
}

pub(super) fn entry_point(entry: &blast::EntryPoint) -> EntryPoint {
    EntryPoint {
        name: Text::from(&*entry.name),
        path: Text::from(&entry.path),
        line: entry.line.max(1),
        distance: entry.distance,
        tested: entry.tested,
    }
}

fn shared_package((name, dependents): &(std::sync::Arc<str>, u32)) -> SharedPackage {
    SharedPackage { name: Text::from(&**name), dependents: *dependents }
}

fn past(history: &history::History) -> History {
    History {
        known: history.known,
        commits: history.commits,
        author: history.author.as_ref().map(identity),
        files: history.files.iter().map(file_history).collect(),
    }
}

fn file_history(file: &history::FileHistory) -> FileHistory {
    FileHistory {
        path: file.path.as_ref().map(Text::from),
        changes: file.changes,
        fixes: file.fixes,
        reverts: file.reverts,
        last_five_fixed: file.last_five_fixed,
        last_five: file.last_five,
        authors: file.authors,
        days_since_change: file.days_since_change,
        author_changes: file.author_changes,
    }
}

fn provenance(found: &provenance::Provenance) -> Provenance {
    // rounded down to thousandths, so that "all" is said only when it is all
    let milli = (u64::from(found.claimed_commits) * 1_000).checked_div(u64::from(found.commits));
    Provenance {
        involvement: found.involvement.as_str(),
        confidence: found.confidence.as_str(),
        agents: found.agents.iter().map(|agent| Agent { id: word(&agent.id), name: word(&agent.name) }).collect(),
        share: milli.map(|milli| share(milli.min(1_000) as u32)),
        claimed_commits: found.claimed_commits,
        commits: found.commits,
        lines: found.share.map(lines),
        by_commit: found.by_commit.iter().map(by_commit).collect(),
        files: found.files.iter().map(written_file).collect(),
        requesters: found.requesters.iter().map(|who| Text::from(address_or_name(who))).collect(),
        claims: found.claims.iter().map(claim).collect(),
        unseen: words(&found.unseen),
        contradictions: words(&found.contradictions),
    }
}

fn lines(share: provenance::LineShare) -> LineShare {
    LineShare { added: share.added, agent: share.agent, person: share.person }
}

fn ids(agents: &[provenance::AgentName]) -> Vec<String> {
    agents.iter().map(|agent| word(&agent.id)).collect()
}

fn by_commit(one: &provenance::CommitProvenance) -> CommitProvenance {
    CommitProvenance {
        commit: one.commit.to_string(),
        involvement: one.involvement.as_str(),
        agents: ids(&one.agents),
        lines: one.share.map(lines),
    }
}

fn written_file(one: &provenance::FileProvenance) -> FileProvenance {
    let attested = one.lines.iter().map(|found| AttestedLines {
        line: found.lines.start,
        end_line: found.lines.end,
        by: found.writer.as_str(),
        agent: found.agent.as_ref().map(|agent| word(&agent.id)),
        confidence: found.confidence.as_str(),
    });
    FileProvenance {
        path: Text::from(&one.path),
        involvement: one.involvement.as_str(),
        agents: ids(&one.agents),
        lines: lines(one.share),
        attested: attested.collect(),
    }
}

fn address_or_name(who: &crate::input::Identity) -> &crate::text::Untrusted {
    if who.email.is_empty() { &who.name } else { &who.email }
}

fn claim(claim: &provenance::Claim) -> Claim {
    Claim {
        channel: word(&claim.channel),
        basis: claim.basis.as_str(),
        agent: claim.agent.as_ref().map(|agent| word(&agent.id)),
        place: Text::from(&claim.place),
        commit: oid(claim.commit),
        involvement: claim.involvement.as_str(),
        confidence: claim.confidence.as_str(),
    }
}

fn review(plan: &policy::ReviewPlan) -> Review {
    Review {
        requirements: plan.requirements.iter().map(requirement).collect(),
        owners: plan.owners.iter().map(owner).collect(),
        suggested: plan.suggested.iter().map(suggestion).collect(),
        exact: plan.exact,
        unmeetable: plan.unmeetable.as_ref().map(Text::from),
        author_tier: plan.author_tier.as_deref().map(word),
        policy: PolicySource { digest: word(&plan.policy_digest), source: Text::from(&*plan.policy_source) },
    }
}

fn requirement(one: &policy::Requirement) -> Requirement {
    let tier = |tier: &Option<std::sync::Arc<str>>| tier.as_deref().map(word);
    let asked = match &one.ask {
        Ask::Approvals { count, min_tier } => {
            Requirement { kind: "approvals", count: Some(*count), min_tier: tier(min_tier), ..Default::default() }
        }
        Ask::Slot { count, min_tier, team, area, distinct } => Requirement {
            kind: "slot",
            count: Some(*count),
            min_tier: tier(min_tier),
            team: tier(team),
            area: tier(area),
            distinct: distinct.then_some(true),
            ..Default::default()
        },
        Ask::Owners { owners, paths, per, count } => Requirement {
            kind: "owners",
            count: Some(*count),
            owners: Some(owners.iter().map(Text::from).collect()),
            paths: Some(paths.iter().map(Text::from).collect()),
            per: Some(word(per)),
            ..Default::default()
        },
        Ask::Step { step } => Requirement { kind: "step", step: Some(word(step)), ..Default::default() },
        Ask::CoolingOff { seconds } => {
            Requirement { kind: "cooling-off", seconds: Some(*seconds), ..Default::default() }
        }
        Ask::Pair => Requirement { kind: "pair", ..Default::default() },
        Ask::Notify { who } => Requirement { kind: "notify", notify: Some(word(who)), ..Default::default() },
        Ask::Block { reason } => Requirement { kind: "block", reason: Some(Text::from(reason)), ..Default::default() },
    };
    Requirement { rule: word(&one.rule), why: Text::from(&one.why), ..asked }
}

fn owner(hit: &policy::OwnerHit) -> Owner {
    Owner {
        owner: Text::from(&hit.owner),
        paths: hit.paths.iter().map(Text::from).collect(),
        file: word(&hit.file),
        line: hit.line,
    }
}

fn suggestion(suggestion: &policy::Suggestion) -> Suggestion {
    Suggestion { who: Text::from(&suggestion.who), why: Text::from(&suggestion.why) }
}

pub(super) fn gap(gap: &gap::Gap) -> Gap {
    Gap {
        kind: gap.kind.as_str(),
        scope: match gap.scope {
            GapScope::Change => "change",
            GapScope::Context => "context",
        },
        path: gap.path.as_ref().map(Text::from),
        why: Text::from(&gap.why),
    }
}
