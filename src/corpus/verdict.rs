//! What richter says about one twin: both scores and levels, whether the expected signal fired on the dangerous change,
//! whether a signal stands on the expected line, and how many stand on the harmless one.

use super::baselines;
use super::twin::{Place, Twin, Variant};
use crate::assess::{Deciding, Options, Session, assess};
use crate::report::Report;
use crate::rules::Signal;
use crate::score::Level;

/// A signal that covers more lines than this stands on no line in particular (lines).
const PLACE_LINES_MAX: u32 = 10;

/// What one of the two changes got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub score: u8,
    pub level: Level,
    /// Rules of the signals, in the report's order.
    pub signals: Vec<String>,
    /// Changed lines, and alarming words on them.
    pub size: u32,
    pub keywords: u32,
}

/// The outcome of one twin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub name: String,
    pub family: String,
    pub language: String,
    pub dangerous: Side,
    pub harmless: Side,
    /// One of the expected signals fired on the dangerous change.
    pub signal_hit: bool,
    /// A signal of the dangerous change stands on the expected line.
    pub place_hit: bool,
    /// Why it could not be judged; everything else is then as if nothing had been found.
    pub error: Option<String>,
}

/// Judges both changes of a twin.
pub fn judge(twin: &Twin) -> Verdict {
    let (dangerous, harmless) = (report(twin, Variant::Dangerous), report(twin, Variant::Harmless));
    let error = dangerous.as_ref().err().or(harmless.as_ref().err()).cloned();
    let signals = dangerous.as_ref().map(|report| report.signals.clone()).unwrap_or_default();
    Verdict {
        name: twin.name.clone(),
        family: twin.family.clone(),
        language: twin.language.clone(),
        dangerous: side(dangerous.as_ref().ok()),
        harmless: side(harmless.as_ref().ok()),
        signal_hit: signals.iter().any(|signal| expected(&signal.rule, &twin.signals)),
        place_hit: signals.iter().any(|signal| stands_on(signal, &twin.place)),
        error,
    }
}

fn report(twin: &Twin, variant: Variant) -> Result<Report, String> {
    let (input, options, session) = (twin.input(variant), Options::default(), Session::default());
    let deciding = Deciding::read(&input.deciding, None, &options, &session).map_err(|error| error.to_string())?;
    Ok(assess(&input, &deciding, &options, &session))
}

fn side(report: Option<&Report>) -> Side {
    let Some(report) = report else {
        return Side { score: 0, level: Level::Low, signals: Vec::new(), size: 0, keywords: 0 };
    };
    Side {
        score: report.assessment.score,
        level: report.assessment.level,
        signals: report.signals.iter().map(|signal| signal.rule.to_string()).collect(),
        size: baselines::size(&report.change),
        keywords: baselines::keywords(&report.change),
    }
}

fn expected(rule: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|one| if one.ends_with('/') { rule.starts_with(one.as_str()) } else { rule == one })
}

fn stands_on(signal: &Signal, place: &Place) -> bool {
    let (at, lines) = (&signal.location, signal.location.lines);
    let here = at.path.to_text() == place.path && at.side == place.side;
    here && (lines.start == place.line || (lines.contains(place.line) && lines.end - lines.start < PLACE_LINES_MAX))
}
