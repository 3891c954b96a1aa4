//! Which files say what a project depends on, as `rules/manifests.toml` writes it: a table for each kind of manifest, found
//! by file name or path. Nothing but the globs is compiled here, so that a file that is no manifest costs one look-up.

use crate::data::{self, DataError};
use crate::location::RepoPath;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::sync::{Arc, OnceLock};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    manifest: Vec<Written>,
}

/// How the dependencies of a manifest are read.
#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Format {
    Settings,
    Lines,
    Pom,
    Lock,
}

/// A table of the document; the file explains the keys.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub ecosystem: Arc<str>,
    files: Vec<String>,
    pub format: Format,
    #[serde(default)]
    pub whole_names: bool,
    #[serde(default)]
    pub keys: Vec<String>,
    #[serde(default)]
    pub development_keys: Vec<String>,
    #[serde(default)]
    pub lists: Vec<String>,
    #[serde(default)]
    pub development_lists: Vec<String>,
    #[serde(default)]
    pub patterns: Vec<String>,
    #[serde(default)]
    pub development_patterns: Vec<String>,
    #[serde(default)]
    pub blocks: Vec<String>,
    #[serde(default)]
    pub alias: Vec<String>,
    pub indirect: Option<String>,
    pub development_if: Option<String>,
    pub major_suffix: Option<String>,
    pub entry: Option<String>,
    pub version: Option<String>,
    pub reset: Option<String>,
}

/// All tables, and what tells a manifest by its path.
pub(super) struct Table {
    pub all: Vec<Written>,
    names: Globs,
    paths: Globs,
}

/// Globs in one automaton; `owners[i]` is the table that glob `i` belongs to.
struct Globs {
    set: GlobSet,
    owners: Vec<usize>,
}

impl Table {
    pub fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let text = crate::embedded::rule_file("manifests.toml");
            parse("rules/manifests.toml", text).expect("a test parses the compiled-in table of manifests")
        })
    }

    /// The first table that a path belongs to.
    pub fn find(&self, path: &RepoPath) -> Option<usize> {
        let path = path.to_text();
        let name = path.rsplit('/').next().unwrap_or(&path);
        self.names.first(name).into_iter().chain(self.paths.first(&path)).min()
    }
}

impl Globs {
    /// Globs with a slash are for whole paths, others for file names.
    fn new(all: &[Written], whole: bool) -> Result<Self, String> {
        let (mut set, mut owners) = (GlobSetBuilder::new(), Vec::new());
        for (at, written) in all.iter().enumerate() {
            for text in written.files.iter().filter(|text| text.contains('/') == whole) {
                let text = if whole { format!("**/{text}") } else { text.clone() };
                // a file name holds no separator, and a glob that may cross one needs no expression
                let glob = GlobBuilder::new(&text).literal_separator(whole).build();
                set.add(glob.map_err(|error| error.to_string())?);
                owners.push(at);
            }
        }
        Ok(Self { set: set.build().map_err(|error| error.to_string())?, owners })
    }

    fn first(&self, text: &str) -> Option<usize> {
        self.set.matches(text).into_iter().map(|glob| self.owners[glob]).min()
    }
}

fn parse(file: &str, text: &str) -> Result<Table, DataError> {
    let all = data::parse::<Document>(file, text)?.manifest;
    let globs = |whole: bool| Globs::new(&all, whole).map_err(|why| DataError::whole(file, why));
    let (names, paths) = (globs(false)?, globs(true)?);
    Ok(Table { all, names, paths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_told_by_name_or_path_and_the_first_table_wins() {
        let of = |path: &str| Table::get().find(&path.into()).map(|at| &*Table::get().all[at].ecosystem);
        assert_eq!(of("a/b/Cargo.toml"), Some("cargo"));
        assert_eq!(of("docs/requirements/test.txt"), Some("pypi"));
        assert_eq!(of("requirements-dev.txt"), Some("pypi"));
        assert_eq!(of("shop/Cart.csproj"), Some("nuget"));
        assert_eq!(of("docs/test.txt"), None);
        assert_eq!(of("Cargo.toml/main.rs"), None);
        assert_eq!(of("my-package.json"), None);
    }
}
