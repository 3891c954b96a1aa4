//! What an import means, per language family. A family reads one import statement into `Binding`s (a pure function of its
//! text) and knows which files of a tree a module name stands for. Everything else (walking a path through modules and
//! types, re-exports, tiers) is the same for all and stands in `resolve`. The table at the end is keyed by the
//! `family` of `grammar.toml`; a language without a family is matched by unique names only.

mod c;
mod csharp;
mod ecma_modules;
mod ecmascript;
mod go;
mod jvm;
mod namespaces;
mod php;
mod python;
mod ruby;
mod rust;

use super::Tier;
use super::packages::Package;
use std::borrow::Cow;
use std::fmt::Debug;
use std::sync::Arc;

/// How an imported thing is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(super) enum Shape {
    /// One name out of a module, perhaps under another name here.
    Name,
    /// The module itself.
    Module,
    /// Every name of the module.
    Wildcard,
    /// Nothing is bound; the module is only run.
    SideEffect,
    /// Nothing is bound here: the file gives something of its own out under another name.
    Export,
}

/// One thing that an import statement makes visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) shape: Shape,
    /// The module as written, in the family's own terms.
    pub(super) module: String,
    /// The name inside the module, for `Shape::Name`.
    pub(super) name: Option<String>,
    /// What it is called here; none for wildcards and side effects.
    pub(super) local: Option<String>,
}

impl Binding {
    fn name(module: &str, name: &str, local: &str) -> Self {
        Self {
            shape: Shape::Name,
            module: module.to_owned(),
            name: Some(name.to_owned()),
            local: Some(local.to_owned()),
        }
    }

    fn module(module: &str, local: &str) -> Self {
        let local = Some(local.to_owned());
        Self { shape: Shape::Module, module: module.to_owned(), name: None, local }
    }

    fn wildcard(module: &str) -> Self {
        Self { shape: Shape::Wildcard, module: module.to_owned(), name: None, local: None }
    }

    /// What a file gives out is listed, and part of the list stands elsewhere.
    fn open_list() -> Self {
        Self { shape: Shape::Export, module: String::new(), name: None, local: None }
    }

    fn export(name: &str, as_name: &str) -> Self {
        Self { shape: Shape::Export, ..Self::name("", name, as_name) }
    }

    fn side_effect(module: &str) -> Self {
        Self { shape: Shape::SideEffect, module: module.to_owned(), name: None, local: None }
    }
}

/// A source file of the tree, as families see it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) path: String,
    pub(super) family: &'static str,
    /// The package clause, where the family has one.
    pub(super) clause: Option<Arc<str>>,
}

/// Paths and manifests of one snapshot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tree<'a> {
    /// Sorted by path; a file is its index here.
    pub(super) files: &'a [Source],
    pub(super) packages: &'a [Package],
}

impl<'a> Tree<'a> {
    /// The files of one family, with their numbers.
    fn of(self, family: &'static str) -> impl Iterator<Item = (u32, &'a Source)> {
        self.files.iter().enumerate().filter(move |(_, file)| file.family == family).map(|(at, file)| (at as u32, file))
    }

    /// The package whose directory is the deepest one above a path.
    fn package_of(self, path: &str) -> Option<&'a Package> {
        let above = |package: &&Package| package.holds(path);
        self.packages.iter().filter(above).max_by_key(|package| package.directory.len())
    }
}

/// Where a module path begins: a file, how many of the inline modules around the import still hold, and the names that
/// are left to walk from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) file: u32,
    pub(super) inner: usize,
    pub(super) rest: Vec<String>,
}

impl Start {
    fn file(file: u32) -> Self {
        Self { file, inner: 0, rest: Vec::new() }
    }
}

/// The modules of one tree.
pub(super) trait Modules: Debug + Send + Sync {
    /// The module a file belongs to, named by the first file of it; the file itself where files are modules.
    fn module_of(&self, file: u32) -> u32 {
        file
    }

    /// What a module path stands for, best reading first. `inner` are the inline modules around the import.
    fn find(&self, from: u32, inner: usize, module: &str) -> Vec<Start>;

    /// Files whose functions fill the parameters of functions in a file, nearest first.
    fn injectors(&self, file: u32) -> Vec<u32> {
        let _ = file;
        Vec::new()
    }

    /// The module of that name inside a file's module.
    fn child(&self, file: u32, name: &str) -> Option<u32> {
        let _ = (file, name);
        None
    }
}

/// What a member can be that a known type lacks, it and all that it inherits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strangers {
    /// None of the repository's: types say all that they have.
    None,
    /// Of a trait or of a block apart from the type that implements one.
    Lent,
    /// Anything, if the type has one of these members, which answer for those that are missing.
    Forwarded(&'static [&'static str]),
    Any,
}

/// A language family.
pub(super) trait Family: Debug + Send + Sync {
    /// The bindings of one import statement; none for a text that is not understood.
    fn bindings(&self, text: &str) -> Vec<Binding>;

    /// The package that a clause names, if this text is one.
    fn clause(&self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules>;

    /// Bindings that follow from the package clause alone: packages that are visible from inside it.
    fn clause_bindings(&self, clause: &str) -> Vec<Binding> {
        let _ = clause;
        Vec::new()
    }

    /// True if modules and types are open: those of one name in several files are one, and what stands inside sees the
    /// names of all of them.
    fn open_modules(&self) -> bool {
        false
    }

    /// True if a type has the methods of the modules that it names.
    fn modules_lend_members(&self) -> bool {
        false
    }

    /// True if an import puts the text of another file here, with all that this one imports.
    fn textual_imports(&self) -> bool {
        false
    }

    /// True for a file whose names are visible everywhere, without an import: `imports` says whether it has any itself.
    fn is_ambient(&self, path: &str, imports: bool) -> bool {
        let _ = (path, imports);
        false
    }

    /// The module whose names are visible everywhere.
    fn ambient_module(&self) -> Option<&'static str> {
        None
    }

    /// The member that makes a value of the type that it is asked of.
    fn maker(&self) -> Option<&'static str> {
        None
    }

    /// Words for the object or the type around a place; true for those that mean what it inherits.
    fn own_words(&self) -> &'static [(&'static str, bool)] {
        &[("self", false), ("this", false), ("cls", false), ("Self", false), ("super", true), ("super()", true)]
    }

    /// True if members of the enclosing type are called by their bare name.
    fn implicit_members(&self) -> bool {
        false
    }

    /// True if what a file imports can be imported from it.
    fn hands_on_imports(&self) -> bool {
        false
    }

    /// True if a path through modules needs no import (`crate::a::b`, `com.shop.Cart`).
    fn paths_without_import(&self) -> bool {
        false
    }

    /// Whether a wildcard leaves out a name of a module that does not list what it gives out; none where modules list
    /// nothing.
    fn wildcard_hides(&self, name: &str) -> Option<bool> {
        let _ = name;
        None
    }

    /// The name that stands for a module's default export.
    fn default_name(&self) -> Option<&'static str> {
        None
    }

    /// Whether a module as written in an import belongs to a package from outside, and how sure that is.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let _ = (module, ecosystem, package);
        None
    }

    /// The type whose members are the tags that need no import.
    fn ambient_tags(&self) -> Option<&'static str> {
        None
    }

    /// Types of the standard library that have the members of their first argument.
    fn transparent_types(&self) -> &'static [&'static str] {
        &[]
    }

    /// True if a value of a type that lacks this member has it all the same, from a wrapper or a trait of the standard
    /// library, and it gives the value itself: `option.unwrap()`. The empty name asks about any.
    fn adapts(&self, member: &str) -> bool {
        let _ = member;
        false
    }

    /// True if such a member is known to give the value itself, or what it wraps; of any other that is a guess.
    fn is_adapter(&self, member: &str) -> bool {
        let _ = member;
        true
    }

    /// False if what is called is an ordinary value, a class, of which the constructor is one method among others.
    fn calls_name_constructors(&self) -> bool {
        true
    }

    /// True if a path that begins with nothing of the repository leads out of it, and every bare name is bound.
    fn types_are_closed(&self) -> bool {
        false
    }

    /// What a member can be that a known type lacks.
    fn strangers(&self) -> Strangers {
        Strangers::Any
    }

    /// True if every bare name is bound where it can be seen; `script` says that a file neither imports nor exports.
    fn binds_names(&self, script: bool) -> bool {
        let _ = script;
        self.types_are_closed()
    }

    /// True if what a name stands for that nothing binds is not in the repository.
    fn unbound_is_outside(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// True for a file that only declares what stands elsewhere, perhaps outside of the repository.
    fn only_declares(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// True if a call gives an argument for each parameter and never calls a field, unless that holds a function.
    fn calls_are_exact(&self) -> bool {
        false
    }

    /// Members that a type can have without writing them, and that give a value of the type itself.
    fn unwritten_makers(&self) -> &'static [&'static str] {
        &[]
    }

    /// True if a type implements an interface by having its methods, without naming it.
    fn implicit_interfaces(&self) -> bool {
        false
    }

    /// A macro of the standard library that needs no import.
    fn is_prelude_macro(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// A module of the standard library that needs no import to be named.
    fn is_standard_module(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// Members that say what going through a value gives.
    fn element_members(&self) -> &'static [&'static str] {
        &[]
    }

    /// True if methods can be read like fields.
    fn has_properties(&self) -> bool {
        false
    }

    /// True if functions outside a type can be called like its members.
    fn has_extensions(&self) -> bool {
        false
    }

    /// True if parameters are filled by name with what functions of that name give (test fixtures).
    fn injects_parameters(&self) -> bool {
        false
    }

    /// Names of methods that construct their type; a type's own name is always one.
    fn constructors(&self) -> &'static [&'static str] {
        &[]
    }
}

/// The resolver of a family, if there is one.
pub(super) fn family(name: &str) -> Option<&'static dyn Family> {
    FAMILIES.iter().find(|(word, _)| *word == name).map(|(_, family)| *family)
}

pub(super) static FAMILIES: &[(&str, &dyn Family)] = &[
    ("c", &c::C),
    ("csharp", &csharp::CSharp),
    ("ecmascript", &ecmascript::EcmaScript),
    ("go", &go::Go),
    ("jvm", &jvm::Jvm),
    ("php", &php::Php),
    ("python", &python::Python),
    ("ruby", &ruby::Ruby),
    ("rust", &rust::Rust),
];

/// The directory of a path, without a trailing slash; empty at the top.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// `directory/relative` with `.` and `..` resolved; none if it leaves the repository.
fn join(directory: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Bytes that two paths have in common at their beginning, up to a slash.
fn shared_prefix(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)
}

/// True if a path is a prefix of another, up to a separator.
fn leads(path: &str, prefix: &str, separator: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

/// A statement without `// ...` and `/* ... */` outside of quotes: a list of imported names can be commented.
fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains("//") && !text.contains("/*") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest, mut quote) = (String::with_capacity(text.len()), text, None);
    while let Some(c) = rest.chars().next() {
        let end = match quote {
            None if rest.starts_with("//") => rest.find('\n'),
            None if rest.starts_with("/*") => rest.find("*/").map(|at| at + 2),
            _ => {
                quote = match quote {
                    None if matches!(c, '"' | '\'' | '`') => Some(c),
                    Some(open) if open == c => None,
                    other => other,
                };
                out.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        out.push(' ');
        rest = end.map_or("", |end| &rest[end..]);
    }
    Cow::Owned(out)
}

/// The text inside the first pair of quotes.
fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['"', '\'', '`'])?;
    let quote = text[start..].chars().next()?;
    let inside = &text[start + 1..];
    Some(&inside[..inside.find(quote)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_what_is_quoted_stays() {
        let text = "export {\n  // core, not this\n  a, /* b, */ c } from 'http://x/*y*/'";
        let plain: Vec<String> = without_comments(text).split_whitespace().map(str::to_owned).collect();
        assert_eq!(plain.join(" "), "export { a, c } from 'http://x/*y*/'");
        assert_eq!(without_comments("import x // end"), "import x  ");
        assert_eq!(without_comments("a /* open"), "a  ");
    }
}
