//! What the build noted of each shipped rule's condition: the facts, languages, paths and texts without which it cannot
//! fire. Most changes have few of them, and to read hundreds of rules for one file takes longer than to judge it.

use super::asked::{ASKED, texts};
use super::pattern::endings;
use super::scene::Scene;
use super::when::bit;
use crate::facts::FactKind;

/// An empty list asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heading {
    pub(super) facts: &'static [&'static str],
    pub(super) languages: &'static [&'static str],
    pub(super) paths: &'static [&'static str],
    /// For each text that is asked about, texts one of which must be in it, in lower case.
    pub(super) needles: [&'static [&'static str]; ASKED.len()],
}

impl Heading {
    /// False if the rule fires on no file of the change.
    pub(super) fn may_fire(&self, scene: &Scene) -> bool {
        scene.files.iter().any(|file| {
            let language = || file.facts.language().map_or("", |language| language.name.as_ref());
            (self.facts.is_empty() || self.kinds() & file.kinds != 0)
                && (self.languages.is_empty() || self.languages.contains(&language()))
                && (self.paths.is_empty() || self.paths.iter().any(|glob| ends_so(glob, &file.path)))
                && self.may_match(texts(scene, file))
        })
    }

    fn may_match(&self, texts: &[Option<Vec<u8>>]) -> bool {
        self.needles.iter().zip(texts).all(|(any, text)| {
            let Some(text) = text.as_ref().filter(|_| !any.is_empty()) else { return true };
            any.iter().any(|one| memchr::memmem::find(text, one.as_bytes()).is_some())
        })
    }

    pub(super) fn kinds(&self) -> u32 {
        let kinds = self.facts.iter().filter_map(|fact| FactKind::ALL.iter().find(|kind| kind.as_str() == *fact));
        kinds.fold(0, |mask, kind| mask | bit(*kind))
    }
}

fn ends_so(glob: &str, path: &str) -> bool {
    endings(glob).is_none_or(|any| any.iter().any(|end| path.ends_with(end)))
}
