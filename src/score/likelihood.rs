//! How likely the change is to need a fix, from numbers that need neither parsing nor the graph: the scorecard's points
//! with their reasons, the probability they stand for, and the rank among the changes before it.

use super::model::{Feature, Model, value};
use super::{Contribution, Part};
use crate::history::{Features, FileHistory, History};
use crate::location::{Location, RepoPath, Side};
use crate::text::Untrusted;

/// Fewer ancestors than this say nothing about rank (changes).
const PEERS_MIN: usize = 20;
/// With so many ancestors the repository's own usual counts half (changes).
const PEERS_HALF: i32 = 50;
/// The repository's own usual takes away at most so many points.
const USUAL_MAX: i32 = 14;
/// The contribution that every change starts with.
pub const START: &str = "model/start";
/// The contribution of the repository's own usual, which no probability counts: base rates are not known from points.
pub(super) const USUAL: &str = "model/usual-here";

/// One contribution for each feature that earns or costs points.
pub(super) fn contributions(model: &Model, history: &History) -> Vec<Contribution> {
    let features = &history.features;
    let own = model.features.iter().filter_map(|feature| contribution(feature, features, history));
    start(model).into_iter().chain(usual(model, history)).chain(own).collect()
}

/// What sets the repository apart: the model ranks changes well within one repository, but where its ordinary change
/// stands differs with how a team commits and what it writes into messages. Where the usual change of the ranked
/// ancestors looks riskier than elsewhere, that is taken out, the more of them there are; a quiet history adds nothing.
fn usual(model: &Model, history: &History) -> Option<Contribution> {
    let median = median(history.peers.iter().map(|peer| model.feature_points(peer)).collect())?;
    let peers = history.peers.len() as i32;
    let points = (model.usual_points - median) * peers / (peers + PEERS_HALF);
    let points = points.clamp(-USUAL_MAX, 0);
    (points != 0).then(|| Contribution {
        source: Part::Likelihood,
        points,
        why: Untrusted::new("an ordinary change looks riskier here than elsewhere"),
        rule: Some(USUAL.into()),
        location: None,
    })
}

fn median(mut points: Vec<i32>) -> Option<i32> {
    points.sort_unstable();
    points.get(points.len() / 2).copied()
}

/// What every change that does something starts with.
fn start(model: &Model) -> Option<Contribution> {
    let (points, why) = (model.start_points, Untrusted::new("an ordinary change"));
    let rule = Some(START.into());
    (points != 0).then_some(Contribution { source: Part::Likelihood, points, why, rule, location: None })
}

fn contribution(feature: &Feature, features: &Features, history: &History) -> Option<Contribution> {
    let points = feature.points(features);
    if points == 0 {
        return None;
    }
    let value = value(features, &feature.name)?;
    let path = place(&feature.name, value, &history.files);
    let name = path.map_or_else(|| "a touched file".to_owned(), RepoPath::to_text);
    let why = feature.why.replace("{value}", &shown(&feature.name, value)).replace("{path}", &name);
    Some(Contribution {
        source: Part::Likelihood,
        points,
        why: Untrusted::new(singular(&why)),
        rule: Some(format!("model/{}", feature.name.replace('_', "-")).into()),
        location: path.map(|path| Location::whole_file(path.clone(), Side::New)),
    })
}

/// Shares are shown in percent, weighted counts and bits with one decimal.
fn shown(name: &str, value: i64) -> String {
    match name {
        "entropy" | "fixes_weighted" | "fixes_recent" | "recent_weighted" | "directory_fixes" => {
            format!("{}.{}", value / 1000, value % 1000 / 100)
        }
        _ if name.ends_with("_share") => format!("{} %", value / 10),
        _ => value.to_string(),
    }
}

/// `1 lines` reads badly.
fn singular(why: &str) -> String {
    let plural =
        ["lines", "files", "directories", "changes", "authors", "fixes", "days", "commits", "folders", "people"];
    let one = ["line", "file", "directory", "change", "author", "fix", "day", "commit", "folder", "person"];
    let Some(rest) = why.strip_prefix("1 ") else { return why.to_owned() };
    for (many, single) in plural.iter().zip(one) {
        if let Some(tail) = rest.strip_prefix(many) {
            return format!("1 {single}{tail}");
        }
    }
    why.to_owned()
}

/// The file whose history holds the value, for features that are a maximum over files.
fn place<'a>(name: &str, value: i64, files: &'a [FileHistory]) -> Option<&'a RepoPath> {
    let of = |file: &FileHistory| match name {
        "authors" => Some(file.authors),
        "fixes" => Some(file.fixes),
        "last_five_fixed" => Some(file.last_five_fixed),
        "days_since_change" => file.days_since_change,
        _ => None,
    };
    files.iter().find(|file| of(file).is_some_and(|number| i64::from(number) == value))?.path.as_ref()
}

/// Chance in thousandths for so many points.
pub(super) fn probability_milli(model: &Model, points: i32) -> u32 {
    let base = u64::from(model.base_rate_milli.clamp(1, 999));
    // odds in millionths; 0.1 to 10 hundredfold are far outside anything a base rate can mean
    let odds = base * 1_000_000 / (1_000 - base);
    let doublings_milli = (points - model.base_points) * 1_000 / model.doubling_points as i32;
    let odds = scale(odds, doublings_milli).clamp(1, 999_000_000_000);
    ((odds * 1_000 + (odds + 1_000_000) / 2) / (odds + 1_000_000)) as u32
}

/// `odds * 2^(milli / 1000)` in integers, straight lines between tenths, so that every platform gives the same bytes.
fn scale(odds: u64, milli: i32) -> u64 {
    // 1000 * 2^(k/10)
    const TENTH: [u64; 11] = [1000, 1072, 1149, 1231, 1320, 1414, 1516, 1625, 1741, 1866, 2000];
    let (whole, rest) = (milli.div_euclid(1_000).clamp(-20, 20), milli.rem_euclid(1_000) as u64);
    let (tenth, within) = ((rest / 100) as usize, rest % 100);
    let factor = TENTH[tenth] * (100 - within) + TENTH[tenth + 1] * within;
    let scaled = odds * factor / 100_000;
    if whole >= 0 { scaled << whole } else { scaled >> -whole }
}

/// Percent of the ranked ancestors that score lower; ties count half.
pub(super) fn percentile(model: &Model, history: &History) -> Option<u8> {
    if history.peers.len() < PEERS_MIN {
        return None;
    }
    let own = model.feature_points(&history.features);
    let points: Vec<i32> = history.peers.iter().map(|peer| model.feature_points(peer)).collect();
    let lower = points.iter().filter(|peer| **peer < own).count();
    let equal = points.iter().filter(|peer| **peer == own).count();
    Some(((2 * lower + equal) * 50 / points.len()) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_points_double_the_odds() {
        let model = Model::get();
        let odds = |points: i32| {
            let p = f64::from(probability_milli(&model, model.base_points + points)) / 1000.0;
            p / (1.0 - p)
        };
        let double = model.doubling_points as i32;
        assert!((odds(double) / odds(0) - 2.0).abs() < 0.05, "{}", odds(double) / odds(0));
        assert!((odds(0) / odds(-double) - 2.0).abs() < 0.1);
        assert_eq!(probability_milli(&model, model.base_points), model.base_rate_milli);
    }

    #[test]
    fn rank_counts_lower_ancestors_and_half_of_the_equal_ones() {
        let model = Model::get();
        let small = Features { all_added: 0, ..Features::default() };
        let large = Features { calls_added: 5_000, ..Features::default() };
        let mut history = History { known: true, features: large, peers: vec![small; 100], ..History::default() };
        assert_eq!(percentile(&model, &history), Some(100));
        history.features = small;
        assert_eq!(percentile(&model, &history), Some(50));
        history.peers.truncate(PEERS_MIN - 1);
        assert_eq!(percentile(&model, &history), None);
    }

    #[test]
    fn what_is_usual_here_is_taken_out_and_a_quiet_history_adds_nothing() {
        let model = Model::get();
        let quiet = Features { repository_age: 730, ..Features::default() };
        let busy = Features { all_added: 900, words_added: 900, calls_added: 300, branches_added: 90, ..quiet };
        let points = |peer: Features, count| {
            let history = History { known: true, features: busy, peers: vec![peer; count], ..History::default() };
            usual(&model, &history).map_or(0, |contribution| contribution.points)
        };
        assert!(points(busy, 500) < points(busy, 20) && points(busy, 20) < 0);
        assert_eq!((points(busy, 0), points(quiet, 500)), (0, 0));
    }

    #[test]
    fn one_line_is_singular() {
        assert_eq!(singular("1 lines added"), "1 line added");
        assert_eq!(singular("11 lines added"), "11 lines added");
    }
}
