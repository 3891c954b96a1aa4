//! What decides about reviews: policy, people, owners, rules, attributes, continuous integration. A change to any of it
//! is the way to weaken every later decision, so the area `governance` is built in: a policy may add to it, not take
//! away; no override covers it; and where no rule of the policy asks anything for it, two approvals are asked for.

use super::owners::PROW_FILE;
use super::rule::{Require, When};
use super::situation::{Hit, touch};
use super::{Dialect, Policy};
use crate::location::RepoPath;
use crate::roles::{self, Role, Roles};
use crate::zones::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Name of the area.
pub(super) const AREA: &str = "governance";
/// Zones that belong to it. The configured zones are not asked: the configuration is what is being protected.
const ZONES: [&str; 2] = ["governance", "ci"];

/// What is asked for where the policy's own rules ask nothing.
pub(super) fn builtin() -> Require {
    Require { approvals: 2, ..Require::default() }
}

/// True if a rule of the policy asks for something on every change of this area.
pub(super) fn is_ruled(policy: &Policy) -> bool {
    policy.rules.iter().any(|rule| {
        let When { risk, ai, author_tier, area, reached } = &rule.when;
        let always = risk.is_none() && ai.is_none() && author_tier.is_none() && reached.is_none();
        always
            && area.as_ref().is_some_and(|areas| areas.iter().any(|area| &**area == AREA))
            && !rule.require.is_empty()
    })
}

/// Adds the area to what a change touches, beside what the policy's own globs found.
pub(super) fn add(touched: &mut BTreeMap<Arc<str>, Hit>, paths: &BTreeSet<RepoPath>, dialect: Dialect) {
    let mut found: BTreeSet<RepoPath> = paths.iter().filter(|path| is_governance(path, dialect)).cloned().collect();
    if let Some(known) = touched.get(AREA) {
        found.extend(known.paths.iter().cloned());
    }
    if !found.is_empty() {
        touched.insert(AREA.into(), touch(AREA, found));
    }
}

/// A workflow named `test.yml` and owners in `docs/` count too: only what was vendored says nothing here. Prow reads the
/// OWNERS of every directory, of a vendored one too.
fn is_governance(path: &RepoPath, dialect: Dialect) -> bool {
    let zones = Zones::builtin();
    let inside = |zone: &usize| ZONES.contains(&&*zones.all()[*zone].id);
    let read = || dialect == Dialect::Prow && path.file_name() == PROW_FILE.as_bytes();
    let vendored = || roles::roles(path, &[]).contains(Role::Vendored) && !read();
    zones.of_path(path, Roles::default()).iter().any(inside) && !vendored()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_about_reviews_is_governance_wherever_it_stands() {
        for path in [
            ".richter/policy.toml",
            ".richter/people.toml",
            ".richter/rules/a.toml",
            "CODEOWNERS",
            "docs/CODEOWNERS",
            ".gitlab/CODEOWNERS",
            "test/OWNERS",
            "OWNERS_ALIASES",
            ".gitattributes",
            "tests/.gitattributes",
            ".github/workflows/test.yml",
            ".gitlab-ci.yml",
            "Jenkinsfile",
            ".gitlab-ci.d/build.yml",
            "ci/build.yml",
            "action.yml",
            "action.yaml",
            ".prow.yaml",
            ".prow/jobs.yaml",
            ".pre-commit-config.yaml",
            "lefthook.yml",
            ".husky/pre-commit",
            ".claude/settings.json",
            ".cursor/mcp.json",
            "web/.cursorrules",
            ".github/instructions/a.instructions.md",
            "web/AGENTS.md",
        ] {
            assert!(is_governance(&path.into(), Dialect::Github), "{path}");
        }
        for path in [
            "src/owners.rs",
            "docs/codeowners.md",
            "src/ci/build.yml",
            "vendor/k8s.io/api/OWNERS",
            "workflows/test.yml",
        ] {
            assert!(!is_governance(&path.into(), Dialect::Github), "{path}");
        }
        for path in ["vendor/k8s.io/api/OWNERS", "third_party/x/OWNERS"] {
            assert!(is_governance(&path.into(), Dialect::Prow), "Prow asks whom it names: {path}");
        }
    }
}
