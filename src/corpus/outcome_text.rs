//! Outcomes in words: a table for the terminal, the section of the committed results, and the one screen that a team asks
//! for. Numbers have two or three places; there is no date and no path.

use super::figures::{Figures, GATES};
use super::outcome::Outcome;
use crate::score::Level;
use std::fmt::Write;

/// Three places; a dash where there is none.
fn three(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.3}"))
}

/// One set as a table for the terminal.
pub fn outcome_table(outcome: &Outcome) -> String {
    let mut out = format!("{}: {} commits, {} positive\n", outcome.name, outcome.rows.len(), outcome.positives());
    out.push_str(
        "                  AUC   [95 %]          same size  PR-AUC  top 5 %  10 %  30 %  50 %  P@10  20% lines  Brier  ECE\n",
    );
    for ranked in &outcome.rankings {
        let found = &ranked.figures;
        let [five, ten, thirty, fifty] = found.recall;
        let _ = writeln!(
            out,
            "{:<17} {:.3} [{:.3}, {:.3}]  {:>9}  {:.3}   {five:>7.2}  {ten:.2}  {thirty:.2}  {fifty:.2}  {:.2}  {:>9.2}  {:>5}  {}",
            ranked.name,
            found.auc,
            found.auc_low,
            found.auc_high,
            three(found.matched),
            found.average_precision,
            found.precision_at_ten,
            found.recall_at_fifth_of_lines,
            three(found.brier),
            three(found.ece),
        );
    }
    let [_, (low, high), ..] = outcome.rankings[0].figures.recall_between;
    let _ = writeln!(out, "(of the richter row, top 10 % lies in [{low:.2}, {high:.2}] with 95 %)");
    out
}

/// The section of the committed results.
pub fn outcome_section(outcomes: &[Outcome]) -> String {
    let mut out = String::from(
        "Written by `richter corpus run --set LABELS=REPOSITORY`; do not edit. *AUC* is the chance that a change which was later\n\
         reverted or repaired ranks above one that was not, with its 95 % interval; *same size* compares only changes of about the\n\
         same size and time; *top 10 %* is the share of the bad changes among that tenth of all, with its 95 % interval. The *14 metrics*\n\
         are a regression that was fitted on the very set it ranks, which flatters it.\n\n\
         | set | ranked by | AUC | same size | PR-AUC (base rate) | top 5 % | top 10 % | top 30 % | top 50 % | precision at 10 % | in 20 % of the lines | Brier | ECE |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for outcome in outcomes {
        let base = outcome.positives() as f64 / outcome.rows.len().max(1) as f64;
        for (at, ranked) in outcome.rankings.iter().enumerate() {
            let name =
                if at == 0 { format!("{} ({} changes)", outcome.name, outcome.rows.len()) } else { String::new() };
            let _ = writeln!(out, "| {name} | {} |{}", ranked.name, cells(&ranked.figures, base));
        }
    }
    if outcomes.len() > 1 {
        means(&mut out, outcomes);
    }
    out
}

fn cells(found: &Figures, base: f64) -> String {
    let gate = |at: usize| {
        let (low, high) = found.recall_between[at];
        format!("{:.2} [{low:.2}, {high:.2}]", found.recall[at])
    };
    format!(
        " {:.3} [{:.3}, {:.3}] | {} | {:.3} ({base:.3}) | {} | {} | {} | {} | {:.2} | {:.2} | {} | {} |",
        found.auc,
        found.auc_low,
        found.auc_high,
        three(found.matched),
        found.average_precision,
        gate(0),
        gate(1),
        gate(2),
        gate(3),
        found.precision_at_ten,
        found.recall_at_fifth_of_lines,
        three(found.brier),
        three(found.ece),
    )
}

/// The mean over the sets, for each ranking.
fn means(out: &mut String, outcomes: &[Outcome]) {
    let n = outcomes.len() as f64;
    for name in outcomes[0].rankings.iter().map(|ranked| ranked.name) {
        let all: Vec<&Figures> = outcomes.iter().filter_map(|outcome| outcome.figures(name)).collect();
        let mean = |of: &dyn Fn(&Figures) -> f64| all.iter().map(|found| of(found)).sum::<f64>() / n;
        let gates: Vec<String> = (0..4).map(|at| format!("{:.2}", mean(&|found| found.recall[at]))).collect();
        let _ = writeln!(
            out,
            "| **mean** | {name} | {:.3} | {:.3} | {:.3} | {} | {:.2} | {:.2} | | |",
            mean(&|found| found.auc),
            mean(&|found| found.matched.unwrap_or(0.5)),
            mean(&|found| found.average_precision),
            gates.join(" | "),
            mean(&|found| found.precision_at_ten),
            mean(&|found| found.recall_at_fifth_of_lines),
        );
    }
}

/// Puts a section under its title into a page, in place of the one that is there; everything else stays.
pub fn with_section(page: &str, title: &str, body: &str) -> String {
    let heading = format!("# {title}");
    let mut parts: Vec<String> = Vec::new();
    for line in page.lines() {
        if parts.is_empty() || line.starts_with("# ") {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    let own = format!("{heading}\n\n{}\n", body.trim_end());
    match parts.iter().position(|part| part.lines().next() == Some(&heading)) {
        Some(at) if at + 1 == parts.len() => parts[at] = own,
        Some(at) => parts[at] = own + "\n",
        None => {
            if let Some(last) = parts.last_mut() {
                last.push('\n');
            }
            parts.push(own);
        }
    }
    parts.concat()
}

/// One screen for a team.
pub fn screen(outcome: &Outcome, wait_days: u32) -> String {
    let (positives, weeks) = (outcome.positives(), outcome.weeks());
    let (own, size) = (&outcome.rankings[0].figures, &outcome.rankings[2].figures);
    let mut out = format!(
        "{} changes over {weeks:.0} weeks; {positives} of them were later reverted or repaired.\n\
         (Changes of the last {wait_days} days are left out: nobody knows yet.)\n\n\
         If the riskiest changes had been looked at twice, that would have caught of those {positives}:\n\n\
         \x20            changes a week   by richter             by size alone   by chance\n",
        outcome.rows.len()
    );
    for (at, gate) in GATES.iter().enumerate() {
        let a_week = outcome.rows.len() as f64 * *gate as f64 / 100.0 / weeks;
        let (low, high) = own.recall_between[at];
        let _ = writeln!(
            out,
            "top {gate:>2} %      {a_week:>10.1}       {:>3.0} % (between {:>2.0} and {:>3.0})   {:>3.0} %           {gate:>3} %",
            100.0 * own.recall[at],
            100.0 * low,
            100.0 * high,
            100.0 * size.recall[at]
        );
    }
    levels(&mut out, outcome, weeks);
    let _ = writeln!(
        out,
        "\nRanking: AUC {:.2} [{:.2}, {:.2}] (size {:.2}); among changes of the same size and time {:.2} (size {:.2}).",
        own.auc,
        own.auc_low,
        own.auc_high,
        size.auc,
        own.matched.unwrap_or(0.5),
        size.matched.unwrap_or(0.5)
    );
    out
}

fn levels(out: &mut String, outcome: &Outcome, weeks: f64) {
    let senior: usize = [Level::High, Level::Critical].iter().map(|level| outcome.at_level(*level).0).sum();
    let _ = writeln!(
        out,
        "\nAt your thresholds {:.1} changes a week would ask for a senior (high or critical):\n\n\
         \x20            changes a week   of them reverted or repaired",
        senior as f64 / weeks
    );
    for level in Level::ALL.iter().rev() {
        let (here, bad) = outcome.at_level(*level);
        let share = if here == 0 { 0.0 } else { 100.0 * bad as f64 / here as f64 };
        let _ = writeln!(out, "{:<10}   {:>12.1}   {share:>12.0} %", level.as_str(), here as f64 / weeks);
    }
}

#[cfg(test)]
mod tests {
    use super::super::outcome::tests::outcome;
    use super::*;

    #[test]
    fn a_section_replaces_its_own_and_leaves_the_others() {
        let page = with_section("# Twins\n\na\n", "Likelihood", "b\n");
        assert_eq!(page, "# Twins\n\na\n\n# Likelihood\n\nb\n");
        let page = with_section(&page, "Twins", "c\n\nd");
        assert_eq!(page, "# Twins\n\nc\n\nd\n\n# Likelihood\n\nb\n");
        assert_eq!(with_section("", "Twins", "x"), "# Twins\n\nx\n");
        assert_eq!(with_section(&page, "Likelihood", "e"), "# Twins\n\nc\n\nd\n\n# Likelihood\n\ne\n");
    }

    #[test]
    fn a_screen_says_what_gates_catch_and_whom_they_ask() {
        let screen = screen(&outcome(), 180);
        assert!(screen.contains("40 changes over 6 weeks; 18 of them"), "{screen}");
        assert!(
            screen.contains("top 50 %             3.6       100 % (between 82 and 100)   100 %            50 %"),
            "{screen}"
        );
        assert!(screen.contains("1.4 changes a week would ask for a senior"), "{screen}");
        assert!(screen.lines().count() <= 24, "{screen}");
    }

    #[test]
    fn every_ranking_is_a_row_of_the_section() {
        let section = outcome_section(&[outcome(), outcome()]);
        for ranking in ["richter", "likelihood alone", "lines added", "14 metrics", "chance"] {
            assert_eq!(section.matches(&format!("| {ranking} |")).count(), 3, "{ranking}");
        }
        assert!(section.contains("| a set (40 changes) | richter | 1.000 [1.000, 1.000]"), "{section}");
    }
}
