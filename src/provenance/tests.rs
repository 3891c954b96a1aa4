//! The registry's examples and hazards, and how claims unite.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::trailers::person;
use super::*;
use crate::input::{ChangeSet, Commit};
use crate::text::Untrusted;

fn commit(number: u8, author: &str, committer: &str, message: &str) -> Commit {
    Commit {
        oid: Oid::from_bytes(&[number; 20]),
        parents: Vec::new(),
        author: person(author),
        author_time: 0,
        committer: person(committer),
        commit_time: 0,
        message: Untrusted::new(message),
    }
}

const ANN: &str = "Ann Smith <ann@shop.example>";

fn of_commits(commits: Vec<Commit>, pr: Option<&PrFacts>) -> Provenance {
    attribute(&Sources { pr, ..Sources::of(&ChangeSet { commits, ..ChangeSet::default() }) })
}

fn of_message(message: &str) -> Provenance {
    of_commits(vec![commit(1, ANN, ANN, message)], None)
}

fn of_case(case: &Case) -> Provenance {
    let author = case.author.as_deref().unwrap_or(ANN);
    let committer = case.committer.as_deref().unwrap_or(ANN);
    let message = case.message.as_deref().unwrap_or("Round totals half up");
    let pr = PrFacts {
        author_login: case.pr_author.clone().unwrap_or_default(),
        author_type: case.pr_author_type.clone(),
        head_ref: case.branch.clone().unwrap_or_default(),
        ..PrFacts::default()
    };
    of_commits(vec![commit(1, author, committer, message)], Some(&pr))
}

#[test]
fn every_example_counts_for_its_agent() {
    for agent in Agents::get().all() {
        assert!(!agent.examples.is_empty() || agent.author_degree == AuthorDegree::NoneKnown, "{}", agent.id);
        for case in &agent.examples {
            let found = of_case(case);
            assert_eq!(Some(found.involvement), case.involvement, "{}: {case:?}", agent.id);
            assert!(found.agents.iter().any(|name| name.id == agent.id), "{}: {case:?}: {:?}", agent.id, found.claims);
        }
    }
    for case in &Agents::get().channels.examples {
        assert_eq!(Some(of_case(case).involvement), case.involvement, "{case:?}");
    }
}

#[test]
fn no_hazard_counts_for_anyone() {
    let agents = Agents::get();
    for case in agents.all().iter().flat_map(|agent| &agent.hazards).chain(&agents.channels.hazards) {
        let found = of_case(case);
        assert!(found.claims.is_empty(), "{case:?}: {:?}", found.claims);
    }
}

#[test]
fn agents_are_sorted_and_named_once() {
    let agents = Agents::get().all();
    assert!(agents.len() >= 41 && agents.is_sorted_by(|a, b| a.id < b.id));
}

#[test]
fn channels_are_united_and_the_strongest_wins() {
    let found = of_commits(
        vec![
            commit(1, ANN, ANN, "one\n\nCo-authored-by: Cursor <cursoragent@cursor.com>"),
            commit(2, "Claude <noreply@anthropic.com>", "GitHub <noreply@github.com>", "two\n\nAssisted-by: GLM-5"),
            commit(3, ANN, ANN, "three"),
        ],
        None,
    );
    let ids: Vec<_> = found.agents.iter().map(|agent| &*agent.id).collect();
    assert_eq!(ids, ["claude-code", "cursor"]);
    assert_eq!((found.involvement, found.confidence), (Involvement::AgentAuthored, Confidence::High));
    assert_eq!((found.claimed_commits, found.commits), (2, 3));
    let places: Vec<_> = found.claims.iter().map(|claim| (claim.place.raw(), claim.basis)).collect();
    let declared = Basis::Declared;
    assert_eq!(
        places,
        [("line 3 of the message", declared), ("author", Basis::Observed), ("line 3 of the message", declared)]
    );
    assert!(found.observed());
}

#[test]
fn no_marker_is_unknown_and_a_no_must_cover_every_commit() {
    assert_eq!(of_message("tidy").involvement, Involvement::Unknown);
    assert_eq!(of_message("tidy\n\nAI-assisted: no").involvement, Involvement::DeclaredNone);
    assert_eq!(of_message("tidy\n\nAI-assisted: no, all by hand").involvement, Involvement::DeclaredNone);
    let half = vec![commit(1, ANN, ANN, "a\n\nAI-assisted: no"), commit(2, ANN, ANN, "b")];
    assert_eq!(of_commits(half, None).involvement, Involvement::Unknown);
}

#[test]
fn a_no_beside_a_yes_is_a_contradiction() {
    let found = of_message("tidy\n\nAI-assisted: no\nCo-authored-by: Claude <noreply@anthropic.com>");
    assert_eq!(found.involvement, Involvement::CoAuthored);
    assert_eq!(found.contradictions.len(), 1);
    assert!(found.contradictions[0].contains("names Claude / Claude Code"), "{:?}", found.contradictions);
}

#[test]
fn autonomous_needs_the_forge_and_no_person_who_directed_it() {
    let bot = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>";
    let pr = PrFacts { author_login: "Copilot".into(), author_type: Some("Bot".into()), ..PrFacts::default() };
    let alone = || vec![commit(1, bot, bot, "x")];
    let asked = vec![commit(1, bot, bot, &format!("x\n\nCo-authored-by: {ANN}"))];
    let mixed = vec![commit(1, bot, bot, "x"), commit(2, ANN, ANN, "y")];
    assert_eq!(of_commits(alone(), Some(&pr)).involvement, Involvement::Autonomous);
    assert_eq!(of_commits(alone(), None).involvement, Involvement::AgentAuthored);
    let found = of_commits(asked.clone(), Some(&pr));
    assert_eq!(found.involvement, Involvement::Autonomous, "a name in a trailer takes nothing away");
    assert_eq!(found.requesters.len(), 1, "and still may not approve it");
    let by = |driver: &str| of_commits(asked.clone(), Some(&PrFacts { driver: driver.into(), ..pr.clone() }));
    assert_eq!(by("ann").involvement, Involvement::AgentAuthored);
    assert_eq!(by("ann").driver.map(|who| who.raw().to_owned()).as_deref(), Some("gh:ann"));
    assert_eq!(by("Copilot").involvement, Involvement::Autonomous, "an agent that directs itself");
    assert_eq!(by("gh:copilot").involvement, Involvement::Autonomous, "nor under the prefix of its forge");
    assert_eq!(of_commits(mixed, Some(&pr)).involvement, Involvement::AgentAuthored);
}

#[test]
fn what_was_not_at_hand_is_said() {
    let empty = attribute(&Sources::of(&ChangeSet::default()));
    assert!(empty.unseen.iter().any(|text| text == "no commits to look at"));
    let squashed = of_message("Round totals (#12)");
    assert!(squashed.unseen.iter().any(|text| text.contains("squashed")), "{:?}", squashed.unseen);
}

#[test]
fn hostile_messages_are_bounded() {
    let message = "x\n\nCo-authored-by: Claude <noreply@anthropic.com>";
    let found = of_commits((0..5_000).map(|_| commit(1, ANN, ANN, message)).collect(), None);
    assert_eq!(found.claims.len(), crate::limits::CLAIMS_MAX);
    assert!(found.unseen.iter().any(|text| text.contains("4000 more claims")), "{:?}", found.unseen);
    assert_eq!(of_message(&format!("{message}\n{}", &message[3..].repeat(9))).claims.len(), 1, "said once");
    assert!(of_message(&"\u{0}:<>```\n".repeat(10_000)).claims.is_empty());
}

#[test]
fn a_body_of_a_pull_request_is_read_from_its_first_line() {
    let body = "🤖 Generated with [Claude Code](https://claude.com/claude-code)".to_owned();
    let found = of_commits(vec![commit(1, ANN, ANN, "x")], Some(&PrFacts { body, ..PrFacts::default() }));
    assert_eq!((&*found.claims[0].channel, found.claims[0].place.raw()), ("footer", "line 1 of the pull request"));
}
