//! All rules in force: the built-in ones and those of `.richter/rules/`. A rule's id is its path, so no registry has to
//! be kept: adding a rule is adding a file.

use super::Rule;
use super::gate::Gate;
use crate::data::DataError;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Folders of `rules/` that hold rules, in the order of the documentation; the others hold other data.
pub const AREAS: [&str; 12] =
    ["config", "data", "code", "api", "deps", "ci", "failure", "concurrency", "security", "tests", "shared", "files"];

#[derive(Clone, Debug)]
pub struct RulePack {
    /// Sorted by id.
    rules: Vec<Rule>,
    digest: String,
    gate: Gate,
}

impl RulePack {
    /// Built-in rules plus a team's own: (file name, text). A team's rule with a built-in id replaces it.
    pub fn load(extra: &[(String, String)]) -> Result<Self, DataError> {
        let shipped: Vec<_> = AREAS.iter().flat_map(|area| crate::embedded::rule_files(area)).collect();
        let read = |(path, text): &(&'static str, &'static str)| {
            let id = path.strip_suffix(".toml").unwrap_or(path);
            Ok((id.to_owned(), (Rule::parse_shipped(&format!("rules/{path}"), id, text)?, (*text).to_owned())))
        };
        let mut rules = shipped.par_iter().map(read).collect::<Result<BTreeMap<_, _>, DataError>>()?;
        for (file, text) in extra {
            let id = id_of(file);
            rules.insert(id.to_owned(), (Rule::parse(file, id, text)?, text.clone()));
        }
        let mut hasher = blake3::Hasher::new();
        for (id, (_, text)) in &rules {
            for part in [id, text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        let digest = hasher.finalize().to_hex().to_string();
        Ok(Self { rules: rules.into_values().map(|(rule, _)| rule).collect(), digest, gate: Gate::default() })
    }

    /// Sorted by id.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self.rules.binary_search_by(|rule| (*rule.id).cmp(id)).ok()?;
        Some(&self.rules[at])
    }

    /// BLAKE3 over ids and texts, 64 hexadecimal digits.
    pub fn digest(&self) -> String {
        self.digest.clone()
    }
}

/// `.richter/rules/shop/no-floats.toml` is `shop/no-floats`.
fn id_of(file: &str) -> &str {
    let below = file.split_once(".richter/rules/").map_or(file, |(_, below)| below);
    below.strip_suffix(".toml").unwrap_or(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_teams_rule_adds_and_replaces_and_changes_the_digest() {
        let text = "title = \"a\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nfact = [\"file-added\"]\n";
        let built_in = RulePack::load(&[]).expect("the shipped rules load");
        let more = RulePack::load(&[(".richter/rules/shop/x.toml".to_owned(), text.to_owned())]).expect("loads");
        assert_eq!(more.all().len(), built_in.all().len() + 1);
        assert!(more.get("shop/x").is_some() && built_in.get("shop/x").is_none());
        assert_ne!(more.digest(), built_in.digest());
        assert_eq!(built_in.digest().len(), 64);
    }

    #[test]
    fn a_bad_expression_of_a_team_is_refused_with_its_place() {
        let text = "title = \"a\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nline = \"(\"\n";
        let error = RulePack::load(&[(".richter/rules/x.toml".to_owned(), text.to_owned())]).expect_err("refused");
        assert_eq!((error.file.as_str(), error.line, error.column), (".richter/rules/x.toml", 7, 8));
    }
}
