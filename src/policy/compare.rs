//! What a new policy asks for less than an old one, cell by cell, and what else differs between them. The reader of a
//! change to the policy wants this one answer: where did it get looser?

use super::Policy;
use super::cells::{Cell, Domain};
use super::join::lacks;
use std::collections::{BTreeMap, BTreeSet};

/// Lines that the cells of one difference take.
const LINES_MAX: usize = 6;

/// The difference between two policies.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    pub cells: usize,
    /// Cells where something is asked for no more, where something new is asked for (a cell may be both).
    pub looser: usize,
    pub stricter: usize,
    /// What is asked for no more, and where, in words.
    pub no_longer: Vec<(String, Vec<String>)>,
    pub newly: Vec<(String, Vec<String>)>,
    /// Differences outside the grid: trust, owners, freezes, evidence, override.
    pub others: Vec<String>,
    pub cut: bool,
}

impl Policy {
    /// Compares what two policies ask for. An error in words if their tiers are not the same scale.
    pub fn compare(&self, new: &Policy) -> Result<Comparison, String> {
        if self.tiers != new.tiers {
            let scales = [&self.tiers, &new.tiers].map(|tiers| tiers.join(" < "));
            return Err(format!("the tiers differ ({} and {}), so nothing can be compared", scales[0], scales[1]));
        }
        let domain = Domain::of(&[self, new]);
        let mut lost: BTreeMap<Vec<String>, Vec<Cell>> = BTreeMap::new();
        let mut won: BTreeMap<Vec<String>, Vec<Cell>> = BTreeMap::new();
        for cell in &domain.cells {
            let (before, after) = (domain.demand(self, *cell), domain.demand(new, *cell));
            for (list, missing) in
                [(&mut lost, lacks(&after, &before, &self.tiers)), (&mut won, lacks(&before, &after, &self.tiers))]
            {
                if !missing.is_empty() {
                    list.entry(missing).or_default().push(*cell);
                }
            }
        }
        let number = |list: &BTreeMap<Vec<String>, Vec<Cell>>| list.values().map(Vec::len).sum();
        let told = |list: &BTreeMap<Vec<String>, Vec<Cell>>| {
            list.iter().map(|(what, cells)| (what.join(", "), domain.told(cells, LINES_MAX))).collect()
        };
        Ok(Comparison {
            cells: domain.cells.len(),
            looser: number(&lost),
            stricter: number(&won),
            no_longer: told(&lost),
            newly: told(&won),
            others: others(self, new),
            cut: domain.cut,
        })
    }
}

/// What the grid does not show. `Debug` of a compiled part says all there is to it; only the names are told.
fn others(old: &Policy, new: &Policy) -> Vec<String> {
    let mut all = Vec::new();
    let mut differ = |same: bool, what: String| {
        if !same {
            all.push(what);
        }
    };
    let (a, b) = (&old.trust, &new.trust);
    differ(a.unknown_ai == b.unknown_ai, change("[trust] unknown_ai", a.unknown_ai.as_str(), b.unknown_ai.as_str()));
    let levels = (a.unknown_risk.as_str(), b.unknown_risk.as_str());
    differ(levels.0 == levels.1, change("[trust] unknown_risk", levels.0, levels.1));
    differ(a.stale == b.stale, change("[trust] stale", a.stale.as_str(), b.stale.as_str()));
    let word = |verified: bool| if verified { "true" } else { "false" };
    let verified = (a.require_verified, b.require_verified);
    differ(verified.0 == verified.1, change("[trust] require_verified", word(verified.0), word(verified.1)));
    let word = |claimed: bool| if claimed { "claimed" } else { "verified" };
    let claimed = (a.co_authors_claimed, b.co_authors_claimed);
    differ(claimed.0 == claimed.1, change("[trust] co_authors", word(claimed.0), word(claimed.1)));
    let word = |accept: bool| if accept { "accept" } else { "unknown" };
    let accept = (a.accept_declared_none, b.accept_declared_none);
    differ(accept.0 == accept.1, change("[trust] declared_none", word(accept.0), word(accept.1)));
    differ(format!("{:?}", old.owners) == format!("{:?}", new.owners), "[owners] differs".to_owned());
    differ(format!("{:?}", old.overrule) == format!("{:?}", new.overrule), "[override] differs".to_owned());
    differ(old.areas == new.areas, "[areas]: other paths belong to the named areas".to_owned());
    let steps: BTreeSet<_> = old.steps.keys().chain(new.steps.keys()).collect();
    for step in steps {
        differ(old.steps.get(step) == new.steps.get(step), format!("[step.{step}]: other evidence"));
    }
    let freezes = |policy: &Policy| -> BTreeMap<String, String> {
        policy.freezes.iter().map(|freeze| (freeze.name.to_string(), freeze.without_place())).collect()
    };
    let (before, after) = (freezes(old), freezes(new));
    for name in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let what = match (before.get(name), after.get(name)) {
            (Some(_), None) => "is gone",
            (None, Some(_)) => "is new",
            _ => "differs",
        };
        differ(before.get(name) == after.get(name), format!("[[freeze]] {name} {what}"));
    }
    all
}

fn change(what: &str, from: &str, to: &str) -> String {
    format!("{what}: {from} before, {to} now")
}
