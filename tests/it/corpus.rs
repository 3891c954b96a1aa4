//! The project's own twins: every page reads, the figures reach the floors of corpus/floors.toml, and the committed page
//! of results names every pair (UPDATE=1 rewrites it, and what changed is read before it is committed).

use richter::corpus::{Figures, Twin, Verdict, page, run};
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
        fs::write(&file, page(verdicts())).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    let missing: Vec<_> = verdicts().iter().filter(|one| !written.contains(&format!("| {} |", one.name))).collect();
    assert!(missing.is_empty(), "corpus/results.md is old; `richter corpus run corpus/twins` rewrites it: {missing:?}");
}
