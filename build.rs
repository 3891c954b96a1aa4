//! Turns the data folders into tables that are compiled in: every file under `grammars/` and `rules/`, and for each
//! grammar the constant of its crate. This is what makes adding a language, a rule, a zone or an agent a matter of
//! adding a file. It notes what each rule's condition asks for, so that a run need not read all of them, and digests
//! all sources, to tell one build from another. No other logic lives here.

#[path = "src/needles/read.rs"]
mod read;

use serde::Deserialize;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The two keys of `grammar.toml` that the build needs; `syntax/language.rs` reads the rest.
#[derive(Deserialize)]
struct Grammar {
    name: String,
    /// Path of the language constant, e.g. `tree_sitter_rust::LANGUAGE`.
    #[serde(default)]
    constant: Option<String>,
}

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets the manifest folder"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets the output folder"));
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=grammars");
    println!("cargo:rerun-if-changed=rules");

    let mut table = String::new();
    embed(&mut table, &root, "GRAMMAR_FILES", "grammars");
    embed(&mut table, &root, "RULE_FILES", "rules");
    headings(&mut table, &root.join("rules"));

    table.push_str("pub(crate) fn parser(name: &str) -> Option<tree_sitter::Language> {\n    match name {\n");
    for file in files(&root.join("grammars")) {
        println!("cargo:rerun-if-changed={}", file.display());
        if file.file_name().is_some_and(|name| name == "grammar.toml") {
            let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let grammar: Grammar = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            if let Some(constant) = &grammar.constant {
                let _ = writeln!(table, "        {:?} => Some({constant}.into()),", grammar.name);
            }
        }
    }
    table.push_str("        _ => None,\n    }\n}\n");
    let _ = writeln!(table, "pub(crate) const BUILD_DIGEST: u64 = {};", digest(&root));
    fs::write(out.join("embedded.rs"), table).expect("write the table");
}

/// What of a rule's condition tells that it need not be read (src/rules/heading.rs).
#[derive(Deserialize)]
struct Rule {
    when: Option<Condition>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Condition {
    fact: Vec<String>,
    language: Vec<String>,
    path: Vec<String>,
    line: Option<String>,
    not_line: Option<String>,
    line_side: Option<String>,
    statement: Option<String>,
    not_statement: Option<String>,
    subject: Option<String>,
    old: Option<String>,
    new: Option<String>,
    text: Option<String>,
}

impl Condition {
    /// For each text that a condition asks about (`Asked` in src/rules/asked.rs), texts one of which must be in it, in lower
    /// case; empty where nothing is known to be needed.
    fn needles(&self) -> Vec<Vec<String>> {
        let by_statement = self.statement.is_some() || self.not_statement.is_some();
        let by_line = by_statement || self.line.is_some() || self.not_line.is_some();
        let commented = self.line_side.as_deref() == Some("commented");
        let line = self.line.as_ref().filter(|_| !by_statement && !commented);
        let of_fact = [&self.subject, &self.old, &self.new, &self.text].map(|text| text.as_ref().filter(|_| !by_line));
        let needles = |text: Option<&String>| {
            let found = text.and_then(|text| read::needles_of(text, HEADING_NEEDLES_MAX));
            found.map_or(Vec::new(), |(any, _)| any.into_iter().map(|one| one.to_ascii_lowercase()).collect())
        };
        [line].into_iter().chain(of_fact).map(needles).collect()
    }
}

/// Texts that a heading names for one expression (count): to look for more takes longer than to read the rule.
const HEADING_NEEDLES_MAX: usize = 64;

/// `RULE_HEADINGS`: (place in `RULE_FILES`, facts, languages, paths, needles) of each file with a condition; and
/// `RULES_DIGEST`, BLAKE3 over their paths and texts.
fn headings(table: &mut String, folder: &Path) {
    let mut hasher = blake3::Hasher::new();
    let words = "&'static [&'static str]";
    let _ = writeln!(table, "type RuleHeading = (usize, {words}, {words}, {words}, [{words}; 5]);");
    table.push_str("pub(crate) static RULE_HEADINGS: &[RuleHeading] = &[\n");
    for (at, file) in files(folder).iter().enumerate() {
        let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        // what cannot be read here asks for nothing, and its own reader tells where the mistake is
        let when = toml::from_str(&text).map_or_else(|_| Some(Condition::default()), |rule: Rule| rule.when);
        let Some(when) = when else { continue };
        let needles: String = when.needles().iter().map(|any| format!("&{any:?}, ")).collect();
        let _ = writeln!(table, "    ({at}, &{:?}, &{:?}, &{:?}, [{needles}]),", when.fact, when.language, when.path);
        let path = file.strip_prefix(folder).expect("below the folder").to_string_lossy().replace('\\', "/");
        for part in [&path, &text] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
    }
    table.push_str("];\n");
    let _ = writeln!(table, "pub(crate) const RULES_DIGEST: &str = {:?};", hasher.finalize().to_hex().to_string());
}

/// Everything that an answer about a file or a commit can follow from: answers of another build are never used.
fn digest(root: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut open = ["src", "grammars", "rules", "Cargo.toml", "Cargo.lock"].map(|name| root.join(name)).to_vec();
    while let Some(next) = open.pop() {
        println!("cargo:rerun-if-changed={}", next.display());
        match fs::read_dir(&next) {
            Ok(entries) => {
                let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                paths.sort();
                open.extend(paths);
            }
            Err(_) => fs::read(&next).unwrap_or_default().hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// `pub(crate) static NAME: &[(path below the folder, text)]`, sorted by path.
fn embed(table: &mut String, root: &Path, name: &str, folder: &str) {
    let _ = writeln!(table, "pub(crate) static {name}: &[(&str, &str)] = &[");
    for file in files(&root.join(folder)) {
        println!("cargo:rerun-if-changed={}", file.display());
        let relative = file.strip_prefix(root.join(folder)).expect("below the folder");
        let key = relative.to_string_lossy().replace('\\', "/");
        let _ = writeln!(table, "    ({key:?}, include_str!({:?})),", file.display().to_string());
    }
    table.push_str("];\n");
}

/// All data files below a folder, sorted, so that the build does not depend on the order of the file system.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                println!("cargo:rerun-if-changed={}", path.display());
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "toml" || e == "scm") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
