//! One twin: a small repository (`base`), a dangerous and a harmless change to it, the signal that should stand on the
//! dangerous one, and where. A side that does not name a file leaves it as it is; `without` takes it away.

use super::markdown::{Page, Section};
use crate::input::{ChangeSet, Commit, Identity, Input, Oid, Snapshot};
use crate::location::Side;
use crate::text::Untrusted;
use std::collections::BTreeMap;

/// Which of the two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    Dangerous,
    Harmless,
}

impl Variant {
    fn word(self) -> &'static str {
        match self {
            Self::Dangerous => "dangerous",
            Self::Harmless => "harmless",
        }
    }
}

/// Where the signal should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    /// 1-based.
    pub line: u32,
    pub side: Side,
}

/// Files by path.
type Tree = BTreeMap<String, String>;

/// One pair of changes.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The file's name without its ending.
    pub name: String,
    pub title: String,
    pub family: String,
    pub language: String,
    /// Rule ids or, ending in `/`, areas; any of them is what was expected.
    pub signals: Vec<String>,
    pub place: Place,
    base: Tree,
    dangerous: Tree,
    harmless: Tree,
    messages: [String; 2],
}

impl Twin {
    /// Reads one page. An error says what to do and names no file; the caller knows it.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let page = Page::parse(text)?;
        let key = |name: &str| page.key(name).map(str::to_owned).ok_or_else(|| format!("needs a line `- {name}: ...`"));
        let mut twin = Self {
            name: name.to_owned(),
            title: page.title.clone(),
            family: key("family")?,
            language: key("language")?,
            signals: key("signal")?.split(',').map(|one| one.trim().to_owned()).collect(),
            place: place(&key("place")?)?,
            base: Tree::new(),
            dangerous: Tree::new(),
            harmless: Tree::new(),
            messages: Default::default(),
        };
        for section in page.sections.iter().filter(|section| section.heading.starts_with("base: ")) {
            twin.base.insert(section.heading["base: ".len()..].to_owned(), section.body.clone());
        }
        twin.dangerous = twin.base.clone();
        twin.harmless = twin.base.clone();
        for section in page.sections.iter().filter(|section| !section.heading.starts_with("base: ")) {
            twin.take(section)?;
        }
        for (variant, tree) in [(Variant::Dangerous, &twin.dangerous), (Variant::Harmless, &twin.harmless)] {
            if *tree == twin.base {
                return Err(format!("the {} change changes nothing", variant.word()));
            }
        }
        twin.check_place()?;
        Ok(twin)
    }

    fn take(&mut self, section: &Section) -> Result<(), String> {
        let Section { heading, body } = section;
        if heading == "message" {
            self.messages = [body.clone(), body.clone()];
            return Ok(());
        }
        for (at, variant) in [Variant::Dangerous, Variant::Harmless].into_iter().enumerate() {
            let Some(rest) = heading.strip_prefix(variant.word()) else { continue };
            let tree = if at == 0 { &mut self.dangerous } else { &mut self.harmless };
            if rest == " message" {
                self.messages[at] = body.clone();
            } else if let Some(path) = rest.strip_prefix(" without: ") {
                tree.remove(path).ok_or_else(|| format!("`{path}` is not there to be taken away"))?;
            } else if let Some(path) = rest.strip_prefix(": ") {
                tree.insert(path.to_owned(), body.clone());
            } else {
                break;
            }
            return Ok(());
        }
        Err(format!("unknown heading `## {heading}`; expected base, dangerous, harmless (`: PATH`) or message"))
    }

    /// The place must be a line of the dangerous change.
    fn check_place(&self) -> Result<(), String> {
        let Place { path, line, side } = &self.place;
        let tree = if *side == Side::Old { &self.base } else { &self.dangerous };
        let lines = tree.get(path).map_or(0, |text| text.lines().count());
        if *line == 0 || *line as usize > lines.max(1) {
            return Err(format!("`place` names line {line} of `{path}`, which has {lines} on that side"));
        }
        Ok(())
    }

    fn head(&self, variant: Variant) -> &Tree {
        match variant {
            Variant::Dangerous => &self.dangerous,
            Variant::Harmless => &self.harmless,
        }
    }

    /// One of the changes, as if it were a repository's only commit beside its base.
    pub fn input(&self, variant: Variant) -> Input {
        let head = self.head(variant);
        let paths = self.base.keys().chain(head.keys().filter(|path| !self.base.contains_key(*path)));
        let mut changed: Vec<&String> = paths.filter(|path| self.base.get(*path) != head.get(*path)).collect();
        changed.sort();
        let sides = changed.into_iter().map(|path| (path, self.base.get(path), head.get(path)));
        let mut change = ChangeSet::in_memory(sides);
        change.commits = vec![commit(&self.messages[usize::from(variant == Variant::Harmless)])];
        let (base, head) = (Snapshot::in_memory(&self.base), Snapshot::in_memory(head));
        Input { change, deciding: base.clone(), base, head, repository: None }
    }
}

/// `path:line`, `path:line old` or `path:line new`.
fn place(text: &str) -> Result<Place, String> {
    let (spot, side) = match text.rsplit_once(' ') {
        Some((spot, "old")) => (spot, Side::Old),
        Some((spot, "new")) => (spot, Side::New),
        Some((_, other)) => return Err(format!("`place` ends in `{other}`, expected `old` or `new`")),
        None => (text, Side::New),
    };
    let parts = spot.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?)));
    let (path, line) = parts.ok_or_else(|| format!("`place` is `{text}`, expected `PATH:LINE` and a side"))?;
    Ok(Place { path: path.to_owned(), line, side })
}

fn commit(message: &str) -> Commit {
    let who = Identity { name: Untrusted::new("Ann"), email: Untrusted::new("ann@example.com") };
    Commit {
        oid: Oid::from_bytes(&[1; 20]),
        parents: Vec::new(),
        author: who.clone(),
        author_time: 1_700_000_000,
        committer: who,
        commit_time: 1_700_000_000,
        message: Untrusted::new(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A\n- family: guard\n- language: text\n- signal: failure/, data/x\n- place: a:1 old\n\
        ## base: a\n```\nold\n```\n## dangerous without: a\n```\n```\n## harmless: b\n```\nnew\n```\n";

    #[test]
    fn sides_stand_on_the_base() {
        let twin = Twin::parse("n", PAGE).expect("a twin");
        assert_eq!(twin.signals, ["failure/", "data/x"]);
        assert_eq!(twin.place, Place { path: "a".into(), line: 1, side: Side::Old });
        let paths = |variant| twin.input(variant).change.files.iter().map(|f| f.path.to_text()).collect::<Vec<_>>();
        assert_eq!((paths(Variant::Dangerous), paths(Variant::Harmless)), (vec!["a".into()], vec!["b".into()]));
    }

    #[test]
    fn a_page_that_cannot_mean_anything_is_refused() {
        for (from, to) in [("a:1 old", "a:9 old"), ("- family: guard\n", ""), ("harmless: b", "nonsense: b")] {
            assert!(Twin::parse("n", &PAGE.replace(from, to)).is_err(), "{to}");
        }
    }
}
