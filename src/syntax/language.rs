//! The table of languages, made from `grammars/*/grammar.toml`, and the choice of one for a file by name, glob,
//! extension or first line. A language is data: what its nodes mean to richter stands in its folder, and nothing in
//! the program knows one by name.

use super::exact::FrontEnd;
use super::query::Backend;
use crate::location::RepoPath;
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use std::sync::OnceLock;

/// A language or format, as its folder describes it.
#[derive(Debug)]
pub struct Language {
    pub name: String,
    /// Which resolver of `blast/families` reads its imports (`rust`, `python`, `ecmascript`, `jvm`, `go`); empty for none.
    pub family: String,
    /// True for configuration formats: they have settings instead of entities.
    pub data: bool,
    /// True if the grammar is known to miss much of what is written in the language (dialects, macros): what it cannot
    /// read is changed text, and no surprise.
    pub lenient: bool,
    /// True if the order of functions, types and imports, or of keys, means nothing by the rules of the language.
    pub unordered: bool,
    /// True if the order of the members of a type means nothing either: a schema whose fields have numbers or names.
    pub unordered_members: bool,
    /// True if a compiler refuses calls and uses of results that do not fit.
    pub compiled: bool,
    /// The name for people: `TypeScript`.
    pub title: String,
    pub(super) grammar: Grammar,
    globs: Vec<GlobMatcher>,
    backend: OnceLock<Option<Backend>>,
}

/// `grammar.toml`. Node kinds are those of the grammar; a pair `kind.field` names a child by its field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grammar {
    name: String,
    title: String,
    /// Read by the build script too: the constant of the grammar's crate.
    #[allow(dead_code, reason = "the build script makes the table of constants from it")]
    constant: Option<String>,
    #[serde(default)]
    family: String,
    #[serde(default)]
    data: bool,
    #[serde(default)]
    lenient: bool,
    #[serde(default)]
    unordered: bool,
    #[serde(default)]
    unordered_members: bool,
    #[serde(default)]
    compiled: bool,
    /// The folder whose queries are used instead of its own.
    pub queries: Option<String>,
    /// Files of other folders that stand before its own: `c/risk.scm`.
    #[serde(default)]
    pub inherits: Vec<String>,
    #[serde(default)]
    extensions: Vec<String>,
    #[serde(default)]
    file_names: Vec<String>,
    #[serde(default)]
    globs: Vec<String>,
    /// Interpreter names of a `#!` line; a version after the name does not count.
    #[serde(default)]
    shebangs: Vec<String>,
    /// The parser that is asked where the grammar stumbles.
    #[serde(default)]
    pub exact: Option<FrontEnd>,
    #[serde(default)]
    pub tokens: Tokens,
    #[serde(default)]
    pub references: References,
    #[serde(default)]
    pub entities: Entities,
    #[serde(default)]
    pub visibility: VisibilityRules,
    #[serde(default)]
    pub tests: Tests,
    #[serde(default)]
    pub settings: SettingRules,
}

/// What counts as the same but for formatting.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tokens {
    pub comments: Vec<String>,
    /// Tokens without meaning before a closing bracket: trailing commas.
    pub trailing: Vec<String>,
    /// Tokens without meaning at the end of a node: semicolons that may be left out.
    pub optional: Vec<String>,
    /// Nodes whose round brackets only group: the tree below says what belongs together with and without them.
    pub parentheses: Vec<String>,
    /// Nodes without meaning wherever they stand: line continuations.
    pub ignored: Vec<String>,
    /// True if indentation is syntax and the grammar's scanner keeps a stack of it.
    pub layout: bool,
    /// Patterns of text that the grammar cannot read (macros that only a preprocessor knows): hidden from the parser,
    /// still part of every hash. With a group, the group is hidden; the rest says where it may stand.
    pub hidden: Vec<String>,
}

/// Which leaves mention names, and what their surroundings say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct References {
    pub identifiers: Vec<String>,
    /// Leaves, or `kind.field` places, that are types.
    pub types: Vec<String>,
    /// `kind.field` places that are called.
    pub calls: Vec<String>,
    /// `kind.field.receiver`: the name in `field` belongs to what stands in `receiver` (may be empty: no such field).
    pub members: Vec<String>,
    /// `kind.field` places that are passed through on the way up.
    pub transparent: Vec<String>,
    /// Nodes that hold bare tokens, in which dots, `::` and brackets are read from the text.
    pub token_trees: Vec<String>,
}

/// How the extent of an entity is found.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Entities {
    /// Parents that belong to their only child: decorated and exported definitions.
    pub wrappers: Vec<String>,
    /// Siblings before a definition, or children of its wrapper, that belong to it: attributes, decorators.
    pub attributes: Vec<String>,
    /// Parameters that do not count: `self`.
    pub receivers: Vec<String>,
    /// Nodes that are parameters, where others (defaults, modifiers) stand beside them.
    pub parameters: Vec<String>,
    /// Finds the `name` and the `kind` of a definition on a line of a file that the grammar stumbles over.
    pub rescue: Option<String>,
    /// Lines that begin something new though the grammar takes them for a part of the line above, in such a file.
    pub separate: Option<String>,
}

/// The closed vocabulary of visibility styles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum VisibilityStyle {
    /// Everything is public.
    #[default]
    Public,
    /// A word in front says it: `pub`, `private`.
    Modifier,
    /// A capital first letter says it.
    Capital,
    /// A leading underscore hides.
    Underscore,
    /// An export statement around it, or elsewhere in the file, says it.
    Export,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum DefaultVisibility {
    #[default]
    Private,
    Internal,
    Public,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct VisibilityRules {
    pub style: VisibilityStyle,
    /// Node kinds that hold the words.
    pub nodes: Vec<String>,
    /// Node kinds that, standing among the members of a type, hold the word for all members that follow: `private:`.
    pub sections: Vec<String>,
    /// Texts (whole words, first match counts: internal, private, public).
    pub public: Vec<String>,
    pub internal: Vec<String>,
    pub private: Vec<String>,
    /// Without any word.
    pub default: DefaultVisibility,
    /// Definitions that are as visible as what holds them: enum variants, members of interfaces.
    pub inherited: Vec<String>,
}

/// Regular expressions that mark tests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Tests {
    pub attribute: Option<String>,
    pub function: Option<String>,
    pub kind: Option<String>,
}

/// How scalars of a data format are read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SettingRules {
    /// Keys whose value tells an item of a list, or a section, from others; the first that is there counts.
    pub names: Vec<String>,
    /// Scalars in quotes.
    pub quoted: Vec<String>,
    /// Block scalars, whose first line is a header.
    pub blocks: Vec<String>,
    /// Nodes in front of a value that are not part of it: anchors, tags.
    pub decorations: Vec<String>,
    /// True if a dot in a plain key starts a deeper level.
    pub dotted_keys: bool,
    /// True if files are often templates: `{{ … }}` and `{% … %}` are then no syntax of the format.
    pub templates: bool,
    /// Text before a key that is not part of it: `export `.
    pub key_prefixes: Vec<String>,
    /// True if quotes around a plain value are not part of it.
    pub unquote_plain: bool,
}

impl Default for SettingRules {
    fn default() -> Self {
        Self {
            names: ["name", "id", "key"].map(str::to_owned).to_vec(),
            quoted: Vec::new(),
            blocks: Vec::new(),
            decorations: Vec::new(),
            dotted_keys: false,
            templates: false,
            key_prefixes: Vec::new(),
            unquote_plain: false,
        }
    }
}

/// All languages, in the order of their folders.
#[derive(Debug)]
pub struct Languages {
    languages: Vec<Language>,
}

impl Languages {
    /// The compiled-in table; made once.
    pub fn get() -> &'static Self {
        static TABLE: OnceLock<Languages> = OnceLock::new();
        TABLE.get_or_init(|| Languages { languages: load() })
    }

    pub fn all(&self) -> &[Language] {
        &self.languages
    }

    /// The language of a file, from its path and, for scripts, its first line. `head` may be empty. File names count
    /// before globs, globs before extensions, extensions before the first line.
    pub fn detect(&self, path: &RepoPath, head: &[u8]) -> Option<&Language> {
        let name = path.file_name();
        let by = |test: &dyn Fn(&Language) -> bool| self.languages.iter().find(|language| test(language));
        by(&|l| l.grammar.file_names.iter().any(|n| n.as_bytes() == name))
            .or_else(|| {
                let text = path.to_text();
                by(&|l| l.globs.iter().any(|glob| glob.is_match(&text)))
            })
            .or_else(|| {
                let extension = path.extension()?;
                by(&|l| l.grammar.extensions.iter().any(|e| e.as_bytes().eq_ignore_ascii_case(extension)))
            })
            .or_else(|| {
                let interpreter = interpreter(head)?;
                by(&|l| l.grammar.shebangs.contains(&interpreter))
            })
    }
}

impl Language {
    /// The compiled queries and tables; made at the first use. None if the grammar cannot be used.
    pub(super) fn backend(&self) -> Option<&Backend> {
        self.backend.get_or_init(|| Backend::new(self).ok()).as_ref()
    }

    /// The language's queries: what it inherits, then its own folder's or those of the folder whose queries it shares.
    /// Err names a file that is not there.
    pub(super) fn queries(&self) -> Result<String, String> {
        let file =
            |path: &str| crate::embedded::grammar_files().iter().find(|(p, _)| *p == path).map(|(_, text)| *text);
        let mut all = String::new();
        for path in &self.grammar.inherits {
            all.push_str(file(path).ok_or_else(|| format!("inherits `{path}`, which is not there"))?);
            all.push('\n');
        }
        let folder = self.grammar.queries.as_deref().unwrap_or(&self.name);
        for text in QUERY_FILES.iter().filter_map(|name| file(&format!("{folder}/{name}"))) {
            all.push_str(text);
            all.push('\n');
        }
        super::vocabulary::fill_in(&all)
    }

    /// A file of the language's own folder and of the folder whose queries it shares: (path, text).
    pub(super) fn own_and_shared(&self, name: &str) -> Vec<(String, &'static str)> {
        let mut folders = vec![self.name.as_str()];
        folders.extend(self.grammar.queries.as_deref().filter(|folder| *folder != self.name));
        let file = |folder: &&str| {
            let path = format!("{folder}/{name}");
            let found = crate::embedded::grammar_files().iter().find(|(p, _)| *p == path).map(|(_, text)| *text);
            found.map(|text| (format!("grammars/{path}"), text))
        };
        folders.iter().filter_map(file).collect()
    }
}

/// What a folder may hold: tags, constructs shared with those who inherit them, constructs of its own, settings.
const QUERY_FILES: [&str; 4] = ["tags.scm", "risk.scm", "own.scm", "settings.scm"];

fn load() -> Vec<Language> {
    let files = crate::embedded::grammar_files().iter();
    files
        .filter(|(path, _)| path.ends_with("/grammar.toml"))
        .map(|(path, text)| match crate::data::parse::<Grammar>(path, text) {
            Ok(grammar) => language(grammar),
            Err(error) => panic!("grammars/{error}"),
        })
        .collect()
}

fn language(grammar: Grammar) -> Language {
    let globs = grammar.globs.iter().filter_map(|glob| Glob::new(glob).ok()).map(|g| g.compile_matcher()).collect();
    Language {
        name: grammar.name.clone(),
        family: grammar.family.clone(),
        data: grammar.data,
        lenient: grammar.lenient,
        unordered: grammar.unordered,
        unordered_members: grammar.unordered_members,
        compiled: grammar.compiled,
        title: grammar.title.clone(),
        grammar,
        globs,
        backend: OnceLock::new(),
    }
}

/// `python` of `#!/usr/bin/env -S python3.11 -u`.
fn interpreter(head: &[u8]) -> Option<String> {
    let line = head.strip_prefix(b"#!")?;
    let line = &line[..line.iter().position(|b| *b == b'\n').unwrap_or(line.len()).min(256)];
    let line = std::str::from_utf8(line).ok()?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    let word = words.find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    Some(word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(path: &str, head: &str) -> Option<&'static str> {
        Languages::get().detect(&RepoPath::from(path), head.as_bytes()).map(|l| l.name.as_str())
    }

    #[test]
    fn files_find_their_language() {
        for (path, head, want) in [
            ("src/a.rs", "", Some("rust")),
            ("A.PY", "", Some("python")),
            ("x.mjs", "", Some("javascript")),
            ("x.tsx", "", Some("tsx")),
            ("x.cts", "", Some("typescript")),
            ("bin/run", "#!/usr/bin/env python3\n", Some("python")),
            ("bin/run", "#!/usr/bin/env -S node --x\n", Some("javascript")),
            ("bin/run", "#!/bin/sh\n", Some("bash")),
            ("bin/run", "#!/usr/bin/perl\n", None),
            (".env", "", Some("env")),
            (".env.production", "", Some("env")),
            ("a/prod.env", "", Some("env")),
            (".editorconfig", "", Some("ini")),
            ("Cargo.lock", "", Some("toml")),
            ("README.md", "", None),
        ] {
            assert_eq!(detect(path, head), want, "{path}");
        }
    }

    #[test]
    fn every_language_compiles() {
        for language in Languages::get().all() {
            match Backend::new(language) {
                Ok(backend) => assert_eq!(backend.broken_expression(), None, "{}", language.name),
                Err(error) => panic!("{}: {error}", language.name),
            }
        }
    }
}
