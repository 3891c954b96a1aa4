//! Laws of the score, on hand-made evidence.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;
use crate::facts::{Fact, FactKind, FileFacts};
use crate::gap::GapKind;
use crate::history::Features;
use crate::location::{LineRange, Location, RepoPath, Side};
use crate::provenance::{Basis, Claim, Confidence, Involvement};
use crate::rules::{self, Lifecycle, Severity};

struct Case {
    facts: Facts,
    blast: BlastRadius,
    history: History,
    provenance: Provenance,
    signals: Vec<Signal>,
    gaps: Vec<Gap>,
}

impl Case {
    /// A change with one fact of this kind and so many added lines.
    fn new(kind: FactKind, lines_added: u32) -> Self {
        let path = RepoPath::from("src/a.rs");
        let location = Location::new(path.clone(), Side::New, LineRange::line(3));
        let fact = Fact {
            kind,
            location,
            subject: Untrusted::new("a"),
            entity: None,
            old_entity: None,
            setting: None,
            dependency: None,
            construct: None,
        };
        let roles = Roles::default();
        let file = FileFacts {
            file: 0,
            path,
            old_path: None,
            roles,
            old: None,
            new: None,
            facts: vec![fact],
            edited: Vec::new(),
            worded_otherwise: Vec::new(),
        };
        let features = Features { all_added: lines_added, files: 1, ..Features::default() };
        Self {
            facts: Facts { files: vec![file], gaps: Vec::new() },
            blast: BlastRadius::default(),
            history: History { known: true, features, ..History::default() },
            provenance: Provenance::default(),
            signals: Vec::new(),
            gaps: Vec::new(),
        }
    }

    fn weigh(&self) -> Assessment {
        let (model, zones, config) = (Model::get(), Zones::load(&[]).unwrap(), Config::default());
        weigh(&Weighing {
            model: &model,
            facts: &self.facts,
            blast: &self.blast,
            history: &self.history,
            provenance: &self.provenance,
            signals: &self.signals,
            zones: &zones,
            config: &config,
            gaps: &self.gaps,
        })
    }

    fn claim(mut self, basis: Basis, involvement: Involvement) -> Self {
        let place = Untrusted::new("author");
        let (channel, confidence) = ("author".into(), Confidence::High);
        let claim = Claim { channel, basis, involvement, confidence, agent: None, commit: None, place };
        self.provenance = Provenance { involvement, claims: vec![claim], ..Provenance::default() };
        self
    }

    fn signal(mut self, rule: &str) -> Self {
        self.signals.push(Signal {
            rule: rule.into(),
            title: "a table was dropped".into(),
            severity: Severity::High,
            confidence: Confidence::High,
            counts: rules::Part::Impact,
            lifecycle: Lifecycle::Stable,
            observation: false,
            message: Untrusted::new("drops orders"),
            why: "why".into(),
            remedy: "keep it for a release".into(),
            location: Location::new("a.sql".into(), Side::New, LineRange::line(1)),
            evidence: Vec::new(),
        });
        self
    }
}

#[test]
fn a_change_of_form_scores_nothing_whatever_its_size() {
    let assessment = Case::new(FactKind::FormattingChanged, 5_000).weigh();
    assert_eq!((assessment.score, assessment.contributions.len()), (0, 0));
    assert!(Case::new(FactKind::BodyChanged, 5_000).weigh().score > 0);
}

#[test]
fn contributions_add_up_to_the_score() {
    let mut case = Case::new(FactKind::BodyChanged, 300);
    case.blast.reach_milli = 20_000;
    let assessment = case.weigh();
    let sum: i32 = assessment.contributions.iter().map(|contribution| contribution.points).sum();
    assert_eq!(i32::from(assessment.score), sum.clamp(0, 100));
    assert!(assessment.contributions.windows(2).all(|pair| pair[0].points >= pair[1].points));
    assert!(assessment.contributions.iter().any(|contribution| contribution.source == Part::Impact));
}

#[test]
fn disclosing_costs_the_same_as_silence() {
    let silent = Case::new(FactKind::BodyChanged, 100).weigh().score;
    for involvement in
        [Involvement::DeclaredNone, Involvement::Assisted, Involvement::CoAuthored, Involvement::AgentAuthored]
    {
        let declared = Case::new(FactKind::BodyChanged, 100).claim(Basis::Declared, involvement).weigh().score;
        assert_eq!(declared, silent, "{involvement:?}");
    }
}

#[test]
fn observed_evidence_adds_a_small_number_and_more_where_nothing_can_be_undone() {
    let silent = Case::new(FactKind::BodyChanged, 100).weigh().score;
    let observed = Case::new(FactKind::BodyChanged, 100).claim(Basis::Observed, Involvement::AgentAuthored);
    let added = observed.weigh().score - silent;
    assert!((1..=3).contains(&added), "{added}");
    let destructive = Case::new(FactKind::BodyChanged, 100).signal("data/drop-or-truncate");
    let alone = destructive.weigh().score;
    let both = destructive.claim(Basis::Observed, Involvement::AgentAuthored).weigh().score;
    assert!(both - alone > added);
}

#[test]
fn what_was_not_seen_puts_a_floor_under_the_level_and_not_under_the_score() {
    let mut case = Case::new(FactKind::FormattingChanged, 1);
    case.gaps = vec![Gap::change(GapKind::Binary, &"lib/a.bin".into(), "not read")];
    let assessment = case.weigh();
    assert_eq!((assessment.score, assessment.level, assessment.complete), (0, Level::Medium, false));
    assert!(assessment.level_from_floor);
    case.gaps = vec![Gap::context(GapKind::NoHistory, "no history")];
    let assessment = case.weigh();
    assert_eq!((assessment.level, assessment.complete), (Level::Low, true));
}

#[test]
fn the_same_rule_again_pays_less_and_then_nothing() {
    let points = |n: usize| {
        let case = (0..n).fold(Case::new(FactKind::BodyChanged, 0), |case, _| case.signal("data/drop-or-truncate"));
        i32::from(case.weigh().score)
    };
    let steps: Vec<i32> = (0..5).map(|n| points(n + 1) - points(n)).collect();
    assert!(steps[0] > steps[1] && steps[1] > steps[2] && steps[2] > 0, "{steps:?}");
    assert_eq!(steps[3..], [0, 0]);
}
