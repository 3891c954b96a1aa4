//! `richter.verdict/1`: a verdict as a document for machines. Numbers, ids and words of closed lists stand apart from
//! text; every string is safe to print.

use super::moment;
use super::verdict::{Advice, Missing, Overridden, Status, Verdict, Wanted};
use super::{Ask, Requirement};
use crate::data::DataError;
use crate::location::RepoPath;
use crate::text::Untrusted;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

const SCHEMA: &str = "richter.verdict/1";

/// The answer of `policy decide` and `review check`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.verdict/1")]
pub struct VerdictDocument {
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    #[schemars(extend("enum" = ["satisfied", "pending", "blocked", "overridden", "error"]))]
    pub status: &'static str,
    /// Why there is no verdict; nothing else is there then.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<LoadError>,
    /// The commit that would be merged, and the digest of the change.
    head: Option<String>,
    diff_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<RequirementDocument>,
    /// Ids of the people whose approval counts.
    counted: Vec<String>,
    ignored: Vec<IgnoredDocument>,
    missing: Vec<MissingDocument>,
    #[serde(rename = "override")]
    overridden: Option<OverrideDocument>,
    suggest: Option<SuggestDocument>,
    /// The requirement part by part, with the rules that ask for it.
    requirements: Vec<ReasonDocument>,
    /// What could not be read or resolved and did not block.
    notes: Vec<String>,
    digests: Digests,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LoadError {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RequirementDocument {
    approvals: u32,
    /// Tier that each counted approval has at least.
    min_tier: Option<String>,
    slots: Vec<SlotDocument>,
    owners: Vec<OwnersDocument>,
    steps: Vec<String>,
    cooling_off_seconds: u64,
    /// True if two of those who approve may not have approved each other's change of the same stack.
    pair: bool,
    /// Who is told: `team:name`, `@login`, an address.
    notify: Vec<String>,
    blocks: Vec<String>,
    /// What the policy was asked for: unknowns have become what they count as.
    situation: SituationDocument,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SlotDocument {
    count: u32,
    min_tier: Option<String>,
    team: Option<String>,
    /// They own files of this area.
    area: Option<String>,
    distinct: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OwnersDocument {
    owners: Vec<String>,
    people: Vec<String>,
    count: u32,
    paths: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SituationDocument {
    risk: &'static str,
    ai: &'static str,
    author_tier: String,
    areas: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct IgnoredDocument {
    by: String,
    reason: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MissingDocument {
    /// `veto`, `author`, `approvals`, `tier`, `slot`, `pair`, `owner`, `step`, `cooling-off`, `block`, `moment`, `facts`.
    kind: &'static str,
    need: String,
    /// The rules that ask for it, with commas; empty for what no rule can waive.
    rule: String,
    why: String,
    /// Where these rules stand.
    places: Vec<PlaceDocument>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PlaceDocument {
    rule: String,
    file: String,
    line: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OverrideDocument {
    by: Vec<String>,
    grounds: Vec<GroundsDocument>,
    /// When the review must be made up for.
    review_due: Option<String>,
    /// What was let through.
    waived: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GroundsDocument {
    by: String,
    reason: String,
    ticket: String,
    at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SuggestDocument {
    /// Ids, the first to ask first; null if nobody could complete the review.
    people: Option<Vec<String>>,
    /// Why them, in the same order; or what nobody can meet.
    why: Vec<String>,
    size: Option<usize>,
    /// Other sets of this size that would do.
    alternatives: u64,
    /// True if no fewer would do; false if the search was cut.
    optimal: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReasonDocument {
    ask: String,
    rule: String,
    why: String,
    places: Vec<PlaceDocument>,
}

#[derive(Debug, Default, Serialize, JsonSchema)]
struct Digests {
    policy: Option<String>,
    people: Option<String>,
    owners: Option<String>,
    policy_source: Option<String>,
}

impl VerdictDocument {
    pub fn new(verdict: &Verdict) -> Self {
        let places = Places { lines: &verdict.lines, file: &verdict.policy_source };
        let digest = |digest: &String| (!digest.is_empty()).then(|| digest.clone());
        let shown = |text: &Option<String>| text.as_ref().map(|text| Untrusted::new(text).json());
        Self {
            schema: SCHEMA,
            status: verdict.status.as_str(),
            error: None,
            head: shown(&verdict.head),
            diff_id: shown(&verdict.diff_id),
            requirement: Some(requirement(&verdict.wanted)),
            counted: words(&verdict.counted),
            ignored: verdict
                .ignored
                .iter()
                .map(|one| IgnoredDocument { by: one.by.json(), reason: one.reason.json() })
                .collect(),
            missing: verdict.missing.iter().map(|one| missing(one, &places)).collect(),
            overridden: verdict.overridden.as_ref().map(|one| overridden(one, &verdict.missing)),
            suggest: Some(suggest(&verdict.advice)),
            requirements: verdict.requirements.iter().map(|one| reason(one, &places)).collect(),
            notes: verdict.notes.iter().map(Untrusted::json).collect(),
            digests: Digests {
                policy: digest(&verdict.policy_digest),
                people: digest(&verdict.people_digest),
                owners: digest(&verdict.owners_digest),
                policy_source: Some(crate::text::visible(&verdict.policy_source).into_owned()),
            },
        }
    }

    /// The verdict where policy, people or owners could not be loaded: nothing is approved.
    pub fn error(error: &DataError) -> Self {
        Self {
            schema: SCHEMA,
            status: Status::Error.as_str(),
            error: Some(LoadError {
                file: crate::text::visible(&error.file).into_owned(),
                line: error.line,
                column: error.column,
                message: crate::text::visible(&error.message).into_owned(),
            }),
            head: None,
            diff_id: None,
            requirement: None,
            counted: Vec::new(),
            ignored: Vec::new(),
            missing: Vec::new(),
            overridden: None,
            suggest: None,
            requirements: Vec::new(),
            notes: Vec::new(),
            digests: Digests::default(),
        }
    }
}

struct Places<'a> {
    lines: &'a BTreeMap<Arc<str>, u32>,
    file: &'a str,
}

impl Places<'_> {
    /// Where the rules of a list stand; `floor`, `owners` and what is built in stand nowhere.
    fn of(&self, rules: &str) -> Vec<PlaceDocument> {
        let place = |rule: &str| {
            let file = crate::text::visible(self.file).into_owned();
            Some(PlaceDocument { rule: rule.to_owned(), file, line: *self.lines.get(rule)? })
        };
        rules.split(", ").filter_map(place).collect()
    }
}

fn words(list: &[Arc<str>]) -> Vec<String> {
    list.iter().map(|word| word.to_string()).collect()
}

fn requirement(wanted: &Wanted) -> RequirementDocument {
    let word = |word: &Option<Arc<str>>| word.as_deref().map(str::to_owned);
    let slots = wanted.slots.iter().map(|slot| SlotDocument {
        count: slot.count,
        min_tier: word(&slot.min_tier),
        team: word(&slot.team),
        area: word(&slot.area),
        distinct: slot.distinct,
    });
    let owners = wanted.owners.iter().map(|group| OwnersDocument {
        owners: group.owners.iter().map(Untrusted::json).collect(),
        people: words(&group.people),
        count: group.count,
        paths: group.paths.iter().map(|path: &RepoPath| path.untrusted().json()).collect(),
    });
    RequirementDocument {
        approvals: wanted.approvals,
        min_tier: word(&wanted.min_tier),
        slots: slots.collect(),
        owners: owners.collect(),
        steps: words(&wanted.steps),
        cooling_off_seconds: wanted.cooling_off,
        pair: wanted.pair,
        notify: words(&wanted.notify),
        blocks: wanted.blocks.iter().map(Untrusted::json).collect(),
        situation: SituationDocument {
            risk: wanted.risk.as_str(),
            ai: wanted.ai.as_str(),
            author_tier: wanted.author_tier.to_string(),
            areas: words(&wanted.areas),
        },
    }
}

fn missing(one: &Missing, places: &Places) -> MissingDocument {
    MissingDocument {
        kind: one.kind,
        need: one.need.json(),
        rule: one.rule.to_string(),
        why: one.why.json(),
        places: places.of(&one.rule),
    }
}

fn overridden(one: &Overridden, missing: &[Missing]) -> OverrideDocument {
    let safe = |text: &String| Untrusted::new(text).json();
    let grounds = one.given.iter().map(|given| GroundsDocument {
        by: safe(&given.by),
        reason: safe(&given.reason),
        ticket: safe(&given.ticket),
        at: moment::show(given.at),
    });
    OverrideDocument {
        by: words(&one.by),
        grounds: grounds.collect(),
        review_due: one.review_due.map(moment::show),
        waived: missing.iter().map(|one| one.need.json()).collect(),
    }
}

fn suggest(advice: &Advice) -> SuggestDocument {
    SuggestDocument {
        people: advice.people.as_deref().map(words),
        why: advice.why.iter().map(|why| Untrusted::new(why).json()).collect(),
        size: advice.people.as_ref().map(Vec::len),
        alternatives: advice.alternatives,
        optimal: advice.optimal,
    }
}

fn reason(one: &Requirement, places: &Places) -> ReasonDocument {
    ReasonDocument {
        ask: said(&one.ask).json(),
        rule: one.rule.to_string(),
        why: one.why.json(),
        places: places.of(&one.rule),
    }
}

/// What is asked for, in words.
pub(super) fn said(ask: &Ask) -> Untrusted {
    let tier = |tier: &Option<Arc<str>>| tier.as_ref().map_or_else(String::new, |tier| format!(" of {tier} or above"));
    let team = |team: &Option<Arc<str>>| team.as_ref().map_or_else(String::new, |team| format!(" of team {team}"));
    Untrusted::new(match ask {
        Ask::Approvals { count: 1, min_tier } => format!("1 approval{}", tier(min_tier)),
        Ask::Approvals { count, min_tier } => format!("{count} approvals{}", tier(min_tier)),
        Ask::Slot { count, min_tier, team: of, area, distinct } => {
            let apart = if *distinct { ", counted once" } else { "" };
            let owning = area.as_ref().map_or_else(String::new, |area| format!(" who owns files of {area}"));
            format!("{count} of them{}{}{owning}{apart}", tier(min_tier), team(of))
        }
        Ask::Pair => "two who did not approve each other's changes of this stack".to_owned(),
        Ask::Notify { who } => format!("{who} is told"),
        Ask::Owners { owners, paths, count, .. } => {
            let names: Vec<&str> = owners.iter().map(Untrusted::raw).collect();
            let files = if paths.len() == 1 { "1 file".to_owned() } else { format!("{} files", paths.len()) };
            format!("{count} of {} for {files}", names.join(", "))
        }
        Ask::Step { step } => format!("step {step}"),
        Ask::CoolingOff { seconds } => format!("{} minutes after the last approval", seconds.div_ceil(60)),
        Ask::Block { reason } => format!("blocked: {}", reason.raw()),
    })
}
