//! Everything: each contribution with its rule, each signal with its remedy and evidence, what changed and who depends
//! on it, the past of each file, every claim, owner, requirement and gap. The order is that of the screen, so that a
//! reader who wants more about a line finds it in the same place. Long lists end in a count and the way to the rest.

use super::paint::{Ink, Line, Span};
use super::screen::{header, remark_phrase};
use super::wrap::{Measure, wrap};
use crate::blast::{ChangedEntity, Dependent, TierCounts, ZoneHit};
use crate::gap::{Gap, GapScope};
use crate::history::FileHistory;
use crate::limits::EXPLAIN_ITEMS_MAX;
use crate::policy::{OwnerHit, Suggestion};
use crate::provenance::{Claim, FileProvenance};
use crate::render::phrase::{Phrase, count};
use crate::render::tree::tree;
use crate::render::wording;
use crate::report::Report;
use crate::rules::{Accepted, Lifecycle, Signal};
use crate::score::Contribution;
use crate::text::Untrusted;

/// Lines of the tree of who is hit.
const TREE_LINES_MAX: usize = 30;

/// One entry of a section: a first phrase behind its lead (`+21`), and more under it.
struct Item {
    lead: String,
    first: Phrase,
    more: Vec<Phrase>,
}

impl From<Phrase> for Item {
    fn from(first: Phrase) -> Self {
        Self { lead: String::new(), first, more: Vec::new() }
    }
}

pub(super) fn lines(report: &Report, measure: Measure) -> Vec<Line> {
    let mut lines = header(report, measure);
    for remark in &report.change.remarks {
        lines.extend(wrap(Vec::new(), 2, &remark_phrase(remark), measure));
    }
    for (title, items) in sections(report) {
        if !items.is_empty() {
            lines.push(Vec::new());
            lines.push(vec![Span::new(Ink::Bold, title)]);
            lines.extend(list(&items, measure));
        }
    }
    lines
}

fn sections(report: &Report) -> Vec<(&'static str, Vec<Item>)> {
    let blast = &report.blast;
    let plan = &report.review;
    vec![
        ("Why", why(report)),
        ("Signals", report.signals.iter().map(signal).collect()),
        ("Observed", report.observations.iter().map(signal).collect()),
        ("Changed", blast.changed.iter().map(changed).collect()),
        ("Hits", single(wording::hits(report))),
        ("Zones", blast.zones.iter().map(|hit| zone(hit, report)).collect()),
        ("Entry points", entry_points(report)),
        ("Tests", blast.nearest_tests.iter().map(test).collect()),
        ("Who is hit", who_is_hit(&blast.top)),
        ("Dependents", dependents(&blast.top)),
        ("History", report.history.files.iter().filter_map(history).collect()),
        ("Written", written(report)),
        ("Review", review(report)),
        ("Ask", plan.suggested.iter().map(suggestion).collect()),
        ("Owners", plan.owners.iter().map(owner).collect()),
        ("Lower", report.assessment.lower.iter().map(|lower| Phrase::default().quote(lower).into()).collect()),
        ("Accepted", report.accepted.iter().map(accepted).collect()),
        ("Not seen", report.gaps.iter().map(gap).collect()),
        ("Made by", single(made_by(report))),
    ]
}

fn list(items: &[Item], measure: Measure) -> Vec<Line> {
    let mut lines = Vec::new();
    let indent = |n: usize| vec![Span::new(Ink::Plain, " ".repeat(n))];
    for item in items.iter().take(EXPLAIN_ITEMS_MAX) {
        let lead = vec![Span::new(Ink::Bold, format!("  {}", item.lead))];
        lines.extend(wrap(lead, item.lead.len().max(2) + 2, &item.first, measure));
        for more in item.more.iter().filter(|more| !more.is_empty()) {
            lines.extend(wrap(indent(6), 8, more, measure));
        }
    }
    if items.len() > EXPLAIN_ITEMS_MAX {
        let rest = Phrase::new(format!("{} more: --format json", items.len() - EXPLAIN_ITEMS_MAX));
        lines.extend(wrap(indent(2), 4, &rest, measure));
    }
    lines
}

fn single(phrase: Phrase) -> Vec<Item> {
    if phrase.is_empty() { Vec::new() } else { vec![phrase.into()] }
}

fn why(report: &Report) -> Vec<Item> {
    let found = &report.assessment;
    let mut items = vec![Phrase::new(wording::sum(found)).into()];
    items.extend(wording::chance(found).map(|chance| Phrase::new(chance).into()));
    let reasons = wording::reasons(found);
    if reasons.is_empty() {
        items.push(Phrase::new(wording::no_reason(report)).into());
    }
    items.extend(reasons.into_iter().map(|one| contribution(one, report)));
    items
}

fn contribution(one: &Contribution, report: &Report) -> Item {
    let rule = match &one.rule {
        Some(rule) => Phrase::new(format!("{}: ", one.source.as_str())).name(&**rule),
        None => Phrase::new(one.source.as_str()),
    };
    let place = wording::place(one, &report.blast);
    Item {
        lead: format!("{:>+4}  ", one.points),
        first: Phrase::default().quote(&one.why),
        more: vec![Phrase::join([rule, place], " at "), wording::zone_path(one, report).unwrap_or_default()],
    }
}

fn signal(signal: &Signal) -> Item {
    let nursery = if signal.lifecycle == Lifecycle::Nursery { ", in the nursery: no points" } else { "" };
    let (severity, confidence) = (signal.severity.as_str(), signal.confidence.as_str());
    let rule = Phrase::default()
        .name(&*signal.rule)
        .say(format!(", {severity} severity, {confidence} confidence{nursery}, at "));
    let evidence = signal.evidence.iter().map(|one| Phrase::default().quote(one));
    Item {
        lead: String::new(),
        first: Phrase::default().quote(&signal.message),
        more: vec![
            rule.path(&signal.location.path, Some(signal.location.lines.start)),
            labelled("why: ", own(&signal.why)),
            labelled("do: ", own(&signal.remedy)),
            labelled("evidence: ", Phrase::join(evidence, "; ")),
        ],
    }
}

/// Prose of a rule or a team: not the change's, but shown through the same escaper.
fn own(text: &str) -> Phrase {
    if text.is_empty() { Phrase::default() } else { Phrase::default().quote(&Untrusted::new(text)) }
}

fn labelled(label: &str, phrase: Phrase) -> Phrase {
    if phrase.is_empty() { phrase } else { Phrase::new(label).then(phrase) }
}

fn changed(entity: &ChangedEntity) -> Item {
    let about = format!("{}: {} ", entity.change.as_str(), entity.kind.as_str());
    let direct = match tiers(entity.direct) {
        none if none.is_empty() => Phrase::default(),
        some => Phrase::new(format!(
            "used directly by {some}; {} of the sure ones not changed here",
            entity.unchanged_direct
        )),
    };
    Item {
        lead: String::new(),
        first: Phrase::new(about).name(&*entity.entity).say(" at ").path(&entity.path, Some(entity.line)),
        more: vec![direct],
    }
}

/// `3 exact, 1 possible`, without zeros.
fn tiers(counts: TierCounts) -> String {
    let named = [(counts.exact, "exact"), (counts.likely, "likely"), (counts.possible, "possible")];
    let told: Vec<String> = named.iter().filter(|(n, _)| *n > 0).map(|(n, tier)| format!("{n} {tier}")).collect();
    told.join(", ")
}

fn zone(hit: &ZoneHit, report: &Report) -> Item {
    let title = match report.zones.all().get(hit.zone) {
        Some(zone) => Phrase::default().name(&*zone.title),
        None => Phrase::new(format!("zone {}", hit.zone)),
    };
    let how = match hit.touched {
        true => Phrase::new(" touched, because of ").name(&*hit.because),
        false => Phrase::new(format!(
            " reached in {} ({}), because of ",
            count(hit.distance, "step", "steps"),
            hit.tier.as_str()
        ))
        .name(&*hit.because),
    };
    let start = hit.path.first().map_or_else(Phrase::default, |path| Phrase::default().path(path, Some(hit.line)));
    Item { lead: String::new(), first: title.then(how), more: vec![Phrase::join([start, wording::way(hit)], " ")] }
}

fn entry_points(report: &Report) -> Vec<Item> {
    let told = report.blast.entry_points.iter().map(|entry| {
        let steps = format!(", {} away, at ", count(entry.distance, "step", "steps"));
        let test = match entry.tested {
            Some(true) => ", with a test",
            Some(false) => ", no test is known to reach it or the change",
            None => "",
        };
        Phrase::default().name(&*entry.name).say(steps).path(&entry.path, Some(entry.line)).say(test).into()
    });
    told.collect()
}

/// One of the tests that reach the change: `test_total, 1 step away, at tests/test_totals.py:4`.
fn test(test: &Dependent) -> Item {
    let steps = format!(", {} away, at ", count(test.distance, "step", "steps"));
    Phrase::default().name(&*test.entity).say(steps).path(&test.path, Some(test.line)).into()
}

/// The tree of files from the change outward.
fn who_is_hit(top: &[Dependent]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for branch in tree(top, TREE_LINES_MAX) {
        let lead = "  ".repeat(branch.depth);
        items.push(Item { lead, first: branch.phrase, more: Vec::new() });
    }
    items
}

/// Nearest first, under a heading for each distance.
fn dependents(top: &[Dependent]) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut distance = None;
    for found in top {
        if distance != Some(found.distance) {
            distance = Some(found.distance);
            items.push(Phrase::new(format!("{} away", count(found.distance, "step", "steps"))).into());
        }
        let test = if found.test { " (test)" } else { "" };
        let told = Phrase::new(format!("{}: ", found.tier.as_str())).name(&*found.entity).say(format!("{test} at "));
        let told = told.path(&found.path, Some(found.line));
        let told = if found.why.is_empty() { told } else { told.say(": ").then(own(&found.why)) };
        if let Some(group) = items.last_mut() {
            group.more.push(told);
        }
    }
    items
}

fn history(file: &FileHistory) -> Option<Item> {
    let path = file.path.as_ref()?;
    let mut told = vec![count(file.changes, "change", "changes") + " by " + &count(file.authors, "person", "people")];
    if file.fixes + file.reverts > 0 {
        told.push(format!("{}, {}", count(file.fixes, "fix", "fixes"), count(file.reverts, "revert", "reverts")));
    }
    if file.last_five_fixed > 0 {
        told.push(format!("{} of the last {} fixed within 30 days", file.last_five_fixed, file.last_five));
    }
    told.push(format!("{} by this author", file.author_changes));
    told.extend(file.days_since_change.map(|days| format!("last {} ago", count(days, "day", "days"))));
    let told = if file.changes == 0 { "no change before this one".to_owned() } else { told.join("; ") };
    Some(Item { lead: String::new(), first: Phrase::default().path(path, None), more: vec![Phrase::new(told)] })
}

fn written(report: &Report) -> Vec<Item> {
    let provenance = &report.provenance;
    let mut items = single(wording::written(provenance, &report.review));
    items.extend(provenance.files.iter().map(written_file));
    items.extend(provenance.claims.iter().map(claim));
    items.extend(provenance.contradictions.iter().map(|one| labelled("contradiction: ", own(one)).into()));
    items.extend(provenance.unseen.iter().map(|one| labelled("not at hand: ", own(one)).into()));
    items
}

/// `lib/money.py: agent-authored, 14 of 20 added lines by an agent, 2 by a person`.
fn written_file(file: &FileProvenance) -> Item {
    let share = file.share;
    let mut told = file.involvement.as_str().to_owned();
    if share.agent + share.person > 0 {
        told += &format!(", {} of {} added lines by an agent, {} by a person", share.agent, share.added, share.person);
    }
    Phrase::default().path(&file.path, None).say(format!(": {told}")).into()
}

fn claim(claim: &Claim) -> Item {
    let what = format!(
        "{}, {} ({} confidence), ",
        claim.involvement.as_str(),
        claim.basis.as_str(),
        claim.confidence.as_str()
    );
    let agent = match &claim.agent {
        Some(agent) => Phrase::default().name(&*agent.name).say(", "),
        None => Phrase::default(),
    };
    let place = match claim.commit {
        Some(commit) => Phrase::new("in ").name(commit.short()).say(" at ").quote(&claim.place),
        None => Phrase::new("at ").quote(&claim.place),
    };
    Phrase::new(what).then(agent).then(place).into()
}

fn review(report: &Report) -> Vec<Item> {
    let plan = &report.review;
    let mut items: Vec<Item> = Vec::new();
    for one in &plan.requirements {
        items.push(Item {
            lead: String::new(),
            first: wording::requirement(one),
            more: vec![Phrase::default().quote(&one.why)],
        });
    }
    if items.is_empty() && !plan.policy_source.is_empty() {
        items.push(Phrase::new("no approval required").into());
    }
    if !plan.policy_source.is_empty() {
        items.push(Phrase::new("policy: ").name(&*plan.policy_source).into());
    }
    items
}

fn suggestion(one: &Suggestion) -> Item {
    Phrase::default().name(one.who.raw()).say(": ").quote(&one.why).into()
}

fn owner(hit: &OwnerHit) -> Item {
    let line = Phrase::default().name(hit.owner.raw()).say(", by ").name(format!("{}:{}", hit.file, hit.line));
    let paths = hit.paths.iter().take(EXPLAIN_ITEMS_MAX).map(|path| Phrase::default().path(path, None));
    Item { lead: String::new(), first: line, more: vec![labelled("owns ", Phrase::join(paths, ", "))] }
}

fn accepted(accepted: &Accepted) -> Item {
    let signal = &accepted.signal;
    let place = Phrase::default().path(&signal.location.path, Some(signal.location.lines.start));
    Item {
        lead: String::new(),
        first: Phrase::default().name(&*signal.rule).say(" at ").then(place),
        more: vec![Phrase::default().quote(&signal.message), labelled("accepted: ", own(&accepted.reason))],
    }
}

fn gap(gap: &Gap) -> Item {
    let scope = if gap.scope == GapScope::Change { "in the change" } else { "around it" };
    let path = gap.path.as_ref().map_or_else(Phrase::default, |path| Phrase::default().path(path, None).say(": "));
    Phrase::new(format!("{scope}, {}: ", gap.kind.as_str())).then(path).quote(&gap.why).into()
}

fn made_by(report: &Report) -> Phrase {
    let short = |digest: &str| digest.chars().take(12).collect::<String>();
    let version = env!("CARGO_PKG_VERSION");
    Phrase::new(format!("richter {version}, rules "))
        .name(short(&report.rules_digest))
        .say(", model ")
        .name(short(&report.model_digest))
}
