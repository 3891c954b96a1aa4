//! Every language is tried on the samples in its folder: `grammars/<language>/tests/*.txt` holds a source, a line
//! `---`, and the outline that is expected of it. `UPDATE=1 cargo test grammars` rewrites what is expected; read it
//! before it is committed. A first line `name: <file>` says under which file name the source is read.
//!
//! `tests/*.form` holds three sources, parted by lines `---`: from the first to the second only the form changes (layout,
//! comments, an order without meaning), and that is worth nothing; from the first to the third something does.

use crate::cases::Case;
use richter::location::RepoPath;
use richter::syntax::{Languages, Outline, outline};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One line for each thing of an outline.
fn dump(outline: &Outline) -> String {
    let mut out = String::new();
    for (at, one) in outline.entities.iter().enumerate() {
        let name = outline.qualified_name(at as u32);
        let (kind, visibility) = (one.kind.as_str(), one.visibility.as_str());
        let _ = write!(out, "{kind} {name} {visibility} {}-{}", one.lines.start, one.lines.end);
        if let Some(arity) = one.arity {
            let _ = write!(out, " arity={arity}");
        }
        if !one.supertypes.is_empty() {
            let _ = write!(out, " : {}", one.supertypes.join(", "));
        }
        out.push_str(if one.test { " test\n" } else { "\n" });
    }
    for one in &outline.imports {
        let _ = writeln!(out, "import {} {}", one.line, one.text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    for one in &outline.references {
        let receiver = one.receiver.as_ref().map(|text| format!(" of `{text}`")).unwrap_or_default();
        let owner = one.owner.map(|at| format!(" in {}", outline.qualified_name(at))).unwrap_or_default();
        let kind = format!("{:?}", one.kind).to_lowercase();
        let _ = writeln!(out, "{kind} {}{receiver}{owner} {}", one.name, one.line);
    }
    for one in &outline.marks {
        let _ = writeln!(out, "mark {} {}-{} `{}`", one.capture, one.lines.start, one.lines.end, one.text);
    }
    for one in &outline.settings {
        let text = one.value.to_text().escape_debug().to_string();
        let kind = format!("{:?}", one.value).split(['(', ' ']).next().unwrap().to_lowercase();
        let _ = writeln!(out, "{} = {text} ({kind}) {}-{}", one.key, one.lines.start, one.lines.end);
    }
    for one in &outline.problems {
        let _ = writeln!(out, "problem {}-{}", one.start, one.end);
    }
    let inert: Vec<String> = outline.inert_lines.iter().map(|one| format!("{}-{}", one.start, one.end)).collect();
    let _ = writeln!(out, "code {} inert [{}]", outline.code_lines, inert.join(" "));
    out
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars")
}

fn samples(language: &str, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root().join(language).join("tests")) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == extension));
    found.sort();
    found
}

#[test]
fn every_sample_has_the_outline_that_stands_below_it() {
    for language in Languages::get().all() {
        let samples = samples(&language.name, "txt");
        assert!(!samples.is_empty(), "grammars/{}/tests has no sample", language.name);
        for path in samples {
            let text = fs::read_to_string(&path).unwrap();
            let (head, expected) = text.split_once("\n---\n").expect("a line `---` before what is expected");
            let (first, source) = head.split_once('\n').unwrap();
            let name = first.strip_prefix("name: ").expect("a first line `name: <file>`");
            let found = outline(&RepoPath::from(name), format!("{source}\n").as_bytes());
            assert_eq!(found.language.map(|l| l.name.as_str()), Some(language.name.as_str()), "{}", path.display());
            let found = dump(&found);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&path, format!("{head}\n---\n{found}")).unwrap();
            } else {
                assert_eq!(found, expected, "{}", path.display());
            }
        }
    }
}

#[test]
fn a_change_of_form_alone_is_worth_nothing_in_any_language() {
    let mut wrong = Vec::new();
    for language in Languages::get().all() {
        let samples = samples(&language.name, "form");
        assert!(!samples.is_empty(), "grammars/{}/tests has no change of form", language.name);
        for path in samples {
            let text = fs::read_to_string(&path).unwrap();
            let (first, sources) = text.split_once('\n').unwrap();
            let name = first.strip_prefix("name: ").expect("a first line `name: <file>`");
            let sources: Vec<String> = sources.split("\n---\n").map(|part| format!("{}\n", part.trim_end())).collect();
            let [old, same, other] = &sources[..] else { panic!("{}: three sources", path.display()) };
            let outline = outline(&RepoPath::from(name), old.as_bytes());
            assert_eq!(outline.language.map(|l| l.name.as_str()), Some(language.name.as_str()), "{}", path.display());
            let report = Case::of_file(name, old, same).report();
            let facts: Vec<_> = report.facts.iter().map(|(_, fact)| (fact.kind, &fact.location.lines)).collect();
            let worth = (report.assessment.score, report.signals.len());
            if !report.facts.inert() || facts.is_empty() || worth != (0, 0) {
                wrong.push(format!("{}: {worth:?} {facts:?}", path.display()));
            }
            if Case::of_file(name, old, other).report().facts.inert() {
                wrong.push(format!("{}: the third source means something else", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
