//! What would have been evidence and was not at hand: refs that nobody fetched, commits that were squashed, notes that could
//! not be read, facts of the forge. Silence proves nothing unless it is known what was looked at; where one command brings
//! what is missing, it is named.

use super::attested::Attested;
use crate::input::{Attestations, CHECKPOINTS, ChangeSet, Commit, NOTES};

/// Squash merges that are named one by one.
const SQUASHED_NAMED: usize = 3;

/// What was looked at.
pub(super) struct Looked<'a, 'b> {
    pub change: &'a ChangeSet,
    pub beside: Option<&'a dyn Attestations>,
    pub attested: &'a [Attested<'b>],
    /// True if facts of the pull request were given.
    pub pr: bool,
    /// Lines of messages over a limit.
    pub skipped: usize,
    /// Lines of messages with a marker that somebody quotes.
    pub quoted: usize,
    /// Commits beyond the number whose own diff is read.
    pub commits_over: usize,
    /// Lines of the file of traces that are no records, and whether it could not be read.
    pub traces_unread: usize,
    pub traces_lost: bool,
}

impl Looked<'_, '_> {
    /// In words, the most important first.
    pub fn unseen(&self) -> Vec<String> {
        let mut unseen = Vec::new();
        match self.beside {
            _ if self.change.commits.is_empty() => unseen.push("no commits to look at".to_owned()),
            Some(beside) => self.refs(beside, &mut unseen),
            None => {}
        }
        unseen.extend(self.squashed());
        if !self.pr {
            unseen.push("facts of the pull request were not given".to_owned());
        }
        let sum = |of: fn(&Attested) -> usize| self.attested.iter().map(of).sum::<usize>();
        let counted = [
            (sum(|one| one.unread), "AI note", "could not be read"),
            (sum(|one| one.cut), "AI note", "over a limit of ranges, read in part"),
            (self.commits_over, "commit", "with AI notes beyond the limit, their lines were not looked at"),
            (self.traces_unread, "line", "of the agent traces could not be read"),
            (usize::from(self.traces_lost), "file", "of agent traces could not be read"),
            (self.quoted, "quoted line", "with a marker: said of another change, so not counted"),
            (self.skipped, "line", "of messages over a limit, not searched"),
        ];
        unseen.extend(counted.into_iter().filter(|(number, ..)| *number > 0).map(|(number, what, why)| {
            let plural = if number == 1 { "" } else { "s" };
            format!("{number} {what}{plural} {why}")
        }));
        unseen
    }

    fn refs(&self, beside: &dyn Attestations, unseen: &mut Vec<String>) {
        let without = self.attested.iter().filter(|one| one.notes == 0).count();
        if !beside.has_notes() {
            unseen.push(format!("AI notes ({}) are not here: {}", NOTES.name, NOTES.fetch));
        } else if without > 0 {
            let all = self.attested.len();
            unseen.push(match all {
                1 => "AI notes are here, but none for this commit".to_owned(),
                _ => format!("AI notes are here, but none for {without} of {all} commits"),
            });
        }
        let lost = self.attested.iter().filter(|one| one.lost_checkpoints).count();
        if lost > 0 {
            let commits = if lost == 1 { "1 commit" } else { &format!("{lost} commits") };
            let bring = if beside.has_checkpoints() { "are not on its branch" } else { CHECKPOINTS.fetch };
            let sep = if beside.has_checkpoints() { " " } else { " are not here: " };
            unseen.push(format!("the checkpoints that {commits} name{sep}{bring}"));
        }
    }

    /// Squash merges: what went into them stands on commits of their own.
    fn squashed(&self) -> Option<String> {
        let attested = |at: usize| self.attested.get(at).is_some_and(|one| one.notes > 0);
        let commits = self.change.commits.iter().enumerate().filter(|(at, _)| !attested(*at));
        let numbers: Vec<&str> = commits.filter_map(|(_, commit)| squash_number(commit)).collect();
        let looks = match numbers.len() {
            0 => return None,
            1 => "1 commit looks".to_owned(),
            number => format!("{number} commits look"),
        };
        let named = numbers.iter().take(SQUASHED_NAMED);
        let refs: Vec<String> = named.map(|number| format!("refs/pull/{number}/head")).collect();
        let more = if numbers.len() > SQUASHED_NAMED { " ..." } else { "" };
        let bring = format!("on GitHub, git fetch origin {}{more}", refs.join(" "));
        Some(format!("{looks} squashed: notes and markers of what went into it stand on its own commits ({bring})"))
    }
}

/// The number of the pull request, where the subject ends as forges end it: `... (#123)`.
fn squash_number(commit: &Commit) -> Option<&str> {
    let subject = commit.message.raw().lines().next().unwrap_or("").trim_end();
    let (_, number) = subject.strip_suffix(')')?.rsplit_once("(#")?;
    let plain = (1..=12).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (plain && commit.parents.len() < 2).then_some(number)
}
