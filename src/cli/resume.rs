//! Going on with a batch that was cut off. Every request yields exactly one line, in order, so what is done is the number of
//! whole lines in the file; half a last line is cut off. That the file belongs to these requests is checked on its last
//! line, by `id` and `commit`: a mismatch is an error before anything is judged. Nothing else is remembered.

use super::Failure;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

/// What a file of answers holds already.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Whole lines (answers).
    pub lines: u64,
    /// `id` and `commit` of the last of them.
    last: Option<(Option<Value>, Option<String>)>,
}

impl Done {
    /// Compares the last answered request with the last answer. The commit is compared where both name one by its id: a
    /// request may say `HEAD`, and an answer always says the id.
    pub(super) fn check(&self, id: Option<&Value>, commit: Option<&str>) -> Result<(), Failure> {
        let Some((known_id, known_commit)) = &self.last else { return Ok(()) };
        let other_commit = match (known_commit, commit) {
            (Some(known), Some(asked)) => is_id(known) && is_id(asked) && known != asked,
            _ => false,
        };
        if known_id.as_ref() == id && !other_commit {
            return Ok(());
        }
        let at = self.lines;
        Err(Failure(format!(
            "answer {at} of the file to resume is not the answer to request {at}; give the same requests, or leave out --resume"
        )))
    }
}

fn is_id(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Opens a file for answers: empty, or positioned after its last whole line.
pub(super) fn open(path: &Path, keep: bool) -> Result<(File, Done), Failure> {
    let unusable = |error: std::io::Error| Failure(format!("cannot write {}: {error}", path.display()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(!keep);
    let mut file = options.open(path).map_err(unusable)?;
    let (done, end) = read(&file).map_err(unusable)?;
    file.set_len(end).map_err(unusable)?;
    file.seek(SeekFrom::End(0)).map_err(unusable)?;
    Ok((file, done))
}

/// Whole lines of a file and the byte after the last of them.
fn read(file: &File) -> std::io::Result<(Done, u64)> {
    let mut reader = BufReader::new(file);
    let (mut line, mut last) = (Vec::new(), Vec::new());
    let (mut lines, mut end) = (0, 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        if line.last() != Some(&b'\n') {
            break;
        }
        lines += 1;
        end += line.len() as u64;
        std::mem::swap(&mut line, &mut last);
        line.clear();
    }
    let answer: Option<Value> = serde_json::from_slice(&last).ok();
    let last = answer.map(|answer| {
        let commit = answer.get("commit").and_then(Value::as_str).map(str::to_owned);
        (answer.get("id").cloned(), commit)
    });
    Ok((Done { lines, last }, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::Write;

    #[test]
    fn half_a_line_is_cut_off_and_whole_ones_are_counted() {
        let folder = tempfile::tempdir().expect("a file of the test");
        let path = folder.path().join("out.ndjson");
        std::fs::write(&path, "{\"id\":1}\n{\"id\":2,\"commit\":null}\n{\"id\":").expect("a file of the test");
        let (mut file, done) = open(&path, true).expect("a file of the test");
        assert_eq!(done.lines, 2);
        assert!(done.check(Some(&json!(2)), Some("HEAD")).is_ok());
        assert!(done.check(Some(&json!(3)), None).is_err());
        file.write_all(b"{\"id\":3}\n").expect("a file of the test");
        assert_eq!(
            std::fs::read_to_string(&path).expect("a file of the test"),
            "{\"id\":1}\n{\"id\":2,\"commit\":null}\n{\"id\":3}\n"
        );
    }

    #[test]
    fn without_resume_the_file_starts_empty() {
        let folder = tempfile::tempdir().expect("a file of the test");
        let path = folder.path().join("out.ndjson");
        std::fs::write(&path, "{\"id\":1}\n").expect("a file of the test");
        assert_eq!(open(&path, false).expect("a file of the test").1.lines, 0);
        assert_eq!(std::fs::read_to_string(&path).expect("a file of the test"), "");
    }

    #[test]
    fn another_commit_by_id_is_a_mismatch() {
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        let done = Done { lines: 1, last: Some((None, Some(a.clone()))) };
        assert!(done.check(None, Some(&a)).is_ok() && done.check(None, Some("HEAD~3")).is_ok());
        assert!(done.check(None, Some(&b)).is_err());
    }
}
