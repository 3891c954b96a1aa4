//! Incidents whose change is public, replayed where the repository is at hand: did the expected signal fire, does one
//! stand on the line, and how does the commit rank in its own repository. The manifest names commits, paths and lines;
//! no code of other projects is kept.

use super::twin::Place;
use super::verdict::{expected, stands_on};
use crate::data::{self, DataError};
use crate::location::Side;
use crate::report::Report;
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

/// What an incident's commit got.
#[derive(Clone, Debug)]
pub struct Row {
    pub score: u8,
    pub level: &'static str,
    /// Among the changes before it, by the part of the model that needs no parsing.
    pub percentile: Option<u8>,
    pub signal_hit: bool,
    /// None if the incident stands on no single line.
    pub line_hit: Option<bool>,
    pub size: u64,
    pub signals: Vec<String>,
}

/// The row of a report.
pub fn row(incident: &Incident, report: &Report) -> Row {
    let side = if incident.side == IncidentSide::Old { Side::Old } else { Side::New };
    let place = Place { path: incident.path.clone(), line: incident.line, side };
    let stands = || report.signals.iter().any(|signal| stands_on(signal, &place));
    let mut signals: Vec<String> = report.signals.iter().map(|signal| signal.rule.to_string()).collect();
    signals.sort();
    signals.dedup();
    Row {
        score: report.assessment.score,
        level: report.assessment.level.as_str(),
        percentile: report.assessment.percentile,
        signal_hit: report.signals.iter().any(|signal| expected(&signal.rule, &incident.signals)),
        line_hit: (!incident.path.is_empty()).then(stands),
        size: report.change.lines_added() + report.change.lines_deleted(),
        signals,
    }
}

/// The page: one line an incident.
pub fn replay_page(rows: &[(Incident, Replayed)]) -> String {
    let mut out = String::from(
        "# Replay\n\nWritten by `richter corpus replay`; do not edit. *Rank* is the percent of the changes before it that \
         rank lower by size and\nhistory alone.\n\n| incident | lines | score | rank | signal | line | signals |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let yes = |hit: bool| if hit { "yes" } else { "no" };
    for (incident, row) in rows {
        let name = &incident.name;
        let line = match row {
            Err(why) => format!("| {name} | | | | | | not at hand: {why} |"),
            Ok(row) => {
                let rank = row.percentile.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
                let place = row.line_hit.map_or("-", yes);
                let (size, score, level) = (row.size, row.score, row.level);
                let (hit, signals) = (yes(row.signal_hit), row.signals.join(" "));
                format!("| {name} | {size} | {score} {level} | {rank} | {hit} | {place} | {signals} |")
            }
        };
        let _ = writeln!(out, "{line}");
    }
    let judged: Vec<&Row> = rows.iter().filter_map(|(_, row)| row.as_ref().ok()).collect();
    let placed: Vec<bool> = judged.iter().filter_map(|row| row.line_hit).collect();
    let count = |all: usize, hits: usize| format!("{hits} of {all}");
    let signals = count(judged.len(), judged.iter().filter(|row| row.signal_hit).count());
    let lines = count(placed.len(), placed.iter().filter(|hit| **hit).count());
    let high = count(judged.len(), judged.iter().filter(|row| matches!(row.level, "high" | "critical")).count());
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
