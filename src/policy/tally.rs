//! Which approvals count. Only people do, each once, by their latest word, on this diff, and never for what they wrote
//! themselves; who had no hand in it may say so. Whatever does not count is listed with the reason.

use super::decide::Rulebook;
use super::facts::{ChangeFacts, LabelSet, Review, ReviewFacts, ReviewState};
use super::gate::Label;
use super::pair::Mutual;
use super::people::Kind;
use super::trust::Stale;
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
    pub excluded: BTreeMap<usize, &'static str>,
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
        Self { book, change, review, excluded: excluded(book, change, review) }
    }

    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (who, review) in self.latest() {
            match review.state {
                ReviewState::ChangesRequested => self.veto(&who, review, &mut tally),
                ReviewState::Approved => match self.refusal(&who, review) {
                    Some(reason) => tally.ignore(review, reason),
                    None => {
                        tally.people.extend(who);
                        tally.last = tally.last.max(Some(review.at));
                    }
                },
                ReviewState::Dismissed => tally.ignore(review, "was dismissed".to_owned()),
                ReviewState::Commented => {}
            }
        }
        tally.ignored.sort();
        tally
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

    /// Each person's latest word, or that of an alias that is nobody's. At the same moment the stricter word counts.
    fn latest(&self) -> BTreeMap<Result<usize, String>, &Review> {
        let mut latest: BTreeMap<Result<usize, String>, &Review> = BTreeMap::new();
        for review in self.review.reviews.iter().filter(|review| review.state != ReviewState::Commented) {
            let who = self.book.people.account(&review.by).ok_or_else(|| review.by.to_lowercase());
            let later = |other: &&Review| (other.at, other.state) > (review.at, review.state);
            if !latest.get(&who).is_some_and(later) {
                latest.insert(who, review);
            }
        }
        latest
    }

    /// Why an approval does not count.
    fn refusal(&self, who: &Result<usize, String>, review: &Review) -> Option<String> {
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
        if let Some(why) = self.excluded.get(&at) {
            return Some((*why).to_owned());
        }
        if self.review.now.is_some_and(|now| review.at > now) {
            return Some("approved later than the moment that is judged".to_owned());
        }
        let moved = |approved: &String| self.review.change.base_ref.as_ref().is_some_and(|base| base != approved);
        if let Some(approved) = review.base_ref.as_ref().filter(|approved| moved(approved)) {
            return Some(format!("approved it for {approved}, which is not where it would be merged"));
        }
        self.stale(at, review)
    }

    /// Why an approval no longer holds for what would be merged.
    fn stale(&self, at: usize, review: &Review) -> Option<String> {
        let equal = |given: &Option<String>, ours: &Option<String>| {
            given.as_ref().is_some_and(|id| !id.is_empty() && ours.as_ref() == Some(id))
        };
        let same_diff = || equal(&review.diff_id, &self.change.diff_id);
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
            set.name == *label.name && who.is_some_and(|at| in_team(at) && !self.excluded.contains_key(&at))
        };
        self.review.labels.iter().any(fits)
    }
}

impl Tally {
    fn ignore(&mut self, review: &Review, reason: String) {
        self.ignored.push(Ignored { by: Untrusted::new(&review.by), reason: Untrusted::new(reason) });
    }
}

/// People who may not approve, and why. A claimed co-author may say otherwise in their own approval, or anyone could
/// keep reviewers away by naming them.
fn excluded(book: Rulebook, change: &ChangeFacts, review: &ReviewFacts) -> BTreeMap<usize, &'static str> {
    let disclaims = |review: &&Review| review.disclaims_authorship && review.state == ReviewState::Approved;
    let disclaimed: BTreeSet<usize> =
        review.reviews.iter().filter(disclaims).filter_map(|review| book.people.account(&review.by)).collect();
    let mut excluded = BTreeMap::new();
    let mut put = |who: &str, why: &'static str, claimed: bool| {
        if let Some(at) = book.people.who(who).filter(|at| !(claimed && disclaimed.contains(at))) {
            excluded.entry(at).or_insert(why);
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
