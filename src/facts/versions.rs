//! How far a requirement moved. Requirements of all ecosystems are read alike: the first version number in the text,
//! with a `v`, an operator or a name around it or not. Where the numbers do not tell, the answer is `Other`.

use super::Bump;

/// The bump between two requirements, e.g. `^1.2.3` and `^2.0.0`; none asked for on one side is an empty text.
pub(super) fn bump(old: &str, new: &str) -> Bump {
    if source(old) != source(new) {
        return Bump::Source;
    }
    if !old.is_empty() && matches!(new, "" | "*" | "latest" | "x" | "any") {
        return Bump::Unpinned;
    }
    match between(old, new) {
        Bump::Major if same_ceiling(old, new) || was_allowed(old, new) => Bump::Other,
        Bump::Down if reaches(new, old) => Bump::Other,
        Bump::Other if exact(old) && !exact(new) => Bump::Unpinned,
        bump => bump,
    }
}

/// The bump between two values of a setting that name a version, alone or behind the name of an image: `postgres:15.6`,
/// `example.org:5000/db:v2`, `1.4`; none where they name two things, or no version.
pub(super) fn of_values(old: &str, new: &str) -> Option<Bump> {
    let parts = |text: &'_ str| -> Option<(String, String)> {
        let text = text.trim_matches(['"', '\'', ' ']).split('@').next().unwrap_or_default();
        let (name, tag) = match text.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => ("", text),
        };
        tag.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()).then(|| (name.to_owned(), tag.to_owned()))
    };
    let ((was, from), (is, to)) = (parts(old)?, parts(new)?);
    (was == is).then(|| bump(&from, &to))
}

/// Where it comes from, if not from the registry: `git+https://…#v1` is `git+https://…`.
fn source(text: &str) -> Option<&str> {
    let starts = [
        "git+",
        "git:",
        "git@",
        "git=",
        "github:",
        "github=",
        "gitlab:",
        "bitbucket:",
        "http://",
        "https://",
        "file:",
        "path=",
        "path:",
        "link:",
        "url=",
        "=>",
    ];
    let text = text.trim_start_matches(['@', ' ']);
    let known = starts.iter().any(|start| text.starts_with(start));
    known.then(|| text.split(['#', ' ']).find(|part| !part.is_empty()).unwrap_or_default())
}

/// True if one of several ranges already let the new major version in: `^3.5|^4.0` and `^4.2`.
fn was_allowed(old: &str, new: &str) -> bool {
    let first = |text: &str| Version::find(lowest(text)).and_then(|version| version.numbers.first().copied());
    old.contains('|') && first(new).is_some_and(|new| old.split('|').any(|part| first(part) == Some(new) && new > 0))
}

/// True for a range without an end: `>=1.2`.
fn is_open(text: &str) -> bool {
    text.contains(">=") && !text.contains(['<', '|', '~', '^']) && !text.contains("==")
}

/// True if a range begins earlier than another and goes on at least as far: `>= 1.2, < 3` and `~> 2.0`.
fn reaches(range: &str, other: &str) -> bool {
    let top = range.split_once('<').and_then(|(_, top)| Version::find(top));
    let from = Version::find(lowest(other));
    is_open(range) || top.zip(from).is_some_and(|(top, from)| top.numbers > from.numbers)
}

/// True if both are ranges that end at the same version: only older ones are left out now.
fn same_ceiling(old: &str, new: &str) -> bool {
    let ceiling = |text: &'_ str| {
        let (_, top) = text.split_once('<')?;
        Version::find(top).map(|version| version.numbers)
    };
    ceiling(old).is_some_and(|top| ceiling(new) == Some(top))
}

/// One version and no other: `1.2`, `=1.2`, `==1.2`, `v1.2`, `[1.2]`.
fn exact(text: &str) -> bool {
    let text = text.trim_start_matches(['=', ' ', '[', 'v']).trim_end_matches([']', ' ']);
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains([',', '*', 'x', '|', ' '])
}

/// A range from the version that it begins at: `<5, >=4.5` is `>=4.5`.
fn lowest(text: &str) -> &str {
    &text[text.find(">=").unwrap_or(0)..]
}

/// A first number from here on is the year of a release, which says nothing about what breaks.
const YEAR_MIN: u64 = 1990;

fn between(old: &str, new: &str) -> Bump {
    let (Some(was), Some(is)) = (Version::find(lowest(old)), Version::find(lowest(new))) else { return Bump::Other };
    let count = was.numbers.len().max(is.numbers.len());
    let number = |version: &Version, at: usize| version.numbers.get(at).copied().unwrap_or(0);
    match (0..count).find(|at| number(&was, *at) != number(&is, *at)) {
        // `1.2.3` and `1.2`: any patch will do now
        Some(_) if was.numbers.starts_with(&is.numbers) && !new.trim_start().starts_with('=') => Bump::Other,
        Some(at) if number(&is, at) < number(&was, at) => Bump::Down,
        Some(0) if number(&was, 0) >= YEAR_MIN => Bump::Minor,
        Some(0) => Bump::Major,
        // before 1.0 the second number breaks, by custom of all these ecosystems
        Some(1) => {
            if number(&was, 0) == 0 {
                Bump::Major
            } else {
                Bump::Minor
            }
        }
        Some(_) => Bump::Patch,
        None => same_numbers(&was, &is),
    }
}

/// Equal numbers: only a pre-release tells.
fn same_numbers(was: &Version, is: &Version) -> Bump {
    match (was.before_release(), is.before_release()) {
        (true, false) => Bump::Patch,
        (false, true) => Bump::Down,
        _ => Bump::Other,
    }
}

struct Version<'a> {
    numbers: Vec<u64>,
    suffix: &'a str,
}

impl<'a> Version<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let start = text.find(|c: char| c.is_ascii_digit())?;
        let end = text[start..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(text.len(), |at| start + at);
        // a number that does not fit is a date or a build number, and larger than any other
        let numbers = text[start..end].split('.').filter(|part| !part.is_empty());
        let numbers: Vec<u64> = numbers.map(|part| part.parse().unwrap_or(u64::MAX)).collect();
        let suffix = text[end..].split([',', ' ', '|', '"', '\'']).next().unwrap_or_default();
        Some(Self { numbers, suffix })
    }

    /// `1.0.0-rc.1`, `2.0b3`, but not `1.2.3.RELEASE` or `1.0+build`.
    fn before_release(&self) -> bool {
        let suffix = self.suffix.trim_start_matches(['-', '.', '_']).to_ascii_lowercase();
        ["a", "b", "c", "rc", "pre", "dev", "m", "snapshot", "next", "canary", "nightly"]
            .iter()
            .any(|word| suffix.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphabetic)))
            || suffix.starts_with("alpha")
            || suffix.starts_with("beta")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_name_a_version() {
        for (old, new, expected) in [
            ("postgres:15.6-bookworm", "postgres:16", Some(Bump::Major)),
            ("\"v1.4\"", "v1.5", Some(Bump::Minor)),
            ("a.example:5000/db:2@sha256:ab", "a.example:5000/db:3", Some(Bump::Major)),
            ("postgres:15", "postgis:16", None),
            ("a.example:5000/db", "a.example:5000/db:3", None),
            ("on", "off", None),
        ] {
            assert_eq!(of_values(old, new), expected, "{old} {new}");
        }
    }

    #[test]
    fn versions_of_all_ecosystems() {
        for (old, new, expected) in [
            ("1.2.3", "2.0.0", Bump::Major),
            ("^1.2.3", "^1.3.0", Bump::Minor),
            ("~> 1.2.3", "~> 1.2.4", Bump::Patch),
            ("v1.2.3", "v1.2.1", Bump::Down),
            ("0.23.2", "0.24.0", Bump::Major),
            ("0.23.2", "0.23.3", Bump::Patch),
            (">=1.0,<2", ">=1.0,<3", Bump::Other),
            ("[\">= 2.0\", \"< 5", "[\">= 4.0\", \"< 5", Bump::Other),
            (">=1.0,<2", ">=2.0,<3", Bump::Major),
            (">= 4.5.0", "<5, >= 4.5.0", Bump::Other),
            ("0.8.17", "0.8", Bump::Other),
            ("==0.8.17", "==0.8", Bump::Down),
            ("~3.3|~4.0", "^4.2", Bump::Other),
            ("^3.5 || ^4.0", "^5.0", Bump::Major),
            ("==2.0", "==2.1", Bump::Minor),
            ("5.3.1.RELEASE", "5.3.2.RELEASE", Bump::Patch),
            ("1.0.0-rc.1", "1.0.0", Bump::Patch),
            ("1.0.0", "1.0.0-beta2", Bump::Down),
            ("~> 2.0.0", ">= 1.2', '< 3", Bump::Other),
            ("~> 2.0.0", ">= 1.2', '< 2", Bump::Down),
            ("2022.1.2", "2023.4.21", Bump::Minor),
            ("*", "1.0", Bump::Other),
            ("==1.2", ">=1.2", Bump::Unpinned),
            ("1.2.3", "^1.2.3", Bump::Unpinned),
            ("^1.2.3", "*", Bump::Unpinned),
            ("==1.2", "", Bump::Unpinned),
            ("^1.2.3", "github:a/b#v2", Bump::Source),
            ("git+https://a/b#v1.0", "git+https://a/b#v2.0", Bump::Major),
            ("git+https://a/b#v1.0", "git+https://c/b#v1.0", Bump::Source),
            ("0.2", "path=../a", Bump::Source),
            ("1.2", "1.2.1", Bump::Patch),
            ("99999999999999999999999", "1", Bump::Down),
        ] {
            assert_eq!(bump(old, new), expected, "{old} -> {new}");
        }
    }
}
