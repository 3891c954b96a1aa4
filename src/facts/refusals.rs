//! What a question refuses, read from its text: whether a condition answers one case in another way rather than refusing
//! it, and whether one comparison with a number refuses all that another one does.

use super::code_lines::{Line, says_something};
use super::lexis::{Class, tokens};

/// Names of what an answer is if something went wrong.
const REFUSALS: [&str; 9] = ["err", "invalid", "fail", "status", "abort", "reject", "forbid", "denied", "redirect"];

/// True if what looks like a guard answers a case of its own: it works and gives back what another call answers, asks for
/// a type and hands over to a call, or gives back the very value that it asked about. One of several ways, no refusal.
/// `guard`: its lines of code, with the question first.
pub(super) fn is_special_case(question: &Line, guard: &[Line]) -> bool {
    let says: Vec<&Line> = guard.iter().filter(|line| says_something(&line.text)).collect();
    let body: Vec<&Line> = says.iter().copied().filter(|line| line.number > question.number).collect();
    let answer = match body.last() {
        Some(last) => last.text.as_str(),
        None => question.text.split_once("return ").map_or("", |(before, _)| &question.text[before.len()..]),
    };
    let Some(answer) = answer.strip_prefix("return ").map(|rest| rest.trim_end_matches(['}', ';', ' '])) else {
        return false;
    };
    let lower = answer.to_ascii_lowercase();
    let refuses = REFUSALS.iter().any(|word| lower.contains(word) || question.text.to_ascii_lowercase().contains(word));
    let calls = answer.contains('(') && !refuses;
    calls && (body.len() > 1 || asks_type(&question.text)) || !refuses && is_argument(answer, &question.text)
}

/// True if a question does something and asks whether that went well, and the entity no longer does it: the work went,
/// and no check of what came before it. `called`: whether a name is still there.
pub(super) fn is_act(question: &str, called: impl Fn(&str) -> bool) -> bool {
    const ACTS: [&str; 20] = [
        "set", "create", "init", "open", "alloc", "register", "start", "write", "send", "add", "put", "load", "bind",
        "connect", "listen", "attach", "mark", "update", "install", "make",
    ];
    let words = tokens(question);
    let compares = words.iter().any(|token| matches!(token.class, Class::Comparison | Class::Logic));
    let name = (1..words.len())
        .find(|at| words[*at].text == "(" && words[at - 1].class == Class::Word && words[at - 1].text != "if");
    let Some(name) = name.map(|at| words[at - 1].text) else { return false };
    let lower = name.to_ascii_lowercase();
    let verb = ACTS.iter().any(|act| {
        let begins = lower.strip_prefix(act).is_some_and(|_| {
            let rest = &name[act.len()..];
            rest.is_empty() || rest.starts_with(|c: char| c.is_uppercase() || c == '_')
        });
        begins || lower.split('_').any(|part| part == *act)
    });
    verb && !compares && !called(name)
}

/// True for `x instanceof T`, `isinstance(x, T)`.
fn asks_type(question: &str) -> bool {
    let words = ["instanceof ", "isinstance(", "is_a?(", "kind_of?("];
    let named = question.match_indices(" is ").any(|(at, _)| question[at + 4..].starts_with(char::is_uppercase));
    named || words.iter().any(|word| question.contains(word))
}

/// True if a name is what the question gave a call to look at: `if (!PATTERN.test(value)) return value`.
fn is_argument(answer: &str, question: &str) -> bool {
    let name = answer.trim();
    if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return false;
    }
    let question = question.split("return ").next().unwrap_or_default();
    let words = tokens(question);
    (2..words.len()).any(|at| {
        let call = words[at - 1].text == "(" && words[at - 2].class == Class::Word && words[at - 2].text != "if";
        call && words[at].text == name && words.get(at + 1).is_some_and(|next| next.text == ")")
    })
}

/// True if all that one comparison with a number refuses is refused by the other: `len(a) == 2` by `len(a) > 1`.
pub(super) fn refused_by(one: &str, other: &str) -> bool {
    let (Some((what, one)), Some((same, other))) = (comparison(one), comparison(other)) else { return false };
    what == same && one.0 >= other.0 && one.1 <= other.1
}

/// What a line compares with a whole number, and the least and the greatest value that it asks for. Nothing for a line
/// that asks more than that.
fn comparison(line: &str) -> Option<(String, (i64, i64))> {
    let words = tokens(line);
    let first = words.first().filter(|first| matches!(first.text, "if" | "elif" | "unless"))?;
    let sign = words.iter().position(|token| token.class == Class::Comparison)?;
    let number: i64 = words.get(sign + 1)?.text.parse().ok()?;
    let rest = |token: &super::lexis::Token| matches!(token.text, ")" | "{" | ":" | "then" | "(");
    let more = words[sign + 2..].iter().take_while(|token| !matches!(token.text, "{" | ":" | "return" | "throw"));
    if first.text == "unless"
        || !more.clone().all(rest)
        || words[..sign].iter().any(|token| token.class == Class::Logic)
    {
        return None;
    }
    let what: String = line[first.end..words[sign].start].split_whitespace().collect();
    // the bracket around the whole condition is no part of what is asked
    let open = what.matches('(').count() > what.matches(')').count();
    let what = if open { what.replacen('(', "", 1) } else { what };
    let range = match words[sign].text {
        "==" | "===" => (number, number),
        "<" => (i64::MIN, number.checked_sub(1)?),
        "<=" => (i64::MIN, number),
        ">" => (number.checked_add(1)?, i64::MAX),
        ">=" => (number, i64::MAX),
        _ => return None,
    };
    Some((what, range))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_refuses_what_a_wider_one_refuses() {
        assert!(refused_by("if len(args) == 2 {", "if len(args) > 1 {"));
        assert!(refused_by("if (n > 10)", "if (n > 5) return 1;"));
        assert!(!refused_by("if (n > 5)", "if (n > 10)"));
        assert!(!refused_by("if n > 10:", "if n < 0:"));
        assert!(!refused_by("if n > 10:", "if m > 10:"));
        assert!(!refused_by("if n > 10:", "if n > 5 and old:"));
    }

    #[test]
    fn work_whose_outcome_is_asked_is_no_check() {
        assert!(is_act("if (!SetHandleFlags(s, INHERIT, 0))", |_| false));
        assert!(is_act("if buf_init(b):", |_| false));
        assert!(!is_act("if (!SetHandleFlags(s, INHERIT, 0))", |_| true), "still done");
        assert!(!is_act("if (!settled(order))", |_| false), "a question");
        assert!(!is_act("if (add(a, b) > limit)", |_| false), "a comparison");
        assert!(!is_act("if (!allowed(user))", |_| false));
    }

    #[test]
    fn one_of_several_ways_is_no_refusal() {
        let line = |number: u32, indent: usize, text: &str| Line { number, indent, text: text.to_owned() };
        let case = |lines: &[&str]| {
            let lines: Vec<Line> = lines.iter().zip(1..).map(|(text, number)| line(number, 0, text)).collect();
            is_special_case(&lines[0], &lines)
        };
        assert!(case(&["if (m instanceof Special) return special(m, site);"]));
        assert!(case(&["if (!PATTERN.test(value)) return value"]));
        assert!(case(&["if fast {", "count += 1", "return quick(n)", "}"]));
        assert!(case(&["if (value is Day day)", "{", "return convert(day);", "}"]));
        assert!(!case(&["if (user instanceof Guest) return reject(user);"]));
        assert!(!case(&["if (result) return result;"]));
        assert!(!case(&["if amount > limit:", "raise ValueError()"]));
        assert!(!case(&["if (amount > limit) return 0;"]));
        assert!(!case(&["if (isError(found)) return found;"]));
    }
}
