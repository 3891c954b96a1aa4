//! The data that is compiled in: every file of `grammars/` and `rules/`, as the build script listed them. The rest of
//! the program asks for a folder or a file by name and never for a Rust item, so that data stays data.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Files of `rules/` below a folder (`agents/`, `zones/`, `config/`), sorted by path: (path below `rules/`, text).
pub fn rule_files(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
    RULE_FILES.iter().copied().filter(move |(path, _)| path.starts_with(folder))
}

/// One file of `rules/`. Panics if it is not there: the name is written in the code, the file in the repository.
pub fn rule_file(path: &str) -> &'static str {
    match RULE_FILES.iter().find(|(name, _)| *name == path) {
        Some((_, text)) => text,
        None => panic!("rules/{path} is part of richter"),
    }
}

/// All files of `grammars/`, sorted by path: (path below `grammars/`, text).
pub fn grammar_files() -> &'static [(&'static str, &'static str)] {
    GRAMMAR_FILES
}

/// The compiled grammar of a language, if its `grammar.toml` names a crate constant.
pub fn grammar(name: &str) -> Option<tree_sitter::Language> {
    parser(name)
}
