//! Small repositories in memory, one change each: who is found, how surely, how far away, and who must not be found.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::{BlastRadius, World, trace};
use crate::config::Config;
use crate::facts::compare;
use crate::input::{ChangeSet, Snapshot};
use crate::syntax::Outlines;
use crate::zones::Zones;
use std::collections::BTreeMap;

pub(super) type Files<'a> = &'a [(&'a str, &'a str)];

/// The blast radius of replacing `from` by `to` in one file of a repository.
pub(super) fn change(files: Files, path: &str, from: &str, to: &str) -> BlastRadius {
    let head: Vec<(&str, String)> = files
        .iter()
        .map(|(name, text)| (*name, if *name == path { text.replace(from, to) } else { (*text).to_owned() }))
        .collect();
    assert!(head.iter().zip(files).any(|(new, old)| new.1 != old.1), "the change changes something");
    radius(files, &head)
}

/// The blast radius of what differs between two repositories.
pub(super) fn radius(base: Files, head: &[(&str, String)]) -> BlastRadius {
    let old: BTreeMap<&str, &str> = base.iter().copied().collect();
    let new: BTreeMap<&str, &str> = head.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let paths = old.keys().chain(new.keys()).copied().collect::<std::collections::BTreeSet<&str>>();
    let set =
        ChangeSet::in_memory(paths.into_iter().map(|path| (path, old.get(path).copied(), new.get(path).copied())));
    let (outlines, config, zones) = (Outlines::default(), Config::default(), Zones::load(&[]).unwrap());
    let facts = compare(&set, &outlines);
    let (base, head) = (Snapshot::in_memory(old), Snapshot::in_memory(new));
    let world = World {
        change: &set,
        base: &base,
        head: &head,
        outlines: &outlines,
        zones: &zones,
        config: &config,
        graph: true,
    };
    trace(&world, &facts)
}

/// `distance tier path entity` of every listed dependent.
pub(super) fn shown(radius: &BlastRadius) -> Vec<String> {
    let row =
        |d: &super::Dependent| format!("{} {} {:?} {}", d.distance, d.tier.as_str(), d.path, d.entity).replace('"', "");
    radius.top.iter().map(row).collect()
}

const PYTHON: Files = &[
    ("shop/__init__.py", "from .cart import make_cart\n"),
    ("shop/cart.py", "def make_cart(owner):\n    return owner\n\n\ndef unused():\n    return 1\n"),
    ("shop/page.py", "from shop import make_cart as mk\n\n\ndef show(user):\n    return mk(user)\n"),
    ("shop/checkout.py", "from . import page\n\n\ndef complete(user):\n    return page.show(user)\n"),
    ("shop/other.py", "from elsewhere import make_cart\n\n\ndef strange(user):\n    return make_cart(user)\n"),
    ("tests/test_page.py", "from shop.page import show\n\n\ndef test_show():\n    assert show(1)\n"),
];

#[test]
fn python_follows_re_exports_aliases_and_modules_but_not_namesakes_from_outside() {
    let radius = change(PYTHON, "shop/cart.py", "def make_cart(owner)", "def make_cart(owner, kind)");
    let found = shown(&radius);
    assert!(found.contains(&"1 exact shop/page.py show".to_owned()), "{found:?}");
    assert!(found.contains(&"2 exact shop/checkout.py complete".to_owned()), "{found:?}");
    assert!(!found.iter().any(|row| row.contains("other.py")), "{found:?}");
    assert_eq!(radius.tests, 1, "the test reaches the change and is counted apart");
    assert!(!found.iter().any(|row| row.contains("test_page")), "{found:?}");
}

#[test]
fn a_zone_is_reached_in_two_steps_with_the_files_on_the_way() {
    let radius = change(PYTHON, "shop/cart.py", "return owner", "return [owner]");
    let zones = Zones::load(&[]).unwrap();
    let checkout = radius.zones.iter().find(|hit| &*zones.all()[hit.zone].id == "checkout").unwrap();
    let path: Vec<String> = checkout.path.iter().map(|path| path.to_text()).collect();
    assert!(!checkout.touched);
    assert_eq!(checkout.distance, 2);
    assert_eq!(path, ["shop/cart.py", "shop/page.py", "shop/checkout.py"]);
}

#[test]
fn a_deleted_function_has_its_dependents_at_base() {
    let radius = change(PYTHON, "shop/page.py", "def show(user):\n    return mk(user)\n", "");
    assert!(shown(&radius).contains(&"1 exact shop/checkout.py complete".to_owned()), "{:?}", shown(&radius));
    let deleted = radius.changed.iter().find(|changed| &*changed.entity == "show").unwrap();
    assert_eq!((deleted.direct.exact, deleted.unchanged_direct), (1, 1));
}

#[test]
fn nothing_depends_on_what_nobody_uses() {
    let radius = change(PYTHON, "shop/cart.py", "return 1", "return 2");
    assert_eq!((radius.dependents, radius.reach_milli, radius.files), (Default::default(), 0, 0));
}

const RUST: Files = &[
    ("core/Cargo.toml", "[package]\nname = \"shop-core\"\n"),
    ("core/src/lib.rs", "mod cart;\npub use cart::Cart;\npub trait Price {\n    fn price(&self) -> u32;\n}\n"),
    (
        "core/src/cart.rs",
        "use crate::Price;\npub struct Cart;\nimpl Cart {\n    pub fn total(&self) -> u32 {\n        1\n    }\n    pub fn build() -> Cart {\n        Cart\n    }\n}\n\
         impl Price for Cart {\n    fn price(&self) -> u32 {\n        self.total()\n    }\n}\n",
    ),
    ("web/Cargo.toml", "[package]\nname = \"web\"\n[dependencies]\nshop-core = { path = \"../core\" }\n"),
    ("web/src/main.rs", "use shop_core::Cart;\nfn main() {\n    let cart = Cart::build();\n}\n"),
    ("app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\nshop-core = \"1\"\n"),
    (
        "app/src/main.rs",
        "fn work(thing: Other) {\n    thing.build();\n    std::thread::spawn(run).close();\n}\nfn run() {}\n",
    ),
];

#[test]
fn rust_resolves_crates_re_exports_and_own_members() {
    let radius = change(RUST, "core/src/cart.rs", "pub fn build() -> Cart", "pub fn build(owner: u32) -> Cart");
    let found = shown(&radius);
    assert!(found.contains(&"1 exact web/src/main.rs main".to_owned()), "{found:?}");
    assert!(!found.iter().any(|row| row.contains("app/") && !row.contains("possible")), "a common name: {found:?}");
    assert_eq!(radius.shared_packages, [("shop-core".into(), 2)]);
    assert_eq!(radius.entry_points.first().map(|point| point.name.to_string()).as_deref(), Some("main"));
    let own = shown(&change(RUST, "core/src/cart.rs", "        1\n", "        2\n"));
    assert!(own.contains(&"1 exact core/src/cart.rs Cart.price".to_owned()), "{own:?}");
}

#[test]
fn a_method_added_to_a_trait_concerns_the_types_that_implement_it() {
    let radius = change(RUST, "core/src/lib.rs", "    fn price", "    fn tax(&self) -> u32;\n    fn price");
    let found = shown(&radius);
    assert!(found.contains(&"1 likely core/src/cart.rs Cart".to_owned()), "{found:?}");
}

const JAVA: Files = &[
    (
        "src/main/java/com/shop/Rate.java",
        "package com.shop;\npublic interface Rate {\n    int of(int amount);\n    int convert(int amount);\n}\n",
    ),
    (
        "src/main/java/com/shop/Flat.java",
        "package com.shop;\npublic class Flat implements Rate {\n    public int of(int amount) { return 1; }\n    public int convert(int amount) { return of(amount); }\n}\n",
    ),
    (
        "src/main/java/com/web/Page.java",
        "package com.web;\nimport com.shop.Rate;\npublic class Page {\n    int show(Rate rate) { return rate.convert(2); }\n}\n",
    ),
    (
        "src/main/java/com/web/Other.java",
        "package com.web;\nimport org.elsewhere.Flat;\npublic class Other {\n    Object make() { return new Flat(); }\n    void stop(Stream s) { s.close(); }\n}\n",
    ),
];

#[test]
fn java_reaches_implementors_and_callers_through_the_interface() {
    let added =
        shown(&change(JAVA, "src/main/java/com/shop/Rate.java", "    int of", "    int more(int amount);\n    int of"));
    assert!(added.contains(&"1 likely src/main/java/com/shop/Flat.java Flat".to_owned()), "{added:?}");
    let body = shown(&change(JAVA, "src/main/java/com/shop/Flat.java", "return of(amount)", "return 3"));
    assert!(body.contains(&"1 likely src/main/java/com/web/Page.java Page.show".to_owned()), "{body:?}");
    let called = shown(&change(JAVA, "src/main/java/com/shop/Flat.java", "return 1", "return 2"));
    assert!(called.contains(&"1 exact src/main/java/com/shop/Flat.java Flat.convert".to_owned()), "{called:?}");
    let gone = shown(&change(JAVA, "src/main/java/com/shop/Flat.java", "class Flat", "class Flatter"));
    assert!(!gone.iter().any(|row| row.contains("Other.java")), "another Flat is imported there: {gone:?}");
}

const ECMA: Files = &[
    ("packages/core/package.json", "{\"name\": \"@shop/core\"}"),
    ("packages/core/src/index.ts", "export { total as sum } from './money.js'\nexport * from './cart'\n"),
    ("packages/core/src/money.ts", "export function total(a: number) {\n  return a\n}\n"),
    ("packages/core/src/cart.ts", "export function makeCart() {\n  return 1\n}\n"),
    ("packages/web/package.json", "{\"name\": \"web\", \"dependencies\": {\"@shop/core\": \"*\"}}"),
    (
        "packages/web/src/page.ts",
        "import { sum, makeCart } from '@shop/core'\nexport function page() {\n  return sum(makeCart())\n}\n",
    ),
    ("packages/web/src/other.ts", "import { total } from 'lodash'\nexport function other() {\n  return total(2)\n}\n"),
];

#[test]
fn ecmascript_follows_renamed_re_exports_across_packages() {
    let renamed = shown(&change(ECMA, "packages/core/src/money.ts", "total(a: number)", "total(a: string)"));
    assert!(renamed.contains(&"1 exact packages/web/src/page.ts page".to_owned()), "{renamed:?}");
    assert!(!renamed.iter().any(|row| row.contains("other.ts")), "{renamed:?}");
    let starred = shown(&change(ECMA, "packages/core/src/cart.ts", "return 1", "return 2"));
    assert!(starred.iter().any(|row| row.ends_with("page.ts page")), "{starred:?}");
}

const GO: Files = &[
    ("go.mod", "module example.org/shop\n"),
    ("money/money.go", "package money\n\nfunc Total(a int) int {\n\treturn a\n}\n"),
    ("money/tax.go", "package money\n\nfunc Tax(a int) int {\n\treturn Total(a)\n}\n"),
    (
        "web/page.go",
        "package web\n\nimport \"example.org/shop/money\"\n\nfunc Page() int {\n\treturn money.Total(2)\n}\n",
    ),
    (
        "web/other.go",
        "package web\n\nimport \"example.org/other/money\"\n\nfunc Other() int {\n\treturn money.Total(2)\n}\n",
    ),
];

#[test]
fn go_resolves_packages_by_directory_and_module() {
    let found = shown(&change(GO, "money/money.go", "Total(a int)", "Total(a int64)"));
    assert!(found.contains(&"1 exact money/tax.go Tax".to_owned()), "{found:?}");
    assert!(found.contains(&"1 exact web/page.go Page".to_owned()), "{found:?}");
    assert!(!found.iter().any(|row| row.contains("other.go")), "{found:?}");
}

#[test]
fn a_circle_of_re_exports_ends() {
    let files: Files = &[
        ("a.ts", "export * from './b'\nexport function one() {\n  return 1\n}\n"),
        ("b.ts", "export * from './a'\nexport { two } from './a'\n"),
        ("c.ts", "import { one, two } from './b'\nexport const three = () => one() + two()\n"),
    ];
    let found = shown(&change(files, "a.ts", "return 1", "return 2"));
    assert!(found.iter().any(|row| row.ends_with("c.ts three")), "{found:?}");
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut turned: Vec<(&str, &str)> = JAVA.to_vec();
    turned.reverse();
    let edit = |files: Files| shown(&change(files, "src/main/java/com/shop/Rate.java", "convert(int", "convert(long"));
    assert_eq!(edit(JAVA), edit(&turned));
}

#[test]
fn what_ships_never_refers_to_a_definition_of_a_test_by_guess() {
    let files: Files = &[
        ("shop/page.py", "def show(fixture):\n    return fixture.prepare_all(1)\n"),
        ("tests/test_a.py", "class Fixture:\n    def prepare_all(self, n):\n        return n\n"),
        ("tests/test_b.py", "def test_x(fixture):\n    assert fixture.prepare_all(1)\n"),
    ];
    let radius = change(files, "tests/test_a.py", "prepare_all(self, n)", "prepare_all(self, n, m)");
    assert_eq!(shown(&radius), Vec::<String>::new());
    assert_eq!(radius.tests, 1, "another test may refer to it");
}

/// Two crates with a type of the same name, and one that uses the first.
const SIBLINGS: Files = &[
    ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
    ("a/src/lib.rs", "pub struct Printer;\nimpl Printer {\n    pub fn emit_line(&self) {}\n}\n"),
    ("b/Cargo.toml", "[package]\nname = \"b\"\n"),
    ("b/src/lib.rs", "pub struct Printer;\nimpl Printer {\n    pub fn emit_line(&self) {}\n}\n"),
    ("c/Cargo.toml", "[package]\nname = \"c\"\n[dependencies]\na = { path = \"../a\" }\n"),
    ("c/src/lib.rs", "use a::Printer;\npub fn go(printer: &Printer) {\n    printer.emit_line()\n}\n"),
];

#[test]
fn a_guess_by_the_name_of_a_type_means_the_type_that_is_imported() {
    let found = |path| shown(&change(SIBLINGS, path, "emit_line(&self)", "emit_line(&self, n: u8)"));
    assert_eq!(found("a/src/lib.rs"), ["1 exact c/src/lib.rs go"]);
    assert_eq!(found("b/src/lib.rs"), Vec::<String>::new());
}
