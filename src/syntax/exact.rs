//! The exact front ends: parsers of one language each, for files where the grammar stumbles. A `grammar.toml` names one
//! of a closed list. They recurse, so nothing reaches them before its tokens were counted: brackets, and the tokens in a
//! row that no `;`, `,` or finished block separates, since operators, prefixes, `else if`, dots and angles nest without
//! a bracket. What passes runs on a thread with a large stack; a panic there costs this help only.

use super::holders::Region;
use super::stack::with_stack;
use super::tokens::{Hash, text_hash};
use super::{EntityKind, Visibility};
use crate::limits;
use proc_macro2::{Delimiter, LineColumn, Span, TokenStream, TokenTree};
use serde::Deserialize;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The closed vocabulary of exact front ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FrontEnd {
    Syn,
}

/// A definition, by places in the text.
#[derive(Debug)]
pub(super) struct Item {
    pub kind: EntityKind,
    pub name: String,
    pub name_at: Range<u32>,
    /// None if it is as visible as what holds it.
    pub visibility: Option<Visibility>,
    pub span: Range<u32>,
    pub body: Option<Range<u32>>,
    pub arity: Option<u16>,
    pub supertypes: Vec<Arc<str>>,
    pub attributes: Vec<Range<u32>>,
}

/// What a front end knows of a file. Items are in no order.
#[derive(Debug)]
pub(super) struct Exact {
    pub items: Vec<Item>,
    pub regions: Vec<Region>,
    tokens: Vec<Range<u32>>,
    hash: Hash,
}

impl Exact {
    /// Hash of the tokens in a stretch of the text: formatting and comments change nothing.
    pub fn hash(&self, stretch: Range<u32>) -> u64 {
        let first = self.tokens.partition_point(|token| token.start < stretch.start);
        let last = self.tokens.partition_point(|token| token.start < stretch.end);
        self.hash.range(first as u32, last as u32)
    }
}

/// Parses a file exactly; none if it is too large or too deep for that, or not valid.
pub(super) fn exact(front_end: FrontEnd, source: &[u8]) -> Option<Exact> {
    guarded(source, |text| match front_end {
        FrontEnd::Syn => by_syn(text),
    })
}

/// The promises of a file, within the same bounds.
pub(super) fn promises(front_end: FrontEnd, source: &[u8]) -> Option<super::Promises> {
    guarded(source, |text| match front_end {
        FrontEnd::Syn => {
            let (file, _, places) = parsed(text)?;
            Some(super::promises::of_syn(&file, &places))
        }
    })
}

/// Runs a front end on a text that fits it, on a stack that fits the text.
fn guarded<T: Send>(source: &[u8], run: impl Fn(&str) -> Option<T> + Sync) -> Option<T> {
    if source.len() > limits::EXACT_BYTES_MAX {
        return None;
    }
    let text = std::str::from_utf8(source).ok()?;
    let run = || {
        let found = catch_unwind(AssertUnwindSafe(|| run(text))).ok().flatten();
        // the lexer keeps each text that a thread ever read, for places that nobody asks for any more
        proc_macro2::extra::invalidate_current_thread_spans();
        found
    };
    with_stack(limits::STACK_BYTES, run)?
}

/// Where tokens stand in a text. `proc_macro2` tells bytes, too, but looks each up in a map that it fills as it goes, which
/// takes as long as parsing.
pub(super) struct Places<'a> {
    pub text: &'a str,
    /// Bytes before what was parsed.
    skipped: usize,
    /// The first byte of each line of what was parsed.
    lines: Vec<usize>,
    ascii: bool,
}

impl<'a> Places<'a> {
    fn new(text: &'a str, skipped: usize) -> Self {
        let ends = memchr::memchr_iter(b'\n', &text.as_bytes()[skipped..]);
        let lines = std::iter::once(skipped).chain(ends.map(|at| skipped + at + 1)).collect();
        Self { text, skipped, lines, ascii: text.is_ascii() }
    }

    /// The bytes of a span; of one that stands nowhere, none at the start.
    pub fn of(&self, span: Span) -> Range<u32> {
        self.byte(span.start())..self.byte(span.end())
    }

    fn byte(&self, at: LineColumn) -> u32 {
        let line = at.line.checked_sub(1).and_then(|line| self.lines.get(line));
        let Some(start) = line else { return self.skipped as u32 };
        let wide = |start: &usize| self.text[*start..].chars().take(at.column).map(char::len_utf8).sum();
        (start + if self.ascii { at.column } else { wide(start) }) as u32
    }
}

/// A parsed file, its tokens, and where they stand.
fn parsed(text: &str) -> Option<(syn::File, Vec<Token>, Places<'_>)> {
    let places = Places::new(text, preamble(text));
    // the lexer keeps its own stack; what comes after it recurses over its groups
    let stream: TokenStream = text.get(places.skipped..)?.parse().ok()?;
    let tokens = flatten(stream.clone(), &places)?;
    Some((syn::parse2(stream).ok()?, tokens, places))
}

fn by_syn(text: &str) -> Option<Exact> {
    let (file, tokens, places) = parsed(text)?;
    let mut spans = Vec::with_capacity(tokens.len());
    let mut hash = Hash::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        let text = text.get(token.span.start as usize..token.span.end as usize).unwrap_or_default();
        // a comma before a closing bracket counts for nothing
        if text != "," || tokens.get(at + 1).is_none_or(|next| !next.closes) {
            spans.push(token.span.clone());
            hash.push(text_hash(text.as_bytes()));
        }
    }
    let (items, regions) = super::exact_items::items(&file, &places, &spans);
    Some(Exact { items, regions, tokens: spans, hash })
}

/// Bytes of a byte order mark and a `#!` line.
fn preamble(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    let script = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    mark + if script { rest.find('\n').unwrap_or(rest.len()) } else { 0 }
}

/// A token of the text; brackets are two.
struct Token {
    span: Range<u32>,
    closes: bool,
}

/// A group that is being read.
struct Open {
    rest: proc_macro2::token_stream::IntoIter,
    close: Option<Range<u32>>,
    run: Run,
}

/// All tokens but documentation, in order; none if they nest too deep.
fn flatten(stream: TokenStream, places: &Places) -> Option<Vec<Token>> {
    let mut found: Vec<Token> = Vec::new();
    let place = |span: Span| places.of(span);
    let is_comment = |at: &Range<u32>| {
        places.text.get(at.start as usize..).is_some_and(|rest| rest.starts_with("//") || rest.starts_with("/*"))
    };
    let mut open = vec![Open { rest: stream.into_iter(), close: None, run: Run::default() }];
    while let Some(top) = open.last_mut() {
        let Some(tree) = top.rest.next() else {
            let close = open.pop().and_then(|done| done.close);
            found.extend(close.map(|span| Token { span, closes: true }));
            continue;
        };
        let span = place(tree.span());
        if is_comment(&span) {
            continue;
        }
        if top.run.take(&tree) > limits::EXACT_CHAIN_MAX {
            return None;
        }
        let TokenTree::Group(group) = tree else {
            found.push(Token { span, closes: false });
            continue;
        };
        let run = Run { base: top.run.depth() + 1, ..Run::default() };
        let bare = group.delimiter() == Delimiter::None;
        let (first, last) = (place(group.span_open()), place(group.span_close()));
        if !bare {
            found.push(Token { span: first, closes: false });
        }
        open.push(Open { rest: group.stream().into_iter(), close: (!bare).then_some(last), run });
        if open.len() > limits::SYN_NESTING_MAX {
            return None;
        }
    }
    Some(found)
}

/// How many tokens stand in a row, as the most that a parser may recurse at this place.
#[derive(Default)]
struct Run {
    /// Depth of what holds the group.
    base: usize,
    length: usize,
    /// Angles that are open, as far as tokens tell; commas inside them end nothing.
    angles: usize,
    /// Bars so far: closures nest beyond the commas between their bars.
    bars: usize,
    after_block: bool,
    after_hash: bool,
    last: char,
}

impl Run {
    fn depth(&self) -> usize {
        self.base + self.length + self.angles + self.bars
    }

    /// Takes in one token and gives the depth that may be reached with it.
    fn take(&mut self, tree: &TokenTree) -> usize {
        let attribute = std::mem::replace(&mut self.after_hash, false);
        match tree {
            TokenTree::Group(group) if attribute && group.delimiter() == Delimiter::Bracket => return self.depth(),
            TokenTree::Punct(punct) if punct.as_char() == '#' || (attribute && punct.as_char() == '!') => {
                self.after_hash = true;
                return self.depth();
            }
            TokenTree::Group(group) => {
                self.length += 1;
                self.after_block = group.delimiter() == Delimiter::Brace;
                self.last = '}';
                return self.depth();
            }
            TokenTree::Punct(punct) => self.punctuation(punct.as_char()),
            TokenTree::Ident(word) => {
                if self.after_block && !["else", "as", "in"].iter().any(|joint| word == joint) {
                    self.end();
                }
                self.last = 'a';
            }
            TokenTree::Literal(_) => {
                if self.after_block {
                    self.end();
                }
                self.last = '0';
            }
        }
        self.after_block = false;
        self.length += 1;
        self.depth()
    }

    fn punctuation(&mut self, sign: char) {
        match sign {
            ';' => self.end(),
            ',' if self.angles == 0 => self.length = 0,
            '<' => self.angles += 1,
            '>' if self.last != '-' && self.last != '=' => self.angles = self.angles.saturating_sub(1),
            '|' => self.bars += 1,
            _ => {}
        }
        self.last = sign;
    }

    fn end(&mut self) {
        (self.length, self.angles, self.bars) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

    use super::*;
    use crate::location::RepoPath;
    use crate::syntax::{Entity, Outline, outline};

    const SAMPLE: &str = r##"//! File.
use a::{b, c};
/// Docs.
#[derive(Debug)]
pub struct S<T> { pub a: u8, #[serde(skip)] /** why */ b: Vec<T> }
struct U(u8);
pub(crate) enum E { A, B { x: u8 }, C(u8) = 3 }
union N { a: u8 }
type T = u8;
pub trait R: a::Clone + Send { const K: u8; type O; fn r(&self, a: u8); fn d() { fn inner() {} } }
impl<T> S<T> { pub fn new(a: u8, b: u8) -> Self { g(a < b, c > d) } const Z: u8 = 1; }
impl a::Clone for S<u8> { type O = u8; fn clone(&self) -> Self { todo(|a, b| a | b) } }
const C: [u8; 3] = [1, 2, 3,];
static mut V: u8 = 1;
macro_rules! m { ($a:expr) => { fn not_seen() {} } }
extern "C" { fn f(a: u8); static W: u8; }
#[cfg(test)]
mod tests { #[test] fn t() { m!(1); } }
mod out;
pub async fn finish<'a, T>(a: &'a T) -> impl Fn() -> u8 where T: Clone { if a { 1 } else if b { 2 } else { 3 } }
fn other() { let r = "é"; struct Local { é: u8 } }
"##;
    const STUMBLE: &str = "fn stumbles() { assert_eq!(a, str![[r#\"x\"#]], b); }\nfn last() { str![]; }\n";

    fn parse(text: &str) -> Outline {
        outline(&RepoPath::from("a.rs"), text.as_bytes())
    }

    /// Everything but hashes.
    fn told(one: &Entity) -> String {
        let Entity { kind, name, container, scope, visibility, span, lines, name_line, body, arity, .. } = one;
        let (supertypes, test) = (&one.supertypes, one.test);
        let place = format!("{container:?} {scope:?} {span:?} {lines:?} {name_line} {body:?}");
        format!("{kind:?} {name} {place} {visibility:?} {arity:?} {supertypes:?} {test}")
    }

    fn hashes(outline: &Outline) -> Vec<(u64, u64)> {
        outline.entities.iter().map(|one| (one.signature_hash, one.body_hash)).collect()
    }

    #[test]
    fn both_front_ends_tell_the_same() {
        let by_grammar = parse(SAMPLE);
        assert_eq!(by_grammar.problems, []);
        let by_both = parse(&format!("{SAMPLE}{STUMBLE}"));
        assert_eq!(by_both.problems, []);
        let of = |outline: &Outline| outline.entities.iter().map(told).collect::<Vec<_>>();
        let count = by_grammar.entities.len();
        assert_eq!(of(&by_both).len(), count + 2);
        for (both, grammar) in of(&by_both).iter().zip(of(&by_grammar)) {
            assert_eq!(*both, grammar);
        }
        assert_eq!(hashes(&by_both)[..count], hashes(&by_grammar));
    }

    #[test]
    fn a_file_that_the_grammar_cannot_read_is_read() {
        let found = parse("impl S { fn a() { let x = str![1]; x } fn b() {} }\npub fn c() {}\n");
        assert_eq!(found.problems, []);
        let names: Vec<String> = (0..found.entities.len() as u32).map(|at| found.qualified_name(at)).collect();
        assert_eq!(names, ["S.a", "S.b", "c"]);
        let same = parse("impl S {\n fn a() { // why\n let x = str![1,];\n x }\n fn b() {}\n}\npub fn c() {}\n");
        assert_eq!(hashes(&found), hashes(&same));
        let other = parse("impl S { fn a() { let x = str![2]; x } fn b() {} }\npub fn c() {}\n");
        assert_ne!(hashes(&found)[0].1, hashes(&other)[0].1);
        assert_eq!(hashes(&found)[1..], hashes(&other)[1..]);
    }

    /// Forms that make the parser recurse: a start, what repeats, an end.
    const DEEP: &[(&str, &str, &str)] = &[
        ("const A: u8 = ", "!", "a;"),
        ("const A: u8 = ", "- ", "1;"),
        ("const A: u8 = ", "&mut ", "a;"),
        ("const A: u8 = ", "a.", "b;"),
        ("const A: u8 = a", "?", ";"),
        ("const A: u8 = a", "[0]", ";"),
        ("const A: u8 = a", "(0)", ";"),
        ("const A: u8 = a", " + a", ";"),
        ("const A: u8 = a", " = a", ";"),
        ("const A: u8 = a", " as u8", ";"),
        ("const A: u8 = ", "|a, b| ", "a;"),
        ("const A: u8 = ", "#[a] -", "a;"),
        ("const A: u8 = ", "return ", ";"),
        ("const A: u8 = ", "match ", ";"),
        ("const A: ", "A<B, ", ""),
        ("const A: ", "&", "a;"),
        ("fn f() { if a {} ", "else if a {} ", "}"),
        ("fn f() { ", "for S {} in ", "}"),
        ("fn f() { ", "if ", "}"),
        ("use ", "a::", "b;"),
        ("fn f() -> ", "fn() -> ", "u8 {}"),
    ];

    #[test]
    fn deep_texts_are_left_alone() {
        for (start, again, end) in DEEP {
            for count in [250, 500, 1_000, 2_000, 20_000] {
                let text = format!("{start}{}{end}", again.repeat(count));
                let found = exact(FrontEnd::Syn, text.as_bytes());
                assert!(count < 20_000 || found.is_none(), "{again}");
            }
        }
        let nested = |open: &str, count| format!("const A: u8 = {}a{};", open.repeat(count), ")".repeat(count));
        assert!(exact(FrontEnd::Syn, nested("(", 20_000).as_bytes()).is_none());
        assert!(exact(FrontEnd::Syn, nested("(", 250).as_bytes()).is_some());
        // brackets around chains add up
        assert!(exact(FrontEnd::Syn, nested("!!!!(", 250).as_bytes()).is_some());
        assert!(exact(FrontEnd::Syn, nested("!!!!!!!!!(", 250).as_bytes()).is_none());
    }

    #[test]
    fn long_texts_are_no_deep_texts() {
        let text = "#[a]\nfn f() { if a {} if b { c; } match d { A {} if x => {} 1 => {} _ => 2, } }\n".repeat(3_000);
        assert!(exact(FrontEnd::Syn, text.as_bytes()).is_some());
        let text = format!("const A: &[u8] = &[{}];", "1, ".repeat(50_000));
        assert!(exact(FrontEnd::Syn, text.as_bytes()).is_some());
    }

    #[test]
    fn tokens_stand_where_the_lexer_says() {
        for text in [SAMPLE.to_owned(), format!("\u{feff}#!/usr/bin/env é\n{SAMPLE}"), SAMPLE.replace('\n', "\r\n")] {
            let places = Places::new(&text, preamble(&text));
            let stream: TokenStream = text[places.skipped..].parse().unwrap();
            let mut open = vec![stream.into_iter()];
            let mut count = 0;
            while let Some(top) = open.last_mut() {
                let Some(tree) = top.next() else {
                    open.pop();
                    continue;
                };
                let bytes = tree.span().byte_range();
                let bytes = (bytes.start + places.skipped) as u32..(bytes.end + places.skipped) as u32;
                assert_eq!(places.of(tree.span()), bytes, "{tree}");
                count += 1;
                if let TokenTree::Group(group) = tree {
                    open.push(group.stream().into_iter());
                }
            }
            assert!(count > 300);
        }
    }

    #[test]
    fn what_stands_before_the_code_shifts_nothing() {
        let found = exact(FrontEnd::Syn, "\u{feff}#!/usr/bin/env x\nfn f() {}".as_bytes()).unwrap();
        assert_eq!(found.items[0].span, 20..29);
    }
}
