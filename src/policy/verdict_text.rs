//! A verdict for people: where it stands, what counts and what does not, what is missing with the rule that asks for it,
//! and the shortest way to satisfy it. Whatever came from a change or a forge is escaped for a terminal.

use super::moment;
use super::verdict::{Missing, Verdict};
use super::verdict_json::said;
use crate::text::Untrusted;
use std::sync::Arc;

impl Verdict {
    /// `PENDING   risk high, AI involvement assisted, author junior; touches checkout`
    pub fn headline(&self) -> String {
        let wanted = &self.wanted;
        let touched = match wanted.areas.as_slice() {
            [] => String::new(),
            areas => format!("; touches {}", areas.join(", ")),
        };
        format!(
            "{:<11}risk {}, AI involvement {}, author {}{touched}\n",
            self.status.as_str().to_uppercase(),
            wanted.risk.as_str(),
            wanted.ai.as_str(),
            wanted.author_tier,
        )
    }

    /// Labelled groups of lines; those without a line are left out.
    pub fn sections(&self) -> Vec<(&'static str, Vec<String>)> {
        let required = self.requirements.iter().map(|one| format!("{} ({})", said(&one.ask).terminal(), one.rule));
        let ignored =
            self.ignored.iter().map(|one| format!("{}: {}", one.by.terminal(), one.reason.terminal())).collect();
        let missing = self.missing.iter().map(|one| self.missing_line(one)).collect();
        let notes = self.notes.iter().map(|note| note.terminal().into_owned()).collect();
        let policy = format!("{} {}", crate::text::visible(&self.policy_source), short(&self.policy_digest));
        [
            ("Required", required.collect()),
            ("Counts", if self.counted.is_empty() { Vec::new() } else { vec![self.counted.join(", ")] }),
            ("Ignored", ignored),
            ("Missing", missing),
            ("Override", self.override_lines()),
            ("Do", self.way()),
            ("Note", notes),
            ("Policy", vec![policy]),
        ]
        .into_iter()
        .filter(|(_, lines): &(_, Vec<String>)| !lines.is_empty())
        .collect()
    }

    /// `1 more of senior or above: AI-assisted change ... (ai-guardrail, policy.toml:47)`
    fn missing_line(&self, one: &Missing) -> String {
        let file = crate::text::visible(&self.policy_source);
        let place = |rule: &str| match self.lines.get(rule) {
            Some(line) => format!("{rule}, {file}:{line}"),
            None => rule.to_owned(),
        };
        let rules: Vec<String> = one.rule.split(", ").filter(|rule| !rule.is_empty()).map(place).collect();
        let by = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join("; ")) };
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why.terminal()) };
        format!("{}{why}{by}", one.need.terminal())
    }

    fn override_lines(&self) -> Vec<String> {
        let Some(one) = &self.overridden else { return Vec::new() };
        let grounds = one.given.iter().map(|given| {
            let safe = |text: &str| Untrusted::new(text).terminal().into_owned();
            format!("{}: {} {}", safe(&given.by), safe(&given.ticket), safe(&given.reason))
        });
        let due = one.review_due.map(|due| format!("to be reviewed until {}", moment::show(due)));
        grounds.chain(due).collect()
    }

    /// The shortest way to satisfy what is missing.
    fn way(&self) -> Vec<String> {
        if self.missing.is_empty() {
            return Vec::new();
        }
        let mut way = Vec::new();
        for one in self.missing.iter().filter(|one| one.kind == "veto") {
            way.push(format!("settle it: {}", one.need.terminal()));
        }
        for one in self.missing.iter().filter(|one| one.kind == "author") {
            way.push(format!("say {}", one.need.terminal()));
        }
        match &self.advice.people {
            Some(people) if !people.is_empty() => way.push(self.ask(people)),
            Some(_) => {}
            None => way.extend(self.advice.why.iter().map(|why| Untrusted::new(why).terminal().into_owned())),
        }
        for one in self.missing.iter().filter(|one| ["step", "cooling-off"].contains(&one.kind)) {
            way.push(match one.kind {
                "step" => format!("show {}", one.need.terminal()),
                _ => format!("wait {}", one.need.terminal()),
            });
        }
        way
    }

    fn ask(&self, people: &[Arc<str>]) -> String {
        let named: Vec<String> = people
            .iter()
            .zip(&self.advice.why)
            .map(|(id, why)| format!("{id} ({})", Untrusted::new(why).terminal()))
            .collect();
        let fewest = match (self.advice.optimal, self.advice.alternatives) {
            (false, _) => "; the search for fewer was cut".to_owned(),
            (true, 0) => "; nobody else would do".to_owned(),
            (true, 1) => "; 1 other choice of as few".to_owned(),
            (true, more) => format!("; {more} other choices of as few"),
        };
        format!("ask {}{fewest}", named.join(", "))
    }
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
