//! The project's own twins: every page reads, the figures reach the floors of corpus/floors.toml, and the committed page
//! of results names every pair (UPDATE=1 rewrites it, and what changed is read before it is committed). The cases of provenance likewise, with the
//! law that hiding never pays.

use richter::assess::{Deciding, Options, Session, assess, identity};
use richter::corpus::{Figures, Twin, Verdict, WrittenCase, WrittenFigures, page, run, run_written, written_page};
use richter::input::{ChangeSet, Input, Snapshot};
use richter::policy::Ask;
use richter::provenance::PrFacts;
use richter::text::Untrusted;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn verdicts() -> &'static [Verdict] {
    static VERDICTS: OnceLock<Vec<Verdict>> = OnceLock::new();
    VERDICTS.get_or_init(|| {
        let mut files: Vec<_> =
            fs::read_dir(root().join("corpus/twins")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let twin = |path: &std::path::PathBuf| {
            let name = path.file_stem().unwrap().to_string_lossy();
            Twin::parse(&name, &fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        run(&files.iter().map(twin).collect::<Vec<_>>())
    })
}

#[test]
fn the_twins_reach_their_floors() {
    let floors: toml::Table = toml::from_str(&fs::read_to_string(root().join("corpus/floors.toml")).unwrap()).unwrap();
    let floor = |name: &str| floors["twins"][name].as_integer().unwrap();
    let figures = Figures::of(verdicts());
    let languages: BTreeSet<&str> = verdicts().iter().map(|one| one.language.as_str()).collect();
    let at_least = [
        ("pairs", figures.pairs as i64),
        ("languages", languages.len() as i64),
        ("pairwise", figures.pairwise.into()),
        ("signal_hit", figures.signal_hit.into()),
        ("place_hit", figures.place_hit.into()),
        ("dangerous_high", figures.dangerous_high.into()),
        ("harmless_medium", figures.harmless_medium.into()),
        ("gap", figures.gap.into()),
    ];
    for (name, reached) in at_least {
        assert!(reached >= floor(name), "{name} is {reached}, the floor is {}", floor(name));
    }
    let signals = i64::from(figures.harmless_signals);
    assert!(signals <= floor("harmless_signals"), "{signals} thousandths of a signal on a harmless change");
    // the yardsticks must not be able to tell the twins apart, else the set measures size or words
    assert!((300..=700).contains(&figures.pairwise_size), "size alone gets {}", figures.pairwise_size);
    assert!((300..=700).contains(&figures.pairwise_keywords), "words alone get {}", figures.pairwise_keywords);
    let failed: Vec<_> = verdicts().iter().filter_map(|one| one.error.as_ref()).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn the_page_of_results_names_every_pair() {
    // the scores on it are those of the run that was last committed; a review sees them move
    let file = root().join("corpus/results.md");
    if std::env::var_os("UPDATE").is_some() {
        let (known, page) = (fs::read_to_string(&file).unwrap_or_default(), page(verdicts()));
        let body = page.strip_prefix("# Twins\n\n").unwrap();
        fs::write(&file, richter::corpus::with_section(&known, "Twins", body)).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let missing: Vec<_> = verdicts().iter().filter(|one| !written.contains(&format!("| {} |", one.name))).collect();
    assert!(missing.is_empty(), "corpus/results.md is old; `richter corpus run corpus/twins` rewrites it: {missing:?}");
}

fn written() -> Vec<WrittenCase> {
    let mut files: Vec<_> =
        fs::read_dir(root().join("corpus/provenance")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let case = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy();
        WrittenCase::parse(&name, &fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    files.iter().map(case).collect()
}

#[test]
fn every_channel_is_found_and_no_hazard_is() {
    let verdicts = run_written(&written());
    let floors: toml::Table = toml::from_str(&fs::read_to_string(root().join("corpus/floors.toml")).unwrap()).unwrap();
    let floor = |name: &str| floors["provenance"][name].as_integer().unwrap() as usize;
    let figures = WrittenFigures::of(&verdicts);
    let page = written_page(&verdicts);
    assert!(figures.cases >= floor("cases") && figures.hazards >= floor("hazards"), "{figures:?}");
    assert!(figures.recall as usize >= floor("recall"), "{page}");
    assert!(figures.exact as usize >= floor("exact"), "{page}");
    assert!(figures.false_alarms <= floor("false_alarms"), "{page}");
    let file = root().join("corpus/provenance.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == page,
        "UPDATE=1 rewrites corpus/provenance.md. Now:\n{page}"
    );
}

/// The case as if nobody had said anything: the first line of each message, a person as author, no facts of a forge.
fn silent(case: &WrittenCase) -> ChangeSet {
    let mut change = case.change.clone();
    for commit in &mut change.commits {
        let first = commit.message.raw().lines().next().unwrap_or_default().to_owned();
        commit.message = Untrusted::new(first);
        commit.author = identity("Ann Smith <ann@shop.example>");
        commit.committer = commit.author.clone();
    }
    change
}

#[test]
fn hiding_who_wrote_it_pays_neither_in_points_nor_in_requirements() {
    let judge = |change: ChangeSet, pr: Option<PrFacts>| {
        let (options, session) = (Options { pr_facts: pr, ..Options::default() }, Session::default());
        let input = Input {
            change,
            base: Snapshot::default(),
            head: Snapshot::default(),
            deciding: Snapshot::default(),
            repository: None,
        };
        let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
        assess(&input, &deciding, &options, &session)
    };
    let (mut declared, mut observed) = (0, 0);
    for case in written() {
        let (said, hidden) = (judge(case.change.clone(), case.pr.clone()), judge(silent(&case), None));
        let requirements = |report: &richter::report::Report| -> BTreeSet<String> {
            report.review.requirements.iter().map(|one| format!("{} {:?}", one.rule, one.ask)).collect()
        };
        let approvals = |report: &richter::report::Report| -> u32 {
            let asked = report.review.requirements.iter().map(|one| match &one.ask {
                Ask::Approvals { count, .. } | Ask::Slot { count, .. } => *count,
                _ => 0,
            });
            asked.max().unwrap_or(0)
        };
        let points = |report: &richter::report::Report| i32::from(report.assessment.score);
        if said.provenance.observed().is_some() {
            observed += 1;
            // a small, stated number, and only for what nobody can write about themselves
            assert!((0..=5).contains(&(points(&said) - points(&hidden))), "{}", case.name);
            assert!(approvals(&said) >= approvals(&hidden), "{}", case.name);
        } else {
            declared += 1;
            assert_eq!(said.assessment.contributions, hidden.assessment.contributions, "{}", case.name);
            assert_eq!(requirements(&said), requirements(&hidden), "{}", case.name);
        }
    }
    assert!(declared > 100 && observed > 5, "{declared} declared, {observed} observed");
}
