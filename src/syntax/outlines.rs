//! The memory of outlines already made, so that what two snapshots or two requests of a batch share is parsed once, and the
//! trees of the latest texts, so that the next text is read from the one before. What is kept never changes what comes out,
//! only how fast.

use super::outline::{Known, Tree, outline_to};
use super::reading::Depth;
use super::splice::Edit;
use super::{Languages, Outline};
use crate::cache::Cache;
use crate::input::{Hunk, Oid};
use crate::limits;
use crate::location::{RepoPath, Side};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Outlines by content and language, bounded by the bytes of source they came from. Safe to share between threads.
#[derive(Debug, Default)]
pub struct Outlines {
    shards: [Mutex<Shard>; SHARDS],
    trees: Mutex<Trees>,
    /// Beyond this process, for those who boil outlines down to something small enough to be kept.
    cache: Arc<Cache>,
}

/// A text, as a caller knows it: `oid` names its bytes if it is known.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    pub path: &'a RepoPath,
    pub oid: Option<Oid>,
    pub bytes: &'a [u8],
}

/// The text on the other side of a change, and the hunks of the change.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    pub text: Text<'a>,
    pub side: Side,
    pub hunks: &'a [Hunk],
}

const SHARDS: usize = 16;

/// Content (its id or hash) and language.
type Key = ([u8; 32], Option<String>);

#[derive(Debug, Default)]
struct Shard {
    known: FxHashMap<Key, Arc<Outline>>,
    bytes: usize,
}

/// The latest trees in two generations: when the younger one is full, the older one goes.
#[derive(Debug, Default)]
struct Trees {
    young: FxHashMap<Key, Arc<Tree>>,
    old: FxHashMap<Key, Arc<Tree>>,
    bytes: usize,
}

impl Other<'_> {
    /// What makes `text` of this text: where a change turns one into the other, its hunks say it both ways.
    fn edits(&self, text: &[u8]) -> Option<Vec<Edit>> {
        match self.side {
            Side::Old => edits(self.text.bytes, text, self.hunks),
            Side::New => {
                let edits = edits(text, self.text.bytes, self.hunks)?;
                Some(edits.into_iter().map(|edit| Edit { old: edit.new, new: edit.old }).collect())
            }
        }
    }
}

impl Outlines {
    pub fn with_cache(cache: Arc<Cache>) -> Self {
        Self { cache, ..Self::default() }
    }

    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// What facts compare of a text. `other` is the text on the other side of a change: then only what differs is read,
    /// if that text was asked for not long ago.
    pub fn of(&self, text: Text<'_>, other: Option<Other<'_>>) -> Arc<Outline> {
        let key = key(text);
        let shard = &self.shards[usize::from(key.0[0]) % SHARDS];
        if let Some(known) = lock(shard).known.get(&key) {
            return known.clone();
        }
        let tree = other.and_then(|other| self.trees().get(&self::key(other.text)));
        let edits = other.filter(|_| tree.is_some()).and_then(|other| other.edits(text.bytes));
        let known = tree.as_deref().zip(edits.as_deref()).map(|(tree, edits)| Known::Before(tree, edits));
        let (made, tree) = outline_to(Depth::Facts, text.path, text.bytes, known);
        let made = Arc::new(made);
        if let Some(tree) = tree.filter(Tree::plain) {
            self.trees().keep(key.clone(), Arc::new(tree), text.bytes.len());
        }
        let mut shard = lock(shard);
        if shard.bytes + text.bytes.len() > limits::OUTLINES_BYTES_MAX / SHARDS {
            *shard = Shard::default();
        }
        shard.bytes += text.bytes.len();
        shard.known.entry(key).or_insert(made).clone()
    }

    /// What the graph keeps of a text, read from the tree that facts were read from if that is still here.
    pub fn graph_of(&self, text: Text<'_>) -> Outline {
        let tree = self.trees().get(&key(text));
        outline_to(Depth::Graph, text.path, text.bytes, tree.as_deref().map(Known::Same)).0
    }

    fn trees(&self) -> MutexGuard<'_, Trees> {
        lock(&self.trees)
    }
}

impl Trees {
    fn get(&self, key: &Key) -> Option<Arc<Tree>> {
        self.young.get(key).or_else(|| self.old.get(key)).cloned()
    }

    fn keep(&mut self, key: Key, tree: Arc<Tree>, bytes: usize) {
        if self.bytes + bytes > limits::TREES_BYTES_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.young.insert(key, tree);
    }
}

/// A panic while the lock was held leaves a map that is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(text: Text<'_>) -> Key {
    let mut key = [0; 32];
    match text.oid {
        Some(oid) if !oid.is_null() => key[..oid.as_bytes().len()].copy_from_slice(oid.as_bytes()),
        _ => key = *blake3::hash(text.bytes).as_bytes(),
    }
    (key, Languages::get().detect(text.path, text.bytes).map(|language| language.name.clone()))
}

/// The hunks as bytes; none if there is more between the texts than they say.
fn edits(old: &[u8], new: &[u8], hunks: &[Hunk]) -> Option<Vec<Edit>> {
    let (old_lines, new_lines) = (line_starts(old), line_starts(new));
    let mut edits = Vec::with_capacity(hunks.len());
    let mut at = (0, 0);
    for hunk in hunks {
        let edit = Edit {
            old: bytes(&old_lines, old.len(), hunk.old_start, hunk.old_lines)?,
            new: bytes(&new_lines, new.len(), hunk.new_start, hunk.new_lines)?,
        };
        if old.get(at.0..edit.old.start as usize)? != new.get(at.1..edit.new.start as usize)? {
            return None;
        }
        at = (edit.old.end as usize, edit.new.end as usize);
        edits.push(edit);
    }
    (old.get(at.0..)? == new.get(at.1..)?).then_some(edits)
}

fn line_starts(text: &[u8]) -> Vec<u32> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1)).collect()
}

/// The bytes of `lines` lines from line `start` on; of none, the place after that line.
fn bytes(starts: &[u32], len: usize, start: u32, lines: u32) -> Option<Range<u32>> {
    let first = if lines == 0 { start } else { start.checked_sub(1)? };
    let at = |line: u32| starts.get(line as usize).copied().unwrap_or(len as u32);
    Some(at(first)..at(first.checked_add(lines)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::changed_lines;
    use std::path::Path;

    /// Random numbers without a seed from outside: the same edits in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % sides.max(1)
        }
    }

    /// A text with a line doubled, taken out, swapped with the next, or with one of another place put in.
    fn edited(text: &[u8], dice: &mut Dice) -> Vec<u8> {
        let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        for _ in 0..=dice.roll(3) {
            let at = dice.roll(lines.len());
            let other = lines.get(dice.roll(lines.len())).copied().unwrap_or_default();
            match dice.roll(4) {
                0 => lines.insert(at, other),
                1 => drop((!lines.is_empty()).then(|| lines.remove(at))),
                2 if at + 1 < lines.len() => lines.swap(at, at + 1),
                _ => lines.insert(at, lines.get(at).copied().unwrap_or_default()),
            }
        }
        lines.concat()
    }

    /// Reads a text whole and, if there is one, from a tree of another: the tree, and whether it was read from the other.
    fn both_ways(path: &RepoPath, text: &[u8], known: Option<(&Tree, &[Edit])>) -> Option<(Tree, bool)> {
        let whole = outline_to(Depth::Facts, path, text, None).1?;
        let Some((tree, edits)) = known else { return Some((whole, false)) };
        let read = outline_to(Depth::Facts, path, text, Some(Known::Before(tree, edits))).1?;
        assert_eq!(read.plain(), whole.plain(), "{path:?}: {}", String::from_utf8_lossy(text));
        assert!(read.is_the_same_as(&whole), "{path:?}: {}", String::from_utf8_lossy(text));
        Some((whole, read.was_spliced()))
    }

    /// Reads each text of a chain from the one before; returns how many of them were, out of how many.
    fn chain(path: &str, texts: impl IntoIterator<Item = Vec<u8>>) -> [usize; 2] {
        let path: RepoPath = path.into();
        let mut last: Option<(Tree, Vec<u8>)> = None;
        let mut count = [0, 0];
        for text in texts {
            let hunks = last.as_ref().map(|(_, old)| changed_lines(old, &text));
            let edits = last.as_ref().zip(hunks).map(|((_, old), hunks)| edits(old, &text, &hunks).expect("all said"));
            let known = last.as_ref().zip(edits.as_deref()).map(|((tree, _), edits)| (tree, edits));
            let Some((tree, spliced)) = both_ways(&path, &text, known) else { continue };
            count = [count[0] + usize::from(spliced), count[1] + usize::from(known.is_some())];
            // nothing is read on from a text that the parser did not see as it is
            if tree.plain() {
                last = Some((tree, text));
            }
        }
        count
    }

    /// A text, and twelve more, each edited from the one before.
    fn edits_of<'a>(text: &[u8], dice: &'a mut Dice) -> impl Iterator<Item = Vec<u8>> + use<'a> {
        std::iter::successors(Some(text.to_vec()), move |text| Some(edited(text, dice))).take(13)
    }

    /// Real texts, both ways through their history: `RICHTER_TEST_VERSIONS` names a folder of folders, each with the
    /// versions of one file in the order of their names.
    #[test]
    fn versions_of_a_file_are_read_from_each_other() {
        let Some(root) = std::env::var_os("RICHTER_TEST_VERSIONS") else { return };
        let below = |folder: &Path| {
            let entries = std::fs::read_dir(folder).expect("a folder that can be read").flatten();
            let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
            paths.sort();
            paths
        };
        let mut count = [0, 0];
        for folder in below(Path::new(&root)) {
            let files = below(&folder);
            let name = files[0].file_name().expect("a name").to_string_lossy();
            let texts: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).expect("a file")).collect();
            let there = chain(&name, texts.clone());
            let back = chain(&name, texts.into_iter().rev());
            count = [count[0] + there[0] + back[0], count[1] + there[1] + back[1]];
        }
        assert!(count[0] > count[1] / 4, "only {} of {} texts were read from another", count[0], count[1]);
    }

    #[test]
    fn a_text_read_from_the_one_before_is_the_text_read_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut dice = Dice(7);
        let mut spliced = 0;
        for file in ["src/facts/mod.rs", "src/history/mod.rs", "src/syntax/outlines.rs"] {
            let text = std::fs::read(root.join(file)).expect("a file of this repository");
            spliced += (0..4).map(|_| chain(file, edits_of(&text, &mut dice))[0]).sum::<usize>();
        }
        for (path, text) in samples() {
            spliced += (0..6).map(|_| chain(path, edits_of(text.as_bytes(), &mut dice))[0]).sum::<usize>();
        }
        assert!(spliced > 200, "only {spliced} texts were read from the one before");
    }

    /// Long lists in languages whose lists differ: by lines, by braces, by separators, by indentation.
    fn samples() -> Vec<(&'static str, String)> {
        let many = |part: &dyn Fn(usize) -> String| (0..40).map(part).collect::<String>();
        vec![
            (
                "a.py",
                many(&|n| {
                    format!(
                        "def f{n}(a, b=None):\n    # why {n}\n    if a:\n        return b\n    x = [a]\n    return x\n\n\n"
                    )
                }),
            ),
            (
                "b.py",
                format!(
                    "class A:\n    \"\"\"All.\"\"\"\n{}",
                    many(&|n| format!(
                        "    @property\n    def f{n}(self):\n        try:\n            return self.a\n        except E:\n            pass\n\n"
                    ))
                ),
            ),
            (
                "A.java",
                format!(
                    "package a;\n\n/** All. */\npublic class A extends B {{\n{}}}\n",
                    many(&|n| format!(
                        "  // of {n}\n  @Override\n  public int f{n}(int a) throws E {{\n    if (a > {n}) {{ return 0; }}\n    return a;\n  }}\n\n"
                    ))
                ),
            ),
            (
                "a.go",
                format!(
                    "package a\n\nimport \"b\"\n\n{}",
                    many(&|n| format!(
                        "// F{n} does.\nfunc F{n}(a int) (int, error) {{\n\tif a > {n} {{\n\t\treturn 0, nil\n\t}}\n\treturn a, nil\n}}\n\n"
                    ))
                ),
            ),
            (
                "a.ts",
                format!(
                    "import {{ b }} from './b'\n{}",
                    many(&|n| format!(
                        "export function f{n}(a: number): number {{\n  return a ?? {n}\n}}\nconst c{n} = f{n}(1)\n"
                    ))
                ),
            ),
            (
                "b.js",
                format!(
                    "module.exports = {{\n{}}}\n",
                    many(&|n| format!("  key{n}: {{ a: {n}, b: [1, 2, 3] }},\n  other{n}: 'x',\n"))
                ),
            ),
            (
                "a.c",
                format!(
                    "#include <a.h>\n{}",
                    many(&|n| format!(
                        "static int f{n}(int a)\n{{\n\tif (a > {n})\n\t\treturn 0;\n\treturn a;\n}}\n\n"
                    ))
                ),
            ),
            (
                "a.cpp",
                format!(
                    "namespace a {{\nclass A {{\npublic:\n{}}};\n}}\n",
                    many(&|n| format!("  int f{n}(int a) const {{ return a > {n} ? 0 : a; }}\n  int m{n}_ = 0;\n"))
                ),
            ),
            (
                "a.rb",
                format!(
                    "class A\n{}end\n",
                    many(&|n| format!("  def f{n}(a)\n    return 0 if a > {n}\n    a\n  end\n\n"))
                ),
            ),
            (
                "a.php",
                format!(
                    "<?php\nclass A {{\n{}}}\n",
                    many(&|n| format!("  public function f{n}($a) {{\n    return $a > {n} ? 0 : $a;\n  }}\n\n"))
                ),
            ),
            ("a.yaml", many(&|n| format!("key{n}:\n  name: a{n}\n  list:\n    - 1\n    - 2\n"))),
            (
                "a.json",
                format!(
                    "{{\n{}  \"last\": 1\n}}\n",
                    many(&|n| format!("  \"key{n}\": [1, 2, {{ \"a\": {n} }}],\n  \"other{n}\": \"x\",\n"))
                ),
            ),
            ("a.kt", many(&|n| format!("fun f{n}(a: Int): Int {{\n  if (a > {n}) return 0\n  return a\n}}\n\n"))),
            (
                "a.cs",
                format!(
                    "namespace A {{\nclass B {{\n{}}}\n}}\n",
                    many(&|n| format!("  public int F{n}(int a) {{\n    return a > {n} ? 0 : a;\n  }}\n\n"))
                ),
            ),
            ("a.sh", many(&|n| format!("f{n}() {{\n  if [ \"$1\" = {n} ]; then\n    echo no\n  fi\n}}\n\n"))),
            ("a.toml", many(&|n| format!("[table{n}]\na = {n}\nb = [\"x\", \"y\"]\n"))),
            (
                "a.sql",
                many(&|n| {
                    format!("CREATE TABLE t{n} (id INT PRIMARY KEY, name TEXT);\nDELETE FROM t{n} WHERE id = {n};\n")
                }),
            ),
        ]
    }
}
