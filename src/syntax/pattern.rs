//! The text of a query becomes patterns: nodes by kind or field, what is inside them, captures, predicates. It is
//! tree-sitter's own notation, of which this reads what can be matched in one walk: nested nodes, alternatives, fields,
//! absent fields, anchors, optional parts. Captures are numbered inside each pattern in the order in which they come, so
//! that two patterns of one shape are equal whatever they call their captures.

/// One pattern of a query file.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub shape: Shape,
    /// The name of each capture, by its number.
    pub captures: Vec<String>,
    pub predicates: Vec<Predicate>,
}

/// What a node must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// A named node of this kind, or of one below it.
    Kind(String),
    /// A token by its text.
    Token(String),
    Error,
    Named,
    Any,
    OneOf(Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub test: Test,
    pub field: Option<String>,
    /// Fields that must not be there.
    pub absent: Vec<String>,
    pub captures: Vec<u8>,
    pub children: Vec<Child>,
    /// True if no named node may follow the last child.
    pub to_the_end: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Child {
    pub shape: Shape,
    /// True if no named node may stand between the one before (or the beginning) and this one.
    pub next: bool,
    pub optional: bool,
}

/// `(#match? @name "text")`.
#[derive(Clone, Debug)]
pub(super) struct Predicate {
    pub name: String,
    pub arguments: Vec<Argument>,
}

#[derive(Clone, Debug)]
pub(super) enum Argument {
    Capture(u8),
    Text(String),
}

/// Reads all patterns of a query, in order.
pub(super) fn read(text: &str) -> Result<Vec<Pattern>, String> {
    let mut reader = Reader { rest: text, captures: Vec::new(), predicates: Vec::new() };
    let mut patterns = Vec::new();
    while reader.peek().is_some() {
        let start = text.len() - reader.rest.len();
        let line = || text[..start].matches('\n').count() + 1;
        let shape = reader.root().map_err(|error| format!("pattern on line {}: {error}", line()))?;
        let (captures, predicates) = (std::mem::take(&mut reader.captures), std::mem::take(&mut reader.predicates));
        // a predicate may stand before the capture that it asks about
        if let Some(name) = captures.iter().enumerate().find(|(at, _)| !shape.has_capture(*at as u8)) {
            return Err(format!("pattern on line {}: `@{}` is captured nowhere", line(), name.1));
        }
        patterns.push(Pattern { shape, captures, predicates });
    }
    Ok(patterns)
}

struct Reader<'a> {
    rest: &'a str,
    captures: Vec<String>,
    predicates: Vec<Predicate>,
}

type Read<T> = Result<T, String>;

/// How deep a pattern may be nested (levels).
const DEPTH_MAX: usize = 32;

impl Reader<'_> {
    /// A whole pattern; several nodes in one pair of brackets are siblings anywhere.
    fn root(&mut self) -> Read<Shape> {
        let mut items = Vec::new();
        self.item(&mut items, false, 0)?;
        match items.len() {
            1 if !items[0].optional => Ok(items.remove(0).shape),
            0 => Err("a pattern without a node".to_owned()),
            _ => Ok(Shape { children: items, ..Shape::new(Test::Any) }),
        }
    }

    /// The next character that means something; comments are passed over.
    fn peek(&mut self) -> Option<char> {
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.strip_prefix(';') {
                Some(comment) => self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest),
                None => return self.rest.chars().next(),
            }
        }
    }

    fn take(&mut self, expected: char) -> Read<()> {
        match self.peek() {
            Some(found) if found == expected => {
                self.rest = &self.rest[found.len_utf8()..];
                Ok(())
            }
            found => Err(format!("expected `{expected}`, found {found:?}")),
        }
    }

    fn takes(&mut self, wanted: char) -> bool {
        self.peek() == Some(wanted) && self.take(wanted).is_ok()
    }

    fn word(&mut self) -> Read<String> {
        self.peek();
        let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '?' | '!' | '/');
        let end = self.rest.find(|c| !part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if word.is_empty() { Err("expected a name".to_owned()) } else { Ok(word.to_owned()) }
    }

    fn string(&mut self) -> Read<String> {
        self.take('"')?;
        let mut text = String::new();
        let mut letters = self.rest.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match letters.next().map(|(_, escaped)| escaped) {
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('0') => text.push('\0'),
                    Some(other) => text.push(other),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err("a text without its end".to_owned())
    }

    /// One node, alternative, token or group, with what follows it: `?` and captures. A group adds all its members.
    fn item(&mut self, items: &mut Vec<Child>, next: bool, depth: usize) -> Read<()> {
        if depth > DEPTH_MAX {
            return Err("nested too deeply".to_owned());
        }
        let first = items.len();
        match self.peek() {
            Some('"') => {
                let token = self.string()?;
                items.push(Child::new(Shape::new(Test::Token(token)), next));
            }
            Some('[') => items.push(Child::new(self.alternatives(depth)?, next)),
            Some('(') => self.brackets(items, next, depth)?,
            Some('_') => {
                self.take('_')?;
                items.push(Child::new(Shape::new(Test::Any), next));
            }
            other => return Err(format!("expected a node, found {other:?}")),
        }
        let one = (items.len() == first + 1).then_some(first);
        if self.takes('?') || self.takes('*') {
            one.map(|at| items[at].optional = true).ok_or("a group cannot be optional")?;
        } else {
            // what is there several times matches several times
            self.takes('+');
        }
        while self.takes('@') {
            let name = self.word()?;
            let number = self.capture(&name)?;
            one.map(|at| items[at].shape.captures.push(number)).ok_or("a group cannot be captured")?;
        }
        Ok(())
    }

    fn capture(&mut self, name: &str) -> Read<u8> {
        let at = self.captures.iter().position(|known| known == name).unwrap_or(self.captures.len());
        if at == self.captures.len() {
            self.captures.push(name.to_owned());
        }
        u8::try_from(at).map_err(|_| "too many captures".to_owned())
    }

    fn alternatives(&mut self, depth: usize) -> Read<Shape> {
        self.take('[')?;
        let mut items = Vec::new();
        while !self.takes(']') {
            let before = items.len();
            self.field_or_item(&mut items, false, depth)?;
            if items.len() != before + 1 || items[before].optional {
                return Err("an alternative is one node".to_owned());
            }
        }
        Ok(Shape::new(Test::OneOf(items.into_iter().map(|item| item.shape).collect())))
    }

    /// `(kind ...)`, `(_ ...)`, or a group of several.
    fn brackets(&mut self, items: &mut Vec<Child>, next: bool, depth: usize) -> Read<()> {
        self.take('(')?;
        if matches!(self.peek(), Some('(' | '[' | '"')) {
            let mut group = Shape::new(Test::Any);
            self.inside(&mut group, depth)?;
            if group.to_the_end || !group.absent.is_empty() {
                return Err("a group holds nodes and predicates only".to_owned());
            }
            if let Some(first) = group.children.first_mut() {
                first.next |= next;
            }
            items.append(&mut group.children);
            return Ok(());
        }
        let word = self.word()?;
        // `supertype/kind` names the kind
        let test = match word.rsplit('/').next().unwrap_or_default() {
            "_" => Test::Named,
            "ERROR" => Test::Error,
            "MISSING" => return Err("(MISSING) is not supported".to_owned()),
            kind => Test::Kind(kind.to_owned()),
        };
        let mut shape = Shape::new(test);
        self.inside(&mut shape, depth)?;
        items.push(Child::new(shape, next));
        Ok(())
    }

    /// Children, anchors, absent fields and predicates up to the closing bracket.
    fn inside(&mut self, shape: &mut Shape, depth: usize) -> Read<()> {
        let mut anchor = false;
        loop {
            match self.peek() {
                Some(')') => {
                    self.take(')')?;
                    shape.to_the_end = anchor && !shape.children.is_empty();
                    return Ok(());
                }
                Some('.') => {
                    self.take('.')?;
                    anchor = true;
                }
                Some('!') => {
                    self.take('!')?;
                    shape.absent.push(self.word()?);
                }
                Some('(') if self.rest[1..].trim_start().starts_with('#') => self.predicate()?,
                None => return Err("a bracket without its end".to_owned()),
                _ => self.field_or_item(&mut shape.children, std::mem::take(&mut anchor), depth + 1)?,
            }
        }
    }

    /// `field: node`, or a node.
    fn field_or_item(&mut self, items: &mut Vec<Child>, next: bool, depth: usize) -> Read<()> {
        let named = self.peek().is_some_and(|c| c.is_alphabetic() || c == '_');
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        if !named || !self.rest[end..].trim_start().starts_with(':') {
            return self.item(items, next, depth);
        }
        let field = self.word()?;
        self.take(':')?;
        let before = items.len();
        self.item(items, next, depth)?;
        if items.len() != before + 1 {
            return Err("a field holds one node".to_owned());
        }
        items[before].shape.field = Some(field);
        Ok(())
    }

    fn predicate(&mut self) -> Read<()> {
        self.take('(')?;
        self.take('#')?;
        let name = self.word()?;
        let mut arguments = Vec::new();
        while !self.takes(')') {
            arguments.push(match self.peek() {
                Some('@') => {
                    self.take('@')?;
                    let name = self.word()?;
                    Argument::Capture(self.capture(&name)?)
                }
                Some('"') => Argument::Text(self.string()?),
                _ => Argument::Text(self.word()?),
            });
        }
        self.predicates.push(Predicate { name, arguments });
        Ok(())
    }
}

impl Shape {
    /// True if this node or one inside carries a capture.
    pub fn has_capture(&self, number: u8) -> bool {
        let alternatives = match &self.test {
            Test::OneOf(all) => all.as_slice(),
            _ => &[],
        };
        self.captures.contains(&number)
            || alternatives.iter().any(|one| one.has_capture(number))
            || self.children.iter().any(|child| child.shape.has_capture(number))
    }

    fn new(test: Test) -> Self {
        Self { test, field: None, absent: Vec::new(), captures: Vec::new(), children: Vec::new(), to_the_end: false }
    }
}

impl Child {
    fn new(shape: Shape, next: bool) -> Self {
        Self { shape, next, optional: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_one_shape_are_equal() {
        let all = read(
            "(call name: (id) @_c (#eq? @_c \"a\")) @lock ; why\n((call name: (id) @_n) @x (#match? @_n \"b\\\\(\"))",
        );
        let all = all.expect("two patterns");
        assert_eq!(all[0].shape, all[1].shape);
        assert_eq!((&*all[0].captures[1], &*all[1].captures[1]), ("lock", "x"));
        assert!(matches!(&all[1].predicates[0].arguments[1], Argument::Text(text) if text == "b\\("));
    }

    #[test]
    fn anchors_fields_and_alternatives_are_kept() {
        let all = read("(a !b . c: [(d) \"e\"]? @x . (_) .)").expect("one pattern");
        let Shape { absent, children, to_the_end, .. } = &all[0].shape;
        assert_eq!((absent.as_slice(), children.len(), *to_the_end), (&["b".to_owned()][..], 2, true));
        assert!(children[0].next && children[0].optional && children[1].next);
        assert_eq!(children[0].shape.field.as_deref(), Some("c"));
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (text, line) in [("(a", 1), ("(a)\n(b (#eq? @c \"d\"))", 2), ("((a) (b))?", 1), ("(MISSING a)", 1)] {
            let error = read(text).expect_err(text);
            assert!(error.starts_with(&format!("pattern on line {line}: ")), "{error}");
        }
    }
}
