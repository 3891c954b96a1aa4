//! Where in a manifest its dependencies stand: settings by key, or lines by pattern, as its table says
//! (`manifest_table.rs`); only Maven's project file has a reader of its own (`pom.rs`).

use super::locks::Lock;
use super::manifest_table::{Format, Table, Written};
use crate::location::{LineRange, RepoPath};
use crate::syntax::{Setting, Value};
use regex::Regex;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Keys below a dependency's name that say which version of it, in the order they are written out.
const VERSION_KEYS: [&str; 13] = [
    "version",
    "ref",
    "git",
    "github",
    "branch",
    "rev",
    "tag",
    "path",
    "url",
    "registry",
    "repository",
    "hosted",
    "workspace",
];
/// Bytes of a line beyond which it is no dependency.
const LINE_BYTES_MAX: usize = 2_000;

/// A dependency as one side of a manifest has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    /// Where in the manifest: two sections may name the same dependency.
    pub section: Arc<str>,
    pub name: Arc<str>,
    pub requirement: Option<Arc<str>>,
    pub development: bool,
    /// Brought in by another dependency, and listed by the tool that resolves them.
    pub indirect: bool,
    pub lines: LineRange,
    /// Indexes of the settings that say which version.
    pub settings: Vec<usize>,
    /// Indexes of the settings that say more about it (features, optional).
    pub details: Vec<usize>,
}

/// A dependency and the parts of its requirement, each with its rank among `VERSION_KEYS`.
type Parts = (Dependency, Vec<(usize, String)>);

/// One way to read a manifest.
pub(super) struct Manifest {
    pub ecosystem: Arc<str>,
    format: Format,
    keys: Vec<(Regex, bool)>,
    lists: Vec<(Regex, bool)>,
    /// The table of named versions, and the key that names one.
    alias: Option<(String, String)>,
    patterns: Vec<(Regex, bool)>,
    block: Option<(Regex, Regex)>,
    /// A version that stands below the name, and what ends the search for it.
    below: Option<(Regex, Option<Regex>)>,
    lock: Option<Lock>,
    /// A line that lists what another dependency brought in.
    indirect: Option<Regex>,
    /// A text whose dependencies are all for development.
    development_if: Option<Regex>,
    /// The end of a name that says its major version.
    major_suffix: Option<Regex>,
}

impl Manifest {
    /// The manifest that a file is, if it is one.
    pub fn of(path: &RepoPath) -> Option<&'static Self> {
        static COMPILED: OnceLock<Vec<OnceLock<Manifest>>> = OnceLock::new();
        let table = Table::get();
        let at = table.find(path)?;
        // a change has few kinds of manifests, most have none: each is compiled when the first of its kind is met
        let all = COMPILED.get_or_init(|| table.all.iter().map(|_| OnceLock::new()).collect());
        let compiled = || compile(&table.all[at]).expect("a test compiles every kind of manifest");
        Some(all[at].get_or_init(compiled))
    }

    /// True if its dependencies are read from settings, so that those are not reported a second time.
    pub fn reads_settings(&self) -> bool {
        self.format == Format::Settings
    }

    /// True for a lock file: it says what is really installed, directly or through others.
    pub fn is_lock(&self) -> bool {
        self.format == Format::Lock
    }

    /// The name of a dependency without the major version that some ecosystems write into it: `a.b/c` of `a.b/c/v2`.
    pub fn stem<'n>(&self, name: &'n str) -> &'n str {
        let end = self.major_suffix.as_ref().and_then(|suffix| suffix.find(name)).map_or(name.len(), |end| end.start());
        &name[..end]
    }

    /// The dependencies of one side, in order of section and name; `tools`: all of it is for development.
    /// None of a text beyond `limits::PARSE_BYTES_MAX`: then its lines are changed text.
    pub fn dependencies(&self, text: &[u8], settings: &[Setting], tools: bool) -> Vec<Dependency> {
        if text.len() > crate::limits::PARSE_BYTES_MAX {
            return Vec::new();
        }
        let mut all = match self.format {
            Format::Settings => self.in_settings(settings),
            Format::Lines => self.in_lines(&String::from_utf8_lossy(text), tools),
            Format::Pom => super::pom::read(&String::from_utf8_lossy(text)),
            Format::Lock => {
                self.lock.as_ref().map(|lock| lock.read(&String::from_utf8_lossy(text))).unwrap_or_default()
            }
        };
        all.iter_mut().for_each(|one| one.development |= tools);
        all
    }

    /// How the names of packages begin that are made by the same people as this one: `@scope/` or `vendor/` of its own
    /// name, Maven's group, the owner in a Go module's path. None where names do not say who made them.
    pub fn family(&self, text: &[u8], settings: &[Setting]) -> Option<String> {
        match self.format {
            Format::Settings => {
                let name = settings.iter().find(|setting| &*setting.key == "name")?.value.to_text();
                name.split_once('/').map(|(family, _)| format!("{family}/"))
            }
            Format::Pom => super::pom::group(&String::from_utf8_lossy(text)).map(|group| format!("{group}:")),
            Format::Lines => {
                let text = String::from_utf8_lossy(text);
                let module = text.lines().find_map(|line| line.strip_prefix("module "))?.trim();
                let parts: Vec<&str> = module.split('/').collect();
                (parts.len() > 2).then(|| format!("{}/", parts[..2].join("/")))
            }
            Format::Lock => None,
        }
    }

    fn in_settings(&self, settings: &[Setting]) -> Vec<Dependency> {
        let mut found: BTreeMap<(String, String), Parts> = BTreeMap::new();
        let mut listed = Vec::new();
        for (index, setting) in settings.iter().enumerate() {
            if let Some((section, name, detail, development)) = self.key(&setting.key) {
                let lines = setting.lines;
                let fresh = || (dependency(&section, &name, None, development, lines, Vec::new()), Vec::new());
                let (entry, parts) = found.entry((section.clone(), name.clone())).or_insert_with(fresh);
                if let Some(rank) = VERSION_KEYS.iter().position(|known| *known == detail || detail.is_empty()) {
                    entry.settings.push(index);
                    let value = setting.value.to_text();
                    let part =
                        if detail.is_empty() || detail == "version" { value } else { format!("{detail}={value}") };
                    parts.push((if detail.is_empty() { 0 } else { rank }, part));
                    entry.lines = if parts.len() == 1 { setting.lines } else { entry.lines };
                } else {
                    entry.details.push(index);
                }
            } else if let Value::List(items) = &setting.value {
                let list = self.lists.iter().find(|(regex, _)| regex.is_match(&setting.key));
                let requirement = |(_, development): &(Regex, bool), item: &str| {
                    let (name, version) = split_requirement(item);
                    dependency(&setting.key, name, version, *development, setting.lines, vec![index])
                };
                listed.extend(list.into_iter().flat_map(|list| items.iter().map(move |item| requirement(list, item))));
            }
        }
        let named = found.into_values().map(|(mut entry, mut parts)| {
            parts.sort();
            let text = parts.into_iter().map(|(_, part)| part).collect::<Vec<_>>().join(" ");
            entry.requirement = (!text.is_empty()).then(|| text.into());
            entry
        });
        let mut all: Vec<Dependency> = named.chain(listed).collect();
        self.alias_development(settings, &mut all);
        all
    }

    /// A named version that only development asks for is for development.
    fn alias_development(&self, settings: &[Setting], all: &mut [Dependency]) {
        let Some((table, key)) = &self.alias else { return };
        for alias in all.iter_mut().filter(|one| one.section.trim_end_matches('.') == table) {
            let named = |setting: &&Setting| {
                setting.key.strip_suffix(key.as_str()).is_some_and(|front| front.ends_with('.'))
                    && setting.value.to_text() == *alias.name
            };
            let mut users = settings.iter().filter(named).filter_map(|setting| self.key(&setting.key)).peekable();
            alias.development |= users.peek().is_some() && users.all(|(.., development)| development);
        }
    }

    /// Section, name, what follows the name, and if it is for development.
    fn key(&self, key: &str) -> Option<(String, String, String, bool)> {
        self.keys.iter().find_map(|(regex, development)| {
            let parts = regex.captures(key)?;
            let (name, detail) = (parts.name("name")?, parts.name("detail").map_or("", |detail| detail.as_str()));
            Some((key[..name.start()].to_owned(), name.as_str().to_owned(), detail.to_owned(), *development))
        })
    }

    /// True for a text that says of itself that all it asks for is for development.
    pub fn is_for_development(&self, text: &[u8]) -> bool {
        self.development_if.as_ref().is_some_and(|sign| sign.is_match(&String::from_utf8_lossy(text)))
    }

    fn in_lines(&self, text: &str, tools: bool) -> Vec<Dependency> {
        let mut found: Vec<Dependency> = Vec::new();
        let (mut inside, mut waiting) = (false, false);
        for (line, number) in text.lines().zip(1..) {
            if line.len() > LINE_BYTES_MAX {
                continue;
            }
            if let Some((begin, end)) = &self.block {
                inside = begin.is_match(line) || (inside && !end.is_match(line));
            }
            if let (true, Some((version, reset)), Some(last)) = (waiting, &self.below, found.last_mut()) {
                if let Some(parts) = version.captures(line) {
                    last.requirement = parts.name("version").map(|version| clean(version.as_str()).into());
                    last.lines.end = number;
                }
                waiting = last.requirement.is_none() && !reset.as_ref().is_some_and(|reset| reset.is_match(line));
            }
            // one line may name several (`{:a, "1"}, {:b, "2"}`), but by one pattern only
            let reader = self.patterns.iter().find(|(regex, _)| regex.is_match(line));
            let Some((regex, development)) = reader else { continue };
            for parts in regex.captures_iter(line) {
                let Some(name) = parts.name("name") else { continue };
                let group = parts.name("group").map(|group| format!("{}:", group.as_str())).unwrap_or_default();
                let name = format!("{group}{}", name.as_str());
                let version = parts.name("version").map(|version| clean(version.as_str()));
                let version = version.filter(|version| !version.is_empty());
                let ends =
                    |(_, reset): &(Regex, Option<Regex>)| reset.as_ref().is_some_and(|reset| reset.is_match(line));
                waiting = version.is_none() && !self.below.as_ref().is_some_and(ends);
                let development = *development || inside || tools;
                let indirect = self.indirect.as_ref().is_some_and(|sign| sign.is_match(line));
                let made = dependency("", &name, version, development, LineRange::line(number), Vec::new());
                found.push(Dependency { indirect, ..made });
            }
        }
        found
    }
}

pub(super) fn dependency(
    section: &str,
    name: &str,
    requirement: Option<&str>,
    development: bool,
    lines: LineRange,
    settings: Vec<usize>,
) -> Dependency {
    let requirement = requirement.map(Arc::from);
    Dependency {
        section: section.into(),
        name: name.into(),
        requirement,
        development,
        indirect: false,
        lines,
        settings,
        details: Vec::new(),
    }
}

/// A version as written, without quotes that belong to the language around it.
fn clean(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'']).trim()
}

/// `requests[security]>=2.0; python_version > "3"` gives `requests` and `>=2.0`.
fn split_requirement(text: &str) -> (&str, Option<&str>) {
    let text = text.split(';').next().unwrap_or(text).trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = rest.trim_start();
    let extras = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(_, rest)| rest);
    let version = extras.unwrap_or(rest).trim();
    (name, (!version.is_empty()).then_some(version))
}

fn compile(written: &Written) -> Result<Manifest, String> {
    let regex = |text: &str| Regex::new(text).map_err(|error| error.to_string());
    let all = |main: &[String], development: &[String], make: &dyn Fn(&str) -> String| {
        // development first: its patterns are the narrower ones
        let development = development.iter().map(|text| (text, true));
        let all = development.chain(main.iter().map(|text| (text, false)));
        all.map(|(text, development)| Ok((regex(&make(text))?, development))).collect::<Result<Vec<_>, String>>()
    };
    let block = match &written.blocks[..] {
        [] => None,
        [begin, end] => Some((regex(begin)?, regex(end)?)),
        _ => return Err("`blocks` is a pair: begin, end".to_owned()),
    };
    Ok(Manifest {
        ecosystem: written.ecosystem.clone(),
        format: written.format,
        keys: all(&written.keys, &written.development_keys, &|text| key_regex(text, written.whole_names))?,
        lists: all(&written.lists, &written.development_lists, &|text| {
            format!("^{}$", regex::escape(text).replace(r"\*", "[^.]+"))
        })?,
        patterns: all(&written.patterns, &written.development_patterns, &str::to_owned)?,
        alias: match &written.alias[..] {
            [] => None,
            [table, key] => Some((table.clone(), key.clone())),
            _ => return Err("`alias` is a pair: table, key".to_owned()),
        },
        block,
        below: match (&written.version, written.format) {
            (Some(version), Format::Lines) => Some((regex(version)?, written.reset.as_deref().map(regex).transpose()?)),
            _ => None,
        },
        lock: Lock::new(written)?,
        indirect: written.indirect.as_deref().map(regex).transpose()?,
        development_if: written.development_if.as_deref().map(regex).transpose()?,
        major_suffix: written.major_suffix.as_deref().map(regex).transpose()?,
    })
}

/// `a.*.b.*` as an expression: the last star is the name.
fn key_regex(key: &str, whole_names: bool) -> String {
    let (front, _) = key.rsplit_once('*').unwrap_or((key, ""));
    let front = regex::escape(front).replace(r"\*", ".+?");
    let name = if whole_names { "(?P<name>.+)" } else { r"(?P<name>[^.]+)(?:\.(?P<detail>.+))?" };
    format!("^{front}{name}$")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<String> {
        let manifest = Manifest::of(&path.into()).expect("a manifest");
        let shown = |found: Dependency| {
            let version = found.requirement.map(|text| format!(" {text}")).unwrap_or_default();
            let development = if found.development { " dev" } else { "" };
            format!("{}: {}{version}{development}", found.lines.start, found.name)
        };
        manifest
            .dependencies(text.as_bytes(), &[], manifest.is_for_development(text.as_bytes()))
            .into_iter()
            .map(shown)
            .collect()
    }

    fn from_settings(path: &str, settings: &[(&str, Value)]) -> Vec<String> {
        let settings: Vec<Setting> = settings
            .iter()
            .map(|(key, value)| Setting { key: (*key).into(), value: value.clone(), lines: LineRange::line(1) })
            .collect();
        let manifest = Manifest::of(&path.into()).expect("a manifest");
        let shown = |found: Dependency| format!("{} {}", found.name, found.requirement.unwrap_or_default());
        manifest.dependencies(b"", &settings, false).into_iter().map(shown).collect()
    }

    #[test]
    fn lines_of_text_manifests() {
        assert_eq!(
            read(
                "go.mod",
                "module a.b/c\n\ngo 1.21\n\nrequire (\n\tgithub.com/x/y v1.2.3 // indirect\n)\nreplace a.b/d => ../d\n"
            ),
            ["3: go 1.21", "6: github.com/x/y v1.2.3", "8: a.b/d => ../d"]
        );
        assert_eq!(
            read("requirements.txt", "# c\n-r base.txt\nFlask[async]==2.0 ; x\nrequests\nnumpy>=1,<2  # why\n"),
            ["3: Flask ==2.0", "4: requests", "5: numpy >=1,<2"]
        );
        assert_eq!(
            read("Gemfile", "gem 'rails', '~> 7.0'\ngroup :test do\n  gem \"rspec\"\nend\ngem 'pg'\n"),
            ["1: rails ~> 7.0", "3: rspec dev", "5: pg"]
        );
        assert_eq!(
            read("Gemfile", "group :lint do\n  gem 'style'\nend\ngem 'b', group: :development\ngem 'pg', '1'\n"),
            ["2: style dev", "4: b dev", "5: pg 1"]
        );
        assert_eq!(read("Gemfile", "gemspec\ngem 'style'\n"), ["2: style dev"]);
        assert_eq!(
            read(
                "build.gradle",
                "implementation 'g.h:a:1.2'\ntestImplementation(\"j:k:4\")\next.fooVersion = '2.0'\nversion = '1'\n"
            ),
            ["1: g.h:a 1.2", "2: j:k 4 dev", "3: fooVersion 2.0"]
        );
        assert_eq!(read("A.csproj", "<PackageReference Include=\"X\" Version=\"1.0\" />\n"), ["1: X 1.0"]);
        let below = "<PackageReference Include=\"X\">\n  <Version>1.0</Version>\n</PackageReference>\n\
            <PackageReference Include=\"Y\" />\n<Version>9</Version>\n";
        assert_eq!(read("A.csproj", below), ["1: X 1.0", "4: Y"]);
        assert_eq!(read("pom.xml", "<parent><artifactId>a</artifactId><version>1</version></parent>"), ["1: a 1"]);
    }

    #[test]
    fn every_kind_of_manifest_compiles() {
        for written in &Table::get().all {
            let compiled = compile(written).map(|manifest| manifest.ecosystem);
            assert_eq!(compiled.as_ref(), Ok(&written.ecosystem));
        }
    }

    #[test]
    fn a_family_is_told_by_names() {
        let family = |path: &str, text: &str, settings: &[Setting]| {
            Manifest::of(&path.into()).expect("a manifest").family(text.as_bytes(), settings)
        };
        let name =
            |name: &str| [Setting { key: "name".into(), value: Value::Text(name.into()), lines: LineRange::line(1) }];
        assert_eq!(family("package.json", "", &name("@shop/cart")).as_deref(), Some("@shop/"));
        assert_eq!(family("package.json", "", &name("cart")), None);
        assert_eq!(family("go.mod", "module github.com/shop/cart/v2\n", &[]).as_deref(), Some("github.com/shop/"));
        let pom = "<project><parent><groupId>g.p</groupId></parent><dependencies><dependency><groupId>x</groupId>\
            </dependency></dependencies></project>";
        assert_eq!(family("pom.xml", pom, &[]).as_deref(), Some("g.p:"));
        let own = pom.replace("</parent>", "</parent><groupId>g.own</groupId>");
        assert_eq!(family("pom.xml", &own, &[]).as_deref(), Some("g.own:"));
    }

    #[test]
    fn keys_of_structured_manifests() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(
            from_settings(
                "Cargo.toml",
                &[
                    ("package.version", text("1")),
                    ("dependencies.serde.version", text("1.0")),
                    ("dependencies.serde.features", Value::List(vec!["derive".into()])),
                    ("target.cfg(unix).dependencies.libc", text("0.2")),
                    ("dependencies.own.path", text("../own")),
                ]
            ),
            ["own path=../own", "serde 1.0", "libc 0.2"]
        );
        assert_eq!(from_settings("package.json", &[("dependencies.lodash.merge", text("^4"))]), ["lodash.merge ^4"]);
        assert_eq!(
            from_settings(
                "pyproject.toml",
                &[("project.dependencies", Value::List(vec!["a[x]>=1; y".into(), "b".into()]))]
            ),
            ["a >=1", "b "]
        );
    }
}
