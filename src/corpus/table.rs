//! The outcome of a set as figures and as one Markdown page that is committed and reviewed like code: a row for each
//! family beside the yardsticks, and every pair with what it got, so that a change of behaviour shows where it happens.
//! All figures are whole numbers or thousandths; the page holds no date and no path.

use super::verdict::{Side, Verdict};
use crate::score::Level;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Figures of some pairs; shares in thousandths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub pairs: usize,
    /// The dangerous change scores higher; a tie counts half.
    pub pairwise: u32,
    pub pairwise_size: u32,
    pub pairwise_keywords: u32,
    /// Median of the difference between the scores (points).
    pub gap: i32,
    pub signal_hit: u32,
    pub place_hit: u32,
    /// Signals on a harmless change, in thousandths.
    pub harmless_signals: u32,
    pub dangerous_high: u32,
    pub harmless_medium: u32,
}

impl Figures {
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let all: Vec<&Verdict> = verdicts.into_iter().collect();
        let share = |test: &dyn Fn(&Verdict) -> bool| milli(all.iter().filter(|one| test(one)).count(), all.len());
        let pairwise = |of: &dyn Fn(&Side) -> u32| {
            let half_wins = |one: &&Verdict| match of(&one.dangerous).cmp(&of(&one.harmless)) {
                std::cmp::Ordering::Greater => 2,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Less => 0,
            };
            milli(all.iter().map(half_wins).sum::<usize>(), 2 * all.len())
        };
        let mut gaps: Vec<i32> =
            all.iter().map(|one| i32::from(one.dangerous.score) - i32::from(one.harmless.score)).collect();
        gaps.sort_unstable();
        Self {
            pairs: all.len(),
            pairwise: pairwise(&|side| u32::from(side.score)),
            pairwise_size: pairwise(&|side| side.size),
            pairwise_keywords: pairwise(&|side| side.keywords),
            gap: gaps.get(gaps.len() / 2).copied().unwrap_or(0),
            signal_hit: share(&|one| one.signal_hit),
            place_hit: share(&|one| one.place_hit),
            harmless_signals: milli(all.iter().map(|one| one.harmless.signals.len()).sum(), all.len()),
            dangerous_high: share(&|one| one.dangerous.level >= Level::High),
            harmless_medium: share(&|one| one.harmless.level <= Level::Medium),
        }
    }
}

fn milli(part: usize, whole: usize) -> u32 {
    (part * 1_000 + whole / 2).checked_div(whole).unwrap_or(0) as u32
}

/// Thousandths with two decimals.
fn two(milli: u32) -> String {
    let hundredths = (milli + 5) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// The whole page.
pub fn page(verdicts: &[Verdict]) -> String {
    let mut out = String::from(HEAD);
    let languages: BTreeSet<&str> = verdicts.iter().map(|one| one.language.as_str()).collect();
    let named: Vec<&str> = languages.iter().copied().collect();
    let _ = writeln!(out, "{} pairs in {} languages and formats: {}.\n", verdicts.len(), named.len(), named.join(", "));
    families(&mut out, verdicts);
    pairs(&mut out, verdicts);
    errors(&mut out, verdicts);
    out
}

const HEAD: &str = "# Twins\n\nWritten by `richter corpus run`; do not edit. A pair is a dangerous and a harmless change of \
the same size, in the same\nplace, with the same words. *Pairwise* is the share of pairs in which the dangerous one scores \
higher (a tie counts half);\n*size* and *words* are the same share for the number of changed lines and of alarming words. \
*Gap* is the median difference\nof the scores, *place* the share with a signal on the expected line, *signals* the mean \
number on a harmless change.\n\n";

fn families(out: &mut String, verdicts: &[Verdict]) {
    let mut by_family: BTreeMap<&str, Vec<&Verdict>> = BTreeMap::new();
    verdicts.iter().for_each(|one| by_family.entry(&one.family).or_default().push(one));
    out.push_str(
        "| family | pairs | pairwise | size | words | gap | signal | place | signals | dangerous at high+ | harmless at medium- |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (family, some) in &by_family {
        row(out, family, &Figures::of(some.iter().copied()));
    }
    row(out, "**all**", &Figures::of(verdicts));
}

fn row(out: &mut String, name: &str, figures: &Figures) {
    let Figures { pairs, gap, .. } = figures;
    let cells = [
        figures.pairwise,
        figures.pairwise_size,
        figures.pairwise_keywords,
        figures.signal_hit,
        figures.place_hit,
        figures.harmless_signals,
        figures.dangerous_high,
        figures.harmless_medium,
    ]
    .map(two);
    let [pairwise, size, words, signal, place, signals, high, medium] = cells;
    let _ = writeln!(
        out,
        "| {name} | {pairs} | {pairwise} | {size} | {words} | {gap} | {signal} | {place} | {signals} | {high} | {medium} |"
    );
}

fn pairs(out: &mut String, verdicts: &[Verdict]) {
    out.push_str("\n| pair | family | language | dangerous | harmless | signal | place | signals of the dangerous change | of the harmless one |\n|---|---|---|---|---|---|---|---|---|\n");
    for one in verdicts {
        let got = |side: &Side| format!("{} {}", side.score, side.level.as_str());
        let yes = |hit: bool| if hit { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            one.name,
            one.family,
            one.language,
            got(&one.dangerous),
            got(&one.harmless),
            yes(one.signal_hit),
            yes(one.place_hit),
            one.dangerous.signals.join(" "),
            one.harmless.signals.join(" "),
        );
    }
}

fn errors(out: &mut String, verdicts: &[Verdict]) {
    for one in verdicts {
        if let Some(error) = &one.error {
            let _ = writeln!(out, "\n{} could not be judged: {error}", one.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(dangerous: u8, harmless: u8) -> Verdict {
        let side = |score: u8| Side {
            score,
            level: if score > 26 { Level::High } else { Level::Low },
            signals: vec!["a/b".into(); usize::from(score / 10)],
            size: 2,
            keywords: u32::from(score % 2),
        };
        Verdict {
            name: "n".into(),
            family: "f".into(),
            language: "l".into(),
            dangerous: side(dangerous),
            harmless: side(harmless),
            signal_hit: true,
            place_hit: dangerous > 26,
            error: None,
        }
    }

    #[test]
    fn ties_count_half_and_shares_are_thousandths() {
        let figures = Figures::of(&[verdict(30, 10), verdict(9, 9), verdict(5, 40), verdict(31, 2)]);
        assert_eq!((figures.pairs, figures.pairwise, figures.pairwise_size), (4, 625, 500));
        assert_eq!((figures.place_hit, figures.dangerous_high, figures.harmless_medium), (500, 500, 750));
        assert_eq!((figures.harmless_signals, figures.gap), (1_250, 20));
        assert_eq!(Figures::of(&[]), Figures::default());
        assert_eq!((two(625), two(1_250), two(995)), ("0.63".into(), "1.25".into(), "1.00".into()));
    }
}
