//! `.richter/config.toml`: level thresholds, zones, limits and accepted false alarms of a team. Always read from the
//! deciding commit, never from the change. Everything is optional; a mistake is an error with its place, because a
//! configuration that silently does nothing would be taken for protection. Reading the file is the caller's business.

use crate::data::{self, DataError};
use crate::limits;
use crate::zones::ZoneFile;
use serde::Deserialize;
use std::sync::Arc;
use toml::Spanned;

/// Scores (0 to 100) at which a level begins; below `medium` is low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub medium: u8,
    pub high: u8,
    pub critical: u8,
}

/// A false alarm that the team accepts, in the open: listed in every report it touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// Rule id.
    pub rule: Arc<str>,
    /// Glob on the path.
    pub path: Arc<str>,
    pub reason: Arc<str>,
    /// Day (`2026-12-31`) after which it no longer holds, against the change's as-of time; seconds since 1970 of the
    /// end of that day.
    pub until: Option<i64>,
}

/// A team's configuration, or the defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub thresholds: Thresholds,
    pub accept: Vec<Accept>,
    /// `[[zone]]` tables, each as the text of a zone file, with the file name for errors.
    pub zones: Vec<(String, String)>,
    /// `[limits]`: commits that history looks back, files the graph indexes, distance it walks.
    pub history_commits: usize,
    pub graph_files: usize,
    pub graph_distance: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            thresholds: Thresholds { medium: 23, high: 39, critical: 60 },
            accept: Vec::new(),
            zones: Vec::new(),
            history_commits: limits::HISTORY_COMMITS_MAX,
            graph_files: limits::GRAPH_FILES_MAX,
            graph_distance: limits::GRAPH_DISTANCE_MAX,
        }
    }
}

/// The file as it is written. Positions are kept for what serde cannot check.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    levels: Option<Spanned<Levels>>,
    accept: Vec<WrittenAccept>,
    zone: Vec<Spanned<ZoneFile>>,
    limits: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    medium: Option<u8>,
    high: Option<u8>,
    critical: Option<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAccept {
    rule: Spanned<String>,
    #[serde(default = "everywhere")]
    path: Spanned<String>,
    reason: Spanned<String>,
    until: Option<Spanned<toml::Value>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    history_commits: Option<Spanned<u64>>,
    graph_files: Option<Spanned<u64>>,
    graph_distance: Option<Spanned<u64>>,
}

fn everywhere() -> Spanned<String> {
    Spanned::new(0..0, "**".to_owned())
}

impl Config {
    /// Parses a configuration file. `file` is its name in errors.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let text = data::utf8(file, bytes)?;
        let written: Written = data::parse(file, text)?;
        let place = Place { file, text };
        let mut config = Self::default();
        if let Some(levels) = &written.levels {
            config.thresholds = place.thresholds(levels, config.thresholds)?;
        }
        config.accept = written.accept.iter().map(|accept| place.accept(accept)).collect::<Result<_, _>>()?;
        config.zones = written.zone.iter().map(|zone| place.zone(zone)).collect::<Result<_, _>>()?;
        let limits = &written.limits;
        let bound = |given: &Option<Spanned<u64>>, name, max: usize| place.limit(given, name, max);
        config.history_commits = bound(&limits.history_commits, "history_commits", config.history_commits)?;
        config.graph_files = bound(&limits.graph_files, "graph_files", config.graph_files)?;
        config.graph_distance = bound(&limits.graph_distance, "graph_distance", config.graph_distance as usize)? as u32;
        Ok(config)
    }
}

/// Where errors are placed.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn error<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> DataError {
        DataError::at(self.file, self.text, at.span().start, message)
    }

    fn thresholds(&self, levels: &Spanned<Levels>, defaults: Thresholds) -> Result<Thresholds, DataError> {
        let given = levels.get_ref();
        let found = Thresholds {
            medium: given.medium.unwrap_or(defaults.medium),
            high: given.high.unwrap_or(defaults.high),
            critical: given.critical.unwrap_or(defaults.critical),
        };
        let Thresholds { medium, high, critical } = found;
        if medium >= 1 && medium < high && high < critical && critical <= 100 {
            return Ok(found);
        }
        let message =
            format!("levels must ascend within 1 to 100: medium < high < critical, found {medium}, {high}, {critical}");
        Err(self.error(levels, message))
    }

    fn accept(&self, written: &WrittenAccept) -> Result<Accept, DataError> {
        let filled = |field: &Spanned<String>, name: &str| match field.get_ref().trim() {
            "" => Err(self.error(field, format!("`{name}` must not be empty"))),
            text => Ok(Arc::<str>::from(text)),
        };
        let path = filled(&written.path, "path")?;
        globset::Glob::new(&path).map_err(|error| self.error(&written.path, format!("glob: {}", error.kind())))?;
        Ok(Accept {
            rule: filled(&written.rule, "rule")?,
            path,
            reason: filled(&written.reason, "reason")?,
            until: written.until.as_ref().map(|until| self.until(until)).transpose()?,
        })
    }

    fn until(&self, until: &Spanned<toml::Value>) -> Result<i64, DataError> {
        let day = match until.get_ref() {
            toml::Value::String(text) => end_of_day(text),
            toml::Value::Datetime(date) if date.time.is_none() => end_of_day(&date.to_string()),
            _ => None,
        };
        day.ok_or_else(|| self.error(until, "`until` must be a day such as \"2026-12-31\""))
    }

    fn zone(&self, zone: &Spanned<ZoneFile>) -> Result<(String, String), DataError> {
        let written = zone.get_ref();
        let id = written.id.as_deref().ok_or_else(|| self.error(zone, "a `[[zone]]` needs an `id`"))?;
        crate::zones::check(id, written).map_err(|message| self.error(zone, message))?;
        let text = toml::to_string(written).map_err(|error| self.error(zone, error.to_string()))?;
        Ok((self.file.to_owned(), text))
    }

    /// A limit may be lowered, not raised over what protects the process.
    fn limit(&self, given: &Option<Spanned<u64>>, name: &str, max: usize) -> Result<usize, DataError> {
        let Some(given) = given else { return Ok(max) };
        match usize::try_from(*given.get_ref()) {
            Ok(value) if (1..=max).contains(&value) => Ok(value),
            _ => Err(self.error(given, format!("`{name}` must be between 1 and {max}"))),
        }
    }
}

/// The last second of a day `YYYY-MM-DD` in UTC, in seconds since 1970; none if there is no such day.
fn end_of_day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let digits = bytes.iter().enumerate().all(|(at, b)| at == 4 || at == 7 || b.is_ascii_digit());
    if !shape || !digits {
        return None;
    }
    let (year, month, day): (i64, i64, i64) =
        (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || year < 1970 {
        return None;
    }
    Some((days_since_1970(year, month, day) + 1) * 86_400 - 1)
}

/// Days of the proleptic Gregorian calendar; the year is counted from March, so that the leap day comes last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year / 4 - year / 100 + year / 400;
    let before_month = (153 * month + 2) / 5;
    // day 0 of this count is 1 March of year 0; 719,468 days later is 1 January 1970
    year * 365 + leaps + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse("c.toml", text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_empty_file_is_the_default() {
        assert_eq!(parse(""), Ok(Config::default()));
    }

    #[test]
    fn everything_that_is_written_is_read() {
        let text = "
[levels]
high = 40
[[accept]]
rule = \"config/timeout-cut\"
path = \"deploy/**\"
reason = \"load test\"
until = 2026-12-31
[[zone]]
id = \"ledger\"
words = [\"ledger\"]
[limits]
history_commits = 10
";
        let config = parse(text).expect("valid");
        assert_eq!(config.thresholds, Thresholds { medium: 23, high: 40, critical: 60 });
        assert_eq!((&*config.accept[0].rule, config.accept[0].until), ("config/timeout-cut", Some(1_798_761_599)));
        assert_eq!(config.history_commits, 10);
        let zones = crate::zones::Zones::load(&config.zones).expect("zones load");
        assert!(zones.get("ledger").is_some_and(|zone| zone.configured));
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        for (text, place, part) in [
            ("[level]\n", "c.toml:1:2", "unknown field `level`, expected one of"),
            ("[levels]\nhihg = 1\n", "c.toml:2:1", "expected one of `medium`"),
            ("\n[levels]\nmedium = 50\n", "c.toml:2:1", "50, 39, 60"),
            ("[levels]\ncritical = 101\n", "c.toml:1:1", "within 1 to 100"),
            ("[[accept]]\nrule = \"a\"\npath = \"b\"\n", "c.toml:1:1", "missing field `reason`"),
            ("[[accept]]\nrule = \"a\"\nreason = \" \"\n", "c.toml:3:10", "`reason` must not be empty"),
            ("[[accept]]\nrule = \"a\"\nreason = \"b\"\nuntil = \"2026-02-30\"\n", "c.toml:4:9", "must be a day"),
            ("[[zone]]\nwords = [\"a\"]\n", "c.toml:1:1", "needs an `id`"),
            ("[limits]\ngraph_files = 0\n", "c.toml:2:15", "between 1 and"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.starts_with(place) && error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn days_end_in_their_last_second() {
        assert_eq!(end_of_day("1970-01-01"), Some(86_399));
        assert_eq!(end_of_day("2024-02-29"), Some(1_709_251_199));
        for bad in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024-01-01x", "soon"] {
            assert_eq!(end_of_day(bad), None, "{bad}");
        }
    }
}
