//! Dependencies of Maven's `pom.xml`, by a tolerant scan over its tags: no entities, no name spaces, no inheritance.
//! Besides dependencies, plugins and the parent, properties that look like versions are listed, because that is where
//! most versions of a large project stand.

use super::manifests::Dependency;
use crate::location::LineRange;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Elements that name something to be fetched.
const COORDINATES: [&str; 4] = ["dependency", "plugin", "parent", "extension"];
/// Nesting beyond which tags are ignored (levels).
const DEPTH_MAX: usize = 64;

/// A coordinate while its element is open.
#[derive(Default)]
struct Open {
    depth: usize,
    line: u32,
    group: String,
    artifact: String,
    version: Option<String>,
    test: bool,
    element: String,
}

/// Reads a project file; what makes no sense is passed over.
pub(super) fn read(text: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut path: Vec<&str> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for Tag { name, closing, empty, line, content } in tags(text) {
        if closing {
            if let Some(at) = path.iter().rposition(|element| *element == name) {
                path.truncate(at);
            }
            if let Some(done) = open.pop_if(|open| open.depth > path.len()) {
                found.extend(done.finish(line));
            }
            continue;
        }
        if empty || path.len() >= DEPTH_MAX {
            continue;
        }
        let parent = path.last().copied().unwrap_or_default();
        path.push(name);
        if COORDINATES.contains(&name) {
            open.push(Open { depth: path.len(), line, element: name.to_owned(), ..Open::default() });
        } else if parent == "properties" && is_version(name, text) {
            found.push(dependency(
                "properties",
                name.to_owned(),
                Some(content.to_owned()),
                false,
                LineRange::line(line),
            ));
        } else if let Some(open) = open.last_mut().filter(|open| open.depth + 1 == path.len()) {
            open.set(name, content);
        }
    }
    of_tests(&mut found);
    found
}

/// A version that stands in a property is one of tests if all that takes it is.
fn of_tests(all: &mut [Dependency]) {
    let mut taken: FxHashMap<String, bool> = FxHashMap::default();
    for one in all.iter() {
        if let Some(property) = one.requirement.as_deref().filter(|version| version.starts_with("${")) {
            *taken.entry(property.to_owned()).or_insert(true) &= one.development;
        }
    }
    for one in all.iter_mut().filter(|one| &*one.section == "properties") {
        one.development |= taken.get(&format!("${{{}}}", one.name)).copied().unwrap_or(false);
    }
}

/// A property whose name says version, or that some version is taken from.
fn is_version(name: &str, text: &str) -> bool {
    name.to_ascii_lowercase().contains("version") || text.contains(&format!("<version>${{{name}}}"))
}

/// The group of the project itself, or of its parent if it names none.
pub(super) fn group(text: &str) -> Option<String> {
    let (mut path, mut inherited): (Vec<&str>, Option<String>) = (Vec::new(), None);
    for Tag { name, closing, empty, content, .. } in tags(text) {
        if closing {
            if let Some(at) = path.iter().rposition(|element| *element == name) {
                path.truncate(at);
            }
            continue;
        }
        if empty || path.len() >= DEPTH_MAX {
            continue;
        }
        match (name, &path[..]) {
            ("groupId", ["project"]) => return Some(content.to_owned()),
            ("groupId", ["project", "parent"]) => inherited = Some(content.to_owned()),
            _ => {}
        }
        path.push(name);
    }
    inherited
}

impl Open {
    fn set(&mut self, element: &str, content: &str) {
        match element {
            "groupId" => self.group = content.to_owned(),
            "artifactId" => self.artifact = content.to_owned(),
            "version" => self.version = Some(content.to_owned()),
            "scope" => self.test = content == "test",
            _ => {}
        }
    }

    fn finish(self, end: u32) -> Option<Dependency> {
        let name =
            if self.group.is_empty() { self.artifact.clone() } else { format!("{}:{}", self.group, self.artifact) };
        let lines = LineRange::new(self.line, end);
        (!self.artifact.is_empty()).then(|| dependency(&self.element, name, self.version, self.test, lines))
    }
}

fn dependency(section: &str, name: String, version: Option<String>, development: bool, lines: LineRange) -> Dependency {
    let requirement = version.filter(|version| !version.is_empty()).map(Arc::from);
    Dependency {
        section: Arc::from(section),
        name: name.into(),
        requirement,
        development,
        indirect: false,
        lines,
        settings: Vec::new(),
        details: Vec::new(),
    }
}

struct Tag<'a> {
    name: &'a str,
    closing: bool,
    empty: bool,
    line: u32,
    /// Text up to the next tag, trimmed.
    content: &'a str,
}

/// The tags of a text in order, without comments, declarations and processing instructions.
fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let (mut at, mut line) = (0, 1);
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find('<')?;
            line += breaks(&text[at..start]);
            let rest = &text[start..];
            let (length, skip) = match rest {
                _ if rest.starts_with("<!--") => (rest.find("-->").map(|end| end + 3), true),
                _ if rest.starts_with("<!") || rest.starts_with("<?") => (rest.find('>').map(|end| end + 1), true),
                _ => (rest.find('>').map(|end| end + 1), false),
            };
            let length = length?;
            let here = line;
            line += breaks(&rest[..length]);
            at = start + length;
            if skip {
                continue;
            }
            let inside = &rest[1..length - 1];
            let name = inside.trim_start_matches('/').split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
            let content = text[at..].split('<').next().unwrap_or_default().trim();
            return Some(Tag {
                name,
                closing: inside.starts_with('/'),
                empty: inside.ends_with('/'),
                line: here,
                content,
            });
        }
    })
}

fn breaks(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_properties_and_nothing_else() {
        let text = "<project>\n<!-- <dependency> -->\n<version>1</version>\n<properties>\n<jackson.version>2.1</jackson.version>\n\
            <spring>5.3</spring>\n</properties>\n<dependencyManagement><dependencies><dependency><groupId>s</groupId>\
            <artifactId>b</artifactId><version>${spring}</version></dependency></dependencies></dependencyManagement>\n\
            <properties><encoding>x</encoding>\n</properties>\n<dependencies>\n<dependency>\n<groupId>g</groupId>\n<artifactId>a</artifactId>\n\
            <version>1.0</version>\n<scope>test</scope>\n<exclusions><exclusion><artifactId>z</artifactId></exclusion></exclusions>\n\
            </dependency>\n</dependencies>\n</project>\n";
        let seen: Vec<_> = read(text)
            .into_iter()
            .map(|found| {
                (found.name.to_string(), found.requirement.map(|text| text.to_string()), found.development, found.lines)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("jackson.version".to_owned(), Some("2.1".to_owned()), false, LineRange::line(5)),
                ("spring".to_owned(), Some("5.3".to_owned()), false, LineRange::line(6)),
                ("s:b".to_owned(), Some("${spring}".to_owned()), false, LineRange::line(8)),
                ("g:a".to_owned(), Some("1.0".to_owned()), true, LineRange::new(12, 18)),
            ]
        );
    }

    #[test]
    fn a_property_that_only_tests_take_is_one_of_tests() {
        let text = "<project><properties>\n<junit.version>4</junit.version>\n<db.version>4</db.version>\n</properties><dependencies>\n\
            <dependency><artifactId>junit</artifactId><version>${junit.version}</version><scope>test</scope></dependency>\n\
            <dependency><artifactId>db</artifactId><version>${db.version}</version></dependency>\n</dependencies></project>";
        let seen: Vec<_> = read(text).into_iter().map(|found| (found.name.to_string(), found.development)).collect();
        let expected = [("junit.version", true), ("db.version", false), ("junit", true), ("db", false)];
        assert_eq!(seen, expected.map(|(name, development)| (name.to_owned(), development)));
    }

    #[test]
    fn broken_files_end_quietly() {
        for text in ["<", "<a", "<!--", "</x></y>", "<dependency><dependency></dependency>", "a<>b</>"] {
            read(text);
        }
    }
}
