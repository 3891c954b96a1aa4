//! `richter report`: reads the branch, judges every change of the periods in parallel, and has the review written. All
//! changes are judged by one policy and one configuration, those of the tip (or of `--policy`), so that weeks compare.

use super::args::ReportArgs;
use super::requests::{options, threads};
use super::{Exit, Failure, Outcome};
use crate::assess::{Deciding, Options, Session, assess};
use crate::gap::Gap;
use crate::input::{self, Commit, Identity, Oid, Repository, Request, Source};
use crate::limits;
use crate::weekly::{self, IncidentMaterial, Judged, Material, PERIODS, walk};
use rayon::prelude::*;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(super) fn run(args: ReportArgs) -> Result<Exit, Outcome> {
    let options = options(&args.judging)?;
    threads(&args.judging)?;
    let seconds = seconds(&args.since)?;
    let repository = Repository::open(&args.repo).map_err(Failure::from)?;
    let (branch, tip) = tip(&repository, args.branch.as_deref())?;
    let incident = args.incident.as_deref().map(|rev| repository.resolve(rev)).transpose().map_err(Failure::from)?;
    let session = Session::default();
    let tree = repository.snapshot(tip).map_err(|(_, why)| Failure(why))?;
    let deciding = Deciding::read(&tree, Some(tip.to_string()), &options, &session).map_err(Failure::from)?;
    let judge =
        Judge { repository: &repository, place: &args.repo, deciding: &deciding, options: &options, session: &session };
    let material = judge.material(branch, tip, seconds, incident)?;
    let review = weekly::review(&material);
    let mut out = BufWriter::new(io::stdout().lock());
    weekly::write(&review, args.format, &mut out)?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// `36h`, `7d`, `2w` in seconds.
pub(super) fn seconds(text: &str) -> Result<u64, Failure> {
    let wrong = || Failure(format!("`{}` is no length of time; write 36h, 7d or 2w", crate::text::visible(text)));
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    // a hundred years of weeks is enough for everybody, and keeps sums far from overflow
    if number == 0 || number > 100 * 366 { Err(wrong()) } else { Ok(number * unit) }
}

/// The commit to look back from, and its name for people.
fn tip(repository: &Repository, branch: Option<&str>) -> Result<(String, Oid), Failure> {
    if let Some(name) = branch {
        return Ok((name.to_owned(), repository.resolve(name)?));
    }
    if let Some((name, oid)) = repository.default_branch() {
        return Ok((name, oid));
    }
    let head = repository.head().ok_or_else(|| Failure("the repository has no commit yet".to_owned()))?;
    Ok(("HEAD".to_owned(), head))
}

struct Judge<'a> {
    repository: &'a Repository,
    place: &'a Path,
    deciding: &'a Deciding,
    options: &'a Options,
    session: &'a Session,
}

impl Judge<'_> {
    fn material(&self, branch: String, tip: Oid, seconds: u64, incident: Option<Oid>) -> Result<Material, Failure> {
        let until = self.repository.commit(tip).map_err(|(_, why)| Failure(why))?.commit_time;
        let after = until.saturating_sub((seconds * u64::from(PERIODS)) as i64);
        let found = walk(self.repository, tip, after, limits::WEEKLY_CHANGES_MAX);
        let mut gaps = found.gaps;
        let changes = self.judge_all(&found.commits, |oid| found.mergers.get(&oid), &mut gaps);
        let incident = incident.map(|oid| self.incident(oid, tip, &mut gaps)).transpose()?;
        Ok(Material {
            branch,
            tip,
            until,
            seconds,
            changes,
            incident,
            zones: self.deciding.zones.clone(),
            policy_digest: self.deciding.policy.digest.clone(),
            policy_source: self.deciding.policy.source.as_str().to_owned(),
            gaps,
        })
    }

    /// Judges commits in parallel, in their order; one that cannot be read is a gap.
    fn judge_all<'m>(
        &self,
        commits: &[Commit],
        merger: impl Fn(Oid) -> Option<&'m Identity> + Sync,
        gaps: &mut Vec<Gap>,
    ) -> Vec<Judged> {
        let judged: Vec<Result<Judged, Gap>> =
            commits.par_iter().map(|commit| self.judge(commit, merger(commit.oid))).collect();
        let mut out = Vec::new();
        for one in judged {
            match one {
                Ok(judged) => out.push(judged),
                Err(gap) => gaps.push(gap),
            }
        }
        out
    }

    fn judge(&self, commit: &Commit, merger: Option<&Identity>) -> Result<Judged, Gap> {
        let request = Request {
            source: Source::Revision(Some(commit.oid.to_string())),
            directory: self.place.to_path_buf(),
            directory_given: true,
            paths: Vec::new(),
        };
        let input = input::read(&request).map_err(|error| {
            Gap::context(crate::gap::GapKind::MissingObject, format!("{} was left out: {error}", commit.oid.short()))
        })?;
        Ok(Judged::new(commit, &assess(&input, self.deciding, self.options, self.session), merger))
    }

    fn incident(&self, oid: Oid, tip: Oid, gaps: &mut Vec<Gap>) -> Result<IncidentMaterial, Failure> {
        let own = self.repository.commit(oid).map_err(|(_, why)| Failure(why))?;
        let change = self.judge(&own, None).map_err(|gap| Failure(gap.why.terminal().into_owned()))?;
        let found = walk(self.repository, oid, i64::MIN, limits::INCIDENT_PEERS + 1);
        let before: Vec<Commit> =
            found.commits.into_iter().filter(|commit| commit.oid != oid).take(limits::INCIDENT_PEERS).collect();
        let before = self.judge_all(&before, |oid| found.mergers.get(&oid), gaps);
        // what repairs it came later: the branch down to its time
        let later = walk(self.repository, tip, own.commit_time.saturating_sub(1), limits::WEEKLY_CHANGES_MAX);
        let after = later.commits.into_iter().filter(|commit| commit.oid != oid).collect();
        Ok(IncidentMaterial { change, before, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_a_unit() {
        assert_eq!(seconds("36h").ok(), Some(129_600));
        assert_eq!(seconds("7d").ok(), Some(604_800));
        assert_eq!(seconds("2w").ok(), Some(1_209_600));
        for wrong in ["", "7", "d", "0d", "-1d", "7 d", "7m", "99999999999999999999d", "\u{e4}"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
