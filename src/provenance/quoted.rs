//! What of a message is somebody else's words. People quote markers far more often than they forge them: they explain a
//! trailer, revert a change and paste its message, or let a bot repeat release notes. Quoted are Markdown's quotations and
//! code, indented and in closed fences; what follows "Original message:" or repeats the message that a revert is of; a
//! trailer within a running sentence. What a quotation claims belongs to the change it is of, so it is counted and told,
//! but is no claim. Left out: quotation marks around a whole line without any of these signs.

use super::shape::shape;

/// Columns that make a line code in Markdown.
const CODE_COLUMNS: usize = 4;

/// For each line of a message, whether it is quoted. `relays` says that its author only passes on what others wrote.
pub(super) fn quoted(lines: &[&str], block: usize, relays: bool) -> Vec<bool> {
    let mut found = fenced(lines);
    let subject = lines.iter().position(|line| !line.trim().is_empty()).unwrap_or(0);
    let depth = code_depth(lines, subject);
    let original = original(lines, subject);
    let title_end = title_end(lines, subject);
    let relayed = match relays {
        true if own_block(lines, block, subject) => subject + 1..block,
        true => subject + 1..lines.len(),
        false => 0..0,
    };
    for (at, line) in lines.iter().enumerate() {
        found[at] |= line.trim_start().starts_with('>')
            || (at > subject && columns(line) >= depth)
            || at >= original
            || (at > subject && at <= title_end)
            || in_sentence(lines, at)
            || relayed.contains(&at);
    }
    found
}

/// Lines in pairs of code fences, with them; a fence that is never closed is none.
fn fenced(lines: &[&str]) -> Vec<bool> {
    let is_mark = |line: &str| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
    let marks: Vec<usize> = lines.iter().enumerate().filter(|(_, line)| is_mark(line)).map(|(at, _)| at).collect();
    let mut found = vec![false; lines.len()];
    for pair in marks.chunks_exact(2) {
        found[pair[0]..=pair[1]].fill(true);
    }
    found
}

/// Columns from which on a line of the body is code: some deeper than the body itself stands, as messages that come out
/// of scripts are indented as a whole. Git's own text of a squash indents the messages of what it holds, which is no code.
fn code_depth(lines: &[&str], subject: usize) -> usize {
    let body = lines.iter().skip(subject + 1).filter(|line| !line.trim().is_empty());
    if body.clone().chain(lines.get(subject)).any(|line| line.starts_with("Squashed commit of the following")) {
        return usize::MAX;
    }
    body.map(|line| columns(line)).min().unwrap_or(0) + CODE_COLUMNS
}

fn columns(line: &str) -> usize {
    let width = |byte: u8| if byte == b'\t' { CODE_COLUMNS } else { 1 };
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).map(width).sum()
}

/// The first line of another commit's message that is pasted to the end of this one.
fn original(lines: &[&str], subject: usize) -> usize {
    let title = lines.get(subject).and_then(|line| undone(line));
    let repeats = |line: &str| title.is_some_and(|title| !title.is_empty() && line.trim() == title);
    let body = lines.iter().enumerate().skip(subject + 1);
    let mut starts = body.filter_map(|(at, line)| {
        if repeats(line) {
            return Some(at);
        }
        announces(line).then_some(at + 1)
    });
    starts.next().unwrap_or(lines.len())
}

/// The rest of a subject that takes back or brings back another change: `Revert "..."`, `Reapply "..."`.
fn undone(subject: &str) -> Option<&str> {
    let rest = ["Revert", "Reapply", "Reland"].iter().find_map(|word| subject.trim().strip_prefix(word))?;
    let rest = rest.trim_start_matches([':', ' ']);
    Some(rest.strip_prefix('"').map_or(rest, |rest| rest.rsplit_once('"').map_or(rest, |(title, _)| title)))
}

/// `Original commit message:`, `The message was:`.
fn announces(line: &str) -> bool {
    let Some(line) = line.trim().strip_suffix(':') else { return false };
    let line = line.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let of_text = ["message", "description", "commit log", "body"].iter().any(|word| line.contains(word));
    let old = ["original", "reverted", "previous", "old "].iter().any(|word| line.starts_with(word))
        || line.starts_with("the original")
        || line.starts_with("the reverted");
    (of_text && old && line.len() < 60) || line == "the message was" || line == "its message was"
}

/// The line where the title that a revert quotes ends, if it goes on below the subject; else the subject.
fn title_end(lines: &[&str], subject: usize) -> usize {
    let open = lines.get(subject).is_some_and(|line| undone(line).is_some() && line.matches('"').count() % 2 == 1);
    let close = lines.iter().skip(subject + 1).position(|line| line.trim_end().ends_with('"'));
    close.filter(|_| open).map_or(subject, |at| subject + 1 + at)
}

/// True for a trailer that continues and is continued: "marked\nCo-authored-by: X\nbecause it broke".
fn in_sentence(lines: &[&str], at: usize) -> bool {
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|at| lines.get(at)), lines.get(at + 1)) else {
        return false;
    };
    let prose = |line: &str| !line.trim().is_empty() && shape(line).is_none();
    shape(lines[at]).is_some() && prose(before) && prose(after) && after.starts_with(|c: char| c.is_ascii_lowercase())
}

/// True if the trailers at the end of a relayed message were added to it here: nothing is relayed at all, the relay signed
/// them off, or a forge has put them below its line.
fn own_block(lines: &[&str], block: usize, subject: usize) -> bool {
    let above = lines[..block].iter().rev().find(|line| !line.trim().is_empty());
    let rule = above.is_some_and(|line| line.len() >= 3 && line.bytes().all(|byte| byte == b'-'));
    let alone = lines[subject..block].iter().filter(|line| !line.trim().is_empty()).count() <= 1;
    let key = |line: &&str| shape(line).is_some_and(|(key, _)| key.eq_ignore_ascii_case("signed-off-by"));
    rule || alone || lines[block..].iter().any(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are quoted, 1-based.
    fn of(message: &str, relays: bool) -> Vec<usize> {
        let lines: Vec<&str> = message.lines().collect();
        let block = super::super::shape::block(&lines);
        let quoted = quoted(&lines, block, relays);
        quoted.iter().enumerate().filter(|(_, quoted)| **quoted).map(|(at, _)| at + 1).collect()
    }

    #[test]
    fn code_and_quotations_are_quoted() {
        assert_eq!(of("x\n\n> Key: 1\n\n```\nKey: 2\n```\ny", false), [3, 5, 6, 7]);
        assert_eq!(of("x\n\ntext\n\n    Key: 1\n\tKey: 2\n  Key: 3", false), [5, 6]);
        assert_eq!(of("x\n\n    text\n\n    Key: 1", false), [0; 0], "indented as a whole");
        assert_eq!(of("x\n\nSquashed commit of the following:\n\n    y\n\n    Key: 1", false), [0; 0]);
        assert_eq!(of("x\n\n```\nan open fence", false), [0; 0]);
    }

    #[test]
    fn the_message_of_another_commit_is_quoted_to_its_end() {
        assert_eq!(of("Revert \"x\"\n\nThis reverts y.\n\nOriginal message:\nx\n\nKey: 1\n", false), [6, 7, 8]);
        assert_eq!(of("Revert \"x\"\n\nThis reverts y.\n\nx\n\nKey: 1", false), [5, 6, 7], "pasted as it is");
        assert_eq!(of("Revert \"x\n\nKey: 1\"\n\nThis reverts y.\nKey: 2", false), [2, 3]);
        assert_eq!(of("Revert \"x\"\n\nThis reverts y.\n\nKey: 1", false), [0; 0], "its own trailer");
        assert_eq!(of("x\n\nOriginal idea: y\n\nKey: 1", false), [0; 0]);
    }

    #[test]
    fn a_trailer_in_a_sentence_is_quoted() {
        assert_eq!(of("x\n\nPeople add\nKey: 1\nwhen they like.", false), [4]);
        assert_eq!(of("x\n\nPeople add\nKey: 1\n\nwhen they like.", false), [0; 0]);
        assert_eq!(of("x\n\nPeople add\nKey: 1\nSigned-off-by: y", false), [0; 0]);
    }

    #[test]
    fn a_relay_speaks_for_itself_only_in_trailers_of_its_own() {
        assert_eq!(of("Bump x\n\nNotes\n\nKey: 1", true), [2, 3, 4, 5]);
        assert_eq!(of("Bump x\n\nKey: 1", true), [2]);
        assert_eq!(of("Bump x\n\nNotes\n\n---------\n\nKey: 1", true), [2, 3, 4, 5, 6]);
        assert_eq!(of("Bump x\n\nNotes\n\nSigned-off-by: x\nKey: 1", true), [2, 3, 4]);
    }
}
