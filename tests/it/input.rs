//! Reading changes, held against git itself: file lists, statuses and line counts of generated commits, of the index, of
//! the work tree and of every form of patch equal what git prints. And input that means harm: names, trees, objects and
//! refs that must end in a clear error or a gap. Git runs here, in tests, only.

use richter::gap::{GapKind, GapScope};
use richter::input::{Content, FileStatus, Input, InputError, Request, Source, read};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A repository in a folder that goes away.
struct Repo {
    dir: TempDir,
}

impl Repo {
    fn new() -> Self {
        let repo = Self { dir: TempDir::new().unwrap() };
        repo.git(&["init", "-q", "-b", "main", "."]);
        repo
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn git(&self, args: &[&str]) -> Vec<u8> {
        self.git_with(args, b"")
    }

    fn git_with(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        git_in(self.path(), args, input)
    }

    fn text(&self, args: &[&str]) -> String {
        String::from_utf8_lossy(&self.git(args)).trim().to_owned()
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.text(&["rev-parse", "HEAD"])
    }

    fn read(&self, source: Source) -> Result<Input, InputError> {
        read(&Request { source, directory: self.path().into(), directory_given: true, paths: Vec::new() })
    }

    fn revision(&self, revision: &str) -> Result<Input, InputError> {
        self.read(Source::Revision(Some(revision.to_owned())))
    }
}

fn git_in(directory: &Path, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "core.autocrlf=false", "-c", "protocol.file.allow=always"])
        .args(args)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")])
        .envs([("GIT_AUTHOR_DATE", "1700000000 +0100"), ("GIT_COMMITTER_DATE", "1700000000 +0100")])
        .envs([("GIT_NO_REPLACE_OBJECTS", "1")])
        .env_remove("GIT_DIR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// (status letter, old path of a rename, lines added, lines deleted, binary) by path.
type Rows = BTreeMap<Vec<u8>, (char, Option<Vec<u8>>, u32, u32, bool)>;

/// What git says about a diff, from `--raw` and `--numstat`.
fn rows_of_git(repo: &Repo, diff: &[&str]) -> Rows {
    let run = |format: &str| repo.git(&[&diff[..1], &["-M", "-l1000", "-z", format], &diff[1..]].concat());
    let mut rows = Rows::new();
    let raw = run("--raw");
    let mut fields = raw.split(|byte| *byte == 0).filter(|field| field.starts_with(b":") || !field.is_empty());
    while let Some(header) = fields.next() {
        let Some(letter) = header.rsplit(|byte| *byte == b' ').next().filter(|_| header.starts_with(b":")) else {
            continue;
        };
        let first = fields.next().unwrap().to_vec();
        let letter = char::from(letter[0]);
        let (old, path) = if letter == 'R' { (Some(first), fields.next().unwrap().to_vec()) } else { (None, first) };
        rows.insert(path, (letter, old, 0, 0, false));
    }
    let counts = run("--numstat");
    let mut fields = counts.split(|byte| *byte == 0);
    while let Some(line) = fields.next().filter(|line| !line.is_empty()) {
        let mut parts = line.splitn(3, |byte| *byte == b'\t');
        let mut number = || std::str::from_utf8(parts.next().unwrap()).unwrap().parse::<u32>().ok();
        let (added, deleted) = (number(), number());
        let path = parts.next().unwrap();
        let path = if path.is_empty() { fields.nth(1).unwrap() } else { path };
        if let Some(row) = rows.get_mut(path) {
            (row.2, row.3, row.4) = (added.unwrap_or(0), deleted.unwrap_or(0), added.is_none());
        }
    }
    rows
}

fn rows_of(input: &Input) -> Rows {
    let letter = |status| match status {
        FileStatus::Added => 'A',
        FileStatus::Deleted => 'D',
        FileStatus::Modified => 'M',
        FileStatus::Renamed => 'R',
        FileStatus::Copied => 'C',
        FileStatus::TypeChanged => 'T',
    };
    let row = |file: &richter::input::FileChange| {
        let old = file.old_path.as_ref().map(|path| path.as_bytes().to_vec());
        let counts = (letter(file.status), old, file.lines_added, file.lines_deleted, file.binary);
        (file.path.as_bytes().to_vec(), counts)
    };
    input.change.files.iter().map(row).collect()
}

fn shown(rows: &Rows) -> String {
    let mut out = String::new();
    for (path, row) in rows {
        let old = row.1.as_deref().map(String::from_utf8_lossy);
        let _ = writeln!(out, "{} {} {old:?} +{} -{} {}", String::from_utf8_lossy(path), row.0, row.2, row.3, row.4);
    }
    out
}

fn numbered(range: std::ops::Range<u32>) -> String {
    range.map(|n| format!("line number {n}\n")).collect()
}

/// Nine commits with one or more of everything that a diff can hold; their ids, oldest first.
fn eventful(repo: &Repo) -> Vec<String> {
    let mut commits = Vec::new();
    repo.write("src/a.rs", numbered(0..60));
    repo.write("src/b.rs", numbered(100..160));
    repo.write("crlf.txt", "one\r\ntwo\r\nthree\r\n");
    repo.write("open.txt", "no line ending");
    repo.write("image.png", b"\x89PNG\0\0\0");
    repo.write("empty", "");
    repo.write("with \"quote\" and\ttab.txt", "x\n");
    repo.write("b/b b/x y.txt", "x\n");
    std::os::unix::fs::symlink("src/a.rs", repo.path().join("link")).unwrap();
    commits.push(repo.commit("start"));
    repo.write("src/a.rs", numbered(0..60).replace("number 7\n", "number seven\n") + "more\n");
    repo.write("crlf.txt", "one\ntwo\r\nthree\r\nfour\r\n");
    repo.write("open.txt", "no line ending\nnow with one\n");
    commits.push(repo.commit("edits"));
    fs::create_dir_all(repo.path().join("lib")).unwrap();
    repo.git(&["mv", "src/a.rs", "lib/a.rs"]);
    repo.git(&["mv", "src/b.rs", "lib/other.rs"]);
    repo.write("lib/other.rs", numbered(110..170));
    repo.git(&["mv", "empty", "still empty"]);
    commits.push(repo.commit("renames"));
    repo.git(&["update-index", "--chmod=+x", "lib/a.rs"]);
    repo.git(&["commit", "-q", "-m", "mode"]);
    repo.git(&["checkout", "-q", "--", "."]);
    commits.push(repo.text(&["rev-parse", "HEAD"]));
    fs::remove_file(repo.path().join("link")).unwrap();
    std::os::unix::fs::symlink("lib/a.rs", repo.path().join("link")).unwrap();
    repo.write("image.png", b"\x89PNG\0\0\x01");
    repo.write("tool.bin", b"\0\x01\x02");
    commits.push(repo.commit("link and binaries"));
    fs::remove_file(repo.path().join("link")).unwrap();
    repo.write("link", "now a file\n");
    repo.write("with \"quote\" and\ttab.txt", "y\n");
    repo.write("b/b b/x y.txt", "y\nz\n");
    repo.write("caf\u{e9}/\u{fc}.txt", "u\n");
    commits.push(repo.commit("type and names"));
    fs::remove_file(repo.path().join("crlf.txt")).unwrap();
    repo.write("crlf.txt/inside", "a folder now\n");
    repo.write("open.txt", "no line ending\nnow with none");
    commits.push(repo.commit("file to folder"));
    let module = format!("160000,{},module", commits[0]);
    repo.git(&["update-index", "--add", "--cacheinfo", &module]);
    repo.git(&["commit", "-q", "-m", "module"]);
    commits.push(repo.text(&["rev-parse", "HEAD"]));
    let module = format!("160000,{},module", commits[1]);
    repo.git(&["update-index", "--add", "--cacheinfo", &module]);
    let odd = repo.git_with(&["hash-object", "-w", "--stdin"], b"odd\n");
    let odd = String::from_utf8(odd).unwrap();
    let entry = [b"100644 ", odd.trim().as_bytes(), b"\t", b"bytes-\xff\xfe.txt\n"].concat();
    repo.git_with(&["update-index", "--add", "--index-info"], &entry);
    repo.git(&["commit", "-q", "-m", "module moves, odd name"]);
    commits.push(repo.text(&["rev-parse", "HEAD"]));
    commits
}

#[test]
fn commits_read_as_git_lists_and_counts_them() {
    let repo = Repo::new();
    let commits = eventful(&repo);
    for pair in commits.windows(2) {
        let ours = repo.revision(&pair[1]).unwrap();
        let theirs = rows_of_git(&repo, &["diff-tree", "-r", &pair[0], &pair[1]]);
        assert_eq!(shown(&rows_of(&ours)), shown(&theirs), "{}", repo.text(&["log", "-1", "--format=%s", &pair[1]]));
        assert_eq!(ours.change.commit.unwrap().to_string(), pair[1]);
        assert_eq!(ours.change.target.unwrap().to_string(), pair[0]);
        assert_eq!(ours.change.commits.len(), 1);
    }
    let whole = repo.revision(&format!("{}..main", commits[0])).unwrap();
    let theirs = rows_of_git(&repo, &["diff-tree", "-r", &commits[0], "main"]);
    assert_eq!(shown(&rows_of(&whole)), shown(&theirs));
    assert_eq!(whole.change.commits.len(), commits.len() - 1);
    assert!(whole.change.commits[0].message.raw().starts_with("edits"), "oldest first");
    let root = repo.revision(&commits[0]).unwrap();
    assert!(root.change.base.is_none() && root.change.files.iter().all(|file| file.status == FileStatus::Added));
}

#[test]
fn whole_trees_are_listed_as_git_lists_them() {
    let repo = Repo::new();
    let commits = eventful(&repo);
    let input = repo.revision("HEAD").unwrap();
    let listed = repo.git(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]);
    let mut theirs: Vec<&[u8]> = listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()).collect();
    theirs.sort_unstable();
    let ours: Vec<&[u8]> = input.head.entries().iter().map(|entry| entry.path.as_bytes()).collect();
    assert_eq!(ours, theirs);
    let text = input.head.read(&"lib/a.rs".into()).unwrap().unwrap();
    assert_eq!(&text[..], &repo.git(&["show", "HEAD:lib/a.rs"])[..]);
    assert_eq!(input.deciding.entries(), input.base.entries());
    assert_eq!(input.base.entries().len(), repo.revision(&commits[7]).unwrap().head.entries().len());
}

/// Forms in which the same change can come as text.
const PATCH_FORMS: [&[&str]; 7] = [
    &["diff", "-M"],
    &["diff", "-M", "--binary", "--full-index"],
    &["diff", "-M", "--no-prefix"],
    &["-c", "diff.mnemonicPrefix=true", "diff", "-M"],
    &["-c", "core.quotePath=false", "diff", "-M"],
    &["diff", "-M", "-U0"],
    &["diff", "-M", "-U100", "--no-color"],
];

#[test]
fn patches_read_as_the_commits_they_show() {
    let repo = Repo::new();
    let commits = eventful(&repo);
    let outside = TempDir::new().unwrap();
    for pair in commits.windows(2) {
        let theirs = shown(&rows_of_git(&repo, &["diff-tree", "-r", &pair[0], &pair[1]]));
        repo.git(&["update-ref", "--no-deref", "HEAD", &pair[0]]);
        for form in PATCH_FORMS {
            let patch = repo.git(&[form, &[&pair[0], &pair[1]]].concat());
            let what = format!("{form:?} of {}", repo.text(&["log", "-1", "--format=%s", &pair[1]]));
            let request = |directory: &Path, given| Request {
                source: Source::Patch(patch.clone().into()),
                directory: directory.into(),
                directory_given: given,
                paths: Vec::new(),
            };
            let bare = read(&request(outside.path(), false)).unwrap();
            assert_eq!(shown(&rows_of(&bare)), theirs, "{what}");
            assert!(bare.change.target.is_none() && bare.change.as_of.is_none());
            let inside = read(&request(repo.path(), true)).unwrap();
            assert_eq!(shown(&rows_of(&inside)), theirs, "{what}");
            same_texts(&inside, &repo.revision(&pair[1]).unwrap(), &what);
        }
    }
}

/// Inside the repository, a patch's files are whole and equal those of the commit; hunks lie where git's lie.
fn same_texts(patched: &Input, committed: &Input, what: &str) {
    for (a, b) in patched.change.files.iter().zip(&committed.change.files) {
        let text =
            |side: &Option<richter::input::FileSide>| side.as_ref().and_then(|side| side.content.text().cloned());
        if !a.binary {
            assert_eq!(text(&a.old), text(&b.old), "{what}: old {:?}", a.path);
            assert_eq!(text(&a.new), text(&b.new), "{what}: new {:?}", a.path);
            assert!(!matches!(a.new.as_ref().map(|side| &side.content), Some(Content::Partial(_))), "{what}");
        }
    }
}

#[test]
fn mails_and_logs_tell_of_their_commits() {
    let repo = Repo::new();
    repo.write("a", numbered(0..9));
    repo.commit("start");
    repo.write("a", numbered(0..10));
    repo.commit("Count to ten\n\nWhy not.\n\nCo-authored-by: Bob <bob@example.org>");
    for args in [&["format-patch", "-1", "--stdout"][..], &["show"], &["log", "-1", "-p"]] {
        let input = repo.read(Source::Patch(repo.git(args).into())).unwrap();
        let [commit] = &input.change.commits[..] else { panic!("{args:?}: {:?}", input.change.commits) };
        assert!(commit.oid.is_null());
        assert_eq!((commit.author.name.raw(), commit.author.email.raw()), ("Ann", "ann@example.org"));
        assert_eq!(commit.author_time, 1_700_000_000, "{args:?}");
        let message = commit.message.raw();
        assert!(message.starts_with("Count to ten\n\nWhy not."), "{args:?}: {message:?}");
        assert!(message.ends_with("Co-authored-by: Bob <bob@example.org>"), "{args:?}: {message:?}");
        assert_eq!(input.change.files.len(), 1);
    }
}

#[test]
fn a_patch_that_went_through_a_converter_of_line_endings_reads_the_same() {
    let repo = Repo::new();
    let commits = eventful(&repo);
    let patch = repo.text(&["diff", "-M", &commits[1], &commits[2]]) + "\n";
    let plain = repo.read(Source::Patch(patch.clone().into_bytes().into())).unwrap();
    let converted = repo.read(Source::Patch(patch.replace('\n', "\r\n").into_bytes().into())).unwrap();
    assert_eq!(shown(&rows_of(&plain)), shown(&rows_of(&converted)));
    assert!(converted.change.gaps.iter().all(|gap| gap.kind != GapKind::PatchUnreadable));
}

#[test]
fn what_a_patch_garbles_is_a_gap_of_its_file() {
    let outside = TempDir::new().unwrap();
    let read_text = |text: &str| {
        let source = Source::Patch(text.as_bytes().into());
        read(&Request { source, directory: outside.path().into(), directory_given: false, paths: Vec::new() })
    };
    let garbled = [
        ("cut", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n"),
        ("far", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -4000000000,1 +4000000000,1 @@\n-b\n+c\n"),
        ("header", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -99999999999,1 +1 @@\n-b\n"),
        ("mode", "diff --git a/x b/x\nold mode 100644\nnew mode 777777\n"),
        ("combined", "diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n--a\n++b\n"),
        ("both", "diff --git a/x b/x\nnew file mode 100644\ndeleted file mode 100644\n"),
    ];
    for (what, text) in garbled {
        let input = read_text(text).unwrap();
        let gap = input.change.gaps.iter().find(|gap| gap.scope == GapScope::Change);
        assert_eq!(gap.map(|gap| gap.kind), Some(GapKind::PatchUnreadable), "{what}: {:?}", input.change.gaps);
    }
    for text in ["", "hello\n", "--- \n", "diff\n"] {
        assert!(matches!(read_text(text), Err(InputError::BadPatch(_))), "{text:?}");
    }
    let evil = read_text("--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n").unwrap();
    assert!(evil.change.files.is_empty() && evil.change.gaps.iter().any(|gap| gap.kind == GapKind::InvalidPath));
}

#[test]
fn lines_outside_the_hunks_of_a_bare_patch_are_empty_and_keep_their_numbers() {
    let outside = TempDir::new().unwrap();
    let text = "--- a/x\n+++ b/x\n@@ -5,3 +5,3 @@ fn f\n five\n-six\n+SIX\n seven\n";
    let source = Source::Patch(text.as_bytes().into());
    let input =
        read(&Request { source, directory: outside.path().into(), directory_given: false, paths: Vec::new() }).unwrap();
    let file = &input.change.files[0];
    assert_eq!(file.new.as_ref().unwrap().content, Content::Partial((*b"\n\n\n\nfive\nSIX\nseven\n").into()));
    let added: Vec<_> = file.changed_text(richter::location::Side::New).map(|line| (line.line, line.text)).collect();
    assert_eq!(added, [(6, &b"SIX"[..])]);
}

#[test]
fn the_index_and_the_work_tree_read_as_git_sees_them() {
    let repo = Repo::new();
    eventful(&repo);
    repo.git(&["checkout", "-q", "-f", "HEAD"]);
    repo.git(&["rm", "-q", "--cached", "module"]);
    repo.git(&["commit", "-q", "-m", "no module"]);
    assert!(matches!(repo.read(Source::Staged), Err(InputError::EmptyRange(_))));
    assert!(matches!(repo.read(Source::Worktree), Err(InputError::EmptyRange(_))));
    repo.write("lib/a.rs", "changed\n");
    repo.git(&["mv", "lib/other.rs", "moved.rs"]);
    repo.git(&["add", "-A"]);
    repo.write("lib/a.rs", "changed again\nand again\n");
    fs::remove_file(repo.path().join("tool.bin")).unwrap();
    repo.write("untracked", "is not read\n");
    let staged = repo.read(Source::Staged).unwrap();
    assert_eq!(shown(&rows_of(&staged)), shown(&rows_of_git(&repo, &["diff", "--cached", "HEAD"])));
    let worktree = repo.read(Source::Worktree).unwrap();
    assert_eq!(shown(&rows_of(&worktree)), shown(&rows_of_git(&repo, &["diff", "HEAD"])));
    assert_eq!(&worktree.head.read(&"lib/a.rs".into()).unwrap().unwrap()[..], b"changed again\nand again\n");
    assert!(worktree.head.entry(&"tool.bin".into()).is_none());
    assert_eq!(staged.change.target, staged.change.base);
}

#[test]
fn line_endings_that_git_converts_are_no_change_and_filters_are_not_run() {
    let repo = Repo::new();
    repo.write(".gitattributes", "*.txt text\n*.big filter=lfs\n*.odd filter=evil\n");
    repo.write("a.txt", "one\ntwo\n");
    let content = b"large content\n";
    let sha256 =
        Command::new("sha256sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().and_then(|mut child| {
            child.stdin.take().unwrap().write_all(content)?;
            child.wait_with_output()
        });
    let Ok(sha256) = sha256 else { return };
    let sha256 = String::from_utf8_lossy(&sha256.stdout)[..64].to_owned();
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize 14\n");
    repo.write("c.big", pointer);
    repo.write("d.odd", "stored\n");
    repo.commit("start");
    repo.git(&["config", "filter.evil.clean", "touch evil-ran"]);
    repo.write("a.txt", "one\r\ntwo\r\n");
    repo.write("c.big", content);
    assert!(matches!(repo.read(Source::Worktree), Err(InputError::EmptyRange(_))), "both are as git stores them");
    repo.write("d.odd", "changed\n");
    let input = repo.read(Source::Worktree).unwrap();
    assert_eq!(input.change.files.len(), 1);
    assert!(input.change.gaps.iter().any(|gap| gap.kind == GapKind::ExternalContent));
    assert!(!repo.path().join("evil-ran").exists());
}

#[test]
fn names_mean_the_branch_before_the_tag_and_ids_before_all() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let first = repo.commit("first");
    repo.write("a", "2\n");
    let second = repo.commit("second");
    repo.git(&["tag", "main", &first]);
    repo.git(&["tag", "-a", "-m", "annotated", "v1", &first]);
    repo.git(&["update-ref", &format!("refs/heads/{first}"), &second]);
    let input = repo.revision("HEAD").unwrap();
    let resolve = |name: &str| input.repository.as_ref().unwrap().resolve(name).map(|oid| oid.to_string());
    for name in ["main", "refs/heads/main", "HEAD", "@", &second, &second[..7], "heads/main"] {
        assert_eq!(resolve(name).as_deref(), Ok(&second[..]), "{name}");
    }
    for name in ["HEAD~1", "HEAD^", "main~", "refs/tags/main", "v1", "v1^{commit}", "v1^0", "tags/main", &first, "@^1"]
    {
        assert_eq!(resolve(name).as_deref(), Ok(&first[..]), "{name}");
    }
    for name in
        ["", "--all", "HEAD~5", "HEAD^2", "nope", "HEAD@{1}", ":/first", "HEAD:a", "0000", "\u{1b}[2J", "HEAD~x"]
    {
        let error = resolve(name).unwrap_err();
        assert!(matches!(&error, InputError::UnknownRevision(why) if !why.contains('\u{1b}')), "{name}: {error:?}");
    }
    assert!(resolve("mainn").unwrap_err().to_string().contains("main"), "names near by are offered");
}

#[test]
fn replaced_objects_are_not_followed() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let first = repo.commit("first");
    repo.write("a", "2\n");
    let second = repo.commit("second");
    repo.git(&["update-ref", &format!("refs/replace/{second}"), &first]);
    assert_eq!(repo.revision(&second).unwrap().change.files.len(), 1);
}

#[test]
fn ranges_from_a_merge_base_are_decided_by_the_other_branch() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    let fork = repo.commit("fork");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("b", "1\n");
    let topic = repo.commit("topic");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("policy", "1\n");
    let main = repo.commit("main goes on");
    repo.git(&["checkout", "-q", "topic"]);
    let input = repo.revision("main...topic").unwrap();
    let ends = [input.change.base, input.change.head, input.change.target].map(|oid| oid.unwrap().to_string());
    assert_eq!(ends, [fork, topic.clone(), main.clone()]);
    assert!(input.deciding.entry(&"policy".into()).is_some() && input.base.entry(&"policy".into()).is_none());
    assert_eq!(input.change.files.len(), 1);
    repo.git(&["update-ref", "refs/remotes/origin/main", &main]);
    let default = repo.read(Source::Revision(None)).unwrap();
    assert_eq!((default.change.target, default.change.files.len()), (input.change.target, 1));
    assert_eq!(default.change.commit, None);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let merge = repo.read(Source::Revision(None)).unwrap();
    assert_eq!(merge.change.base.unwrap().to_string(), main, "HEAD adds nothing: it is read against its first parent");
    assert!(merge.change.remarks.iter().any(|remark| remark.contains("merge")));
    assert_eq!(merge.change.commits.len(), 2, "the merge and what it brought");
    assert!(matches!(repo.revision("main..main"), Err(InputError::EmptyRange(_))));
    let commit = repo.revision(&format!("{topic}^..{topic}")).unwrap().change.commit;
    assert_eq!(commit.unwrap().to_string(), topic);
}

#[test]
fn shallow_clones_name_the_command_that_helps() {
    let repo = Repo::new();
    for n in 0..4 {
        repo.write("a", format!("{n}\n"));
        repo.commit("step");
    }
    let clone = TempDir::new().unwrap();
    let url = format!("file://{}", repo.path().display());
    git_in(clone.path(), &["clone", "-q", "--depth=2", &url, "c"], b"");
    let read_clone = |revision: &str| {
        let source = Source::Revision(Some(revision.to_owned()));
        read(&Request { source, directory: clone.path().join("c"), directory_given: true, paths: Vec::new() })
    };
    let input = read_clone("HEAD").unwrap();
    assert!(input.repository.as_ref().unwrap().is_shallow());
    for revision in ["HEAD~1", "HEAD~3"] {
        let error = read_clone(revision).unwrap_err().to_string();
        assert!(error.contains("git fetch --deepen="), "{revision}: {error}");
    }
}

#[test]
fn a_missing_or_damaged_object_is_a_gap() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.write("b", "1\n");
    repo.commit("first");
    repo.write("a", "2\n");
    repo.write("b", "3\n");
    repo.commit("second");
    let object = |spec: &str| {
        let oid = repo.text(&["rev-parse", spec]);
        repo.path().join(".git/objects").join(&oid[..2]).join(&oid[2..])
    };
    fs::remove_file(object("HEAD:a")).unwrap();
    let damaged = object("HEAD:b");
    fs::remove_file(&damaged).unwrap();
    fs::write(&damaged, b"x\x9c not an object").unwrap();
    let input = repo.revision("HEAD").unwrap();
    assert_eq!(input.change.files.len(), 2);
    let gaps: Vec<_> = input.change.gaps.iter().map(|gap| (gap.scope, gap.kind)).collect();
    assert_eq!(gaps, [(GapScope::Change, GapKind::MissingObject); 2]);
    assert!(input.change.files.iter().all(|file| file.new.as_ref().unwrap().content == Content::Unread));
}

/// Writes a tree object from `mode name oid` entries and commits it on top of HEAD.
fn commit_tree(repo: &Repo, entries: &[(&str, &[u8], &str)]) -> String {
    let mut raw = Vec::new();
    for (mode, name, oid) in entries {
        raw.extend_from_slice(format!("{mode} ").as_bytes());
        raw.extend_from_slice(name);
        raw.push(0);
        let byte = |at: usize| u8::from_str_radix(&oid[at * 2..at * 2 + 2], 16).unwrap();
        raw.extend((0..20).map(byte));
    }
    let tree = repo.git_with(&["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], &raw);
    String::from_utf8(tree).unwrap().trim().to_owned()
}

#[test]
fn trees_that_mean_harm_are_bounded_and_reported() {
    let repo = Repo::new();
    repo.write("a", "1\n");
    repo.commit("start");
    let blob = repo.text(&["rev-parse", "HEAD:a"]);
    let evil: [&[u8]; 4] = [b"..", b".GIT", b"git~1", b"a/b"];
    let entries: Vec<_> = evil.iter().map(|name| ("100644", *name, &blob[..])).collect();
    let tree = commit_tree(&repo, &[&entries[..], &[("100644", b"fine", &blob[..])]].concat());
    let commit = repo.text(&["commit-tree", "-p", "HEAD", "-m", "evil", &tree]);
    let input = repo.revision(&commit).unwrap();
    let names: Vec<_> = input.change.files.iter().map(|file| file.path.to_text()).collect();
    assert_eq!(names, ["fine"], "renamed from a");
    let refused = input.change.gaps.iter().filter(|gap| gap.kind == GapKind::InvalidPath);
    assert!(refused.filter(|gap| gap.scope == GapScope::Change).count() >= evil.len());

    // ten billion paths from eleven objects
    let mut bomb = blob;
    for level in 0..10 {
        let mode = if level == 0 { "100644" } else { "40000" };
        let names: Vec<String> = (0..10).map(|n| format!("n{n}")).collect();
        let entries: Vec<_> = names.iter().map(|name| (mode, name.as_bytes(), &bomb[..])).collect();
        bomb = commit_tree(&repo, &entries);
    }
    let commit = repo.text(&["commit-tree", "-p", "HEAD", "-m", "bomb", &bomb]);
    let repository = input.repository.unwrap();
    let touched = repository.touched(repository.resolve(&commit).unwrap()).unwrap();
    assert!(touched.len() <= richter::limits::TREE_FILES_MAX + 20);
}

#[test]
fn repositories_are_found_bare_and_from_below_and_errors_say_what_to_do() {
    let repo = Repo::new();
    repo.write("deep/er/a", "1\n");
    repo.commit("start");
    let open = |path: &Path| {
        let source = Source::Revision(Some("HEAD".to_owned()));
        read(&Request { source, directory: path.into(), directory_given: true, paths: Vec::new() })
    };
    assert_eq!(open(&repo.path().join("deep/er")).unwrap().change.files.len(), 1);
    let elsewhere = TempDir::new().unwrap();
    git_in(elsewhere.path(), &["clone", "-q", "--bare", repo.path().to_str().unwrap(), "bare"], b"");
    let bare = elsewhere.path().join("bare");
    assert_eq!(open(&bare).unwrap().change.files.len(), 1);
    let request = Request { source: Source::Worktree, directory: bare, directory_given: true, paths: Vec::new() };
    assert!(matches!(read(&request), Err(InputError::Unreadable(why)) if why.contains("bare")));
    let nowhere = TempDir::new().unwrap();
    let error = open(nowhere.path()).unwrap_err();
    assert!(matches!(&error, InputError::NotARepository(why) if why.contains("--repo")), "{error}");
    let unborn = Repo::new();
    assert!(matches!(unborn.read(Source::Revision(None)), Err(InputError::UnknownRevision(_))));
}

#[test]
fn only_matching_paths_are_kept() {
    let repo = Repo::new();
    for path in ["src/a.rs", "src/deep/b.rs", "docs/c.md"] {
        repo.write(path, "1\n");
    }
    repo.commit("start");
    let kept = |globs: &[&str]| {
        let paths = globs.iter().map(|glob| (*glob).to_owned()).collect();
        let source = Source::Revision(Some("HEAD".to_owned()));
        let request = Request { source, directory: repo.path().into(), directory_given: true, paths };
        read(&request).map(|input| input.change.files.iter().map(|file| file.path.to_text()).collect::<Vec<_>>())
    };
    assert_eq!(kept(&["src"]).unwrap(), ["src/a.rs", "src/deep/b.rs"]);
    assert_eq!(kept(&["src/*.rs", "docs/**"]).unwrap(), ["docs/c.md", "src/a.rs"]);
    assert!(matches!(kept(&["a["]), Err(InputError::BadRequest(_))));
}
