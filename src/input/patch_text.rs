//! The text of a patch: what `git diff`, `git show`, `git log -p`, `git format-patch` and plain `diff -u` print, read line
//! by line. Hunks are followed by their counts, so that no content can pass for a header. A part that makes no sense is
//! kept as a file with a problem, never dropped. Combined diffs of merges (`--cc`) name their file and are not read.

use super::patch_names::{both_names, header_path, unquoted, without_prefixes};
use super::snapshot::Mode;
use memchr::memmem;

/// One line of a hunk: its bytes with their ending (none where the patch says that the file has none).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HunkLine<'a> {
    pub kind: LineKind,
    pub text: &'a [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    Context,
    Deleted,
    Added,
}

/// One hunk as the patch shows it, with its context.
#[derive(Clone, Debug, Default)]
pub(super) struct PatchHunk<'a> {
    pub old_start: u32,
    pub new_start: u32,
    pub lines: Vec<HunkLine<'a>>,
}

/// One file of a patch; a path is none where the patch says `/dev/null`.
#[derive(Clone, Debug, Default)]
pub(super) struct PatchFile<'a> {
    pub old_path: Option<Vec<u8>>,
    pub new_path: Option<Vec<u8>>,
    pub old_mode: Option<Mode>,
    pub new_mode: Option<Mode>,
    /// The (shortened) object names of the `index` line.
    pub objects: Option<(String, String)>,
    pub copied: bool,
    pub binary: bool,
    pub hunks: Vec<PatchHunk<'a>>,
    /// Why the file could not be read.
    pub problem: Option<String>,
}

/// A commit as a mail or a log shows it.
#[derive(Clone, Debug, Default)]
pub(super) struct PatchCommit {
    pub author: Vec<u8>,
    pub date: Vec<u8>,
    pub message: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct ParsedPatch<'a> {
    pub commits: Vec<PatchCommit>,
    pub files: Vec<PatchFile<'a>>,
}

/// True if the patch went through a converter of line endings: git itself never ends a header line with CRLF.
pub(super) fn is_converted(text: &[u8]) -> bool {
    let header = if text.starts_with(b"diff --git ") { Some(0) } else { memmem::find(text, b"\ndiff --git ") };
    let rest = &text[header.map_or(text.len(), |at| at + 1)..];
    memchr::memchr(b'\n', rest).is_some_and(|end| rest[..end].ends_with(b"\r"))
}

/// Reads a whole patch; what is not understood between files is passed over, as git does.
pub(super) fn parse_patch(text: &[u8]) -> ParsedPatch<'_> {
    let mut reader = Reader { text, at: 0 };
    let mut parsed = ParsedPatch::default();
    while let Some(line) = reader.peek() {
        if line.starts_with(b"diff --git ") {
            parsed.files.push(git_file(&mut reader));
        } else if let Some(path) = combined(line) {
            reader.skip();
            parsed.files.push(combined_file(&path));
        } else if starts_plain_file(&reader) {
            parsed.files.push(plain_file(&mut reader));
        } else if is_mail_start(&reader) {
            parsed.commits.push(mail(&mut reader));
        } else if is_log_start(line) {
            parsed.commits.push(log_entry(&mut reader));
        } else if line.starts_with(b"@@ -") {
            parsed.files.push(stray_hunk(&mut reader));
        } else {
            reader.skip();
        }
    }
    parsed
}

/// Lines without their ending; `raw` keeps it.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn raw(&self) -> Option<&'a [u8]> {
        let rest = &self.text[self.at..];
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        (!rest.is_empty()).then(|| &rest[..end])
    }

    fn peek(&self) -> Option<&'a [u8]> {
        self.raw().map(super::lines::without_ending)
    }

    /// The line after the next one.
    fn second(&self) -> Option<&'a [u8]> {
        let at = self.at + self.raw()?.len();
        Reader { text: self.text, at }.peek()
    }

    fn third(&self) -> Option<&'a [u8]> {
        let at = self.at + self.raw()?.len();
        Reader { text: self.text, at }.second()
    }

    fn skip(&mut self) {
        self.at += self.raw().map_or(0, <[u8]>::len);
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.skip();
        Some(line)
    }
}

fn combined(line: &[u8]) -> Option<Vec<u8>> {
    let path = line.strip_prefix(b"diff --cc ").or_else(|| line.strip_prefix(b"diff --combined "))?;
    Some(unquoted(path))
}

fn combined_file(path: &[u8]) -> PatchFile<'static> {
    PatchFile {
        old_path: Some(path.to_vec()),
        new_path: Some(path.to_vec()),
        problem: Some("a combined diff of a merge; use git show --first-parent (or -m) to make it readable".to_owned()),
        ..PatchFile::default()
    }
}

/// A hunk without a file: the patch was cut or garbled before it.
fn stray_hunk(reader: &mut Reader<'_>) -> PatchFile<'static> {
    let line = reader.text[..reader.at].iter().filter(|byte| **byte == b'\n').count() + 1;
    reader.skip();
    PatchFile {
        new_path: Some(format!("(line {line} of the patch)").into_bytes()),
        problem: Some("a hunk that belongs to no file".to_owned()),
        ..PatchFile::default()
    }
}

/// `--- a`, `+++ b`, `@@` without a `diff` line of git's.
fn starts_plain_file(reader: &Reader<'_>) -> bool {
    let starts = |line: Option<&[u8]>, with: &[u8]| line.is_some_and(|line| line.starts_with(with));
    starts(reader.peek(), b"--- ") && starts(reader.second(), b"+++ ") && starts(reader.third(), b"@@ -")
}

fn plain_file<'a>(reader: &mut Reader<'a>) -> PatchFile<'a> {
    let old = header_path(reader.next().unwrap_or_default(), b"--- ");
    let new = header_path(reader.next().unwrap_or_default(), b"+++ ");
    let mut file = PatchFile::default();
    (file.old_path, file.new_path) = match (old, new) {
        (Some(old), Some(new)) => {
            // `x.orig` against `x`: the new name is the file
            let (_, new) = without_prefixes(old, new);
            (Some(new.clone()), Some(new))
        }
        (Some(old), None) => (Some(strip(&old, b"a/")), None),
        (None, new) => (None, new.map(|new| strip(&new, b"b/"))),
    };
    read_hunks(reader, &mut file);
    file
}

fn strip(path: &[u8], prefix: &[u8]) -> Vec<u8> {
    path.strip_prefix(prefix).unwrap_or(path).to_vec()
}

/// A file that starts with `diff --git`.
fn git_file<'a>(reader: &mut Reader<'a>) -> PatchFile<'a> {
    let first = reader.next().unwrap_or_default();
    let mut header = Header::default();
    let mut file = PatchFile::default();
    while let Some(line) = reader.peek() {
        if line.starts_with(b"@@ ") || line.starts_with(b"diff ") || !header.line(line, &mut file) {
            break;
        }
        reader.skip();
        if file.binary {
            break;
        }
    }
    header.settle_paths(&first[b"diff --git ".len()..], &mut file);
    read_hunks(reader, &mut file);
    file
}

/// What the lines between `diff --git` and the first hunk say about names.
#[derive(Default)]
struct Header {
    added: bool,
    deleted: bool,
    /// Names of `rename`/`copy` lines: bare, without prefixes.
    bare: (Option<Vec<u8>>, Option<Vec<u8>>),
    /// Names of `---`/`+++` lines; the inner none is `/dev/null`.
    old: Option<Option<Vec<u8>>>,
    new: Option<Option<Vec<u8>>>,
}

impl Header {
    /// Takes one line; false if it belongs to no header.
    fn line(&mut self, line: &[u8], file: &mut PatchFile<'_>) -> bool {
        let value = |name: &str| line.strip_prefix(name.as_bytes());
        if let Some(mode) = value("old mode ") {
            self.mode(mode, file, true);
        } else if let Some(mode) = value("new mode ") {
            self.mode(mode, file, false);
        } else if let Some(mode) = value("new file mode ") {
            self.added = true;
            self.mode(mode, file, false);
        } else if let Some(mode) = value("deleted file mode ") {
            self.deleted = true;
            self.mode(mode, file, true);
        } else if let Some(path) = value("rename from ") {
            self.bare.0 = Some(unquoted(path));
        } else if let Some(path) = value("rename to ") {
            self.bare.1 = Some(unquoted(path));
        } else if let Some(path) = value("copy from ") {
            file.copied = true;
            self.bare.0 = Some(unquoted(path));
        } else if let Some(path) = value("copy to ") {
            self.bare.1 = Some(unquoted(path));
        } else if let Some(objects) = value("index ") {
            index_line(objects, file);
        } else if line.starts_with(b"--- ") {
            self.old = Some(header_path(line, b"--- "));
        } else if line.starts_with(b"+++ ") {
            self.new = Some(header_path(line, b"+++ "));
        } else if line.starts_with(b"Binary files ") || line.starts_with(b"GIT binary patch") {
            file.binary = true;
        } else {
            return value("similarity index ").is_some() || value("dissimilarity index ").is_some();
        }
        true
    }

    fn mode(&self, octal: &[u8], file: &mut PatchFile<'_>, old: bool) {
        let mode = mode_of_octal(octal);
        if mode.is_none() {
            file.problem = Some("a file mode that git does not know".to_owned());
        }
        *(if old { &mut file.old_mode } else { &mut file.new_mode }) = mode;
    }

    /// Decides the two paths, without the prefixes that diffs put in front.
    fn settle_paths(self, first: &[u8], file: &mut PatchFile<'_>) {
        let (old, new) = match (self.bare, self.old.flatten(), self.new.flatten()) {
            ((Some(old), Some(new)), _, _) => (old, new),
            (_, Some(old), Some(new)) => without_prefixes(old, new),
            (_, old, new) => match both_names(first) {
                Some((a, b)) => without_prefixes(a, b),
                None => {
                    let known = old.or(new).unwrap_or_default();
                    file.problem.get_or_insert_with(|| "the names of the file cannot be told apart".to_owned());
                    (known.clone(), known)
                }
            },
        };
        file.old_path = (!self.added).then_some(old);
        file.new_path = (!self.deleted).then_some(new);
        if file.old_path.is_none() && file.new_path.is_none() {
            file.problem = Some("the file is both added and deleted".to_owned());
        }
    }
}

/// `1234567..89abcde 100644`
fn index_line(value: &[u8], file: &mut PatchFile<'_>) {
    let text = String::from_utf8_lossy(value);
    let mut words = text.split_ascii_whitespace();
    let hex = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| digits.to_owned());
    if let Some((old, new)) = words.next().and_then(|range| range.split_once(".."))
        && let (Some(old), Some(new)) = (hex(old), hex(new))
    {
        file.objects = Some((old, new));
    }
    if let Some(mode) = words.next().and_then(|octal| mode_of_octal(octal.as_bytes())) {
        file.old_mode = Some(mode);
        file.new_mode = Some(mode);
    }
}

fn mode_of_octal(octal: &[u8]) -> Option<Mode> {
    match octal.trim_ascii() {
        b"100644" | b"100664" => Some(Mode::File),
        b"100755" => Some(Mode::Executable),
        b"120000" => Some(Mode::Symlink),
        b"160000" => Some(Mode::Submodule),
        _ => None,
    }
}

/// Hunks up to the first line that is none.
fn read_hunks<'a>(reader: &mut Reader<'a>, file: &mut PatchFile<'a>) {
    while let Some(line) = reader.peek().filter(|line| line.starts_with(b"@@ ")) {
        reader.skip();
        let Some((old, new)) = hunk_header(line) else {
            file.problem = Some("a hunk header that cannot be read".to_owned());
            return;
        };
        let (hunk, whole) = hunk(reader, old, new);
        file.hunks.push(hunk);
        if !whole {
            file.problem = Some("a hunk is cut short or garbled".to_owned());
            return;
        }
    }
}

/// `@@ -1,2 +3,4 @@`: start and count on both sides.
fn hunk_header(line: &[u8]) -> Option<((u32, u32), (u32, u32))> {
    let text = String::from_utf8_lossy(line);
    let mut words = text.strip_prefix("@@ ")?.split(' ');
    let range = |word: &str, sign: char| {
        let word = word.strip_prefix(sign)?;
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let ranges = (range(words.next()?, '-')?, range(words.next()?, '+')?);
    (words.next() == Some("@@")).then_some(ranges)
}

/// The lines of one hunk; false if they do not add up to its header.
fn hunk<'a>(reader: &mut Reader<'a>, old: (u32, u32), new: (u32, u32)) -> (PatchHunk<'a>, bool) {
    let mut hunk = PatchHunk { old_start: old.0, new_start: new.0, lines: Vec::new() };
    let (mut old_left, mut new_left) = (old.1, new.1);
    while old_left > 0 || new_left > 0 || reader.peek().is_some_and(|line| line.starts_with(b"\\ ")) {
        let Some(raw) = reader.raw() else { return (hunk, false) };
        let kind = match raw.first() {
            Some(b'\\') => {
                // the line before has no line ending in the file
                if let Some(last) = hunk.lines.last_mut() {
                    last.text = last.text.strip_suffix(b"\n").unwrap_or(last.text);
                }
                reader.skip();
                continue;
            }
            Some(b' ' | b'\n' | b'\r') => LineKind::Context,
            Some(b'-') => LineKind::Deleted,
            Some(b'+') => LineKind::Added,
            _ => return (hunk, false),
        };
        let (from_old, from_new) = (u32::from(kind != LineKind::Added), u32::from(kind != LineKind::Deleted));
        if from_old > old_left || from_new > new_left {
            return (hunk, false);
        }
        (old_left, new_left) = (old_left - from_old, new_left - from_new);
        // mailers strip the blank of an empty context line
        let text = if matches!(raw.first(), Some(b'\n' | b'\r')) { raw } else { &raw[1..] };
        hunk.lines.push(HunkLine { kind, text });
        reader.skip();
    }
    (hunk, true)
}

fn is_mail_start(reader: &Reader<'_>) -> bool {
    let Some(line) = reader.peek() else { return false };
    let mbox = line
        .strip_prefix(b"From ")
        .is_some_and(|rest| rest.len() > 40 && rest[..40].iter().all(u8::is_ascii_hexdigit) && rest[40] == b' ');
    mbox || (reader.at == 0 && line.starts_with(b"From: "))
}

/// `From`, `Date` and `Subject`, then the body up to `---` or the first diff.
fn mail(reader: &mut Reader<'_>) -> PatchCommit {
    let mut commit = PatchCommit::default();
    let mut subject = Vec::new();
    let mut field: Option<&str> = None;
    if reader.peek().is_some_and(|line| line.starts_with(b"From ")) {
        reader.skip();
    }
    while let Some(line) = reader.next().filter(|line| !line.is_empty()) {
        let folded = line.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let (name, value) = match (folded, memchr::memchr(b':', line)) {
            (true, _) | (_, None) => (field, line),
            (false, Some(at)) => (header_name(&line[..at]), &line[at + 1..]),
        };
        field = name;
        let target = match name {
            Some("from") => &mut commit.author,
            Some("date") => &mut commit.date,
            Some("subject") => &mut subject,
            _ => continue,
        };
        if !target.is_empty() {
            target.push(b' ');
        }
        target.extend_from_slice(value.trim_ascii());
    }
    commit.message = without_patch_tag(&subject).to_vec();
    commit.message.extend_from_slice(b"\n\n");
    while let Some(line) = reader.peek() {
        if line == b"---" || line.starts_with(b"diff --git ") || starts_plain_file(reader) {
            break;
        }
        commit.message.extend_from_slice(line);
        commit.message.push(b'\n');
        reader.skip();
    }
    commit
}

fn header_name(name: &[u8]) -> Option<&'static str> {
    ["from", "date", "subject"].into_iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// A subject without `[PATCH 1/2]`.
fn without_patch_tag(subject: &[u8]) -> &[u8] {
    match (subject.first(), memchr::memchr(b']', subject)) {
        (Some(b'['), Some(end)) => subject[end + 1..].trim_ascii_start(),
        _ => subject,
    }
}

fn is_log_start(line: &[u8]) -> bool {
    let id = line.strip_prefix(b"commit ").unwrap_or_default();
    let id = id.split(|byte| *byte == b' ').next().unwrap_or_default();
    id.len() >= 7 && id.iter().all(u8::is_ascii_hexdigit)
}

/// `Author`, `Date` and the indented message of `git log` or `git show`.
fn log_entry(reader: &mut Reader<'_>) -> PatchCommit {
    let mut commit = PatchCommit::default();
    reader.skip();
    while let Some(line) = reader.next().filter(|line| !line.is_empty()) {
        if let Some(author) = line.strip_prefix(b"Author:") {
            commit.author = author.trim_ascii().to_vec();
        } else if let Some(date) = line.strip_prefix(b"Date:").or_else(|| line.strip_prefix(b"AuthorDate:")) {
            commit.date = date.trim_ascii().to_vec();
        }
    }
    while let Some(line) = reader.peek().filter(|line| line.is_empty() || line.starts_with(b"    ")) {
        commit.message.extend_from_slice(line.strip_prefix(b"    ").unwrap_or(line));
        commit.message.push(b'\n');
        reader.skip();
    }
    let end = commit.message.trim_ascii_end().len();
    commit.message.truncate(end);
    commit
}
