//! Languages whose names are resolved by namespaces, includes and open modules; and the same four changes in several
//! languages: a method that is added to an interface, a factory that many use, a function that goes although it is called,
//! a member with a name that everything has. Graphs that only match names fail at each of them.

use super::tests::{Files, change, shown};

/// Rows that are there, and parts of rows that are not.
#[track_caller]
fn found(files: Files, edit: (&str, &str, &str), there: &[&str], not_there: &[&str]) {
    let (path, from, to) = edit;
    let rows = shown(&change(files, path, from, to));
    for row in there {
        assert!(rows.contains(&(*row).to_owned()), "{row} is missing: {rows:?}");
    }
    for part in not_there {
        assert!(!rows.iter().any(|row| row.contains(part)), "{part} is there: {rows:?}");
    }
}

const C: Files = &[
    (
        "include/shop/cart.h",
        "#ifndef CART_H\n#define CART_H\n#define CART_MAX 10\nint cart_total(int n);\nenum kind { KIND_ONE, KIND_TWO };\n#endif\n",
    ),
    (
        "src/cart.c",
        "#include \"cart.h\"\nstatic int round_up(int n) { return n; }\nint cart_total(int n) { return round_up(n); }\n",
    ),
    ("src/all.h", "#include <shop/cart.h>\n"),
    ("src/main.c", "#include \"all.h\"\nint main(void) { return cart_total(CART_MAX) + KIND_TWO; }\n"),
    ("src/other.c", "static int round_up(int n) { return n + 1; }\nint other(int n) { return round_up(n); }\n"),
    ("src/linked.c", "int linked(int n) { return cart_total(n); }\n"),
];

#[test]
fn c_sees_what_is_included_and_joins_declarations_with_definitions() {
    found(C, ("src/cart.c", "return round_up(n)", "return 2"), &["1 exact src/main.c main"], &["other.c"]);
    found(C, ("src/cart.c", "return n;", "return n + 2;"), &["1 exact src/cart.c cart_total"], &["other.c"]);
    found(C, ("src/cart.c", "return round_up(n)", "return 2"), &["1 likely src/linked.c linked"], &[]);
    found(C, ("include/shop/cart.h", "CART_MAX 10", "CART_MAX 20"), &["1 exact src/main.c main"], &["linked.c"]);
}

#[test]
fn a_function_that_goes_from_c_has_its_callers_at_base() {
    let gone = "int cart_total(int n) { return round_up(n); }\n";
    found(C, ("src/cart.c", gone, ""), &["1 exact src/main.c main", "1 likely src/linked.c linked"], &["other.c"]);
}

const CPP: Files = &[
    ("shop/cart.hpp", "namespace shop {\nclass Cart {\npublic:\n  int total();\n};\nint price(int n);\n}\n"),
    (
        "shop/cart.cc",
        "#include \"cart.hpp\"\nnamespace shop {\nint Cart::total() { return price(1); }\nint price(int n) { return n; }\n}\n",
    ),
    ("web/page.cc", "#include \"shop/cart.hpp\"\nint page() { return shop::price(2); }\n"),
    ("web/other.cc", "#include \"elsewhere.hpp\"\nint other() { return bank::price(2); }\n"),
];

#[test]
fn namespaces_of_cpp_are_open() {
    let found = shown(&change(CPP, "shop/cart.cc", "return n;", "return n + 1;"));
    assert!(
        found.iter().any(|row| row.starts_with("1 exact shop/cart.cc") && row.ends_with("Cart.total")),
        "{found:?}"
    );
    // the declaration and the definition are both meant, so which one is called is not told
    assert!(found.contains(&"1 likely web/page.cc page".to_owned()), "{found:?}");
    assert!(!found.iter().any(|row| row.contains("other.cc")), "{found:?}");
}

const CSHARP: Files = &[
    (
        "Core/IRate.cs",
        "namespace Shop.Core;\npublic interface IRate {\n    int Of(int n);\n    int Convert(int n);\n}\n",
    ),
    (
        "Core/Flat.cs",
        "namespace Shop.Core;\npublic class Flat : IRate {\n    public int Of(int n) { return n; }\n    public int Convert(int n) { return Of(n); }\n}\n",
    ),
    (
        "Core/Tax/Levy.cs",
        "namespace Shop.Core.Tax {\n    public class Levy {\n        public Flat Base() { return new Flat(); }\n    }\n}\n",
    ),
    (
        "Web/Page.cs",
        "using Shop.Core;\nnamespace Shop.Web;\npublic class Page {\n    public Flat Make() { return new Flat(); }\n}\n",
    ),
    (
        "Web/Static.cs",
        "using static Shop.Core.Money;\nnamespace Other.Web;\npublic class Bill {\n    public int Sum() { return Round(2); }\n}\n",
    ),
    (
        "Core/Money.cs",
        "namespace Shop.Core;\npublic static partial class Money {\n    public static int Round(int n) { return n; }\n}\n",
    ),
    (
        "Core/Money.More.cs",
        "namespace Shop.Core;\npublic static partial class Money {\n    public static int Up(int n) { return Round(n); }\n}\n",
    ),
    ("Bank/Flat.cs", "namespace Bank;\npublic class Flat { }\n"),
    ("Bank/Vault.cs", "namespace Bank;\npublic class Vault {\n    public Flat Make() { return new Flat(); }\n}\n"),
];

#[test]
fn csharp_resolves_namespaces_usings_and_partial_types() {
    let used = ["1 exact Core/Tax/Levy.cs Levy.Base", "1 exact Web/Page.cs Page.Make"];
    let edit = ("Core/Flat.cs", "class Flat : IRate", "class Flat : IRate, System.IDisposable");
    let rows = shown(&change(CSHARP, edit.0, edit.1, edit.2));
    for row in used {
        let (_, end) = row.split_once("exact ").expect("a row");
        assert!(rows.iter().any(|found| found.ends_with(end) && !found.contains("possible")), "{row}: {rows:?}");
    }
    assert!(!rows.iter().any(|row| row.contains("Bank/")), "another Flat is meant there: {rows:?}");
    let round = shown(&change(CSHARP, "Core/Money.cs", "return n;", "return n + 1;"));
    assert!(round.iter().any(|row| row.ends_with("Bill.Sum")), "a static using: {round:?}");
    assert!(round.contains(&"1 exact Core/Money.More.cs Money.Up".to_owned()), "the other part of the type: {round:?}");
}

#[test]
fn a_method_added_to_an_interface_of_csharp_concerns_who_implements_it() {
    let added = ("Core/IRate.cs", "    int Of", "    int More(int n);\n    int Of");
    found(CSHARP, added, &["1 likely Core/Flat.cs Flat"], &["Bank/"]);
}

const PHP: Files = &[
    (
        "src/Cart/Rate.php",
        "<?php\nnamespace Shop\\Cart;\ninterface Rate {\n    public function convert(int $n): int;\n}\n",
    ),
    (
        "src/Cart/Flat.php",
        "<?php\nnamespace Shop\\Cart;\nclass Flat implements Rate {\n    use Logs;\n    public function __construct(int $n) {}\n    public function convert(int $n): int { return $this->own($n); }\n    private function own(int $n): int { $this->note(); return $n; }\n}\n",
    ),
    ("src/Cart/Logs.php", "<?php\nnamespace Shop\\Cart;\ntrait Logs {\n    public function note() { return 1; }\n}\n"),
    ("src/helpers.php", "<?php\nnamespace Shop;\nfunction make_rate() { return new Cart\\Flat(1); }\n"),
    (
        "web/Page.php",
        "<?php\nnamespace Web;\nuse Shop\\Cart\\Flat as F;\nuse function Shop\\make_rate;\nclass Page {\n    public function show() { return new F(2); }\n    public function all() { return make_rate(); }\n    public function full() { return new \\Shop\\Cart\\Flat(3); }\n}\n",
    ),
    (
        "web/Other.php",
        "<?php\nnamespace Web;\nuse Bank\\Flat;\nclass Other {\n    public function show() { return new Flat(2); }\n    public function stop($s) { $s->close(); }\n}\n",
    ),
];

#[test]
fn php_resolves_namespaces_aliases_functions_and_traits() {
    let edit = ("src/Cart/Flat.php", "__construct(int $n)", "__construct(string $n)");
    found(PHP, edit, &["1 exact web/Page.php Page.show", "1 exact web/Page.php Page.full"], &["Other.php"]);
    found(
        PHP,
        ("src/helpers.php", "make_rate()", "make_rate($kind)"),
        &["1 exact web/Page.php Page.all"],
        &["Other.php"],
    );
    let own = shown(&change(PHP, "src/Cart/Flat.php", "return $n;", "return $n + 1;"));
    assert!(own.contains(&"1 exact src/Cart/Flat.php Flat.convert".to_owned()), "{own:?}");
    let lent = shown(&change(PHP, "src/Cart/Logs.php", "return 1", "return 2"));
    assert!(lent.iter().any(|row| row.ends_with("Flat.own") && !row.contains("possible")), "{lent:?}");
}

#[test]
fn a_method_added_to_an_interface_of_php_concerns_who_implements_it() {
    let added = (
        "src/Cart/Rate.php",
        "    public function convert",
        "    public function more(): int;\n    public function convert",
    );
    found(PHP, added, &["1 likely src/Cart/Flat.php Flat"], &["Other.php"]);
}

const RUBY: Files = &[
    ("lib/shop.rb", "require 'shop/cart'\nmodule Shop\n  def self.setup\n    1\n  end\nend\n"),
    (
        "lib/shop/cart.rb",
        "module Shop\n  class Cart\n    include Priced\n    def initialize(owner)\n      @owner = owner\n    end\n\n    def total\n      price_of(1)\n    end\n  end\nend\n",
    ),
    ("lib/shop/priced.rb", "module Shop\n  module Priced\n    def price_of(n)\n      n\n    end\n  end\nend\n"),
    (
        "lib/shop/page.rb",
        "module Shop\n  class Page\n    def show\n      Cart.new(1)\n    end\n\n    def close(io)\n      io.close\n    end\n  end\nend\n",
    ),
    ("lib/shop/cart_extra.rb", "class Shop::Cart\n  def extra\n    total\n  end\nend\n"),
    ("app/jobs/clean.rb", "class Clean\n  def perform\n    Shop::Cart.new(2)\n    Shop.setup\n  end\nend\n"),
    ("bank/cart.rb", "module Bank\n  class Cart\n    def initialize(owner)\n    end\n  end\nend\n"),
    ("bank/vault.rb", "module Bank\n  class Vault\n    def open\n      Cart.new(1)\n    end\n  end\nend\n"),
];

#[test]
fn ruby_looks_constants_up_through_open_modules() {
    let edit = ("lib/shop/cart.rb", "initialize(owner)", "initialize(owner, kind)");
    let rows = shown(&change(RUBY, edit.0, edit.1, edit.2));
    for end in ["lib/shop/page.rb Shop.Page.show", "app/jobs/clean.rb Clean.perform"] {
        assert!(rows.iter().any(|row| row.ends_with(end) && !row.contains("possible")), "{end}: {rows:?}");
    }
    assert!(!rows.iter().any(|row| row.contains("bank/")), "another Cart is meant there: {rows:?}");
    let lent = shown(&change(RUBY, "lib/shop/priced.rb", "      n\n", "      n + 1\n"));
    assert!(lent.iter().any(|row| row.ends_with("Shop.Cart.total") && !row.contains("possible")), "{lent:?}");
    let more = shown(&change(RUBY, "lib/shop/cart.rb", "price_of(1)", "price_of(2)"));
    assert!(more.iter().any(|row| row.contains("cart_extra.rb") && !row.contains("possible")), "{more:?}");
    let module = shown(&change(RUBY, "lib/shop.rb", "    1\n", "    2\n"));
    assert!(module.contains(&"1 exact app/jobs/clean.rb Clean.perform".to_owned()), "{module:?}");
}

const KOTLIN: Files = &[
    (
        "core/src/main/kotlin/com/shop/Rate.kt",
        "package com.shop\n\ninterface Rate {\n    fun convert(n: Int): Int\n}\n\nclass Flat : Rate {\n    override fun convert(n: Int): Int = n\n}\n\nfun String.priced(): Int = 1\n",
    ),
    (
        "web/src/main/kotlin/com/web/Page.kt",
        "package com.web\n\nimport com.shop.Flat\nimport com.shop.priced\n\nclass Page {\n    fun make(): Flat = Flat()\n\n    fun price(s: String): Int = s.priced()\n}\n",
    ),
    (
        "web/src/main/java/com/web/Old.java",
        "package com.web;\nimport com.shop.Flat;\nclass Old {\n    Flat make() { return new Flat(); }\n}\n",
    ),
];

#[test]
fn kotlin_and_java_share_packages_and_extensions_are_imported() {
    let path = "core/src/main/kotlin/com/shop/Rate.kt";
    let used = shown(&change(KOTLIN, path, "class Flat : Rate", "open class Flat : Rate"));
    for end in ["com/web/Page.kt Page.make", "com/web/Old.java Old.make"] {
        assert!(used.iter().any(|row| row.ends_with(end) && !row.contains("possible")), "{end}: {used:?}");
    }
    let extended = shown(&change(KOTLIN, path, "Int = 1", "Int = 2"));
    assert!(extended.iter().any(|row| row.ends_with("Page.price") && !row.contains("possible")), "{extended:?}");
    let added = shown(&change(KOTLIN, path, "    fun convert", "    fun more(): Int\n    fun convert"));
    assert!(added.iter().any(|row| row.starts_with("1 likely") && row.ends_with("Flat")), "{added:?}");
}

const TYPESCRIPT: Files = &[
    ("types/global.d.ts", "declare var __DEV__: boolean\n"),
    (
        "src/rate.ts",
        "export interface Rate {\n  convert(n: number): number\n}\nexport class Flat implements Rate {\n  convert(n: number) {\n    return n\n  }\n}\n",
    ),
    (
        "src/api.ts",
        "import { total, rounded } from './money'\nexport const api = { total, round: rounded, close() { return 1 } }\n",
    ),
    (
        "src/money.ts",
        "export function total(n: number) {\n  return n\n}\nexport function rounded(n: number) {\n  return n\n}\n",
    ),
    (
        "src/page.ts",
        "import { api } from './api'\nexport function page() {\n  return api.total(1)\n}\nexport function other() {\n  return api.round(1)\n}\nexport function end() {\n  return api.close()\n}\nexport function strange(io: any) {\n  io.close()\n}\nexport function dev() {\n  return __DEV__\n}\n",
    ),
];

#[test]
fn objects_hand_functions_on_and_scripts_declare_for_everyone() {
    found(
        TYPESCRIPT,
        ("src/money.ts", "total(n: number)", "total(n: string)"),
        &["1 exact src/page.ts page"],
        &["1 exact src/page.ts other"],
    );
    // under another name a part is reached through the object that holds it
    found(
        TYPESCRIPT,
        ("src/money.ts", "rounded(n: number)", "rounded(n: string)"),
        &["1 exact src/api.ts api", "2 exact src/page.ts other"],
        &["1 exact src/page.ts page"],
    );
    found(TYPESCRIPT, ("src/api.ts", "return 1", "return 2"), &["1 exact src/page.ts end"], &["strange"]);
    found(
        TYPESCRIPT,
        ("types/global.d.ts", "__DEV__: boolean", "__DEV__: string"),
        &["1 exact src/page.ts dev"],
        &["end"],
    );
    let added = ("src/rate.ts", "  convert(n: number): number", "  more(): number\n  convert(n: number): number");
    found(TYPESCRIPT, added, &["1 likely src/rate.ts Flat"], &["page.ts"]);
}

#[test]
fn go_modules_of_one_workspace_import_each_other() {
    let files: Files = &[
        ("go.work", "go 1.22\n\nuse (\n\t./app\n\t./lib\n)\n"),
        ("app/go.mod", "module example.org/app\n"),
        ("app/main.go", "package main\n\nimport \"example.org/lib/money\"\n\nfunc main() {\n\tmoney.Round(1)\n}\n"),
        ("lib/go.mod", "module example.org/lib\n"),
        ("lib/money/money.go", "package money\n\nfunc Round(n int) int {\n\treturn n\n}\n"),
    ];
    let found = shown(&change(files, "lib/money/money.go", "Round(n int)", "Round(n, to int)"));
    assert!(found.contains(&"1 exact app/main.go main".to_owned()), "{found:?}");
}
