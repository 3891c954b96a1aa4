//! People and their review tiers, if the team keeps a people file. A person is one id with many logins and e-mail
//! addresses; an alias that two entries share is an error, because it would let one pass as the other. Agents and bots
//! are listed to be recognised: they never approve anything. Tiers are words here; the policy orders them.

use super::names::{login_of, mailbox};
use super::owners::Dialect;
use super::vocabulary::{Place, Word};
use crate::data::{self, DataError};
use crate::limits::PEOPLE_MAX;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A loaded people file.
#[derive(Clone, Debug)]
pub struct People {
    /// BLAKE3 of the text, 64 hexadecimal digits.
    pub digest: String,
    entries: Vec<Entry>,
    /// Lower-case logins (`gh:ann`) and addresses, to positions in `entries`.
    aliases: BTreeMap<String, usize>,
    ids: BTreeMap<Arc<str>, usize>,
}

/// What an entry is; only a person can satisfy anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Person,
    Agent,
    Bot,
}

/// One person, agent or bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: Arc<str>,
    pub kind: Kind,
    /// A tier of the policy's scale; none counts as the lowest.
    pub tier: Option<Arc<str>>,
    pub teams: BTreeSet<Arc<str>>,
    /// Where the tier stands, for an error against a policy's scale.
    place: (usize, usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: Word,
    #[serde(default)]
    person: Vec<PersonTable>,
    #[serde(default)]
    agent: Vec<ServiceTable>,
    #[serde(default)]
    bot: Vec<ServiceTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonTable {
    id: Word,
    tier: Option<Word>,
    #[serde(default)]
    logins: Vec<Word>,
    #[serde(default)]
    emails: Vec<Word>,
    #[serde(default)]
    teams: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceTable {
    id: Word,
    #[serde(default)]
    logins: Vec<Word>,
    #[serde(default)]
    emails: Vec<Word>,
}

impl People {
    /// Accounts without a file, each a person of its own, in the teams that a forge says.
    pub(super) fn of_accounts(accounts: BTreeMap<String, BTreeSet<Arc<str>>>) -> Self {
        let mut people =
            Self { digest: String::new(), entries: Vec::new(), aliases: BTreeMap::new(), ids: BTreeMap::new() };
        for (position, (account, teams)) in accounts.into_iter().enumerate() {
            let kind = if account.ends_with("[bot]") { Kind::Bot } else { Kind::Person };
            let id: Arc<str> = account.as_str().into();
            people.entries.push(Entry { id, kind, tier: None, teams, place: (1, 1) });
            people.aliases.insert(account, position);
        }
        people
    }

    /// Parses a people file strictly; an alias that two people share is an error.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let text = data::utf8(file, bytes)?;
        let document: Document = data::parse(file, text)?;
        let place = Place { file, text };
        place.one_of(&document.schema, "a schema that this version reads", &["richter.people/1"])?;
        let number = document.person.len() + document.agent.len() + document.bot.len();
        if number > PEOPLE_MAX {
            return Err(DataError::whole(file, format!("{number} entries; at most {PEOPLE_MAX} are read")));
        }
        let digest = blake3::hash(bytes).to_hex().to_string();
        let mut people = Self { digest, entries: Vec::new(), aliases: BTreeMap::new(), ids: BTreeMap::new() };
        for table in &document.person {
            people.add_person(place, table)?;
        }
        for (kind, tables) in [(Kind::Agent, &document.agent), (Kind::Bot, &document.bot)] {
            for table in tables {
                let entry = people.add(place, &table.id, kind)?;
                people.add_aliases(place, entry, &table.logins, &table.emails)?;
            }
        }
        Ok(people)
    }

    /// An error for the first tier that the policy's scale does not have.
    pub fn check_tiers(&self, file: &str, tiers: &[Arc<str>]) -> Result<(), DataError> {
        let unknown = |entry: &&Entry| entry.tier.as_ref().is_some_and(|tier| !tiers.contains(tier));
        match self.entries.iter().find(unknown) {
            Some(entry) => {
                let (line, column) = entry.place;
                let tier = entry.tier.as_deref().unwrap_or_default();
                let message = format!("`{tier}` is not a tier of the policy; expected one of {}", tiers.join(", "));
                Err(DataError { file: file.to_owned(), line, column, message })
            }
            None => Ok(()),
        }
    }

    /// True if a file says who is who; else these are the accounts that a review names, each on its own.
    pub fn is_file(&self) -> bool {
        !self.digest.is_empty()
    }

    /// Position of the entry with this login (`gh:ann`, `@ann`), address (also as `Name <address>`) or id; case does not matter for aliases.
    pub fn who(&self, alias: &str) -> Option<usize> {
        let known = self.account(alias).or_else(|| self.ids.get(alias.trim()).copied());
        known.or_else(|| self.account(mailbox(alias)))
    }

    /// As `who`, by login or address alone. Whoever approves is known by their account: an id is no account, and somebody
    /// else may have a login that reads like it.
    pub fn account(&self, alias: &str) -> Option<usize> {
        let alias = alias.trim();
        let login = alias.strip_prefix('@').map(|login| format!("gh:{login}"));
        let known = self.aliases.get(&login.unwrap_or_else(|| alias.to_owned()).to_lowercase());
        known.or_else(|| self.aliases.get(&login_of(alias)?)).copied()
    }

    pub fn entry(&self, position: usize) -> &Entry {
        &self.entries[position]
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn is_person(&self, position: usize) -> bool {
        self.entries[position].kind == Kind::Person
    }

    /// Positions of the people (not agents, not bots) of a team.
    pub fn members(&self, team: &str) -> BTreeSet<usize> {
        let member = |entry: &Entry| entry.kind == Kind::Person && entry.teams.contains(team);
        (0..self.entries.len()).filter(|at| member(&self.entries[*at])).collect()
    }

    /// The people behind an owner of an owners file: `@login`, `@org/team`, `team:name` or an address. On GitLab `@name`
    /// is a login there or a group, `@a/b/c` the group of that path or of its last name, and `@@maintainer` whoever the
    /// people file puts into the team of that name: roles do not include each other.
    pub fn owners(&self, owner: &str, dialect: Dialect) -> BTreeSet<usize> {
        let person =
            |alias: &str| self.who(alias).filter(|at| self.is_person(*at)).into_iter().collect::<BTreeSet<_>>();
        if let Some(team) = owner.strip_prefix("team:") {
            return self.members(team);
        }
        match (owner.strip_prefix('@'), dialect) {
            (None, _) => person(owner),
            (Some(name), Dialect::Gitlab) => self.on_gitlab(name),
            (Some(name), _) => match name.split_once('/') {
                Some((_, team)) => self.members(team),
                None => person(owner),
            },
        }
    }

    fn on_gitlab(&self, name: &str) -> BTreeSet<usize> {
        if let Some(role) = name.strip_prefix('@') {
            let role = role.strip_suffix('s').unwrap_or(role);
            return self.members(role).into_iter().chain(self.members(&format!("{role}s"))).collect();
        }
        let user = self.aliases.get(&format!("gl:{}", name.to_lowercase())).copied();
        match user.filter(|at| self.is_person(*at)) {
            Some(at) => BTreeSet::from([at]),
            None => {
                let last = name.rsplit('/').next().unwrap_or(name);
                self.members(name).into_iter().chain(self.members(last)).collect()
            }
        }
    }

    /// Position of an entry's tier on a policy's scale: the lowest for no tier or one that the scale does not have.
    pub fn tier(&self, position: usize, tiers: &[Arc<str>]) -> usize {
        let tier = self.entries[position].tier.as_ref();
        tier.and_then(|tier| tiers.iter().position(|known| known == tier)).unwrap_or(0)
    }

    fn add_person(&mut self, place: Place, table: &PersonTable) -> Result<(), DataError> {
        let entry = self.add(place, &table.id, Kind::Person)?;
        self.add_aliases(place, entry, &table.logins, &table.emails)?;
        if let Some(word) = &table.tier {
            let at = place.error(word, "");
            self.entries[entry].place = (at.line, at.column);
            self.entries[entry].tier = Some(place.name(word, "a tier")?);
        }
        for team in &table.teams {
            let team = place.name(team, "a team")?;
            self.entries[entry].teams.insert(team);
        }
        Ok(())
    }

    fn add(&mut self, place: Place, id: &Word, kind: Kind) -> Result<usize, DataError> {
        let name = place.name(id, "an id")?;
        let position = self.entries.len();
        if self.ids.insert(name.clone(), position).is_some() {
            return Err(place.error(id, format!("the id `{name}` stands here twice")));
        }
        self.entries.push(Entry { id: name, kind, tier: None, teams: BTreeSet::new(), place: (1, 1) });
        Ok(position)
    }

    fn add_aliases(&mut self, place: Place, entry: usize, logins: &[Word], emails: &[Word]) -> Result<(), DataError> {
        for login in logins {
            let name = |forge: &str| login.get_ref().strip_prefix(forge).is_some_and(|name| !name.trim().is_empty());
            let known = ["gh:", "gl:", "gerrit:"].iter().any(|forge| name(forge));
            if !known {
                let message =
                    format!("`{}` is not a login; expected `gh:name`, `gl:name` or `gerrit:name`", login.get_ref());
                return Err(place.error(login, message));
            }
            self.add_alias(place, entry, login)?;
        }
        for email in emails {
            if !email.get_ref().contains('@') {
                return Err(place.error(email, format!("`{}` is not an e-mail address", email.get_ref())));
            }
            self.add_alias(place, entry, email)?;
        }
        Ok(())
    }

    fn add_alias(&mut self, place: Place, entry: usize, word: &Word) -> Result<(), DataError> {
        let key = word.get_ref().trim().to_lowercase();
        // a forge's private address is an account of its own
        let login = login_of(&key);
        for alias in std::iter::once(key).chain(login) {
            if let Some(other) = self.aliases.insert(alias, entry).filter(|other| *other != entry) {
                let (one, two) = (&self.entries[other].id, &self.entries[entry].id);
                return Err(place.error(word, format!("`{}` belongs to both `{one}` and `{two}`", word.get_ref())));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"schema = "richter.people/1"
[[person]]
id = "ann"
tier = "staff"
logins = ["gh:Ann"]
emails = ["ann@example.com"]
teams = ["payments"]
[[person]]
id = "bo"
emails = ["bo@example.com"]
teams = ["payments"]
[[agent]]
id = "robo"
logins = ["gh:robo[bot]"]
"#;

    fn people() -> People {
        People::parse("people.toml", FILE.as_bytes()).expect("a valid file")
    }

    #[test]
    fn people_are_found_by_every_alias_and_ranked() {
        let people = people();
        let tiers: Vec<Arc<str>> = ["junior", "staff"].map(Arc::from).to_vec();
        for alias in ["gh:ann", "ANN@example.com", "@ann", "ann"] {
            assert_eq!(people.who(alias).map(|at| people.tier(at, &tiers)), Some(1), "{alias}");
        }
        assert_eq!(people.tier(people.who("bo").expect("known"), &tiers), 0, "no tier is the lowest");
        assert_eq!(people.owners("@shop/payments", Dialect::Github).len(), 2);
        assert!(people.owners("@robo[bot]", Dialect::Github).is_empty(), "an agent owns nothing");
        assert!(people.who("nobody@example.com").is_none());
    }

    #[test]
    fn a_private_address_of_a_forge_is_the_account() {
        let people = people();
        for address in ["7+Ann@users.noreply.github.com", "ann@users.noreply.github.com", "Ann <ann@example.com>"] {
            assert_eq!(people.who(address), people.who("gh:ann"), "{address}");
        }
        assert!(people.who("7+annie@users.noreply.github.com").is_none());
        let error = |line: &str| {
            let text = format!("{FILE}[[person]]\nid = \"c\"\nemails = [\"{line}\"]\n");
            People::parse("people.toml", text.as_bytes()).map(|_| ()).expect_err("somebody else's")
        };
        assert_eq!(
            error("7+ann@users.noreply.github.com").message,
            "`7+ann@users.noreply.github.com` belongs to both `ann` and `c`"
        );
    }

    #[test]
    fn owners_on_gitlab_are_its_logins_groups_and_roles() {
        let text = FILE.replace("gh:Ann", "gl:Ann").replace("\"payments\"]", "\"payments\", \"maintainers\"]");
        let people = People::parse("people.toml", text.as_bytes()).expect("a valid file");
        let count = |owner: &str| people.owners(owner, Dialect::Gitlab).len();
        assert_eq!(["@ann", "@payments", "@shop/payments", "@a/b/payments"].map(count), [1, 2, 2, 2]);
        assert_eq!(
            ["@@maintainer", "@@maintainers", "@@developer", "@bo", "ann@example.com"].map(count),
            [2, 2, 0, 0, 1]
        );
    }

    #[test]
    fn an_alias_of_two_people_is_refused_with_its_place() {
        let text = format!("{FILE}[[bot]]\nid = \"b\"\nemails = [\"BO@example.com\"]\n");
        let error = People::parse("people.toml", text.as_bytes()).expect_err("ambiguous");
        assert_eq!((error.line, error.column), (17, 11));
        assert_eq!(error.message, "`BO@example.com` belongs to both `bo` and `b`");
    }

    #[test]
    fn strange_words_and_keys_are_refused() {
        for (from, to) in [
            ("tier =", "teir ="),
            ("gh:Ann", "Ann"),
            ("gh:Ann", "gh:"),
            ("ann@example.com", "ann"),
            ("people/1", "people/2"),
            ("\"bo\"", "\"ann\""),
        ] {
            assert!(People::parse("people.toml", FILE.replace(from, to).as_bytes()).is_err(), "{from}");
        }
        let tiers: Vec<Arc<str>> = vec!["junior".into()];
        let error = people().check_tiers("people.toml", &tiers).expect_err("no such tier");
        assert_eq!((error.line, error.column), (4, 8));
    }
}
