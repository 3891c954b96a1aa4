//! `explain` and `rules`: what richter knows, looked up rather than judged.

use super::args::{ListFormat, RulesAction};
use super::requests::read_file;
use super::{Exit, Failure, Outcome};
use crate::assess::{Deciding, Options, Session};
use crate::input::{Repository, Snapshot};
use crate::limits;
use crate::rules::{Rule, RulePack, run_examples};
use crate::score::Model;
use crate::zones::{Zone, Zones};
use serde_json::json;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rules and zones in force at HEAD of a repository; the built-in ones where there is none. A repository that was named
/// must be one.
fn in_force(repo: Option<&Path>) -> Result<(Arc<RulePack>, Arc<Zones>), Failure> {
    let repository = match repo {
        Some(named) => Some(Repository::open(named)?),
        None => Repository::open(Path::new(".")).ok(),
    };
    let head = repository.and_then(|repository| {
        let oid = repository.resolve("HEAD").ok()?;
        Some((oid.to_string(), repository.snapshot(oid).ok()?))
    });
    let (oid, tree) = head.map_or_else(|| (None, Snapshot::default()), |(oid, tree)| (Some(oid), tree));
    let deciding = Deciding::read(&tree, oid, &Options::default(), &Session::default())?;
    Ok((deciding.rules, deciding.zones))
}

pub(super) fn explain(name: &str, repo: Option<&Path>) -> Result<Exit, Outcome> {
    let (rules, zones) = in_force(repo)?;
    let model = Model::get();
    let mut out = io::stdout().lock();
    let zone_name = name.strip_prefix("zone/").unwrap_or(name);
    if let Some(rule) = rules.get(name) {
        rule_page(rule, &model, &mut out)?;
    } else if let Some(zone) = zones.get(zone_name) {
        zone_page(zone, &model, &mut out)?;
    } else if let Some(page) = part_page(name, &model) {
        out.write_all(page.as_bytes())?;
    } else {
        return Err(Outcome::Failed(unknown(name, &rules, &zones)));
    }
    Ok(Exit::Fine)
}

fn rule_page(rule: &Rule, model: &Model, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\nthis change: {}\n", rule.id, rule.title)?;
    let points = match model.rule_points(&rule.id) {
        Some(points) => format!("{points} points of {}", part_word(rule)),
        None => format!("reported without points ({:?})", rule.lifecycle).to_lowercase(),
    };
    writeln!(out, "severity {}; {}; {points}\n", rule.severity.as_str(), rule.standing.as_str())?;
    writeln!(out, "Why\n{}\n\nWhat to do\n{}", indented(&rule.why), indented(&rule.remedy))?;
    if !rule.references.is_empty() {
        let list: Vec<&str> = rule.references.iter().map(AsRef::as_ref).collect();
        writeln!(out, "\nSource\n{}", indented(&list.join("\n")))?;
    }
    writeln!(out, "\nFile\n  {}", rule.file)
}

fn part_word(rule: &Rule) -> &'static str {
    match rule.counts {
        crate::rules::Part::Likelihood => "likelihood",
        crate::rules::Part::Impact => "impact",
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {}", line.trim())).collect::<Vec<_>>().join("\n")
}

fn zone_page(zone: &Zone, model: &Model, out: &mut dyn Write) -> io::Result<()> {
    let points = model.impact.zone_touched[usize::from(zone.weight.clamp(1, 3)) - 1];
    writeln!(out, "zone {}: {}\n\n{}", zone.id, zone.title, indented(&zone.why))?;
    writeln!(out, "\nUp to {points} points of impact when a change touches it, less with every step away from it,")?;
    writeln!(out, "less where the zone is a large share of the repository.")
}

/// Parts of the score that are neither rule nor zone.
fn part_page(name: &str, model: &Model) -> Option<String> {
    if let Some(feature) = name.strip_prefix("model/") {
        let feature = feature.replace('-', "_");
        let feature = model.features.iter().find(|known| known.name == feature)?;
        let rows: Vec<String> =
            feature.table.iter().map(|(from, points)| format!("  from {from:>5}: {points:+} points")).collect();
        return Some(format!("{name}: {}\n\n{}\n", feature.why, rows.join("\n")));
    }
    let text = match name {
        "model/start" => {
            "What an ordinary change carries. The reasons of the likelihood count up and down from here; a change that can do\n\
             nothing (comments, formatting, documentation) carries nothing at all."
        }
        "impact/dependents" => {
            "Definitions that depend on what changed, weighted by how sure the edge is and less with every step.\n\
             Points grow with each doubling, so a change that reaches twice as far is a fixed number of points worse."
        }
        "impact/shared-package" => "Packages of this repository that use a package which this change touches.",
        "provenance/observed" => {
            let weights = &model.provenance;
            return Some(format!(
                "{name}: an agent made the change, by evidence beyond anybody's declaration\n\nEvidence is the service \
                 account of an agent as author, committer or opener of the pull\nrequest, or lines that a recording tool \
                 attests. It adds {} points, and {} where a rule\nsays that the act cannot be undone ({}).\nWhat anybody \
                 declares, in a trailer, a message or a file, never costs or saves a point: it\npays the same as \
                 silence.\n",
                weights.observed,
                weights.observed_irreversible,
                weights.irreversible.join(", ")
            ));
        }
        _ => return None,
    };
    Some(format!("{name}\n\n{text}\n"))
}

/// Names that share a part with what was asked for.
fn unknown(name: &str, rules: &RulePack, zones: &Zones) -> String {
    let asked = name.to_lowercase();
    // whole ids, and the part behind the slash, which is what people remember
    let likeness = |id: &str| {
        let last = id.rsplit('/').next().unwrap_or(id);
        strsim::jaro_winkler(&asked, id).max(strsim::jaro_winkler(&asked, last))
    };
    let ids = rules.all().map(|rule| &*rule.id).chain(zones.all().iter().map(|zone| &*zone.id));
    let mut near: Vec<(f64, &str)> = ids.map(|id| (likeness(id), id)).filter(|(likeness, _)| *likeness > 0.8).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let near: Vec<&str> = near.into_iter().take(4).map(|(_, id)| id).collect();
    let hint = match near.as_slice() {
        [] => "see `richter rules list`".to_owned(),
        near => format!("perhaps: {}", near.join(", ")),
    };
    format!("there is no rule, zone or part of the score named `{}`; {hint}", crate::text::visible(name))
}

pub(super) fn rules(action: RulesAction) -> Result<Exit, Outcome> {
    match action {
        RulesAction::List { format, repo } => list(format, repo.as_deref()),
        RulesAction::Docs => {
            let page = crate::render::rules_page(&RulePack::load(&[]).map_err(Failure::from)?, &Model::get());
            io::stdout().lock().write_all(page.as_bytes())?;
            Ok(Exit::Fine)
        }
        RulesAction::Test { folder } => test(folder),
    }
}

fn list(format: ListFormat, repo: Option<&Path>) -> Result<Exit, Outcome> {
    let (rules, _) = in_force(repo)?;
    let model = Model::get();
    let mut out = io::stdout().lock();
    match format {
        ListFormat::Text => {
            for rule in rules.all() {
                let points = model.rule_points(&rule.id).map_or_else(|| "-".to_owned(), |points| points.to_string());
                writeln!(out, "{:<8} {points:>3}  {:<40} {}", rule.severity.as_str(), rule.id, rule.title)?;
            }
        }
        ListFormat::Json => {
            let all: Vec<_> = rules.all().map(|rule| rule_json(rule, &model)).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all).map_err(Failure::from)?)?;
        }
    }
    Ok(Exit::Fine)
}

fn rule_json(rule: &Rule, model: &Model) -> serde_json::Value {
    json!({
        "id": rule.id, "title": rule.title, "severity": rule.severity.as_str(), "counts": part_word(rule),
        "lifecycle": format!("{:?}", rule.lifecycle).to_lowercase(), "points": model.rule_points(&rule.id),
        "standing": rule.standing.as_str(), "why": rule.why, "remedy": rule.remedy, "file": rule.file,
    })
}

fn test(folder: Option<PathBuf>) -> Result<Exit, Outcome> {
    let default = PathBuf::from(".richter/rules");
    let folder = folder.or_else(|| default.is_dir().then_some(default));
    let extra = folder.as_deref().map(rule_files).transpose()?.unwrap_or_default();
    let pack = RulePack::load(&extra).map_err(Failure::from)?;
    let outcomes = run_examples(&pack);
    let failed: Vec<_> = outcomes.iter().filter(|outcome| !outcome.passed).collect();
    let mut out = io::stdout().lock();
    for outcome in &failed {
        writeln!(out, "{} example {}: {}", outcome.rule, outcome.example, crate::text::visible(&outcome.message))?;
    }
    writeln!(out, "{} rules, {} examples, {} failed", pack.count(), outcomes.len(), failed.len())?;
    Ok(if failed.is_empty() { Exit::Fine } else { Exit::Error })
}

/// All rule files below a folder of the file system, sorted.
fn rule_files(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let mut paths = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build() {
        let path = entry?.into_path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = read_file(&path, limits::CONFIG_BYTES_MAX as u64)?;
        let below = path.strip_prefix(folder).unwrap_or(&path).display().to_string().replace('\\', "/");
        let name = format!(".richter/rules/{below}");
        Ok((name.clone(), crate::data::utf8(&name, &bytes)?.to_owned()))
    };
    paths.into_iter().map(read).collect()
}
