//! The engine on one made-up rule: places, collapsing, acceptance. What shipped rules find is in their examples.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;
use crate::facts::compare;
use crate::syntax::Outlines;

const RULE: &str = "title = \"a word came\"\nmessage = \"came: {text}\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nline = 'word'\n";

fn fired(new: &str, config: &Config, as_of: Option<i64>) -> Fired {
    let pack = RulePack::load(&[(".richter/rules/shop/word.toml".to_owned(), RULE.to_owned())]).unwrap();
    let mut change = ChangeSet::in_memory([("src/a.txt", Some("first\n"), Some(new))]);
    change.as_of = as_of;
    let (facts, zones) = (compare(&change, &Outlines::default()), Zones::load(&[]).unwrap());
    let (blast, history) = (BlastRadius::default(), History::default());
    let head = Snapshot::default();
    fire(
        &pack,
        &Evidence {
            change: &change,
            facts: &facts,
            blast: &blast,
            history: &history,
            zones: &zones,
            config,
            head: &head,
        },
    )
}

#[test]
fn few_places_are_listed_and_many_become_one_signal() {
    let few = fired("first\nword a\nword b\n", &Config::default(), None);
    let seen: Vec<_> = few.signals.iter().map(|signal| (signal.location.lines.start, signal.message.raw())).collect();
    assert_eq!(seen, [(2, "came: word a"), (3, "came: word b")]);
    let lines: String = (0..8).map(|n| format!("word {n}\n")).collect();
    let many = fired(&format!("first\n{lines}"), &Config::default(), None);
    assert_eq!(many.signals.len(), 1);
    assert_eq!(many.signals[0].message.raw(), "came: word 0, and 7 more in this file");
}

#[test]
fn what_a_team_accepts_is_set_aside_until_its_day() {
    let text = "[[accept]]\nrule = \"shop/word\"\npath = \"src/**\"\nreason = \"wanted\"\nuntil = \"1970-01-02\"\n";
    let config = Config::parse("c.toml", text.as_bytes()).unwrap();
    let at = |as_of| {
        let fired = fired("first\nword\n", &config, as_of);
        (fired.signals.len(), fired.accepted.len())
    };
    assert_eq!(at(Some(2 * 86_400 - 1)), (0, 1));
    assert_eq!(at(Some(2 * 86_400)), (1, 0));
    assert_eq!(at(None), (1, 0), "without a time nothing says that the day has not passed");
}

#[test]
fn a_change_from_x_to_x_fires_nothing() {
    assert!(fired("first\n", &Config::default(), None).signals.is_empty());
}
