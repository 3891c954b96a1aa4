//! Every shipped rule obeys its own examples and the conventions of rules/AUTHORING.md, and a change from x to x fires
//! nothing. A new rule needs no line here: whatever stands below `rules/` is checked.

use richter::embedded::rule_files;
use richter::needles::Needles;
use richter::rules::{AREAS, Lifecycle, Rule, RulePack, run_examples};

fn pack() -> RulePack {
    RulePack::load(&[]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_example_does_what_it_says() {
    let failed: Vec<String> = run_examples(&pack())
        .into_iter()
        .filter(|outcome| !outcome.passed)
        .map(|outcome| {
            format!("{} example {}: {} {:?}", outcome.rule, outcome.example, outcome.message, outcome.others)
        })
        .collect();
    assert!(failed.is_empty(), "{} examples fail:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_expression_of_a_shipped_rule_compiles() {
    // shipped rules compile theirs at first use; here all are compiled at once
    for (path, text) in AREAS.iter().flat_map(|area| rule_files(area)) {
        if let Err(error) = Rule::parse(&format!("rules/{path}"), path, text) {
            panic!("{error}");
        }
    }
}

#[test]
fn every_rule_has_both_kinds_of_example_and_says_why() {
    for rule in pack().all() {
        let id = &rule.id;
        assert!(rule.examples().iter().any(|example| example.fires), "{id} has no example that fires");
        let silent = rule.examples().iter().filter(|example| !example.fires);
        assert!(silent.clone().count() > 0, "{id} has no example that must not fire");
        assert!(silent.clone().all(|example| example.why_not.is_some()), "{id}: a silent example without `why_not`");
        for (key, text) in [("why", &rule.why), ("remedy", &rule.remedy)] {
            let lower = text.chars().next().is_some_and(|first| !first.is_uppercase());
            assert!(lower && !text.ends_with('.') && text.len() > 15, "{id}: `{key}` is one clause in lower case");
        }
        assert!(rule.title.len() <= 90, "{id}: the title is too long for a line");
        assert_eq!(*rule.file, format!("rules/{id}.toml"));
    }
}

#[test]
fn every_stable_rule_has_a_weight_and_every_weight_a_rule() {
    let weights: toml::Table = toml::from_str(richter::embedded::rule_file("weights.toml")).unwrap();
    let weights = weights["weights"].as_table().unwrap();
    let pack = pack();
    for rule in pack.all() {
        let stable = rule.lifecycle == Lifecycle::Stable;
        assert_eq!(weights.contains_key(&*rule.id), stable, "{} is {}", rule.id, if stable { "stable" } else { "new" });
    }
    for id in weights.keys() {
        assert!(pack.get(id).is_some(), "the weight of {id} belongs to no rule");
    }
}

#[test]
fn the_page_about_the_rules_is_fresh() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let page = richter::render::rules_page(&pack(), &richter::score::Model::get());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == page, "docs/rules.md is old; `richter rules docs > docs/rules.md` or UPDATE=1 rewrites it");
}

#[test]
fn every_file_below_an_area_is_a_rule_and_every_area_is_known() {
    let known = ["agents", "zones", "presets"];
    for (path, _) in rule_files("") {
        let Some((folder, _)) = path.split_once('/') else { continue };
        assert!(AREAS.contains(&folder) || known.contains(&folder), "rules/{path} is read by nobody");
    }
    let files = AREAS.iter().flat_map(|area| rule_files(area)).count();
    assert_eq!(files, pack().count());
    assert!(files >= 35, "only {files} rules");
}

#[test]
fn the_examples_of_a_rule_that_change_nothing_are_silent() {
    // law: x to x fires nothing, whatever x is
    let text_of = |text: &str| {
        let mut table: toml::Table = toml::from_str(text).unwrap();
        if let Some(toml::Value::Array(examples)) = table.get_mut("example") {
            for example in examples {
                let example = example.as_table_mut().unwrap();
                example.insert("fires".to_owned(), false.into());
                example.remove("line");
                equal_sides(example);
                if let Some(toml::Value::Array(files)) = example.get_mut("files") {
                    files.iter_mut().for_each(|file| equal_sides(file.as_table_mut().unwrap()));
                }
            }
        }
        toml::to_string(&table).unwrap()
    };
    let areas = AREAS.iter().flat_map(|area| rule_files(area));
    let extra: Vec<_> = areas.map(|(path, text)| (format!(".richter/rules/{path}"), text_of(text))).collect();
    let pack = RulePack::load(&extra).unwrap_or_else(|error| panic!("{error}"));
    for outcome in run_examples(&pack) {
        assert!(
            outcome.passed && outcome.others.is_empty(),
            "{} example {}: {outcome:?}",
            outcome.rule,
            outcome.example
        );
    }
}

/// Both sides of a file become the one that is there.
fn equal_sides(file: &mut toml::Table) {
    let side = file.get("new").or_else(|| file.get("old")).cloned();
    if let Some(side) = side {
        file.insert("old".to_owned(), side.clone());
        file.insert("new".to_owned(), side);
    }
    file.remove("old_kind");
    file.remove("new_kind");
}

/// What is looked for before an expression is compiled is in every text that the expression matches.
#[test]
fn no_example_that_matches_is_without_the_needles_of_its_expression() {
    let mut checked = 0;
    for (path, text) in AREAS.iter().flat_map(|area| rule_files(area)) {
        let table: toml::Table = text.parse().unwrap();
        let (mut expressions, mut texts) = (Vec::new(), Vec::new());
        strings(&table["when"], &mut expressions);
        strings(&table["example"], &mut texts);
        for (expression, needles) in expressions.iter().filter_map(|one| Some((one, Needles::of(one)?))) {
            let Ok(regex) = regex::bytes::RegexBuilder::new(expression).unicode(false).build() else { continue };
            for text in texts.iter().flat_map(|text| text.lines().chain([text.as_str()])).filter(|text| text.is_ascii())
            {
                let matches = regex.is_match(text.as_bytes());
                assert!(
                    !matches || needles.may_match(text.as_bytes()),
                    "{path}: `{expression}` on `{text}`: {needles:?}"
                );
                checked += usize::from(matches);
            }
        }
    }
    assert!(checked > 1_000, "only {checked} texts matched");
}

/// All texts inside a value.
fn strings(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => found.push(text.clone()),
        toml::Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        toml::Value::Table(table) => table.values().for_each(|item| strings(item, found)),
        _ => {}
    }
}
