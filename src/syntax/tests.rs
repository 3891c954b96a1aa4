//! Laws of outlines: what changes a hash and what does not, and that no input, however hostile, panics or hangs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;
use crate::limits;
use crate::location::RepoPath;

fn parse(path: &str, text: &str) -> Outline {
    outline(&RepoPath::from(path), text.as_bytes())
}

/// Hashes of the file, its residue, and the signature and body of every entity.
fn hashes(outline: &Outline) -> Vec<u64> {
    assert!(outline.fallback.is_none());
    let each = outline.entities.iter().flat_map(|one| [one.signature_hash, one.body_hash]);
    [outline.hash, outline.residue_hash].into_iter().chain(each).collect()
}

#[test]
fn formatting_and_comments_change_no_hash() {
    for (path, before, after) in [
        (
            "a.rs",
            "use a;\nfn f(a: u8, b: u8) -> u8 { g(a, b) }\n",
            "use a;\n// why\nfn f(\n    a: u8,\n    b: u8,\n) -> u8 {\n    g(a, /* x */ b,)\n}\n",
        ),
        (
            "a.py",
            "def f(a, b):\n  return [a, b]\n",
            "def f(\n    a,\n    b,\n):\n    # why\n    \"\"\"Docs.\"\"\"\n    return [\n        a,\n        b,\n    ]\n",
        ),
        (
            "a.js",
            "const a = f(1, 2)\nclass A { m() { return 1 } }\n",
            "// why\nconst a = f(\n  1,\n  2,\n);\nclass A {\n  m() {\n    return 1;\n  }\n}\n",
        ),
        (
            "a.ts",
            "export function f(a: A): B { return a.b }",
            "export function f(\n  a: A,\n): B {\n  return a.b; // why\n}\n",
        ),
        (
            "a.go",
            "package a\nfunc f(a int) int { return a }\n",
            "package a\n\n// f docs\nfunc f(\n\ta int,\n) int {\n\treturn a\n}\n",
        ),
        (
            "A.java",
            "class A { int f(int a) { return a; } }",
            "/** Docs. */\nclass A {\n  // why\n  int f(int a) {\n    return a;\n  }\n}\n",
        ),
        ("a.json", "{\"a\": [1, 2]}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}\n"),
        ("a.yaml", "a:   1\nb: [1, 2]\n", "# why\na: 1\n\nb: [ 1,2 ]\n"),
        ("a.toml", "[a]\nb = [1, 2]\n", "[a]\n# why\nb = [\n  1,\n  2,\n]\n"),
        ("a.rs", "fn f() {\n    \"a\nb\"\n}\n", "fn f() {\r\n    \"a\r\nb\"\r\n}\r\n"),
        ("a.py", "x = 1\n", "\u{feff}x = 1\n"),
    ] {
        assert_eq!(hashes(&parse(path, before)), hashes(&parse(path, after)), "{path}: {before}");
    }
}

#[test]
fn meaning_changes_the_hash_of_what_holds_it() {
    for (path, before, after) in [
        ("a.rs", "fn f() { a + b }", "fn f() { a - b }"),
        ("a.py", "def f():\n    if a:\n        b()\n        c()\n", "def f():\n    if a:\n        b()\n    c()\n"),
        ("a.py", "def f():\n    return (a)\n", "def f():\n    return (a,)\n"),
        ("a.js", "function f() { for (;a;) {} }", "function f() { for (a;;) {} }"),
        ("a.ts", "function f() { return a == b }", "function f() { return a === b }"),
        ("a.go", "package a\nfunc f() { a := 1 }\n", "package a\nfunc f() { a := 2 }\n"),
        ("A.java", "class A { void f() { a(\"x\"); } }", "class A { void f() { a(\"y\"); } }"),
    ] {
        let (old, new) = (parse(path, before), parse(path, after));
        assert_ne!(old.hash, new.hash, "{path}: {after}");
        let bodies = |o: &Outline| o.entities.iter().map(|one| one.body_hash).collect::<Vec<_>>();
        let signatures = |o: &Outline| o.entities.iter().map(|one| one.signature_hash).collect::<Vec<_>>();
        assert_ne!(bodies(&old), bodies(&new), "{path}: {after}");
        assert_eq!(signatures(&old), signatures(&new), "{path}: {after}");
        assert_eq!(old.residue_hash, new.residue_hash, "{path}: {after}");
    }
}

#[test]
fn signatures_documentation_and_residue_are_apart() {
    let base = parse("a.rs", "use a;\n/// One.\npub fn f(a: u8) { g() }\n");
    let signature = parse("a.rs", "use a;\n/// One.\npub fn f(a: u16) { g() }\n");
    let docs = parse("a.rs", "use a;\n/// Two.\npub fn f(a: u8) { g() }\n");
    let residue = parse("a.rs", "use b;\n/// One.\npub fn f(a: u8) { g() }\n");
    let parts = |o: &Outline| {
        let one = &o.entities[0];
        [one.signature_hash, one.body_hash, one.docs_hash, o.residue_hash]
    };
    let differ = |o: &Outline| {
        let pairs = parts(&base).into_iter().zip(parts(o));
        pairs.map(|(a, b)| a != b).collect::<Vec<_>>()
    };
    assert_eq!(differ(&signature), [true, false, false, false]);
    assert_eq!(differ(&docs), [false, false, true, false]);
    assert_eq!(differ(&residue), [false, false, false, true]);
}

#[test]
fn attributes_belong_to_what_they_stand_on() {
    let found = parse("a.rs", "#[test]\n#[ignore]\nfn t() {}\n#[cfg(not(test))]\nfn u() {}\n");
    assert_eq!(
        found.entities.iter().map(|one| (one.lines.start, one.test)).collect::<Vec<_>>(),
        [(1, true), (4, false)]
    );
}

const PUNCTUATION: &[u8] = b"(){}[]<>\"'`;:,.!?&|*-+=/\\@#$%^~\n ";

fn hostile() -> Vec<Vec<u8>> {
    let mut random = 0x1234_5678_9abc_def1_u64;
    let punctuation: Vec<u8> = (0..30_000)
        .map(|_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            PUNCTUATION[random as usize % PUNCTUATION.len()]
        })
        .collect();
    let deep = |open: &str| open.repeat(6_000).into_bytes();
    vec![
        punctuation,
        deep("("),
        deep("[{"),
        deep("a."),
        deep("!"),
        deep("- "),
        deep("if a {} else "),
        b"\xff\xfe\x00\x00fn f() {}\xc3(".to_vec(),
        b"\xef\xbb\xbf".to_vec(),
        Vec::new(),
        b"\r\r\r\n".to_vec(),
        vec![b'a'; limits::PARSE_BYTES_MAX + 1],
        vec![0; 10_000],
    ]
}

#[test]
fn hostile_texts_neither_panic_nor_hang() {
    for language in [
        "a.rs",
        "a.py",
        "a.js",
        "a.tsx",
        "a.go",
        "A.java",
        "a.yaml",
        "a.json",
        "a.toml",
        "a.properties",
        "a.ini",
        ".env",
    ] {
        for text in hostile() {
            let start = std::time::Instant::now();
            let found = outline(&RepoPath::from(language), &text);
            let layout = matches!(language, "a.py" | "a.yaml");
            assert!(
                layout || found.fallback != Some(TextFallback::Failed),
                "{language} {:?}",
                &text[..text.len().min(8)]
            );
            // parse and query have their budget; what follows is linear
            assert!(start.elapsed().as_millis() < 30_000, "{language} {:?}", &text[..text.len().min(8)]);
        }
    }
}

/// tree-sitter frees what it gave up by recursion; without a stack that fits this ended the process.
#[test]
fn deep_files_do_not_end_the_process() {
    for (path, text) in [("a.rs", "[{"), ("a.go", "a{"), ("a.json", "["), ("a.yaml", "- "), ("a.py", "- ")] {
        let found = outline(&RepoPath::from(path), text.repeat(100_000).as_bytes());
        assert_eq!(found.language.map(|l| l.data), Some(path.ends_with("json") || path.ends_with("yaml")));
    }
}

#[test]
fn what_is_too_large_says_so() {
    let found = outline(&RepoPath::from("a.rs"), &vec![b'\n'; limits::PARSE_BYTES_MAX + 1]);
    assert_eq!(found.fallback, Some(TextFallback::TooLarge));
    assert_eq!(parse("README.md", "a\n").fallback, Some(TextFallback::NoGrammar));
}

#[test]
fn the_memory_of_outlines_gives_the_same_outline() {
    let known = Outlines::default();
    let of = |path: &str| known.of(Text { path: &path.into(), oid: None, bytes: b"fn f() {}" }, None);
    let first = of("a.rs");
    assert!(Arc::ptr_eq(&first, &of("b.rs")));
    assert!(!Arc::ptr_eq(&first, &of("b.go")));
}

#[test]
fn a_declaration_that_the_grammar_gives_up_on_costs_no_other() {
    let broken = "export type A = string\nexport interface B {\n  a: ((((((\n\nexport type C = { c: A }\n";
    let outline = parse("a.ts", broken);
    let names: Vec<&str> = outline.entities.iter().map(|entity| entity.name.as_ref()).collect();
    assert!(names.contains(&"A") && names.contains(&"C"), "{names:?}");
    assert!(!outline.problems.is_empty(), "what was not read stays a problem");
    let other = broken.replace("((((((", "(((((");
    let changed = parse("a.ts", &other);
    assert_ne!(outline.hash, changed.hash, "its text still counts");
}
