//! Whether a test stands behind an entry point: one that reaches it, or the changed code that it leads to. `false` is said
//! only where it can be known. A mention that is not resolved, a route that a test names by its path, a program that tests
//! may start, tests that no import leads away from: each of them means that nothing is said.

use super::Tier;
use super::blob::FILE;
use super::index::{Def, Graph};
use super::names::Name;
use super::reach::Reached;
use super::walk::Walk;
use crate::limits::GRAPH_TESTS_ASKED_MAX;
use crate::roles::Role;
use crate::syntax::PATH_LITERAL;
use crate::zones::words;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;
use std::sync::Arc;

/// Words in names by which tests start programs, in any language, and names that do so.
const STARTERS: [&str; 8] = ["cli", "command", "exec", "execa", "popen", "shell", "spawn", "subprocess"];
const STARTERS_WHOLE: [&str; 4] = ["ProcessBuilder", "execFile", "getRuntime", "system"];

/// What tests reach on one side.
pub(super) struct Tested<'w, 'g> {
    walk: &'w Walk<'g>,
    ways: FxHashMap<Def, &'w Reached>,
    /// Definitions that a test surely reaches, and those that one may reach.
    sure: FxHashSet<Def>,
    maybe: FxHashSet<Def>,
    tests: OnceCell<Tests>,
}

/// The tests of a graph, as far as entry points are concerned.
struct Tests {
    /// Files of tests.
    files: Vec<u32>,
    /// Paths that they hold as texts.
    paths: Vec<Arc<str>>,
    /// True if they mention something that may start a program.
    start_programs: bool,
}

impl<'w, 'g> Tested<'w, 'g> {
    pub(super) fn of(walk: &'w Walk<'g>) -> Self {
        let reach = &walk.reach;
        let ends = |wanted: fn(Tier) -> bool| reach.tested.iter().filter(move |(_, tier)| wanted(*tier));
        let ends = |wanted| ends(wanted).map(|(def, _)| *def).collect::<Vec<Def>>();
        let mut below: FxHashMap<Def, Vec<Def>> = FxHashMap::default();
        reach.links.iter().for_each(|(from, to)| below.entry(*from).or_default().push(*to));
        Self {
            walk,
            ways: reach.all.iter().map(|reached| (reached.def, reached)).collect(),
            sure: closure(ends(|tier| tier != Tier::Possible), &below),
            maybe: closure(ends(|_| true), &below),
            tests: OnceCell::new(),
        }
    }

    /// True if a test reaches the definition or what it leads to, false if none does, nothing if that cannot be told.
    /// `route` is what marks it as a route.
    pub(super) fn reaches(&self, def: Def, route: Option<&str>) -> Option<bool> {
        let way = self.way(def);
        if way.iter().any(|step| self.sure.contains(step)) {
            return Some(true);
        }
        let hidden = self.walk.reach.cut || way.iter().any(|step| self.maybe.contains(step));
        let unresolved = hidden || !self.are_resolved(def.file) || self.may_be_named(def, route);
        (!unresolved && !way.iter().any(|step| self.is_mentioned(*step))).then_some(false)
    }

    /// The definitions from an entry point to the change.
    fn way(&self, def: Def) -> Vec<Def> {
        let mut way = vec![def];
        let mut at = self.ways.get(&def);
        while let Some(reached) = at {
            way.push(reached.to);
            // each step is nearer to the change, so this ends
            at = self.ways.get(&reached.to).filter(|next| next.distance < reached.distance);
        }
        way
    }

    /// True if the tests beside a file, or those of its language where there are none, lead to what they test.
    fn are_resolved(&self, file: u32) -> bool {
        let graph = self.walk.resolver.graph;
        let of = graph.file(file);
        let same_language = |at: &&u32| graph.file(**at).blob.family == of.blob.family;
        let all: Vec<u32> = self.tests().files.iter().filter(same_language).copied().collect();
        let own: Vec<u32> = all.iter().filter(|at| graph.file(**at).package == of.package).copied().collect();
        let asked = if own.is_empty() { all } else { own };
        let step = asked.len().div_ceil(GRAPH_TESTS_ASKED_MAX).max(1);
        let asked: Vec<u32> = asked.into_iter().step_by(step).collect();
        let found = asked.iter().filter(|at| self.leads_away(**at)).count();
        found > 0 && found * 2 >= asked.len()
    }

    /// True if something outside of tests is imported by a file, or stands in its module.
    fn leads_away(&self, file: u32) -> bool {
        let graph = self.walk.resolver.graph;
        let shipped = |at: u32| !graph.file(at).roles.contains(Role::Test);
        shipped(file)
            || shipped(graph.module_of[file as usize])
            || self.walk.resolver.known_files(file).iter().any(|at| shipped(*at))
    }

    /// True if a test may mean it without an edge that was found.
    fn may_be_named(&self, def: Def, route: Option<&str>) -> bool {
        let (graph, tests) = (self.walk.resolver.graph, self.tests());
        if let Some(route) = route {
            let part = fixed_part(route);
            return part.is_empty() || tests.paths.iter().any(|path| path.contains(&part));
        }
        let definition = graph.file(def.file).blob.definition(def.index);
        match definition.filter(|definition| &**graph.names.text(definition.name) != "main") {
            Some(definition) => self.is_in_tests(definition.name),
            None => tests.start_programs,
        }
    }

    /// True if a test mentions a step of the way, or the type that it belongs to: it may get there by a call whose receiver
    /// has no known type.
    fn is_mentioned(&self, def: Def) -> bool {
        let graph = self.walk.resolver.graph;
        let blob = &graph.file(def.file).blob;
        let Some(definition) = blob.definition(def.index) else { return false };
        let holder = definition.container.and_then(|at| blob.definition(at)).map(|holder| holder.name);
        let names = [Some(definition.name), holder, definition.scope].into_iter().flatten();
        names.filter(|name| &**graph.names.text(*name) != "main").any(|name| self.is_in_tests(name))
    }

    fn is_in_tests(&self, name: Name) -> bool {
        let graph = self.walk.resolver.graph;
        graph.mentioned.of(name).iter().any(|at| graph.file(*at).roles.contains(Role::Test))
    }

    fn tests(&self) -> &Tests {
        self.tests.get_or_init(|| Tests::of(self.walk.resolver.graph))
    }
}

impl Tests {
    fn of(graph: &Graph) -> Self {
        let is_test = |at: &u32| {
            let file = graph.file(*at);
            file.roles.contains(Role::Test) || file.blob.definitions.iter().any(|definition| definition.test)
        };
        let files: Vec<u32> = (0..graph.len() as u32).filter(is_test).collect();
        let blobs = || files.iter().map(|at| &graph.file(*at).blob);
        let texts = blobs().flat_map(|blob| &blob.literals).map(|literal| graph.names.text(literal.text));
        let paths = texts.filter_map(|text| text.strip_prefix(PATH_LITERAL)).map(Arc::from).collect();
        let starts = |text: &str| {
            STARTERS_WHOLE.contains(&text) || words(text).iter().any(|word| STARTERS.contains(&word.as_str()))
        };
        let start_programs = blobs().flat_map(|blob| &blob.mentioned).any(|name| starts(graph.names.text(*name)));
        Self { files, paths, start_programs }
    }
}

/// Everything below some definitions, they themselves among it.
fn closure(from: Vec<Def>, below: &FxHashMap<Def, Vec<Def>>) -> FxHashSet<Def> {
    let mut found: FxHashSet<Def> = from.iter().copied().filter(|def| def.index != FILE).collect();
    let mut open: Vec<Def> = from;
    while let Some(def) = open.pop() {
        let next = below.get(&def).into_iter().flatten().copied();
        open.extend(next.filter(|next| found.insert(*next)));
    }
    found
}

/// The longest part of a route that no parameter interrupts: `/orders` of `@app.get("/orders/<int:id>/x")`. Empty where it
/// says too little to be looked for.
fn fixed_part(route: &str) -> String {
    let path = route.split(['"', '\'', '`']).find(|text| text.contains('/')).unwrap_or("");
    let fixed = |segment: &str| !segment.is_empty() && !segment.contains(['<', '{', ':', '*', '$', '(', '^', '[']);
    let (mut best, mut here) = (String::new(), String::new());
    for segment in path.trim_end_matches('$').split('/') {
        match fixed(segment) {
            true => here = format!("{here}/{segment}"),
            false => here.clear(),
        }
        if here.len() > best.len() {
            best.clone_from(&here);
        }
    }
    if best.chars().filter(|c| c.is_alphabetic()).count() < 3 { String::new() } else { best }
}

#[cfg(test)]
mod tests {
    use super::super::BlastRadius;
    use super::super::tests::{Files, change, radius};
    use super::fixed_part;

    /// `name tested` of every entry point.
    fn entries(radius: &BlastRadius) -> Vec<(&str, Option<bool>)> {
        radius.entry_points.iter().map(|entry| (entry.name.as_ref(), entry.tested)).collect()
    }

    const LIB: (&str, &str) = ("shop/tax.py", "def rate(x):\n    return x\n\n\ndef other(x):\n    return x\n");
    const WEB: (&str, &str) = (
        "shop/web.py",
        "from shop.tax import rate\n\n\n@app.get(\"/orders/<int:id>\")\ndef orders(id):\n    return rate(id)\n",
    );
    const UNRELATED: (&str, &str) =
        ("tests/test_other.py", "from shop.tax import other\n\n\ndef test_other():\n    assert other(1)\n");

    fn body(files: Files) -> BlastRadius {
        change(files, "shop/tax.py", "def rate(x):\n    return x\n", "def rate(x):\n    return x + 1\n")
    }

    #[test]
    fn an_entry_point_that_no_test_reaches_is_told() {
        let radius = body(&[LIB, WEB, UNRELATED]);
        assert_eq!(entries(&radius), [("@app.get(\"/orders/<int:id>\")", Some(false))]);
    }

    #[test]
    fn a_test_of_the_change_or_of_the_entry_point_is_enough() {
        let of_change = ("tests/test_tax.py", "from shop.tax import rate\n\n\ndef test_rate():\n    assert rate(1)\n");
        assert_eq!(entries(&body(&[LIB, WEB, UNRELATED, of_change]))[0].1, Some(true));
        let of_entry =
            ("tests/test_web.py", "from shop.web import orders\n\n\ndef test_web():\n    assert orders(1)\n");
        assert_eq!(entries(&body(&[LIB, WEB, UNRELATED, of_entry]))[0].1, Some(true));
    }

    #[test]
    fn nothing_is_said_where_a_test_may_come_in_unseen() {
        let by_path = ("tests/test_web.py", "def test_web(client):\n    assert client.get(f\"/api/orders/{1}\")\n");
        assert_eq!(entries(&body(&[LIB, WEB, UNRELATED, by_path]))[0].1, None, "the route is named");
        assert_eq!(entries(&body(&[LIB, WEB]))[0].1, None, "there are no tests");
        let blind = ("tests/test_web.py", "from elsewhere import x\n\n\ndef test_x():\n    assert x()\n");
        assert_eq!(entries(&body(&[LIB, WEB, blind]))[0].1, None, "no test leads to the code");
    }

    #[test]
    fn a_program_that_tests_may_start_is_left_out() {
        let main = ("shop/app.py", "from shop.tax import rate\n\n\ndef main():\n    return rate(1)\n");
        assert_eq!(entries(&body(&[LIB, main, UNRELATED])), [("main", Some(false))]);
        let starts = (
            "tests/test_app.py",
            "import subprocess\nfrom shop.tax import other\n\n\ndef test_app():\n    subprocess.run([\"app\"])\n",
        );
        assert_eq!(entries(&body(&[LIB, main, starts]))[0].1, None);
    }

    #[test]
    fn a_name_that_only_holds_the_letters_starts_no_program() {
        let main = ("shop/app.py", "from shop.tax import rate\n\n\ndef main():\n    return rate(1)\n");
        let truncates =
            ("tests/test_x.py", "from shop.tax import other\n\n\ndef test_x(client):\n    client.truncate(other(1))\n");
        assert_eq!(entries(&body(&[LIB, main, truncates])), [("main", Some(false))]);
    }

    #[test]
    fn a_route_that_a_test_sets_up_is_no_entry_point() {
        let test = (
            "tests/test_web.py",
            "def test_web(app):\n    @app.route(\"/a/path\")\n    def view():\n        return 1\n",
        );
        let changed = change(&[LIB, WEB, test], "tests/test_web.py", "return 1", "return 2");
        assert_eq!(entries(&changed), []);
    }

    #[test]
    fn a_test_that_comes_with_the_change_counts() {
        let (old, new) = ("def rate(x):\n    return x\n", "def rate(x):\n    return x + 1\n");
        let test = "from shop.tax import rate\n\n\ndef test_rate():\n    assert rate(1)\n";
        let head = [
            (LIB.0, LIB.1.replace(old, new)),
            (WEB.0, WEB.1.to_owned()),
            (UNRELATED.0, UNRELATED.1.to_owned()),
            ("tests/test_tax.py", test.to_owned()),
        ];
        assert_eq!(entries(&radius(&[LIB, WEB, UNRELATED], &head))[0].1, Some(true));
    }

    #[test]
    fn of_a_route_the_longest_fixed_part_is_looked_for() {
        assert_eq!(fixed_part("@app.get(\"/orders/<int:id>/x\")"), "/orders");
        assert_eq!(fixed_part("r.GET(`/api/v1/carts/:id`)"), "/api/v1/carts");
        assert_eq!(fixed_part("path('orders/new')"), "/orders/new");
        assert_eq!(fixed_part("app.get('/', show)"), "");
        assert_eq!(fixed_part("@GET"), "");
    }
}
