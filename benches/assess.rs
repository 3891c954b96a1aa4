//! How long one assessment takes, beside references in the same run: reading the lines of the change alone, and parsing
//! every file of the repository alone. The repository is made up in memory, in three sizes, so that the cost against
//! its size shows. Run with `cargo bench`; figures are for comparing rows, not for comparing machines.

use divan::{Bencher, black_box};
use richter::assess::{Deciding, Options, Session, assess};
use richter::input::{ChangeSet, Input, Snapshot, changed_lines};
use richter::syntax::outline;

fn main() {
    divan::main();
}

/// Python modules, each of which imports and calls the one before it; every tenth is a checkout page.
fn module(n: usize) -> (String, String) {
    let folder = if n.is_multiple_of(10) { "checkout" } else { "lib" };
    let before = n.saturating_sub(1);
    let from = if before.is_multiple_of(10) { "checkout" } else { "lib" };
    let mut text = format!("from {from}.module_{before} import total_{before}\n\n\n");
    text.push_str(&format!("def total_{n}(lines, rate):\n    \"\"\"Sum of the lines.\"\"\"\n"));
    for step in 0..40 {
        text.push_str(&format!("    if lines[{step}].price > rate:\n        rate = total_{before}(lines, rate)\n"));
    }
    text.push_str("    return rate\n");
    (format!("{folder}/module_{n}.py"), text)
}

fn repository(files: usize) -> Input {
    let tree: Vec<(String, String)> = (0..files).map(module).collect();
    let base = Snapshot::in_memory(tree.iter().map(|(path, text)| (path, text)));
    let (path, old) = tree[files / 2].clone();
    let new = old.replace("> rate", ">= rate");
    let change = ChangeSet::in_memory([(path.clone(), Some(old), Some(new.clone()))]);
    let changed = tree.iter().map(|(known, text)| (known, if *known == path { &new } else { text }));
    let head = Snapshot::in_memory(changed);
    Input { change, deciding: base.clone(), base, head, repository: None }
}

fn judge(input: &Input, session: &Session) -> u8 {
    let options = Options::default();
    let deciding = Deciding::read(&input.deciding, None, &options, session).expect("the built-in data loads");
    assess(input, &deciding, &options, session).assessment.score
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 5)]
fn cold(bencher: Bencher, files: usize) {
    let input = repository(files);
    bencher.bench(|| judge(black_box(&input), &Session::default()));
}

#[divan::bench(args = [100, 1_000, 10_000], sample_count = 20)]
fn with_a_used_session(bencher: Bencher, files: usize) {
    let (input, session) = (repository(files), Session::default());
    judge(&input, &session);
    bencher.bench(|| judge(black_box(&input), &session));
}

#[divan::bench(args = [100, 1_000])]
fn reference_parsing_every_file(bencher: Bencher, files: usize) {
    let input = repository(files);
    let all: Vec<_> = input.base.entries().iter().map(|entry| (entry.path.clone(), input.base.blob(entry))).collect();
    bencher.bench(|| {
        let outlines = all.iter().filter_map(|(path, blob)| Some(outline(path, blob.as_ref().ok()?)));
        outlines.map(|outline| outline.entities.len()).sum::<usize>()
    });
}

#[divan::bench(args = [100, 1_000])]
fn reference_lines_of_the_change(bencher: Bencher, files: usize) {
    let (_, old) = module(files / 2);
    let new = old.replace("> rate", ">= rate");
    bencher.bench(|| changed_lines(black_box(old.as_bytes()), black_box(new.as_bytes())).len());
}
