//! Packages are the coarse, always right level of the graph: a manifest says what a directory is called and which other
//! packages it needs. Read here: Cargo, npm, Maven, Gradle, Go modules, Python projects. Only names and directories are
//! taken; versions, features and build profiles are left out, and a manifest that does not parse names nothing.

use super::node_manifests::{PathAlias, TsConfig, node_package, ts_config};
use crate::gap::{Gap, GapKind};
use crate::input::{Oid, Snapshot, TreeEntry};
use crate::limits::{GRAPH_MANIFEST_BYTES_MAX, GRAPH_MANIFESTS_MAX};
use crate::location::RepoPath;
use crate::roles::{Role, roles};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One package of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Package {
    /// Without a trailing slash; empty at the top.
    pub(super) directory: String,
    pub(super) name: Arc<str>,
    /// `cargo`, `npm`, `maven`, `gradle`, `go` or `pypi`.
    pub(super) ecosystem: &'static str,
    /// Names of packages it needs, for whatever purpose; sorted, each once.
    pub(super) dependencies: Vec<Arc<str>>,
    /// Path of the library's root file, where the manifest names one.
    pub(super) library: Option<String>,
    /// Paths of other root or entry files that the manifest names.
    pub(super) roots: Vec<String>,
    /// Subpaths that a node package gives out (for Go: modules that stand in folders), and private ones of its own.
    pub(super) exports: Vec<PathAlias>,
    pub(super) imports: Vec<PathAlias>,
    /// A `tsconfig.json`, which is no package.
    pub(super) config: Option<TsConfig>,
}

impl Package {
    /// True for a path at or below its directory.
    pub(super) fn holds(&self, path: &str) -> bool {
        match path.strip_prefix(self.directory.as_str()) {
            Some(rest) => self.directory.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }
}

/// All packages of a snapshot, sorted by directory, then ecosystem.
#[derive(Clone, Debug, Default)]
pub(super) struct Packages {
    pub(super) all: Vec<Package>,
    by_directory: FxHashMap<String, usize>,
}

impl Packages {
    /// Path and content of every manifest, sorted by path: what `read` goes by.
    pub(super) fn manifests(snapshot: &Snapshot) -> Vec<(RepoPath, Oid)> {
        let is_manifest = |entry: &&TreeEntry| entry.mode.is_file() && manifest_kind(entry).is_some();
        let entries = snapshot.entries().iter().filter(is_manifest);
        entries.map(|entry| (entry.path.clone(), entry.oid)).collect()
    }

    /// Reads the manifests. Those that cannot be read, and those over the limit, become gaps.
    pub(super) fn read(snapshot: &Snapshot, gaps: &mut Vec<Gap>) -> Self {
        let mut all = Vec::new();
        let mut seen = 0;
        for entry in snapshot.entries().iter().filter(|entry| entry.mode.is_file()) {
            let Some(kind) = manifest_kind(entry) else { continue };
            seen += 1;
            if seen > GRAPH_MANIFESTS_MAX {
                let why = format!("only the first {GRAPH_MANIFESTS_MAX} package manifests were read");
                gaps.push(Gap::context(GapKind::OverLimit, why));
                break;
            }
            match snapshot.blob(entry) {
                Ok(bytes) if bytes.len() <= GRAPH_MANIFEST_BYTES_MAX => {
                    all.extend(read_manifest(kind, &entry.path.to_text(), &String::from_utf8_lossy(&bytes)));
                }
                Ok(_) => gaps.push(Gap::context(GapKind::OverLimit, "a package manifest is too large to be read")),
                Err(gap) => gaps.push(gap),
            }
        }
        Self::new(all)
    }

    pub(super) fn new(mut all: Vec<Package>) -> Self {
        all.sort_by(|a, b| (&a.directory, a.ecosystem, &a.name).cmp(&(&b.directory, b.ecosystem, &b.name)));
        let mut by_directory = FxHashMap::default();
        for (at, package) in all.iter().enumerate().filter(|(_, package)| !package.name.is_empty()) {
            by_directory.entry(package.directory.clone()).or_insert(at);
        }
        Self { all, by_directory }
    }

    /// The package with the deepest directory above a path.
    pub(super) fn owner(&self, path: &str) -> Option<usize> {
        let mut folder = path;
        while let Some((up, _)) = folder.rsplit_once('/') {
            if let Some(at) = self.by_directory.get(up) {
                return Some(*at);
            }
            folder = up;
        }
        self.by_directory.get("").copied()
    }

    /// How many other packages of the repository need this one, by their manifests.
    pub(super) fn dependents(&self, package: usize) -> u32 {
        let Some(wanted) = self.all.get(package) else { return 0 };
        let kin = |other: &&Package| family_of(other.ecosystem) == family_of(wanted.ecosystem);
        let others = self.all.iter().filter(kin).filter(|other| other.directory != wanted.directory);
        let needing = others.filter(|other| other.dependencies.binary_search(&wanted.name).is_ok());
        needing.map(|other| other.directory.as_str()).collect::<BTreeSet<_>>().len() as u32
    }
}

/// Maven and Gradle name each other's packages.
fn family_of(ecosystem: &str) -> &str {
    match ecosystem {
        "gradle" => "maven",
        other => other,
    }
}

#[derive(Clone, Copy)]
enum Manifest {
    Cargo,
    Npm,
    TsConfig,
    Maven,
    Gradle,
    Go,
    GoWork,
    PyProject,
    SetupPy,
}

fn manifest_kind(entry: &TreeEntry) -> Option<Manifest> {
    let kind = match entry.path.file_name() {
        b"Cargo.toml" => Manifest::Cargo,
        b"package.json" => Manifest::Npm,
        b"pom.xml" => Manifest::Maven,
        b"build.gradle" | b"build.gradle.kts" => Manifest::Gradle,
        b"go.mod" => Manifest::Go,
        b"go.work" => Manifest::GoWork,
        b"pyproject.toml" => Manifest::PyProject,
        b"setup.py" => Manifest::SetupPy,
        name if is_ts_config(name) => Manifest::TsConfig,
        _ => return None,
    };
    (!roles(&entry.path, &[]).contains(Role::Vendored)).then_some(kind)
}

/// `tsconfig.json`, and those it is split into: `tsconfig.base.json`, `tsconfig.build.json`, `_tsconfig.base.json`.
fn is_ts_config(name: &[u8]) -> bool {
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.ends_with(b".json") && (name.starts_with(b"tsconfig.") || name.starts_with(b"jsconfig."))
}

fn read_manifest(kind: Manifest, path: &str, text: &str) -> Option<Package> {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    let mut package = match kind {
        Manifest::Cargo => cargo(&directory, text)?,
        Manifest::Npm => npm(&directory, text)?,
        Manifest::TsConfig => tsconfig(path, text)?,
        Manifest::Maven => maven(text)?,
        Manifest::Gradle => gradle(&directory, text),
        Manifest::Go => go(&directory, text)?,
        Manifest::GoWork => Package { exports: all_replaced(&directory, text), ..named("go", "", Vec::new()) },
        Manifest::PyProject => pyproject(&directory, text)?,
        Manifest::SetupPy => named("pypi", setup_name(text).unwrap_or_else(|| last_part(&directory)), Vec::new()),
    };
    package.directory = directory;
    package.dependencies.sort();
    package.dependencies.dedup();
    Some(package)
}

fn named(ecosystem: &'static str, name: &str, dependencies: Vec<Arc<str>>) -> Package {
    Package { name: name.into(), ecosystem, dependencies, ..Package::default() }
}

fn last_part(directory: &str) -> &str {
    directory.rsplit('/').next().unwrap_or(directory)
}

fn below(directory: &str, path: &str) -> String {
    let path = path.trim_start_matches("./");
    if directory.is_empty() { path.to_owned() } else { format!("{directory}/{path}") }
}

fn cargo(directory: &str, text: &str) -> Option<Package> {
    let manifest: toml::Table = text.parse().ok()?;
    let package = manifest.get("package")?.as_table()?;
    let mut out = named("cargo", package.get("name")?.as_str()?, Vec::new());
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|all| all.values());
    for table in std::iter::once(&manifest).chain(targets.filter_map(toml::Value::as_table)) {
        out.dependencies.extend(cargo_dependencies(table));
    }
    let path = |value: &toml::Value| Some(below(directory, value.get("path")?.as_str()?));
    out.library = manifest.get("lib").and_then(path);
    let lists = ["bin", "test", "bench", "example"].iter().filter_map(|key| manifest.get(*key)?.as_array());
    out.roots = lists.flatten().filter_map(path).collect();
    Some(out)
}

fn cargo_dependencies(table: &toml::Table) -> Vec<Arc<str>> {
    let keys = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = keys.iter().filter_map(|key| table.get(*key)?.as_table());
    let name = |(key, value): (&String, &toml::Value)| {
        Arc::from(value.get("package").and_then(toml::Value::as_str).unwrap_or(key.as_str()))
    };
    tables.flatten().map(name).collect()
}

fn npm(directory: &str, text: &str) -> Option<Package> {
    let manifest = node_package(directory, text)?;
    let mut out = named("npm", &manifest.name, manifest.dependencies);
    out.roots = manifest.roots;
    out.exports = manifest.exports;
    out.imports = manifest.imports;
    Some(out)
}

/// A tsconfig is no package: it has no name and only says where specifiers lead.
fn tsconfig(path: &str, text: &str) -> Option<Package> {
    Some(Package { ecosystem: "npm", config: Some(ts_config(path, text)?), ..Package::default() })
}

fn maven(text: &str) -> Option<Package> {
    let own = without_element(&without_element(text, "parent"), "dependencyManagement");
    let head = own.split("<dependencies>").next().unwrap_or("");
    let head = head.split("<build>").next().unwrap_or(head);
    let name = element(head, "artifactId").or_else(|| element(&own, "artifactId"))?;
    let dependencies = own.split("<dependency>").skip(1).filter_map(|part| element(part, "artifactId"));
    Some(named("maven", name, dependencies.map(Arc::from).collect()))
}

fn without_element(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    match text.find(&open).and_then(|start| Some((start, start + text[start..].find(&close)? + close.len()))) {
        Some((start, end)) => format!("{}{}", &text[..start], &text[end..]),
        None => text.to_owned(),
    }
}

fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let open = format!("<{name}>");
    let rest = &text[text.find(&open)? + open.len()..];
    rest.split('<').next().map(str::trim).filter(|value| !value.is_empty())
}

fn gradle(directory: &str, text: &str) -> Package {
    let projects = text.split("project(").skip(1).filter_map(|part| part.split(['"', '\'']).nth(1));
    let names = projects.filter_map(|path| path.rsplit(':').next()).filter(|name| !name.is_empty());
    named("gradle", last_part(directory), names.map(Arc::from).collect())
}

fn go(directory: &str, text: &str) -> Option<Package> {
    let name = text.lines().find_map(|line| line.trim().strip_prefix("module "))?.trim().trim_matches('"');
    let required = |line: &str| {
        let mut words = line.trim().trim_start_matches("require ").split_whitespace();
        let path = words.next().filter(|path| path.contains('.') || path.contains('/'))?;
        words.next().filter(|version| version.starts_with('v'))?;
        Some(Arc::from(path))
    };
    let mut package = named("go", name, text.lines().filter_map(required).collect());
    package.exports = all_replaced(directory, text);
    Some(package)
}

/// What the `replace` lines of a `go.mod` or `go.work` say.
fn all_replaced(directory: &str, text: &str) -> Vec<PathAlias> {
    text.lines().filter_map(|line| replaced(directory, line)).collect()
}

/// `replace example.org/a => ../a`: a module that stands in a folder of this repository.
fn replaced(directory: &str, line: &str) -> Option<PathAlias> {
    let (old, new) = line.split("//").next()?.trim().trim_start_matches("replace").split_once("=>")?;
    let folder = new.trim().trim_matches('"');
    let module = old.split_whitespace().next()?.trim_matches('"');
    folder.starts_with('.').then(|| PathAlias {
        directory: directory.to_owned(),
        pattern: module.to_owned(),
        targets: vec![folder.to_owned()],
    })
}

fn pyproject(directory: &str, text: &str) -> Option<Package> {
    let manifest: toml::Table = text.parse().ok()?;
    let project = manifest.get("project").and_then(toml::Value::as_table);
    let poetry = || manifest.get("tool")?.get("poetry")?.as_table();
    let name = project.or_else(poetry).and_then(|table| table.get("name")?.as_str());
    let needs = project.and_then(|table| table.get("dependencies")?.as_array()).into_iter().flatten();
    let poetry_needs = poetry().and_then(|table| table.get("dependencies")?.as_table()).into_iter().flatten();
    let mut dependencies: Vec<Arc<str>> =
        needs.filter_map(|need| Some(Arc::from(requirement(need.as_str()?)))).collect();
    dependencies.extend(poetry_needs.map(|(name, _)| Arc::from(name.as_str())));
    Some(named("pypi", name.unwrap_or_else(|| last_part(directory)), dependencies))
}

/// `shop-core[fast]>=1.2; python_version > "3"` to `shop-core`.
fn requirement(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    &text[..end]
}

fn setup_name(text: &str) -> Option<&str> {
    let rest = &text[text.find("name=")? + "name=".len()..];
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split(quote).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> Packages {
        let mut gaps = Vec::new();
        let packages = Packages::read(&Snapshot::in_memory(files.iter().copied()), &mut gaps);
        assert!(gaps.is_empty());
        packages
    }

    fn dependents(packages: &Packages, name: &str) -> u32 {
        let at = packages.all.iter().position(|package| &*package.name == name).expect("there");
        packages.dependents(at)
    }

    #[test]
    fn a_library_knows_how_many_packages_need_it_in_every_ecosystem() {
        let cargo = read(&[
            ("core/Cargo.toml", "[package]\nname = \"shop-core\"\n"),
            ("a/Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\nshop-core = { path = \"../core\" }\n"),
            ("b/Cargo.toml", "[package]\nname = \"b\"\n[target.x.dev-dependencies]\nc = { package = \"shop-core\" }\n"),
        ]);
        assert_eq!(dependents(&cargo, "shop-core"), 2);
        let npm = read(&[
            ("p/core/package.json", r#"{"name":"@shop/core"}"#),
            ("p/web/package.json", r#"{"name":"web","dependencies":{"@shop/core":"*"}}"#),
        ]);
        assert_eq!(dependents(&npm, "@shop/core"), 1);
        let maven = read(&[
            ("core/pom.xml", "<project><parent><artifactId>top</artifactId></parent><artifactId>core</artifactId>"),
            ("web/pom.xml", "<artifactId>web</artifactId><dependencies><dependency><artifactId>core</artifactId>"),
        ]);
        assert_eq!(dependents(&maven, "core"), 1);
        let python = read(&[
            ("core/pyproject.toml", "[project]\nname = \"shop-core\"\n"),
            ("web/pyproject.toml", "[project]\nname = \"web\"\ndependencies = [\"shop-core[x]>=1\"]\n"),
        ]);
        assert_eq!(dependents(&python, "shop-core"), 1);
    }

    #[test]
    fn a_go_workspace_replaces_modules_and_owns_no_file() {
        let packages = read(&[
            ("go.work", "go 1.22\n\nuse (\n\t./app\n)\n\nreplace example.org/lib => ./lib\n"),
            ("app/go.mod", "module example.org/app\n"),
        ]);
        let aliases: Vec<_> = packages.all.iter().flat_map(|one| &one.exports).collect();
        assert_eq!(aliases.len(), 1);
        assert_eq!((&*aliases[0].pattern, &*aliases[0].targets[0]), ("example.org/lib", "./lib"));
        assert_eq!(packages.owner("lib/lib.go"), None);
    }

    #[test]
    fn the_deepest_manifest_owns_a_file() {
        let packages = read(&[("package.json", r#"{"name":"top"}"#), ("p/a/package.json", r#"{"name":"a"}"#)]);
        let owner = |path: &str| packages.owner(path).map(|at| packages.all[at].name.to_string());
        assert_eq!(owner("p/a/src/x.ts").as_deref(), Some("a"));
        assert_eq!(owner("p/ab/x.ts").as_deref(), Some("top"));
    }

    #[test]
    fn broken_manifests_name_nothing() {
        for text in ["", "{", "<a", "name=", "[package]\nname = 3", "module"] {
            for kind in [Manifest::Cargo, Manifest::Npm, Manifest::TsConfig, Manifest::Maven, Manifest::Go] {
                assert!(read_manifest(kind, "", text).is_none(), "{text}");
            }
            let _ = read_manifest(Manifest::SetupPy, "", text);
            let _ = read_manifest(Manifest::Gradle, "", text);
        }
    }
}
