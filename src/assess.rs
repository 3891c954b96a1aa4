//! The composition: the only file that names every stage. `Deciding` is what the deciding commit says about how to judge
//! (configuration, zones, rules, policy, owners, people); `assess` runs the stages in their order.

use crate::blast::{BlastRadius, Graphs, World};
use crate::cache::Cache;
use crate::config::Config;
use crate::data::{self, DataError};
use crate::facts::{self, Facts};
use crate::gap::Gap;
use crate::history::{self, Log, LogCache};
use crate::input::{Attestations, Identity, Input, Snapshot};
use crate::policy::{self, Owners, People, Policy, PolicySource, Question};
use crate::provenance::{self, PrFacts, Sources};
use crate::report::Report;
use crate::roles::{self, Role};
use crate::rules::{self, Evidence, RulePack};
use crate::score::{self, Level, Model, Weighing};
use crate::syntax::Outlines;
use crate::text::Untrusted;
use crate::zones::Zones;
use std::sync::{Arc, Mutex};

/// What the caller may say about one assessment. Files are (name, bytes); the command line has read them.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--author`: a name, an address, or `Name <address>`.
    pub author: Option<String>,
    pub pr_facts: Option<PrFacts>,
    pub policy: Option<(String, Vec<u8>)>,
    pub people: Option<(String, Vec<u8>)>,
    /// `--no-graph`: nothing is traced beyond the change itself.
    pub no_graph: bool,
    /// Echoed in the report.
    pub id: Option<serde_json::Value>,
}

/// What the assessments of one process share: everything here is only a memory of what was computed before.
#[derive(Debug, Default)]
pub struct Session {
    outlines: Outlines,
    graphs: Graphs,
    log: LogCache,
    /// The last rules and zones that were compiled, by the texts they came from.
    packs: Mutex<Option<(Vec<Files>, Packs)>>,
    /// The last repository's model that was read, by its text.
    model: Mutex<Option<(String, Arc<Model>)>>,
}

/// Where a model that was fitted for one repository stands.
pub const MODEL: &str = ".richter/model.toml";

/// Name and text of files.
type Files = Vec<(String, String)>;

#[derive(Clone, Debug)]
struct Packs {
    rules: Arc<RulePack>,
    zones: Arc<Zones>,
}

/// What decides about a change, read from the deciding commit alone.
#[derive(Clone, Debug)]
pub struct Deciding {
    pub config: Config,
    pub rules: Arc<RulePack>,
    pub zones: Arc<Zones>,
    /// The built-in model, or the one that was fitted for this repository.
    pub model: Arc<Model>,
    pub policy: Policy,
    pub owners: Owners,
    pub people: Option<People>,
}

impl Deciding {
    /// Reads `.richter/` and the owners of a tree. A mistake in any of it is an error with its place: a broken
    /// configuration must not pass for none.
    pub fn read(tree: &Snapshot, oid: Option<String>, options: &Options, session: &Session) -> Result<Self, DataError> {
        let place = |path: &str| oid.as_ref().map_or_else(|| path.to_owned(), |oid| format!("{oid}:{path}"));
        let config = match file(tree, ".richter/config.toml")? {
            Some(bytes) => Config::parse(&place(".richter/config.toml"), &bytes)?,
            None => Config::default(),
        };
        let mut zone_files = folder(tree, ".richter/zones/", &place)?;
        zone_files.extend(config.zones.iter().cloned());
        let packs = session.packs(folder(tree, ".richter/rules/", &place)?, zone_files)?;
        let model = match file(tree, MODEL)? {
            Some(bytes) => session.model(&place(MODEL), data::utf8(MODEL, &bytes)?)?,
            None => Model::get(),
        };
        let people = match &options.people {
            Some((name, bytes)) => Some((name.clone(), People::parse(name, bytes)?)),
            None => match file(tree, ".richter/people.toml")? {
                Some(bytes) => {
                    let name = place(".richter/people.toml");
                    Some((name.clone(), People::parse(&name, &bytes)?))
                }
                None => None,
            },
        };
        let policy = read_policy(tree, &place, options)?;
        policy.check_areas(&packs.zones)?;
        let people =
            people.map(|(name, people)| people.check_tiers(&name, policy.tiers()).map(|()| people)).transpose()?;
        let owners = Owners::read(tree, policy.owner_files(), policy.dialect());
        Ok(Self { config, rules: packs.rules, zones: packs.zones, model, policy, owners, people })
    }
}

fn read_policy(tree: &Snapshot, place: &dyn Fn(&str) -> String, options: &Options) -> Result<Policy, DataError> {
    if let Some((name, bytes)) = &options.policy {
        return Policy::parse(PolicySource::File(name.clone()), name, bytes);
    }
    match file(tree, ".richter/policy.toml")? {
        Some(bytes) => {
            let name = place(".richter/policy.toml");
            Policy::parse(PolicySource::Tree(name.clone()), &name, &bytes)
        }
        None => Ok(Policy::builtin()),
    }
}

/// A plain file of the tree; an error if it is there and cannot be read, or is a link.
fn file(tree: &Snapshot, path: &str) -> Result<Option<Arc<[u8]>>, DataError> {
    let Some(entry) = tree.entry(&path.into()) else { return Ok(None) };
    if !entry.mode.is_file() {
        return Err(DataError::whole(path, "expected a plain file, found a link or a submodule"));
    }
    let unread = |gap: Gap| DataError::whole(path, format!("could not be read: {}", gap.why.terminal()));
    tree.blob(entry).map(Some).map_err(unread)
}

/// All `.toml` files below a folder of the tree, sorted by path, named by their place.
fn folder(tree: &Snapshot, prefix: &str, place: &dyn Fn(&str) -> String) -> Result<Files, DataError> {
    let below = |path: &[u8]| path.starts_with(prefix.as_bytes()) && path.ends_with(b".toml");
    let entries = tree.entries().iter().filter(|entry| below(entry.path.as_bytes()));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path.to_text();
        if let Some(bytes) = file(tree, &path)? {
            files.push((place(&path), data::utf8(&path, &bytes)?.to_owned()));
        }
    }
    Ok(files)
}

impl Session {
    /// A session whose answers outlive it.
    pub fn with_cache(cache: Cache) -> Self {
        let cache = Arc::new(cache);
        Self { outlines: Outlines::with_cache(cache.clone()), log: LogCache::with_cache(cache), ..Self::default() }
    }

    /// What outlives the session.
    pub fn cache(&self) -> &Cache {
        self.outlines.cache()
    }

    /// A repository's model, from memory if the same text was read last.
    fn model(&self, name: &str, text: &str) -> Result<Arc<Model>, DataError> {
        let mut last = self.model.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((known, model)) = &*last
            && known == text
        {
            return Ok(model.clone());
        }
        let model = Arc::new(Model::of_repository(name, text)?);
        *last = Some((text.to_owned(), model.clone()));
        Ok(model)
    }

    /// Compiled rules and zones, from memory if the same texts were compiled last.
    fn packs(&self, rules: Files, zones: Files) -> Result<Packs, DataError> {
        let last = || self.packs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let key = vec![rules, zones];
        if let Some((known, packs)) = &*last()
            && *known == key
        {
            return Ok(packs.clone());
        }
        // not under the lock: this thread may meanwhile work on another request, which asks for the same
        let (rules, zones) = rayon::join(|| RulePack::load(&key[0]), || Zones::load(&key[1]));
        let packs = Packs { rules: Arc::new(rules?), zones: Arc::new(zones?) };
        *last() = Some((key, packs.clone()));
        Ok(packs)
    }
}

/// Reads what every assessment needs of the compiled-in data, beside whatever is done meanwhile.
pub fn prepare() {
    rayon::spawn(|| {
        roles::prepare();
        Zones::builtin();
        Model::get();
        Policy::builtin();
    });
}

/// Judges one change.
pub fn assess(input: &Input, deciding: &Deciding, options: &Options, session: &Session) -> Report {
    let change = &input.change;
    let Deciding { config, rules: pack, zones, model, .. } = deciding;
    let mut facts = facts::compare(change, &session.outlines);
    let (base, head, outlines) = (&input.base, &input.head, &session.outlines);
    let world = World { change, base, head, outlines, zones, config, graph: !options.no_graph };
    let blast = session.graphs.trace(&world, &facts);
    shipped_by_use(&mut facts, &blast);
    let log = past(input, deciding, session);
    let mut history = history::recall(change, &log, options.author.as_deref().map(identity));
    let provenance = provenance::attribute(&written_by(input, options));
    let evidence = Evidence { change, facts: &facts, blast: &blast, history: &history, zones, config, head };
    let fired = rules::fire(pack, &evidence);

    let gaps = gaps([&change.gaps, &facts.gaps, &blast.gaps, &history.gaps, &deciding.owners.gaps]);
    let assessment = score::weigh(&Weighing {
        model,
        facts: &facts,
        blast: &blast,
        history: &history,
        provenance: &provenance,
        signals: &fired.signals,
        zones,
        config,
        gaps: &gaps,
    });
    // whom to ask matters where more than the usual look is asked for; the lines cost a few diffs a file
    if assessment.level > Level::Low
        && !options.no_graph
        && let Some(repository) = &input.repository
    {
        history.experts = history::experts_of_lines(change, &log, repository);
    }
    let question = Question {
        change,
        assessment: &assessment,
        provenance: &provenance,
        blast: &blast,
        history: &history,
        zones,
        asked: options.pr_facts.as_ref().map_or(&[], |facts| &facts.reviewers),
        author: options.author.as_deref(),
    };
    let (observations, signals) = fired.signals.into_iter().partition(|signal| signal.observation);
    let review = policy::require(&deciding.policy, &deciding.owners, deciding.people.as_ref(), &question);
    let gaps = self::gaps([&gaps, &review.gaps]);
    Report {
        id: options.id.clone(),
        rules_digest: pack.digest(),
        model_digest: model.digest().to_owned(),
        change: change.clone(),
        facts,
        blast,
        history,
        provenance,
        signals,
        observations,
        accepted: fired.accepted,
        assessment,
        review,
        zones: zones.clone(),
        gaps,
    }
}

/// A test, an example or a page that shipped code surely depends on is shipped itself, whatever its name says.
fn shipped_by_use(facts: &mut Facts, blast: &BlastRadius) {
    for changed in blast.changed.iter().filter(|changed| changed.shipped_use) {
        let roles = &mut facts.files[changed.file].roles;
        [Role::Test, Role::Example, Role::Documentation].into_iter().for_each(|role| roles.remove(role));
    }
}

/// What says who or what wrote the change.
fn written_by<'a>(input: &'a Input, options: &'a Options) -> Sources<'a> {
    Sources {
        beside: input.repository.as_ref().map(|repository| repository as &dyn Attestations),
        head: Some(&input.head),
        pr: options.pr_facts.as_ref(),
        ..Sources::of(&input.change)
    }
}

/// History up to the old side of the change: nothing that came later, and nothing of the change itself.
fn past(input: &Input, deciding: &Deciding, session: &Session) -> Log {
    match (&input.repository, input.change.base) {
        (Some(repository), Some(base)) => Log::read(repository, base, &deciding.config, &session.log),
        _ => Log::default(),
    }
}

/// `Name <address>`, an address, or a name.
pub fn identity(text: &str) -> Identity {
    let text = text.trim();
    let parts = text.strip_suffix('>').and_then(|rest| rest.split_once('<'));
    let (name, email) = match parts {
        Some((name, email)) => (name.trim(), email.trim()),
        None if text.contains('@') => ("", text),
        None => (text, ""),
    };
    Identity { name: Untrusted::new(name), email: Untrusted::new(email) }
}

fn gaps<const N: usize>(lists: [&Vec<Gap>; N]) -> Vec<Gap> {
    let mut all: Vec<Gap> = lists.into_iter().flatten().cloned().collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_read_in_every_usual_form() {
        let parts = |text| {
            let Identity { name, email } = identity(text);
            (name.raw().to_owned(), email.raw().to_owned())
        };
        assert_eq!(parts("Ann <ann@example.com>"), ("Ann".into(), "ann@example.com".into()));
        assert_eq!(parts("ann@example.com"), ("".into(), "ann@example.com".into()));
        assert_eq!(parts("Ann"), ("Ann".into(), "".into()));
    }

    #[test]
    fn a_broken_configuration_is_an_error_and_not_none() {
        let tree = Snapshot::in_memory([(".richter/config.toml", b"\xff\xfe".as_slice())]);
        let read = Deciding::read(&tree, None, &Options::default(), &Session::default());
        assert!(read.is_err());
    }
}
