//! Chains among bare tokens: what a macro is called with has no structure in the tree, but what stands before a dot can be
//! read backwards, token by token, brackets as one. So can what is bound there: `let x = a.b();`, and the parameters of
//! closures with their types. What a macro makes of its tokens is not known; that they mean what they usually do is.

use super::chains::Chains;
use super::flat::NONE;
use super::query::{Backend, TOKEN_TREE};
use crate::limits;
use std::ops::Range;

/// What bare tokens say about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenType {
    /// The bytes of its type.
    Is(Range<u32>),
    /// The last token of its value.
    Value(u32),
    Unknown,
}

impl Chains<'_, '_> {
    fn token(&self, at: u32) -> &[u8] {
        if at == NONE { &[] } else { self.flat.text(at) }
    }

    fn before(&self, at: u32) -> u32 {
        self.flat.get(at).map_or(NONE, |node| node.prev)
    }

    /// The chain that ends with a token: `a.b(..)` read backwards.
    pub(super) fn token_chain(&self, last: u32) -> Option<String> {
        let (mut at, mut steps) = (last, Vec::new());
        for _ in 0..limits::CHAIN_STEPS_MAX {
            match self.token(at) {
                [b'?'] => at = self.before(at),
                [b'(', ..] => {
                    steps.push(format!("({})", self.commas(at)));
                    at = self.before(at);
                    if self.token(at) == b"!" {
                        return None;
                    }
                }
                [b'[', ..] => {
                    steps.push("[]".to_owned());
                    at = self.before(at);
                }
                [b'"' | b'0'..=b'9', ..] => return Some(finish("⟨!⟩", steps)),
                text => {
                    let word = text.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
                    let before = self.before(at);
                    match self.token(before) {
                        b"." | b"::" if word => {
                            steps.push(self.member_step(at, self.token(before) == b"::")?);
                            at = self.before(before);
                        }
                        _ if word => {
                            let head = self.local(at).map_or_else(|| self.plain(at), |local| Some(format!("%{local}")));
                            return Some(finish(&head?, steps));
                        }
                        _ => return None,
                    }
                }
            }
        }
        None
    }

    /// Arguments between brackets, as far as commas tell (count).
    fn commas(&self, tree: u32) -> usize {
        let inside: Vec<u32> = self.flat.children(tree).collect();
        match inside.len() {
            0..=2 => 0,
            _ => 1 + inside.iter().filter(|at| self.token(**at) == b",").count(),
        }
    }

    /// Finds names that bare tokens bind.
    pub(super) fn find_token_types(&mut self, backend: &Backend) {
        for at in 0..self.flat.nodes.len() as u32 {
            if backend.class(self.flat.nodes[at as usize].kind) & TOKEN_TREE != 0 {
                self.bind_in(at);
            }
        }
    }

    fn bind_in(&mut self, tree: u32) {
        let all: Vec<u32> = self.flat.children(tree).collect();
        let mut parameters = false;
        for (i, at) in all.iter().enumerate() {
            let text = self.token(*at);
            parameters ^= text == b"|";
            let named = self.flat.nodes[*at as usize].named && text.first().is_some_and(|b| b.is_ascii_lowercase());
            let before = i.checked_sub(1).map_or(&[][..], |i| self.token(all[i]));
            let (opens, declares) = match before {
                b"|" | b"," => (parameters, false),
                b"let" => (true, true),
                b"mut" => (true, i >= 2 && self.token(all[i - 2]) == b"let"),
                _ => (false, false),
            };
            if !named || !opens || text == b"mut" || text == b"_" {
                continue;
            }
            let is = self.token_type(&all[i + 1..], declares);
            if declares || parameters {
                self.tokens.insert(*at, is);
            }
        }
    }

    /// What follows a bound name: `: Type`, `= value;`.
    fn token_type(&self, rest: &[u32], declares: bool) -> TokenType {
        let ends: &[&[u8]] = if declares { &[b"=", b";"] } else { &[b",", b"|"] };
        let end = |rest: &[u32]| rest.iter().position(|at| ends.contains(&self.token(*at))).unwrap_or(rest.len());
        match rest.first().map(|at| self.token(*at)) {
            Some(b":") => {
                let end = end(rest);
                let span = rest.get(1).zip(rest.get(end.wrapping_sub(1)).filter(|_| end > 1));
                span.map_or(TokenType::Unknown, |(a, b)| {
                    TokenType::Is(self.flat.span(*a).start..self.flat.span(*b).end)
                })
            }
            Some(b"=") if declares => {
                let last = rest.iter().position(|at| self.token(*at) == b";").and_then(|end| rest.get(end - 1));
                last.map_or(TokenType::Unknown, |last| TokenType::Value(*last))
            }
            _ => TokenType::Unknown,
        }
    }
}

fn finish(head: &str, mut steps: Vec<String>) -> String {
    steps.reverse();
    format!("{head}{}", steps.concat())
}
