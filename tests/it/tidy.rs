//! The checks that keep the house in order: layers, headers, forgotten files, lengths. Each failure names the place and
//! the reason. A newcomer should learn the conventions from these messages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder, sorted, as (path relative to the repository with `/`, text).
fn sources(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut open = vec![root().join(folder)];
    let mut found: Vec<PathBuf> = Vec::new();
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false if path.extension().is_some_and(|e| e == extension) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    let named = |path: PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        (name, fs::read_to_string(&path).unwrap())
    };
    found.into_iter().map(named).collect()
}

/// Stages in the order of `mod` lines in `lib.rs`.
fn layers() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// `src/facts/compare.rs` belongs to `facts`, `src/gap.rs` to `gap`.
fn stage(path: &str) -> &str {
    let rest = path.strip_prefix("src/").unwrap();
    rest.split('/').next().unwrap().trim_end_matches(".rs")
}

/// Stages that a file names through `crate::`.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        found.push(name);
    }
    found
}

#[test]
fn a_stage_imports_only_what_is_declared_above_it() {
    let layers = layers();
    let rank: BTreeMap<&str, usize> = layers.iter().enumerate().map(|(rank, name)| (name.as_str(), rank)).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources("src", "rs") {
        let Some(own) = rank.get(stage(&path)) else { continue };
        // tests may look at any stage: they check how stages work together
        let production = text.split("#[cfg(test)]").next().unwrap();
        if path.ends_with("/tests.rs") {
            continue;
        }
        for name in imports(production) {
            if rank.get(name.as_str()).is_some_and(|other| other > own) {
                wrong.push(format!("{path} imports crate::{name}, which is declared below it in src/lib.rs"));
            }
        }
    }
    assert!(layers.len() > 10, "the order of stages was not found in src/lib.rs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn peers_do_not_see_each_other_and_rules_never_see_who_wrote_it() {
    let forbidden = [
        ("blast", "history"),
        ("blast", "provenance"),
        ("history", "blast"),
        ("history", "provenance"),
        ("provenance", "blast"),
        ("provenance", "history"),
        ("provenance", "facts"),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources("src", "rs") {
        for name in imports(&text) {
            if forbidden.contains(&(stage(&path), name.as_str())) {
                wrong.push(format!("{path} imports crate::{name}"));
            }
        }
        let sees_author =
            stage(&path) == "rules" && text.contains("crate::provenance::{") || text.contains("&Provenance)");
        if stage(&path) == "rules" && sees_author {
            wrong.push(format!("{path}: rules judge the change, not who or what wrote it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut wrong = Vec::new();
    let folders = ["src", "tests", "benches"];
    for (path, text) in folders.iter().flat_map(|folder| sources(folder, "rs")) {
        if !text.starts_with("//! ") {
            wrong.push(format!("{path}: open with a `//!` paragraph: what it is for, the idea, what it leaves out"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_rim_touches_disk_processes_environment_or_clock() {
    let rim = ["input", "cache", "cli", "main"];
    let outside = ["std::fs", "std::env::", "std::process", "SystemTime", "Instant::now", "std::net"];
    // the one clock: a parser's time budget, which can only turn into a gap
    let allowed = [("src/input/lines.rs", "Instant::now")];
    let mut wrong = Vec::new();
    for (path, text) in sources("src", "rs") {
        let production = text.split("#[cfg(test)]").next().unwrap();
        if rim.contains(&stage(&path)) || path.ends_with("/tests.rs") {
            continue;
        }
        for word in outside {
            if production.contains(word) && !allowed.contains(&(path.as_str(), word)) {
                wrong.push(format!("{path} uses {word}; only src/input, src/cli and the binary may"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn gix_is_named_in_one_place() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src", "rs") {
        if text.contains("gix::") && !path.starts_with("src/input/git") {
            wrong.push(path);
        }
    }
    assert!(wrong.is_empty(), "gix changes its API monthly; keep it inside src/input/git*: {wrong:?}");
}

#[test]
fn no_language_is_known_by_name_in_rust() {
    let names: Vec<String> = sources("grammars", "toml")
        .iter()
        .filter_map(|(_, text)| {
            let line = text.lines().find(|line| line.starts_with("name"))?;
            Some(line.split('"').nth(1)?.to_owned())
        })
        .collect();
    assert!(names.len() >= 10, "{names:?}");
    let mut wrong = Vec::new();
    for (path, text) in sources("src", "rs") {
        let production = text.split("#[cfg(test)]").next().unwrap();
        for name in &names {
            // a stage may well know a word that is also the name of a format; only `syntax` sees names of languages
            let arm = match stage(&path) {
                "syntax" => vec![format!("\"{name}\" =>"), format!("== \"{name}\""), format!("\"{name}\" |")],
                _ => vec![format!("language.name == \"{name}\""), format!("name() == \"{name}\"")],
            };
            if !path.ends_with("tests.rs") && arm.iter().any(|arm| production.contains(arm.as_str())) {
                wrong
                    .push(format!("{path} branches on the language {name}; what a language is belongs into grammars/"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_speaks_of_where_it_was_made() {
    let mut wrong = Vec::new();
    let mut all: Vec<(String, String)> = ["src", "tests", "benches"].iter().flat_map(|f| sources(f, "rs")).collect();
    all.extend(["rules", "grammars"].iter().flat_map(|folder| sources(folder, "toml")));
    all.extend(["grammars", "rules"].iter().flat_map(|folder| sources(folder, "scm")));
    for page in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "Cargo.toml", ".ci/run"] {
        all.push((page.to_owned(), fs::read_to_string(root().join(page)).unwrap_or_default()));
    }
    let places = ["/work", "/root", "/farm"].map(|place| format!("{place}/"));
    for (path, text) in all {
        if let Some(place) = places.iter().find(|place| text.contains(place.as_str())) {
            wrong.push(format!("{path} names {place}, a path of one machine"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
