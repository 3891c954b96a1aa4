//! Reviewers where a team keeps no people file: whoever a review or the owners of the files name is told apart by account.
//! Nobody has a tier, and the members of a team are those that the forge's facts name. Two accounts of one person are two
//! here; that is what a people file is for.

use super::facts::{ChangeFacts, ReviewFacts};
use super::names::login_of;
use super::owners::{Dialect, Owners};
use super::people::People;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The accounts of a review and of the owners of the files, as if they were people of a file.
pub fn accounts(change: &ChangeFacts, review: &ReviewFacts, owners: &Owners) -> People {
    let mut found: BTreeMap<String, BTreeSet<Arc<str>>> = BTreeMap::new();
    let by = review.reviews.iter().map(|one| &one.by).chain(review.labels.iter().map(|one| &one.by));
    let by = by.chain(review.overrides.iter().map(|one| &one.by));
    let asked = review.requested.iter().chain(&review.away).chain(review.open_reviews.keys());
    for name in by.chain(asked) {
        found.entry(key(name)).or_default();
    }
    for (team, members) in &review.teams {
        for member in members {
            found.entry(key(member)).or_default().insert(team_name(team).into());
        }
    }
    let paths = change.files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.old));
    for owner in paths.flat_map(|path| owners.of(path)).flat_map(|line| line.owners.clone()) {
        let group = |name: &str| review.teams.keys().any(|team| team_name(team) == name);
        if let Some(key) = owner_key(owner.raw(), owners.dialect, group) {
            found.entry(key).or_default();
        }
    }
    found.remove("");
    People::of_accounts(found)
}

/// How `People` looks an account up.
fn key(name: &str) -> String {
    let name = name.trim();
    let login = name.strip_prefix('@').map(|login| format!("gh:{login}")).or_else(|| login_of(name));
    login.unwrap_or_else(|| name.to_owned()).to_lowercase()
}

/// The account of an owner that is no team. On GitLab `@name` is a user where no group of that name is known.
fn owner_key(owner: &str, dialect: Dialect, is_group: impl Fn(&str) -> bool) -> Option<String> {
    match (owner.strip_prefix('@'), dialect) {
        (_, _) if owner.starts_with("team:") => None,
        (None, _) => Some(key(owner)),
        (Some(name), _) if name.contains('/') => None,
        (Some(name), Dialect::Gitlab) => {
            (!name.starts_with('@') && !is_group(name)).then(|| format!("gl:{}", name.to_lowercase()))
        }
        (Some(_), _) => Some(key(owner)),
    }
}

/// Owners files name a team by its last part: `@org/payments`.
fn team_name(team: &str) -> &str {
    let name = team.trim_start_matches('@');
    name.rsplit('/').next().unwrap_or(name)
}
