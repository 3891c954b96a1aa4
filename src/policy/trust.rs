//! The `[trust]` table: what an unknown counts as, which names are believed, and how long an approval holds. Every unknown
//! has its strict end as the default.

use super::document::Trust;
use super::rule::Known;
use super::vocabulary::{INVOLVEMENT, Word, involvement_names, level_names};
use crate::data::DataError;
use crate::provenance::Involvement;
use crate::score::Level;

/// What an unknown counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Trusted {
    pub unknown_ai: Involvement,
    pub unknown_risk: Level,
    /// True if a claimed co-author may not approve (unless they disclaim); false: only verified ones.
    pub co_authors_claimed: bool,
    pub stale: Stale,
    /// True if a declaration in the change's own text that no AI took part is believed.
    pub accept_declared_none: bool,
    /// True if an author whose address nothing backs (no account of the forge, no verified signature) is of the lowest tier.
    pub require_verified: bool,
}

/// Until when an approval holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stale {
    /// For the commit that was approved.
    Head,
    /// For every commit that proposes the same diff.
    SameDiff,
    /// That of an owner as long as none of their files is proposed otherwise; that of others as `SameDiff`.
    OwnedFiles,
    /// For the tree that merging would give, so that it falls when the target moves too.
    MergeTree,
}

impl Stale {
    const NAMES: [&'static str; 4] = ["head", "same-diff", "owned-files", "merge-tree"];
    const ALL: [Self; 4] = [Self::Head, Self::SameDiff, Self::OwnedFiles, Self::MergeTree];

    pub(super) fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

pub(super) fn trust(known: &Known, table: &Trust) -> Result<Trusted, DataError> {
    let place = known.place;
    if let Some(word) = &table.unknown_person
        && place.one_of(word, "a tier", known.tiers)? != 0
    {
        let message = format!("someone unknown is always of the lowest tier: write `{}`", known.tiers[0]);
        return Err(place.error(word, message));
    }
    let unknown_ai = known.optional(&table.unknown_ai, |word| {
        let at = place.one_of(word, "an AI involvement", &involvement_names())?;
        match INVOLVEMENT[at] {
            Involvement::DeclaredNone => Err(place.error(word, "`unknown` may not count as `declared-none`")),
            ai => Ok(ai),
        }
    })?;
    let level = |word: &Word| Ok(Level::ALL[place.one_of(word, "a level", &level_names())?]);
    let word_of = |word: &Option<Word>, what: &str, allowed: &[&str]| {
        known.optional(word, |word| place.one_of(word, what, allowed)).map(|at| at.unwrap_or(0))
    };
    Ok(Trusted {
        unknown_ai: unknown_ai.unwrap_or(Involvement::Assisted),
        unknown_risk: known.optional(&table.unknown_risk, level)?.unwrap_or(Level::High),
        co_authors_claimed: word_of(&table.co_authors, "a way to treat co-authors", &["claimed", "verified"])? == 0,
        stale: Stale::ALL[word_of(&table.stale, "a rule for stale approvals", &Stale::NAMES)?],
        accept_declared_none: word_of(&table.declared_none, "a way to treat it", &["unknown", "accept"])? == 1,
        require_verified: table.require_verified.unwrap_or(false),
    })
}
