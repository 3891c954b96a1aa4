//! The page of `corpus report`: how well richter ranked sets of known outcome, as one file that needs nothing else. Each set
//! has its figures, four plots (ROC, gain, calibration, levels) and the changes that it got most wrong, both ways.

use super::figures::{Figures, GATES, Scored};
use super::outcome::{Judged, Outcome, Ranked};
use crate::render::html::{Line, Stack, lines, page, safe, stacks};
use crate::score::Level;
use crate::text::visible;
use minijinja::{Value, context};

/// The worst misses and false alarms that are shown (changes), and points of a curve.
const WORST_MAX: usize = 12;
const CURVE_POINTS: usize = 100;

/// The page. `links` are where a commit of each set can be looked at, with `{sha}` in place of its name.
pub fn report_page(outcomes: &[Outcome], links: &[String]) -> Result<String, minijinja::Error> {
    let sets: Vec<Value> =
        outcomes.iter().enumerate().map(|(at, outcome)| set(at, outcome, links.get(at).map(String::as_str))).collect();
    let changes: usize = outcomes.iter().map(|outcome| outcome.rows.len()).sum();
    let positives: usize = outcomes.iter().map(Outcome::positives).sum();
    page(
        include_str!("report.html"),
        context! { sets, changes, positives, version => env!("CARGO_PKG_VERSION"), gates => GATES },
    )
}

fn set(at: usize, outcome: &Outcome, link: Option<&str>) -> Value {
    let own = &outcome.rankings[0].figures;
    let base = outcome.positives() as f64 / outcome.rows.len().max(1) as f64;
    context! {
        id => at,
        name => visible(&outcome.name),
        changes => outcome.rows.len(),
        positives => outcome.positives(),
        weeks => format!("{:.0}", outcome.weeks()),
        base => percent(base),
        auc => two(own.auc), auc_low => two(own.auc_low), auc_high => two(own.auc_high),
        matched => own.matched.map(two),
        ten => percent(own.recall[1]),
        ece => own.ece.map(|ece| format!("{ece:.3}")),
        rows => outcome.rankings.iter().map(row).collect::<Vec<_>>(),
        roc => safe(roc(outcome)),
        gain => safe(gain(outcome)),
        calibration => safe(calibration(&outcome.rankings[0].scored)),
        levels => safe(levels(outcome)),
        misses => outcome.misses(WORST_MAX).into_iter().map(|row| change(row, link)).collect::<Vec<_>>(),
        alarms => outcome.false_alarms(WORST_MAX).into_iter().map(|row| change(row, link)).collect::<Vec<_>>(),
    }
}

fn two(value: f64) -> String {
    format!("{value:.2}")
}

/// With a space that does not break.
fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", 100.0 * share)
}

fn row(ranked: &Ranked) -> Value {
    let Figures { recall, recall_between, .. } = &ranked.figures;
    let gates = recall.iter().zip(recall_between);
    let gate = |(share, (low, high)): (&f64, &(f64, f64))| {
        context! { share => percent(*share), low => format!("{:.0}", 100.0 * low), high => format!("{:.0}", 100.0 * high) }
    };
    let found = &ranked.figures;
    context! {
        name => ranked.name,
        auc => format!("{:.3}", found.auc), low => two(found.auc_low), high => two(found.auc_high),
        matched => found.matched.map_or_else(|| "-".to_owned(), two),
        precision => two(found.average_precision),
        gates => gates.map(gate).collect::<Vec<_>>(),
        ten => percent(found.precision_at_ten),
        lines => percent(found.recall_at_fifth_of_lines),
        brier => found.brier.map(|value| format!("{value:.3}")),
        ece => found.ece.map(|value| format!("{value:.3}")),
    }
}

fn change(row: &Judged, link: Option<&str>) -> Value {
    let reasons = row.reasons.iter().map(|(points, why)| context! { points, why => visible(why.raw()) });
    context! {
        commit => row.commit.as_str(),
        link => link.map(|link| link.replace("{sha}", &row.commit)).filter(|link| is_web(link)),
        subject => visible(row.subject.raw()),
        score => row.score,
        level => row.level.as_str(),
        chance => row.probability.map(percent),
        added => row.added,
        deleted => row.churn - row.added.min(row.churn),
        reasons => reasons.collect::<Vec<_>>(),
    }
}

/// Nothing but an address of the web becomes a link.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

/// Name of the ranking, colour and dash, in the order in which lines are drawn.
const DRAWN: [(&str, &str, bool); 3] =
    [("14 metrics", "medium", false), ("lines added", "second", false), ("richter", "first", false)];

/// A curve for each drawn ranking, and a straight one for chance.
fn curves(outcome: &Outcome, of: impl Fn(&[Scored]) -> Vec<(f64, f64)>) -> Vec<Line> {
    let chance = Line { name: "chance".into(), colour: "line", points: vec![(0.0, 0.0), (1.0, 1.0)], dashed: true };
    let line = |(name, colour, dashed): &(&str, &'static str, bool)| {
        let ranked = outcome.rankings.iter().find(|ranked| ranked.name == *name)?;
        Some(Line { name: (*name).to_owned(), colour, points: of(&ranked.scored), dashed: *dashed })
    };
    std::iter::once(chance).chain(DRAWN.iter().filter_map(line)).collect()
}

fn axis(value: f64) -> String {
    format!("{:.0} %", 100.0 * value)
}

fn roc(outcome: &Outcome) -> String {
    let series = curves(outcome, |scored| walk(scored, |row| if row.positive { (0.0, 1.0) } else { (1.0, 0.0) }));
    lines("share of the bad changes against share of the good ones", &series, ["0 %", "good: 100 %"], 1.0, axis)
}

fn gain(outcome: &Outcome) -> String {
    let series = curves(outcome, |scored| walk(scored, |row| (1.0, if row.positive { 1.0 } else { 0.0 })));
    lines("share of the bad changes that a gate catches", &series, ["0 %", "gated: 100 %"], 1.0, axis)
}

/// Goes through the ranking from the top and adds up what each change brings to both axes, as shares of the whole. Changes
/// of equal score are one step.
fn walk(scored: &[Scored], step: impl Fn(&Scored) -> (f64, f64)) -> Vec<(f64, f64)> {
    let mut order: Vec<&Scored> = scored.iter().collect();
    order.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut points = vec![(0.0, 0.0)];
    let (mut x, mut y) = (0.0, 0.0);
    for run in order.chunk_by(|a, b| a.score == b.score) {
        for row in run {
            let (right, up) = step(row);
            (x, y) = (x + right, y + up);
        }
        points.push((x, y));
    }
    let thin = (points.len() / CURVE_POINTS).max(1);
    let last = points.len() - 1;
    let kept = points.into_iter().enumerate().filter(|(at, _)| at % thin == 0 || *at == last);
    kept.map(|(_, (a, b))| (if x > 0.0 { a / x } else { 0.0 }, if y > 0.0 { b / y } else { 0.0 })).collect()
}

/// Changes by the chance that was stated: ten groups of equal number, what was said against what happened.
fn calibration(scored: &[Scored]) -> String {
    let mut known: Vec<(f64, bool)> = scored.iter().filter_map(|row| Some((row.probability?, row.positive))).collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let groups = known.chunks(known.len().div_ceil(10).max(1));
    let mean = |group: &[(f64, bool)]| {
        let n = group.len() as f64;
        let bad = group.iter().filter(|(_, positive)| *positive).count();
        (group.iter().map(|(chance, _)| chance).sum::<f64>() / n, bad as f64 / n)
    };
    let points: Vec<(f64, f64)> = groups.map(mean).collect();
    let ideal = Line { name: "as stated".into(), colour: "line", points: vec![(0.0, 0.0), (1.0, 1.0)], dashed: true };
    let found = Line { name: "what happened".into(), colour: "first", points, dashed: false };
    lines(
        "chance that was stated against share that turned out bad",
        &[ideal, found],
        ["0 %", "stated: 100 %"],
        1.0,
        axis,
    )
}

fn levels(outcome: &Outcome) -> String {
    let bar = |level: &Level| {
        let (here, bad) = outcome.at_level(*level);
        let share = if here == 0 { 0.0 } else { bad as f64 / here as f64 };
        Stack {
            label: format!("{}: {} bad", level.as_str(), axis(share)),
            parts: vec![("critical", bad as u32), ("low", (here - bad) as u32)],
        }
    };
    stacks("changes by level, the bad ones below", &Level::ALL.iter().map(bar).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::outcome;
    use super::*;

    #[test]
    fn a_perfect_ranking_goes_up_before_it_goes_right() {
        let found = outcome();
        let points = walk(&found.rankings[0].scored, |row| if row.positive { (0.0, 1.0) } else { (1.0, 0.0) });
        assert!(
            points.contains(&(0.0, 1.0)) && points.first() == Some(&(0.0, 0.0)) && points.last() == Some(&(1.0, 1.0))
        );
        assert!(points.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
    }

    #[test]
    fn a_page_holds_plots_worst_changes_and_links_and_escapes_what_it_shows() {
        let link = "https://forge.example/c/{sha}".to_owned();
        let page = report_page(&[outcome()], &[link]).expect("a page");
        assert_eq!(page.matches("<svg").count(), 4);
        let worst = &outcome().misses(1)[0].commit.clone();
        assert!(
            page.contains(&format!("https://forge.example/c/{worst}")) || page.contains(&format!("{worst}\"")),
            "{page}"
        );
        assert!(page.contains("change 1") && !page.contains("<b>change") && !page.contains("many <lines>"));
        assert!(!page.contains("<script") && page.contains("Content-Security-Policy"));
        let page = report_page(&[outcome()], &["javascript:alert(1)".to_owned()]).expect("a page");
        assert!(!page.contains("javascript:"));
    }
}
