//! How a type is put together, read off its text: unions, arguments, functions with their parameters, lists, objects.
//! Pure text: names are looked up in `types.rs`. What is not understood is a name that nothing has, and means nothing.

/// One form of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form<'t> {
    /// `A | B`, `A & B`, or both branches of a condition.
    Any(Vec<&'t str>),
    /// `a.B<C, D>`
    Name { name: &'t str, arguments: Vec<&'t str> },
    /// `(a: A, b?: B) => R`
    Function { parameters: &'t str, returns: &'t str },
    /// `A[]`, `[A, B]`
    List(Vec<&'t str>),
    /// `A['key']`
    Part { of: &'t str, key: &'t str },
    /// `{ a: A }`, without its braces.
    Object(&'t str),
    /// `typeof a.b`
    Value(&'t str),
    /// `=chain`
    Chain(&'t str),
    /// A literal, a predicate, nothing.
    Nothing,
}

/// A parameter of a function type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameter<'t> {
    pub(super) name: &'t str,
    pub(super) is: &'t str,
    pub(super) rest: bool,
    pub(super) optional: bool,
}

/// The outermost form of a type.
pub(super) fn form(text: &str) -> Form<'_> {
    let text = text.trim().trim_start_matches(['|', '&']).trim();
    if let Some(chain) = text.strip_prefix('=').filter(|rest| !rest.starts_with('>')) {
        return Form::Chain(chain);
    }
    for word in ["readonly ", "async ", "unique ", "final ", "? extends ", "? super "] {
        if let Some(rest) = text.strip_prefix(word) {
            return form(rest);
        }
    }
    if let Some((parameters, returns)) = function(text) {
        return Form::Function { parameters, returns };
    }
    if let Some(branches) = condition(text) {
        return Form::Any(branches);
    }
    let parts = split(text, &['|', '&']);
    if parts.len() > 1 {
        return Form::Any(parts);
    }
    if let Some(value) = text.strip_prefix("typeof ") {
        return Form::Value(value.trim());
    }
    single(text)
}

fn single(text: &str) -> Form<'_> {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'(') if close(text, 0) == Some(text.len() - 1) => {
            let inside = &text[1..text.len() - 1];
            let items = split(inside, &[',']);
            if items.len() < 2 {
                return form(inside);
            }
            // `(count int, err error)`: the type is the last word
            let last = |item: &'_ str| {
                item.trim().rfind(' ').filter(|_| !item.contains(['<', '(', '='])).map_or(0, |at| at + 1)
            };
            return Form::List(items.into_iter().map(|item| &item.trim()[last(item)..]).collect());
        }
        Some(b'{') if bytes.last() == Some(&b'}') => return Form::Object(&text[1..text.len() - 1]),
        Some(b'[') if close(text, 0) == Some(text.len() - 1) => {
            let items = split(&text[1..text.len() - 1], &[',']).into_iter().map(|item| {
                let item = item.trim().trim_start_matches("...");
                label(item).map_or(item, |(_, is)| is)
            });
            return Form::List(items.collect());
        }
        _ => {}
    }
    if let Some(of) = text.strip_suffix("[]").or_else(|| text.strip_suffix("...")) {
        return Form::List(vec![of]);
    }
    if text.ends_with(']')
        && let Some(open) = open_of_last(text)
    {
        let key = text[open + 1..text.len() - 1].trim();
        return match key.strip_prefix(['\'', '"']).and_then(|key| key.strip_suffix(['\'', '"'])) {
            Some(key) => Form::Part { of: &text[..open], key },
            None => Form::List(vec![&text[..open]]),
        };
    }
    named(text)
}

fn named(text: &str) -> Form<'_> {
    let end = text.find('<').unwrap_or(text.len());
    let name = text[..end].trim();
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(word) {
        return Form::Nothing;
    }
    let arguments = match text[end..].strip_prefix('<').and_then(|rest| rest.trim_end().strip_suffix('>')) {
        Some(inside) => split(inside, &[',']),
        None => Vec::new(),
    };
    Form::Name { name, arguments }
}

/// Parameters and result of a function type.
fn function(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("new ").unwrap_or(text);
    let start = match text.starts_with('<') {
        true => close(text, 0)? + 1,
        false => 0,
    };
    let rest = text[start..].trim_start();
    if !rest.starts_with('(') {
        return None;
    }
    let end = close(rest, 0)?;
    let returns = rest[end + 1..].trim_start().strip_prefix("=>")?;
    Some((&rest[1..end], returns.trim()))
}

/// Both branches of `A extends B ? C : D`.
fn condition(text: &str) -> Option<Vec<&str>> {
    let parts = split(text, &['?']);
    if parts.len() < 2 || !parts[0].contains(" extends ") {
        return None;
    }
    let rest = &text[parts[0].len() + 1..];
    let branches = split(rest, &[':']);
    let first = branches.first()?;
    Some(vec![first, rest.get(first.len() + 1..)?])
}

/// The parameters of a function type.
pub(super) fn parameters<'t>(text: &'t str) -> Vec<Parameter<'t>> {
    let parts = split(text, &[',']).into_iter().filter(|part| !part.trim().is_empty());
    let read = |part: &'t str| {
        let bare = part.trim_start().trim_start_matches("...");
        let (rest, inside) = (part.trim_start().starts_with("..."), bare);
        let (name, is) = label(inside).unwrap_or(("", inside));
        let bare = name.trim_end().trim_end_matches('?');
        Parameter {
            name: bare,
            is: is.trim(),
            rest,
            optional: bare.len() < name.trim_end().len() || name.contains('='),
        }
    };
    parts.map(read).collect()
}

/// `name: type`, where the colon stands outside brackets.
fn label(text: &str) -> Option<(&str, &str)> {
    let first = *split(text, &[':']).first()?;
    let rest = text.get(first.len() + 1..)?;
    Some((first.trim(), rest))
}

/// The type of a member of an object type.
pub(super) fn member<'t>(object: &'t str, name: &str) -> Option<&'t str> {
    split(object, &[';', ',']).into_iter().find_map(|part| {
        let (label, is) = label(part)?;
        let label = label.trim_start_matches("readonly ").trim_end_matches('?').trim();
        (label == name).then(|| is.trim())
    })
}

/// `<T extends X = Y, U>` to (name, bound, default).
pub(super) fn generics(text: &str) -> Vec<(&str, Option<&str>, Option<&str>)> {
    let inside = text.trim();
    let inside = inside.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(inside);
    let one = |part| {
        let head: &str = split(part, &['=']).first().copied().unwrap_or(part);
        let default = part.get(head.len() + 1..).map(str::trim);
        let (names, bound) = match head.split_once(" extends ") {
            Some((names, bound)) => (names, Some(bound.trim())),
            None => match head.split_once(':') {
                Some((names, bound)) => (names, Some(bound.trim())),
                None => (head, None),
            },
        };
        let name = names.split_whitespace().next_back().unwrap_or("");
        (name, bound, default)
    };
    split(inside, &[',']).into_iter().map(one).filter(|(name, ..)| !name.is_empty()).collect()
}

/// Splits at any of the marks outside brackets and quotes.
pub(super) fn split<'t>(text: &'t str, marks: &[char]) -> Vec<&'t str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0i32, None);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(c),
            (None, '(' | '[' | '{' | '<') => depth += 1,
            (None, '>') if before == '=' => {}
            (None, ')' | ']' | '}' | '>') => depth -= 1,
            (None, c) if depth == 0 && marks.contains(&c) && !(c == '=' && text[at..].starts_with("=>")) => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    parts.push(&text[start..]);
    parts
}

/// The bracket that closes the one at a byte.
fn close(text: &str, open: usize) -> Option<usize> {
    let (mut depth, mut before) = (0i32, ' ');
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if before == '=' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        before = c;
    }
    None
}

/// The bracket that the last byte of a text closes.
fn open_of_last(text: &str) -> Option<usize> {
    let mut depth = 0i32;
    for (at, c) in text.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at).filter(|at| *at > 0);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<'t>(name: &'t str, arguments: &[&'t str]) -> Form<'t> {
        Form::Name { name, arguments: arguments.to_vec() }
    }

    #[test]
    fn every_form_is_told_apart() {
        assert_eq!(form("shop.Cart<Line, Map<K, V>>"), name("shop.Cart", &["Line", " Map<K, V>"]));
        assert_eq!(form("A | (B & C)"), Form::Any(vec!["A ", " (B & C)"]));
        assert_eq!(form("(B)"), name("B", &[]));
        assert_eq!(form("A[]"), Form::List(vec!["A"]));
        assert_eq!(form("[a: A, ...B]"), Form::List(vec![" A", "B"]));
        assert_eq!(form("A['b']"), Form::Part { of: "A", key: "b" });
        assert_eq!(form("(a: A) => B | C"), Form::Function { parameters: "a: A", returns: "B | C" });
        assert_eq!(form("(a:A)=>=b.c(1)"), Form::Function { parameters: "a:A", returns: "=b.c(1)" });
        assert_eq!(form("<T>(a: T) => T"), Form::Function { parameters: "a: T", returns: "T" });
        assert_eq!(form("A extends B ? C : D<E>"), Form::Any(vec![" C ", " D<E>"]));
        assert_eq!(form("=a.b(0)"), Form::Chain("a.b(0)"));
        for odd in ["", "'a'", "12", "(", ")", "<", "=>", "A<", "[", "]", "{", "a is B", "??", "A[", "é<"] {
            let _ = form(odd);
        }
    }

    #[test]
    fn parameters_members_and_type_parameters_are_read() {
        let read = parameters("a: A<B, C>, b?: (x: X) => Y, ...rest: D[]");
        let rows: Vec<_> = read.iter().map(|p| (p.name, p.is, p.rest, p.optional)).collect();
        assert_eq!(
            rows,
            [("a", "A<B, C>", false, false), ("b", "(x: X) => Y", false, true), ("rest", "D[]", true, false)]
        );
        assert_eq!(member("a: A; readonly b?: B<C>", "b"), Some("B<C>"));
        assert_eq!(generics("<T extends A<B> = C, U>"), [("T", Some("A<B>"), Some("C")), ("U", None, None)]);
        assert!(parameters("").is_empty() && member("", "a").is_none() && generics("<>").is_empty());
    }
}
