//! `richter.change/1`: the facts that the review policy decides on, so that a bot can keep them, and `policy decide` can
//! be asked again. It carries a digest of the proposed change itself: an approval of one head may count for another head
//! exactly when both propose the same bytes in the same surroundings.

use super::json::document;
use super::json::v1::Text;
use crate::blast::Tier;
use crate::input::{ChangeSet, FileChange, Identity};
use crate::policy::{NOBODY, co_authors, diff_id, file_diff_id, is_service};
use crate::provenance::Involvement;
use crate::report::Report;
use crate::score::{Assessment, Level};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

const CHANGE: &str = "richter.change/1";

/// The facts about a change that the review policy decides on; the input of `policy decide`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.change/1")]
pub(super) struct PolicyFacts {
    #[schemars(extend("const" = CHANGE))]
    schema: &'static str,
    head: Option<String>,
    /// Equal for two heads exactly when they propose the same change: see `stale = "same-diff"` of the policy.
    diff_id: String,
    /// Who opened the change, as the forge knows it; its first author when nothing says so.
    opened_by: Text,
    /// Who directed an agent, as the forge knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    driver: Option<Text>,
    /// People whom an agent's own commits name as co-authors: they asked for it, so they may not approve it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requested_by: Vec<Text>,
    authors: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    co_authors: Vec<Text>,
    /// Who committed it, without the forges' own addresses: they may not approve it either.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    committers: Vec<Text>,
    files: Vec<PolicyFile>,
    /// Zones that are touched by more than paths, or reached through the dependency graph by sure steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    zones: Vec<PolicyZone>,
    /// Null when it could not be assessed.
    #[schemars(extend("enum" = ["low", "medium", "high", "critical", null]))]
    risk: Option<&'static str>,
    /// Null when nothing says who or what wrote it.
    #[schemars(extend("enum" = ["declared-none", "assisted", "co-authored", "agent-authored", "autonomous", null]))]
    ai: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PolicyZone {
    zone: String,
    touched: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PolicyFile {
    path: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Text>,
    /// Digest of what the change does to this file: see `stale = "owned-files"` of the policy.
    diff_id: String,
}

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    document(&facts(report), compact, out)
}

fn facts(report: &Report) -> PolicyFacts {
    let change = &report.change;
    let authors = authors(report);
    let known = report.provenance.involvement != Involvement::Unknown;
    PolicyFacts {
        schema: CHANGE,
        head: change.head.map(|head| head.to_string()),
        diff_id: diff_id(change),
        opened_by: report.provenance.opened_by.as_ref().map_or_else(|| first_author(&authors), Text::from),
        driver: report.provenance.driver.as_ref().map(Text::from),
        requested_by: report.provenance.requesters.iter().map(|who| Text::from(address(who))).collect(),
        co_authors: named_co_authors(change).iter().map(|who| Text::from(who.as_str())).collect(),
        authors: authors.iter().map(|who| Text::from(who.as_str())).collect(),
        committers: committers(change).iter().map(|who| Text::from(who.as_str())).collect(),
        files: change.files.iter().map(file).collect(),
        zones: zones(report),
        risk: risk(&report.assessment),
        ai: known.then(|| report.provenance.involvement.as_str()),
    }
}

fn first_author(authors: &[String]) -> Text {
    Text::from(authors.first().map_or(NOBODY, String::as_str))
}

/// The level; none where part of the change was not seen and what was seen is not bad enough to decide by itself, so that
/// the policy says what an unknown risk counts as.
fn risk(found: &Assessment) -> Option<&'static str> {
    (found.complete || found.level >= Level::High).then(|| found.level.as_str())
}

fn zones(report: &Report) -> Vec<PolicyZone> {
    let sure = report.blast.zones.iter().filter(|hit| hit.touched || hit.tier <= Tier::Likely);
    let named: BTreeMap<&str, bool> = sure
        .filter_map(|hit| Some((&*report.zones.all().get(hit.zone)?.id, hit.touched)))
        .fold(BTreeMap::new(), |mut all, (zone, touched)| {
            *all.entry(zone).or_default() |= touched;
            all
        });
    named.into_iter().map(|(zone, touched)| PolicyZone { zone: zone.to_owned(), touched }).collect()
}

fn file(file: &FileChange) -> PolicyFile {
    PolicyFile {
        path: Text::from(&file.path),
        old: file.old_path.as_ref().map(Text::from),
        diff_id: file_diff_id(file),
    }
}

/// Everyone who wrote a commit, in the order of the commits, each once; `--author` where there are no commits.
fn authors(report: &Report) -> Vec<String> {
    let mut authors = Vec::new();
    let commits = report.change.commits.iter().map(|commit| &commit.author);
    for who in commits.chain(&report.history.author) {
        add(&mut authors, address(who));
    }
    authors
}

/// The address of an identity, or its name where it has none.
fn address(who: &Identity) -> &str {
    if who.email.is_empty() { who.name.raw() } else { who.email.raw() }
}

fn add(all: &mut Vec<String>, one: &str) {
    if !one.is_empty() && !all.iter().any(|known| known == one) {
        all.push(one.to_owned());
    }
}

/// Everyone who committed somebody's work, but for forges, which commit in a person's place.
fn committers(change: &ChangeSet) -> Vec<String> {
    let mut committers = Vec::new();
    for who in change.commits.iter().map(|commit| address(&commit.committer)).filter(|who| !is_service(who)) {
        add(&mut committers, who);
    }
    committers
}

/// Everyone whom trailers of the messages name, each once.
fn named_co_authors(change: &ChangeSet) -> Vec<String> {
    let mut found = Vec::new();
    for who in change.commits.iter().flat_map(|commit| co_authors(commit.message.raw())) {
        add(&mut found, &who);
    }
    found
}
