//! Whether callers that were written for the old heading of a function still fit the new one: more parameters that must
//! be given, fewer that can be given, or another result. Names of parameters and new parameters with a default do not
//! matter. Reads the text of the heading, so that it holds in every language; types of parameters are left to compilers.

/// True if a caller of the old heading may not fit the new one.
pub(super) fn changed(old: &str, new: &str, name: &str) -> bool {
    let (Some(old), Some(new)) = (Heading::of(old, name), Heading::of(new, name)) else { return false };
    let nothing_before =
        (new.hint && (old.tail.is_empty() || new.python)) || old.around.iter().any(|word| word == "void");
    let result = new.around != old.around && !nothing_before;
    new.required > old.required || new.all < old.all || result
}

struct Heading {
    /// Parameters, and those of them without a default.
    all: usize,
    required: usize,
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
const MODIFIERS: [&str; 26] = [
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
];

impl Heading {
    fn of(text: &str, name: &str) -> Option<Self> {
        let text: String = text.lines().filter(|line| !is_decorator(line)).collect::<Vec<_>>().join(" ");
        let at = text.find(name)?;
        let open = at + text[at..].find('(')?;
        let close = closing(&text, open)?;
        let parameters = split(&text[open + 1..close]);
        let given = |parameter: &&String| {
            let plain = parameter.trim_start();
            let optional = plain.contains('=')
                || plain.contains("?:")
                || plain.starts_with(['*', '.', '&', '/'])
                || plain.contains("...");
            !optional
        };
        let tail = text[close + 1..].trim_end_matches(['{', ':', '=', '>', ' ', ';']).trim();
        // what may be thrown is no result
        let tail = tail.split(" throws ").next().unwrap_or_default();
        let tail = if tail.starts_with("throws ") { "" } else { tail };
        let around = format!("{} {tail}", without_receiver(&text[..at]));
        let hint = tail.starts_with(':') || (tail.starts_with("->") && text[..at].contains("def "));
        let words = around.split(|c: char| c.is_whitespace() || "()".contains(c)).filter(|word| !word.is_empty());
        Some(Self {
            all: parameters.len(),
            required: parameters.iter().filter(given).count(),
            around: words.filter(|word| !MODIFIERS.contains(word) && !is_macro(word)).map(str::to_owned).collect(),
            tail: tail.to_owned(),
            python: hint && tail.starts_with("->"),
            hint,
        })
    }
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

fn is_decorator(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('@')
        || line.starts_with("#[")
        || line.starts_with("//")
        || line.starts_with('#')
        || (line.starts_with('[') && line.ends_with(']'))
}

/// The bracket that closes the one at `open`.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text[open..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// Parts between commas outside of brackets.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
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
    use super::changed;

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
}
