//! `richter.impact/1`: the blast radius of a thing that did not change, in the words of the report. The parts are those of
//! `richter.report/1`; what only this answer has stands here.

use super::mirror;
use super::v1::{Dependent, Dependents, EntryPoint, Gap, Text, Zone};
use crate::blast::{self, Impact};
use crate::zones::Zones;
use schemars::JsonSchema;
use serde::Serialize;

pub(in crate::render) const IMPACT: &str = "richter.impact/1";

#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.impact/1")]
pub(in crate::render) struct ImpactDocument {
    #[schemars(extend("const" = IMPACT))]
    schema: &'static str,
    /// The commit that was looked at.
    rev: String,
    /// What was asked for, in the order of the file.
    targets: Vec<Target>,
    dependents: Dependents,
    fan_in: FanIn,
    /// Source files in the graph.
    repository_files: u32,
    /// The most important dependents: nearest first, then surest.
    top: Vec<OnTheWay>,
    /// The nearest tests that reach it; all are counted in `dependents`.
    tests: Vec<OnTheWay>,
    /// Packages that hold a sure or likely dependent.
    packages: Vec<Text>,
    zones: Vec<Zone>,
    entry_points: Vec<EntryPoint>,
    /// What could not be seen.
    gaps: Vec<Gap>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Target {
    entity: Text,
    /// `function`, `method`, `type`, ... More words may come.
    kind: &'static str,
    path: Text,
    line: u32,
}

/// How many definitions of other files refer to it directly, surely or likely, and the share of the repository's
/// definitions that fewer refer to (percent).
#[derive(Debug, Serialize, JsonSchema)]
struct FanIn {
    direct: u32,
    #[schemars(range(max = 100))]
    percentile: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OnTheWay {
    #[serde(flatten)]
    dependent: Dependent,
    /// Files on the way, the changed one first, its own last.
    way: Vec<Text>,
}

pub(in crate::render) fn impact(impact: &Impact, zones: &Zones, rev: &str) -> ImpactDocument {
    let radius = &impact.radius;
    let target = |end: &blast::EdgeEnd| Target {
        entity: Text::from(&*end.name),
        kind: end.kind.as_str(),
        path: Text::from(&end.path),
        line: end.line,
    };
    ImpactDocument {
        schema: IMPACT,
        rev: rev.to_owned(),
        targets: impact.targets.iter().map(target).collect(),
        dependents: mirror::dependents(radius),
        fan_in: FanIn { direct: impact.fan_in, percentile: impact.fan_in_percentile },
        repository_files: radius.repository_files,
        top: radius.top.iter().map(on_the_way).collect(),
        tests: impact.tests.iter().map(on_the_way).collect(),
        packages: impact.packages.iter().map(|name| Text::from(&**name)).collect(),
        zones: radius.zones.iter().map(|hit| mirror::zone(hit, zones)).collect(),
        entry_points: radius.entry_points.iter().map(mirror::entry_point).collect(),
        gaps: radius.gaps.iter().map(mirror::gap).collect(),
    }
}

fn on_the_way(found: &blast::Dependent) -> OnTheWay {
    OnTheWay { dependent: mirror::dependent(found), way: found.way.iter().map(Text::from).collect() }
}
