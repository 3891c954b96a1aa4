//! The policies that ship: each loads, names only zones that exist, holds its own tests, and never lets hiding pay. A
//! preset is a complete policy file that a team can copy.

use richter::embedded;
use richter::policy::{Policy, PolicySource};
use richter::zones::Zones;

fn shipped() -> Vec<(&'static str, Policy)> {
    let presets = embedded::rule_files("presets/").map(|(file, text)| {
        let policy = Policy::parse(PolicySource::File(file.to_owned()), file, text.as_bytes());
        (file, policy.unwrap_or_else(|error| panic!("{error}")))
    });
    std::iter::once(("policy.toml", Policy::builtin())).chain(presets).collect()
}

#[test]
fn every_shipped_policy_loads_and_names_only_zones_that_exist() {
    let zones = Zones::load(&[]).unwrap();
    let all = shipped();
    assert_eq!(all.len(), 4, "a preset was added or lost");
    for (file, policy) in all {
        assert_eq!(policy.digest.len(), 64, "{file}");
        policy.check_areas(&zones).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn every_shipped_policy_holds_its_own_tests() {
    for (file, policy) in shipped() {
        for (name, missing) in policy.run_tests() {
            assert!(missing.is_empty(), "{file}: {name}: not asked for: {missing:?}");
        }
    }
}

#[test]
fn every_shipped_policy_keeps_its_invariants_and_is_free_of_mistakes() {
    for (file, policy) in shipped() {
        for proof in policy.prove().all {
            assert_eq!(proof.holes, 0, "{file}: {}: {:?}", proof.name, proof.counterexamples);
            assert!(proof.cells > 0, "{file}: {} speaks of nothing", proof.name);
        }
        let found = policy.lint(None);
        assert!(found.is_empty(), "{file}: {found:?}");
    }
}

#[test]
fn shipped_rules_test_only_what_hiding_cannot_change() {
    for (file, text) in embedded::rule_files("presets/").chain([("policy.toml", embedded::rule_file("policy.toml"))]) {
        let lines = text.lines().filter(|line| line.starts_with("when"));
        for line in lines.filter(|line| line.contains("ai =")) {
            assert!(line.contains(">=assisted") || line.contains(">=autonomous"), "{file}: {line}");
        }
    }
}
