//! All rules in force: the built-in ones and those of `.richter/rules/`. A rule's id is its path, so no registry has to
//! be kept: adding a rule is adding a file.

use super::Rule;
use super::gate::Gate;
use super::heading::Heading;
use super::scene::Scene;
use crate::data::DataError;
use crate::embedded::{RULE_FILES, RULE_HEADINGS, RULES_DIGEST};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Folders of `rules/` that hold rules, in the order of the documentation; the others hold other data.
pub const AREAS: [&str; 12] =
    ["config", "data", "code", "api", "deps", "ci", "failure", "concurrency", "security", "tests", "shared", "files"];

#[derive(Clone, Debug)]
pub struct RulePack {
    /// Sorted by id.
    slots: Vec<Slot>,
    digest: String,
    gate: Gate,
}

/// A rule. A shipped one is read when its heading says that it may fire, because a small change asks for few of them.
#[derive(Clone, Debug)]
struct Slot {
    id: String,
    /// None for a team's rule, which is read at once, so that a mistake in it is told.
    shipped: Option<Shipped>,
    read: OnceLock<Rule>,
}

#[derive(Clone, Copy, Debug)]
struct Shipped {
    path: &'static str,
    text: &'static str,
    heading: Heading,
}

impl Slot {
    fn rule(&self) -> &Rule {
        self.read.get_or_init(|| {
            let shipped = self.shipped.expect("a rule that is not shipped is read at once");
            let rule = Rule::parse_shipped(&format!("rules/{}", shipped.path), &self.id, shipped.text);
            rule.unwrap_or_else(|error| panic!("every shipped rule is read by a test: {error}"))
        })
    }

    fn may_fire(&self, scene: &Scene) -> bool {
        let heading = self.shipped.filter(|_| self.read.get().is_none()).map(|shipped| shipped.heading);
        heading.is_none_or(|heading| heading.may_fire(scene))
    }
}

impl RulePack {
    /// Built-in rules plus a team's own: (file name, text). A team's rule with a built-in id replaces it.
    pub fn load(extra: &[(String, String)]) -> Result<Self, DataError> {
        let mut slots = BTreeMap::new();
        for shipped in shipped() {
            let id = shipped.path.strip_suffix(".toml").unwrap_or(shipped.path).to_owned();
            slots.insert(id.clone(), Slot { id, shipped: Some(shipped), read: OnceLock::new() });
        }
        let mut own = BTreeMap::new();
        for (file, text) in extra {
            let id = id_of(file);
            let read = OnceLock::from(Rule::parse(file, id, text)?);
            slots.insert(id.to_owned(), Slot { id: id.to_owned(), shipped: None, read });
            own.insert(id, text);
        }
        let digest = digest(&own);
        Ok(Self { slots: slots.into_values().collect(), digest, gate: Gate::default() })
    }

    /// Sorted by id.
    pub fn all(&self) -> impl Iterator<Item = &Rule> {
        self.slots.iter().map(Slot::rule)
    }

    /// Number of rules.
    pub fn count(&self) -> usize {
        self.slots.len()
    }

    /// The rules that may fire, each with its place among all.
    pub(super) fn candidates<'a>(
        &'a self,
        scene: &'a Scene<'a>,
    ) -> impl IndexedParallelIterator<Item = Option<(usize, &'a Rule)>> {
        let slots = self.slots.par_iter().enumerate();
        slots.map(|(at, slot)| slot.may_fire(scene).then(|| (at, slot.rule())))
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self.slots.binary_search_by(|slot| slot.id.as_str().cmp(id)).ok()?;
        Some(self.slots[at].rule())
    }

    /// BLAKE3 over ids and texts, 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        self.digest.clone()
    }
}

/// Path, text and heading of each shipped rule.
fn shipped() -> impl Iterator<Item = Shipped> {
    RULE_HEADINGS.iter().map(|(at, facts, languages, paths, needles)| {
        let (path, text) = RULE_FILES[*at];
        Shipped { path, text, heading: Heading { facts, languages, paths, needles: *needles } }
    })
}

/// Of the shipped rules, which the build digested, and a team's by id.
fn digest(own: &BTreeMap<&str, &String>) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(RULES_DIGEST.as_bytes());
    for (id, text) in own {
        for part in [*id, text.as_str()] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// `.richter/rules/shop/no-floats.toml` is `shop/no-floats`.
fn id_of(file: &str) -> &str {
    let below = file.split_once(".richter/rules/").map_or(file, |(_, below)| below);
    below.strip_suffix(".toml").unwrap_or(below)
}

#[cfg(test)]
mod tests {
    use super::super::asked::ASKED;
    use super::*;
    use crate::needles::Search;

    #[test]
    fn a_teams_rule_adds_and_replaces_and_changes_the_digest() {
        let text = "title = \"a\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nfact = [\"file-added\"]\n";
        let built_in = RulePack::load(&[]).expect("the shipped rules load");
        let more = RulePack::load(&[(".richter/rules/shop/x.toml".to_owned(), text.to_owned())]).expect("loads");
        assert_eq!(more.count(), built_in.count() + 1);
        assert!(more.get("shop/x").is_some() && built_in.get("shop/x").is_none());
        assert_ne!(more.digest(), built_in.digest());
        assert_eq!(built_in.digest().len(), 64);
    }

    #[test]
    fn a_heading_asks_for_what_the_condition_asks_for() {
        let pack = RulePack::load(&[]).expect("loads");
        for (rule, slot) in pack.all().zip(&pack.slots) {
            let (heading, conditions) = (slot.shipped.expect("shipped").heading, &rule.when.conditions);
            assert_eq!(heading.kinds(), conditions.kinds, "{}", rule.id);
            assert_eq!(heading.languages, conditions.language, "{}", rule.id);
            assert_eq!(heading.paths, conditions.path.patterns(), "{}", rule.id);
            for (asked, noted) in ASKED.iter().zip(heading.needles) {
                let search = Search::new([asked.expression(rule)]);
                let found = |text: &&str| search.found(text).next().is_some() || !search.always().is_empty();
                assert!(noted.iter().all(found), "{}: {noted:?} are needles of its {asked:?}", rule.id);
                assert!(noted.is_empty() || search.always().is_empty(), "{}: {asked:?} may always match", rule.id);
            }
        }
    }

    #[test]
    fn a_bad_expression_of_a_team_is_refused_with_its_place() {
        let text = "title = \"a\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nline = \"(\"\n";
        let error = RulePack::load(&[(".richter/rules/x.toml".to_owned(), text.to_owned())]).expect_err("refused");
        assert_eq!((error.file.as_str(), error.line, error.column), (".richter/rules/x.toml", 7, 8));
    }
}
