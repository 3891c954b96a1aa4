//! What a file is for: test, documentation, generated, vendored, lock file, migration, workflow. Found from its path and,
//! for generated content, from a marker near its top; the patterns are data (`rules/roles.toml`). Roles keep rules and
//! zones away from files that they are not about.

use crate::data::{self, DataError};
use crate::expression::Expression;
use crate::limits;
use crate::location::RepoPath;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::RegexSet;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// One purpose of a file. A file can have several (a generated test).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Roles(u16);

impl Roles {
    pub fn insert(&mut self, role: Role) {
        self.0 |= 1 << role as u16;
    }

    pub fn remove(&mut self, role: Role) {
        self.0 &= !(1 << role as u16);
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

/// Compiles the table of roles, if that is not done yet.
pub fn prepare() {
    Table::get();
}

/// The roles of a file. `head` is the beginning of its content (a few kilobytes are enough); empty if it is not known.
/// Content is a claim of whoever wrote it: callers that compare two sides give the old side's, where there is one.
pub fn roles(path: &RepoPath, head: &[u8]) -> Roles {
    Table::get().roles(path, head)
}

/// `rules/roles.toml` as written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    role: Vec<Pattern>,
    generated: Markers,
    minified: Minified,
    migration: Claim,
}

/// One way to recognise a role by path; the file explains the keys.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    role: Role,
    #[serde(default)]
    directories: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    files_exact: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    unless: Vec<Role>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Markers {
    head_bytes: usize,
    leaders: Vec<String>,
    markers: Vec<String>,
}

/// Content that says of itself what it is, outside of some roles.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    head_bytes: usize,
    markers: Vec<Expression>,
    unless: Vec<Role>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Minified {
    head_bytes: usize,
    extensions: Vec<String>,
    mean_line_bytes: usize,
}

/// Globs of all patterns in one automaton; `owners[i]` is the pattern that glob `i` belongs to.
struct Globs {
    set: GlobSet,
    owners: Vec<usize>,
    /// True if the globs are in lower case, and texts are to be too: most globs are then matched without an expression.
    lower: bool,
}

/// The document, compiled once.
struct Table {
    patterns: Vec<Pattern>,
    directories: FxHashMap<String, Vec<usize>>,
    files: Globs,
    files_exact: Globs,
    paths: Globs,
    except: Globs,
    leaders: Vec<String>,
    markers: Vec<String>,
    /// Compiled when a file first speaks of being generated.
    marker_set: OnceLock<RegexSet>,
    marker_bytes: usize,
    minified: Minified,
    migration: Claim,
    /// What was found for paths before.
    known: RwLock<FxHashMap<RepoPath, Arc<[usize]>>>,
}

impl Table {
    fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| {
            let text = crate::embedded::rule_file("roles.toml");
            Self::parse("rules/roles.toml", text).expect("a test parses the compiled-in table of roles")
        })
    }

    fn parse(file: &str, text: &str) -> Result<Self, DataError> {
        let document: Document = data::parse(file, text)?;
        let patterns = document.role;
        let refused = |error: String| DataError::whole(file, error);
        let mut directories: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, pattern) in patterns.iter().enumerate() {
            for name in &pattern.directories {
                directories.entry(name.clone()).or_default().push(index);
            }
        }
        Ok(Self {
            directories,
            files: Globs::new(&patterns, |pattern| &pattern.files, true, true).map_err(refused)?,
            files_exact: Globs::new(&patterns, |pattern| &pattern.files_exact, false, true).map_err(refused)?,
            paths: Globs::new(&patterns, |pattern| &pattern.paths, true, false).map_err(refused)?,
            except: Globs::new(&patterns, |pattern| &pattern.except, true, false).map_err(refused)?,
            leaders: document.generated.leaders,
            markers: document.generated.markers,
            marker_set: OnceLock::new(),
            marker_bytes: document.generated.head_bytes,
            minified: document.minified,
            migration: document.migration,
            patterns,
            known: RwLock::default(),
        })
    }

    fn roles(&self, path: &RepoPath, head: &[u8]) -> Roles {
        let mut roles = self.claimed(path, head);
        for index in &*self.hits(path) {
            let pattern = &self.patterns[*index];
            if !pattern.unless.iter().any(|role| roles.contains(*role)) {
                roles.insert(pattern.role);
            }
        }
        if self.is_migration(roles, head) {
            roles.insert(Role::Migration);
        }
        roles
    }

    /// The patterns that a path fits, in order. The same paths are asked about for every commit, so answers are kept.
    fn hits(&self, path: &RepoPath) -> Arc<[usize]> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        known.unwrap_or_else(|| {
            let hits = self.find_hits(path);
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= limits::ROLE_PATHS_KEPT_MAX {
                known.clear();
            }
            known.insert(path.clone(), hits.clone());
            hits
        })
    }

    fn find_hits(&self, path: &RepoPath) -> Arc<[usize]> {
        let text = path.to_text();
        let mut hit = vec![false; self.patterns.len()];
        self.match_directories(&text, &mut hit);
        let name = text.rsplit('/').next().unwrap_or(&text);
        self.files.each(name, |index| hit[index] = true);
        self.files_exact.each(name, |index| hit[index] = true);
        self.paths.each(&text, |index| hit[index] = true);
        if hit.contains(&true) {
            self.except.each(&text, |index| hit[index] = false);
        }
        hit.into_iter().enumerate().filter(|(_, hit)| *hit).map(|(index, _)| index).collect()
    }

    fn match_directories(&self, path: &str, hit: &mut [bool]) {
        let Some((folders, _)) = path.rsplit_once('/') else { return };
        for folder in folders.split('/') {
            for index in self.directories.get(&folder.to_lowercase()).into_iter().flatten() {
                hit[*index] = true;
            }
        }
    }

    /// Roles that the content gives away.
    fn claimed(&self, path: &RepoPath, head: &[u8]) -> Roles {
        let mut roles = Roles::default();
        if self.says_generated(&head[..head.len().min(self.marker_bytes)]) {
            roles.insert(Role::Generated);
        }
        if self.is_minified(path, &head[..head.len().min(self.minified.head_bytes)]) {
            roles.insert(Role::Minified);
        }
        roles
    }

    /// True if content is a migration by the conventions of a framework, wherever it stands.
    fn is_migration(&self, roles: Roles, head: &[u8]) -> bool {
        let elsewhere = self.migration.unless.iter().any(|role| roles.contains(*role));
        let head = &head[..head.len().min(self.migration.head_bytes)];
        !elsewhere && self.migration.markers.iter().any(|marker| marker.is_match(head))
    }

    fn says_generated(&self, head: &[u8]) -> bool {
        // every marker holds this; most files do not
        if memchr::memmem::find(&head.to_ascii_lowercase(), b"generated").is_none() {
            return false;
        }
        let compile = || RegexSet::new(&self.markers).expect("a test compiles the built-in markers");
        let markers = self.marker_set.get_or_init(compile);
        let text = String::from_utf8_lossy(head);
        text.lines()
            .map(str::trim_start)
            .any(|line| self.leaders.iter().any(|leader| line.starts_with(leader.as_str())) && markers.is_match(line))
    }

    fn is_minified(&self, path: &RepoPath, head: &[u8]) -> bool {
        let extension = path.extension().unwrap_or_default();
        if !self.minified.extensions.iter().any(|known| known.as_bytes() == extension) {
            return false;
        }
        let lines = head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        lines > 0 && head.len() / lines >= self.minified.mean_line_bytes
    }
}

impl Globs {
    /// `names` for globs on file names, which hold no separator: one that may cross it needs no expression.
    fn new(
        patterns: &[Pattern],
        of: impl Fn(&Pattern) -> &[String],
        any_case: bool,
        names: bool,
    ) -> Result<Self, String> {
        let mut set = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            for glob in of(pattern) {
                let glob = if any_case { glob.to_lowercase() } else { glob.clone() };
                let built = GlobBuilder::new(&glob).literal_separator(!names).build();
                set.add(built.map_err(|error| error.to_string())?);
                owners.push(index);
            }
        }
        Ok(Self { set: set.build().map_err(|error| error.to_string())?, owners, lower: any_case })
    }

    fn each(&self, text: &str, mut hit: impl FnMut(usize)) {
        let text = if self.lower { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
        self.set.matches(&*text).into_iter().for_each(|glob| hit(self.owners[glob]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str, head: &str) -> String {
        let found = roles(&path.into(), head.as_bytes());
        found.iter().map(Role::as_str).collect::<Vec<_>>().join(" ")
    }

    fn check(role: &str, paths: &[&str]) {
        for path in paths {
            assert_eq!(words(path, ""), role, "{path}");
        }
    }

    #[test]
    fn the_compiled_in_table_is_sound() {
        let table = Table::parse("roles.toml", crate::embedded::rule_file("roles.toml")).expect("valid");
        assert!(RegexSet::new(&table.markers).is_ok());
        assert!(table.migration.markers.iter().all(|marker| regex::bytes::Regex::new(marker.text()).is_ok()));
        assert!(Table::parse("roles.toml", "[[role]]\nrole = \"test\"\nfolder = [\"x\"]\n").is_err());
    }

    #[test]
    fn shipped_code_has_no_role() {
        check(
            "",
            &[
                "src/main.rs",
                "src/flask/testing.py",
                "lib/contest.py",
                "cmd/latest/main.go",
                "src/vendor/supplier.py",
                "app/models/vendor/order.rb",
                "src/main/java/com/example/test/Shop.java",
                "src/manifest.ts",
                "src/main/java/com/example/AuditTrail.java",
                "packages/shop/src/specification.ts",
                "src/docs/handler.ts",
                "src/main/java/org/Contest.java",
                "server/attestation.go",
            ],
        );
    }

    #[test]
    fn tests_by_convention() {
        check(
            "test",
            &[
                "tests/it/main.rs",
                "src/facts/tests.rs",
                "pkg/cart_test.go",
                "app/test_money.py",
                "conftest.py",
                "src/cart.spec.ts",
                "src/__tests__/cart.js",
                "src/test/java/com/x/CartTest.java",
                "CartTests.cs",
                "spec/models/order_spec.rb",
                "cypress/support/commands.js",
                "e2e/login.ts",
                "pkg/testdata/in.json",
                "tests/fixtures/config.yaml",
                "Tests/CartTest.php",
                "src/androidTest/kotlin/A.kt",
                "core/CartIT.java",
                "testsuite/golden/out.txt",
                "spec/fixtures/users.yml",
                "benches/speed.rs",
            ],
        );
    }

    #[test]
    fn documentation_and_code_among_it() {
        check(
            "documentation",
            &["README.md", "docs/index.rst", "docs/notes.txt", "CHANGELOG", "LICENSE-MIT", "a/b.adoc"],
        );
        check("example", &["docs/conf.py", "examples/app/main.go", "docs/snippets/a.yaml", "samples/x.java"]);
        check("manifest", &["docs/requirements.txt"]);
        check("governance", &["docs/CODEOWNERS"]);
    }

    #[test]
    fn foreign_and_made_code() {
        check("vendored", &["vendor/github.com/x/y.go", "third_party/zlib/a.c", "web/node_modules/a/index.js"]);
        check("vendored", &["app/assets/javascripts/vendor/select2.js", "static/jquery-3.6.0.js"]);
        check("generated", &["api/cart.pb.go", "cart_pb2.py", "src/__generated__/types.ts"]);
        check("minified", &["static/app.min.js"]);
    }

    #[test]
    fn locks_manifests_and_builds() {
        check(
            "lock",
            &["Cargo.lock", "web/package-lock.json", "go.sum", "poetry.lock", "Gemfile.lock", "pnpm-lock.yaml"],
        );
        check(
            "manifest",
            &["Cargo.toml", "package.json", "go.mod", "requirements-dev.txt", "Gemfile", "composer.json"],
        );
        check("manifest build", &["pom.xml", "build.gradle.kts", "setup.py", "shop.gemspec", "App.csproj"]);
        check("build", &["build.rs", "Makefile", "webpack.config.js", "vite.config.ts", "CMakeLists.txt", "gradlew"]);
        check("configuration build", &["tsconfig.json", "gradle.properties"]);
    }

    #[test]
    fn operations() {
        check("workflow", &[".github/workflows/ci.yml", ".gitlab-ci.yml", "Jenkinsfile", ".circleci/config.yml"]);
        check("container", &["Dockerfile", "docker/api.Dockerfile", "Dockerfile.prod"]);
        check("container configuration", &["docker-compose.prod.yml"]);
        check("configuration", &["deploy/payments.yaml", "config/app.json", ".env", "infra/main.tf", "a/x.properties"]);
        check("configuration", &["charts/shop/templates/deployment.yaml", "src/main/resources/application.yml"]);
        check("governance", &[".richter/policy.toml", ".github/CODEOWNERS", "OWNERS", ".gitattributes"]);
        check("migration", &["db/migrate/20240101_add.rb", "shop/migrations/0002_x.py", "alembic/versions/ab_x.py"]);
        check("migration", &["src/main/resources/db/migration/V1__init.sql", "db/changelog/db.changelog-1.yaml"]);
    }

    #[test]
    fn generated_content_says_so_in_a_comment() {
        assert_eq!(words("a.go", "// Code generated by protoc-gen-go. DO NOT EDIT.\n"), "generated");
        assert_eq!(words("a.rs", "// @generated by x\n"), "generated");
        assert_eq!(words("a.cs", "//------\n// <auto-generated>\n"), "generated");
        assert_eq!(words("a.py", "# This file was automatically generated by x.\n"), "generated");
        assert_eq!(words("a.rs", "const MARKER: &str = \"@generated\";\n"), "");
        assert_eq!(words("a.py", "# handles generated ids\n"), "");
        let late = format!("{}\n// @generated\n", "x = 1;\n".repeat(1_000));
        assert_eq!(words("a.js", &late), "");
    }

    #[test]
    fn a_migration_says_so_by_the_conventions_of_its_framework() {
        for (path, head) in [
            ("sql/2024_add.sql", "-- +goose Up\nALTER TABLE a ADD b int;\n"),
            ("sql/a.sql", "-- migrate:up\nSELECT 1;\n"),
            ("sql/a.sql", "--liquibase formatted sql\n"),
            ("res/a.xml", "<?xml version=\"1.0\"?>\n<databaseChangeLog>\n"),
            ("res/a.yaml", "databaseChangeLog:\n  - changeSet:\n"),
            ("app/a.rb", "class AddA < ActiveRecord::Migration[7.0]\n"),
            ("shop/a.py", "from alembic import op\n"),
            ("shop/a.py", "class Migration(migrations.Migration):\n"),
            ("app/A.php", "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\n"),
            ("lib/a.exs", "defmodule A do\n  use Ecto.Migration\n"),
            ("Data/A.cs", "public partial class A : Migration\n"),
            ("src/a.ts", "export class A implements MigrationInterface {\n"),
        ] {
            assert!(roles(&path.into(), head.as_bytes()).contains(Role::Migration), "{path}: {head}");
        }
        assert!(!roles(&"src/a.py".into(), b"from app import migration_list\n").contains(Role::Migration));
        assert!(!roles(&"tests/a.py".into(), b"from alembic import op\n").contains(Role::Migration));
    }

    #[test]
    fn minified_content_has_long_lines() {
        assert_eq!(words("a.js", &"a();".repeat(500)), "minified");
        assert_eq!(words("a.py", &"a();".repeat(500)), "");
    }
}
