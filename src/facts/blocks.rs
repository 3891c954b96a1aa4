//! What stands in what, by indentation: the lines that enclose a line, the lines of the block that a line opens, and whether
//! such a block leaves its function, loop or process. Enough for every language that is laid out in the usual way.

use super::code_lines::Line;
use super::lexis::tokens;

/// Positions of the lines that enclose a line, the nearest first.
pub(super) fn enclosing(lines: &[Line], at: usize) -> Vec<usize> {
    let (mut found, mut indent) = (Vec::new(), lines[at].indent);
    for above in (0..at).rev() {
        let line = &lines[above];
        if line.indent < indent && !closes(&line.text) {
            found.push(above);
            indent = line.indent;
        }
    }
    found
}

/// True for lines that begin with the end of a block and open none.
fn closes(text: &str) -> bool {
    let rest = text.trim_start_matches(['}', ')', ']', ';', ',', ' ']);
    rest.is_empty() || text == "{" || text == "end"
}

/// The lines of the block that a line opens: those below it that are indented more. A bracket on a line of its own opens it
/// as well.
pub(super) fn block(lines: &[Line], at: usize) -> &[Line] {
    let indent = lines[at].indent;
    let mut start = at + 1;
    if lines.get(start).is_some_and(|line| line.indent == indent && line.text == "{") {
        start += 1;
    }
    let end = lines[start..].iter().take_while(|line| line.indent > indent).count();
    &lines[start..start + end]
}

/// The first word of a line, behind the end of the block before it.
pub(super) fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches(['}', ' ', ')', ';']);
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// True for a line that decides whether its block runs.
pub(super) fn is_condition(text: &str) -> bool {
    matches!(first_word(text), "if" | "elif" | "elsif" | "elseif" | "unless" | "when")
        || first_word(text) == "else" && text.contains(" if ")
}

/// True for a line that begins the handling of an error.
pub(super) fn is_handler(text: &str) -> bool {
    matches!(first_word(text), "catch" | "except" | "rescue")
}

/// True for a line that repeats its block.
pub(super) fn is_loop(text: &str) -> bool {
    const WALKS: [&str; 9] = [
        ".forEach(",
        ".for_each(",
        ".each ",
        ".each_with_index ",
        ".map(",
        ".flatMap(",
        ".each {",
        ".times ",
        "foreach (",
    ];
    let walks = WALKS.iter().any(|word| text.contains(word)) && text.ends_with(['{', '(', '|', '>', 'o']);
    matches!(first_word(text), "for" | "while" | "foreach" | "until" | "loop") || walks
}

/// How a line leaves what it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaving {
    /// With an error: `throw`, `return err`, `panic`, `exit`.
    Refuses,
    /// Otherwise: `return`, `continue`, `break`, `goto`.
    Leaves,
}

/// What a single line does; none if what follows it runs.
pub(super) fn leaving(text: &str) -> Option<Leaving> {
    let word = first_word(text);
    let refuses = matches!(
        word,
        "throw"
            | "raise"
            | "panic"
            | "exit"
            | "die"
            | "abort"
            | "bail"
            | "reject"
            | "fatal"
            | "rethrow"
            | "fail"
            | "assert"
            | "unreachable"
            | "ensure"
    );
    let lower = text.to_ascii_lowercase();
    let calls = [
        "os.exit(",
        "sys.exit(",
        "process.exit(",
        ".fatal(",
        ".fatalf(",
        "reject(",
        "panic!(",
        "bail!(",
        "next(err",
        "reraise",
        "abort(",
        "throw ",
        "promise.reject(",
        "raise_error",
        "_exit(",
        "halt(",
        "rollback",
    ];
    if refuses || calls.iter().any(|call| lower.contains(call)) {
        return Some(Leaving::Refuses);
    }
    match word {
        "return" => {
            let value = lower.split_once("return").map_or("", |(_, value)| value.trim());
            let words = tokens(value);
            // what is taken from an error is a value
            let error = (0..words.len()).any(|at| {
                let name = words[at].text.to_ascii_lowercase();
                let taken = words.get(at + 1).is_some_and(|next| next.text == ".");
                let says = name.starts_with("err") || name.ends_with("error") || name.contains("fail");
                says || !taken && matches!(name.as_str(), "ex" | "e" | "rc" | "exception")
            });
            let negative = value.starts_with('-') || value.starts_with("false");
            Some(if error || negative { Leaving::Refuses } else { Leaving::Leaves })
        }
        "goto" | "continue" | "break" | "redo" | "retry" => Some(Leaving::Leaves),
        _ if lower.starts_with("err(") => Some(Leaving::Refuses),
        _ if text.ends_with('?') || text.ends_with("?;") => Some(Leaving::Refuses),
        _ => None,
    }
}

/// How a block leaves at its end or anywhere on its own level, the strongest way.
pub(super) fn block_leaves(block: &[Line]) -> Option<Leaving> {
    block.iter().filter_map(|line| leaving(&line.text)).min()
}

#[cfg(test)]
mod tests {
    use super::super::code_lines::read as lines;
    use super::*;

    #[test]
    fn what_encloses_a_line_is_told_by_its_indentation() {
        let code = lines("f() {\n  for a in b {\n    if (c) {\n      g();\n    }\n    h();\n  }\n}");
        let of = |at: usize| enclosing(&code, at).into_iter().map(|at| code[at].text.as_str()).collect::<Vec<_>>();
        assert_eq!(of(3), ["if (c) {", "for a in b {", "f() {"]);
        assert_eq!(of(5), ["for a in b {", "f() {"]);
        assert_eq!(block(&code, 2).len(), 1);
    }

    #[test]
    fn a_refusal_is_more_than_an_end() {
        assert_eq!(leaving("return fmt.Errorf(\"x: %w\", err)"), Some(Leaving::Refuses));
        assert_eq!(leaving("return -1;"), Some(Leaving::Refuses));
        assert_eq!(leaving("return Set.of();"), Some(Leaving::Leaves));
        assert_eq!(leaving("} catch (e) {"), None);
        assert_eq!(leaving("log.warn(e)"), None);
    }
}
