//! Keys and scalar values of configuration formats: quotes off, escapes resolved, and plain words typed. A number may
//! carry a unit; its amount is then in the base unit (seconds, bytes, a part of one), so that `60s` and `1m` are equal
//! and a change of a limit can be measured.

use super::Value;
use super::flat::Flat;
use super::language::SettingRules;
use super::query::{BLOCK, Backend, DECORATION, QUOTED};
use crate::limits;
use crate::text::lossless;
use std::borrow::Cow;
use std::sync::Arc;

pub(super) struct Scalars<'a, 'b> {
    pub flat: &'b Flat<'a>,
    pub backend: &'b Backend,
    pub rules: &'b SettingRules,
}

impl Scalars<'_, '_> {
    /// Segments of a key.
    pub fn key(&self, node: u32) -> Vec<String> {
        let text = lossless(self.flat.text(node));
        let mut text = text.trim();
        for prefix in &self.rules.key_prefixes {
            text = text.strip_prefix(prefix.as_str()).unwrap_or(text).trim_start();
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
            text = inner.trim();
        }
        let keys = if self.rules.dotted_keys { dotted(text) } else { vec![unquoted(text).into_owned()] };
        keys.into_iter().map(|key| cut(&key).to_owned()).take(limits::SETTING_DEPTH_MAX).collect()
    }

    /// The value of a node without parts.
    pub fn value(&self, node: u32) -> Value {
        let start = self.bare_start(node);
        let Some(end) = self.flat.get(node).map(|node| node.end) else { return Value::Null };
        let text = lossless(self.flat.bytes(&(start..end)));
        let text = text.trim();
        if self.holds(node, BLOCK) {
            return Value::Text(Arc::from(block(text)));
        }
        if self.holds(node, QUOTED) || (self.rules.unquote_plain && is_quoted(text)) {
            return quoted(&unquoted(text));
        }
        plain(text)
    }

    /// True if the node, or the only thing in it, is of a class.
    fn holds(&self, node: u32, class: u32) -> bool {
        let is = |at: u32| self.flat.get(at).is_some_and(|node| self.backend.class(node.kind) & class != 0);
        let mut at = node;
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            if is(at) {
                return true;
            }
            let inner = |child: &u32| self.flat.nodes[*child as usize].named && !self.decorates(*child);
            let Some(next) = self.flat.children(at).find(inner) else { return false };
            at = next;
        }
        false
    }

    fn decorates(&self, node: u32) -> bool {
        self.flat.get(node).is_some_and(|node| self.backend.class(node.kind) & DECORATION != 0)
    }

    /// Where the value begins behind anchors and tags.
    fn bare_start(&self, node: u32) -> u32 {
        let decorated = self.flat.children(node).take_while(|child| self.decorates(*child)).last();
        decorated
            .or(Some(node))
            .and_then(|at| self.flat.get(at))
            .map_or(0, |at| if decorated.is_some() { at.end } else { at.start })
    }
}

/// A plain word by its look.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "null" | "Null" | "NULL" | "~" => return Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "on" | "On" => return Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "off" | "Off" => return Value::Bool(false),
        _ => {}
    }
    match quantity(text) {
        Some((amount, _)) => Value::Number { amount, text: Arc::from(text) },
        None => Value::Text(Arc::from(text)),
    }
}

/// A quoted word is text, unless it carries a unit.
fn quoted(text: &str) -> Value {
    match quantity(text) {
        Some((amount, true)) => Value::Number { amount, text: Arc::from(text) },
        _ => Value::Text(Arc::from(text)),
    }
}

/// Amount in the base unit, and whether there was a unit.
fn quantity(text: &str) -> Option<(f64, bool)> {
    if text.len() > limits::QUANTITY_BYTES_MAX {
        return None;
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return u64::from_str_radix(&hex.replace('_', ""), 16).ok().map(|n| (n as f64, false));
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | '+'))).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let (digits, unit) = match exponent(unit) {
        Some(length) => text.split_at(end + length),
        None => (digits, unit),
    };
    if !digits.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = digits.replace('_', "").parse().ok()?;
    let factor = factor(unit.trim())?;
    Some((number * factor, !unit.is_empty()))
}

/// Length of `e-5` at the start.
fn exponent(unit: &str) -> Option<usize> {
    let rest = unit.strip_prefix(['e', 'E'])?;
    let digits = rest.strip_prefix(['-', '+']).unwrap_or(rest);
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    whole.then_some(unit.len())
}

/// Seconds, bytes, or a part of one. `m` is minutes, as in durations.
fn factor(unit: &str) -> Option<f64> {
    const KI: f64 = 1024.0;
    Some(match unit {
        "" => 1.0,
        "%" => 0.01,
        "ns" => 1e-9,
        "us" | "µs" => 1e-6,
        "ms" | "msec" | "millis" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "B" | "b" => 1.0,
        "k" | "kB" | "KB" | "kb" => 1e3,
        "M" | "MB" | "mb" => 1e6,
        "G" | "GB" | "gb" => 1e9,
        "T" | "TB" | "tb" => 1e12,
        "K" | "Ki" | "KiB" => KI,
        "Mi" | "MiB" => KI * KI,
        "Gi" | "GiB" => KI * KI * KI,
        "Ti" | "TiB" => KI * KI * KI * KI,
        _ => return None,
    })
}

fn is_quoted(text: &str) -> bool {
    let ends = |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    ends('"') || ends('\'')
}

/// Quotes off; common escapes resolved in double quotes, `''` in single ones.
fn unquoted(text: &str) -> Cow<'_, str> {
    for fence in ["\"\"\"", "'''"] {
        if let Some(inner) = text.strip_prefix(fence).and_then(|inner| inner.strip_suffix(fence)) {
            return Cow::Borrowed(inner);
        }
    }
    if !is_quoted(text) {
        return Cow::Borrowed(text);
    }
    let inner = &text[1..text.len() - 1];
    if text.starts_with('\'') {
        return if inner.contains("''") { Cow::Owned(inner.replace("''", "'")) } else { Cow::Borrowed(inner) };
    }
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other @ ('"' | '\\' | '/' | '\'')) => out.push(other),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
        }
    }
    Cow::Owned(out)
}

/// `a."b.c".d` as `a`, `b.c`, `d`.
fn dotted(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '.') => parts.push(String::new()),
            (None, ' ' | '\t') => {}
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts
}

/// A block scalar without its header line and its common indent.
fn block(text: &str) -> String {
    let mut lines = text.lines();
    lines.next();
    let lines: Vec<&str> = lines.collect();
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let common = lines.iter().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or("")).collect();
    lines.join("\n").trim_end().to_owned()
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(limits::NAME_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(value: Value) -> Option<f64> {
        match value {
            Value::Number { amount, .. } => Some(amount),
            _ => None,
        }
    }

    #[test]
    fn quantities_have_a_base_unit() {
        for (text, want) in [
            ("30s", 30.0),
            ("5m", 300.0),
            ("512Mi", 536_870_912.0),
            ("1.5", 1.5),
            ("10%", 0.1),
            ("1e3", 1000.0),
            ("-2", -2.0),
        ] {
            assert_eq!(amount(plain(text)), Some(want), "{text}");
        }
        for text in ["1.2.3", "10.0.0.1", "2024-01-01", "v1", "5 apples", "-", "."] {
            assert_eq!(amount(plain(text)), None, "{text}");
        }
    }

    #[test]
    fn quotes_make_text_of_bare_digits_only() {
        assert_eq!(quoted("30"), Value::Text("30".into()));
        assert_eq!(amount(quoted("30s")), Some(30.0));
        assert_eq!(plain("true"), Value::Bool(true));
        assert_eq!(quoted("true"), Value::Text("true".into()));
    }

    #[test]
    fn keys_split_at_dots_outside_quotes() {
        assert_eq!(dotted(r#"a."b.c" . d"#), ["a", "b.c", "d"]);
        assert_eq!(unquoted(r#""a\"b\n""#), "a\"b\n");
    }
}
