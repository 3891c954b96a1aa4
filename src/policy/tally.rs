//! Which approvals count. Only people do, each once, by their latest word, on this diff, and never for what they wrote
//! themselves; who had no hand in it may say so. Whatever does not count is listed with the reason.

use super::decide::Rulebook;
use super::facts::{ChangeFacts, LabelSet, Review, ReviewFacts, ReviewState};
use super::gate::Label;
use super::pair::Mutual;
use super::people::Kind;
use super::trust::Stale;
use super::unknown::UnknownAuthor;
use super::verdict::Ignored;
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::collections::{BTreeMap, BTreeSet};

/// A change, its review, and who may not approve it.
pub(super) struct Case<'a> {
    pub book: Rulebook<'a>,
    pub change: &'a ChangeFacts,
    pub review: &'a ReviewFacts,
    /// People who may not approve, and why.
    pub excluded: BTreeMap<usize, Hand>,
    /// Set where nobody can tell whose own change this is.
    pub unknown: Option<UnknownAuthor>,
}

/// What somebody did for the change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    pub why: &'static str,
    /// True if only a name in a trailer says so, which they may deny in their approval.
    pub claimed: bool,
}

/// The approvals that count, and what became of the others.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub people: BTreeSet<usize>,
    pub ignored: Vec<Ignored>,
    /// People who requested changes and have not taken it back.
    pub vetoes: BTreeSet<usize>,
    /// Seconds since 1970 of the last approval that counts.
    pub last: Option<i64>,
}

impl<'a> Case<'a> {
    pub(super) fn new(book: Rulebook<'a>, change: &'a ChangeFacts, review: &'a ReviewFacts) -> Self {
        Self { book, change, review, excluded: excluded(book, change), unknown: UnknownAuthor::of(book.people, change) }
    }

    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (who, words) in self.words() {
            let veto = words.iter().rposition(|word| word.state == ReviewState::ChangesRequested);
            if let Some(at) = veto.filter(|at| !self.taken_back(&who, words[*at], &words[at + 1..])) {
                self.veto(&who, words[at], &mut tally);
            }
            let Some(last) = words.last() else { continue };
            match last.state {
                ReviewState::Approved => match self.refusal(&who, last) {
                    Some(reason) => tally.ignore(last, reason),
                    None => {
                        tally.people.extend(who);
                        tally.last = tally.last.max(Some(last.at));
                    }
                },
                ReviewState::Dismissed => tally.ignore(last, "was dismissed".to_owned()),
                ReviewState::ChangesRequested | ReviewState::Commented => {}
            }
        }
        tally.ignored.sort();
        tally
    }

    /// True if somebody who requested changes said otherwise later, in words that count. An approval that what was pushed
    /// since made stale took the veto back while it held, unless the veto is about the very thing that would be merged.
    fn taken_back(&self, who: &Result<usize, String>, veto: &Review, later: &[&Review]) -> bool {
        let of_this = || veto.commit.is_empty() || self.is_head(&veto.commit) || self.same_diff(veto);
        later.iter().any(|word| match word.state {
            ReviewState::Dismissed => !self.is_later_than_now(word),
            ReviewState::Approved => {
                let holds = |at: &usize| self.stale(*at, word).is_none() || !of_this();
                self.unfit(who, word).is_none() && who.as_ref().is_ok_and(holds)
            }
            ReviewState::ChangesRequested | ReviewState::Commented => false,
        })
    }

    fn veto(&self, who: &Result<usize, String>, review: &Review, tally: &mut Tally) {
        match who {
            Ok(at) if self.book.people.is_person(*at) => {
                tally.vetoes.insert(*at);
            }
            Ok(_) => tally.ignore(review, "requested changes, which only people can".to_owned()),
            Err(_) => tally.ignore(review, "requested changes and is not in the people file".to_owned()),
        }
    }

    /// What each person said, or an alias that is nobody's, oldest first. At the same moment the stricter word comes last.
    fn words(&self) -> BTreeMap<Result<usize, String>, Vec<&Review>> {
        let mut words: BTreeMap<Result<usize, String>, Vec<&Review>> = BTreeMap::new();
        for review in self.review.reviews.iter().filter(|review| review.state != ReviewState::Commented) {
            let who = self.book.people.account(&review.by).ok_or_else(|| review.by.to_lowercase());
            words.entry(who).or_default().push(review);
        }
        words.values_mut().for_each(|words| words.sort_by_key(|word| (word.at, word.state)));
        words
    }

    /// Why an approval does not count.
    fn refusal(&self, who: &Result<usize, String>, review: &Review) -> Option<String> {
        self.unfit(who, review).or_else(|| who.as_ref().ok().and_then(|at| self.stale(*at, review)))
    }

    /// Why an approval never counted, whatever was pushed since.
    fn unfit(&self, who: &Result<usize, String>, review: &Review) -> Option<String> {
        let Ok(at) = *who else { return Some("is not in the people file".to_owned()) };
        let human = |kind: &&String| ["person", "human", "user"].contains(&kind.to_ascii_lowercase().as_str());
        if let Some(kind) = review.kind.as_ref().filter(|kind| !human(kind)) {
            return Some(format!("the forge says that this is no person ({kind}), and only people's approvals count"));
        }
        match self.book.people.entry(at).kind {
            Kind::Person => {}
            Kind::Agent => return Some("is an agent, and agents' approvals never count".to_owned()),
            Kind::Bot => return Some("is a bot, and bots' approvals never count".to_owned()),
        }
        if let Some(hand) = self.excluded.get(&at).filter(|hand| !(hand.claimed && review.disclaims_authorship)) {
            return Some(hand.why.to_owned());
        }
        if let Some(unknown) = &self.unknown {
            return Some(format!("{}, so it may be their own change", unknown.told()));
        }
        if self.is_later_than_now(review) {
            return Some("approved later than the moment that is judged".to_owned());
        }
        let moved = |approved: &String| self.review.change.base_ref.as_ref().is_some_and(|base| base != approved);
        let approved = review.base_ref.as_ref().filter(|approved| moved(approved))?;
        Some(format!("approved it for {approved}, which is not where it would be merged"))
    }

    fn is_later_than_now(&self, review: &Review) -> bool {
        self.review.now.is_some_and(|now| review.at > now)
    }

    /// True if somebody may have had a hand in the change. A claimed co-author may deny it in an approval that counts; it
    /// is their last word that does.
    pub(super) fn is_barred(&self, at: usize) -> bool {
        let denies = || {
            let words = self.words();
            let last = words.get(&Ok(at)).and_then(|words| words.last());
            last.is_some_and(|last| last.state == ReviewState::Approved && self.refusal(&Ok(at), last).is_none())
        };
        self.unknown.is_some() || self.excluded.get(&at).is_some_and(|hand| !(hand.claimed && denies()))
    }

    /// Why an approval no longer holds for what would be merged.
    fn stale(&self, at: usize, review: &Review) -> Option<String> {
        let same_diff = || self.same_diff(review);
        let fresh = match self.book.policy.trust.stale {
            Stale::Head => self.is_head(&review.commit),
            Stale::SameDiff => self.is_head(&review.commit) || same_diff(),
            Stale::OwnedFiles => self.is_head(&review.commit) || same_diff() || self.owned_as_approved(at, review),
            Stale::MergeTree => equal(&review.merge_tree, &self.change.merge_tree),
        };
        (!fresh).then(|| match self.book.policy.trust.stale {
            Stale::MergeTree => "approved another tree than merging would give now".to_owned(),
            _ => format!("approved {}, which is not what would be merged", review.commit),
        })
    }

    fn same_diff(&self, review: &Review) -> bool {
        equal(&review.diff_id, &self.change.diff_id)
    }

    /// True if they own files of the change, and each of these is proposed as they approved it.
    fn owned_as_approved(&self, at: usize, review: &Review) -> bool {
        let (owners, people) = (self.book.owners, self.book.people);
        let names =
            |path: &RepoPath| owners.of(path).into_iter().flat_map(|line| line.owners.clone()).collect::<Vec<_>>();
        let owns = |path: &RepoPath| names(path).iter().any(|o| people.owners(o.raw(), owners.dialect).contains(&at));
        let mut owned = self.change.files.iter().filter(|file| owns(&file.path) || file.old.as_ref().is_some_and(owns));
        let mut any = false;
        let all = owned.all(|file| {
            any = true;
            file.diff_id.is_some() && review.files.get(&file.path.to_text()) == file.diff_id.as_ref()
        });
        any && all
    }

    /// Who approved whose layer in return.
    pub(super) fn mutual(&self) -> Mutual {
        Mutual::of(self.book.people, &self.review.change.stack)
    }

    /// True if this is the commit that would be merged.
    pub(super) fn is_head(&self, commit: &str) -> bool {
        !commit.is_empty() && self.change.head.as_deref() == Some(commit)
    }

    /// True if someone of the label's team, who had no hand in the change, set it.
    pub(super) fn labelled(&self, label: &Label) -> bool {
        let people = self.book.people;
        let fits = |set: &LabelSet| {
            let who = people.account(&set.by).filter(|at| people.is_person(*at));
            let in_team = |at: usize| label.by_team.as_ref().is_none_or(|team| people.entry(at).teams.contains(team));
            set.name == *label.name && who.is_some_and(|at| in_team(at) && !self.is_barred(at))
        };
        self.review.labels.iter().any(fits)
    }
}

impl Tally {
    fn ignore(&mut self, review: &Review, reason: String) {
        self.ignored.push(Ignored { by: Untrusted::new(&review.by), reason: Untrusted::new(reason) });
    }
}

/// What is not known is not equal to anything.
fn equal(given: &Option<String>, ours: &Option<String>) -> bool {
    given.as_ref().is_some_and(|id| !id.is_empty() && ours.as_ref() == Some(id))
}

/// People who may not approve, and why. A claimed co-author may say otherwise in their own approval, or anyone could
/// keep reviewers away by naming them.
fn excluded(book: Rulebook, change: &ChangeFacts) -> BTreeMap<usize, Hand> {
    let mut excluded = BTreeMap::new();
    let mut put = |who: &str, why: &'static str, claimed: bool| {
        if let Some(at) = book.people.who(who) {
            excluded.entry(at).or_insert(Hand { why, claimed });
        }
    };
    change.opened_by.iter().for_each(|who| put(who, "opened the change", false));
    change.driver.iter().for_each(|who| put(who, "directed the agent", false));
    change.authors.iter().for_each(|who| put(who, "authored a commit", false));
    change.committers.iter().for_each(|who| put(who, "committed a commit", false));
    change.pushers.iter().for_each(|who| put(who, "pushed to the branch", false));
    change.requested_by.iter().for_each(|who| put(who, "asked an agent for the change", false));
    if book.policy.trust.co_authors_claimed {
        change.co_authors.iter().for_each(|who| put(who, "is named as a co-author", true));
    }
    excluded
}
