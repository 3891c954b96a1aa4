//! Packages and namespaces by name, whatever the directory: files that name the same one are one module. Shared by the
//! families that begin a file with such a clause. A path is walked from the longest prefix that is a namespace; what is
//! left of it are types.

use super::{Modules, Source, Start, Tree};
use rustc_hash::FxHashMap;

#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// Namespace to its first file, and each file to the first file of its namespace.
    packages: FxHashMap<String, u32>,
    module_of: FxHashMap<u32, u32>,
}

impl Namespaces {
    /// `name_of` says which namespace a file is in, its parts joined by dots.
    pub(super) fn new(tree: Tree<'_>, family: &'static str, name_of: impl Fn(&Source) -> String) -> Self {
        let mut modules = Self::default();
        for (at, file) in tree.of(family) {
            let first = *modules.packages.entry(name_of(file)).or_insert(at);
            modules.module_of.insert(at, first);
        }
        modules
    }

    /// A path of types alone, among what has no namespace.
    fn without_namespace(&self, path: &str) -> Vec<Start> {
        let rest = || path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        self.packages.get("").map(|file| Start { file: *file, inner: 0, rest: rest() }).into_iter().collect()
    }
}

impl Modules for Namespaces {
    fn module_of(&self, file: u32) -> u32 {
        self.module_of.get(&file).copied().unwrap_or(file)
    }

    fn find(&self, _from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let mut end = module.len();
        loop {
            if let Some(file) = self.packages.get(&module[..end]) {
                let rest = module[end..].split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
                return vec![Start { file: *file, inner: 0, rest }];
            }
            match module[..end].rfind('.') {
                Some(dot) => end = dot,
                None => return self.without_namespace(module),
            }
        }
    }
}

/// The namespaces around one: `a.b` and `a` of `a.b.c`.
pub(super) fn around(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(name.rsplit_once('.').map(|(up, _)| up), |up| up.rsplit_once('.').map(|(up, _)| up))
}
