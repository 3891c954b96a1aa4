//! What a policy would have asked for, over changes that were made: how often, by which rule, of whom, and where nobody
//! could have approved. Replayed with one policy throughout, so that the answer is about the policy and not about its
//! history. Whether people did look is not known here.

use super::table::columns;
use super::{Ask, Requirement, ReviewPlan};
use crate::input::Oid;
use crate::score::Level;
use crate::text::Untrusted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Seconds of a week.
const WEEK: i64 = 7 * 86_400;
/// People, rules and changes that the text lists.
const ROWS_MAX: usize = 15;

/// A past change and what was asked for.
#[derive(Clone, Debug)]
pub struct Replayed {
    pub commit: Oid,
    /// Seconds since 1970.
    pub time: i64,
    pub level: Level,
    pub plan: ReviewPlan,
}

/// The sum of it.
#[derive(Clone, Debug, Serialize)]
pub struct Simulation {
    pub schema: &'static str,
    pub policy: String,
    pub policy_digest: String,
    pub changes: usize,
    /// Changes that could not be read.
    pub failed: usize,
    /// First and last moment (seconds since 1970).
    pub from: i64,
    pub to: i64,
    pub weeks: u64,
    /// By level, lowest first: changes, and approvals asked for in all.
    pub levels: Vec<LevelLine>,
    /// Changes by what is asked for; a change may be in several.
    pub asks: Vec<CountLine>,
    pub rules: Vec<CountLine>,
    pub load: Vec<LoadLine>,
    /// True if nobody is listed with tiers: people are then named by the history and owners files.
    pub without_people: bool,
    /// Changes that no set of people could have approved, and those that were blocked, with the reason.
    pub stuck: Vec<StuckLine>,
    /// What does not hold for a replay.
    pub notes: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct LevelLine {
    pub level: &'static str,
    pub changes: usize,
    pub approvals: u64,
}

#[derive(Clone, Debug, Serialize)]
pub struct CountLine {
    pub name: String,
    pub changes: usize,
}

/// How much one person would have been asked.
#[derive(Clone, Debug, Serialize)]
pub struct LoadLine {
    pub who: String,
    pub changes: usize,
    /// Changes of the busiest week.
    pub busiest_week: usize,
    /// Changes for which nobody else would have done.
    pub only_choice: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct StuckLine {
    pub commit: String,
    pub why: String,
}

impl Simulation {
    /// Sums up changes, oldest first.
    pub fn of(changes: &[Replayed], failed: usize, without_people: bool, notes: Vec<String>) -> Self {
        let times = changes.iter().map(|change| change.time);
        let (from, to) = (times.clone().min().unwrap_or(0), times.max().unwrap_or(0));
        let last = changes.last().map(|change| &change.plan);
        Self {
            schema: "richter.simulation/1",
            policy: last.map_or_else(String::new, |plan| crate::text::visible(&plan.policy_source).into_owned()),
            policy_digest: last.map_or_else(String::new, |plan| plan.policy_digest.clone()),
            changes: changes.len(),
            failed,
            from,
            to,
            weeks: u64::try_from((to - from) / WEEK + 1).unwrap_or(1),
            levels: Level::ALL.map(|level| level_line(changes, level)).to_vec(),
            asks: asks(changes),
            rules: rules(changes),
            load: load(changes, from),
            without_people,
            stuck: stuck(changes),
            notes,
        }
    }

    /// The tables, for people.
    pub fn text(&self) -> String {
        let day = |time: i64| super::moment::show(time)[..10].to_owned();
        let digest = self.policy_digest.get(..12).unwrap_or_default();
        let mut text = format!(
            "{} from {} to {} ({}), judged by {} {digest}\n",
            counted_as(self.changes as u64, "change"),
            day(self.from),
            day(self.to),
            counted_as(self.weeks, "week"),
            self.policy
        );
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        if self.failed > 0 {
            text.push_str(&format!("note: {} changes could not be read\n", self.failed));
        }
        self.add(&mut text, "asked for", &self.asks);
        text.push('\n');
        let mut lines = vec![["by level", "changes", "share", "approvals"].map(str::to_owned).to_vec()];
        for line in &self.levels {
            let approvals = line.approvals.to_string();
            lines.push(vec![line.level.to_owned(), line.changes.to_string(), self.share(line.changes), approvals]);
        }
        text.push_str(&columns(&lines));
        self.add(&mut text, "by rule", &self.rules);
        text.push('\n');
        text.push_str(&columns(&self.load_lines()));
        self.add_stuck(&mut text);
        text
    }

    fn share(&self, changes: usize) -> String {
        match (changes * 100 + self.changes / 2).checked_div(self.changes) {
            Some(0) if changes > 0 => "<1 %".to_owned(),
            Some(share) => format!("{share} %"),
            None => "-".to_owned(),
        }
    }

    fn add(&self, text: &mut String, title: &str, list: &[CountLine]) {
        let mut lines = vec![[title, "changes", "share"].map(str::to_owned).to_vec()];
        for line in list.iter().take(ROWS_MAX) {
            lines.push(vec![line.name.clone(), line.changes.to_string(), self.share(line.changes)]);
        }
        text.push('\n');
        text.push_str(&columns(&lines));
    }

    fn load_lines(&self) -> Vec<Vec<String>> {
        let head = ["who is asked", "changes", "share", "a week", "busiest week", "nobody else would do"];
        let mut lines = vec![head.map(str::to_owned).to_vec()];
        for line in self.load.iter().take(ROWS_MAX) {
            let tenths = line.changes as u64 * 10 / self.weeks.max(1);
            lines.push(vec![
                line.who.clone(),
                line.changes.to_string(),
                self.share(line.changes),
                format!("{}.{}", tenths / 10, tenths % 10),
                line.busiest_week.to_string(),
                if self.without_people { "-".to_owned() } else { line.only_choice.to_string() },
            ]);
        }
        if self.load.len() > ROWS_MAX {
            let rest = &self.load[ROWS_MAX..];
            let changes: usize = rest.iter().map(|line| line.changes).sum();
            lines.push(vec![format!("{} more people", rest.len()), changes.to_string()]);
        }
        lines
    }

    fn add_stuck(&self, text: &mut String) {
        let number = self.stuck.len();
        let told = match number {
            0 if self.without_people => {
                "\nWhether somebody could have approved every change cannot be told without a people file.\n".to_owned()
            }
            0 => "\nSomebody could have approved every change.\n".to_owned(),
            _ => {
                let changes = counted_as(number as u64, "change");
                format!("\nNobody could have approved {changes} ({}):\n", self.share(number))
            }
        };
        text.push_str(&told);
        for line in self.stuck.iter().take(ROWS_MAX) {
            text.push_str(&format!("  {}  {}\n", line.commit.get(..10).unwrap_or_default(), line.why));
        }
        if number > ROWS_MAX {
            text.push_str(&format!("  and {} more\n", number - ROWS_MAX));
        }
    }
}

fn counted_as(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn approvals(plan: &ReviewPlan) -> u32 {
    let one = |one: &Requirement| match &one.ask {
        Ask::Approvals { count, .. } | Ask::Slot { count, .. } => *count,
        _ => 0,
    };
    plan.requirements.iter().map(one).max().unwrap_or(0)
}

fn level_line(changes: &[Replayed], level: Level) -> LevelLine {
    let of_level = || changes.iter().filter(move |change| change.level == level);
    let approvals = of_level().map(|change| u64::from(approvals(&change.plan))).sum();
    LevelLine { level: level.as_str(), changes: of_level().count(), approvals }
}

/// What a requirement is called in the table.
fn name(ask: &Ask) -> String {
    match ask {
        Ask::Approvals { count: 1, min_tier: None } => "1 approval".to_owned(),
        Ask::Approvals { count, min_tier: None } => format!("{count} approvals"),
        Ask::Approvals { count, min_tier: Some(tier) } => format!("{count} of {tier} or above"),
        Ask::Slot { count, min_tier, team, .. } => {
            let tier = min_tier.as_ref().map_or_else(String::new, |tier| format!(" {tier} or above"));
            let team = team.as_ref().map_or_else(String::new, |team| format!(" of {team}"));
            format!("{count}{tier}{team}")
        }
        Ask::Owners { .. } => "an owner".to_owned(),
        Ask::Step { step } => format!("step {step}"),
        Ask::CoolingOff { .. } => "a wait".to_owned(),
        Ask::Pair => "two who did not approve each other's layers".to_owned(),
        Ask::Notify { who } => format!("word to {who}"),
        Ask::Block { .. } => "BLOCKED".to_owned(),
    }
}

fn counted<'a>(changes: &'a [Replayed], names: impl Fn(&'a Replayed) -> BTreeSet<String>) -> Vec<CountLine> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        names(change).into_iter().for_each(|name| *count.entry(name).or_default() += 1);
    }
    let mut lines: Vec<CountLine> = count.into_iter().map(|(name, changes)| CountLine { name, changes }).collect();
    lines.sort_by(|a, b| b.changes.cmp(&a.changes).then_with(|| a.name.cmp(&b.name)));
    lines
}

fn asks(changes: &[Replayed]) -> Vec<CountLine> {
    counted(changes, |change| change.plan.requirements.iter().map(|one| name(&one.ask)).collect())
}

fn rules(changes: &[Replayed]) -> Vec<CountLine> {
    counted(changes, |change| {
        let rules = change.plan.requirements.iter().flat_map(|one| one.rule.split(", "));
        rules.map(str::to_owned).collect()
    })
}

/// Whom to ask: with people, the smallest set; without, the first that the history and owners name.
fn load(changes: &[Replayed], from: i64) -> Vec<LoadLine> {
    struct Load {
        changes: usize,
        only: usize,
        weeks: BTreeMap<i64, usize>,
    }
    let mut loads: BTreeMap<String, Load> = BTreeMap::new();
    for change in changes {
        let number = if change.plan.exact { usize::MAX } else { approvals(&change.plan) as usize };
        for one in change.plan.suggested.iter().take(number) {
            let load = loads.entry(one.who.terminal().into_owned());
            let load = load.or_insert_with(|| Load { changes: 0, only: 0, weeks: BTreeMap::new() });
            load.changes += 1;
            load.only += usize::from(one.only);
            *load.weeks.entry((change.time - from) / WEEK).or_default() += 1;
        }
    }
    let line = |(who, load): (String, Load)| LoadLine {
        who,
        changes: load.changes,
        busiest_week: load.weeks.values().copied().max().unwrap_or(0),
        only_choice: load.only,
    };
    let mut lines: Vec<LoadLine> = loads.into_iter().map(line).collect();
    lines.sort_by(|a, b| b.changes.cmp(&a.changes).then_with(|| a.who.cmp(&b.who)));
    lines
}

fn stuck(changes: &[Replayed]) -> Vec<StuckLine> {
    let why = |plan: &ReviewPlan| -> Option<String> {
        let block = plan.requirements.iter().find_map(|one| match &one.ask {
            Ask::Block { reason } => Some(reason),
            _ => None,
        });
        block.or(plan.unmeetable.as_ref()).map(|why: &Untrusted| why.terminal().into_owned())
    };
    let line = |change: &Replayed| Some(StuckLine { commit: change.commit.to_string(), why: why(&change.plan)? });
    changes.iter().filter_map(line).collect()
}
