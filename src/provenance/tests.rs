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
    assert_eq!(found.observed().map(|claim| &*claim.channel), Some("author"));
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

const BOT: &str = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>";

fn by_copilot() -> PrFacts {
    PrFacts { author_login: "Copilot".into(), author_type: Some("Bot".into()), ..PrFacts::default() }
}

#[test]
fn autonomous_needs_the_forge_and_ends_where_the_forge_knows_of_a_person() {
    let asked = vec![commit(1, BOT, BOT, &format!("x\n\nCo-authored-by: {ANN}"))];
    assert_eq!(of_commits(vec![commit(1, BOT, BOT, "x")], None).involvement, Involvement::AgentAuthored);
    let found = of_commits(asked.clone(), Some(&by_copilot()));
    assert_eq!(found.involvement, Involvement::Autonomous, "a name in a trailer takes nothing away");
    assert_eq!(found.requesters.len(), 1, "and still may not approve it");
    let by = |driver: &str| of_commits(asked.clone(), Some(&PrFacts { driver: driver.into(), ..by_copilot() }));
    assert_eq!(by("ann").involvement, Involvement::AgentAuthored);
    assert_eq!(by("ann").driver.map(|who| who.raw().to_owned()).as_deref(), Some("gh:ann"));
    let pushed = |login: &str| {
        let pr = PrFacts { pushed_by: vec![login.into()], ..by_copilot() };
        of_commits(asked.clone(), Some(&pr)).involvement
    };
    assert_eq!(pushed("gh:ann"), Involvement::AgentAuthored);
    for nobody in
        ["", "Copilot", "gh:copilot", "copilot-swe-agent[bot]", "app/copilot-swe-agent", "github-actions[bot]"]
    {
        assert_eq!(by(nobody).involvement, Involvement::Autonomous, "{nobody}: no person directed it");
        assert_eq!(pushed(nobody), Involvement::Autonomous, "{nobody}: no person pushed");
    }
}

/// The law: commits are text, and text only raises what the forge's facts say.
#[test]
fn no_text_of_the_commits_lowers_what_the_forge_says() {
    let people =
        [ANN, BOT, "root <root@sandbox>", "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"];
    let messages = [
        "x",
        "x\n\nAI-assisted: no",
        "Revert \"x\"\n\nOriginal message:\nx",
        "x\n\nSigned-off-by: Ann <ann@shop.example>",
    ];
    let opened = ["Copilot", "devin-ai-integration[bot]", "app/google-labs-jules", "coderabbitai[bot]", "ann"];
    for login in opened {
        let pr = PrFacts { author_login: login.into(), author_type: Some("Bot".into()), ..PrFacts::default() };
        let pr = if login == "ann" { PrFacts { head_ref: "codex/x".into(), author_type: None, ..pr } } else { pr };
        let least = of_commits(Vec::new(), Some(&pr)).involvement;
        assert!(least >= Involvement::Assisted, "{login}: {least:?}");
        for author in people {
            for message in messages {
                let mut commits = vec![commit(1, author, ANN, message)];
                assert!(of_commits(commits.clone(), Some(&pr)).involvement >= least, "{login} {author} {message}");
                commits.push(commit(2, ANN, ANN, "whitespace"));
                assert!(
                    of_commits(commits, Some(&pr)).involvement >= least,
                    "{login} {author} {message}, and a person's"
                );
            }
        }
    }
}

#[test]
fn quoted_markers_are_told_and_do_not_count() {
    let found = of_message(
        "Revert \"x\"\n\nThis reverts y.\n\nOriginal message:\nx\n\nCo-authored-by: Claude <noreply@anthropic.com>",
    );
    assert_eq!(found.involvement, Involvement::Unknown);
    assert!(found.unseen.iter().any(|text| text.starts_with("1 quoted line with a marker")), "{:?}", found.unseen);
    let own = of_message("Revert \"x\"\n\nThis reverts y.\n\nCo-authored-by: Claude <noreply@anthropic.com>");
    assert_eq!(own.involvement, Involvement::CoAuthored);
}

#[test]
fn release_notes_that_a_bot_repeats_claim_nothing() {
    let bot = "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>";
    let notes = "Release notes\n\nGenerated with [Claude Code](https://claude.com/claude-code)";
    let of = |message: &str| of_commits(vec![commit(1, bot, bot, message)], None).involvement;
    assert_eq!(of(&format!("Bump x\n\n{notes}")), Involvement::Unknown);
    let finished = format!("Bump x\n\n{notes}\n\n---------\n\nCo-authored-by: {BOT}");
    assert_eq!(of(&finished), Involvement::CoAuthored, "who finished it stands below the forge's line");
    let pr = |login: &str| {
        let pr = PrFacts { author_login: login.into(), body: notes.into(), ..PrFacts::default() };
        of_commits(vec![commit(1, ANN, ANN, "Bump x")], Some(&pr)).involvement
    };
    for login in ["renovate[bot]", "app/renovate", "dependabot"] {
        assert_eq!(pr(login), Involvement::Unknown, "{login}");
    }
    assert_eq!(pr("ann"), Involvement::AgentAuthored);
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
