//! Compiled rules: what must hold for one to apply, and what it then asks for. Conditions are thresholds on ordered
//! scales and lists of areas, nothing else; this is what makes the whole policy monotone and small enough to
//! enumerate.

use super::document::{ExemptTable, RequireTable, RuleTable, SlotTable, WhenTable};
use super::pattern::Pattern;
use super::vocabulary::{INVOLVEMENT, Place, Word, involvement_names, level_names};
use crate::data::DataError;
use crate::limits::APPROVALS_MAX;
use crate::provenance::Involvement;
use crate::score::Level;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;

/// A rule: when all its conditions hold, all it asks for is asked for.
#[derive(Clone, Debug)]
pub(super) struct PolicyRule {
    pub name: Arc<str>,
    /// 1-based line of its name in the policy file.
    pub line: u32,
    pub why: Option<Arc<str>>,
    pub when: When,
    pub require: Require,
}

/// Conditions; those that are none always hold. Tiers are positions on the policy's scale, lowest first.
#[derive(Clone, Debug, Default)]
pub(super) struct When {
    pub risk: Option<Level>,
    pub ai: Option<Involvement>,
    /// Holds for authors of at most this tier.
    pub author_tier: Option<usize>,
    pub area: Option<Vec<Arc<str>>>,
    pub reached: Option<Vec<Arc<str>>>,
}

/// What a rule asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Require {
    pub approvals: u32,
    pub min_tier: usize,
    pub slots: Vec<Slot>,
    pub owners: Option<OwnersPer>,
    pub steps: Vec<Arc<str>>,
    /// Seconds.
    pub cooling_off: u64,
    /// True if two who approve may not have approved each other's change of the same stack.
    pub pair: bool,
    /// Who is told; nobody waits for them.
    pub notify: Vec<Arc<str>>,
    pub block: Option<Arc<str>>,
}

/// So many of the approvals must come from people of this tier or above, of this team, and who own files of this area.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub count: u32,
    pub min_tier: usize,
    pub team: Option<Arc<str>>,
    /// An area or zone: one of the owners of its files; asks nobody where the area is not in play.
    pub area: Option<Arc<str>>,
    /// True if nobody who fills another such slot fills this one too.
    pub distinct: bool,
}

/// Whose owners are asked, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OwnersPer {
    /// One owner of any touched file.
    Any,
    /// One owner for each group of files of the rule's areas that share their owners.
    EachArea,
    /// One owner for each group of touched files that share their owners.
    EachFile,
}

impl Require {
    /// True if it asks for nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.approvals == 0
            && self.min_tier == 0
            && self.slots.is_empty()
            && self.owners.is_none()
            && self.steps.is_empty()
            && self.cooling_off == 0
            && !self.pair
            && self.notify.is_empty()
            && self.block.is_none()
    }
}

impl OwnersPer {
    pub(super) const NAMES: [&'static str; 3] = ["any", "each-area", "each-file"];
    const ALL: [Self; 3] = [Self::Any, Self::EachArea, Self::EachFile];

    pub(super) fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// Switches rules off for changes that are harmless in every named way. It looks only down the scales, so more danger
/// can only end it; the floor stays whatever it says.
#[derive(Clone, Debug)]
pub(super) struct Exempt {
    pub name: Arc<str>,
    /// 1-based line of its name in the policy file.
    pub line: u32,
    pub why: Option<Arc<str>>,
    pub rules: BTreeSet<Arc<str>>,
    pub risk: Option<Level>,
    pub ai: Option<Involvement>,
    /// Holds for authors of at least this tier.
    pub author_tier: Option<usize>,
    /// Every touched path, on both sides, matches one of these.
    pub only_paths: Option<Vec<Pattern>>,
}

/// What the words of rules are checked against.
pub(super) struct Known<'a> {
    pub place: Place<'a>,
    pub tiers: &'a [Arc<str>],
    pub steps: &'a BTreeSet<Arc<str>>,
}

impl Known<'_> {
    pub(super) fn rule(&self, table: &RuleTable) -> Result<PolicyRule, DataError> {
        let when = self.when(&table.when)?;
        let require = self.require(&table.require)?;
        if require.owners == Some(OwnersPer::EachArea) && when.area.is_none() && when.reached.is_none() {
            let message = "a rule that asks for owners of each area needs an `area` or `reached` condition";
            return Err(self.place.error(&table.name, message));
        }
        let why = table.why.as_deref().map(Arc::from);
        let line = self.line(&table.name);
        Ok(PolicyRule { name: self.place.name(&table.name, "a name of a rule")?, line, why, when, require })
    }

    pub(super) fn when(&self, table: &WhenTable) -> Result<When, DataError> {
        Ok(When {
            risk: self.optional(&table.risk, |word| self.level_from(word))?,
            ai: self.optional(&table.ai, |word| self.involvement_from(word))?,
            author_tier: self.optional(&table.author_tier, |word| self.place.at_most(word, "a tier", self.tiers))?,
            area: self.areas(&table.area)?,
            reached: self.areas(&table.reached)?,
        })
    }

    pub(super) fn require(&self, table: &RequireTable) -> Result<Require, DataError> {
        let steps: Vec<&str> = self.steps.iter().map(|step| &**step).collect();
        let step = |word: &Word| self.place.one_of(word, "a [step] of this policy", &steps).map(|at| steps[at].into());
        Ok(Require {
            approvals: self.count(&table.approvals, 0)?,
            min_tier: self.tier(&table.min_tier)?,
            slots: table.slots.iter().map(|slot| self.slot(slot)).collect::<Result<_, _>>()?,
            owners: self.optional(&table.owners, |word| {
                Ok(OwnersPer::ALL[self.place.one_of(word, "a way to ask for owners", &OwnersPer::NAMES)?])
            })?,
            steps: table.steps.iter().map(step).collect::<Result<_, _>>()?,
            cooling_off: self.optional(&table.cooling_off, |word| self.place.seconds(word))?.unwrap_or(0),
            pair: table.pair.unwrap_or(false),
            notify: table.notify.iter().map(|word| self.place.owner(word)).collect::<Result<_, _>>()?,
            block: table.block.as_deref().map(Arc::from),
        })
    }

    pub(super) fn exempt(&self, table: &ExemptTable, rules: &[PolicyRule]) -> Result<Exempt, DataError> {
        let names: Vec<&str> = rules.iter().map(|rule| &*rule.name).collect();
        let named = |word: &Word| self.place.one_of(word, "a rule of this policy", &names).map(|at| names[at].into());
        let when = &table.when;
        let level = |word: &Word| Ok(Level::ALL[self.place.at_most(word, "a level", &level_names())?]);
        let ai = |word: &Word| Ok(INVOLVEMENT[self.place.at_most(word, "an AI involvement", &involvement_names())?]);
        Ok(Exempt {
            name: self.place.name(&table.name, "a name of an exemption")?,
            line: self.line(&table.name),
            why: table.why.as_deref().map(Arc::from),
            rules: table.rules.get_ref().iter().map(named).collect::<Result<_, _>>()?,
            risk: self.optional(&when.risk, level)?,
            ai: self.optional(&when.ai, ai)?,
            author_tier: self.optional(&when.author_tier, |word| self.place.at_least(word, "a tier", self.tiers))?,
            only_paths: match &when.only_paths {
                Some(globs) => Some(globs.iter().map(|glob| self.glob(glob)).collect::<Result<_, _>>()?),
                None => None,
            },
        })
    }

    pub(super) fn glob(&self, word: &Word) -> Result<Pattern, DataError> {
        Pattern::glob(word.get_ref()).map_err(|why| self.place.error(word, why))
    }

    pub(super) fn count(&self, count: &Option<Spanned<u32>>, absent: u32) -> Result<u32, DataError> {
        match count {
            Some(count) if *count.get_ref() > APPROVALS_MAX => {
                Err(self.place.error(count, format!("at most {APPROVALS_MAX} people can be asked for")))
            }
            Some(count) => Ok(*count.get_ref()),
            None => Ok(absent),
        }
    }

    /// A tier's position; the lowest where none is named.
    pub(super) fn tier(&self, word: &Option<Word>) -> Result<usize, DataError> {
        Ok(self.optional(word, |word| self.place.one_of(word, "a tier", self.tiers))?.unwrap_or(0))
    }

    fn slot(&self, table: &SlotTable) -> Result<Slot, DataError> {
        let count = self.count(&table.count, 1)?;
        if count == 0 {
            let at = table.count.as_ref().map_or(0, |count| count.span().start);
            return Err(DataError::at(self.place.file, self.place.text, at, "a slot asks for at least one person"));
        }
        let team = self.optional(&table.team, |word| self.place.name(word, "a team"))?;
        let area = self.optional(&table.area, |word| self.place.name(word, "a name of an area or zone"))?;
        let distinct = table.distinct.unwrap_or(false);
        Ok(Slot { count, min_tier: self.tier(&table.min_tier)?, team, area, distinct })
    }

    /// The line of a word, for people who are told which rule asks.
    pub(super) fn line(&self, word: &Word) -> u32 {
        u32::try_from(self.place.error(word, "").line).unwrap_or(u32::MAX)
    }

    /// An empty list holds nowhere, and a rule that never applies would be taken for protection.
    pub(super) fn some<'w>(&self, words: &'w Spanned<Vec<Word>>, what: &str) -> Result<&'w [Word], DataError> {
        match words.get_ref().as_slice() {
            [] => Err(self
                .place
                .error(words, format!("an empty list never holds; name at least one {what}, or leave it out"))),
            words => Ok(words),
        }
    }

    fn areas(&self, words: &Option<Spanned<Vec<Word>>>) -> Result<Option<Vec<Arc<str>>>, DataError> {
        let Some(words) = words else { return Ok(None) };
        let words = self.some(words, "area or zone")?;
        words.iter().map(|word| self.place.name(word, "a name of an area or zone")).collect::<Result<_, _>>().map(Some)
    }

    fn level_from(&self, word: &Word) -> Result<Level, DataError> {
        Ok(Level::ALL[self.place.at_least(word, "a level", &level_names())?])
    }

    fn involvement_from(&self, word: &Word) -> Result<Involvement, DataError> {
        Ok(INVOLVEMENT[self.place.at_least(word, "an AI involvement", &involvement_names())?])
    }

    pub(super) fn optional<T>(
        &self,
        word: &Option<Word>,
        read: impl Fn(&Word) -> Result<T, DataError>,
    ) -> Result<Option<T>, DataError> {
        word.as_ref().map(read).transpose()
    }
}
