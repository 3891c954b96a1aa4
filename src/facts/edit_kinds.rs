//! What a small edit of one line is called: a boundary that moved, a comparison turned round, a truth value, a number, a
//! type that lost bits, an `await` that went, an error that is no longer given back. Names only; which lines belong
//! together, and what stands around them, is for `edits.rs`.

use super::lexis::{Class, Token, amount, comparisons, tokens, unit, width};

/// One line of code.
pub(super) struct Code<'a> {
    pub number: u32,
    pub text: &'a str,
    pub tokens: Vec<Token<'a>>,
}

/// The name of an edit, from the most to the least telling; none for one that says nothing by itself.
pub(super) fn named(from: &Code, to: &Code) -> Option<&'static str> {
    let spots = spots(from, to);
    let (a, b) = middle(&from.tokens, &to.tokens);
    widened(from, to)
        .or_else(|| lost_await(from, to))
        .or_else(|| reused(&spots, to))
        .or_else(|| spot_edit(&spots, from, to))
        .or_else(|| span_edit(a, b, from, to))
}

/// The tokens in which two lines of as many tokens differ.
pub(super) fn spots<'a, 'b>(from: &'a Code<'b>, to: &'a Code<'b>) -> Vec<(&'a Token<'b>, &'a Token<'b>)> {
    if from.tokens.len() != to.tokens.len() {
        return Vec::new();
    }
    from.tokens.iter().zip(&to.tokens).filter(|(a, b)| a != b).collect()
}

/// The tokens that differ: what is left of both lines without their common beginning and end.
pub(super) fn middle<'a, 'b>(from: &'a [Token<'b>], to: &'a [Token<'b>]) -> (&'a [Token<'b>], &'a [Token<'b>]) {
    let head = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let (from, to) = (&from[head..], &to[head..]);
    let tail = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| a == b).count();
    (&from[..from.len() - tail], &to[..to.len() - tail])
}

/// The same line without an `await`, whatever brackets went with it.
fn lost_await(from: &Code, to: &Code) -> Option<&'static str> {
    let waits = |code: &Code| code.tokens.iter().filter(|token| token.text == "await").count();
    let rest = |code: &Code| -> Vec<String> {
        let words = code.tokens.iter().map(|token| token.text);
        words.filter(|text| !matches!(*text, "await" | "(" | ")" | "." | "?.")).map(str::to_owned).collect()
    };
    (waits(from) > waits(to) && rest(from) == rest(to)).then_some("edit.await")
}

/// A number of a flag or a field that now belongs to another name: `FLAG_A = 1 << 3` became `FLAG_B = 1 << 3`. A name
/// that shares a word with the old one is only a better name.
fn reused(spots: &[(&Token, &Token)], to: &Code) -> Option<&'static str> {
    let [(from, is)] = spots else { return None };
    let at = to.tokens.iter().position(|token| token.start == is.start)?;
    let next = to.tokens.get(at + 1)?;
    let numbered = next.text == "=" && to.tokens.get(at + 2).is_some_and(|token| token.class == Class::Number)
        || next.class == Class::Number && at > 0 && to.tokens[at - 1].text == "define";
    let constant = |token: &Token| {
        token.class == Class::Word
            && token.text.len() > 2
            && token.text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let parts = |token: &Token| -> Vec<String> {
        token.text.split('_').filter(|part| part.len() > 1).map(str::to_owned).collect()
    };
    let (old, new) = (parts(from), parts(is));
    // words that half of all flags begin with
    let telling = |part: &&String| !matches!(part.as_str(), "FLAG" | "FLAGS" | "OPT" | "BIT" | "TYPE" | "MODE" | "OP");
    let apart = !old.iter().filter(telling).any(|part| new.contains(part));
    (numbered && constant(from) && constant(is) && apart).then_some("edit.number-reused")
}

/// True if a `return` that gave back an error gives back none, right below the question whether there is one.
/// `above`: the lines of code before both.
pub(super) fn drops_error(from: &Code, to: &Code, above: [Option<&str>; 2]) -> bool {
    let [Some(was), Some(is)] = above else { return false };
    let errors = |text: &str| text.to_ascii_lowercase().contains("err") || text.contains("fail");
    let still = to.tokens.iter().any(|token| token.class == Class::Word && errors(token.text));
    if still {
        return false;
    }
    let asked = |name: &str, line: &str| {
        let words = tokens(line);
        let asks = words.first().is_some_and(|first| matches!(first.text, "if" | "elif" | "}" | "catch" | "except"));
        asks && words.iter().any(|token| token.text == name)
    };
    let gone = from.tokens.iter().filter(|token| token.class == Class::Word && !to.tokens.contains(token));
    let mut gone = gone.filter(|token| is_error_name(token.text));
    gone.any(|token| asked(token.text, was) && asked(token.text, is))
}

/// Names that everybody gives to errors and results of calls.
fn is_error_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("err")
        || lower.ends_with("err")
        || lower.ends_with("error")
        || matches!(lower.as_str(), "e" | "ex" | "exc" | "exception" | "rc" | "ret" | "rv" | "status" | "errno")
}

/// Both lines have as many tokens: what stands in the place of what.
fn spot_edit(spots: &[(&Token, &Token)], from: &Code, to: &Code) -> Option<&'static str> {
    let all = |test: fn(&str, &str) -> bool| !spots.is_empty() && spots.iter().all(|(a, b)| test(a.text, b.text));
    let class = |class: Class| spots.iter().all(|(a, b)| a.class == class && b.class == class);
    let (first, second) = spots.first()?;
    if class(Class::Comparison) {
        return if all(same_comparison) {
            all(is_loosened).then_some("edit.loosened")
        } else if all(is_boundary) {
            Some("edit.boundary")
        } else if all(is_equality) {
            Some("edit.equality")
        } else {
            all(is_reversal).then_some("edit.reversal")
        };
    }
    if class(Class::Logic) {
        return (!all(same_logic)).then_some("edit.logic");
    }
    let decides = |token: &Token| matches!(token.class, Class::Comparison | Class::Logic);
    if spots.len() > 1 && spots.iter().all(|(a, b)| decides(a) && a.class == b.class) {
        return logic_edit(spots, from);
    }
    let quantity = |a: &Token, b: &Token| {
        (a.class == Class::Number && b.class == Class::Number) || (unit(a.text).is_some() && unit(b.text).is_some())
    };
    if spots.iter().all(|(a, b)| quantity(a, b)) {
        return ratio_of_tokens(&from.tokens, &to.tokens)
            .filter(|ratio| (ratio - 1.0).abs() > 1e-9)
            .map(|_| "edit.number");
    }
    if spots.len() > 1 {
        return None;
    }
    match (truth(first.text), truth(second.text)) {
        (Some(a), Some(b)) if a != b => return Some("edit.boolean"),
        _ => {}
    }
    if first.class == Class::Text && second.class == Class::Text {
        if means_all(second.text) && !means_all(first.text) {
            return Some("edit.emptied");
        }
        return Some(if holes(second.text) < holes(first.text) { "edit.hole-dropped" } else { "edit.text" });
    }
    let narrower = width(first.text).zip(width(second.text)).is_some_and(|(a, b)| b < a);
    narrower.then_some("edit.width")
}

/// Comparisons and the words between them changed: all of them turned round say the opposite of the whole, which is what
/// changed branches say; some of them ask something else.
fn logic_edit(spots: &[(&Token, &Token)], from: &Code) -> Option<&'static str> {
    let logic = from.tokens.iter().filter(|token| token.class == Class::Logic).count();
    let turned = spots.iter().filter(|(a, _)| a.class == Class::Comparison).count();
    let all = spots.len() - turned == logic && turned == logic + 1;
    let plain = spots.iter().all(|(a, b)| match a.class {
        Class::Logic => same_logic(a.text, b.text),
        _ => same_comparison(a.text, b.text),
    });
    (!plain).then_some(if all { "edit.reversal" } else { "edit.logic" })
}

/// `<` and `>`, `==` and `!=`: one asks the other way round, or for the opposite; `>` and `!=` ask two questions.
fn is_reversal(a: &str, b: &str) -> bool {
    let direction = |sign: &str| sign.starts_with('<').then_some(true).or(sign.starts_with('>').then_some(false));
    match (direction(a), direction(b)) {
        (Some(a), Some(b)) => a != b,
        (None, None) => true,
        _ => false,
    }
}

/// A handler that takes more kinds of errors than before.
fn widened(from: &Code, to: &Code) -> Option<&'static str> {
    const ALL: [&str; 8] =
        ["Exception", "BaseException", "StandardError", "Throwable", "Error", "RuntimeException", "NSError", "Object"];
    let handles = |code: &Code| {
        let words: Vec<&str> = code.tokens.iter().take(2).map(|token| token.text).collect();
        words.iter().any(|word| matches!(*word, "except" | "rescue" | "catch")) && !code.text.contains("throw ")
    };
    let names = |code: &Code| code.tokens.iter().filter(|token| token.text.starts_with(char::is_uppercase)).count();
    let takes_all = |code: &Code| {
        let part = |at: usize| code.tokens[..at].last().is_some_and(|before| matches!(before.text, "::" | "."));
        names(code) == 0 || (0..code.tokens.len()).any(|at| ALL.contains(&code.tokens[at].text) && !part(at))
    };
    (handles(from) && handles(to) && takes_all(to) && !takes_all(from)).then_some("edit.handler-widened")
}

/// The lines differ in one stretch.
fn span_edit(a: &[Token], b: &[Token], from: &Code, to: &Code) -> Option<&'static str> {
    let is = |tokens: &[Token], words: &[&str]| tokens.len() == 1 && words.contains(&tokens[0].text);
    let negates = |code: &Code, token: &Token| {
        // behind a value it says that there is one: `made!(x)`
        let before = code.text[..token.start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | ']' | '>' | '"')) {
            return false;
        }
        let behind = code.tokens.iter().find(|other| other.start >= token.end);
        behind.is_some_and(|next| matches!(next.class, Class::Word | Class::Text) || matches!(next.text, "(" | "!"))
    };
    let gone = is(a, &["!", "not"]) && b.is_empty() && negates(from, &a[0]);
    if gone || (a.is_empty() && is(b, &["!", "not"]) && negates(to, &b[0])) {
        return Some("edit.reversal");
    }
    if is(a, &["if"]) && is(b, &["unless"]) || is(a, &["unless"]) && is(b, &["if"]) {
        return Some("edit.reversal");
    }
    let fewer = comparisons(&to.tokens) == 0 && comparisons(&from.tokens) > 0;
    let shared = a.iter().any(|one| one.class == Class::Word && b.iter().any(|other| other == one));
    (fewer && shared && asks(from) && asks(to)).then_some("edit.comparison-dropped")
}

/// Lines that decide whether to go on.
pub(super) fn asks(code: &Code) -> bool {
    let first = code.tokens.first().map_or("", |token| token.text);
    matches!(first, "if" | "elif" | "while" | "unless" | "require" | "assert" | "guard" | "ensure" | "when")
        || code.text.starts_with("} else if")
        || code.text.starts_with("else if")
}

fn same_comparison(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace("===", "==").replace("!==", "!=");
    plain(a) == plain(b)
}

fn same_logic(a: &str, b: &str) -> bool {
    let plain = |text: &str| matches!(text, "&&" | "and");
    plain(a) == plain(b)
}

/// `===` that became `==`: from now on values of other types can be equal, too.
fn is_loosened(a: &str, b: &str) -> bool {
    matches!((a, b), ("===", "==") | ("!==", "!="))
}

/// The same direction, with or without equality.
fn is_boundary(a: &str, b: &str) -> bool {
    a != b && a.trim_end_matches('=') == b.trim_end_matches('=') && matches!(a.trim_end_matches('='), "<" | ">")
}

/// A range that became one value, or one value that became a range.
fn is_equality(a: &str, b: &str) -> bool {
    matches!((a, b), ("==", ">=" | "<=") | (">=" | "<=", "=="))
}

pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "YES" => Some(true),
        "false" | "False" | "FALSE" | "NO" => Some(false),
        _ => None,
    }
}

/// Places in a quoted text that are filled in: `{a}`, `${a}`, `#{a}`, `%s`.
fn holes(quoted: &str) -> usize {
    quoted.matches('{').count()
        + quoted.matches("%s").count()
        + quoted.matches("%d").count()
        + quoted.matches("%v").count()
}

/// A quoted text that is nothing, or everything.
fn means_all(quoted: &str) -> bool {
    let inner = quoted.trim_matches(['"', '\'', '`']).trim();
    matches!(inner, "" | "*" | ".*" | "/" | "0.0.0.0/0" | "::/0" | "0.0.0.0" | "%")
}

/// New quantity divided by old one, where two texts differ in one number or in the unit beside it.
pub fn ratio(old: &str, new: &str) -> Option<f64> {
    ratio_of_tokens(&tokens(old), &tokens(new))
}

fn ratio_of_tokens(old: &[Token], new: &[Token]) -> Option<f64> {
    if old.len() != new.len() {
        return None;
    }
    let (mut ratio, mut numbers) = (1.0, 0);
    for (a, b) in old.iter().zip(new).filter(|(a, b)| a != b) {
        let of = |token: &Token| if token.class == Class::Number { amount(token.text) } else { unit(token.text) };
        let (from, to) = (of(a)?, of(b)?);
        if a.class != b.class || from == 0.0 {
            return None;
        }
        numbers += usize::from(a.class == Class::Number);
        ratio *= to / from;
    }
    (numbers <= 1).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code<'_> {
        Code { number: 1, text, tokens: tokens(text) }
    }

    fn name(from: &str, to: &str) -> &'static str {
        named(&code(from), &code(to)).unwrap_or_default()
    }

    #[test]
    fn an_await_may_take_its_brackets_with_it() {
        assert_eq!(name("if (!(await limiter.allow(user))) {", "if (!limiter.allow(user)) {"), "edit.await");
        assert_eq!(name("let a = load(b).await?;", "let a = load(b)?;"), "edit.await");
        assert_eq!(name("await pay(a)", "await pay(b)"), "");
    }

    #[test]
    fn a_number_is_reused_by_a_name_of_another_meaning() {
        assert_eq!(name("#define OPT_POWER_PEG 8", "#define OPT_RLP 8"), "edit.number-reused");
        assert_eq!(name("FLAG_PEG = 1 << 3", "FLAG_RLP = 1 << 3"), "edit.number-reused");
        assert_eq!(name("MAX_SIZE = 3", "MAX_BODY_SIZE = 3"), "");
        assert_eq!(name("left = 3", "right = 3"), "");
    }

    #[test]
    fn an_error_is_dropped_below_its_question_only() {
        let drops = |above: &str| drops_error(&code("return nil, err"), &code("return nil, nil"), [Some(above); 2]);
        assert!(drops("if err != nil {") && !drops("x, err := f()") && !drops("if other != nil {"));
        assert!(!drops_error(&code("return err"), &code("return wrapError(x)"), [Some("if err != nil {"); 2]));
        assert!(drops_error(&code("return rc;"), &code("return 0;"), [Some("if (rc < 0)"); 2]));
    }

    #[test]
    fn a_comparison_that_looks_at_types_is_stricter() {
        assert_eq!(name("if ($a === $b) {", "if ($a == $b) {"), "edit.loosened");
        assert_eq!(name("if ($a == $b) {", "if ($a === $b) {"), "");
    }

    #[test]
    fn quantities_have_a_ratio() {
        assert_eq!(ratio("a = 5000", "a = 500"), Some(0.1));
        assert_eq!(ratio("20 * time.Second", "20000 * time.Millisecond").map(f64::round), Some(1.0));
        assert_eq!(ratio("a = 5", "b = 5"), None);
    }
}
