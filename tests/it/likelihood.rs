//! The likelihood by its commands: a fit is the same twice, finds nothing in labels that were dealt at random, and counts
//! only once the deciding tree holds it; a page of a set stands alone; what comes later changes no number of what came before.

use crate::repository::Repository;
use std::fs;
use std::process::{Command, Output};

fn richter(repository: &Repository, arguments: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_richter");
    let run = Command::new(binary)
        .current_dir(repository.path())
        .args(arguments)
        .env("RICHTER_CACHE_DIR", repository.path().join(".git/cache"))
        .output();
    let output = run.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Steps of a linear congruence, for numbers without a pattern.
fn numbers() -> impl Iterator<Item = u32> {
    std::iter::successors(Some(7u32), |state| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)))
        .map(|state| state >> 16)
}

/// A table of numbers, as `corpus features` prints it, and labels that follow the added lines.
fn tables(repository: &Repository) {
    let (mut numbers, mut features, mut labels) = (numbers(), String::new(), "sha,label\n".to_owned());
    features.push_str("sha,time,added,deleted,all_added,words_added,words_new,authors\n");
    for at in 0..1_500u32 {
        let mut next = || numbers.next().unwrap();
        let (added, authors, luck) = (next() % 100, next() % 9, next() % 130);
        features.push_str(&format!("{at:040x},{},{added},0,{added},{},{added},{authors}\n", at * 1_000, added * 3));
        labels.push_str(&format!("{at:040x},{}\n", u32::from(luck < added)));
    }
    repository.write("features.csv", &features);
    repository.write("labels.csv", &labels);
}

/// The AUC that a line of `corpus fit` names.
fn auc(lines: &str, beginning: &str) -> f64 {
    let line = lines.lines().find(|line| line.starts_with(beginning)).unwrap();
    line.split("AUC ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_fit_is_the_same_twice_and_random_labels_teach_nothing() {
    let repository = Repository::new();
    tables(&repository);
    let fit = |out: &str, more: &[&str]| {
        let set =
            ["corpus", "fit", "--set", "labels.csv=features.csv", "--older", "70", "--rounds", "100", "--out", out];
        text(&richter(&repository, &[&set, more].concat()))
    };
    let first = fit("one.toml", &[]);
    assert_eq!(first, fit("two.toml", &[]));
    let read = |name: &str| fs::read(repository.path().join(name)).unwrap();
    assert_eq!(read("one.toml"), read("two.toml"));
    assert!(auc(&first, "newer") > 0.75, "{first}");
    let shuffled: Vec<f64> = ["1", "2", "3"].map(|seed| auc(&fit("s.toml", &["--shuffle", seed]), "newer")).to_vec();
    let mean = shuffled.iter().sum::<f64>() / 3.0;
    assert!((0.4..0.6).contains(&mean), "{shuffled:?}");
}

const MODEL: &str = "schema = \"richter.model/1\"\nbase_rate_milli = 500\nbase_points = 40\nstart_points = 40\n\
    doubling_points = 6\n\n[[feature]]\nname = \"all_added\"\nwhy = \"{value} lines, as we have learnt\"\n\
    source = \"fitted\"\ntable = [[0, 0], [1, 13]]\n";

#[test]
fn a_model_of_the_repository_counts_once_the_deciding_tree_holds_it() {
    let repository = Repository::sample();
    repository.write(".richter/model.toml", MODEL);
    repository.write("src/price.rs", "pub fn net(gross: u64) -> u64 {\n    gross\n}\n");
    repository.commit("Bring a model and a change");
    let own = |output: &Output| text(output).contains("as we have learnt");
    assert!(!own(&richter(&repository, &["assess", "HEAD", "--explain"])), "a change brought its own judge");
    repository.write("src/price.rs", "pub fn net(gross: u64) -> u64 {\n    gross / 2\n}\n");
    repository.commit("Halve it");
    assert!(own(&richter(&repository, &["assess", "HEAD", "--explain"])));

    repository.write(".richter/model.toml", &MODEL.replace("all_added", "all_aded"));
    repository.commit("Break the model");
    repository.write("src/price.rs", "pub fn net(gross: u64) -> u64 {\n    gross / 3\n}\n");
    repository.commit("A third");
    let broken = Command::new(env!("CARGO_BIN_EXE_richter"))
        .current_dir(repository.path())
        .args(["assess", "HEAD"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert_eq!(broken.status.code(), Some(2));
    assert!(error.contains(".richter/model.toml") && error.contains("all_aded"), "{error}");
}

/// A history in which every third change is repaired by the next.
fn history(repository: &Repository, from: u32, to: u32) {
    for at in from..to {
        let day = 1_600_000_000 + i64::from(at) * 86_400;
        let fix = at % 3 == 1;
        repository.write("src/price.rs", &format!("fn price() -> u32 {{\n    {at}\n}}\n"));
        repository.write(&format!("src/part{}.rs", at % 5), &format!("fn part() -> u32 {{\n    {}\n}}\n", at * 2));
        let message = if fix { "fix: the price was wrong" } else { "Change the price" };
        repository.commit_by(
            if at % 2 == 0 { "Ann <ann@shop.example>" } else { "Bob <bob@shop.example>" },
            day,
            message,
        );
    }
}

#[test]
fn what_comes_later_changes_no_number_of_what_came_before() {
    let repository = Repository::sample();
    history(&repository, 0, 12);
    repository.write("commits.csv", &String::from_utf8(repository.git(&["rev-list", "HEAD"])).unwrap());
    let features = || text(&richter(&repository, &["corpus", "features", "--commits", "commits.csv"]));
    let before = features();
    assert!(before.lines().count() > 12, "{before}");
    history(&repository, 12, 30);
    assert_eq!(before, features());
}

#[test]
fn a_page_of_a_repository_stands_alone_and_a_screen_answers() {
    let repository = Repository::sample();
    history(&repository, 0, 24);
    let link = "https://forge.example/shop/commit/{sha}";
    let more = ["--repo", ".", "--wait-days", "5", "--link", link, "--out", "page.html"];
    richter(&repository, &[&["corpus", "report"], &more[..]].concat());
    let page = fs::read_to_string(repository.path().join("page.html")).unwrap();
    assert_eq!(page.matches("<svg").count(), 4);
    assert!(page.contains("<a href=\"https:&#x2f;&#x2f;forge.example&#x2f;shop&#x2f;commit"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src=\"http"));
    let screen = text(&richter(&repository, &["corpus", "run", "--repo", ".", "--wait-days", "5"]));
    assert!(screen.contains("changes a week would ask for a senior") && screen.lines().count() <= 24, "{screen}");
}
