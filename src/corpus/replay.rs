//! Incidents whose change is public, replayed where the repository is at hand: did the expected signal fire, does one
//! stand on the line, and how does the commit rank in its own repository. The manifest names commits, paths and lines;
//! no code of other projects is kept.

use super::twin::Place;
use super::verdict::{expected, stands_on};
use crate::data::{self, DataError};
use crate::location::Side;
use crate::report::Report;
use crate::rules::Signal;
use serde::Deserialize;
use std::fmt::Write;

/// One incident of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    pub name: String,
    /// `owner/name` on the forge.
    pub repository: String,
    pub commit: String,
    /// Rule ids or, ending in `/`, areas.
    pub signals: Vec<String>,
    /// Empty if the harm stands on no single line.
    pub path: String,
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub side: IncidentSide,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentSide {
    Old,
    #[default]
    New,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    incident: Vec<Incident>,
}

/// Reads the manifest.
pub fn incidents(file: &str, text: &str) -> Result<Vec<Incident>, DataError> {
    Ok(data::parse::<Manifest>(file, text)?.incident)
}

/// One replayed incident: its row, or why there is none.
pub type Replayed = Result<Row, String>;

/// How a report tells of something: as a signal, among its observations, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Signal,
    Observation,
    Nothing,
}

impl Told {
    fn of(report: &Report, wanted: impl Fn(&Signal) -> bool) -> Self {
        match () {
            () if report.signals.iter().any(&wanted) => Self::Signal,
            () if report.observations.iter().any(&wanted) => Self::Observation,
            () => Self::Nothing,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Signal => "yes",
            Self::Observation => "observed",
            Self::Nothing => "no",
        }
    }
}

/// What an incident's commit got.
#[derive(Clone, Debug)]
pub struct Row {
    pub score: u8,
    pub level: &'static str,
    /// Among the changes before it, by the part of the model that needs no parsing.
    pub percentile: Option<u8>,
    /// One of the expected rules.
    pub expected: Told,
    /// Anything on the line; none if the incident stands on no single line.
    pub line: Option<Told>,
    pub size: u64,
    pub signals: Vec<String>,
}

/// The row of a report.
pub fn row(incident: &Incident, report: &Report) -> Row {
    let side = if incident.side == IncidentSide::Old { Side::Old } else { Side::New };
    let place = Place { path: incident.path.clone(), line: incident.line, side };
    let stands = || Told::of(report, |signal| stands_on(signal, &place));
    let all = report.signals.iter().chain(&report.observations);
    let mut signals: Vec<String> = all.map(|signal| signal.rule.to_string()).collect();
    signals.sort();
    signals.dedup();
    Row {
        score: report.assessment.score,
        level: report.assessment.level.as_str(),
        percentile: report.assessment.percentile,
        expected: Told::of(report, |signal| expected(&signal.rule, &incident.signals)),
        line: (!incident.path.is_empty()).then(stands),
        size: report.change.lines_added() + report.change.lines_deleted(),
        signals,
    }
}

/// The page: one line an incident.
pub fn replay_page(rows: &[(Incident, Replayed)]) -> String {
    let mut out = String::from(
        "# Replay\n\nWritten by `richter corpus replay`; do not edit. *Rank* is the percent of the changes before it that \
         rank lower by size and\nhistory alone. *Observed* is told among the observations, not as a signal.\n\n| incident | lines | score | rank | signal | line | signals and observations |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (incident, row) in rows {
        let name = &incident.name;
        let line = match row {
            Err(why) => format!("| {name} | | | | | | not at hand: {why} |"),
            Ok(row) => {
                let rank = row.percentile.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
                let place = row.line.map_or("-", Told::word);
                let (size, score, level) = (row.size, row.score, row.level);
                let (hit, signals) = (row.expected.word(), row.signals.join(" "));
                format!("| {name} | {size} | {score} {level} | {rank} | {hit} | {place} | {signals} |")
            }
        };
        let _ = writeln!(out, "{line}");
    }
    let judged: Vec<&Row> = rows.iter().filter_map(|(_, row)| row.as_ref().ok()).collect();
    let count = |all: &[Told]| {
        let of = |told: Told| all.iter().filter(|one| **one == told).count();
        format!("{} of {} ({} more observed)", of(Told::Signal), all.len(), of(Told::Observation))
    };
    let signals = count(&judged.iter().map(|row| row.expected).collect::<Vec<_>>());
    let lines = count(&judged.iter().filter_map(|row| row.line).collect::<Vec<_>>());
    let high = judged.iter().filter(|row| matches!(row.level, "high" | "critical")).count();
    let high = format!("{high} of {}", judged.len());
    let _ = writeln!(out, "\nExpected signal: {signals}; a signal on the line: {lines}; high or above: {high}.");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_and_a_missing_repository_is_a_row() {
        let text = "[[incident]]\nname = \"n\"\nrepository = \"o/r\"\ncommit = \"abc\"\nsignals = [\"data/\"]\npath = \"a\"\nline = 3\n";
        let list = incidents("m.toml", text).expect("a manifest");
        assert_eq!((list[0].line, list[0].side), (3, IncidentSide::New));
        let page = replay_page(&[(list[0].clone(), Err("no folder".to_owned()))]);
        assert!(page.contains("| n | | | | | | not at hand: no folder |") && page.contains("0 of 0"), "{page}");
        assert!(incidents("m.toml", "[[incident]]\nnam = 1\n").is_err());
    }
}
