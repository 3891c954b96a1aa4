//! Puts fitted tables into the text of a model file: only the numbers and where they come from are replaced, line by line,
//! so that words, order and remarks of the file stay as people wrote them.

use super::scorecard::Scorecard;
use crate::score::Model;

/// The text with the tables of a scorecard. Features of the model and tables of the scorecard are in the same order.
pub fn write_model(text: &str, model: &Model, card: &Scorecard) -> String {
    let mut tables = model.features.iter().zip(&card.tables).map(|(_, table)| table);
    let mut current: Option<&Vec<(i64, i32)>> = None;
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let key = line.split('=').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            inside = line.trim() == "[[feature]]";
            current = if inside { tables.next() } else { None };
        }
        let new = match (key, current) {
            ("base_rate_milli", _) => Some(format!("base_rate_milli = {}", card.base_rate_milli)),
            ("base_points", _) => Some(format!("base_points = {}", card.base_points + model.start_points)),
            ("source", Some(_)) if inside => Some("source = \"fitted\"".to_owned()),
            ("table", Some(table)) if inside => Some(format!("table = {}", rows(table))),
            _ => None,
        };
        out.push_str(new.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

fn rows(table: &[(i64, i32)]) -> String {
    if table.is_empty() {
        return "[[0, 0]]".to_owned();
    }
    let rows: Vec<String> = table.iter().map(|(from, points)| format!("[{from}, {points}]")).collect();
    format!("[{}]", rows.join(", "))
}
