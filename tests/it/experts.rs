//! Whom to ask, on a real repository: who wrote the touched lines is followed through later edits, a rename and a merge.

use crate::repository::Repository;
use richter::config::Config;
use richter::history::{Log, LogCache, experts_of_lines};
use richter::input::{self, Request, Source};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

fn by(repository: &Repository, who: &str, day: i64) {
    repository.commit_by(&format!("{who} <{who}@shop.example>"), 1_700_000_000 + day * DAY, "change");
}

/// Three functions with room between them, so that a merge of two of them is clean.
fn text(net: &str, fee: &str, tax: &str) -> String {
    let function = |name: &str, body: &str| format!("fn {name}(x: u64) -> u64 {{\n    {body}\n}}\n\n\n\n");
    [function("net", net), function("fee", fee), function("tax", tax)].concat()
}

fn lines_by_person(repository: &Repository) -> BTreeMap<String, (u32, u32)> {
    let request = Request {
        source: Source::Revision(Some("HEAD".into())),
        directory: repository.path().to_owned(),
        directory_given: true,
        paths: Vec::new(),
    };
    let input = input::read(&request).unwrap();
    let opened = input.repository.as_ref().unwrap();
    let log = Log::read(opened, input.change.base.unwrap(), &Config::default(), &LogCache::default());
    let experts = experts_of_lines(&input.change, &log, opened);
    experts.iter().map(|one| (one.who.name.raw().to_owned(), (one.changes, one.lines))).collect()
}

#[test]
fn who_wrote_the_touched_lines_is_followed_through_edits_a_rename_and_a_merge() {
    let repository = Repository::new();
    repository.write("src/old.rs", &text("x + 1", "x + 2", "x + 3"));
    repository.commit("first");
    repository.write("src/old.rs", &text("x + 10", "x + 2", "x + 3"));
    by(&repository, "ann", 1);
    repository.git(&["mv", "src/old.rs", "src/price.rs"]);
    by(&repository, "mover", 2);
    repository.git(&["branch", "side"]);
    for (day, fee) in [(3, "x + 20"), (4, "x + 21"), (5, "x + 22")] {
        repository.write("src/price.rs", &text("x + 10", fee, "x + 3"));
        by(&repository, "bob", day);
    }
    repository.git(&["checkout", "-q", "side"]);
    repository.write("src/price.rs", &text("x + 10", "x + 2", "x + 30"));
    by(&repository, "eve", 6);
    repository.git(&["checkout", "-q", "-"]);
    repository.git(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    repository.write("src/price.rs", &text("x * 10", "x + 22", "x * 30"));
    by(&repository, "zoe", 8);

    let found = lines_by_person(&repository);
    assert_eq!(found["ann"], (1, 1), "through a rename: {found:?}");
    assert_eq!(found["bob"], (3, 0), "three changes to the file, none to these lines");
    assert_eq!(found["eve"].1, 1, "through a merge: {found:?}");
}

#[test]
fn where_lines_are_only_added_their_neighbours_count() {
    let repository = Repository::new();
    repository.write("a.rs", "fn a() {\n    one();\n}\n");
    repository.commit("first");
    repository.write("a.rs", "fn a() {\n    one();\n    two();\n}\n");
    by(&repository, "ann", 1);
    repository.write("a.rs", "fn a() {\n    one();\n    two();\n    three();\n}\n");
    by(&repository, "zoe", 2);
    assert_eq!(lines_by_person(&repository)["ann"], (1, 1));
}
