//! The outcome of a labelled set: every change with what richter said of it, and the rankings that are set side by side: the
//! score, the likelihood alone, lines added, the regression of the field, and chance. Pages and tables are made of this.

use super::figures::{Figures, Scored};
use super::logistic::cross_fitted;
use crate::history::{Features, UNKNOWN};
use crate::report::Report;
use crate::score::Level;
use crate::text::Untrusted;

/// A judged commit with its label.
#[derive(Clone, Debug)]
pub struct Judged {
    pub commit: String,
    pub subject: Untrusted,
    /// Reverted or repaired later.
    pub positive: bool,
    /// Seconds.
    pub time: i64,
    pub added: u32,
    /// Lines added and deleted.
    pub churn: u32,
    pub score: u8,
    pub level: Level,
    pub probability: Option<f64>,
    pub features: Features,
    /// Points and words of the largest contributions.
    pub reasons: Vec<(i32, Untrusted)>,
}

/// Reasons that are kept of each change (count).
const REASONS_MAX: usize = 4;

impl Judged {
    pub fn new(commit: &str, positive: bool, report: &Report) -> Self {
        let lines = |lines: u64| u32::try_from(lines).unwrap_or(u32::MAX);
        let (added, deleted) = (lines(report.change.lines_added()), lines(report.change.lines_deleted()));
        let assessment = &report.assessment;
        let message = report.change.commits.last().map_or("", |commit| commit.message.raw());
        let subject = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no message)");
        let reasons = assessment.contributions.iter().filter(|one| one.rule.as_deref() != Some(crate::score::START));
        Self {
            commit: commit.to_owned(),
            subject: Untrusted::new(subject),
            positive,
            time: report.change.as_of.unwrap_or(0),
            added,
            churn: added.saturating_add(deleted),
            score: assessment.score,
            level: assessment.level,
            probability: assessment.probability_milli.map(|milli| f64::from(milli) / 1000.0),
            features: report.history.features,
            reasons: reasons.take(REASONS_MAX).map(|one| (one.points, one.why.clone())).collect(),
        }
    }
}

/// A judged set.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the set is called on pages.
    pub name: String,
    /// In order of time.
    pub rows: Vec<Judged>,
    pub rankings: Vec<Ranked>,
}

/// One way to rank the set, and how good it is.
#[derive(Clone, Debug)]
pub struct Ranked {
    pub name: &'static str,
    pub scored: Vec<Scored>,
    pub figures: Figures,
}

/// Score and probability of a row.
type Rank<'a> = dyn Fn(usize, &Judged) -> (f64, Option<f64>) + 'a;

impl Outcome {
    pub fn new(name: String, mut rows: Vec<Judged>) -> Self {
        rows.sort_by(|a, b| (a.time, &a.commit).cmp(&(b.time, &b.commit)));
        let rankings = rankings(&rows);
        Self { name, rows, rankings }
    }

    pub fn positives(&self) -> usize {
        self.rows.iter().filter(|row| row.positive).count()
    }

    /// Figures by the name of the ranking.
    pub fn figures(&self, name: &str) -> Option<&Figures> {
        self.rankings.iter().find(|ranked| ranked.name == name).map(|ranked| &ranked.figures)
    }

    /// From the first change to the last, at least one.
    pub fn weeks(&self) -> f64 {
        let span = self.rows.last().map_or(0, |row| row.time) - self.rows.first().map_or(0, |row| row.time);
        (span as f64 / (7.0 * 86_400.0)).max(1.0)
    }

    /// Changes of a level, and how many of them were reverted or repaired.
    pub fn at_level(&self, level: Level) -> (usize, usize) {
        let here = || self.rows.iter().filter(|row| row.level == level);
        (here().count(), here().filter(|row| row.positive).count())
    }

    /// Changes that turned out bad and ranked lowest, worst first.
    pub fn misses(&self, most: usize) -> Vec<&Judged> {
        self.furthest(most, true)
    }

    /// Changes that held and ranked highest, worst first.
    pub fn false_alarms(&self, most: usize) -> Vec<&Judged> {
        self.furthest(most, false)
    }

    fn furthest(&self, most: usize, positive: bool) -> Vec<&Judged> {
        let mut rows: Vec<&Judged> = self.rows.iter().filter(|row| row.positive == positive).collect();
        let chance = |row: &Judged| row.probability.unwrap_or(0.5);
        rows.sort_by(|a, b| {
            let by = (a.score.cmp(&b.score)).then(chance(a).total_cmp(&chance(b)));
            (if positive { by } else { by.reverse() }).then(a.commit.cmp(&b.commit))
        });
        rows.truncate(most);
        rows
    }
}

fn rankings(rows: &[Judged]) -> Vec<Ranked> {
    let with = |name, score: &Rank<'_>| {
        let scored = |(at, row): (usize, &Judged)| {
            let (score, probability) = score(at, row);
            Scored { score, positive: row.positive, time: row.time, churn: row.churn, probability }
        };
        let scored: Vec<Scored> = rows.iter().enumerate().map(scored).collect();
        Ranked { name, figures: Figures::of(&scored), scored }
    };
    let values: Vec<Vec<f64>> = rows.iter().map(|row| metrics(&row.features)).collect();
    let labels: Vec<bool> = rows.iter().map(|row| row.positive).collect();
    let regression = cross_fitted(&values, &labels);
    // the same order on every machine, and no pattern
    let chance = |at: usize| (at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) as f64;
    vec![
        with("richter", &|_, row| (f64::from(row.score), row.probability)),
        with("likelihood alone", &|_, row| (row.probability.unwrap_or(0.5), row.probability)),
        with("lines added", &|_, row| (f64::from(row.added), None)),
        with("14 metrics", &|at, _| (regression[at], None)),
        with("chance", &|at, _| (chance(at), None)),
    ]
}

/// The fourteen metrics of Kamei et al., as near as the features come, on a log scale.
fn metrics(features: &Features) -> Vec<f64> {
    let all = [
        features.subsystems,
        features.directories,
        features.all_files,
        features.entropy,
        features.all_added,
        features.all_deleted,
        features.lines_before_sum,
        features.says_fix,
        features.authors,
        features.days_since_change,
        features.changes_sum,
        features.author_commits,
        features.author_month,
        features.author_directory_changes,
    ];
    all.iter().map(|value| if *value == UNKNOWN { 0.0 } else { f64::from(*value).ln_1p() }).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A change of so many lines; those of more than ten turned out bad.
    pub fn judged(at: u32, added: u32) -> Judged {
        let score = added.min(100) as u8;
        Judged {
            commit: format!("{at:040x}"),
            subject: Untrusted::new(format!("<b>change {at}</b>")),
            positive: added > 10,
            time: i64::from(at) * 86_400,
            added,
            churn: added,
            score,
            level: if score > 15 { Level::High } else { Level::Low },
            probability: Some(f64::from(score) / 100.0),
            features: Features { all_added: added, ..Features::default() },
            reasons: vec![(3, Untrusted::new("many <lines>"))],
        }
    }

    pub fn outcome() -> Outcome {
        Outcome::new("a set".into(), (0..40).map(|at| judged(at, at * 7 % 20)).collect())
    }

    #[test]
    fn rankings_stand_side_by_side_and_the_worst_are_at_the_ends() {
        let found = outcome();
        assert_eq!((found.rows.len(), found.positives()), (40, 18));
        assert_eq!(found.figures("richter").map(|f| f.auc), Some(1.0));
        assert_eq!(found.figures("lines added").map(|f| f.auc), Some(1.0));
        assert!(found.figures("chance").is_some_and(|f| (0.2..0.8).contains(&f.auc)));
        assert_eq!(found.misses(1)[0].score, 11);
        assert_eq!(found.false_alarms(1)[0].score, 10);
        assert_eq!(found.at_level(Level::High), (8, 8));
    }
}
