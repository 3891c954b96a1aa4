//! The review for a terminal: numbers first, then the changes, then who and what. Everything written by somebody in the
//! repository has been made safe when the document was made.

use super::document::{Change, Incident, Period, Repair, Weekly};
use std::io::{self, Write};

/// Changes, people and repairs that the text shows (count); the page and JSON have more.
const SHOWN: usize = 10;
/// Columns of a subject.
const SUBJECT: usize = 56;

pub(super) fn write(weekly: &Weekly, out: &mut dyn Write) -> io::Result<()> {
    if let Some(incident) = &weekly.incident {
        write_incident(incident, out)?;
    }
    let Some(now) = weekly.trend.last() else { return Ok(()) };
    writeln!(
        out,
        "{}   {} to {}   {} changes by {} people, +{} -{}",
        weekly.branch.as_str(),
        day(&now.from),
        day(&now.to),
        now.changes,
        now.authors,
        now.lines_added,
        now.lines_deleted
    )?;
    trend(weekly, out)?;
    section(out, "Riskiest", weekly.riskiest.is_empty())?;
    weekly.riskiest.iter().take(SHOWN).try_for_each(|change| write_change(change, out))?;
    section(out, "Written", weekly.involvement.is_empty())?;
    for share in &weekly.involvement {
        writeln!(
            out,
            "  {:<15} {:>4} changes, +{} lines, {} high or above",
            share.involvement, share.changes, share.lines_added, share.high_or_above
        )?;
    }
    section(out, "Zones", weekly.zones.is_empty())?;
    for zone in weekly.zones.iter().take(SHOWN) {
        writeln!(out, "  {:<15} touched by {}, reached by {} more", zone.zone, zone.touched, zone.reached)?;
    }
    section(out, "Reverts and fixes", weekly.repairs.is_empty())?;
    weekly.repairs.iter().take(SHOWN).try_for_each(|repair| write_repair(repair, out))?;
    people(weekly, out)?;
    section(out, "The policy asked", weekly.asked.is_empty())?;
    for asked in &weekly.asked {
        writeln!(
            out,
            "  {:>4} x {} ({}); {} without a second person in git",
            asked.changes,
            asked.asks,
            asked.rule.as_str(),
            asked.none_seen
        )?;
    }
    writeln!(out)?;
    weekly.notes.iter().try_for_each(|note| writeln!(out, "note: {}", note.as_str()))
}

fn section(out: &mut dyn Write, title: &str, empty: bool) -> io::Result<()> {
    writeln!(out, "\n{title}{}", if empty { "   none" } else { "" })
}

fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn trend(weekly: &Weekly, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n  until        changes   low  med high crit   median  p90   reverts fixes")?;
    let number = |score: Option<u8>| score.map_or_else(|| "-".to_owned(), |score| score.to_string());
    weekly.trend.iter().try_for_each(|period: &Period| {
        let levels = period.levels;
        let (median, p90) = (number(period.score_median), number(period.score_p90));
        writeln!(
            out,
            "  {:<12} {:>7} {:>5} {:>4} {:>4} {:>4}   {:>6} {:>4}   {:>7} {:>5}",
            day(&period.to),
            period.changes,
            levels.low,
            levels.medium,
            levels.high,
            levels.critical,
            median,
            p90,
            period.reverts,
            period.fixes
        )
    })
}

fn write_change(change: &Change, out: &mut dyn Write) -> io::Result<()> {
    let (commit, subject) = (&change.commit[..10], cut(change.subject.as_str(), SUBJECT));
    writeln!(out, "  {:<8} {:>3}  {commit} {subject}", change.level.to_uppercase(), change.score)?;
    let author = cut(change.author.as_str(), 30);
    writeln!(out, "                {author}; {}; review {}", change.involvement, change.review)?;
    if let Some(reason) = change.reasons.first() {
        writeln!(out, "                +{} {}", reason.points, cut(reason.why.as_str(), 60))?;
    }
    Ok(())
}

fn write_repair(repair: &Repair, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  {:<6} {} {}", repair.kind, &repair.commit[..10], cut(repair.subject.as_str(), SUBJECT))?;
    match &repair.of {
        Some(of) => {
            let commit = cut(&of.commit, 10).trim_end_matches('.').to_owned();
            let said = match (of.level, of.score) {
                (Some(level), Some(score)) => format!("{level} {score}, {} days before", of.days),
                _ => "older than the periods".to_owned(),
            };
            writeln!(out, "         of {commit} {} ({said}; {})", cut(of.subject.as_str(), 40), of.how)
        }
        None => Ok(()),
    }
}

fn people(weekly: &Weekly, out: &mut dyn Write) -> io::Result<()> {
    section(out, "People, and the review that git shows", weekly.authors.is_empty())?;
    writeln!(out, "  changes      lines  median high   named merged none  author")?;
    for author in weekly.authors.iter().take(SHOWN) {
        let lines = format!("+{} -{}", author.lines_added, author.lines_deleted);
        let median = author.score_median.map_or_else(|| "-".to_owned(), |score| score.to_string());
        writeln!(
            out,
            "  {:>7} {lines:>10}  {median:>6} {:>4}   {:>5} {:>6} {:>4}  {}",
            author.changes,
            author.high_or_above,
            author.review_named,
            author.review_merged_by_another,
            author.review_none_seen,
            cut(author.author.as_str(), 30)
        )?;
    }
    Ok(())
}

fn write_incident(incident: &Incident, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "The change behind the incident")?;
    write_change(&incident.change, out)?;
    for reason in incident.change.reasons.iter().skip(1) {
        writeln!(out, "                +{} {}", reason.points, cut(reason.why.as_str(), 60))?;
    }
    writeln!(out, "  rank {} of the {} changes up to it (1 is the riskiest)", incident.rank, incident.among)?;
    for asked in &incident.asked {
        writeln!(out, "  the policy asks for {}", asked.as_str())?;
    }
    for repair in &incident.repaired_by {
        writeln!(out, "  repaired by {} {}", &repair.commit[..10], cut(repair.subject.as_str(), SUBJECT))?;
    }
    section(out, "Earlier changes with the same signals", incident.alike.is_empty())?;
    for like in incident.alike.iter().take(SHOWN) {
        write_change(&like.change, out)?;
        writeln!(out, "                shares {}", like.shared.join(", "))?;
    }
    writeln!(out)
}
