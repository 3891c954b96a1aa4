//! The weekly review of a branch: how risky its changes were and whether that moves, which were the riskiest, what they
//! reached, what had to be reverted or fixed, who brought how much against the review that git shows, and what the policy
//! asked of whom. A period ends at the tip's committer time, never at the clock's. Every change is judged as it would have
//! been before it was merged, by one policy: the tip's, or one that is given. `--incident` looks back from one change.

mod document;
mod html;
mod incident;
mod judged;
mod summary;
mod text;
mod walk;

pub use document::Weekly;
pub use judged::Judged;
pub use walk::{Walked, walk};

use crate::gap::Gap;
use crate::input::Oid;
use crate::zones::Zones;
use std::io::{self, Write};
use std::sync::Arc;

/// Periods that the trend shows, the one under review included.
pub const PERIODS: u32 = 6;

/// What the review is made of.
#[derive(Debug)]
pub struct Material {
    /// How the branch was named.
    pub branch: String,
    pub tip: Oid,
    /// The tip's committer time, and the length of a period (seconds).
    pub until: i64,
    pub seconds: u64,
    /// The changes of all periods, newest first.
    pub changes: Vec<Judged>,
    pub incident: Option<IncidentMaterial>,
    pub zones: Arc<Zones>,
    pub policy_digest: String,
    pub policy_source: String,
    pub gaps: Vec<Gap>,
}

/// The change behind an incident, the changes before it, newest first, and later commits of the branch, newest first.
#[derive(Debug)]
pub struct IncidentMaterial {
    pub change: Judged,
    pub before: Vec<Judged>,
    /// Commits after it (any of them may say that it repairs it).
    pub after: Vec<crate::input::Commit>,
}

/// Puts the review together; pure.
pub fn review(material: &Material) -> Weekly {
    summary::weekly(material)
}

/// The JSON Schema of `richter.weekly/1`, for the name `weekly`.
pub fn schema(name: &str) -> Option<String> {
    let text =
        || serde_json::to_string_pretty(&crate::render::schema_of::<Weekly>(name)).expect("a schema is plain JSON");
    (name == "weekly").then(|| text() + "\n")
}

/// How the review is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum WeeklyFormat {
    Text,
    Json,
    /// One page that needs nothing else.
    Html,
}

/// Writes a review.
pub fn write(weekly: &Weekly, format: WeeklyFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        WeeklyFormat::Text => text::write(weekly, out),
        WeeklyFormat::Json => crate::render::document(weekly, false, out),
        WeeklyFormat::Html => html::write(weekly, out),
    }
}
