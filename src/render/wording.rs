//! What is said about a report, in the fewest words that a stranger understands: one function per sentence, shared by the
//! text view and the Markdown comment. A function answers nothing where there is nothing worth saying; how it is laid out
//! is not decided here.

use super::phrase::{Phrase, count};
use crate::blast::{BlastRadius, EntryPoint, ZoneHit};
use crate::gap::{Gap, GapKind, GapScope};
use crate::input::ChangeSet;
use crate::location::Location;
use crate::policy::{Ask, Requirement, ReviewPlan};
use crate::provenance::{Involvement, Provenance};
use crate::report::Report;
use crate::rules::Accepted;
use crate::score::{Assessment, Contribution, Level, Part, START};
use crate::text::Untrusted;

/// Names listed in a short sentence before the rest is counted.
const LISTED_MAX: usize = 3;
/// Kinds of gap that are told in their own words; if there are more, all are counted.
const GAPS_TOLD_MAX: usize = 4;

pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Low => "LOW",
        Level::Medium => "MEDIUM",
        Level::High => "HIGH",
        Level::Critical => "CRITICAL",
    }
}

/// `3 commits, 7 files, +118 -34`
pub(super) fn size(change: &ChangeSet) -> String {
    let commits = match change.commits.len() {
        0 => String::new(),
        n => count(n as u64, "commit", "commits") + ", ",
    };
    let files = count(change.files.len() as u64, "file", "files");
    format!("{commits}{files}, +{} -{}", change.lines_added(), change.lines_deleted())
}

/// `riskier than 93 % of the last 500 changes here`
pub(super) fn rank(assessment: &Assessment) -> Option<String> {
    let percent = assessment.percentile?;
    Some(match assessment.peers {
        0 => return None,
        1 => format!("riskier than {percent} % of the 1 change before it"),
        peers => format!("riskier than {percent} % of the last {peers} changes here"),
    })
}

/// Why the level is higher than the score says, or that part of the change was not read.
pub(super) fn floor(assessment: &Assessment) -> Option<&'static str> {
    match (assessment.level_from_floor, assessment.complete) {
        (true, _) => Some("(floor: part of the change was not seen)"),
        (false, false) => Some("(at least: part of the change was not seen)"),
        (false, true) => None,
    }
}

/// `chance that a later fix blames this change: 12.3 %`
pub(super) fn chance(assessment: &Assessment) -> Option<String> {
    let milli = assessment.probability_milli?.min(1_000);
    Some(format!("chance that a later fix blames this change: {}.{} %", milli / 10, milli % 10))
}

/// `likelihood 30 + impact 34 + provenance 0 = 64`, and what clamping did to it.
pub(super) fn sum(assessment: &Assessment) -> String {
    let of = |part: Part| -> i64 {
        let own = assessment.contributions.iter().filter(|one| one.source == part);
        own.map(|one| i64::from(one.points)).sum()
    };
    let (likelihood, impact, provenance) = (of(Part::Likelihood), of(Part::Impact), of(Part::Provenance));
    let all = likelihood + impact + provenance;
    let clamped = if all == i64::from(assessment.score) {
        String::new()
    } else {
        format!(", kept within 0 to 100: {}", assessment.score)
    };
    format!("likelihood {likelihood} + impact {impact} + provenance {provenance} = {all}{clamped}")
}

/// Why there is no reason to list, if there is none.
pub(super) fn no_reason(report: &Report) -> &'static str {
    if !report.assessment.complete {
        "what could be read holds no reason; part of the change was not seen"
    } else if report.change.files.is_empty() {
        "nothing changed"
    } else if report.facts.inert() {
        "nothing here can change behaviour: formatting, comments or documentation only"
    } else {
        "no reason to worry was found"
    }
}

/// Contributions that pay, largest first.
pub(super) fn reasons(assessment: &Assessment) -> Vec<&Contribution> {
    let mut paying: Vec<_> = assessment.contributions.iter().filter(|one| one.points != 0).collect();
    paying.sort_by_key(|one| std::cmp::Reverse(one.points));
    paying
}

/// The largest reasons that set this change apart, and words for the rest: what any change starts with is no reason.
pub(super) fn told(assessment: &Assessment, most: usize) -> (Vec<&Contribution>, Option<String>) {
    let starts = |one: &&Contribution| one.rule.as_deref() == Some(START);
    let (start, mut own): (Vec<_>, Vec<_>) = reasons(assessment).into_iter().partition(starts);
    let smaller = own.len().saturating_sub(most);
    own.truncate(most);
    let smaller = (smaller > 0).then(|| count(smaller as u64, "smaller reason", "smaller reasons"));
    let start = start.first().map(|one| format!("{:+} for any change", one.points));
    let rest: Vec<String> = smaller.into_iter().chain(start).collect();
    (own, (!rest.is_empty()).then(|| rest.join(", ")))
}

/// `lib/money.py:48 round_total`; nothing when the reason names the file itself and no line adds to that.
pub(super) fn place(one: &Contribution, blast: &BlastRadius) -> Phrase {
    let Some(location) = &one.location else { return Phrase::default() };
    let line = location.lines.start.max(1);
    if line == 1 && one.why.raw().contains(&location.path.to_text()) {
        return Phrase::default();
    }
    let place = Phrase::default().path(&location.path, Some(line));
    match entity_at(location, blast) {
        Some(entity) if !one.why.raw().contains(entity) => place.say(" ").name(entity),
        _ => place,
    }
}

/// The changed entity that begins where a reason stands.
fn entity_at<'a>(location: &Location, blast: &'a BlastRadius) -> Option<&'a str> {
    let found = blast.changed.iter().find(|entity| {
        entity.path == location.path && entity.side == location.side && entity.line == location.lines.start
    })?;
    Some(&found.entity)
}

/// The way from the changed file to a reached zone, for the contribution that is about it (`zone/<id>`).
pub(super) fn zone_path(one: &Contribution, report: &Report) -> Option<Phrase> {
    let id = one.rule.as_deref()?.strip_prefix("zone/")?;
    let about = |hit: &&ZoneHit| {
        let from_here = one.location.as_ref().is_none_or(|location| hit.path.first() == Some(&location.path));
        let zone = report.zones.all().get(hit.zone);
        !hit.touched && hit.path.len() > 1 && from_here && zone.is_some_and(|zone| &*zone.id == id)
    };
    report.blast.zones.iter().find(about).map(way)
}

/// `<- cart/totals.py <- checkout/complete.py`
pub(super) fn way(hit: &ZoneHit) -> Phrase {
    let steps = hit.path.iter().skip(1).map(|path| Phrase::new("<- ").path(path, None));
    Phrase::join(steps, " ")
}

/// Who depends on it: `41 definitions surely, 57 at most; 3 packages; POST /checkout`. Nothing if nobody could know.
pub(super) fn hits(report: &Report) -> Phrase {
    let blast = &report.blast;
    let graph = blast.repository_files > 0 && !report.gaps.iter().any(is_graph_gap);
    let dependents = dependents(blast);
    if dependents.is_empty() {
        let known = graph && !blast.changed.is_empty() && blast.tests == 0 && blast.entry_points.is_empty();
        return Phrase::new(if known { "nothing else in this repository refers to it" } else { "" });
    }
    let packages = match blast.packages {
        0 | 1 => String::new(),
        n => count(n, "package", "packages"),
    };
    let tests = if graph || blast.tests > 0 { tests(blast) } else { String::new() };
    Phrase::join(
        [Phrase::new(dependents), Phrase::new(packages), entry_points(blast), Phrase::new(tests), without_test(blast)],
        "; ",
    )
}

fn dependents(blast: &BlastRadius) -> String {
    let sure = blast.dependents.exact.saturating_add(blast.dependents.likely);
    match (sure, blast.dependents.possible) {
        (0, 0) => String::new(),
        (0, possible) => format!("at most {}, by name alone", count(possible, "definition", "definitions")),
        (sure, 0) => count(sure, "definition", "definitions"),
        (sure, possible) => {
            format!("{} surely, {} at most", count(sure, "definition", "definitions"), sure.saturating_add(possible))
        }
    }
}

fn entry_points(blast: &BlastRadius) -> Phrase {
    let named = blast.entry_points.iter().take(LISTED_MAX).map(|entry| Phrase::default().name(&*entry.name));
    let rest = blast.entry_points.len().saturating_sub(LISTED_MAX);
    let more = if rest == 0 { Phrase::default() } else { Phrase::new(format!("{rest} more entry points")) };
    Phrase::join(named.chain([more]), ", ")
}

/// `3 tests reach it`; where none is known to, how many mention a name of it and may.
pub(super) fn tests(blast: &BlastRadius) -> String {
    match (blast.tests, blast.tests_possible) {
        (0, 0) => "no test is known to reach it".to_owned(),
        (0, possible) => format!("no test is known to reach it, {} may", count(possible, "test", "tests")),
        (sure, _) => count(sure, "test reaches it", "tests reach it"),
    }
}

/// Entry points that the change reaches and no test does, where there are tests of the change: else there is nothing to
/// tell apart.
fn without_test(blast: &BlastRadius) -> Phrase {
    let bare: Vec<&EntryPoint> = blast.entry_points.iter().filter(|entry| entry.tested == Some(false)).collect();
    if bare.is_empty() || blast.tests == 0 {
        return Phrase::default();
    }
    let rest = bare.len().saturating_sub(LISTED_MAX);
    let more = if rest == 0 { Phrase::default() } else { Phrase::new(format!("{rest} more")) };
    let named = bare.into_iter().take(LISTED_MAX).map(|entry| Phrase::default().name(&*entry.name));
    Phrase::join(named.chain([more]), ", ").say(" without a test")
}

fn is_graph_gap(gap: &Gap) -> bool {
    matches!(gap.kind, GapKind::NoGraph | GapKind::NoRepository)
}

/// Who or what wrote it: `agent-authored (Claude Code, 2 of 3 commits); author tier junior`.
pub(super) fn written(provenance: &Provenance, review: &ReviewPlan) -> Phrase {
    let tier =
        review.author_tier.as_ref().map_or_else(Phrase::default, |tier| Phrase::new("author tier ").name(&**tier));
    let contradiction = match provenance.contradictions.is_empty() {
        true => Phrase::default(),
        false => Phrase::new("claims contradict each other"),
    };
    Phrase::join([involvement(provenance), tier, contradiction], "; ")
}

fn involvement(provenance: &Provenance) -> Phrase {
    let word = match provenance.involvement {
        Involvement::Unknown if provenance.commits == 0 => return Phrase::new("unknown (no commit to read)"),
        Involvement::Unknown => return Phrase::new("unknown (no marker found)"),
        Involvement::DeclaredNone => return Phrase::new("declared to be without AI"),
        known => known.as_str(),
    };
    let mut details: Vec<Phrase> =
        provenance.agents.iter().take(LISTED_MAX).map(|agent| Phrase::default().name(&*agent.name)).collect();
    if provenance.commits > 1 {
        details.push(Phrase::new(format!("{} of {} commits", provenance.claimed_commits, provenance.commits)));
    }
    if let Some(share) = provenance.share.filter(|share| share.agent > 0) {
        details.push(Phrase::new(format!("{} of {} added lines", share.agent, share.added)));
    }
    details.push(Phrase::new(if provenance.observed().is_some() { "observed" } else { "declared" }));
    Phrase::new(format!("{word} (")).then(Phrase::join(details, ", ")).say(")")
}

/// Who must look: `1 senior (ai-guardrail); 1 of @payments (owns cart/total.py): ask ann`. What one rule asks for stands
/// together; a block stands first.
pub(super) fn review(plan: &ReviewPlan) -> Phrase {
    if plan.requirements.is_empty() && plan.suggested.is_empty() {
        return Phrase::default();
    }
    let asked = match plan.requirements.is_empty() {
        true => Phrase::new("no approval required"),
        false => asked(&plan.requirements),
    };
    let who = plan.suggested.iter().take(LISTED_MAX).map(|one| Phrase::default().name(one.who.raw()));
    match (&plan.unmeetable, plan.suggested.is_empty()) {
        (Some(why), _) => asked.say(": NOBODY CAN APPROVE IT: ").quote(why),
        (None, true) => asked,
        // names to start from, not a set: nobody said that all of them are needed
        (None, false) if !plan.exact && plan.suggested.len() > 1 => {
            asked.say(": ask among ").then(Phrase::join(who, ", "))
        }
        (None, false) => asked.say(": ask ").then(Phrase::join(who, ", ")).say(fewest(plan)),
    }
}

/// Whether those who are named are enough, where that is known.
fn fewest(plan: &ReviewPlan) -> &'static str {
    match plan.suggested.as_slice() {
        [one] if plan.exact && one.only => " (nobody else would do)",
        _ if plan.exact && plan.suggested.len() > 1 => " (fewer would not do)",
        _ => "",
    }
}

fn asked(requirements: &[Requirement]) -> Phrase {
    let mut sorted: Vec<&Requirement> = requirements.iter().collect();
    sorted.sort_by_key(|one| !matches!(one.ask, Ask::Block { .. }));
    let mut groups: Vec<(Phrase, Vec<Phrase>)> = Vec::new();
    for one in sorted {
        let because = because(one);
        match groups.iter_mut().find(|(known, _)| *known == because) {
            Some((_, group)) => group.push(what(one)),
            None => groups.push((because, vec![what(one)])),
        }
    }
    let rest = groups.len().saturating_sub(LISTED_MAX);
    let told = groups.into_iter().take(LISTED_MAX);
    let told = told.map(|(because, group)| Phrase::join(group, ", ").then(because));
    let more = if rest == 0 { Phrase::default() } else { Phrase::new(count(rest as u64, "more rule", "more rules")) };
    Phrase::join(told.chain([more]), "; ")
}

/// One requirement with the rule that asks for it.
pub(super) fn requirement(one: &Requirement) -> Phrase {
    what(one).then(because(one))
}

/// ` (ai-guardrail)`; for owners, what they own.
fn because(one: &Requirement) -> Phrase {
    match &one.ask {
        Ask::Owners { paths, .. } if paths.len() == 1 => Phrase::new(" (owns ").path(&paths[0], None).say(")"),
        Ask::Owners { paths, .. } if !paths.is_empty() => Phrase::new(format!(" (owns {} files)", paths.len())),
        _ => Phrase::new(" (").name(&*one.rule).say(")"),
    }
}

fn what(one: &Requirement) -> Phrase {
    match &one.ask {
        Ask::Approvals { count: n, min_tier: None } => Phrase::new(count(*n, "approval", "approvals")),
        Ask::Approvals { count: n, min_tier: Some(tier) } => {
            Phrase::new(format!("{} by ", count(*n, "approval", "approvals"))).name(&**tier).say(" or above")
        }
        Ask::Slot { count: n, min_tier, team, area, .. } => {
            let tier = min_tier.as_ref().map_or_else(Phrase::default, |tier| Phrase::default().name(&**tier));
            let team = team.as_ref().map_or_else(Phrase::default, |team| Phrase::new("of ").name(format!("@{team}")));
            let area =
                area.as_ref().map_or_else(Phrase::default, |area| Phrase::new("owner of files of ").name(&**area));
            Phrase::new(format!("{n} ")).then(Phrase::join([tier, team, area], " "))
        }
        Ask::Owners { owners, count: n, .. } => {
            let named = owners.iter().take(LISTED_MAX).map(|owner| Phrase::default().name(owner.raw()));
            Phrase::new(format!("{n} of ")).then(Phrase::join(named, " or "))
        }
        Ask::Step { step } => Phrase::new("step ").name(&**step),
        Ask::CoolingOff { seconds } => Phrase::new(format!("wait {} after the last approval", duration(*seconds))),
        Ask::Pair => Phrase::new("two who did not approve each other's changes of this stack"),
        Ask::Notify { who } => Phrase::new("tell ").name(&**who),
        Ask::Block { reason } => Phrase::new("BLOCKED: ").quote(reason),
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        s if s >= 86_400 && s % 86_400 == 0 => count(s / 86_400, "day", "days"),
        s if s >= 3_600 && s % 3_600 == 0 => format!("{} h", s / 3_600),
        s if s >= 60 && s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

/// What was not seen, by kind, the change itself first: `AI notes were not fetched; 2 binary files`.
pub(super) fn not_seen(gaps: &[Gap]) -> Phrase {
    let mut groups: Vec<(GapScope, GapKind, Vec<&Gap>)> = Vec::new();
    for gap in gaps {
        match groups.iter_mut().find(|(scope, kind, _)| (*scope, *kind) == (gap.scope, gap.kind)) {
            Some((_, _, group)) => group.push(gap),
            None => groups.push((gap.scope, gap.kind, vec![gap])),
        }
    }
    groups.sort_by_key(|(scope, kind, _)| (*scope, *kind));
    let crowded = groups.len() > GAPS_TOLD_MAX;
    Phrase::join(groups.iter().map(|(_, kind, group)| gap_group(*kind, group, crowded)), "; ")
}

/// One gap in its own words, unless many kinds crowd the line; more of a kind are counted.
fn gap_group(kind: GapKind, group: &[&Gap], crowded: bool) -> Phrase {
    match group {
        [gap] if !crowded => gap_alone(gap),
        // these say what to do, so the first one's own words stay
        [first, ..] if matches!(kind, GapKind::ShallowHistory | GapKind::NoRepository) => gap_alone(first),
        _ => {
            let (one, many) = gap_words(kind);
            Phrase::new(count(group.len() as u64, one, many))
        }
    }
}

fn gap_alone(gap: &Gap) -> Phrase {
    match &gap.path {
        Some(path) if gap.why.raw().contains(&path.to_text()) => Phrase::default().quote(&gap.why),
        Some(path) => Phrase::default().path(path, None).say(": ").quote(&gap.why),
        None => Phrase::default().quote(&gap.why),
    }
}

/// What the team's configuration accepted as a false alarm; nobody should have to ask for all to learn of it.
pub(super) fn accepted(accepted: &[Accepted]) -> Phrase {
    let Some(first) = accepted.first() else { return Phrase::default() };
    let more = match accepted.len() {
        1 => String::new(),
        all => format!(" and {} more", all - 1),
    };
    let rule = Untrusted::new(&*first.signal.rule);
    let reason = Untrusted::new(&*first.reason);
    let more = Phrase::new(format!("{more}: "));
    Phrase::new("by the configuration: ").quote(&rule).then(more).quote(&reason)
}

/// The shortest wording for one and for many gaps of a kind.
pub(super) fn gap_words(kind: GapKind) -> (&'static str, &'static str) {
    match kind {
        GapKind::MissingObject => ("object missing here", "objects missing here"),
        GapKind::ShallowHistory => ("cut in a shallow history", "cuts in a shallow history"),
        GapKind::OverLimit => ("file over a limit", "files over a limit"),
        GapKind::Binary => ("binary file", "binary files"),
        GapKind::ParseError => ("file that does not parse", "files that do not parse"),
        GapKind::NoGrammar => ("kind of file without a grammar", "kinds of files without a grammar"),
        GapKind::PatchUnreadable => ("unreadable part of the patch", "unreadable parts of the patch"),
        GapKind::PartialContent => ("file known by its hunks alone", "files known by their hunks alone"),
        GapKind::Submodule => ("submodule moved", "submodules moved"),
        GapKind::ExternalContent => ("file with its content elsewhere", "files with their content elsewhere"),
        GapKind::InvalidPath => ("path that git refuses", "paths that git refuses"),
        GapKind::NoRepository => ("question without a repository", "questions without a repository"),
        GapKind::NoGraph => ("cut in the dependency graph", "cuts in the dependency graph"),
        GapKind::NoHistory => ("cut in the history", "cuts in the history"),
        GapKind::NoProvenance => ("source of provenance not here", "sources of provenance not here"),
        GapKind::Owners => ("owner not resolved", "owners not resolved"),
        GapKind::Internal => ("file that richter failed on", "files that richter failed on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::RepoPath;

    fn shown(phrase: &Phrase) -> String {
        phrase.markdown()
    }

    #[test]
    fn gaps_of_the_change_come_first_and_equal_ones_are_counted() {
        let gaps = [
            Gap::context(GapKind::NoProvenance, "AI notes were not fetched"),
            Gap::change(GapKind::Binary, &RepoPath::from("a.png"), "not text"),
            Gap::change(GapKind::Binary, &RepoPath::from("b.png"), "not text"),
        ];
        assert_eq!(shown(&not_seen(&gaps)), "2 binary files; AI notes were not fetched");
    }

    #[test]
    fn tests_that_only_mention_a_name_are_told_apart_from_none() {
        let told =
            |tests, tests_possible| super::tests(&BlastRadius { tests, tests_possible, ..BlastRadius::default() });
        assert_eq!(told(0, 0), "no test is known to reach it");
        assert_eq!(told(0, 3), "no test is known to reach it, 3 tests may");
        assert_eq!(told(2, 3), "2 tests reach it");
    }

    #[test]
    fn durations_are_said_in_their_largest_whole_unit() {
        assert_eq!([86_400, 14_400, 600, 61].map(duration), ["1 day", "4 h", "10 min", "61 s"]);
    }

    #[test]
    fn an_unknown_author_is_unknown_and_not_human() {
        let provenance = Provenance { commits: 2, ..Provenance::default() };
        assert_eq!(shown(&written(&provenance, &ReviewPlan::default())), "unknown (no marker found)");
    }
}
