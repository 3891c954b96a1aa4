//! From two texts to facts, through the real grammars: what changed, on which side, on which line, and nothing else.

use super::{Fact, Facts, compare};
use crate::gap::GapKind;
use crate::input::ChangeSet;
use crate::location::Side;
use crate::syntax::Outlines;

fn facts_of(files: &[(&str, Option<&str>, Option<&str>)]) -> Facts {
    let change = ChangeSet::in_memory(files.iter().copied());
    compare(&change, &Outlines::default())
}

/// `kind subject side line`, with what a rule would read after it.
fn shown(fact: &Fact) -> String {
    let side = if fact.location.side == Side::Old { "old" } else { "new" };
    let mut text = format!("{} {} {side} {}", fact.kind.as_str(), fact.subject.raw(), fact.location.lines.start);
    if let Some(construct) = &fact.construct {
        text = format!("{text} @{}", construct.capture);
    }
    if let Some(setting) = &fact.setting {
        let value =
            |value: &Option<crate::syntax::Value>| value.as_ref().map_or("-".to_owned(), |value| value.to_text());
        text = format!("{text} {}>{}", value(&setting.old), value(&setting.new));
    }
    if let Some(dependency) = &fact.dependency {
        text = format!("{text} {}", dependency.bump.map_or("-", |bump| bump.as_str()));
    }
    text
}

fn lines_of(facts: &Facts) -> Vec<String> {
    facts.iter().map(|(_, fact)| shown(fact)).collect()
}

/// Facts without constructs, which have tests of their own.
fn check(path: &str, old: &str, new: &str, expected: &[&str]) {
    let facts = facts_of(&[(path, Some(old), Some(new))]);
    let seen: Vec<String> =
        facts.iter().filter(|(_, fact)| fact.construct.is_none()).map(|(_, fact)| shown(fact)).collect();
    assert_eq!(seen, expected, "{path}");
    let gaps: Vec<_> = facts.gaps.iter().filter(|gap| gap.kind != GapKind::NoGrammar).collect();
    assert!(gaps.is_empty(), "{path}: {gaps:?}");
}

fn inert(path: &str, old: &str, new: &str) {
    let facts = facts_of(&[(path, Some(old), Some(new))]);
    assert!(facts.inert() && facts.iter().next().is_some(), "{path}: {:?}", lines_of(&facts));
}

const RUST: &str = "use std::fmt;\n\n/// A cart.\npub struct Cart {\n    items: Vec<u32>,\n}\n\nimpl Cart {\n    /// Sum.\n    pub fn total(&self) -> u32 {\n        \
    let base = 1;\n        self.items.iter().sum::<u32>() + base\n    }\n\n    fn clear(&mut self) {\n        self.items.clear();\n    }\n}\n\nfn helper(a: u32) -> u32 {\n    a + 1\n}\n";

#[test]
fn rust() {
    let with = |from: &str, to: &str| RUST.replace(from, to);
    check("src/a.rs", RUST, &with("+ base", "- base"), &["body-changed Cart.total new 12"]);
    check("src/a.rs", RUST, &with("(a: u32)", "(a: u64)"), &["signature-changed helper new 20"]);
    check("src/a.rs", RUST, &with("fn helper", "pub fn helper"), &["visibility-changed helper new 20"]);
    check("src/a.rs", RUST, &with("fn helper", "fn better"), &["entity-renamed better new 20"]);
    check("src/a.rs", RUST, &with("        let base = 1;\n", ""), &["body-changed Cart.total old 11"]);
    check("src/a.rs", RUST, &with("use std::fmt;", "use std::io;"), &["residue-changed src/a.rs new 1"]);
    check(
        "src/a.rs",
        RUST,
        &with("    fn clear(&mut self) {\n        self.items.clear();\n    }\n", ""),
        &["entity-deleted Cart.clear old 15"],
    );
    check("src/a.rs", RUST, &format!("{RUST}\nfn more() {{}}\n"), &["entity-added more new 24"]);
    inert("src/a.rs", RUST, &with("/// Sum.", "/// The sum."));
    inert("src/a.rs", RUST, &with("let base = 1;", "let base = 1; // one"));
    inert("src/a.rs", RUST, &with("        let base = 1;", "      let base =\n  1;"));
    inert("src/a.rs", RUST, &with("use std::fmt;\n", "use std::fmt;\n\n\n"));
    inert("src/a.rs", RUST, &with("use std::fmt;\n", "// head\nuse std::fmt;\n"));
    inert("src/a.rs", RUST, &RUST.replace('\n', "\r\n"));
}

const PYTHON: &str = "import os\n\n\nclass Cart:\n    \"\"\"A cart.\"\"\"\n\n    def total(self, rate):\n        # sum\n        return sum(self.items) * rate\n\n    \
    def clear(self):\n        self.items = []\n\n\ndef helper(a):\n    return a + 1\n";

#[test]
fn python() {
    let with = |from: &str, to: &str| PYTHON.replace(from, to);
    check("a.py", PYTHON, &with("* rate", "+ rate"), &["body-changed Cart.total new 9"]);
    check("a.py", PYTHON, &with("(self, rate)", "(self, rate=1)"), &["signature-changed Cart.total new 7"]);
    check("a.py", PYTHON, &with("def helper", "def better"), &["entity-renamed better new 15"]);
    check("a.py", PYTHON, &with("import os", "import sys"), &["residue-changed a.py new 1"]);
    inert("a.py", PYTHON, &with("# sum", "# the sum"));
    inert("a.py", PYTHON, &with("A cart.", "One cart."));
    inert("a.py", PYTHON, &with("a + 1", "a  +  1"));
}

const TYPESCRIPT: &str = "import { a } from './a';\n\nexport class Cart {\n  private items: number[] = [];\n\n  total(rate: number): number {\n    // sum\n    \
    return a(this.items) * rate;\n  }\n}\n\nexport const helper = (x: number) => {\n  return x + 1;\n};\n\nfunction inner() {\n  return 2;\n}\n";

#[test]
fn typescript_and_javascript() {
    let with = |from: &str, to: &str| TYPESCRIPT.replace(from, to);
    check("a.ts", TYPESCRIPT, &with("* rate", "+ rate"), &["body-changed Cart.total new 8"]);
    check(
        "a.ts",
        TYPESCRIPT,
        &with("total(rate: number)", "total(rate: string)"),
        &["signature-changed Cart.total new 6"],
    );
    check("a.ts", TYPESCRIPT, &with("x + 1", "x + 2"), &["body-changed helper new 13"]);
    inert("a.ts", TYPESCRIPT, &with("// sum", "// the sum"));
    inert("a.ts", TYPESCRIPT, &with("x + 1;", "(\n x + 1\n);").replace("(\n x + 1\n)", "x +\n    1"));
    let script = "const a = require('a');\nfunction f(x) {\n  return a(x);\n}\nmodule.exports = f;\n";
    check("a.js", script, &script.replace("a(x)", "a(x, 1)"), &["body-changed f new 3"]);
    check("a.js", script, &script.replace("= f;", "= { f };"), &["residue-changed a.js new 5"]);
    inert("a.js", script, &script.replace("  return", "  // go\n    return"));
}

#[test]
fn go() {
    let go = "package a\n\nimport \"fmt\"\n\n// Total sums.\nfunc (c *Cart) Total(rate int) int {\n\tfmt.Println(rate)\n\treturn c.n * rate\n}\n\ntype Cart struct {\n\tn int\n}\n";
    let with = |from: &str, to: &str| go.replace(from, to);
    check("a.go", go, &with("c.n * rate", "c.n + rate"), &["body-changed Cart.Total new 8"]);
    check("a.go", go, &with("rate int)", "rate int64)"), &["signature-changed Cart.Total new 6"]);
    check("a.go", go, &with("\tfmt.Println(rate)\n", ""), &["body-changed Cart.Total old 7"]);
    inert("a.go", go, &with("// Total sums.", "// Total adds."));
    inert("a.go", go, &with("\treturn", "    return"));
}

#[test]
fn java() {
    let java = "package a;\n\nimport java.util.List;\n\npublic class Cart {\n    private int n;\n\n    /** Sum. */\n    public int total(int rate) {\n        return n * rate;\n    }\n\n    \
        public int total(int rate, int more) {\n        return n * rate + more;\n    }\n}\n";
    let with = |from: &str, to: &str| java.replace(from, to);
    check("Cart.java", java, &with("return n * rate;", "return n + rate;"), &["body-changed Cart.total new 10"]);
    check(
        "Cart.java",
        java,
        &with("public int total(int rate)", "int total(int rate)"),
        &["visibility-changed Cart.total new 9"],
    );
    check("Cart.java", java, &with("int more) {", "long more) {"), &["signature-changed Cart.total new 13"]);
    inert("Cart.java", java, &with("/** Sum. */", "/** The sum. */"));
    inert("Cart.java", java, &with("    private", "\tprivate"));
}

#[test]
fn settings() {
    let yaml = "http:\n  # c\n  timeout: 30s\n  retry: true\n  hosts:\n    - a\n    - b\n";
    let with = |from: &str, to: &str| yaml.replace(from, to);
    check("deploy/a.yaml", yaml, &with("30s", "3s"), &["setting-changed http.timeout new 3 30s>3s"]);
    check("deploy/a.yaml", yaml, &with("true", "false"), &["setting-changed http.retry new 4 true>false"]);
    check("deploy/a.yaml", yaml, &with("    - b\n", ""), &["setting-changed http.hosts old 7 [a, b]>[a]"]);
    check("deploy/a.yaml", yaml, &with("  retry: true\n", ""), &["setting-deleted http.retry old 4 true>-"]);
    inert("deploy/a.yaml", yaml, &with("# c", "# comment"));
    let json = "{\n  \"http\": { \"timeout\": 30 },\n  \"on\": true\n}\n";
    check("config/a.json", json, &json.replace("30", "3"), &["setting-changed http.timeout new 2 30>3"]);
    inert("config/a.json", json, &json.replace("{ \"timeout\": 30 }", "{\n    \"timeout\": 30\n  }"));
    let toml = "[http]\ntimeout = 30 # s\nname = \"x\"\n";
    check("a.toml", toml, &toml.replace("\"x\"", "\"y\""), &["setting-changed http.name new 3 x>y"]);
    inert("a.toml", toml, &toml.replace("# s", "# seconds"));
    let properties = "# c\nhttp.timeout=30\nhttp.on=true\n";
    check("a.properties", properties, &properties.replace("=30", "=3"), &["setting-changed http.timeout new 2 30>3"]);
    inert("a.properties", properties, &properties.replace("# c", "# d"));
}

#[test]
fn a_step_between_others_is_one_addition() {
    let old = "steps:\n  - run: a\n    when: x\n  - run: c\n    when: z\n";
    let new = "steps:\n  - run: a\n    when: x\n  - run: b\n    when: y\n  - run: c\n    when: z\n";
    let facts = facts_of(&[("deploy/a.yaml", Some(old), Some(new))]);
    let kinds: Vec<_> = facts.iter().map(|(_, fact)| fact.kind.as_str()).collect();
    assert_eq!(kinds, ["setting-added", "setting-added"], "{:?}", lines_of(&facts));
}

#[test]
fn dependencies() {
    let cargo = "[package]\nname = \"a\"\n\n[dependencies]\nserde = { version = \"1.0.1\", features = [\"derive\"] }\nlibc = \"0.2\"\n";
    check("Cargo.toml", cargo, &cargo.replace("1.0.1", "2.0"), &["dependency-bumped serde new 5 major"]);
    check("Cargo.toml", cargo, &cargo.replace("libc = \"0.2\"\n", ""), &["dependency-removed libc old 6 -"]);
    let npm = "{\n  \"dependencies\": {\n    \"left-pad\": \"^1.2.0\"\n  }\n}\n";
    check("package.json", npm, &npm.replace("1.2.0", "1.1.0"), &["dependency-bumped left-pad new 3 down"]);
    let optional = cargo.replace("libc = \"0.2\"", "libc = { version = \"0.2\", optional = true }");
    check("Cargo.toml", cargo, &optional, &["setting-added dependencies.libc.optional new 6 ->true"]);
    let gone = optional.replace("libc = { version = \"0.2\", optional = true }\n", "");
    check("Cargo.toml", &optional, &gone, &["dependency-removed libc old 6 -"]);
    let pom =
        "<plugin>\n<artifactId>a</artifactId>\n<version>1.0</version>\n<configuration>x</configuration>\n</plugin>\n";
    check("pom.xml", pom, &pom.replace("1.0", "1.1"), &["dependency-bumped a new 3 minor"]);
    check("pom.xml", pom, &pom.replace(">x<", ">y<"), &["setting-changed plugin.a.configuration new 4 x>y"]);
    let go = "module a\n\nrequire (\n\tx.y/z v1.2.3\n)\n";
    check("go.mod", go, &go.replace("v1.2.3", "v1.3.0"), &["dependency-bumped x.y/z new 4 minor"]);
    check("Cargo.lock", "a\nb\n", "a\nc\n", &["text-changed Cargo.lock new 2"]);
}

/// Each format: one text, what is replaced in it, and the one fact that this makes.
#[test]
fn dependencies_of_every_format() {
    for (path, text, from, to, expected) in [
        ("pom.xml", POM, "1.4.5", "1.4.6", "dependency-bumped org.x:jetty new 8 patch"),
        ("pom.xml", POM, "<netty.version>4.1", "<netty.version>5.0", "dependency-bumped netty.version new 3 major"),
        ("Cargo.toml", "[dependencies]\nlibc = \"0.2.1\"\n", "0.2.1", "0.2.3", "dependency-bumped libc new 2 patch"),
        (
            "Cargo.toml",
            "[dependencies]\na = \"1\"\n",
            "\"1\"",
            "{ git = \"https://x/y\" }",
            "dependency-bumped a new 2 source",
        ),
        (
            "package.json",
            "{\n\"dependencies\": {\n\"a\": \"1.2.0\"\n}\n}\n",
            "1.2.0",
            "^1.2.0",
            "dependency-bumped a new 3 unpinned",
        ),
        (
            "package.json",
            "{\n\"dependencies\": {\n\"a\": \"1.2.0\"\n}\n}\n",
            "1.2.0",
            "1.1.9",
            "dependency-bumped a new 3 down",
        ),
        ("requirements.txt", "flask==2.0.1\nb==1\n", "2.0.1", "2.1.0", "dependency-bumped flask new 1 minor"),
        ("requirements.txt", "flask==2.0.1\n", "flask==2.0.1", "flask", "dependency-bumped flask new 1 unpinned"),
        (
            "pyproject.toml",
            "[project]\ndependencies = [\n  \"a>=1.0\",\n]\n",
            "1.0",
            "2.0",
            "dependency-bumped a new 3 major",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\na = \"^1.0\"\n",
            "1.0",
            "1.1",
            "dependency-bumped a new 2 minor",
        ),
        ("Pipfile", "[packages]\na = \"==1.0\"\n", "==1.0", "*", "dependency-bumped a new 2 unpinned"),
        ("go.mod", "module a\n\nrequire x.y/z v1.2.3\n", "v1.2.3", "v2.0.0", "dependency-bumped x.y/z new 3 major"),
        ("go.work", "go 1.21\n\nuse ./a\n", "1.21", "1.22", "dependency-bumped go new 1 minor"),
        (
            "build.gradle.kts",
            "dependencies {\n    implementation(\"g:a:1.0\")\n}\n",
            "1.0",
            "1.0.1",
            "dependency-bumped g:a new 2 patch",
        ),
        (
            "gradle/libs.versions.toml",
            "[versions]\nokio = \"3.0.0\"\n",
            "3.0.0",
            "3.1.0",
            "dependency-bumped okio new 2 minor",
        ),
        ("Gemfile", "gem 'rails', '7.0.1'\n", "7.0.1", "7.1.0", "dependency-bumped rails new 1 minor"),
        (
            "a.gemspec",
            "Gem::Specification.new do |s|\n  s.add_dependency 'rack', '2.0'\nend\n",
            "2.0",
            "3.0",
            "dependency-bumped rack new 2 major",
        ),
        (
            "composer.json",
            "{\n\"require\": {\n\"a/b\": \"^1.0\"\n}\n}\n",
            "^1.0",
            "^2.0",
            "dependency-bumped a/b new 3 major",
        ),
        (
            "A.csproj",
            "<Project>\n<ItemGroup>\n<PackageReference Include=\"X\" Version=\"1.0\" />\n</ItemGroup>\n</Project>\n",
            "1.0",
            "1.1",
            "dependency-bumped X new 3 minor",
        ),
        (
            "Directory.Packages.props",
            "<Project>\n<ItemGroup>\n<PackageVersion Include=\"X\" Version=\"1.0\" />\n</ItemGroup>\n</Project>\n",
            "1.0",
            "1.1",
            "dependency-bumped X new 3 minor",
        ),
        (
            "Cargo.lock",
            "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n",
            "1.0.0",
            "1.0.1",
            "dependency-bumped a new 3 patch",
        ),
        (
            "go.sum",
            "x.y/z v1.0.0 h1:a=\nx.y/z v1.0.0/go.mod h1:b=\n",
            "v1.0.0",
            "v1.1.0",
            "dependency-bumped x.y/z new 1 minor",
        ),
    ] {
        let facts = facts_of(&[(path, Some(text), Some(&text.replace(from, to)))]);
        let seen: Vec<String> =
            facts.iter().filter(|(_, fact)| fact.construct.is_none()).map(|(_, fact)| shown(fact)).collect();
        assert!(seen.iter().any(|fact| fact == expected), "{path}: {seen:?} lacks {expected}");
        let others = seen.iter().filter(|fact| *fact != expected && !fact.starts_with("residue-changed"));
        assert_eq!(others.count(), 0, "{path}: {seen:?}");
    }
}

const POM: &str = "<project>\n<properties>\n<netty.version>4.1</netty.version>\n</properties>\n<dependencies>\n<dependency>\n\
    <groupId>org.x</groupId><artifactId>jetty</artifactId>\n<version>1.4.5</version>\n</dependency>\n</dependencies>\n</project>\n";

#[test]
fn what_moves_between_files_is_neither_gone_nor_new() {
    let body = "def price(cart, rate):\n    base = sum(item.cost for item in cart.items)\n    return base * rate + cart.shipping\n";
    let facts = facts_of(&[
        ("a.py", Some(&format!("import os\n\n\n{body}")), Some("import os\n")),
        ("b.py", Some("import os\n"), Some(&format!("import os\n\n\n{}", body.replace("+ cart", "- cart")))),
    ]);
    assert_eq!(lines_of(&facts)[..2], ["entity-moved price new 4", "body-changed price new 6"]);
    assert!(facts.files[0].facts.is_empty(), "{:?}", lines_of(&facts));
}

#[test]
fn a_renamed_type_keeps_its_methods() {
    let facts = facts_of(&[("src/a.rs", Some(RUST), Some(&RUST.replace("Cart", "Basket")))]);
    // that a word became another is said of each line; it is no change of the type
    let told =
        facts.iter().filter(|(_, fact)| fact.construct.as_ref().is_none_or(|one| &*one.capture != "edit.replaced"));
    let kinds: Vec<_> = told.map(|(_, fact)| fact.kind.as_str()).collect();
    assert!(kinds.iter().all(|kind| ["entity-renamed", "residue-changed"].contains(kind)), "{:?}", lines_of(&facts));
}

#[test]
fn files_without_a_grammar_are_text() {
    check("script.unknown", "a\nb\nc\n", "a\nx\nc\n", &["text-changed script.unknown new 2"]);
    check("script.unknown", "a\nb\n", "a\n\nb\n", &["formatting-changed script.unknown new 2"]);
    check("notes.md", "a\n", "b\n", &["text-changed notes.md new 1"]);
    assert!(facts_of(&[("notes.md", Some("a\n"), Some("b\n"))]).inert());
    let said = facts_of(&[("a.unknown", Some("a\n"), Some("b\n")), ("b.unknown", None, Some("b\n"))]).gaps;
    assert_eq!(said.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::NoGrammar], "one gap for both");
    assert!(facts_of(&[("notes.md", Some("a\n"), Some("b\n")), ("pom.xml", None, Some("<a/>\n"))]).gaps.is_empty());
}

#[test]
fn brackets_that_only_group_are_form() {
    let same = [
        ("a.py", "x = (\n    {} if a is None else dict(a)\n)\n", "x = {} if a is None else dict(a)\n"),
        ("a.py", "from a import (\n    b,\n    c,\n)\n", "from a import b, c\n"),
        ("a.py", "def f(a):\n    assert (\n        a == 1\n    ), 'no'\n", "def f(a):\n    assert a == 1, 'no'\n"),
        ("a.js", "const f = () => (a && b);\n", "const f = () => a && b;\n"),
        ("A.java", "class A { int f(int a) { return (a + 1); } }\n", "class A { int f(int a) { return a + 1; } }\n"),
        ("a.go", "package a\n\nvar b = (1 << 3) | 1\n", "package a\n\nvar b = 1<<3 | 1\n"),
        ("a.rb", "def f(a)\n  return (a + 1)\nend\n", "def f(a)\n  return a + 1\nend\n"),
    ];
    for (path, old, new) in same {
        let facts = facts_of(&[(path, Some(old), Some(new))]);
        assert!(facts.inert(), "{path}: {:?}", lines_of(&facts));
    }
    let other = [
        ("a.py", "x = (a + b) * c\n", "x = a + b * c\n"),
        ("a.py", "x = (a)\n", "x = (a,)\n"),
        ("a.js", "let x = (a?.b).c;\n", "let x = a?.b.c;\n"),
        ("a.rs", "fn f(a: A) { (a.b)() }\n", "fn f(a: A) { a.b() }\n"),
        (
            "A.java",
            "class A { int f(int a) { return 2 * (a + 1); } }\n",
            "class A { int f(int a) { return 2 * a + 1; } }\n",
        ),
    ];
    for (path, old, new) in other {
        let facts = facts_of(&[(path, Some(old), Some(new))]);
        assert!(!facts.inert(), "{path}: {old} is not {new}");
    }
}

/// Letters of several bytes at every place of a change: whatever reads lines must cut them between letters.
#[test]
fn strange_letters_bring_nothing_down() {
    let go = "func (s *Store) Put(k string, v int) error {\n\ts.mu.Lock()\n\tif v < 0 {\n\t\ts.mu.Unlock()\n\t\treturn errors.New(\"a\")\n\t}\n\tfor i := 0; i < v; i++ {\n\t\ts.m[k] += i\n\t}\n\ts.mu.Unlock()\n\treturn nil\n}\n";
    let python = "def put(self, k, v=1):\n    with self.lock:\n        if not v or k == \"a\":\n            raise E(\"x\")\n        try:\n            self.m[k] = v * 60\n        except IOError as e:\n            log(e)\n            return None\n    return v\n";
    let cases = [
        ("a.go", format!("package a\n\n{go}"), go.replace("s.mu.Unlock()\n\t\t", "").replace("< v", "<= v")),
        ("a.py", python.to_owned(), python.replace("not v or", "v and").replace("            return None\n", "")),
        ("a.unknown", python.to_owned(), python.replace("lock", "gate")),
    ];
    for (path, old, new) in cases {
        for (at, _) in new.char_indices() {
            for letter in ["\u{b7}", "\u{1f600}"] {
                let strange = format!("{}{letter}{}", &new[..at], &new[at..]);
                for (old, new) in [(&old, &strange), (&strange, &old)] {
                    let facts = facts_of(&[(path, Some(old.as_str()), Some(new.as_str()))]);
                    assert!(facts.gaps.iter().all(|gap| gap.kind != GapKind::Internal), "{path}: {strange}");
                }
            }
        }
    }
}

#[test]
fn files_come_and_go() {
    let facts =
        facts_of(&[("a.py", None, Some("def f():\n    pass\n")), ("b.py", Some("def g():\n    return 1\n"), None)]);
    assert_eq!(
        lines_of(&facts),
        ["file-added a.py new 1", "entity-added f new 1", "file-deleted b.py old 1", "entity-deleted g old 1"]
    );
}

#[test]
fn a_patch_alone_shows_no_entity_that_it_does_not_show() {
    let mut change = ChangeSet::in_memory([(
        "a.py",
        Some("\n\n    x = 1\n    return x\n\n\ndef g(a):\n    return a\n"),
        Some("\n\n    x = 2\n    return x\n\n\ndef g(a, b):\n    return a\n\n\ndef h():\n    return 1\n"),
    )]);
    let file = &mut change.files[0];
    for side in [&mut file.old, &mut file.new] {
        let side = side.as_mut().expect("both sides are there");
        side.content = crate::input::Content::Partial(side.content.text().expect("text").clone());
    }
    let facts = compare(&change, &Outlines::default());
    assert_eq!(facts.gaps, []);
    let seen: Vec<_> = facts.iter().filter(|(_, fact)| fact.construct.is_none()).map(|(_, fact)| shown(fact)).collect();
    assert_eq!(seen, ["text-changed a.py new 3", "signature-changed g new 7", "entity-added h new 11"]);
}

#[test]
fn a_version_moves_in_every_kind_of_manifest() {
    let bumped = |path: &str, text: &str, expected: &[&str]| check(path, text, &text.replace("1.4", "2.4"), expected);
    bumped(
        "pom.xml",
        "<project>\n<properties>\n<netty>1.4</netty>\n</properties>\n<dependencyManagement><dependencies>\n<dependency><groupId>a</groupId>\
         <artifactId>b</artifactId>\n<version>1.4.1</version></dependency>\n<dependency><groupId>n</groupId><artifactId>m</artifactId>\
         <version>${netty}</version></dependency>\n</dependencies></dependencyManagement>\n</project>\n",
        &["dependency-bumped netty new 3 major", "dependency-bumped a:b new 7 major"],
    );
    bumped(
        "Cargo.toml",
        "[workspace.dependencies]\nserde = { version = \"1.4\", features = [\"derive\"] }\n",
        &["dependency-bumped serde new 2 major"],
    );
    bumped(
        "package.json",
        "{\n  \"name\": \"@shop/a\",\n  \"dependencies\": {\n    \"left\": \"^1.4.0\"\n  }\n}\n",
        &["dependency-bumped left new 4 major"],
    );
    bumped(
        "go.mod",
        "module example.org/a\n\nrequire github.com/x/y v1.4.0\n",
        &["dependency-bumped github.com/x/y new 3 major"],
    );
    bumped("requirements.txt", "flask[async]~=1.4\n", &["dependency-bumped flask new 1 major"]);
    bumped(
        "A.csproj",
        "<Project>\n<PackageReference Include=\"Left\">\n<Version>1.4.0</Version>\n</PackageReference>\n</Project>\n",
        &["dependency-bumped Left new 3 major"],
    );
    bumped(
        "composer.json",
        "{\n  \"require\": {\n    \"left/left\": \"^1.4\"\n  }\n}\n",
        &["dependency-bumped left/left new 3 major"],
    );
    bumped("gradle/libs.versions.toml", "[versions]\nleft = \"1.4.0\"\n", &["dependency-bumped left new 2 major"]);
}

#[test]
fn settings_of_interfaces_and_services_have_keys() {
    let one = |path: &str, text: &str, from: &str, to: &str| {
        let facts = facts_of(&[(path, Some(text), Some(&text.replace(from, to)))]);
        let found: Vec<String> = lines_of(&facts);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        found.into_iter().next().unwrap_or_default()
    };
    let openapi = "openapi: 3.0.3\npaths:\n  /orders:\n    get:\n      parameters:\n        - name: region\n          required: false\n";
    let said = one("openapi.yaml", openapi, "false", "true");
    assert!(said.ends_with("new 7 false>true") && said.contains("/orders") && said.contains("required"), "{said}");
    let compose = "services:\n  worker:\n    image: w:1\n    privileged: false\n";
    assert_eq!(
        one("docker-compose.yml", compose, "false", "true"),
        "setting-changed services.worker.privileged new 4 false>true"
    );
    let gitlab = "scan:\n  stage: scan\n  script:\n    - ./scan.sh\n  allow_failure: false\n";
    assert_eq!(one(".gitlab-ci.yml", gitlab, "false", "true"), "setting-changed scan.allow_failure new 5 false>true");
}
