//! Lock files, line by line: a line begins an entry and names it, that line or one after it says the version. What the
//! lines look like is data (`rules/manifests.toml`). Lock files are large and machine-written, so no tree is made of
//! them; hashes and nested requirements are left out.

use super::manifest_table::Written;
use super::manifests::{Dependency, dependency};
use crate::location::LineRange;
use regex::Regex;
use std::collections::BTreeSet;

/// Bytes of a line beyond which it names nothing.
const LINE_BYTES_MAX: usize = 1_000;

/// How entries of one kind of lock file look.
pub(super) struct Lock {
    entry: Regex,
    version: Option<Regex>,
    reset: Option<Regex>,
}

impl Lock {
    /// The compiled patterns; none if the table describes no lock file.
    pub fn new(written: &Written) -> Result<Option<Self>, String> {
        let regex = |text: &String| Regex::new(text).map_err(|error| error.to_string());
        let optional = |text: &Option<String>| text.as_ref().map(regex).transpose();
        let Some(entry) = optional(&written.entry)? else { return Ok(None) };
        Ok(Some(Self { entry, version: optional(&written.version)?, reset: optional(&written.reset)? }))
    }

    /// Every name with its version, each pair once, in order.
    pub fn read(&self, text: &str) -> Vec<Dependency> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open: Option<&str> = None;
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| line.len() <= LINE_BYTES_MAX) {
            let said = if self.reset.as_ref().is_some_and(|reset| reset.is_match(line)) {
                open = None;
                None
            } else if let Some(parts) = self.entry.captures(line) {
                let name = parts.name("name").map(|name| name.as_str());
                open = name;
                name.zip(parts.name("version").map(|version| version.as_str()))
            } else {
                let version = self.version.as_ref().filter(|_| open.is_some()).and_then(|regex| regex.captures(line));
                let version = version.and_then(|parts| parts.name("version")).map(|version| version.as_str());
                open.zip(version)
            };
            if let Some((name, version)) = said {
                open = None;
                if seen.insert((name, version)) {
                    found.push(dependency("", name, Some(version), false, LineRange::line(number), Vec::new()));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifests::Manifest;

    fn read(path: &str, text: &str) -> Vec<String> {
        let manifest = Manifest::of(&path.into()).expect("a lock file");
        assert!(manifest.is_lock());
        let shown = |found: super::Dependency| format!("{} {}", found.name, found.requirement.unwrap_or_default());
        manifest.dependencies(text.as_bytes(), &[], false).into_iter().map(shown).collect()
    }

    #[test]
    fn entries_of_every_kind_of_lock_file() {
        for (path, text, expected) in [
            (
                "Cargo.lock",
                "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.2\"\ndependencies = [\n \"b\",\n]\n",
                "a 1.2",
            ),
            ("uv.lock", "[[package]]\nname = \"a\"\nversion = \"1.2\"\n", "a 1.2"),
            ("poetry.lock", "[[package]]\nname = \"a\"\nversion = \"1.2\"\noptional = false\n", "a 1.2"),
            (
                "Pipfile.lock",
                "    \"default\": {\n        \"a\": {\n            \"hashes\": [],\n            \"version\": \"==1.2\"\n",
                "a 1.2",
            ),
            (
                "package-lock.json",
                "{\n  \"name\": \"own\",\n  \"version\": \"9\",\n  \"packages\": {\n    \"\": {\n      \"version\": \"9\"\n    },\n    \"node_modules/x/node_modules/@s/a\": {\n      \"version\": \"1.2\",\n",
                "@s/a 1.2",
            ),
            ("yarn.lock", "\"@s/a@^1.0.0\", \"@s/a@^1.1\":\n  version \"1.2\"\n  resolved \"x\"\n", "@s/a 1.2"),
            ("yarn.lock", "\"a@npm:^1.0.0\":\n  version: 1.2\n  resolution: \"a@npm:1.2\"\n", "a 1.2"),
            ("pnpm-lock.yaml", "packages:\n\n  /@s/a@1.2:\n    resolution: {}\n", "@s/a 1.2"),
            (
                "pnpm-lock.yaml",
                "packages:\n\n  '@s/a@1.2':\n    resolution: {}\nsnapshots:\n  '@s/a@1.2': {}\n",
                "@s/a 1.2",
            ),
            ("go.sum", "x.y/a v1.2 h1:abc=\nx.y/a v1.2/go.mod h1:abc=\n", "x.y/a v1.2"),
            ("Gemfile.lock", "GEM\n  specs:\n    a (1.2)\n      b (>= 1)\n", "a 1.2"),
            (
                "composer.lock",
                "    \"packages\": [\n        {\n            \"name\": \"s/a\",\n            \"version\": \"1.2\",\n            \"require\": {\n                \"php\": \">=7\"\n",
                "s/a 1.2",
            ),
            ("gradle.lockfile", "# c\ng.h:a:1.2=compileClasspath\nempty=\n", "g.h:a 1.2"),
            (
                "packages.lock.json",
                "    \"net8.0\": {\n      \"A.B\": {\n        \"type\": \"Direct\",\n        \"resolved\": \"1.2\",\n",
                "A.B 1.2",
            ),
            ("mix.lock", "  \"a\": {:hex, :a, \"1.2\", \"abc\", [:mix]},\n", "a 1.2"),
            ("pubspec.lock", "packages:\n  a:\n    dependency: \"direct main\"\n    version: \"1.2\"\n", "a 1.2"),
        ] {
            assert_eq!(read(path, text), [expected], "{path}");
        }
    }
}
