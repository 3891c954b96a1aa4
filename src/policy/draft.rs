//! The first `.richter/` of a repository, for `richter init`: comments that say what each part does, and a people file drafted
//! from who changed the repository lately. What history says about names is a claim, so nobody gets a tier here: that is
//! for a human to fill in.

use crate::config::{Config, Thresholds};
use crate::embedded;
use crate::input::Identity;
use std::collections::{BTreeMap, BTreeSet};

/// People that the draft lists.
const PEOPLE_MAX: usize = 40;

/// `.richter/config.toml`, every line of it a comment: what is left out keeps its default.
pub fn config() -> String {
    let Thresholds { medium, high, critical } = Config::default().thresholds;
    format!(
        "{CONFIG_HEAD}# Scores at which a level begins.\n# [levels]\n# medium = {medium}\n# high = {high}\n# critical = \
         {critical}\n\n{CONFIG_REST}"
    )
}

const CONFIG_HEAD: &str = r#"# Configuration of richter. All of it is optional; what is left out keeps its default. It is read from the commit that
# decides (the target branch), never from the change that is judged.

"#;

const CONFIG_REST: &str = r#"# Critical parts of the product, beside the built-in ones (`richter explain zone/checkout` shows one).
# [[zone]]
# id = "ledger"
# title = "ledger"
# why = "money is booked here"
# words = ["ledger"]
# globs = ["services/ledger/**"]

# False alarms that the team accepts, in the open: they are listed in every report that they touch.
# [[accept]]
# rule = "config/timeout-cut"
# path = "deploy/batch/**"
# reason = "batch jobs are retried by the scheduler"
# until = "2027-12-31"
"#;

/// `.richter/policy.toml`: the built-in policy to start from.
pub fn policy() -> String {
    let presets: Vec<String> = embedded::rule_files("presets/")
        .filter_map(|(file, _)| Some(file.strip_prefix("presets/")?.strip_suffix(".toml")?.to_owned()))
        .collect();
    format!(
        "# The review policy of this repository: who must approve what. It starts as a copy of the built-in one; change it,\n\
         # then look at it with `richter policy table`, `prove`, `lint` and `simulate --since 90d`.\n\
         # Other starting points: {} (`richter policy table --policy NAME`).\n#\n{}",
        presets.join(", "),
        embedded::rule_file("policy.toml")
    )
}

/// `.richter/people.toml` from the authors of past commits, most active first: (identity, commits).
pub fn people(authors: &[(Identity, u32)]) -> String {
    let mut text = String::from(
        "# People and their review tiers. Once this file exists, richter is strict: whoever is not in it counts as the lowest\n\
         # tier and cannot approve, and owners that nobody here answers for block. Tiers are about review, not job titles.\n\
         # Drafted from the history: check that each entry is one person, and fill in tier, logins and teams. An entry without\n\
         # a tier counts as the lowest.\n\
         schema = \"richter.people/1\"\n",
    );
    let drafts = drafts(authors);
    let (services, persons): (Vec<&Draft>, Vec<&Draft>) = drafts.iter().partition(|draft| draft.service);
    for draft in persons.iter().take(PEOPLE_MAX) {
        text.push_str(&format!("\n# {} commits\n[[person]]\n{}", draft.commits, draft.toml()));
        text.push_str("# tier = \"junior\"   # junior, mid, senior or staff\n# teams = []\n");
    }
    if persons.len() > PEOPLE_MAX {
        text.push_str(&format!("\n# {} more people made fewer commits\n", persons.len() - PEOPLE_MAX));
    }
    for draft in services.iter().take(PEOPLE_MAX) {
        text.push_str(&format!("\n# {} commits\n[[bot]]\n{}", draft.commits, draft.toml()));
    }
    text
}

/// One person or service, with every address that shares the name.
struct Draft {
    id: String,
    name: String,
    logins: BTreeSet<String>,
    emails: BTreeSet<String>,
    commits: u32,
    service: bool,
}

impl Draft {
    fn toml(&self) -> String {
        let list = |items: &BTreeSet<String>| items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ");
        let mut text = format!("id = {}", quoted(&self.id));
        if self.name != self.id && !self.name.is_empty() {
            text.push_str(&format!("   # {}", crate::text::visible(&self.name)));
        }
        text.push('\n');
        if !self.logins.is_empty() {
            text.push_str(&format!("logins = [{}]\n", list(&self.logins)));
        } else if !self.service {
            text.push_str("# logins = [\"gh:...\"]\n");
        }
        if !self.emails.is_empty() {
            text.push_str(&format!("emails = [{}]\n", list(&self.emails)));
        }
        text
    }
}

/// A TOML string of text from a commit.
fn quoted(text: &str) -> String {
    toml::Value::String(crate::text::visible(text).into_owned()).to_string()
}

fn drafts(authors: &[(Identity, u32)]) -> Vec<Draft> {
    let mut by_name: BTreeMap<String, Draft> = BTreeMap::new();
    for (who, commits) in authors {
        let (name, email) = (who.name.raw().trim(), who.email.raw().trim().to_lowercase());
        let key = if name.is_empty() { email.clone() } else { name.to_lowercase() };
        let draft = by_name.entry(key).or_insert_with(|| Draft {
            id: String::new(),
            name: name.to_owned(),
            logins: BTreeSet::new(),
            emails: BTreeSet::new(),
            commits: 0,
            service: false,
        });
        draft.commits = draft.commits.saturating_add(*commits);
        draft.service |= is_service(name, &email);
        if email.contains('@') {
            draft.logins.extend(login(&email).map(|login| format!("gh:{login}")));
            draft.emails.insert(email);
        }
    }
    let mut drafts: Vec<Draft> = by_name.into_values().filter(|draft| !draft.emails.is_empty()).collect();
    drafts.sort_by(|a, b| b.commits.cmp(&a.commits).then_with(|| a.name.cmp(&b.name)));
    apart(&mut drafts);
    name_them(&mut drafts);
    drafts
}

/// An alias of two entries would be an error: the more active one keeps it.
fn apart(drafts: &mut Vec<Draft>) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for draft in drafts.iter_mut() {
        draft.emails.retain(|alias| taken.insert(alias.clone()));
        draft.logins.retain(|alias| taken.insert(alias.clone()));
    }
    drafts.retain(|draft| !draft.emails.is_empty());
}

fn name_them(drafts: &mut [Draft]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for draft in drafts {
        let from = draft.logins.first().map(|login| login[3..].to_owned());
        let from = from.or_else(|| draft.emails.first().map(|email| email.split('@').next().unwrap_or("").to_owned()));
        let plain: String = from
            .unwrap_or_default()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
            .collect();
        let plain = plain.trim_matches('-').to_owned();
        let plain = if plain.is_empty() { "person".to_owned() } else { plain };
        let mut id = plain.clone();
        let mut number = 2;
        while !taken.insert(id.clone()) {
            id = format!("{plain}-{number}");
            number += 1;
        }
        draft.id = id;
    }
}

fn is_service(name: &str, email: &str) -> bool {
    let local = email.split('@').next().unwrap_or_default();
    name.to_lowercase().ends_with("[bot]") || local.ends_with("[bot]") || ["noreply", "no-reply"].contains(&local)
}

/// The login in GitHub's private addresses: `1234+ann@users.noreply.github.com` is ann.
fn login(address: &str) -> Option<&str> {
    let local = address.strip_suffix("@users.noreply.github.com")?;
    Some(local.rsplit_once('+').map_or(local, |(_, login)| login))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{People, Policy, PolicySource};
    use crate::text::Untrusted;

    fn author(name: &str, email: &str, commits: u32) -> (Identity, u32) {
        (Identity { name: Untrusted::new(name), email: Untrusted::new(email) }, commits)
    }

    #[test]
    fn a_draft_loads_whatever_names_people_gave_themselves() {
        let authors = [
            author("Ann", "ann@shop.example", 12),
            author("Ann", "7+annie@users.noreply.github.com", 3),
            author("Bo \"\n[[person]]\nid = 'x'", "bo@shop.example", 9),
            author("bo", "BO@shop.example", 1),
            author("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com", 30),
            author("", "", 4),
            author("\u{202e}nna", "ann@other.example", 2),
        ];
        let text = people(&authors);
        let loaded = People::parse("people.toml", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(loaded.who("annie@shop.example"), None);
        assert_eq!(loaded.who("gh:annie"), loaded.who("ann@shop.example"));
        assert!(loaded.who("gh:annie").is_some_and(|at| loaded.entry(at).tier.is_none()));
        let bot = loaded.who("gh:renovate[bot]").expect("listed");
        assert!(!loaded.is_person(bot));
        assert_eq!(loaded.len(), 4, "{text}");
    }

    #[test]
    fn the_other_drafts_load_too() {
        let policy = policy();
        Policy::parse(PolicySource::Builtin, "policy.toml", policy.as_bytes())
            .unwrap_or_else(|error| panic!("{error}"));
        crate::config::Config::parse("config.toml", config().as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }
}
