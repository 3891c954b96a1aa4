//! The scorecard and the constants of the impact part, as data: one lookup table a feature, from `rules/model.toml`.
//! Refitting the model writes that file and nothing else.

use crate::data::{self, DataError};
use crate::embedded;
use crate::history::Features;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Where a weight comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeightSource {
    /// Fitted on labelled history.
    Fitted,
    /// Set by hand from the research; not yet calibrated.
    Hand,
}

/// One feature's table: a value of at least `from` earns `points`; the last row that fits counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    pub name: String,
    /// Reason in plain words; `{value}` is the value, `{path}` the file it was found in.
    pub why: String,
    /// What would lower it, for people; empty if nothing in the author's hand does.
    #[serde(default)]
    pub lower: String,
    #[allow(dead_code, reason = "read by people and by the fit")]
    pub source: WeightSource,
    /// The way in which the value may move the odds; a fit keeps to it.
    #[serde(default)]
    pub direction: Direction,
    /// Fitted on a repository's own history only: it would tell repositories apart.
    #[serde(default)]
    pub own: bool,
    pub table: Vec<(i64, i32)>,
    /// Place of the name in `Features::NAMES`, looked up once.
    #[serde(skip)]
    place: Option<usize>,
}

/// What the field agrees on about a feature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More of it never lowers the odds.
    Up,
    Down,
    #[default]
    Free,
}

/// Constants of the impact part. Points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpactWeights {
    #[allow(dead_code, reason = "read by people and by the fit")]
    pub source: WeightSource,
    /// For each doubling of the confidence-weighted, distance-decayed number of dependents, and at most.
    pub reach_per_doubling: u32,
    pub reach_max: i32,
    /// For a zone of weight 1, 2, 3 that the change touches.
    pub zone_touched: [i32; 3],
    /// Percent of a touched zone's points for one that is reached in 1, 2, 3, 4 or more steps.
    pub zone_reached_percent: [i32; 4],
    /// Percent of their points that the first, second and every further zone earn.
    pub zone_rank_percent: [i32; 3],
    /// Share of the repository (thousandths) up to which a zone has full points, and from which it has none.
    pub zone_share_full_milli: u32,
    pub zone_share_none_milli: u32,
    /// For each doubling of the packages that use a touched shared package, and at most.
    pub shared_per_doubling: u32,
    pub shared_max: i32,
}

/// What observed evidence of an agent adds. Points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvenanceWeights {
    #[allow(dead_code, reason = "read by people and by the fit")]
    pub source: WeightSource,
    pub observed: i32,
    /// Where a signal says that the act cannot be undone.
    pub observed_irreversible: i32,
    /// Rule id prefixes whose signals cannot be undone.
    pub irreversible: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelFile {
    #[allow(dead_code, reason = "the version is for people and later readers")]
    schema: String,
    base_rate_milli: u32,
    base_points: i32,
    #[serde(default)]
    start_points: i32,
    #[serde(default)]
    usual_points: i32,
    doubling_points: u32,
    feature: Vec<Feature>,
    impact: Option<ImpactWeights>,
    provenance: Option<ProvenanceWeights>,
}

/// Points of one rule, from `rules/weights.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleWeight {
    points: i32,
    #[allow(dead_code, reason = "read by people and by the fit")]
    source: WeightSource,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightsFile {
    weights: BTreeMap<String, RuleWeight>,
}

/// All weights.
#[derive(Clone, Debug)]
pub struct Model {
    /// Chance in thousandths that a change with `base_points` is blamed by a later fix.
    pub base_rate_milli: u32,
    pub base_points: i32,
    /// Points of a change that is ordinary in every respect, so that what speaks for a change has room to count.
    pub start_points: i32,
    /// Points of the features of a usual change, over the repositories of the fit.
    pub usual_points: i32,
    /// Likelihood points that double the odds.
    pub doubling_points: u32,
    pub features: Vec<Feature>,
    pub impact: ImpactWeights,
    pub provenance: ProvenanceWeights,
    weights: BTreeMap<String, RuleWeight>,
    digest: String,
}

impl Model {
    /// The compiled-in model; parsed once.
    pub fn get() -> Arc<Self> {
        static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
        let load = || {
            let (model, weights) = (embedded::rule_file("model.toml"), embedded::rule_file("weights.toml"));
            Arc::new(Self::parse(model, weights).expect("the compiled-in model is tested"))
        };
        MODEL.get_or_init(load).clone()
    }

    /// Reads the whole model and the weights of rules. Tables must ascend and features must be known.
    pub fn parse(model: &str, weights: &str) -> Result<Self, DataError> {
        let file = read("rules/model.toml", model)?;
        let rules: WeightsFile = data::parse("rules/weights.toml", weights)?;
        let (Some(impact), Some(provenance)) = (file.impact.clone(), file.provenance.clone()) else {
            return Err(DataError::whole("rules/model.toml", "expected the tables [impact] and [provenance]"));
        };
        Ok(Self::new(file, [model, weights], impact, provenance, rules.weights))
    }

    /// Reads a likelihood that was fitted for one repository (`.richter/model.toml`); everything else is the built-in
    /// model's. `name` is the file's name in errors.
    pub fn of_repository(name: &str, text: &str) -> Result<Self, DataError> {
        let file = read(name, text)?;
        if file.impact.is_some() || file.provenance.is_some() {
            let message = "a repository's model holds its likelihood alone; take [impact] and [provenance] out";
            return Err(DataError::whole(name, message));
        }
        let known = Self::get();
        let (impact, provenance) = (known.impact.clone(), known.provenance.clone());
        Ok(Self::new(file, [text, known.digest()], impact, provenance, known.weights.clone()))
    }

    fn new(
        file: ModelFile,
        texts: [&str; 2],
        impact: ImpactWeights,
        provenance: ProvenanceWeights,
        weights: BTreeMap<String, RuleWeight>,
    ) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(texts[0].as_bytes()).update(&[0]).update(texts[1].as_bytes());
        Self {
            base_rate_milli: file.base_rate_milli,
            base_points: file.base_points,
            start_points: file.start_points,
            usual_points: file.usual_points,
            doubling_points: file.doubling_points,
            features: file.feature,
            impact,
            provenance,
            weights,
            digest: hash.finalize().to_hex().to_string(),
        }
    }

    /// BLAKE3 over both files, 64 hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Points of a rule; none if it has no weight (nursery rules, a team's own).
    pub fn rule_points(&self, rule: &str) -> Option<i32> {
        self.weights.get(rule).map(|weight| weight.points)
    }

    /// Ids of all rules with a weight.
    pub fn weighted_rules(&self) -> impl Iterator<Item = &str> {
        self.weights.keys().map(String::as_str)
    }

    /// Sum of the tables' points: the part of the model that needs no parsing and no graph.
    pub fn feature_points(&self, features: &Features) -> i32 {
        let values = features.values();
        self.features.iter().map(|feature| feature.points_of(&values)).sum()
    }
}

impl Feature {
    /// Points for a change; 0 where the value is not known.
    pub fn points(&self, features: &Features) -> i32 {
        self.points_of(&features.values())
    }

    fn points_of(&self, values: &[u32]) -> i32 {
        let Some(value) = self.place.and_then(|at| known(values[at])) else { return 0 };
        self.table.iter().rev().find(|(from, _)| value >= *from).map_or(0, |(_, points)| *points)
    }
}

/// Points that one number of a model may hold (points); more could only be a mistake.
const POINTS_MAX: u32 = 1_000;

fn read(name: &str, text: &str) -> Result<ModelFile, DataError> {
    let mut file: ModelFile = data::parse(name, text)?;
    let whole = |message: String| DataError::whole(name, message);
    for feature in &mut file.feature {
        feature.place = place(&feature.name);
        check(feature).map_err(whole)?;
    }
    let bounds = [
        ("base_rate_milli", (1..1_000).contains(&file.base_rate_milli)),
        ("base_points", file.base_points.unsigned_abs() <= POINTS_MAX),
        ("usual_points", file.usual_points.unsigned_abs() <= POINTS_MAX),
        ("start_points", file.start_points.unsigned_abs() <= POINTS_MAX),
        ("doubling_points", (1..=100).contains(&file.doubling_points)),
    ];
    match bounds.iter().find(|(_, fine)| !fine) {
        Some((key, _)) => Err(whole(format!("`{key}` is out of bounds"))),
        None => Ok(file),
    }
}

fn check(feature: &Feature) -> Result<(), String> {
    let name = &feature.name;
    if !feature_names().contains(&name.as_str()) {
        return Err(format!("unknown feature `{name}`, expected one of {}", feature_names().join(", ")));
    }
    if feature.table.is_empty() || feature.table.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(format!("the table of `{name}` must have rows with ascending values"));
    }
    if feature.table.iter().any(|(_, points)| points.unsigned_abs() > POINTS_MAX) {
        return Err(format!("the table of `{name}` holds more than {POINTS_MAX} points in one row"));
    }
    Ok(())
}

/// The closed list of features a model may use.
pub fn feature_names() -> &'static [&'static str] {
    Features::NAMES
}

/// A feature's value by name, none where it is not known.
pub(super) fn value(features: &Features, name: &str) -> Option<i64> {
    place(name).and_then(|at| known(features.values()[at]))
}

fn place(name: &str) -> Option<usize> {
    Features::NAMES.iter().position(|known| *known == name)
}

fn known(value: u32) -> Option<i64> {
    (value != crate::history::UNKNOWN).then(|| i64::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_model_loads_and_names_known_features_only() {
        let model = Model::get();
        assert!(model.features.len() >= 5);
        assert_eq!(model.digest().len(), 64);
    }

    #[test]
    fn a_table_gives_the_last_row_that_fits() {
        let model = Model::get();
        let mut feature = model.features[0].clone();
        (feature.name, feature.place) = ("files".into(), place("files"));
        feature.table = vec![(0, 0), (3, 2), (10, 7)];
        let points = |files| feature.points(&Features { files, ..Features::default() });
        assert_eq!([0, 2, 3, 9, 10, 500].map(points), [0, 0, 2, 2, 7, 7]);
    }
}
