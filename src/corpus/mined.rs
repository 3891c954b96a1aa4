//! Labels from a repository's own history: which changes were taken back, named by a later repair, or brought lines that a
//! later repair took away. Each says how sure it is and how long it took, so that young changes can be left out: of those,
//! nobody knows yet.

use crate::input::Oid;

/// How a change came to be known as bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A later commit says that it reverts this one.
    Reverted,
    /// A later commit names it as what it repairs (`Fixes:`).
    Named,
    /// A later repair took away lines that it brought; about half of such blame is right.
    Blamed,
}

impl Basis {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reverted => "reverted",
            Self::Named => "named",
            Self::Blamed => "blamed",
        }
    }

    pub fn confidence(self) -> &'static str {
        match self {
            Self::Reverted | Self::Named => "high",
            Self::Blamed => "medium",
        }
    }
}

/// One finding: a change, and the commit that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    pub change: Oid,
    pub by: Oid,
    pub basis: Basis,
    /// Seconds from the change to what tells.
    pub lag: i64,
}

/// A commit of a mined history.
#[derive(Clone, Debug, Default)]
pub struct Mined {
    /// Non-merge commits, oldest first, with their committer time.
    pub commits: Vec<(Oid, i64)>,
    /// Sorted by change, then basis, then lag.
    pub findings: Vec<Finding>,
}

impl Mined {
    /// The findings about one change.
    pub fn about(&self, change: Oid) -> &[Finding] {
        let from = self.findings.partition_point(|finding| finding.change < change);
        let to = self.findings.partition_point(|finding| finding.change <= change);
        &self.findings[from..to]
    }

    /// One line a commit: what `corpus run` and `corpus fit` read.
    pub fn table(&self) -> String {
        let mut out = "sha,time,label,induced,reverted,basis,confidence,by,lag_days\n".to_owned();
        for (oid, time) in &self.commits {
            let found = self.about(*oid);
            let count = |basis| found.iter().filter(|finding| finding.basis == basis).count();
            let reverted = count(Basis::Reverted);
            let label = u8::from(!found.is_empty());
            let best = found.first().map_or(",,,".to_owned(), |finding| {
                let Finding { by, basis, lag, .. } = finding;
                format!("{},{},{by},{}", basis.as_str(), basis.confidence(), lag / 86_400)
            });
            out.push_str(&format!("{oid},{time},{label},{},{reverted},{best}\n", found.len() - reverted));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_every_commit_and_the_surest_reason() {
        let oid = |byte: u8| Oid::from_bytes(&[byte; 20]);
        let finding = |basis, lag| Finding { change: oid(1), by: oid(2), basis, lag };
        let findings = vec![finding(Basis::Reverted, 86_400), finding(Basis::Blamed, 0)];
        let mined = Mined { commits: vec![(oid(1), 10), (oid(2), 20)], findings };
        let table = mined.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[1].ends_with(&format!(",10,1,1,1,reverted,high,{},1", oid(2))), "{}", lines[1]);
        assert!(lines[2].ends_with(",20,0,0,0,,,,"), "{}", lines[2]);
    }
}
