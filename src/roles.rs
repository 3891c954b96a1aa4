//! What a file is for: test, documentation, generated, vendored, lock file, migration, workflow. Found from its path and,
//! for generated content, from a marker near its top; the patterns are data (`rules/roles.toml`). Roles keep rules and
//! zones away from files that they are not about.

use crate::location::RepoPath;

/// One purpose of a file. A file can have several (a generated test).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Test,
    Documentation,
    /// Examples, samples, demos: read by people, not shipped.
    Example,
    Generated,
    Vendored,
    Minified,
    Lock,
    Manifest,
    Migration,
    /// A continuous-integration workflow or pipeline.
    Workflow,
    /// A Dockerfile, compose file or the like.
    Container,
    /// Configuration that a running system or a build reads.
    Configuration,
    /// Policy, people, owners, rules, attributes: what decides about changes.
    Governance,
    /// Build scripts and build configuration.
    Build,
}

impl Role {
    pub const ALL: [Role; 14] = [
        Self::Test,
        Self::Documentation,
        Self::Example,
        Self::Generated,
        Self::Vendored,
        Self::Minified,
        Self::Lock,
        Self::Manifest,
        Self::Migration,
        Self::Workflow,
        Self::Container,
        Self::Configuration,
        Self::Governance,
        Self::Build,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Documentation => "documentation",
            Self::Example => "example",
            Self::Generated => "generated",
            Self::Vendored => "vendored",
            Self::Minified => "minified",
            Self::Lock => "lock",
            Self::Manifest => "manifest",
            Self::Migration => "migration",
            Self::Workflow => "workflow",
            Self::Container => "container",
            Self::Configuration => "configuration",
            Self::Governance => "governance",
            Self::Build => "build",
        }
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles(u16);

impl Roles {
    pub fn insert(&mut self, role: Role) {
        self.0 |= 1 << role as u16;
    }

    pub fn contains(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// Shipped code or configuration: none of test, documentation, example, generated, vendored, minified, lock.
    pub fn is_production(self) -> bool {
        use Role::*;
        ![Test, Documentation, Example, Generated, Vendored, Minified, Lock].into_iter().any(|role| self.contains(role))
    }

    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

/// The roles of a file. `head` is the beginning of its content (a few kilobytes are enough); empty if it is not known.
pub fn roles(path: &RepoPath, head: &[u8]) -> Roles {
    let _ = (path, head);
    Roles::default() // BODY: to be written by the owner of this file
}
