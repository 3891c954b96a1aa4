//! The policy file: read strictly, checked against its own scales and names, compiled. A word that is not in the closed
//! vocabulary is an error with its place and what is allowed, because a rule that silently never applies would be taken
//! for protection. Names of zones are the one thing not known here: `check_areas` settles them.

use super::document::{Document, InvariantTable, OwnersTable, RequireTable, Scale};
use super::gate::{Evidence, Freeze, Override};
use super::owners::{Dialect, OWNER_FILES};
use super::pattern::Pattern;
use super::rule::{Exempt, Known, PolicyRule, Require, When};
use super::trust::{Trusted, trust};
use super::vocabulary::{INVOLVEMENT, Place, TIERS, Word, involvement_names, level_names};
use crate::data::{self, DataError};
use crate::embedded;
use crate::limits::{APPROVALS_MAX, DISTINCT_SLOTS_MAX, POLICY_RULES_MAX};
use crate::provenance::Involvement;
use crate::score::Level;
use crate::zones::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use toml::Spanned;

/// Name of the built-in policy below `rules/`.
const BUILTIN: &str = "policy.toml";

/// Where a policy was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicySource {
    Builtin,
    /// `<oid>:path` of the deciding commit.
    Tree(String),
    File(String),
}

impl PolicySource {
    /// As the report says it: `builtin`, `<oid>:path` or the file's name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Builtin => "builtin",
            Self::Tree(name) | Self::File(name) => name,
        }
    }
}

/// A loaded policy.
#[derive(Clone, Debug)]
pub struct Policy {
    pub source: PolicySource,
    /// BLAKE3 of the text, 64 hexadecimal digits.
    pub digest: String,
    /// Review tiers, lowest first.
    pub(super) tiers: Vec<Arc<str>>,
    pub(super) trust: Trusted,
    /// Approvals that every change needs.
    pub(super) floor: u32,
    pub(super) owners: OwnersPolicy,
    /// Globs of the policy's own areas.
    pub(super) areas: BTreeMap<Arc<str>, Vec<Pattern>>,
    pub(super) rules: Vec<PolicyRule>,
    pub(super) exempts: Vec<Exempt>,
    pub(super) freezes: Vec<Freeze>,
    pub(super) steps: BTreeMap<Arc<str>, Evidence>,
    pub(super) overrule: Option<Override>,
    pub(super) tests: Vec<PolicyTest>,
    pub(super) invariants: Vec<Invariant>,
    /// Names that must be zones, each with the error to give if it is none.
    zone_names: Vec<(Arc<str>, DataError)>,
}

/// The `[owners]` table.
#[derive(Clone, Debug)]
pub(super) struct OwnersPolicy {
    pub files: Vec<String>,
    /// True if every change needs its owners; false: only where a rule asks.
    pub always: bool,
    /// How the owners file is to be read; none: as its place says.
    pub dialect: Option<Dialect>,
    pub unowned: Unowned,
    /// Owners of one group of files who must look, at least.
    pub per_area: u32,
    /// An owner that is nobody in the people file blocks; else it is reported.
    pub unresolved_blocks: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unowned {
    Ignore,
    Default(Arc<str>),
    Block,
}

/// A `[[test]]` of the policy: facts, and the least that they must lead to.
#[derive(Clone, Debug)]
pub(super) struct PolicyTest {
    pub name: String,
    pub risk: Level,
    pub ai: Involvement,
    pub author_tier: Option<usize>,
    pub area: Vec<Arc<str>>,
    pub reached: Vec<Arc<str>>,
    pub expect: Require,
}

/// An `[[invariant]]`: wherever its conditions hold, at least this must be asked for. `policy prove` looks at every cell.
#[derive(Clone, Debug)]
pub(super) struct Invariant {
    pub name: Arc<str>,
    pub why: Option<Arc<str>>,
    pub when: When,
    pub expect: Require,
}

impl Policy {
    /// The policy in force when there is none.
    pub fn builtin() -> Self {
        static POLICY: OnceLock<Policy> = OnceLock::new();
        let read = || {
            let text = embedded::rule_file(BUILTIN);
            Self::parse(PolicySource::Builtin, "rules/policy.toml", text.as_bytes())
                .expect("a test loads the built-in policy")
        };
        POLICY.get_or_init(read).clone()
    }

    /// Parses a policy file strictly.
    pub fn parse(source: PolicySource, file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let text = data::utf8(file, bytes)?;
        let document: Document = data::parse(file, text)?;
        let place = Place { file, text };
        schema(place, &document.schema)?;
        let tiers = scale(place, document.scale.as_ref())?;
        let steps: BTreeSet<Arc<str>> =
            document.step.keys().map(|name| place.name(name, "a name of a step")).collect::<Result<_, _>>()?;
        let known = Known { place, tiers: &tiers, steps: &steps };
        bounded(file, &document)?;
        let rules = rules(&known, &document)?;
        let exempts = document.exempt.iter().map(|table| known.exempt(table, &rules)).collect::<Result<_, _>>()?;
        let areas = areas(&known, &document)?;
        let freezes: Vec<Freeze> = document.freeze.iter().map(|table| known.freeze(table)).collect::<Result<_, _>>()?;
        let raised = freezes.iter().filter_map(Freeze::raised);
        few_distinct(file, rules.iter().map(|rule| &rule.require).chain(raised))?;
        let mut evidence = BTreeMap::new();
        for (name, table) in &document.step {
            evidence.insert(place.name(name, "a name of a step")?, known.step(table)?);
        }
        Ok(Self {
            digest: blake3::hash(bytes).to_hex().to_string(),
            trust: trust(&known, &document.trust)?,
            floor: floor(&known, &document)?,
            owners: owners(place, &document.owners)?,
            freezes,
            overrule: document.overrule.as_ref().map(|table| known.overrule(table)).transpose()?,
            tests: tests(&known, &document)?,
            invariants: document.invariant.iter().map(|table| invariant(&known, table)).collect::<Result<_, _>>()?,
            zone_names: zone_names(place, &document, &areas),
            steps: evidence,
            source,
            areas,
            rules,
            exempts,
            tiers,
        })
    }

    /// An error for the first area that a rule names and that is neither in `[areas]` nor a zone.
    pub fn check_areas(&self, zones: &Zones) -> Result<(), DataError> {
        match self.zone_names.iter().find(|(name, _)| zones.get(name).is_none()) {
            Some((_, error)) => {
                let known: Vec<&str> =
                    self.areas.keys().map(|name| &**name).chain(zones.all().iter().map(|zone| &*zone.id)).collect();
                let mut error = error.clone();
                error.message = format!("{}; expected one of {}", error.message, known.join(", "));
                Err(error)
            }
            None => Ok(()),
        }
    }

    /// The owners files to look for, in this order; empty: where forges look for them.
    pub fn owner_files(&self) -> &[String] {
        &self.owners.files
    }

    /// How to read the owners file, where the policy says so.
    pub fn dialect(&self) -> Option<Dialect> {
        self.owners.dialect
    }

    /// Where rules, exemptions and freezes stand: their 1-based lines, by name.
    pub(super) fn lines(&self) -> BTreeMap<Arc<str>, u32> {
        let freezes = self.freezes.iter().map(|freeze| (freeze.name.clone(), freeze.line));
        let exempts = self.exempts.iter().map(|exempt| (exempt.name.clone(), exempt.line));
        let rules = self.rules.iter().map(|rule| (rule.name.clone(), rule.line));
        freezes.chain(exempts).chain(rules).collect()
    }

    /// Review tiers, lowest first.
    pub fn tiers(&self) -> &[Arc<str>] {
        &self.tiers
    }
}

fn schema(place: Place, schema: &Word) -> Result<(), DataError> {
    place.one_of(schema, "a schema that this version reads", &["richter.policy/1"]).map(|_| ())
}

/// The tiers; the other two scales are richter's own and may only be repeated.
fn scale(place: Place, scale: Option<&Scale>) -> Result<Vec<Arc<str>>, DataError> {
    let Some(scale) = scale else { return Ok(TIERS.map(Arc::from).to_vec()) };
    let same = |given: &Option<Spanned<Vec<String>>>, ours: &[&str]| match given {
        Some(words) if words.get_ref() != ours => {
            Err(place.error(words, format!("this scale is fixed: {}", ours.join(" < "))))
        }
        _ => Ok(()),
    };
    same(&scale.risk, &level_names())?;
    same(&scale.ai, &involvement_names())?;
    let Some(words) = &scale.tiers else { return Ok(TIERS.map(Arc::from).to_vec()) };
    let mut tiers: Vec<Arc<str>> = Vec::new();
    for word in words {
        let tier = place.name(word, "a tier")?;
        if tiers.contains(&tier) {
            return Err(place.error(word, format!("the tier `{tier}` stands here twice")));
        }
        tiers.push(tier);
    }
    match tiers.is_empty() {
        true => Err(DataError::whole(place.file, "[scale] tiers needs at least one tier")),
        false => Ok(tiers),
    }
}

fn floor(known: &Known, document: &Document) -> Result<u32, DataError> {
    match &document.floor.human {
        Some(human) if !human.get_ref() => {
            Err(known.place.error(human, "only people's approvals count; this cannot be switched off"))
        }
        _ => known.count(&document.floor.approvals, 1),
    }
}

fn owners(place: Place, table: &OwnersTable) -> Result<OwnersPolicy, DataError> {
    let word_of = |word: &Option<Word>, what: &str, allowed: &[&str]| match word {
        Some(word) => place.one_of(word, what, allowed),
        None => Ok(0),
    };
    let dialect = match &table.dialect {
        Some(word) => Some(Dialect::ALL[place.one_of(word, "a dialect of owners files", &Dialect::NAMES)?]),
        None => None,
    };
    let mut files = Vec::new();
    for word in table.files.iter().flatten() {
        files.push(OWNER_FILES[place.one_of(word, "a place of an owners file", &OWNER_FILES)?].to_owned());
    }
    let per_area = match &table.per_area {
        Some(count) if *count.get_ref() == 0 || *count.get_ref() > APPROVALS_MAX => {
            let message = format!("a number from 1 to {APPROVALS_MAX} of owners can be asked for");
            return Err(place.error(count, message));
        }
        Some(count) => *count.get_ref(),
        None => 1,
    };
    let unowned = match (
        word_of(&table.unowned, "a way to treat unowned files", &["ignore", "default", "block"])?,
        &table.default,
    ) {
        (1, Some(default)) => Unowned::Default(place.owner(default)?),
        (1, None) => {
            let at = table.unowned.as_ref().map_or(0, |word| word.span().start);
            return Err(DataError::at(
                place.file,
                place.text,
                at,
                "`default` needs `default = \"team:...\"` beside it",
            ));
        }
        (2, _) => Unowned::Block,
        _ => Unowned::Ignore,
    };
    Ok(OwnersPolicy {
        files,
        dialect,
        per_area,
        always: word_of(&table.required, "a way to require owners", &["always", "by-rule"])? == 0,
        unowned,
        unresolved_blocks: word_of(&table.unresolved, "a way to treat unresolved owners", &["block", "report"])? == 0,
    })
}

fn areas(known: &Known, document: &Document) -> Result<BTreeMap<Arc<str>, Vec<Pattern>>, DataError> {
    let mut areas = BTreeMap::new();
    for (name, globs) in &document.areas {
        let globs = globs.iter().map(|glob| known.glob(glob)).collect::<Result<_, _>>()?;
        areas.insert(known.place.name(name, "a name of an area")?, globs);
    }
    Ok(areas)
}

fn rules(known: &Known, document: &Document) -> Result<Vec<PolicyRule>, DataError> {
    let mut rules: Vec<PolicyRule> = Vec::new();
    for table in &document.rule {
        let rule = known.rule(table)?;
        if rules.iter().any(|other| other.name == rule.name) || ["floor", "owners"].contains(&&*rule.name) {
            return Err(known.place.error(&table.name, format!("the name `{}` is taken", rule.name)));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn bounded(file: &str, document: &Document) -> Result<(), DataError> {
    let most = document.rule.len().max(document.exempt.len()).max(document.freeze.len()).max(document.test.len());
    if most.max(document.invariant.len()) > POLICY_RULES_MAX {
        return Err(DataError::whole(file, format!("{most} rules; at most {POLICY_RULES_MAX} of a kind are read")));
    }
    Ok(())
}

/// Different slots that nobody may fill twice are checked in every combination, so there can only be a few.
fn few_distinct<'a>(file: &str, asked: impl Iterator<Item = &'a Require>) -> Result<(), DataError> {
    let slots: BTreeSet<_> = asked.flat_map(|require| &require.slots).filter(|slot| slot.distinct).collect();
    match slots.len() > DISTINCT_SLOTS_MAX {
        true => Err(DataError::whole(file, format!("at most {DISTINCT_SLOTS_MAX} different slots can be `distinct`"))),
        false => Ok(()),
    }
}

fn invariant(known: &Known, table: &InvariantTable) -> Result<Invariant, DataError> {
    Ok(Invariant {
        name: known.place.name(&table.name, "a name of an invariant")?,
        why: table.why.as_deref().map(Arc::from),
        when: known.when(&table.when)?,
        expect: known.require(&table.expect)?,
    })
}

fn tests(known: &Known, document: &Document) -> Result<Vec<PolicyTest>, DataError> {
    let place = known.place;
    let mut tests = Vec::new();
    for (number, table) in document.test.iter().enumerate() {
        let given = &table.given;
        let level = |word: &Word| Ok(Level::ALL[place.one_of(word, "a level", &level_names())?]);
        let ai = |word: &Word| Ok(INVOLVEMENT[place.one_of(word, "an AI involvement", &involvement_names())?]);
        let names = |words: &[Word]| words.iter().map(|word| place.name(word, "an area")).collect::<Result<_, _>>();
        tests.push(PolicyTest {
            name: table.name.clone().unwrap_or_else(|| format!("test {}", number + 1)),
            risk: known.optional(&given.risk, level)?.unwrap_or(Level::Low),
            ai: known.optional(&given.ai, ai)?.unwrap_or(Involvement::DeclaredNone),
            author_tier: known.optional(&given.author_tier, |word| place.one_of(word, "a tier", known.tiers))?,
            area: names(&given.area)?,
            reached: names(&given.reached)?,
            expect: known.require(&table.expect)?,
        });
    }
    Ok(tests)
}

fn zone_names(
    place: Place,
    document: &Document,
    areas: &BTreeMap<Arc<str>, Vec<Pattern>>,
) -> Vec<(Arc<str>, DataError)> {
    let conditions =
        document.rule.iter().map(|rule| &rule.when).chain(document.freeze.iter().map(|freeze| &freeze.when));
    let conditions = conditions.chain(document.invariant.iter().map(|invariant| &invariant.when));
    let named = conditions.flat_map(|when| when.area.iter().chain(&when.reached).flat_map(|words| words.get_ref()));
    let never = document.overrule.iter().flat_map(|table| &table.never);
    let given = document.test.iter().flat_map(|test| test.given.area.iter().chain(&test.given.reached));
    let slots = requires(document).flat_map(|require| &require.slots).filter_map(|slot| slot.area.as_ref());
    let unknown =
        named.chain(never).chain(given).chain(slots).filter(|word| !areas.contains_key(word.get_ref().as_str()));
    unknown
        .map(|word| {
            let message = format!("`{}` is neither in [areas] nor a zone", word.get_ref());
            (word.get_ref().as_str().into(), place.error(word, message))
        })
        .collect()
}

/// Everything in a policy that asks for something.
fn requires(document: &Document) -> impl Iterator<Item = &RequireTable> {
    let rules = document.rule.iter().map(|rule| &rule.require);
    let raised = document.freeze.iter().filter_map(|freeze| freeze.raise.as_ref());
    let expected = document.test.iter().map(|test| &test.expect);
    rules.chain(raised).chain(expected).chain(document.invariant.iter().map(|invariant| &invariant.expect))
}
