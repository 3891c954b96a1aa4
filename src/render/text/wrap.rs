//! Phrases become lines of a given width. Words move to the next line whole, under a hanging indent; a word that is wider
//! than a line is cut in its middle on the one-screen view, and broken where it must be when everything is to be shown.

use super::paint::{Ink, Line, Span};
use crate::render::phrase::{Phrase, Piece, columns, shorten, terminal_name, width};

/// Columns, and what happens to a word that does not fit into them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub width: usize,
    /// Show everything: break long words rather than cut them.
    pub whole: bool,
}

/// Columns that a word gets at least, however narrow the terminal.
const ROOM_MIN: usize = 8;

/// Columns of a cut word that still say something.
const CUT_MIN: usize = 16;

/// Spans without a space between them.
type Word = Vec<Span>;

/// Lays a phrase out behind `first` (on the first line) and under `indent` columns (on the others).
pub(super) fn wrap(first: Line, indent: usize, phrase: &Phrase, measure: Measure) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut used = line_width(&first);
    let room = measure.width.saturating_sub(indent.max(used)).max(ROOM_MIN);
    let (mut line, mut fresh) = (first, true);
    for word in words(phrase, measure) {
        for part in fitted(word, room, measure.whole) {
            let wide = line_width(&part);
            if !fresh && used + 1 + wide > measure.width {
                lines.push(std::mem::take(&mut line));
                line.push(Span::new(Ink::Plain, " ".repeat(indent)));
                used = indent;
            } else if !fresh {
                line.push(Span::new(Ink::Plain, " "));
                used += 1;
            }
            used += wide;
            line.extend(part);
            fresh = false;
        }
    }
    lines.push(line);
    lines
}

/// Keeps the first `max` lines; the last of them ends in `...` if something is missing.
pub(super) fn at_most(mut lines: Vec<Line>, max: usize, measure: Measure) -> Vec<Line> {
    if lines.len() > max {
        lines.truncate(max);
        if let Some(last) = lines.last_mut() {
            cut_short(last, measure.width);
        }
    }
    lines
}

/// Makes room for ` ...` at the end of a line: its last word is cut if enough of it remains, else left out.
fn cut_short(line: &mut Line, width_max: usize) {
    const MARK: &str = " ...";
    let room = width_max.saturating_sub(MARK.len());
    while line_width(line) > room && line.len() > 1 {
        let Some(span) = line.pop() else { break };
        let left = room.saturating_sub(line_width(line));
        if left >= CUT_MIN && width(&span.text) > left {
            line.push(Span::new(span.ink, shorten(&span.text, left)));
        }
    }
    while line.len() > 1 && line.last().is_some_and(|span| span.text.trim().is_empty()) {
        line.pop();
    }
    let spaced = line.last().is_some_and(|span| span.text.ends_with(' '));
    line.push(Span::new(Ink::Plain, if spaced { MARK.trim_start() } else { MARK }));
}

/// Escaped spans of a phrase on one line.
pub(super) fn spans(phrase: &Phrase, whole: bool) -> Line {
    let span = |piece: &Piece| match piece {
        Piece::Ours(text) => Span::new(Ink::Plain, text.clone()),
        Piece::Theirs(text) => Span::new(Ink::Plain, text.terminal()),
        Piece::Name(name) => Span::new(Ink::Plain, terminal_name(name, whole)),
        Piece::Place(place) => Span::new(Ink::Dim, terminal_name(place, whole)),
    };
    phrase.pieces().iter().map(span).collect()
}

pub(super) fn line_width(line: &Line) -> usize {
    line.iter().map(|span| width(&span.text)).sum()
}

fn words(phrase: &Phrase, measure: Measure) -> Vec<Word> {
    let mut words: Vec<Word> = vec![Vec::new()];
    for span in spans(phrase, measure.whole) {
        for (at, text) in span.text.split(' ').enumerate() {
            if at > 0 {
                words.push(Vec::new());
            }
            if let (false, Some(word)) = (text.is_empty(), words.last_mut()) {
                word.push(Span::new(span.ink, text));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word as it goes onto lines: itself, or cut, or broken into parts.
fn fitted(word: Word, room: usize, whole: bool) -> Vec<Word> {
    if line_width(&word) <= room {
        return vec![word];
    }
    if whole {
        return broken(word, room);
    }
    let others = |at: usize, word: &Word| line_width(word) - width(&word[at].text);
    let mut word = word;
    let widest = (0..word.len()).max_by_key(|at| width(&word[*at].text)).unwrap_or(0);
    let left = room.saturating_sub(others(widest, &word)).max(ROOM_MIN);
    word[widest].text = shorten(&word[widest].text, left);
    vec![word]
}

fn broken(word: Word, room: usize) -> Vec<Word> {
    let mut parts: Vec<Word> = vec![Vec::new()];
    let mut used = 0;
    for span in word {
        let mut rest = Span::new(span.ink, "");
        for c in span.text.chars() {
            if used + columns(c) > room {
                let full = std::mem::replace(&mut rest, Span::new(span.ink, ""));
                parts.last_mut().expect("starts with one").push(full);
                parts.push(Vec::new());
                used = 0;
            }
            used += columns(c);
            rest.text.push(c);
        }
        parts.last_mut().expect("starts with one").push(rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Untrusted;

    fn text(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|span| span.text.as_str()).collect()).collect()
    }

    #[test]
    fn words_move_whole_under_a_hanging_indent() {
        let lines = wrap(
            vec![Span::new(Ink::Bold, "Hits  ")],
            6,
            &Phrase::new("one two three"),
            Measure { width: 14, whole: false },
        );
        assert_eq!(text(&lines), ["Hits  one two", "      three"]);
    }

    #[test]
    fn a_word_that_fits_no_line_is_cut_or_broken() {
        let long = Phrase::default().quote(&Untrusted::new("x".repeat(50)));
        let cut = wrap(Vec::new(), 2, &long, Measure { width: 20, whole: false });
        assert_eq!(cut.len(), 1);
        assert!(line_width(&cut[0]) <= 20);
        let broken = wrap(Vec::new(), 2, &long, Measure { width: 20, whole: true });
        assert_eq!(text(&broken).concat().matches('x').count(), 50);
        assert!(broken.iter().all(|line| line_width(line) <= 20));
    }
}
