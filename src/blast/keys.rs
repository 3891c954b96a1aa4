//! Who reads a key: settings, environment variables and flags are named by text, not by import. A literal counts as a read
//! only for a key that a configuration file of the change defines, so a word that happens to look like one means
//! nothing. How sure it is follows from how telling the name is. Keys put together at run time are not seen.

use super::Tier;
use super::blob::{Blob, FILE, Receiver};
use super::index::{Def, Graph};
use super::key_names::{is_environment, is_telling};
use super::resolve::Reason;
use crate::facts::{DependencyChange, FactKind};
use crate::location::RepoPath;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A setting or a dependency of the change, and who at head reads or imports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedThing {
    /// `http.timeout`, `DATABASE_URL`, `lodash`
    pub name: Arc<str>,
    /// Where it is defined: the file and line of the fact.
    pub path: RepoPath,
    pub line: u32,
    pub change: FactKind,
    /// Definitions that read it, or files; surest first.
    pub readers: Vec<Reader>,
}

/// One reader, by path and line of its first read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub path: RepoPath,
    pub line: u32,
    pub tier: Tier,
    pub test: bool,
}

/// A read before it is told to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Read {
    pub(super) tier: Tier,
    pub(super) def: Def,
    pub(super) line: u32,
}

/// What one fact names, and its reads.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: Arc<str>,
    pub(super) path: RepoPath,
    pub(super) line: u32,
    pub(super) change: FactKind,
    pub(super) reason: Reason,
    /// 500 for a value that changes behaviour, less for a dependency that most likely does not.
    pub(super) weight_milli: u32,
    pub(super) reads: Vec<Read>,
    /// Readers outside the graph.
    pub(super) elsewhere: Vec<Reader>,
}

/// Every literal that could be a key, by its form without case and separators.
pub(super) struct Literals {
    by_form: FxHashMap<String, Vec<(Def, u32, Arc<str>)>>,
}

impl Literals {
    pub(super) fn of(graph: &Graph) -> Self {
        let mut by_form: FxHashMap<String, Vec<(Def, u32, Arc<str>)>> = FxHashMap::default();
        for (at, file) in graph.files.iter().enumerate() {
            for literal in &file.blob.literals {
                let text = graph.names.text(literal.text);
                let def = Def { file: at as u32, index: literal.owner };
                by_form.entry(form(text)).or_default().push((def, literal.line, text.clone()));
            }
        }
        Self { by_form }
    }

    /// Literals that are a text but for its spelling, and fit.
    pub(super) fn of_text(&self, text: &str, tier: Tier, fits: impl Fn(&str) -> bool) -> Vec<Read> {
        let all = self.by_form.get(&form(text)).into_iter().flatten();
        all.filter(|(.., own)| fits(own)).map(|(def, line, _)| Read { tier, def: *def, line: *line }).collect()
    }

    /// Reads of a key: its whole name, or its last parts where these are telling.
    pub(super) fn reads(&self, graph: &Graph, key: &str) -> Vec<Read> {
        let parts: Vec<&str> = key.split('.').filter(|part| !part.is_empty()).collect();
        let last = parts.last().copied().unwrap_or("");
        let dotted = |own: &str| own.contains(['.', ':']);
        let mut reads = Vec::new();
        if is_environment(last) {
            reads.extend(self.of_text(last, Tier::Likely, |own| own == last));
            reads.extend(environment(graph, last));
        }
        if parts.len() > 1 {
            reads.extend(self.of_text(key, Tier::Likely, dotted));
            let ends = (1..parts.len() - 1).map(|start| parts[start..].join("."));
            reads.extend(ends.flat_map(|end| self.of_text(&end, Tier::Possible, dotted)));
        } else if is_telling(key) && !is_environment(key) {
            reads.extend(self.of_text(key, Tier::Possible, |own| own == key));
        }
        best(reads)
    }
}

/// Reads of an environment variable as a member: `process.env.NAME`.
fn environment(graph: &Graph, name: &str) -> Vec<Read> {
    let Some(known) = graph.names.get(name) else { return Vec::new() };
    let mut reads = Vec::new();
    for file in graph.mentioned.of(known) {
        for mention in graph.file(*file).blob.mentions_of(known) {
            let def = Def { file: *file, index: mention.owner };
            // a script reads what it does not define as it stands
            if mention.receiver == Receiver::None && graph.file(*file).blob.family.is_empty() {
                reads.push(Read { tier: Tier::Likely, def, line: mention.line });
            }
            let (Receiver::Path(path) | Receiver::Chain(path)) = mention.receiver else { continue };
            let path = graph.names.text(path);
            if path.as_ref() == "env" || path.ends_with(".env") || path.ends_with(".environ") {
                reads.push(Read { tier: Tier::Exact, def, line: mention.line });
            }
        }
    }
    reads
}

/// The surest read of each definition.
pub(super) fn best(mut reads: Vec<Read>) -> Vec<Read> {
    reads.sort_unstable_by_key(|read| (read.def, read.tier, read.line));
    reads.dedup_by_key(|read| read.def);
    reads.sort_unstable();
    reads
}

/// `http.request-timeout`, `http.requestTimeout` and `HTTP_REQUEST_TIMEOUT` are one key.
fn form(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Definitions that use what a file imports from a module outside the repository.
pub(super) fn importers(graph: &Graph, dependency: &DependencyChange) -> Vec<Read> {
    let mut reads = Vec::new();
    for (at, file) in graph.files.iter().enumerate() {
        let Some(family) = file.family else { continue };
        for bound in &file.blob.bindings {
            let Some(tier) = family.imports_package(&bound.module, &dependency.ecosystem, &dependency.name) else {
                continue;
            };
            let users = bound.local.map(|local| users(&file.blob, local)).unwrap_or_default();
            let file_itself = [(FILE, bound.line)];
            let users = if users.is_empty() { &file_itself[..] } else { &users };
            reads.extend(users.iter().map(|(index, line)| Read {
                tier,
                def: Def { file: at as u32, index: *index },
                line: *line,
            }));
        }
    }
    best(reads)
}

fn users(blob: &Blob, local: super::names::Name) -> Vec<(u32, u32)> {
    blob.mentions_of(local).iter().map(|mention| (mention.owner, mention.line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Snapshot;
    use crate::syntax::Outlines;

    fn reads(key: &str, path: &str, text: &str) -> Vec<(Tier, u32)> {
        let graph = Graph::build(&Snapshot::in_memory([(path, text)]), &Outlines::default(), 10, None);
        Literals::of(&graph).reads(&graph, key).into_iter().map(|read| (read.tier, read.line)).collect()
    }

    #[test]
    fn a_key_is_read_by_its_whole_name_in_any_spelling() {
        let text = "def f(c):\n    return c.get('http.request-timeout')\n";
        assert_eq!(reads("http.requestTimeout", "a.py", text), [(Tier::Likely, 2)]);
        assert_eq!(reads("service.http.request_timeout", "a.py", text), [(Tier::Possible, 2)]);
        assert!(reads("http.timeout", "a.py", text).is_empty());
        assert!(reads("request-timeout", "a.py", text).is_empty(), "the last part alone is no key of its own");
    }

    #[test]
    fn environment_variables_are_read_by_their_exact_name() {
        assert_eq!(reads("DATABASE_URL", "a.ts", "const u = process.env.DATABASE_URL\n"), [(Tier::Exact, 1)]);
        assert_eq!(
            reads("web.env.DATABASE_URL", "a.py", "import os\nU = os.environ['DATABASE_URL']\n"),
            [(Tier::Likely, 2)]
        );
        let java = "class A { String u() { return System.getenv(\"DATABASE_URL\"); } }";
        assert_eq!(reads("DATABASE_URL", "A.java", java), [(Tier::Likely, 1)]);
        let rust = "fn u() -> String { std::env::var(\"DATABASE_URL\").unwrap_or_default() }";
        assert_eq!(reads("DATABASE_URL", "a.rs", rust), [(Tier::Likely, 1)]);
        assert!(reads("DATABASE_URL", "a.py", "x = 'database_url'\n").is_empty());
        assert!(reads("DATABASE_URL", "a.ts", "const u = settings.DATABASE_URL\n").is_empty());
    }

    fn imports(ecosystem: &str, name: &str, path: &str, text: &str) -> usize {
        let graph = Graph::build(&Snapshot::in_memory([(path, text)]), &Outlines::default(), 10, None);
        let change = DependencyChange {
            ecosystem: ecosystem.into(),
            name: name.into(),
            old: None,
            new: None,
            bump: None,
            development: false,
            own: false,
            locked: false,
        };
        importers(&graph, &change).len()
    }

    #[test]
    fn importers_of_a_dependency_are_those_who_use_what_they_import() {
        let text = "import _ from 'lodash/fp'\nexport function f() { return _.map() }\nexport function g() {}\n";
        assert_eq!(imports("npm", "lodash", "a.ts", text), 1);
        assert_eq!(imports("npm", "lodash-es", "a.ts", text), 0);
        assert_eq!(imports("npm", "@shop/core", "a.ts", "import { a } from '@shop/core'\na()\n"), 1);
        assert_eq!(imports("pypi", "Flask-Login", "a.py", "from flask_login import x\nx()\n"), 1);
        assert_eq!(imports("cargo", "serde-json", "a.rs", "use serde_json::Value;\nfn f(v: Value) {}\n"), 1);
        assert_eq!(
            imports("go", "github.com/a/b", "a.go", "package a\nimport \"github.com/a/b/c\"\nfunc f() { c.X() }\n"),
            1
        );
        assert_eq!(
            imports(
                "maven",
                "com.google.guava:guava",
                "A.java",
                "import com.google.guava.x.List;\nclass A { List l; }\n"
            ),
            1
        );
        assert_eq!(
            imports("maven", "org.other:guava", "A.java", "import com.google.guava.x.List;\nclass A { List l; }\n"),
            0
        );
    }
}
