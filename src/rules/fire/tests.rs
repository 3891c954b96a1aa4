//! The engine on one made-up rule: places, collapsing, acceptance. What shipped rules find is in their examples.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;
use crate::facts::compare;
use crate::syntax::Outlines;

const RULE: &str = "title = \"a word came\"\nmessage = \"came: {text}\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nline = 'word'\n";

fn fired(new: &str, config: &Config, as_of: Option<i64>) -> Fired {
    fired_on(&["src/a.txt"], new, config, as_of)
}

/// The rule on files that all change from one line to `new`.
fn fired_on(paths: &[&str], new: &str, config: &Config, as_of: Option<i64>) -> Fired {
    fired_by(&[RULE], paths, new, config, as_of)
}

/// Rules of a team, `shop/0` and so on, on the same.
fn fired_by(rules: &[&str], paths: &[&str], new: &str, config: &Config, as_of: Option<i64>) -> Fired {
    let name = |at: usize| if at == 0 { "word".to_owned() } else { at.to_string() };
    let named = rules.iter().enumerate().map(|(at, text)| (format!(".richter/rules/shop/{}.toml", name(at)), text));
    let rules: Vec<_> = named.map(|(name, text)| (name, (*text).to_owned())).collect();
    let pack = RulePack::load(&rules).unwrap();
    let mut change = ChangeSet::in_memory(paths.iter().map(|path| (*path, Some("first\n"), Some(new))));
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
fn a_comment_that_comes_with_the_change_quiets_nothing() {
    let quiet = |scope: &str| {
        let unless = format!("[[when.unless]]\nscope = \"{scope}\"\ncontains = '(?m)checked'\n");
        format!("{RULE}{unless}")
    };
    let fires = |scope: &str, new: &str| {
        let (rule, paths) = (quiet(scope), ["src/a.py", "src/b.py"]);
        !fired_by(&[&rule], &paths, new, &Config::default(), None).signals.is_empty()
    };
    for scope in ["file", "change"] {
        assert!(fires(scope, "first\nword\n"));
        assert!(!fires(scope, "first\nword\nchecked()\n"), "code quiets it");
        assert!(fires(scope, "first\nword\n# checked\n") && fires(scope, "first\nword # checked\n"));
        assert!(fires(scope, "first\nword;//checked\n") && fires(scope, "first\nword /*checked*/\n"));
        assert!(!fires(scope, "first\nword at https://checked.example\n"), "an address is no comment");
    }
}

#[test]
fn a_rule_asks_for_a_look_as_far_as_its_standing_goes() {
    let rule = |standing: &str| RULE.replace("counts =", &format!("standing = \"{standing}\"\ncounts ="));
    let (few, many) =
        ("first\nword\n".to_owned(), format!("first\nword\n{}", "more\n".repeat(limits::FOCUS_LINES_MAX)));
    let asks = |standings: &[&str], new: &str| -> Vec<bool> {
        let rules: Vec<String> = standings.iter().map(|standing| rule(standing)).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        let fired = fired_by(&rules, &["src/a.txt"], new, &Config::default(), None);
        let mut asks: Vec<_> = fired.signals.iter().map(|signal| (&*signal.rule, !signal.observation)).collect();
        asks.sort_by_key(|(rule, _)| *rule != "shop/word");
        asks.into_iter().map(|(_, asks)| asks).collect()
    };
    assert_eq!(asks(&["finding"], &many), [true]);
    assert_eq!((asks(&["focused"], &few), asks(&["focused"], &many)), (vec![true], vec![false]));
    assert_eq!(asks(&["context"], &few), [false]);
    assert_eq!((asks(&["companion"], &few), asks(&["companion", "finding"], &few)), (vec![false], vec![true, true]));
    assert_eq!(
        (asks(&["companion", "focused"], &few), asks(&["companion", "focused"], &many)),
        (vec![true, true], vec![false, false])
    );
    assert_eq!(asks(&["companion", "context"], &few), [false, false]);
}

#[test]
fn the_same_words_twice_in_a_file_are_one_signal_with_both_lines() {
    let twice = fired("first\nword a\nsecond\nword a\n", &Config::default(), None);
    let seen: Vec<_> = twice.signals.iter().map(|signal| (signal.location.lines.start, signal.message.raw())).collect();
    assert_eq!(seen, [(2, "came: word a")]);
    assert!(
        twice.signals[0].evidence.iter().any(|line| line.raw() == "also line 4"),
        "{:?}",
        twice.signals[0].evidence
    );
}

#[test]
fn what_comes_all_over_a_change_is_said_once_with_its_places() {
    let paths: Vec<String> = (10..30).map(|n| format!("src/{n}.txt")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let (listed, over) = paths.split_at(limits::RULE_SIGNALS_PER_CHANGE);
    let signals = |paths: &[&str]| fired_on(paths, "first\nword a\n", &Config::default(), None).signals;
    assert_eq!(signals(listed).len(), listed.len());
    assert!(!over.is_empty());
    let one = signals(&paths);
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].message.raw(), "came: word a, and in 19 more places");
    assert!(one[0].evidence.iter().any(|line| line.raw() == "also src/11.txt:2"), "{:?}", one[0].evidence);
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
