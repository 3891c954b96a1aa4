//! What declared types say, language by language: small repositories, one change each, who is found and who is not.

use super::tests::{Files, change, shown};

/// Every expected row is there, and nothing else that is next to the change and sure.
#[track_caller]
fn hit(files: Files, path: &str, from: &str, to: &str, expected: &[&str]) {
    let found = shown(&change(files, path, from, to));
    for row in expected {
        assert!(found.contains(&(*row).to_owned()), "{row} is missing: {found:?}");
    }
    let sure = found.iter().filter(|row| row.starts_with("1 ") && !row.contains("possible")).count();
    assert_eq!(sure, expected.len(), "others were found: {found:?}");
}

const BUILDERS: Files = &[
    ("a/Cargo.toml", "[package]\nname = \"a\"\n"),
    (
        "a/src/lib.rs",
        r#"
pub struct Walk;
pub struct WalkBuilder;
impl WalkBuilder {
    pub fn new() -> Self { WalkBuilder }
    pub fn depth(&mut self, n: u8) -> &mut Self { self }
    pub fn build(&self) -> Option<Walk> { None }
}
pub struct Other;
impl Other {
    pub fn build(&self) {}
}
"#,
    ),
    ("b/Cargo.toml", "[package]\nname = \"b\"\n[dependencies]\na = { path = \"../a\" }\n"),
    (
        "b/src/lib.rs",
        r#"
use a::{Other, WalkBuilder};
pub struct Args { walk: WalkBuilder }
impl Args {
    fn builder(&self) -> Result<WalkBuilder, ()> { Ok(WalkBuilder::new()) }
}
fn chained() {
    WalkBuilder::new().depth(1).build();
}
fn tried(args: &Args) -> Result<(), ()> {
    args.builder()?.build();
    Ok(())
}
fn field(args: &Args) {
    args.walk.build();
}
fn asserted() {
    let mut b = WalkBuilder::new();
    assert!(b.depth(2).build().is_none());
}
fn matched(o: Option<&WalkBuilder>) {
    if let Some(w) = o {
        w.build();
    }
}
fn other(o: Other) {
    o.build();
}
"#,
    ),
];

#[test]
fn a_common_method_is_found_through_types_and_its_namesake_is_not() {
    let rows = ["chained", "tried", "field", "asserted", "matched"].map(|name| format!("1 exact b/src/lib.rs {name}"));
    let rows = rows.each_ref().map(String::as_str);
    hit(BUILDERS, "a/src/lib.rs", "build(&self) -> Option", "build(&self, n: u8) -> Option", &rows);
    hit(BUILDERS, "a/src/lib.rs", "build(&self) {}", "build(&self, n: u8) {}", &["1 exact b/src/lib.rs other"]);
}

const BOUNDS: Files = &[
    ("Cargo.toml", "[package]\nname = \"m\"\n"),
    (
        "src/lib.rs",
        r#"
mod core;
pub trait Matcher {
    type Found: Span;
    fn find(&self) -> Option<Self::Found>;
}
pub trait Span {
    fn start(&self) -> usize;
}
pub struct Wild;
impl Wild {
    pub fn find(&self) {}
}
"#,
    ),
    (
        "src/core.rs",
        r#"
use crate::{Matcher, Span, Wild};
pub struct Core<M> { matcher: M }
impl<M: Matcher> Core<M> {
    fn run(&self) {
        self.matcher.find();
    }
}
fn go<T>(t: &T) where T: Matcher {
    let m = t.find().unwrap();
    m.start();
}
fn each(all: &[Box<dyn Matcher<Found = u8>>]) {
    for one in all.iter() {
        one.find();
    }
}
fn wild(w: Wild) {
    w.find();
}
"#,
    ),
];

#[test]
fn bounds_of_type_parameters_say_what_a_method_means() {
    let found = shown(&change(BOUNDS, "src/lib.rs", "fn find(&self) -> Option", "fn find(&self, n: u8) -> Option"));
    let sure = |name: &str| found.iter().any(|row| row.ends_with(name) && !row.contains("possible"));
    assert!(sure("Core.run") && sure("go") && sure("each") && !sure("wild"), "{found:?}");
    let found = shown(&change(BOUNDS, "src/lib.rs", "fn start(&self)", "fn start(&self, n: u8)"));
    assert!(found.contains(&"1 exact src/core.rs go".to_owned()), "an associated type: {found:?}");
}

const FACTORY: Files = &[
    ("shop/__init__.py", "from .app import make_app\n"),
    (
        "shop/app.py",
        r#"
class Client:
    def get(self, path):
        return path


class App:
    def __init__(self):
        self.client = Client()

    @property
    def own(self) -> Client:
        return self.client

    def test_client(self):
        return Client()


def make_app():
    return App()
"#,
    ),
    (
        "tests/conftest.py",
        "import pytest\nfrom shop import make_app\n\n\n@pytest.fixture\ndef app():\n    return make_app()\n",
    ),
    (
        "shop/use.py",
        r#"
from shop import make_app


def field():
    app = make_app()
    app.client.get(1)


def read():
    make_app().own.get(2)


def entered():
    with make_app().test_client() as c:
        c.get(3)


def plain(values: dict):
    values.get(4)
"#,
    ),
    ("tests/test_use.py", "def test_get(app):\n    with app.test_client() as c:\n        c.get(1)\n"),
];

#[test]
fn python_follows_fields_properties_context_managers_and_fixtures() {
    let rows = ["1 exact shop/use.py field", "1 exact shop/use.py read", "1 exact shop/use.py entered"];
    hit(FACTORY, "shop/app.py", "def get(self, path)", "def get(self, path, more)", &rows);
    let radius = change(FACTORY, "shop/app.py", "def get(self, path)", "def get(self, path, more)");
    assert_eq!(radius.tests, 1, "the fixture of that name in conftest gives the app");
}

#[test]
fn a_factory_that_many_import_is_found_through_the_package() {
    let rows = ["field", "read", "entered"].map(|name| format!("1 exact shop/use.py {name}"));
    let found = shown(&change(FACTORY, "shop/app.py", "def make_app()", "def make_app(kind)"));
    assert!(rows.iter().all(|row| found.contains(row)), "{found:?}");
    assert!(!found.iter().any(|row| row.ends_with("plain")), "{found:?}");
}

const STORES: Files = &[
    ("go.mod", "module example.org/shop\n"),
    (
        "store/store.go",
        r#"
package store

type Store interface {
	Put(k string) error
	Fetch(k string) (*Item, error)
}

type Item struct {
	Name string
}

func (i *Item) Label() string {
	return i.Name
}
"#,
    ),
    (
        "disk/disk.go",
        r#"
package disk

import "example.org/shop/store"

type Disk struct{}

func (d *Disk) Put(k string) error {
	return nil
}

func (d *Disk) Fetch(k string) (*store.Item, error) {
	return nil, nil
}
"#,
    ),
    (
        "web/web.go",
        r#"
package web

import "example.org/shop/store"

type page struct {
	store.Store
}

func label(s store.Store) string {
	item, err := s.Fetch("a")
	if err != nil {
		return ""
	}
	return item.Label()
}

func all(items []*store.Item) {
	for _, one := range items {
		one.Label()
	}
}

func embedded(p page) {
	p.Put("b")
}
"#,
    ),
];

#[test]
fn go_infers_locals_and_knows_who_has_the_methods_of_an_interface() {
    let rows = ["1 exact web/web.go label", "1 exact web/web.go all"];
    hit(STORES, "store/store.go", "Label() string", "Label(n int) string", &rows);
    let put = shown(&change(STORES, "store/store.go", "Put(k string) error", "Put(k string, n int) error"));
    assert!(put.contains(&"1 exact web/web.go embedded".to_owned()), "{put:?}");
    assert!(put.iter().any(|row| row.starts_with("1 likely disk/disk.go")), "{put:?}");
    let grown = shown(&change(STORES, "store/store.go", "\tPut(k", "\tDrop(k string)\n\tPut(k"));
    assert!(grown.iter().any(|row| row.starts_with("1 likely disk/disk.go")), "{grown:?}");
    let body = shown(&change(STORES, "disk/disk.go", "return nil, nil", "return nil, err"));
    assert!(body.contains(&"1 likely web/web.go label".to_owned()), "{body:?}");
}

const TESTED: Files = &[
    (
        "shop/item.py",
        "class Item:\n    def weigh(self):\n        return 1\n\n\nclass Other:\n    def weigh(self):\n        return 2\n",
    ),
    (
        "shop/use.py",
        r#"
from shop.item import Item, Other

def branch(x):
    if isinstance(x, Item):
        return x.weigh()

def early(x):
    if not isinstance(x, Item):
        return 0
    return x.weigh()

def joined(x):
    return isinstance(x, Item) and x.weigh()

def asserted(x):
    assert isinstance(x, Item)
    x.weigh()

def other(x):
    if isinstance(x, Other):
        return x.weigh()

def outside(x):
    if isinstance(x, str):
        return x.weigh()

def bound_anew(x, y: Other):
    if isinstance(x, Item):
        x = y
        return x.weigh()
"#,
    ),
];

#[test]
fn a_test_of_a_type_tells_it_where_the_test_guards() {
    let rows = ["branch", "early", "joined", "asserted"].map(|name| format!("1 likely shop/use.py {name}"));
    let rows = rows.each_ref().map(String::as_str);
    hit(TESTED, "shop/item.py", "def weigh(self):\n        return 1", "def weigh(self, n):\n        return 1", &rows);
}

const INSTANCES: Files = &[
    (
        "src/item.ts",
        "export class Item {\n  weigh() {\n    return 1;\n  }\n}\nexport class Other {\n  weigh() {\n    return 2;\n  }\n}\n",
    ),
    (
        "src/use.ts",
        r#"
import { Item, Other } from './item';
export function branch(x: unknown) {
  if (x instanceof Item && x.weigh()) {
    return x.weigh();
  }
}
export function early(x: unknown) {
  if (!(x instanceof Item)) {
    throw new Error();
  }
  return x.weigh();
}
export function chosen(x: Item | Other) {
  return x instanceof Other ? x.weigh() : 0;
}
"#,
    ),
];

#[test]
fn an_instance_is_known_in_the_branch_that_asks_for_it() {
    let rows = ["1 likely src/use.ts branch", "1 likely src/use.ts early"];
    hit(INSTANCES, "src/item.ts", "weigh() {\n    return 1", "weigh(n: number) {\n    return 1", &rows);
}
