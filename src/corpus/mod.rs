//! Sets of changes whose danger is known, and how well richter tells them apart. A *twin* is a pair of changes to one
//! small repository: the same size, the same place, the same words, one dangerous and one harmless. What ranks by size or
//! by words cannot tell them apart, so what is left is what the change does. Here a set is read, judged and summed up;
//! files are read and written by the command line alone.

mod baselines;
pub mod boost;
mod figures;
mod logistic;
mod markdown;
mod replay;
mod mined;
mod model_file;
mod origin;
mod outcome;
mod outcome_text;
mod report;
mod scorecard;
mod table;
mod twin;
mod verdict;
mod written;
mod written_page;

pub use boost::{Boosting, Curve, Example};
pub use figures::{Figures as Ranking, Scored, auc};
pub use mined::{Basis, Finding, Mined};
pub use model_file::write_model;
pub use origin::{Version, origins};
pub use outcome::{Judged, Outcome};
pub use outcome_text::{outcome_section, outcome_table, screen, with_section};
pub use replay::{Incident, Replayed, incidents, replay_page, row};
pub use report::report_page;
pub use scorecard::Scorecard;
pub use table::{Figures, page};
pub use twin::{Place, Twin, Variant};
pub use verdict::{Verdict, judge};
pub use written::{Expected, WrittenCase};
pub use written_page::{WrittenFigures, WrittenVerdict, judge_written, written_page};

use rayon::prelude::*;

/// Judges every twin, in parallel; the order is that of the input.
pub fn run(twins: &[Twin]) -> Vec<Verdict> {
    twins.par_iter().map(judge).collect()
}

/// Judges every case of provenance, in parallel; the order is that of the input.
pub fn run_written(cases: &[WrittenCase]) -> Vec<WrittenVerdict> {
    cases.par_iter().map(judge_written).collect()
}
