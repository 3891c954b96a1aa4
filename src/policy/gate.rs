//! What a policy says about the moment of merging: freezes, evidence for steps, and the override. `require` reads only
//! the names of steps from here; the rest is for the review check, which knows the time and the reviews.

use super::document::{FreezeTable, LabelTable, OverrideTable, StepTable};
use super::moment;
use super::rule::{Known, Require, When};
use super::vocabulary::Word;
use crate::data::DataError;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A time in which rules are stricter.
#[derive(Clone, Debug)]
pub(super) struct Freeze {
    pub name: Arc<str>,
    /// 1-based line of its name in the policy file.
    pub line: u32,
    pub why: Option<Arc<str>>,
    /// Seconds since 1970: from, and up to but without.
    pub from: Option<i64>,
    pub to: Option<i64>,
    /// Days of the week (Monday is 0) at `utc_offset` seconds east; none means every day.
    pub days: Option<BTreeSet<usize>>,
    pub utc_offset: i64,
    pub when: When,
    pub effect: Effect,
    pub except: Option<Label>,
}

#[derive(Clone, Debug)]
pub(super) enum Effect {
    Block,
    Raise(Require),
}

/// A label that counts when someone of this team set it, and never when an author did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub name: Arc<str>,
    pub by_team: Option<Arc<str>>,
}

/// What shows that a step was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// A check of this name from this app on the head commit: a name alone could be forged.
    Check {
        name: Arc<str>,
        app: Arc<str>,
    },
    Label(Label),
}

/// Who may merge in spite of all, and on which terms. Times in seconds.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub by_team: Arc<str>,
    pub min_tier: usize,
    pub count: u32,
    pub reason: bool,
    pub ticket: Option<regex::Regex>,
    pub expires: u64,
    pub review_within: Option<u64>,
    /// Areas that no override can touch.
    pub never: BTreeSet<Arc<str>>,
}

impl Freeze {
    /// All that it says but where it stands, to compare it with another.
    pub(super) fn without_place(&self) -> String {
        format!("{:?}", Self { line: 0, ..self.clone() })
    }

    /// What it asks for on top, unless it blocks.
    pub(super) fn raised(&self) -> Option<&Require> {
        match &self.effect {
            Effect::Block => None,
            Effect::Raise(require) => Some(require),
        }
    }

    /// True if the freeze is on at this moment (seconds since 1970).
    pub(super) fn is_on(&self, now: i64) -> bool {
        self.from.is_none_or(|from| from <= now)
            && self.to.is_none_or(|to| now < to)
            && self.days.as_ref().is_none_or(|days| days.contains(&moment::day_of_week(now, self.utc_offset)))
    }
}

impl Known<'_> {
    pub(super) fn freeze(&self, table: &FreezeTable) -> Result<Freeze, DataError> {
        let fail = |message: &str| Err(self.place.error(&table.name, message));
        let effect = match (&table.effect, &table.raise) {
            (Some(word), None) => self.place.one_of(word, "an effect", &["block"]).map(|_| Effect::Block)?,
            (None, Some(raise)) => Effect::Raise(self.require(raise)?),
            _ => return fail("a freeze has either `effect = \"block\"` or `raise = { ... }`"),
        };
        let from = self.optional(&table.from, |word| self.moment(word))?;
        let to = self.optional(&table.to, |word| self.moment(word))?;
        if (from.is_none() || to.is_none()) && table.days.is_none() {
            return fail("a freeze names `from` and `to`, or `days`");
        }
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return fail("a freeze ends after it begins");
        }
        let day = |word: &Word| self.place.one_of(word, "a day", &moment::DAYS);
        let offset = |word: &Word| {
            let wrong = || self.place.error(word, "expected an offset such as `+01:00` or `Z`");
            moment::offset(word.get_ref()).ok_or_else(wrong)
        };
        Ok(Freeze {
            name: self.place.name(&table.name, "a name of a freeze")?,
            line: self.line(&table.name),
            why: table.why.as_deref().map(Arc::from),
            from,
            to,
            days: match &table.days {
                Some(days) => Some(self.some(days, "day")?.iter().map(day).collect::<Result<_, _>>()?),
                None => None,
            },
            utc_offset: self.optional(&table.utc_offset, offset)?.unwrap_or(0),
            when: self.when(&table.when)?,
            effect,
            except: table.except_label.as_ref().map(|label| self.label(label)).transpose()?,
        })
    }

    pub(super) fn overrule(&self, table: &OverrideTable) -> Result<Override, DataError> {
        let ticket = |word: &Word| {
            let built = regex::RegexBuilder::new(word.get_ref()).size_limit(1 << 16).build();
            built.map_err(|_| self.place.error(word, "not a regular expression that can be used (or far too large)"))
        };
        let count = self.count(&table.count, 1)?;
        if count == 0 {
            return Err(self.place.error(&table.by_team, "an override needs at least one person"));
        }
        Ok(Override {
            by_team: self.place.name(&table.by_team, "a team")?,
            min_tier: self.tier(&table.min_tier)?,
            count,
            reason: table.reason.as_ref().is_none_or(|reason| *reason.get_ref()),
            ticket: self.optional(&table.ticket, ticket)?,
            expires: self.place.seconds(&table.expires)?,
            review_within: self.optional(&table.review_within, |word| self.place.seconds(word))?,
            never: table.never.iter().map(|area| self.place.name(area, "an area")).collect::<Result<_, _>>()?,
        })
    }

    pub(super) fn step(&self, table: &StepTable) -> Result<Evidence, DataError> {
        let evidence = table.evidence.get_ref();
        match (&evidence.check, &evidence.app, &evidence.label, &evidence.by_team) {
            (Some(check), Some(app), None, None) => {
                Ok(Evidence::Check { name: check.as_str().into(), app: app.as_str().into() })
            }
            (None, None, Some(label), team) => {
                let by_team = self.optional(team, |word| self.place.name(word, "a team"))?;
                Ok(Evidence::Label(Label { name: label.as_str().into(), by_team }))
            }
            _ => {
                let message =
                    "evidence is `{ check, app }` (a check without its app could be forged) or `{ label, by_team }`";
                Err(self.place.error(&table.evidence, message))
            }
        }
    }

    fn label(&self, table: &LabelTable) -> Result<Label, DataError> {
        let by_team = self.optional(&table.by_team, |word| self.place.name(word, "a team"))?;
        Ok(Label { name: table.name.as_str().into(), by_team })
    }

    fn moment(&self, word: &Word) -> Result<i64, DataError> {
        moment::parse(word.get_ref())
            .ok_or_else(|| self.place.error(word, "expected a moment with its offset, such as `2026-11-26T00:00:00Z`"))
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::{Policy, PolicySource};

    #[test]
    fn what_never_holds_and_moments_without_quotes_are_refused_with_their_place() {
        let error = |text: &str| {
            let text = format!("schema = \"richter.policy/1\"\n{text}\n");
            Policy::parse(PolicySource::Builtin, "p.toml", text.as_bytes()).expect_err("refused").to_string()
        };
        let rule = |when: &str| error(&format!("[[rule]]\nname = \"r\"\nrequire = {{}}\nwhen = {{ {when} }}"));
        assert!(rule("area = []").starts_with("p.toml:5:17: an empty list never holds"), "{}", rule("area = []"));
        assert!(rule("reached = []").contains("name at least one area or zone"));
        let days = error("[[freeze]]\nname = \"f\"\neffect = \"block\"\ndays = []");
        assert!(days.starts_with("p.toml:5:8: an empty list never holds; name at least one day"), "{days}");
        let moment = error("[[freeze]]\nname = \"f\"\neffect = \"block\"\nfrom = 2026-11-26T00:00:00Z");
        assert!(moment.contains("without quotes"), "{moment}");
    }
}
