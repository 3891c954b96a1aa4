//! The cache on disk may be missing, damaged, shared or cut off in the middle of a write: the answer never changes. Each
//! test asks with a cache in some state and compares with the answer that needs none.

use crate::repository::Repository;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Enough files that the cache is asked at all.
const FILES: usize = 40;

fn shop() -> Repository {
    let repository = Repository::new();
    for at in 0..FILES {
        let before = at.saturating_sub(1);
        let text = format!("from m{before} import f{before}\n\n\ndef f{at}(n):\n    return f{before}(n) + {at}\n");
        repository.write(&format!("m{at}.py"), &text);
    }
    repository.commit("Begin");
    repository.write("m3.py", "from m2 import f2\n\n\ndef f3(n, rate):\n    return f2(n) * rate\n");
    repository.commit("Take a rate");
    repository
}

fn start(repository: &Repository, cache: &Path, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_richter"))
        .args(["assess", "--format", "json"])
        .args(more)
        .current_dir(repository.path())
        .env("RICHTER_CACHE_DIR", cache)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn answer(child: Child) -> String {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn ask(repository: &Repository, cache: &Path) -> String {
    answer(start(repository, cache, &[]))
}

fn without(repository: &Repository, cache: &Path) -> String {
    answer(start(repository, cache, &["--no-cache"]))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[test]
fn a_warm_run_gives_the_bytes_of_a_cold_one_and_of_one_without_a_cache() {
    let (repository, folder) = (shop(), tempfile::tempdir().unwrap());
    let cache = folder.path().join("cache");
    let plain = without(&repository, &cache);
    assert!(!cache.exists(), "--no-cache must not write");
    assert_eq!(ask(&repository, &cache), plain);
    let written = files(&cache);
    assert!(!written.is_empty() && fs::metadata(&written[0]).unwrap().len() > 1_000);
    let bytes = fs::read(&written[0]).unwrap();
    assert_eq!(ask(&repository, &cache), plain);
    assert!(fs::read(&written[0]).unwrap() == bytes, "a run that finds everything writes nothing");
}

#[test]
fn a_damaged_cache_is_no_worse_than_none() {
    let (repository, folder) = (shop(), tempfile::tempdir().unwrap());
    let cache = folder.path().join("cache");
    let plain = ask(&repository, &cache);
    let file = files(&cache).remove(0);
    let whole = fs::read(&file).unwrap();
    let scribbled = whole.iter().enumerate().map(|(at, byte)| if at % 501 == 77 { byte ^ 0x33 } else { *byte });
    for damaged in [whole[..whole.len() / 2].to_vec(), b"garbage".to_vec(), Vec::new(), scribbled.collect()] {
        fs::write(&file, damaged).unwrap();
        assert_eq!(ask(&repository, &cache), plain);
        assert_eq!(ask(&repository, &cache), plain);
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_done_without() {
    let (repository, folder) = (shop(), tempfile::tempdir().unwrap());
    let blocked = folder.path().join("a-file");
    fs::write(&blocked, "not a folder").unwrap();
    let plain = without(&repository, &blocked);
    assert_eq!(ask(&repository, &blocked), plain);
    assert_eq!(ask(&repository, &blocked.join("below")), plain);
    let cache = folder.path().join("cache");
    fs::create_dir_all(cache.join("answers.redb")).unwrap();
    assert_eq!(ask(&repository, &cache), plain);
}

#[test]
fn runs_that_share_a_cache_do_not_disturb_each_other() {
    let (repository, folder) = (shop(), tempfile::tempdir().unwrap());
    let plain = without(&repository, folder.path());
    for _ in 0..2 {
        let all: Vec<Child> = (0..4).map(|_| start(&repository, folder.path(), &[])).collect();
        all.into_iter().for_each(|child| assert_eq!(answer(child), plain));
    }
}

#[test]
fn a_run_that_is_killed_leaves_a_cache_that_can_be_used() {
    let (repository, folder) = (shop(), tempfile::tempdir().unwrap());
    let plain = without(&repository, folder.path());
    for pause in [0, 10, 20, 30, 40, 60] {
        let cache = folder.path().join(pause.to_string());
        let mut child = start(&repository, &cache, &[]);
        std::thread::sleep(Duration::from_millis(pause));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(ask(&repository, &cache), plain, "killed after {pause} ms");
        assert_eq!(ask(&repository, &cache), plain, "killed after {pause} ms, third run");
    }
}
