//! GitLab's dialect of CODEOWNERS: sections, each with the last line that matches; all sections add up. A heading may
//! make its section optional (`^[Docs]`), ask for several owners (`[Docs][2]`) and name owners for its lines that name
//! none. `!` takes paths out of a section for good. What GitLab approves by itself because it can never be met (a line
//! without owners) is kept here as a problem that somebody has to look at.

use super::codeowners::pattern_length;
use super::owners::{OwnerLine, Section};
use super::pattern::Pattern;
use crate::limits::APPROVALS_MAX;
use crate::text::Untrusted;
use std::sync::Arc;

/// Roles that may own something, in the singular; they do not include each other.
const ROLES: [&str; 3] = ["developer", "maintainer", "owner"];

/// Lines that could not be read as written, with the reason.
type Skipped = Vec<(u32, String)>;

/// The sections, equal names (whatever their case) put together.
pub(super) fn parse(file: &str, bytes: &[u8]) -> (Vec<Section>, Skipped) {
    let mut reader = Reader { file: file.into(), named: vec![Named::default()], current: 0, skipped: Vec::new() };
    for (line, text) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        let text = if line == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
        let text = text.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        match heading(text) {
            Some(heading) => reader.open(heading, line),
            None => reader.entry(text, line),
        }
    }
    let skipped = std::mem::take(&mut reader.skipped);
    (reader.named.into_iter().map(Named::settled).collect(), skipped)
}

/// `^[Docs][2] @docs-team`
struct Heading<'a> {
    optional: bool,
    name: &'a [u8],
    /// What stands in the second brackets.
    count: Option<&'a [u8]>,
    owners: &'a [u8],
}

/// None if the line is no heading: GitLab takes it for an entry then.
fn heading(text: &[u8]) -> Option<Heading<'_>> {
    let inner = text.strip_prefix(b"^").unwrap_or(text).strip_prefix(b"[")?;
    let end = inner.iter().position(|b| *b == b']').filter(|end| *end > 0)?;
    let (name, rest) = (&inner[..end], &inner[end + 1..]);
    let (count, rest) = match rest.strip_prefix(b"[") {
        Some(inner) => {
            let end = inner.iter().position(|b| *b == b']')?;
            (Some(&inner[..end]), &inner[end + 1..])
        }
        None => (None, rest),
    };
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    ends.then_some(Heading { optional: text.starts_with(b"^"), name, count, owners: rest })
}

/// A section while it is read: headings of one name may stand in several places.
#[derive(Default)]
struct Named {
    name: Option<Untrusted>,
    required: bool,
    needed: u32,
    /// Owners of the heading that was read last, for the lines below it.
    defaults: Vec<Untrusted>,
    lines: Vec<(Pattern, OwnerLine)>,
    excluded: Vec<(Pattern, OwnerLine)>,
}

impl Named {
    /// A section is required if one of its headings is, and asks for the most that one of them asks for.
    fn settled(self) -> Section {
        let needed = if self.name.is_none() || self.required { self.needed.max(1) } else { 0 };
        let line = |(pattern, line): (Pattern, OwnerLine)| (pattern, Arc::new(OwnerLine { needed, ..line }));
        Section {
            lines: self.lines.into_iter().map(line).collect(),
            excluded: self.excluded.into_iter().map(line).collect(),
        }
    }
}

struct Reader {
    file: Arc<str>,
    named: Vec<Named>,
    current: usize,
    skipped: Skipped,
}

impl Reader {
    fn open(&mut self, heading: Heading, line: u32) {
        let name = Untrusted::from_bytes(heading.name);
        let same =
            |known: &Named| known.name.as_ref().is_some_and(|n| n.raw().to_lowercase() == name.raw().to_lowercase());
        self.current = self.named.iter().position(same).unwrap_or_else(|| {
            self.named.push(Named { name: Some(name), ..Named::default() });
            self.named.len() - 1
        });
        let needed = heading.count.map_or(1, |count| self.count(count, line));
        let defaults = self.owners(heading.owners, line);
        let section = &mut self.named[self.current];
        section.required |= !heading.optional;
        section.needed = section.needed.max(needed);
        section.defaults = defaults;
    }

    /// `[0]` and what is no number ask for one approval, as GitLab does it.
    fn count(&mut self, text: &[u8], line: u32) -> u32 {
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<u32>().ok());
        match number {
            Some(number) if (1..=APPROVALS_MAX).contains(&number) => number,
            Some(number) if number > APPROVALS_MAX => {
                self.skipped.push((line, format!("at most {APPROVALS_MAX} owners can be asked for")));
                APPROVALS_MAX
            }
            _ => {
                self.skipped.push((line, "the number of approvals is not 1 or more, and counts as 1".to_owned()));
                1
            }
        }
    }

    fn entry(&mut self, text: &[u8], line: u32) {
        let excludes = text.starts_with(b"!");
        let text = text.strip_prefix(b"!").unwrap_or(text);
        let (pattern, rest) = text.split_at(pattern_length(text));
        let compiled = match Pattern::gitlab(pattern) {
            Ok(compiled) => compiled,
            Err(why) => return self.skipped.push((line, format!("skipped: {why}"))),
        };
        if pattern.starts_with(b"[") {
            self.skipped.push((line, "this is no section heading, so it is read as a path".to_owned()));
        }
        let mut owners = if excludes { Vec::new() } else { self.owners(rest, line) };
        let section = &self.named[self.current];
        if owners.is_empty() && !excludes {
            owners = section.defaults.clone();
        }
        let problem = (owners.is_empty() && !excludes).then(|| {
            self.skipped.push((line, "the line names no owner, so nobody could approve it".to_owned()));
            Untrusted::new(format!("{}:{line} names no owner", self.file))
        });
        let entry = OwnerLine {
            pattern: Untrusted::from_bytes(pattern),
            owners,
            file: self.file.clone(),
            line,
            section: section.name.clone(),
            needed: 1,
            problem,
        };
        let section = &mut self.named[self.current];
        match excludes {
            true => section.excluded.push((compiled, entry)),
            false => section.lines.push((compiled, entry)),
        }
    }

    /// The owners on a line. What is none is left out and reported; there are no comments behind a line, so owners in
    /// one count, as GitLab documents it.
    fn owners(&mut self, text: &[u8], line: u32) -> Vec<Untrusted> {
        let mut owners = Vec::new();
        let mut comment = false;
        for word in text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
            comment |= word.starts_with(b"#");
            let owner = Untrusted::from_bytes(word);
            match is_owner(owner.raw()) {
                true => owners.push(owner),
                // prose of a would-be comment is not worth a remark for each word
                false if comment => {}
                false => self.skipped.push((line, format!("`{}` is not an owner and is left out", owner.raw()))),
            }
        }
        owners
    }
}

/// `@user`, `@group/subgroup`, `@@maintainer`, an e-mail address.
fn is_owner(word: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if let Some(role) = word.strip_prefix("@@") {
        return is_role(role);
    }
    match word.strip_prefix('@') {
        Some(name) => name.split('/').all(plain),
        None => word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')),
    }
}

fn is_role(word: &str) -> bool {
    ROLES.contains(&word.strip_suffix('s').unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Dialect, Owners};

    /// Section, owners and approvals needed, for each line that decides.
    fn decided(text: &str, path: &str) -> Vec<String> {
        let owners = Owners::parse(Dialect::Gitlab, ".gitlab/CODEOWNERS", text.as_bytes());
        let told = |line: &Arc<OwnerLine>| {
            let names: Vec<&str> = line.owners.iter().map(Untrusted::raw).collect();
            let section = line.section.as_ref().map_or("", Untrusted::raw);
            let problem = if line.problem.is_some() { " problem" } else { "" };
            format!("{section}: {} {}{problem}", names.join("+"), line.needed)
        };
        owners.of(&path.into()).iter().map(told).collect()
    }

    #[test]
    fn every_section_has_its_say_and_the_last_line_of_each_decides() {
        let text = "* @root\n[Shop] @shop\nsite/\nsite/cart.js @carts\n[Text]\nsite/cart.js @words\n*.md @words\n";
        assert_eq!(decided(text, "site/cart.js"), [": @root 1", "Shop: @carts 1", "Text: @words 1"]);
        assert_eq!(decided(text, "site/pay.js"), [": @root 1", "Shop: @shop 1"]);
        assert_eq!(decided(text, "README.md"), [": @root 1", "Text: @words 1"]);
    }

    #[test]
    fn headings_say_optional_how_many_and_whom_by_default() {
        let text = "[Data][3] @dba\nsql/\n^[Look][2] @ux\ncss/\n[Zero][0] @z\nz/\n[Odd][many] @o\no/\n";
        assert_eq!(decided(text, "sql/a.sql"), ["Data: @dba 3"]);
        assert_eq!(decided(text, "css/a.css"), ["Look: @ux 0"], "asked, not needed");
        assert_eq!(decided(text, "z/a"), ["Zero: @z 1"]);
        assert_eq!(decided(text, "o/a"), ["Odd: @o 1"]);
    }

    #[test]
    fn sections_of_one_name_are_one_and_required_if_one_is() {
        let text = "^[Data] @a\nsql/\n[Web] @w\nweb/\n[DATA][2] @b\ndump/\nsql/x.sql @c\n";
        assert_eq!(decided(text, "sql/y.sql"), ["Data: @a 2"]);
        assert_eq!(decided(text, "sql/x.sql"), ["Data: @c 2"]);
        assert_eq!(decided(text, "dump/a"), ["Data: @b 2"]);
    }

    #[test]
    fn an_exclusion_holds_for_its_section_whatever_stands_below_it() {
        let text = "* @all\n!pom.xml\n[Go]\n*.go @gophers\n!/gen/**/*.go\n/gen/main.go @ops\n";
        assert_eq!(decided(text, "sub/pom.xml"), [":  1"]);
        assert_eq!(decided(text, "gen/main.go"), [": @all 1", "Go:  1"]);
        assert_eq!(decided(text, "gen/a/b.go"), [": @all 1", "Go:  1"]);
        assert_eq!(decided(text, "src/b.go"), [": @all 1", "Go: @gophers 1"]);
    }

    /// GitLab approves an entry without owners by itself, since it could never be met.
    #[test]
    fn a_line_without_owners_is_a_problem_and_not_a_pass() {
        assert_eq!(decided("[Docs]\ndocs/\n", "docs/a"), ["Docs:  1 problem"]);
        assert_eq!(decided("docs/ nobody\n", "docs/a"), [":  1 problem"]);
    }

    #[test]
    fn malformed_owners_are_left_out_and_comments_name_owners() {
        assert_eq!(decided("/a/* @g user @u # and @v too\n", "a/b"), [": @g+@u+@v 1"]);
        assert_eq!(
            decided("x @@maintainers @@developer @@guest a@b.example\n", "x"),
            [": @@maintainers+@@developer+a@b.example 1"]
        );
    }

    #[test]
    fn a_heading_that_cannot_be_read_is_a_line_of_the_section_before() {
        let text = "* @all\n[Docs\ndocs/ @docs\n[Web]\nweb/ @web\n";
        assert_eq!(decided(text, "docs/a"), [": @docs 1"]);
        let owners = Owners::parse(Dialect::Gitlab, "CODEOWNERS", text.as_bytes());
        assert!(owners.gaps.iter().any(|gap| gap.why.raw().starts_with("CODEOWNERS:2: this is no section heading")));
    }

    /// (pattern, paths it matches, paths it does not)
    const PATTERNS: &[(&str, &[&str], &[&str])] = &[
        ("*", &["a", ".env", "a/b/.c"], &[]),
        ("/README.md", &["README.md"], &["docs/README.md", "README.mdx"]),
        ("README.md", &["README.md", "a/README.md", "a/b/README.md"], &["README.md/x", "XREADME.md"]),
        ("int/README.md", &["int/README.md", "docs/int/README.md"], &["README.md", "int/x/README.md"]),
        ("/docs/", &["docs/a", "docs/a/b", "docs/.x"], &["docs", "a/docs/b"]),
        ("docs/", &["docs/a", "x/docs/a/b"], &["docs", "mydocs/a"]),
        ("docs", &["docs", "x/docs"], &["docs/a", "x/docs/a"]),
        ("/docs/*", &["docs/a", "docs/.b"], &["docs/a/b"]),
        ("/docs/**", &["docs/a"], &["docs/a/b"]),
        ("/docs/**/*", &["docs/a", "docs/a/b/c"], &["docs"]),
        ("/docs/*.md", &["docs/a.md"], &["docs/a/b.md", "x/docs/a.md"]),
        ("/docs/**/*.md", &["docs/a.md", "docs/a/b.md"], &["docs/a.txt", "a.md"]),
        ("/docs/index.*", &["docs/index.md", "docs/index.html"], &["docs/indexes.md", "docs/x/index.md"]),
        ("/docs/*spec*", &["docs/qa_specs.rb", "docs/spec"], &["docs/x/spec"]),
        ("/docs/*/x.md", &["docs/a/x.md"], &["docs/x.md", "docs/a/b/x.md"]),
        ("*.rb", &["a.rb", "x/y/.rb"], &["a.rbx"]),
        ("**/*.rb", &["a.rb", "x/y/a.rb"], &["a.rs"]),
        ("/db/**/index.md", &["db/index.md", "db/a/b/index.md"], &["index.md"]),
        ("a\\ b/", &["a b/c"], &["a/c"]),
        ("\\#tag.rb", &["#tag.rb", "x/#tag.rb"], &["tag.rb"]),
        ("/v[0-9].sql", &["v1.sql", "v9.sql"], &["v10.sql", "va.sql"]),
        ("/v[!0-9].sql", &["va.sql"], &["v1.sql"]),
        ("te?t", &["test", "x/text"], &["tet", "te/t"]),
    ];

    #[test]
    fn patterns_match_as_fnmatch_does_with_leading_dots_and_whole_segments() {
        for (text, yes, no) in PATTERNS {
            let pattern = Pattern::gitlab(text.as_bytes()).expect("a valid pattern");
            for (paths, expected) in [(yes, true), (no, false)] {
                for path in *paths {
                    assert_eq!(pattern.matches(path.as_bytes()), expected, "{text} against {path}");
                }
            }
        }
    }
}
