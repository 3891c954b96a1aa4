//! How well the cases of provenance come out: recall over cases that carry evidence, by channel, and false alarms over
//! hazards, with every case that is not as its page says. Whole numbers and thousandths; no date and no path.

use super::written::{Expected, WrittenCase};
use crate::provenance::{Basis, Involvement, Provenance};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The outcome of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenVerdict {
    pub name: String,
    pub title: String,
    /// None for a hazard.
    pub channel: Option<String>,
    /// Evidence was found at all: an agent took part, or somebody said that none did.
    pub found: bool,
    /// What is not as the page says, in words; empty where all is.
    pub wrong: Vec<String>,
}

/// Figures of a set; shares in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrittenFigures {
    pub cases: usize,
    pub hazards: usize,
    /// Of the cases with evidence, those in which it was found.
    pub recall: u32,
    /// Of the cases with evidence, those that are in every point as their page says.
    pub exact: u32,
    /// Hazards on which anything was found.
    pub false_alarms: usize,
}

/// Judges one case.
pub fn judge_written(case: &WrittenCase) -> WrittenVerdict {
    let found = case.found();
    WrittenVerdict {
        name: case.name.clone(),
        title: case.title.clone(),
        channel: case.channel.clone(),
        found: found.claims.iter().any(|claim| claim.involvement != Involvement::Unknown),
        wrong: differences(&case.expected, &found),
    }
}

fn differences(expected: &Expected, found: &Provenance) -> Vec<String> {
    let agents: Vec<String> = found.agents.iter().map(|agent| agent.id.to_string()).collect();
    let basis = if found.claims.iter().any(|claim| claim.basis == Basis::Observed) { "observed" } else { "declared" };
    let lines = found.share.map(|share| format!("{} agent, {} person of {}", share.agent, share.person, share.added));
    let address = |who: &crate::input::Identity| who.email.raw().to_owned();
    let requesters: Vec<String> = found.requesters.iter().map(address).collect();
    let files: Vec<String> =
        found.files.iter().map(|file| format!("{} {}", file.path.to_text(), file.involvement.as_str())).collect();
    let told = |disputed: bool| if disputed { "yes" } else { "no" }.to_owned();
    let compare = |what: &str, wanted: String, is: String| {
        (wanted != is).then(|| format!("{what} is `{is}`, expected `{wanted}`"))
    };
    let unseen = |text: &String| {
        let said = found.unseen.iter().any(|one| one.contains(text.as_str()));
        (!said).then(|| format!("`{text}` is not among what was not at hand"))
    };
    let file = |text: &String| (!files.contains(text)).then(|| format!("`{text}` is not among {files:?}"));
    [
        compare("involvement", expected.involvement.clone(), found.involvement.as_str().to_owned()),
        compare("agents", expected.agents.join(", "), agents.join(", ")),
        expected.basis.clone().and_then(|wanted| compare("basis", wanted, basis.to_owned())),
        expected.lines.clone().and_then(|wanted| compare("lines", wanted, lines.unwrap_or_default())),
        compare("contradiction", told(expected.contradiction), told(!found.contradictions.is_empty())),
        compare("requesters", expected.requesters.join(", "), requesters.join(", ")),
        expected.unseen.as_ref().and_then(unseen),
        expected.file.as_ref().and_then(file),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl WrittenFigures {
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a WrittenVerdict>) -> Self {
        let (channels, hazards): (Vec<_>, Vec<_>) = verdicts.into_iter().partition(|one| one.channel.is_some());
        let milli = |part: usize| (part * 1_000).checked_div(channels.len()).unwrap_or(0) as u32;
        Self {
            cases: channels.len(),
            hazards: hazards.len(),
            recall: milli(channels.iter().filter(|one| one.found).count()),
            exact: milli(channels.iter().filter(|one| one.wrong.is_empty()).count()),
            false_alarms: hazards.iter().filter(|one| one.found || !one.wrong.is_empty()).count(),
        }
    }
}

/// The whole page.
pub fn written_page(verdicts: &[WrittenVerdict]) -> String {
    let figures = WrittenFigures::of(verdicts);
    let mut out = String::from(
        "# Provenance\n\nWritten by `richter corpus run`; do not edit. A case carries evidence of one channel; a hazard looks \
         like evidence and is none.\n\n",
    );
    let _ = writeln!(
        out,
        "{} cases with evidence: found in {}, in every point as expected in {}. {} hazards: {} false alarms.\n\n| channel | \
         cases | found | as expected |\n|---|---|---|---|",
        figures.cases,
        share(figures.recall),
        share(figures.exact),
        figures.hazards,
        figures.false_alarms
    );
    let mut channels: BTreeMap<&str, Vec<&WrittenVerdict>> = BTreeMap::new();
    for one in verdicts {
        if let Some(channel) = &one.channel {
            channels.entry(channel).or_default().push(one);
        }
    }
    for (channel, cases) in channels {
        let found = cases.iter().filter(|one| one.found).count();
        let right = cases.iter().filter(|one| one.wrong.is_empty()).count();
        let _ = writeln!(out, "| {channel} | {} | {found} | {right} |", cases.len());
    }
    let wrong: Vec<&WrittenVerdict> = verdicts.iter().filter(|one| !one.wrong.is_empty()).collect();
    if !wrong.is_empty() {
        out.push_str("\nNot as expected:\n\n");
    }
    for one in wrong {
        let _ = writeln!(out, "- {}: {}", one.name, one.wrong.join("; "));
    }
    out
}

/// Thousandths as a share with three decimals.
fn share(milli: u32) -> String {
    format!("{}.{:03}", milli / 1_000, milli % 1_000)
}
