//! The ledger of overrides: one JSON line for each, chained by hashes, so that a line that is changed or taken out shows.
//! A line says who let what through, on which grounds, what was waived and when the review must be made up for. Reading
//! and writing the file is the caller's business; that nobody cuts its end has to be seen to by where it is kept.

use super::moment;
use super::verdict::{Status, Verdict};
use crate::data::DataError;
use serde::{Deserialize, Serialize};

const SCHEMA: &str = "richter.override/1";

/// One override.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub schema: String,
    /// When it was recorded (RFC 3339).
    pub at: String,
    pub head: String,
    pub diff_id: Option<String>,
    pub by: Vec<String>,
    pub reasons: Vec<String>,
    pub tickets: Vec<String>,
    pub waived: Vec<String>,
    pub review_due: Option<String>,
    pub policy: String,
    /// Hash of the line before; zeros for the first.
    pub before: String,
    /// Hash of this line without it.
    pub hash: String,
}

/// A ledger that was read and whose chain holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    pub entries: Vec<Entry>,
}

impl Ledger {
    /// Reads a ledger; a line that does not follow from the one before is an error with its place.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let text = crate::data::utf8(file, bytes)?;
        let mut ledger = Self::default();
        for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            let fail = |message: String| DataError { file: file.to_owned(), line, column: 1, message };
            let entry: Entry = serde_json::from_str(text).map_err(|error| fail(error.to_string()))?;
            if entry.before != ledger.tip() || entry.hash != hash(&entry) {
                return Err(fail("this line does not follow from the one before: the ledger was changed".to_owned()));
            }
            ledger.entries.push(entry);
        }
        Ok(ledger)
    }

    /// The line to append for a verdict; none if it is no override, or stands here already.
    pub fn record(&self, verdict: &Verdict, now: i64) -> Option<String> {
        let overridden = verdict.overridden.as_ref().filter(|_| verdict.status == Status::Overridden)?;
        let safe = |text: &String| crate::text::visible(text).into_owned();
        let by: Vec<String> = overridden.by.iter().map(|id| id.to_string()).collect();
        let head = verdict.head.as_ref().map(safe).unwrap_or_default();
        if self.entries.iter().any(|entry| entry.head == head && entry.by == by) {
            return None;
        }
        let mut entry = Entry {
            schema: SCHEMA.to_owned(),
            at: moment::show(now),
            head,
            diff_id: verdict.diff_id.as_ref().map(safe),
            by,
            reasons: overridden.given.iter().map(|given| safe(&given.reason)).collect(),
            tickets: overridden.given.iter().map(|given| safe(&given.ticket)).collect(),
            waived: verdict.missing.iter().map(|one| one.need.json()).collect(),
            review_due: overridden.review_due.map(moment::show),
            policy: verdict.policy_digest.clone(),
            before: self.tip(),
            hash: String::new(),
        };
        entry.hash = hash(&entry);
        Some(serde_json::to_string(&entry).expect("plain values become JSON") + "\n")
    }

    fn tip(&self) -> String {
        self.entries.last().map_or_else(|| "0".repeat(64), |entry| entry.hash.clone())
    }
}

fn hash(entry: &Entry) -> String {
    let open = Entry { hash: String::new(), ..entry.clone() };
    let bytes = serde_json::to_vec(&open).expect("plain values become JSON");
    blake3::hash(&bytes).to_hex().to_string()
}
