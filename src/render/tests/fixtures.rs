//! Reports made by hand, as the stages would hand them on: a harmless one, one that reaches the checkout, one that could
//! not be read in full, a bare patch, a crowded one, and one in which every text is hostile.

use crate::blast::{BlastRadius, ChangedEntity, Dependent, EntryPoint, NamedThing, Reader, Tier, TierCounts, ZoneHit};
use crate::facts::{Fact, FactKind, Facts, FileFacts};
use crate::gap::{Gap, GapKind};
use crate::history::{FileHistory, History};
use crate::input::{ChangeSet, Commit, Content, FileChange, FileSide, FileStatus, Hunk, Identity, Mode, Oid};
use crate::location::{LineRange, Location, RepoPath, Side};
use crate::policy::{Ask, OwnerHit, Requirement, ReviewPlan, Suggestion};
use crate::provenance::{
    AgentName, AttestedLines, Basis, Claim, CommitProvenance, Confidence, FileProvenance, Involvement, LineShare,
    Provenance, Writer,
};
use crate::report::Report;
use crate::roles::{Role, Roles};
use crate::rules::{self, Accepted, Lifecycle, Severity, Signal};
use crate::score::{Assessment, Contribution, Level, Part};
use crate::syntax::EntityKind;
use crate::text::Untrusted;
use crate::zones::Zones;
use std::sync::Arc;

/// All fixtures by name.
pub(super) fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("inert", inert()),
        ("high", high()),
        ("incomplete", incomplete()),
        ("patch", patch()),
        ("crowded", crowded()),
        ("hostile", hostile()),
    ]
}

/// Text that a terminal, Markdown, HTML or a reader's eye would fall for.
pub(super) const HOSTILE: &str = "x\u{1b}[2K\u{1b}[1A `y` | [click](javascript:alert(1)) <script>alert(1)</script> \
    @org/admins #12 !7 \u{202e}cod.sr www.evil.example https://evil.example <!-- richter --> a\nb\r\u{7}\u{200b}\u{9b}31m";

fn u(text: &str) -> Untrusted {
    Untrusted::new(text)
}

pub(super) fn oid(byte: u8) -> Oid {
    Oid::from_bytes(&[byte; 20])
}

fn identity(name: &str, email: &str) -> Identity {
    Identity { name: u(name), email: u(email) }
}

fn commit(byte: u8, name: &str, email: &str, message: &str) -> Commit {
    let author = identity(name, email);
    let time = 1_764_000_000 + i64::from(byte);
    Commit {
        oid: oid(byte),
        parents: vec![oid(byte - 1)],
        committer: author.clone(),
        author,
        author_time: time,
        commit_time: time,
        message: u(message),
    }
}

fn side(text: &str) -> Option<FileSide> {
    let content = Content::Text(Arc::from(text.as_bytes()));
    Some(FileSide { mode: Mode::File, oid: Some(oid(text.len() as u8)), content })
}

fn modified(path: &str, added: u32, deleted: u32) -> FileChange {
    FileChange {
        path: RepoPath::from(path),
        old_path: None,
        status: FileStatus::Modified,
        old: side("one\ntwo\n"),
        new: side("one\ntwo\nthree\n"),
        hunks: vec![Hunk { old_start: 2, old_lines: 0, new_start: 3, new_lines: 1 }],
        lines_added: added,
        lines_deleted: deleted,
        binary: false,
    }
}

fn facts(file: usize, path: &str, roles: &[Role], kinds: &[FactKind]) -> FileFacts {
    let mut set = Roles::default();
    roles.iter().for_each(|role| set.insert(*role));
    let fact = |kind: &FactKind| Fact {
        kind: *kind,
        location: Location::whole_file(RepoPath::from(path), Side::New),
        subject: u(path),
        entity: None,
        old_entity: None,
        setting: None,
        dependency: None,
        construct: None,
    };
    FileFacts {
        file,
        path: RepoPath::from(path),
        old_path: None,
        roles: set,
        old: None,
        new: None,
        facts: kinds.iter().map(fact).collect(),
        edited: Vec::new(),
        worded_otherwise: Vec::new(),
    }
}

fn at(path: &str, line: u32) -> Option<Location> {
    Some(Location::new(RepoPath::from(path), Side::New, LineRange::line(line)))
}

fn paid(source: Part, points: i32, why: &str, rule: &str, location: Option<Location>) -> Contribution {
    Contribution { source, points, why: u(why), rule: Some(rule.into()), location }
}

fn assessment(level: Level, contributions: Vec<Contribution>) -> Assessment {
    let sum: i32 = contributions.iter().map(|one| one.points).sum();
    Assessment {
        score: sum.clamp(0, 100) as u8,
        level,
        level_from_floor: false,
        complete: true,
        probability_milli: None,
        percentile: None,
        peers: 0,
        contributions,
        lower: Vec::new(),
    }
}

fn zone(id: &str, touched: bool, distance: u32, path: &[&str]) -> ZoneHit {
    let zones = Zones::load(&[]).unwrap();
    ZoneHit {
        zone: zones.all().iter().position(|zone| &*zone.id == id).unwrap(),
        touched,
        distance,
        tier: if touched { Tier::Exact } else { Tier::Likely },
        path: path.iter().map(|path| RepoPath::from(*path)).collect(),
        line: 48,
        because: id.into(),
        share_milli: 31,
    }
}

fn changed(entity: &str, path: &str, line: u32, change: FactKind, direct: TierCounts) -> ChangedEntity {
    ChangedEntity {
        file: 0,
        side: Side::New,
        index: 0,
        entity: entity.into(),
        kind: EntityKind::Function,
        path: RepoPath::from(path),
        line,
        change,
        direct,
        unchanged_direct: direct.exact,
        unchanged_files: Vec::new(),
        shipped_use: false,
    }
}

fn dependent(entity: &str, path: &str, line: u32, distance: u32, tier: Tier, why: &str) -> Dependent {
    Dependent {
        entity: entity.into(),
        path: RepoPath::from(path),
        line,
        distance,
        tier,
        why: why.into(),
        test: false,
        way: vec![RepoPath::from("lib/money.py"), RepoPath::from(path)],
    }
}

fn signal(rule: &str, message: &str, path: &str, line: u32) -> Signal {
    Signal {
        rule: rule.into(),
        title: "timeout cut".into(),
        severity: Severity::High,
        confidence: Confidence::High,
        counts: rules::Part::Likelihood,
        lifecycle: Lifecycle::Stable,
        observation: false,
        message: u(message),
        why: "calls that used to finish are given up, and callers retry at the same moment".into(),
        remedy: "measure the slowest call that must still succeed, and set the timeout above it".into(),
        location: Location::new(RepoPath::from(path), Side::New, LineRange::line(line)),
        evidence: vec![u("http.timeout: 30s, then 3s"), u("ratio 0.1")],
    }
}

fn requirement(ask: Ask, rule: &str, why: &str) -> Requirement {
    Requirement { ask, rule: rule.into(), why: u(why) }
}

fn plan(requirements: Vec<Requirement>) -> ReviewPlan {
    ReviewPlan {
        requirements,
        policy_digest: "c".repeat(64),
        policy_source: "builtin".to_owned(),
        ..ReviewPlan::default()
    }
}

fn report(change: ChangeSet, facts: Vec<FileFacts>, assessment: Assessment) -> Report {
    Report {
        id: None,
        rules_digest: "a".repeat(64),
        model_digest: "b".repeat(64),
        change,
        facts: Facts { files: facts, gaps: Vec::new() },
        blast: BlastRadius::default(),
        history: History::default(),
        provenance: Provenance::default(),
        signals: Vec::new(),
        observations: Vec::new(),
        accepted: Vec::new(),
        assessment,
        review: plan(Vec::new()),
        zones: Arc::new(Zones::load(&[]).unwrap()),
        gaps: Vec::new(),
    }
}

/// Documentation only: nothing that a reader would skip.
pub(super) fn inert() -> Report {
    let change = ChangeSet {
        title: u("a1b2c3d4e5"),
        base: Some(oid(1)),
        head: Some(oid(2)),
        target: Some(oid(1)),
        commit: Some(oid(2)),
        as_of: Some(1_764_000_002),
        files: vec![modified("README.md", 4, 1)],
        commits: vec![commit(2, "Ann", "ann@example.com", "Say how to run the tests\n")],
        ..ChangeSet::default()
    };
    let facts = vec![facts(0, "README.md", &[Role::Documentation], &[FactKind::TextChanged])];
    let mut report = report(change, facts, assessment(Level::Low, Vec::new()));
    report.provenance.commits = 1;
    report.review =
        plan(vec![requirement(Ask::Approvals { count: 1, min_tier: None }, "floor", "every change is seen once")]);
    report
}

/// The example of the documentation: a rounding change that reaches the checkout.
pub(super) fn high() -> Report {
    let mut report = report(high_change(), high_facts(), high_assessment());
    report.id = Some(serde_json::json!({"pull": 7}));
    report.blast = high_blast();
    report.history = high_history();
    report.provenance = high_provenance();
    report.signals = vec![signal("config/timeout-cut", "timeout cut from 30s to 3s", "deploy/payments.yaml", 17)];
    report.accepted = vec![Accepted {
        signal: signal("config/debug-on", "debug logging switched on", "deploy/staging.yaml", 3),
        reason: "staging only".into(),
    }];
    report.review = high_review();
    report.gaps = vec![
        Gap::context(GapKind::NoProvenance, "AI notes were not fetched"),
        Gap::context(GapKind::Binary, "docs/logo.png is binary, before and after"),
    ];
    report
}

fn high_change() -> ChangeSet {
    let mut renamed = modified("cart/totals.py", 12, 9);
    renamed.old_path = Some(RepoPath::from("cart/total.py"));
    renamed.status = FileStatus::Renamed;
    ChangeSet {
        title: u("main..HEAD"),
        base: Some(oid(1)),
        head: Some(oid(4)),
        target: Some(oid(1)),
        as_of: Some(1_764_000_004),
        files: vec![renamed, modified("deploy/payments.yaml", 1, 1), modified("lib/money.py", 105, 24)],
        commits: vec![
            commit(2, "Di", "di@example.com", "Round half up\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"),
            commit(3, "Di", "di@example.com", "Cut the timeout\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"),
            commit(4, "Bo", "bo@example.com", "Rename total to totals\n"),
        ],
        ..ChangeSet::default()
    }
}

fn high_facts() -> Vec<FileFacts> {
    vec![
        facts(0, "cart/totals.py", &[], &[FactKind::FileRenamed, FactKind::BodyChanged]),
        facts(1, "deploy/payments.yaml", &[Role::Configuration], &[FactKind::SettingChanged]),
        facts(2, "lib/money.py", &[], &[FactKind::BodyChanged, FactKind::BodyChanged, FactKind::DocsChanged]),
    ]
}

fn high_assessment() -> Assessment {
    let contributions = vec![
        paid(Part::Impact, 21, "reaches checkout in 2 steps", "zone/checkout", at("lib/money.py", 48)),
        paid(Part::Likelihood, 14, "timeout cut from 30s to 3s", "config/timeout-cut", at("deploy/payments.yaml", 17)),
        paid(
            Part::Likelihood,
            9,
            "3 of the last 5 changes to lib/money.py were fixed within a month",
            "model/last-five-fixed",
            at("lib/money.py", 1),
        ),
        paid(Part::Impact, 8, "41 definitions depend on it, 57 at most", "impact/dependents", at("lib/money.py", 48)),
        paid(Part::Likelihood, 6, "118 lines added", "model/lines-added", None),
        paid(Part::Provenance, 3, "an agent took part, or nothing says otherwise", "provenance/involvement", None),
        paid(Part::Likelihood, 3, "3 files in 3 directories", "model/directories", None),
    ];
    Assessment {
        probability_milli: Some(123),
        percentile: Some(93),
        peers: 500,
        lower: vec![
            u("keep the timeout at what the slowest payment needs (without it: 50, high)"),
            u("split the rename from the change of behaviour (without it: 61, high)"),
        ],
        ..assessment(Level::High, contributions)
    }
}

fn high_blast() -> BlastRadius {
    let counts = |exact, likely, possible| TierCounts { exact, likely, possible };
    BlastRadius {
        named: vec![NamedThing {
            name: "payments.retries".into(),
            path: RepoPath::from("deploy/payments.yaml"),
            line: 7,
            change: FactKind::SettingChanged,
            readers: vec![Reader { path: RepoPath::from("pay/client.py"), line: 31, tier: Tier::Likely, test: false }],
        }],
        changed: vec![
            changed("round_total", "lib/money.py", 48, FactKind::BodyChanged, counts(4, 0, 2)),
            changed("Cart.total", "cart/totals.py", 10, FactKind::EntityRenamed, counts(0, 0, 0)),
        ],
        dependents: counts(30, 11, 16),
        files: 19,
        packages: 3,
        tests: 12,
        tests_possible: 0,
        reach_milli: 21_500,
        top: vec![
            dependent("Cart.total", "cart/totals.py", 10, 1, Tier::Exact, "calls round_total, imported from lib.money"),
            dependent("refund", "billing/refund.py", 88, 1, Tier::Likely, "calls round_total through lib.money"),
            dependent("complete", "checkout/complete.py", 21, 2, Tier::Exact, "calls Cart.total"),
        ],
        zones: vec![
            zone("cart", true, 0, &["cart/totals.py"]),
            zone("checkout", false, 2, &["lib/money.py", "cart/totals.py", "checkout/complete.py"]),
        ],
        entry_points: vec![EntryPoint {
            name: "POST /checkout".into(),
            path: RepoPath::from("checkout/routes.py"),
            line: 12,
            distance: 3,
            tested: Some(false),
        }],
        nearest_tests: vec![Dependent {
            test: true,
            ..dependent("test_total", "tests/test_totals.py", 4, 1, Tier::Exact, "calls Cart.total")
        }],
        shared_packages: vec![("lib".into(), 3)],
        repository_files: 412,
        gaps: Vec::new(),
    }
}

fn high_history() -> History {
    let of = |path: &str, changes, fixes, last_five_fixed| FileHistory {
        path: Some(RepoPath::from(path)),
        changes,
        fixes,
        reverts: 1,
        last_five_fixed,
        last_five: 5,
        authors: 4,
        days_since_change: Some(6),
        author_changes: 1,
    };
    History {
        known: true,
        files: vec![
            FileHistory { path: Some(RepoPath::from("cart/totals.py")), ..FileHistory::default() },
            of("deploy/payments.yaml", 9, 2, 0),
            of("lib/money.py", 31, 8, 3),
        ],
        author: Some(identity("Di", "di@example.com")),
        commits: 2_104,
        ..History::default()
    }
}

fn high_provenance() -> Provenance {
    let agent = AgentName { id: "claude-code".into(), name: "Claude Code".into() };
    let claim = |byte| Claim {
        channel: "co-author".into(),
        basis: Basis::Declared,
        involvement: Involvement::AgentAuthored,
        confidence: Confidence::High,
        agent: Some(agent.clone()),
        commit: Some(oid(byte)),
        place: u("line 3 of the message"),
    };
    Provenance {
        involvement: Involvement::AgentAuthored,
        confidence: Confidence::High,
        agents: vec![agent.clone()],
        claimed_commits: 2,
        commits: 3,
        claims: vec![claim(2), claim(3)],
        by_commit: vec![CommitProvenance {
            commit: oid(2),
            involvement: Involvement::AgentAuthored,
            agents: vec![agent.clone()],
            share: Some(LineShare { added: 40, agent: 34, person: 2 }),
        }],
        files: vec![FileProvenance {
            path: RepoPath::from("lib/money.py"),
            involvement: Involvement::AgentAuthored,
            agents: vec![agent.clone()],
            share: LineShare { added: 20, agent: 14, person: 2 },
            lines: vec![AttestedLines {
                lines: LineRange::new(48, 61),
                writer: Writer::Agent,
                agent: Some(agent.clone()),
                confidence: Confidence::High,
            }],
        }],
        share: Some(LineShare { added: 118, agent: 34, person: 2 }),
        unseen: vec!["refs/notes/ai is not here".to_owned()],
        ..Provenance::default()
    }
}

fn high_review() -> ReviewPlan {
    let slot = Ask::Slot { count: 1, min_tier: Some("senior".into()), team: None, area: None, distinct: false };
    let owners = Ask::Owners {
        owners: vec![u("@org/payments")],
        paths: vec![RepoPath::from("deploy/payments.yaml")],
        per: "each-area".into(),
        count: 1,
    };
    ReviewPlan {
        owners: vec![OwnerHit {
            owner: u("@org/payments"),
            paths: vec![RepoPath::from("deploy/payments.yaml")],
            file: ".github/CODEOWNERS".into(),
            line: 7,
        }],
        suggested: vec![Suggestion {
            who: u("ann"),
            why: u("made 12 of the last 31 changes to lib/money.py; senior"),
            only: false,
        }],
        author_tier: Some("junior".into()),
        policy_source: format!("{}:.richter/policy.toml", oid(1)),
        ..plan(vec![
            requirement(slot, "ai-guardrail", "AI-assisted change by an author below senior"),
            requirement(owners, "owners", "touches checkout"),
        ])
    }
}

/// Staged work in a shallow clone, with parts of the change that could not be read.
pub(super) fn incomplete() -> Report {
    let mut binary = modified("assets/logo.png", 0, 0);
    binary.binary = true;
    binary.new = Some(FileSide { mode: Mode::File, oid: Some(oid(9)), content: Content::Binary { bytes: 4_096 } });
    let change = ChangeSet {
        title: u("staged"),
        base: Some(oid(1)),
        target: Some(oid(1)),
        as_of: Some(1_764_000_001),
        files: vec![binary, modified("src/huge.js", 40_000, 2), modified("src/pay.js", 2, 2)],
        remarks: vec!["the work tree has changes that are not staged".to_owned()],
        ..ChangeSet::default()
    };
    let contributions = vec![paid(Part::Impact, 7, "touches payment", "zone/payment", at("src/pay.js", 2))];
    let found = Assessment { level_from_floor: true, complete: false, ..assessment(Level::High, contributions) };
    let facts = vec![facts(2, "src/pay.js", &[], &[FactKind::BodyChanged])];
    let mut report = report(change, facts, found);
    report.blast.zones = vec![zone("payment", true, 0, &["src/pay.js"])];
    report.blast.dependents = TierCounts { exact: 0, likely: 0, possible: 4 };
    report.review = plan(vec![
        requirement(Ask::Approvals { count: 2, min_tier: Some("senior".into()) }, "high-risk", "level is high"),
        requirement(Ask::Step { step: "rollback-plan".into() }, "high-risk", "level is high"),
        requirement(Ask::CoolingOff { seconds: 14_400 }, "high-risk", "level is high"),
        requirement(
            Ask::Block { reason: u("peak freeze until 2026-12-01") },
            "peak",
            "nothing above low ships in the peak",
        ),
    ]);
    report.gaps = vec![
        Gap::change(GapKind::OverLimit, &RepoPath::from("src/huge.js"), "5242880 bytes, at most 4194304 are parsed"),
        Gap::change(GapKind::Binary, &RepoPath::from("assets/logo.png"), "not text"),
        Gap::context(GapKind::ShallowHistory, "history ends after 50 commits: git fetch --deepen=450"),
        Gap::context(GapKind::NoGraph, "--no-graph: only what is touched is reported"),
    ];
    report
}

/// `git diff | richter assess --patch -` outside a repository.
pub(super) fn patch() -> Report {
    let change = ChangeSet { title: u("patch"), files: vec![modified("src/app.py", 3, 0)], ..ChangeSet::default() };
    let contributions = vec![paid(Part::Likelihood, 4, "3 lines added", "model/lines-added", None)];
    let facts = vec![facts(0, "src/app.py", &[], &[FactKind::TextChanged])];
    let mut report = report(change, facts, assessment(Level::Low, contributions));
    report.review = plan(Vec::new());
    report.gaps = vec![
        Gap::context(GapKind::PartialContent, "only the lines of the patch are known"),
        Gap::context(GapKind::NoRepository, "no repository here: history, dependents and owners are not known"),
    ];
    report
}

/// Everything at once and too much of it: the screen must stay one screen.
pub(super) fn crowded() -> Report {
    let mut report = high();
    let long = "a clause that goes on and on about what happened here, because some rules cannot stop, and then some";
    report.change.title = u("release/2026-11-peak-season-hardening...feature/payments-retry-with-exponential-backoff");
    report.change.remarks = vec![long.to_owned(), long.to_owned(), long.to_owned(), long.to_owned()];
    let deep = format!("services/{}checkout/complete.py", "very/deeply/nested/folders/".repeat(3));
    for (at, one) in report.assessment.contributions.iter_mut().enumerate().take(3) {
        one.why = u(&format!("{long}; {long}"));
        one.points = 40 - at as i32;
        one.location = self::at(&deep, 1_048);
    }
    report.assessment.contributions[0].rule = Some("zone/checkout".into());
    report.blast.zones = vec![zone("checkout", false, 3, &[&deep, &deep, &deep, "checkout/complete.py"])];
    report.assessment = Assessment {
        probability_milli: Some(641),
        percentile: Some(100),
        peers: 500,
        ..assessment(Level::Critical, report.assessment.contributions)
    };
    report.assessment.lower = vec![u(&format!("{long}; {long}"))];
    report.blast.entry_points = (0..40)
        .map(|n| EntryPoint {
            name: format!("POST /checkout/version/{n}/complete").into(),
            path: RepoPath::from("checkout/routes.py"),
            line: n + 1,
            distance: 2,
            tested: None,
        })
        .collect();
    let ask = |n: u32| Ask::Slot {
        count: n,
        min_tier: Some("staff".into()),
        team: Some(format!("team-{n}").into()),
        area: None,
        distinct: false,
    };
    report.review.requirements = (1..9).map(|n| requirement(ask(n), &format!("rule-number-{n}"), long)).collect();
    report.signals = (1..60).map(|n| signal("config/timeout-cut", long, &deep, n)).collect();
    report.gaps = GAP_KINDS.into_iter().map(|kind| Gap::change(kind, &RepoPath::from(&*deep), long)).collect();
    report
}

const GAP_KINDS: [GapKind; 6] = [
    GapKind::MissingObject,
    GapKind::OverLimit,
    GapKind::Binary,
    GapKind::ParseError,
    GapKind::Submodule,
    GapKind::Internal,
];

/// Every text that the change could choose is hostile, and some of it very long.
pub(super) fn hostile() -> Report {
    let mut report = high();
    let path = RepoPath::new(format!("{HOSTILE}/\u{4e2d}\u{6587}.md").as_bytes());
    let bad = RepoPath::new(b"\xff\xfe;$(whoami)\n::set-output name=x::y.rs".as_slice());
    let long = RepoPath::from(&*"very-long-name".repeat(300));
    let line = Some(Location::new(path.clone(), Side::Old, LineRange::new(3, 9)));
    report.id = Some(serde_json::json!(HOSTILE));
    report.change.title = u(HOSTILE);
    report.change.remarks = vec![HOSTILE.to_owned()];
    for (file, path) in report.change.files.iter_mut().zip([&path, &bad, &long]) {
        file.path = path.clone();
        file.old_path = file.old_path.as_ref().map(|_| bad.clone());
    }
    for commit in &mut report.change.commits {
        commit.message = u(HOSTILE);
        commit.author = identity(HOSTILE, HOSTILE);
    }
    for (at, one) in report.assessment.contributions.iter_mut().enumerate() {
        one.why = u(HOSTILE);
        one.location = if at == 1 { Some(Location::whole_file(long.clone(), Side::New)) } else { line.clone() };
    }
    report.assessment.lower = vec![u(HOSTILE)];
    hostile_rest(&mut report, &[path, bad, long]);
    report
}

fn hostile_rest(report: &mut Report, paths: &[RepoPath; 3]) {
    let name: Arc<str> = HOSTILE.into();
    let long: Arc<str> = "longentity".repeat(500).into();
    for (at, entity) in report.blast.changed.iter_mut().enumerate() {
        (entity.entity, entity.path) = (if at == 0 { name.clone() } else { long.clone() }, paths[at].clone());
    }
    for (at, found) in report.blast.top.iter_mut().enumerate() {
        (found.entity, found.why, found.path) = (name.clone(), name.clone(), paths[at].clone());
    }
    for hit in &mut report.blast.zones {
        (hit.because, hit.path) = (name.clone(), paths.to_vec());
    }
    report.blast.entry_points[0].name = name.clone();
    report.blast.shared_packages[0].0 = name.clone();
    report.history.files[2].path = Some(paths[0].clone());
    report.history.author = Some(identity(HOSTILE, HOSTILE));
    report.facts.files[0].path = paths[0].clone();
    report.provenance.claims[0].place = u(HOSTILE);
    report.provenance.unseen = vec![HOSTILE.to_owned()];
    report.provenance.contradictions = vec![HOSTILE.to_owned()];
    report.provenance.agents[0].name = name.clone();
    for signal in report.signals.iter_mut().chain(report.accepted.iter_mut().map(|accepted| &mut accepted.signal)) {
        (signal.message, signal.evidence) = (u(HOSTILE), vec![u(HOSTILE)]);
        signal.location.path = paths[1].clone();
    }
    let owners = Ask::Owners { owners: vec![u(HOSTILE)], paths: paths.to_vec(), per: "each-area".into(), count: 1 };
    report.review.requirements = vec![
        requirement(owners, "owners", HOSTILE),
        requirement(Ask::Block { reason: u(HOSTILE) }, HOSTILE, HOSTILE),
        requirement(
            Ask::Slot { count: 1, min_tier: Some(name.clone()), team: Some(name), area: None, distinct: false },
            "rule",
            HOSTILE,
        ),
    ];
    report.review.owners[0].owner = u(HOSTILE);
    report.review.owners[0].paths = paths.to_vec();
    report.review.suggested = vec![Suggestion { who: u(HOSTILE), why: u(HOSTILE), only: false }];
    report.review.policy_source = HOSTILE.to_owned();
    report.gaps = vec![
        Gap::change(GapKind::ParseError, &paths[0], HOSTILE),
        Gap::change(GapKind::InvalidPath, &paths[1], HOSTILE),
        Gap::change(GapKind::OverLimit, &paths[2], HOSTILE),
    ];
}
