//! Lines of a terminal, with their ink. Colour only repeats what the words say, so that nothing is lost without it; every
//! escape sequence of the text view is written here.

use crate::score::Level;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    /// Paths and names beside a sentence.
    Dim,
    Level(Level),
}

impl Ink {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().bold().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Bold => Style::new().bold(),
            Self::Dim => Style::new().dimmed(),
            Self::Level(Level::Low) => colour(AnsiColor::Green),
            Self::Level(Level::Medium) => colour(AnsiColor::Yellow),
            Self::Level(Level::High) => colour(AnsiColor::Red),
            Self::Level(Level::Critical) => colour(AnsiColor::Red).invert(),
        }
    }
}

/// Escaped text in one ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub ink: Ink,
    pub text: String,
}

impl Span {
    pub fn new(ink: Ink, text: impl Into<String>) -> Self {
        Self { ink, text: text.into() }
    }
}

/// One line, without its line ending.
pub(super) type Line = Vec<Span>;

/// Writes lines, with escape sequences only when `colour`.
pub(super) fn write(lines: &[Line], colour: bool, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        for span in line {
            let style = span.ink.style();
            if colour && span.ink != Ink::Plain {
                write!(out, "{style}{}{style:#}", span.text)?;
            } else {
                write!(out, "{}", span.text)?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}
