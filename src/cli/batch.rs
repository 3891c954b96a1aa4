//! `richter batch`: a line filter. Every request line yields exactly one line, in order; a bad request is an error line
//! and never ends the run. Requests that are waiting are judged in parallel, a few at a time, so memory does not grow with
//! their number and a caller that waits for each answer gets it at once. With `--out` and `--resume` a run that was cut off
//! goes on where it stopped.

use super::args::BatchArgs;
use super::requests::{Refusal, judge, options, session, threads};
use super::resume::{self, Done};
use super::{Exit, Failure, Outcome};
use crate::assess::{Options, Session};
use crate::input::{Request, Source};
use crate::limits;
use crate::render::{self, Format, Layout};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};

/// Requests that are judged at a time (count). Neighbours share most, so each thread takes a stretch of them.
const CHUNK: usize = 64;

/// One request line. Unknown keys are errors: a misspelt `commit` would otherwise judge something else.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Line {
    id: Option<Value>,
    repo: Option<PathBuf>,
    commit: Option<String>,
    base: Option<String>,
    head: Option<String>,
    patch: Option<String>,
    author: Option<String>,
}

pub(super) fn run(args: BatchArgs) -> Result<Exit, Outcome> {
    let options = options(&args.judging)?;
    threads(&args.judging)?;
    let session = session(&args.judging);
    let lines = requests();
    let (mut out, done): (Box<dyn Write>, Done) = match &args.out {
        Some(path) => {
            let (file, done) = resume::open(path, args.resume)?;
            (Box::new(file), done)
        }
        None => (Box::new(io::stdout().lock()), Done::default()),
    };
    skip(&lines, &done)?;
    while let Ok(first) = lines.recv() {
        let waiting = std::iter::once(first).chain(lines.try_iter().take(CHUNK - 1));
        let waiting: Vec<io::Result<Vec<u8>>> = waiting.collect();
        let answer = |line: &io::Result<Vec<u8>>| {
            let own = args.judging.no_cache.then(Session::default);
            answer(line, &args.repo, &options, own.as_ref().unwrap_or(&session))
        };
        let answers: Vec<Vec<u8>> = waiting.par_iter().map(answer).collect();
        for answer in answers {
            out.write_all(&answer)?;
        }
        out.flush()?;
        session.cache().flush_if_large();
    }
    session.cache().flush();
    // the process ends here: what it remembers need not be taken apart first
    std::mem::forget(session);
    Ok(Exit::Fine)
}

/// Passes over the requests that are answered already; the last of them must be the one that the file ends with.
fn skip(lines: &Receiver<io::Result<Vec<u8>>>, done: &Done) -> Result<(), Failure> {
    for at in 1..=done.lines {
        let Ok(line) = lines.recv() else {
            return Err(Failure(format!(
                "the file to resume holds {} answers, but there are {} requests",
                done.lines,
                at - 1
            )));
        };
        if at == done.lines {
            let asked = line.ok().and_then(|line| parse(&line).map_or_else(|refused| Some(refused.0), Some));
            done.check(
                asked.as_ref().and_then(|line| line.id.as_ref()),
                asked.as_ref().and_then(|line| line.commit.as_deref()),
            )?;
        }
    }
    Ok(())
}

/// Lines of standard input, read ahead by one chunk.
fn requests() -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(CHUNK);
    std::thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            let ended = line.is_err();
            if sender.send(line).is_err() || ended {
                break;
            }
        }
    });
    receiver
}

/// One line of output for one line of input, also for an empty one: callers match answers to requests by position.
fn answer(line: &io::Result<Vec<u8>>, repo: &Path, options: &Options, session: &Session) -> Vec<u8> {
    let line = match line {
        Ok(line) => line,
        Err(error) => return refusal(&Line::default(), "unreadable", &error.to_string()),
    };
    let parsed = match parse(line) {
        Ok(parsed) => parsed,
        Err(refused) => return refusal(&refused.0, "bad-request", &refused.1),
    };
    let judged = catch_unwind(AssertUnwindSafe(|| report(&parsed, repo, options, session)));
    match judged {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => refusal(&parsed, error.kind, &error.message),
        Err(_) => refusal(&parsed, "internal", "richter failed on this change; please report it with the commit"),
    }
}

/// The request, or what of it could be read (for `id` and `commit`) and why it was refused.
fn parse(line: &[u8]) -> Result<Line, Box<(Line, String)>> {
    if line.len() as u64 > limits::PATCH_BYTES_MAX {
        return Err(Box::new((Line::default(), format!("the line is larger than {} bytes", limits::PATCH_BYTES_MAX))));
    }
    let refuse = |message: String| {
        let value: Value = serde_json::from_slice(line).unwrap_or_default();
        let commit = value.get("commit").and_then(Value::as_str).map(str::to_owned);
        Box::new((Line { id: value.get("id").cloned(), commit, ..Line::default() }, message))
    };
    let parsed: Line = serde_json::from_slice(line)
        .map_err(|error| refuse(format!("{error}; expected a JSON object such as {{\"commit\": \"HEAD\"}}")))?;
    let given = [parsed.commit.is_some(), parsed.base.is_some() || parsed.head.is_some(), parsed.patch.is_some()];
    let whole = parsed.base.is_some() == parsed.head.is_some();
    if given.iter().filter(|given| **given).count() != 1 || !whole {
        return Err(refuse("expected exactly one of `commit`, `base` with `head`, or `patch`".to_owned()));
    }
    Ok(parsed)
}

fn report(line: &Line, repo: &Path, options: &Options, session: &Session) -> Result<Vec<u8>, Refusal> {
    let source = match (&line.commit, &line.base, &line.head, &line.patch) {
        (Some(commit), ..) => Source::Revision(Some(commit.clone())),
        (None, Some(base), Some(head), _) => Source::Between { base: base.clone(), head: head.clone() },
        (_, _, _, patch) => Source::Patch(patch.clone().unwrap_or_default().into_bytes().into()),
    };
    let directory = line.repo.clone().unwrap_or_else(|| repo.to_path_buf());
    let request = Request { source, directory, directory_given: line.repo.is_some(), paths: Vec::new() };
    let options = Options { id: line.id.clone(), author: line.author.clone(), ..options.clone() };
    let report = judge(&request, &options, session)?;
    let mut bytes = Vec::new();
    let layout = Layout { width: 80, colour: false, explain: false };
    let written = render::write(&report, Format::Json, layout, true, &mut bytes);
    written.map_err(|error| Refusal { kind: "internal", message: error.to_string() })?;
    Ok(bytes)
}

fn refusal(line: &Line, kind: &str, message: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    render::write_error(line.id.as_ref(), line.commit.as_deref(), kind, message, &mut bytes)
        .expect("memory takes it all");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer_to(line: &str) -> Value {
        let options = Options::default();
        let nowhere = Path::new("/nonexistent/richter");
        let bytes = answer(&Ok(line.as_bytes().to_vec()), nowhere, &options, &Session::default());
        assert_eq!(bytes.iter().filter(|byte| **byte == b'\n').count(), 1);
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn a_bad_request_is_one_error_line_that_echoes_what_it_can() {
        let answer = answer_to(r#"{"id": 7, "comit": "abc"}"#);
        assert_eq!((&answer["schema"], &answer["id"]), (&json!("richter.error/1"), &json!(7)));
        assert!(answer["error"]["message"].as_str().expect("text").contains("unknown field `comit`"));
        for line in ["{}", "not json", r#"{"commit":"a","patch":"b"}"#, r#"{"base":"a"}"#] {
            assert_eq!(answer_to(line)["error"]["kind"], "bad-request", "{line}");
        }
    }

    #[test]
    fn a_repository_that_is_not_there_is_an_error_line() {
        let answer = answer_to(r#"{"id": "x", "commit": "HEAD"}"#);
        assert_eq!((&answer["error"]["kind"], &answer["commit"]), (&json!("not-a-repository"), &json!("HEAD")));
    }

    #[test]
    fn an_empty_line_is_a_bad_request_too() {
        assert_eq!(answer_to("  ")["error"]["kind"], "bad-request");
    }
}
