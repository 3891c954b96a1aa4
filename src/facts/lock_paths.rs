//! A way out of a function on which a lock is not given back (`flow.lock-kept`): a `return` between the lock and its
//! release, where other ways release it. Read by indentation: what stands in other branches is not on the way.

use super::Fact;
use super::blocks::first_word;
use super::both_sides::Both;
use super::code_lines::Line;

/// The first way out that came with the change and keeps a lock.
pub(super) fn lock_kept(both: &Both) -> Option<Fact> {
    let releases = |line: &Line| releases(&line.text);
    if !both.to.iter().any(releases) || !both.to.iter().any(|line| takes(&line.text)) {
        return None;
    }
    let (was, is) = (kept(both.from), kept(both.to));
    if is.len() <= was.len() {
        return None;
    }
    let before = |line: &Line| was.iter().any(|(other, _)| both.renames.line(&other.text) == line.text);
    let (line, lock) = is.iter().find(|(line, _)| !before(line)).or(is.first())?;
    Some(both.fact("flow.lock-kept", line.number, &lock.text, &line.text))
}

/// Ways out that keep a lock, each with the line that took it.
fn kept(lines: &[Line]) -> Vec<(&Line, &Line)> {
    let ways = (0..lines.len()).filter(|at| matches!(first_word(&lines[*at].text), "return" | "throw" | "raise"));
    ways.filter(|at| !releases(&lines[*at].text)).filter_map(|at| Some((&lines[at], held(lines, at)?))).collect()
}

/// The line that took the lock that is held on a line.
fn held(lines: &[Line], at: usize) -> Option<&Line> {
    let mut indent = lines[at].indent;
    let mut behind_label: Option<usize> = None;
    for line in lines[..at].iter().rev() {
        if line.indent > indent || behind_label.is_some_and(|label| line.indent >= label) {
            continue;
        }
        let opens = line.indent < indent;
        if opens && first_word(&line.text) == "try" && released_behind(&lines[at..], line.indent) {
            return None;
        }
        indent = line.indent;
        if matches!(first_word(&line.text), "case" | "default") {
            behind_label = Some(line.indent);
            continue;
        }
        // given back whichever way is taken, or given back above
        if releases(&line.text) {
            return None;
        }
        if takes(&line.text) {
            // in a condition it asks whether it was taken, and a block of its own gives it back
            return (!opens && !line.text.ends_with(['{', ':'])).then_some(line);
        }
    }
    None
}

/// True if what stands behind a `try` of an indentation gives a lock back on a way out of it: the block that is run in any
/// case, and for an error its handlers. `behind`: the lines from the way out on.
fn released_behind(behind: &[Line], indent: usize) -> bool {
    let raises = behind.first().is_some_and(|way| first_word(&way.text) != "return");
    let mut blocks =
        behind.iter().skip(1).skip_while(|line| line.indent > indent).take_while(|line| line.indent >= indent);
    let mut open = false;
    blocks.any(|line| {
        if line.indent == indent {
            let handles = ["except", "catch", "rescue"].iter().any(|word| line.text.contains(word));
            open = line.text.contains("finally") || line.text == "ensure" || raises && handles;
        }
        open && line.indent > indent && releases(&line.text)
    })
}

/// True for a statement that takes a lock until it is released by hand.
fn takes(text: &str) -> bool {
    let word = first_word(text);
    if matches!(
        word,
        "if" | "while" | "return" | "func" | "def" | "static" | "with" | "using" | "synchronized" | "async"
    ) {
        return false;
    }
    called(text, &["lock", "rlock", "acquire", "entercriticalsection"]) && !text.contains('=')
}

/// True for a line that releases a lock, now or at the end.
fn releases(text: &str) -> bool {
    called(text, &["unlock", "runlock", "release", "leavecriticalsection"])
}

/// True if one of some names, or a name that ends in one of them behind an underscore, is called on a line.
fn called(text: &str, names: &[&str]) -> bool {
    text.match_indices('(').any(|(at, _)| {
        let before = &text[..at];
        let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        names.iter().any(|wanted| {
            name == *wanted
                || name.strip_suffix(wanted).is_some_and(|head| head.ends_with('_'))
                || name.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('_'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::code_lines::read as lines;
    use super::*;

    fn ways(text: &str) -> Vec<u32> {
        kept(&lines(text)).into_iter().map(|(line, _)| line.number).collect()
    }

    #[test]
    fn a_way_out_between_lock_and_release_keeps_the_lock() {
        let go = "func F() {\n\tm.Lock()\n\tif a {\n\t\treturn 1\n\t}\n\tif b {\n\t\tm.Unlock()\n\t\treturn 2\n\t}\n\tm.Unlock()\n\treturn 3\n}";
        assert_eq!(ways(go), [4]);
        assert_eq!(ways(&go.replace("m.Lock()\n", "m.Lock()\n\tdefer m.Unlock()\n")), [0; 0]);
        let java = "long f() {\n\tlock.lock();\n\ttry {\n\t\treturn total;\n\t} finally {\n\t\tlock.unlock();\n\t}\n}";
        assert_eq!(ways(java), [0; 0]);
        assert_eq!(ways(&java.replace("finally", "catch (E e)")), [4]);
        assert_eq!(ways(&java.replace("finally", "catch (E e)").replace("return total", "throw lost")), [0; 0]);
        let c = "int f() {\n\tpthread_mutex_lock(&m);\n\tif (a)\n\t\tgoto out;\n\tif (b)\n\t\treturn -1;\nout:\n\tpthread_mutex_unlock(&m);\n\treturn 0;\n}";
        assert_eq!(ways(c), [6]);
        assert_eq!(
            ways("int f() {\n\tif (mutex_lock(&m))\n\t\treturn -1;\n\tmutex_unlock(&m);\n\treturn 0;\n}"),
            [0; 0]
        );
        assert_eq!(
            ways("int f() {\n\tswitch (a) {\n\tcase 1:\n\t\tlock(m);\n\t\tbreak;\n\tcase 2:\n\t\treturn 1;\n\t}\n}"),
            [0; 0]
        );
    }
}
