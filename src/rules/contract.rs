//! What a new heading of a function asks of callers that were written for the old one: more arguments that must be given,
//! fewer that can be given, or another result. Names of parameters and new parameters with a default do not matter. Reads
//! the text of the heading, so that it holds in every language; types of parameters are left to compilers. Whether the
//! callers fit is said by `callers.rs`.

/// What a new heading asks of callers that the old one did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Both counts of arguments, if calls that fitted the old one may not fit the new one.
    pub arity: Option<(Arity, Arity)>,
    /// Another result, which nothing but a reader holds against its uses.
    pub result: bool,
}

/// Compares two headings of what is called `name`. Where a compiler reads every use of a result (`compiled`), only one that
/// came where there was none can be overlooked.
pub(super) fn change(old: &str, new: &str, name: &str, compiled: bool) -> Change {
    let none = Change { arity: None, result: false };
    let (Some(old), Some(new)) = (Heading::of(old, name), Heading::of(new, name)) else { return none };
    let nothing_before =
        (new.hint && (old.tail.is_empty() || new.python)) || old.around.iter().any(|word| word == "void");
    let came = old.around.is_empty();
    let result = new.around != old.around && !nothing_before && (came || !compiled);
    let narrower = new.arity.required > old.arity.required || new.arity.all < old.arity.all;
    Change { arity: narrower.then_some((old.arity, new.arity)), result }
}

/// How many arguments the heading of what is called `name` takes.
pub(super) fn arity(heading: &str, name: &str) -> Option<Arity> {
    Some(Heading::of(heading, name)?.arity)
}

/// Arguments that must and that may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arity {
    pub required: usize,
    /// `usize::MAX` if there is no end to them.
    pub all: usize,
}

impl Arity {
    /// True if a call that gives between `least` and `most` arguments can be meant for it.
    pub fn takes(self, least: usize, most: usize) -> bool {
        least <= self.all && most >= self.required
    }
}

struct Heading {
    arity: Arity,
    /// What stands around name and parameters: the type of the result.
    around: Vec<String>,
    /// What stands behind the parameters.
    tail: String,
    /// A type of the result that nothing enforces, as in Python and TypeScript: where there was none, it only tells.
    hint: bool,
    /// The hints of Python never bind anybody.
    python: bool,
}

/// Words that change who may call, not what is given back.
const MODIFIERS: [&str; 36] = [
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "final",
    "abstract",
    "override",
    "virtual",
    "synchronized",
    "export",
    "default",
    "pub",
    "crate",
    "const",
    "async",
    "inline",
    "extern",
    "open",
    "function",
    "def",
    "fn",
    "func",
    "fun",
    "unsafe",
    "self",
    "constexpr",
    "consteval",
    "constinit",
    "explicit",
    "friend",
    "noexcept",
    "suspend",
    "sealed",
    "partial",
    "new",
];

impl Heading {
    fn of(text: &str, name: &str) -> Option<Self> {
        let text = plain(text);
        let (at, open) = name_at(&text, name)?;
        let close = closing(&text, open)?;
        let mut parameters = split(&text[open + 1..close]);
        if parameters.first().is_some_and(|first| is_receiver(first) || first.trim() == "void") {
            parameters.remove(0);
        }
        // a colon after a name tells a type, and in a language that ends its headings without one, a default
        let keyed = text[..at].contains("def ") && !text[close + 1..].contains(':');
        let arity = Arity {
            required: parameters.iter().filter(|parameter| is_required(parameter, keyed)).count(),
            all: if parameters.iter().any(|parameter| is_open(parameter)) { usize::MAX } else { parameters.len() },
        };
        let (tail, _) = text[close + 1..].split_once(" where ").unwrap_or((&text[close + 1..], ""));
        let tail = tail.trim_end_matches(['{', ':', '=', '>', ' ', ';']).trim();
        // what may be thrown is no result
        let tail = tail.split(" throws ").next().unwrap_or_default();
        let tail = if tail.starts_with("throws ") || is_initialiser(tail) { "" } else { tail };
        // what decorates a definition says nothing of its result
        let before = text[..at].rfind("def ").map_or(&text[..at], |def| &text[def..at]);
        let around = format!("{} {tail}", without_receiver(before));
        let hint = tail.starts_with(':') || (tail.starts_with("->") && text[..at].contains("def "));
        let words = around.split(|c: char| c.is_whitespace() || "();".contains(c));
        let words = words.filter(|word| !matches!(*word, "" | "end"));
        Some(Self {
            arity,
            around: words.filter(|word| !MODIFIERS.contains(word) && !is_macro(word)).map(str::to_owned).collect(),
            tail: tail.to_owned(),
            python: hint && tail.starts_with("->"),
            hint,
        })
    }
}

/// Where a name stands as a whole word before its parameters, and where those open: type parameters are passed over.
fn name_at(text: &str, name: &str) -> Option<(usize, usize)> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).find_map(|(at, _)| {
        let rest = &text[at + name.len()..];
        let whole = !text[..at].ends_with(part) && !rest.starts_with(part);
        let rest = rest.trim_start();
        let start = text.len() - rest.len();
        let generic = if rest.starts_with(['<', '[']) { closing(text, start)? + 1 } else { start };
        let behind = text[generic..].trim_start();
        (whole && behind.starts_with('(')).then_some((at, text.len() - behind.len()))
    })
}

/// What a method is called on, as a parameter: `self`, `&mut self`, `this Order order`.
fn is_receiver(parameter: &str) -> bool {
    let words = parameter.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\''));
    let mut words = words.filter(|word| !word.is_empty() && *word != "mut" && !word.starts_with('\''));
    matches!(words.next(), Some("self" | "cls" | "this"))
}

fn is_required(parameter: &str, keyed: bool) -> bool {
    let plain = parameter.trim();
    let default = plain.char_indices().any(|(at, c)| {
        c == '=' && !plain[at + 1..].starts_with(['=', '>']) && !plain[..at].ends_with(['=', '!', '<', '>'])
    });
    let keyword = keyed && plain.split_once(':').is_some_and(|(_, value)| !value.is_empty());
    !(default || keyword || plain.contains("?:") || plain == "/" || is_open(plain))
}

/// A parameter that takes any number of arguments: `*rest`, `...rest`, `rest ...T`, `params T[] rest`, `vararg rest`.
fn is_open(parameter: &str) -> bool {
    let plain = parameter.trim_start();
    plain.starts_with('*')
        || plain.contains("...")
        || ["params ", "vararg ", "&"].iter().any(|word| plain.starts_with(word)) && !plain.contains(':')
}

/// A word that only a preprocessor understands: `UNITTEST`, `API_EXPORT`.
fn is_macro(word: &str) -> bool {
    word.len() > 3 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// The text before a name without what a method belongs to: `func (c *Cart) ` is `func `.
fn without_receiver(front: &str) -> &str {
    match front.trim_end().strip_suffix(')') {
        Some(inner) => inner.rsplit_once('(').map_or(front, |(rest, _)| rest),
        None => front,
    }
}

/// A heading on one line, without decorators in front and without comments.
fn plain(text: &str) -> String {
    let code = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line });
    let code = code.map(|line| line.split(" // ").next().unwrap_or_default().trim());
    let code: Vec<&str> = code.skip_while(|line| is_decorator(line)).filter(|line| !line.starts_with('#')).collect();
    let joined = code.join(" ");
    let (mut kept, mut rest) = (String::new(), joined.as_str());
    while let Some((before, behind)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    kept + rest
}

fn is_decorator(line: &str) -> bool {
    line.is_empty()
        || line.starts_with('@')
        || line.starts_with("#[")
        || line.starts_with('#')
        || (line.starts_with('[') && line.ends_with(']'))
}

/// What a constructor hands on before its body: `: base(a)`, `: a_(a), b_{b}`.
fn is_initialiser(tail: &str) -> bool {
    let Some(rest) = tail.strip_prefix(':') else { return false };
    let behind = rest.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    behind.len() < rest.trim_start().len() && behind.starts_with(['(', '{'])
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    let angles = text[open..].starts_with('<');
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '<' if angles => depth += 1,
            '>' if angles && !is_arrow(text, open + at) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// The head of `->` and `=>` closes nothing.
fn is_arrow(text: &str, at: usize) -> bool {
    text[..at].ends_with(['-', '='])
}

/// Parts between commas outside of brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            '>' if is_arrow(text, at) => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(_) if c == ',' && depth == 0 => parts.push(String::new()),
            Some(last) => last.push(c),
            None => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(old: &str, new: &str, name: &str) -> bool {
        let change = change(old, new, name, false);
        change.arity.is_some() || change.result
    }

    #[test]
    fn only_what_callers_notice_counts() {
        assert!(changed("fn net(a: u64) -> u64 ", "fn net(a: u64, b: u64) -> u64 ", "net"));
        assert!(changed("fn net(a: u64) -> u64 ", "fn net(a: u64) -> Option<u64> ", "net"));
        assert!(changed("long net(long a) {", "int net(long a) {", "net"));
        assert!(changed("def net(a, b=1):", "def net(a):", "net"));
        assert!(changed(
            "function net(a: number, rate = 19): number {",
            "function net(a: number, c: string, r: number): number {",
            "net"
        ));
        assert!(!changed(
            "function net(a: number, rate = 19): number {",
            "function net(a: number, percent = 19): number {",
            "net"
        ));
        assert!(!changed("def net(a):", "def net(a, b=None, *rest):", "net"));
        assert!(!changed("public long net(Map<A, B> a) {", "public final long net(Map<A, B> b) {", "net"));
        assert!(!changed("@old\ndef net(a):", "@new\nasync def net(a):", "net"));
        assert!(!changed("def net(a):", "def net(a: int) -> int:", "net"));
        assert!(!changed("function net(a) {", "function net(a: number): number {", "net"));
        assert!(!changed("func (Cart) net(a int) {", "func (c *Cart) net(a int) {", "net"));
        assert!(!changed("protected void net() throws A {", "protected int net() throws A, B {", "net"));
        assert!(!changed("static int net(int a) {", "UNITTEST int net(int a) {", "net"));
        assert!(!changed("def net(a) -> int:", "def net(a) -> str:", "net"));
        assert!(changed("func net(a int) {", "func net(a int) error {", "net"));
    }

    #[test]
    fn arguments_are_counted_from_the_heading() {
        let count = |heading: &str, name: &str| {
            let arity = arity(heading, name).expect("a heading");
            (arity.required, arity.all)
        };
        assert_eq!(count("pub fn get<F: Fn(u8) -> u8>(&mut self, f: F, n: u8) -> Widget ", "get"), (2, 2));
        assert_eq!(count("Widget get(Map<A, B> a, int... rest)", "get"), (1, usize::MAX));
        assert_eq!(count("function get(cb: (a: number) => void, b?: string)", "get"), (1, 2));
        assert_eq!(count("def get(self, a, *, b: int = 1, **rest):", "get"), (1, usize::MAX));
        assert_eq!(count("def get(a:, b: nil, &block)", "get"), (1, usize::MAX));
        assert_eq!(count("public static int Get(this Order order, int a)", "Get"), (1, 1));
        assert_eq!(count("void get(const char &a, T *b, int c = 0)", "get"), (2, 3));
    }

    #[test]
    fn a_compiler_finds_every_other_result_but_one_that_was_not_there() {
        let found = |old: &str, new: &str| change(old, new, "net", true).result;
        assert!(found("func net(a int) {", "func net(a int) error {"));
        assert!(!found("func net(a int) A {", "func net(a int) *B {"));
        assert!(!found("fn net<T>(a: T) -> A where T: B ", "fn net<T>(a: T) -> A where T: C "));
    }
}
