//! What a parser must not see, hidden byte for byte, so that positions stay; the text that is read and hashed later is
//! the original. Templated configuration: Helm charts and Jinja files are not valid in their format until they are
//! rendered; an action (`{{ … }}`, `{% … %}`) alone on its line becomes white space, any other becomes a word. Macros:
//! what a language's patterns find becomes white space.

use regex::bytes::Regex;

/// The text with its actions hidden; none if it has no action.
pub(super) fn mask(source: &[u8]) -> Option<Vec<u8>> {
    let mut masked: Option<Vec<u8>> = None;
    let mut line_start = 0;
    for line in source.split_inclusive(|b| *b == b'\n') {
        let mut actions = actions(line);
        if !actions.is_empty() {
            let text = masked.get_or_insert_with(|| source.to_vec());
            let alone = is_alone(line, &actions);
            for (start, end) in actions.drain(..) {
                text[line_start + start..line_start + end].fill(if alone { b' ' } else { b'x' });
            }
        }
        line_start += line.len();
    }
    masked
}

/// The compiled patterns of a language's `hidden`.
pub(super) fn patterns(list: &[String]) -> Result<Vec<Regex>, String> {
    list.iter().map(|text| Regex::new(text).map_err(|error| error.to_string())).collect()
}

/// The text without what the patterns find: the group, or all of the match if there is none.
pub(super) fn hide(patterns: &[Regex], source: &[u8], masked: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut masked = masked;
    for pattern in patterns {
        let mut at = 0;
        let mut places = pattern.capture_locations();
        while pattern.captures_read_at(&mut places, source, at).is_some() {
            let group = (1..places.len()).find_map(|group| places.get(group));
            let Some((start, end)) = group.or_else(|| places.get(0)) else { break };
            let text = masked.get_or_insert_with(|| source.to_vec());
            text[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            // what only says where it may stand may be hidden itself
            at = end.max(at + 1);
            if at > source.len() {
                break;
            }
        }
    }
    masked
}

/// Start and end of each action of one line.
fn actions(line: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = line[at..].windows(2).position(|w| w == b"{{" || w == b"{%") {
        let start = at + open;
        let close: &[u8] = if line[start + 1] == b'{' { b"}}" } else { b"%}" };
        let Some(length) = line[start..].windows(2).position(|w| w == close) else { break };
        at = start + length + 2;
        found.push((start, at));
    }
    found
}

fn is_alone(line: &[u8], actions: &[(usize, usize)]) -> bool {
    let blank = |range: &[u8]| range.iter().all(u8::is_ascii_whitespace);
    let mut at = 0;
    for (start, end) in actions {
        if !blank(&line[at..*start]) {
            return false;
        }
        at = *end;
    }
    blank(&line[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_hidden_byte_for_byte() {
        let masked = mask(b"a: {{ .X }}-b\n{{- if .Y }}\nc: 1\n").map(|m| String::from_utf8_lossy(&m).into_owned());
        assert_eq!(masked.as_deref(), Some("a: xxxxxxxx-b\n            \nc: 1\n"));
        assert_eq!(mask(b"a: {b: {c: 1}}\n"), None);
    }
}
