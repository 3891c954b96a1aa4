//! What the process knows of its terminal: width, colour, whether anyone is looking.

use super::args::ColourWhen;
use crate::render::Layout;
use std::io::IsTerminal;

/// Columns where nothing better is known, and the bounds of what is believed.
const WIDTH: usize = 80;
const WIDTH_RANGE: std::ops::RangeInclusive<usize> = 40..=120;

/// The layout of text: `COLUMNS`, else the terminal's width, else 80 columns; colour only for a terminal unless asked for.
pub(super) fn layout(colour: ColourWhen, explain: bool) -> Layout {
    let terminal = std::io::stdout().is_terminal();
    let set = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
    let seen = || terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0));
    let width = set.or_else(seen).unwrap_or(WIDTH).clamp(*WIDTH_RANGE.start(), *WIDTH_RANGE.end());
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    let colour = match colour {
        ColourWhen::Always => true,
        ColourWhen::Never => false,
        ColourWhen::Auto => terminal && !plain && !dumb,
    };
    Layout { width, colour, explain }
}
