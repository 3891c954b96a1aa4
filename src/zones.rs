//! Zones are the named critical parts of a product: checkout, pricing, accounts. A zone is a file of `rules/zones/` with
//! words and globs; a path or an entity name is in it when one of its *words* is (split at case, digits and
//! punctuation), never a substring, and never for tests and documentation. `.richter/zones/*.toml` and the `[[zone]]`
//! tables of `.richter/config.toml` add zones and refine the default ones: a key that they leave out keeps its value.
//! How bad it is to touch a zone is said by its weight; what that costs is `score`'s business.

use crate::data::{self, DataError};
use crate::location::RepoPath;
use crate::roles::{Role, Roles};
use crate::text::lossless;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A named critical part of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub why: Arc<str>,
    /// How bad an outage here is: 1 (noticed) to 3 (customers cannot pay or log in). Scales its points.
    pub weight: u8,
    /// True if the team's configuration names it: then its points do not shrink with its share of the repository.
    pub configured: bool,
}

/// A zone as it is written: a file of `rules/zones/` or a `[[zone]]` table. What is left out keeps the default's value.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneFile {
    /// Needed in `[[zone]]`; a zone file is named by its file name.
    pub id: Option<String>,
    pub title: Option<String>,
    pub why: Option<String>,
    pub weight: Option<u8>,
    /// True if `words` also match the names of entities, not only paths.
    pub names: Option<bool>,
    /// Words, or sequences of words (`check out`), of one path segment or one entity name.
    pub words: Option<Vec<String>>,
    /// Words that count in paths only, because code uses them for other things too.
    pub path_words: Option<Vec<String>>,
    pub globs: Option<Vec<String>>,
    /// Words that keep a path or a name out, though one of `words` is in it (`order by`).
    pub exclude_words: Option<Vec<String>>,
    /// Paths that are never in the zone, whatever matches.
    pub exclude_globs: Option<Vec<String>>,
}

impl ZoneFile {
    /// This zone over a default one of the same id.
    fn over(self, below: ZoneFile) -> ZoneFile {
        ZoneFile {
            id: self.id.or(below.id),
            title: self.title.or(below.title),
            why: self.why.or(below.why),
            weight: self.weight.or(below.weight),
            names: self.names.or(below.names),
            words: self.words.or(below.words),
            path_words: self.path_words.or(below.path_words),
            globs: self.globs.or(below.globs),
            exclude_words: self.exclude_words.or(below.exclude_words),
            exclude_globs: self.exclude_globs.or(below.exclude_globs),
        }
    }
}

/// The zones in force, compiled for matching.
#[derive(Clone, Debug)]
pub struct Zones {
    zones: Vec<Zone>,
    /// Sequences by their first word, so that a path costs one look-up for each of its words.
    path_words: FxHashMap<String, Vec<Sequence>>,
    names: FxHashMap<String, Vec<Sequence>>,
    exclude_words: FxHashMap<String, Vec<Sequence>>,
    globs: GlobSet,
    /// The zone of each glob, in the order of the set.
    glob_zones: Vec<usize>,
    exclude_globs: GlobSet,
    exclude_glob_zones: Vec<usize>,
}

/// The words after the first one, and the zone they stand for.
#[derive(Clone, Debug)]
struct Sequence {
    rest: Vec<String>,
    zone: usize,
}

impl Zones {
    /// The default pack refined by configuration: `extra` are (file name, text) of zone files, later ones win by id.
    pub fn load(extra: &[(String, String)]) -> Result<Self, DataError> {
        if extra.is_empty() {
            return Ok(Self::builtin().clone());
        }
        let mut files = default_pack()?;
        for (file, text) in extra {
            let (id, zone) = parse(file, text)?;
            let zone = match files.remove(&id) {
                Some((below, _, _)) => zone.over(below),
                None => zone,
            };
            files.insert(id, (zone, file.clone(), true));
        }
        Self::compile(files)
    }

    /// The default pack, compiled once.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Zones> = OnceLock::new();
        BUILTIN.get_or_init(|| default_pack().and_then(Self::compile).expect("a test loads the built-in zones"))
    }

    fn compile(files: ZoneFiles) -> Result<Self, DataError> {
        let mut build = Build::default();
        for (id, (zone, file, configured)) in files {
            build.add(id, zone, &file, configured)?;
        }
        build.finish()
    }

    pub fn all(&self) -> &[Zone] {
        &self.zones
    }

    pub fn get(&self, id: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| &*zone.id == id)
    }

    /// Zones (indexes into `all`, ascending) that a file's path puts it in; empty for tests and documentation.
    pub fn of_path(&self, path: &RepoPath, roles: Roles) -> Vec<usize> {
        use Role::*;
        if [Test, Documentation, Example, Generated, Vendored, Minified].into_iter().any(|role| roles.contains(role)) {
            return Vec::new();
        }
        let text = lossless(path.as_bytes());
        let words = Words::of(&text, true);
        let mut found = words.matches(&self.path_words);
        if !found.is_empty() {
            let out = words.matches(&self.exclude_words);
            found.retain(|zone| !out.contains(zone));
        }
        found.extend(self.globs.matches(&*text).into_iter().map(|glob| self.glob_zones[glob]));
        if !found.is_empty() {
            let out = self.exclude_globs.matches(&*text);
            found.retain(|zone| !out.iter().any(|glob| self.exclude_glob_zones[*glob] == *zone));
        }
        sorted(found)
    }

    /// Zones that an entity's name puts it in, wherever it stands. The caller leaves out tests.
    pub fn of_name(&self, name: &str) -> Vec<usize> {
        let words = Words::of(name, false);
        let mut found = words.matches(&self.names);
        if !found.is_empty() {
            let out = words.matches(&self.exclude_words);
            found.retain(|zone| !out.contains(zone));
        }
        sorted(found)
    }
}

/// Zone files by id: what each says, where it stands, and if the team wrote it.
type ZoneFiles = BTreeMap<String, (ZoneFile, String, bool)>;

fn default_pack() -> Result<ZoneFiles, DataError> {
    let mut files = ZoneFiles::new();
    for (path, text) in crate::embedded::rule_files("zones/") {
        let file = format!("rules/{path}");
        let (id, zone) = parse(&file, text)?;
        files.insert(id, (zone, file, false));
    }
    Ok(files)
}

fn sorted(mut zones: Vec<usize>) -> Vec<usize> {
    zones.sort_unstable();
    zones.dedup();
    zones
}

/// One zone file with its id: the `id` key, else the file's name without folder and extension.
fn parse(file: &str, text: &str) -> Result<(String, ZoneFile), DataError> {
    let zone: ZoneFile = data::parse(file, text)?;
    let stem = file.rsplit('/').next().unwrap_or(file);
    let id = zone.id.clone().unwrap_or_else(|| stem.strip_suffix(".toml").unwrap_or(stem).to_owned());
    check(&id, &zone).map_err(|message| DataError::whole(file, message))?;
    Ok((id, zone))
}

/// What can be said about a zone file without knowing the default below it.
pub(crate) fn check(id: &str, zone: &ZoneFile) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(plain) {
        return Err(format!("zone id `{id}`: expected lower-case letters, digits and `-`"));
    }
    if zone.weight.is_some_and(|weight| !(1..=3).contains(&weight)) {
        return Err(format!("zone `{id}`: `weight` must be 1, 2 or 3"));
    }
    for list in [&zone.words, &zone.path_words, &zone.exclude_words] {
        if let Some(word) = list.iter().flatten().find(|word| words(word).is_empty()) {
            return Err(format!("zone `{id}`: `{word}` holds no word"));
        }
    }
    for pattern in [&zone.globs, &zone.exclude_globs].into_iter().flatten().flatten() {
        glob(pattern).map_err(|error| format!("zone `{id}`: glob `{pattern}`: {error}"))?;
    }
    Ok(())
}

/// `*` stays inside a segment, `**` crosses, a pattern without a slash matches the file name anywhere.
fn glob(pattern: &str) -> Result<globset::Glob, String> {
    let whole = if pattern.contains('/') { pattern.to_owned() } else { format!("**/{pattern}") };
    GlobBuilder::new(&whole).literal_separator(true).build().map_err(|error| error.kind().to_string())
}

#[derive(Default)]
struct Build {
    zones: Vec<Zone>,
    path_words: FxHashMap<String, Vec<Sequence>>,
    names: FxHashMap<String, Vec<Sequence>>,
    exclude_words: FxHashMap<String, Vec<Sequence>>,
    globs: Vec<(globset::Glob, usize)>,
    exclude_globs: Vec<(globset::Glob, usize)>,
}

impl Build {
    fn add(&mut self, id: String, file: ZoneFile, name: &str, configured: bool) -> Result<(), DataError> {
        let at = self.zones.len();
        let some = |list: Option<Vec<String>>| list.unwrap_or_default();
        let (words, path_words, globs) = (some(file.words), some(file.path_words), some(file.globs));
        if words.is_empty() && path_words.is_empty() && globs.is_empty() {
            return Err(DataError::whole(name, format!("zone `{id}` needs `words`, `path_words` or `globs`")));
        }
        for word in &words {
            push(&mut self.path_words, word, at);
            if file.names.unwrap_or(true) {
                push(&mut self.names, word, at);
            }
        }
        path_words.iter().for_each(|word| push(&mut self.path_words, word, at));
        some(file.exclude_words).iter().for_each(|word| push(&mut self.exclude_words, word, at));
        let bad = |error: String| DataError::whole(name, error);
        for pattern in &globs {
            self.globs.push((glob(pattern).map_err(bad)?, at));
        }
        for pattern in &some(file.exclude_globs) {
            self.exclude_globs.push((glob(pattern).map_err(bad)?, at));
        }
        let title = file.title.unwrap_or_else(|| id.replace('-', " "));
        let why = file.why.unwrap_or_else(|| "named as critical by this repository's configuration".to_owned());
        let weight = file.weight.unwrap_or(2);
        self.zones.push(Zone { id: id.into(), title: title.into(), why: why.into(), weight, configured });
        Ok(())
    }

    fn finish(self) -> Result<Zones, DataError> {
        let (globs, glob_zones) = glob_set(self.globs)?;
        let (exclude_globs, exclude_glob_zones) = glob_set(self.exclude_globs)?;
        Ok(Zones {
            zones: self.zones,
            path_words: self.path_words,
            names: self.names,
            exclude_words: self.exclude_words,
            globs,
            glob_zones,
            exclude_globs,
            exclude_glob_zones,
        })
    }
}

fn glob_set(globs: Vec<(globset::Glob, usize)>) -> Result<(GlobSet, Vec<usize>), DataError> {
    let mut set = GlobSetBuilder::new();
    let mut zones = Vec::new();
    for (glob, zone) in globs {
        set.add(glob);
        zones.push(zone);
    }
    let set = set.build().map_err(|error| DataError::whole("zones", error.to_string()))?;
    Ok((set, zones))
}

fn push(map: &mut FxHashMap<String, Vec<Sequence>>, text: &str, zone: usize) {
    let mut all = words(text).into_iter();
    if let Some(first) = all.next() {
        map.entry(first).or_default().push(Sequence { rest: all.collect(), zone });
    }
}

/// The words of one text in one buffer; a word of another path segment never continues a sequence.
struct Words {
    text: String,
    /// Start and end in `text`, and the number of the segment.
    spans: Vec<(usize, usize, usize)>,
}

impl Words {
    fn of(text: &str, path: bool) -> Self {
        let mut words = Self { text: String::with_capacity(text.len()), spans: Vec::new() };
        if path {
            text.split('/').enumerate().for_each(|(number, segment)| words.segment(segment, number));
        } else {
            words.segment(text, 0);
        }
        words
    }

    /// A word ends where a lower-case letter meets an upper-case one, before the last of several upper-case letters
    /// that a lower-case one follows (`HTTPServer`), between letters and digits, and at everything else.
    fn segment(&mut self, segment: &str, number: usize) {
        let mut start = self.text.len();
        let mut before = Shape::Other;
        let mut rest = segment.chars().peekable();
        while let Some(c) = rest.next() {
            let shape = Shape::of(c);
            let next_lower = rest.peek().is_some_and(|next| Shape::of(*next) == Shape::Lower);
            let begins = match (before, shape) {
                (Shape::Upper, Shape::Lower) => false,
                (Shape::Upper, Shape::Upper) => next_lower,
                (a, b) => a != b,
            };
            if begins {
                self.close(&mut start, number);
            }
            if shape != Shape::Other {
                self.text.extend(c.to_lowercase());
            }
            before = shape;
        }
        self.close(&mut start, number);
    }

    fn close(&mut self, start: &mut usize, number: usize) {
        if self.text.len() > *start {
            self.spans.push((*start, self.text.len(), number));
            *start = self.text.len();
        }
    }

    fn word(&self, at: usize) -> Option<(&str, usize)> {
        let (start, end, segment) = *self.spans.get(at)?;
        Some((&self.text[start..end], segment))
    }

    /// Zones of every sequence that stands in these words.
    fn matches(&self, map: &FxHashMap<String, Vec<Sequence>>) -> Vec<usize> {
        let mut found = Vec::new();
        for at in 0..self.spans.len() {
            let Some((word, segment)) = self.word(at) else { break };
            let Some(sequences) = map.get(word) else { continue };
            for sequence in sequences {
                let follows = |(ahead, want): (usize, &String)| self.word(at + 1 + ahead) == Some((want, segment));
                if sequence.rest.iter().enumerate().all(follows) {
                    found.push(sequence.zone);
                }
            }
        }
        found
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Shape {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '0'..='9' => Self::Digit,
            _ if c.is_ascii() => Self::Other,
            _ if c.is_uppercase() => Self::Upper,
            _ if c.is_alphabetic() => Self::Lower,
            _ => Self::Other,
        }
    }
}

/// Splits a name or path into lower-case words at case changes, digits and punctuation: `CheckoutV2_total` gives
/// `checkout`, `v`, `2`, `total`.
pub fn words(text: &str) -> Vec<String> {
    let words = Words::of(text, false);
    words.spans.iter().map(|(start, end, _)| words.text[*start..*end].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones() -> Zones {
        Zones::load(&[]).expect("the shipped zones load")
    }

    fn of_path(path: &str) -> Vec<String> {
        let zones = zones();
        let found = zones.of_path(&path.into(), Roles::default());
        found.into_iter().map(|zone| zones.all()[zone].id.to_string()).collect()
    }

    fn of_name(name: &str) -> Vec<String> {
        let zones = zones();
        zones.of_name(name).into_iter().map(|zone| zones.all()[zone].id.to_string()).collect()
    }

    #[test]
    fn names_fall_into_words_at_case_digits_and_punctuation() {
        assert_eq!(words("CheckoutV2_total"), ["checkout", "v", "2", "total"]);
        assert_eq!(words("HTTPServer"), ["http", "server"]);
        assert_eq!(words("parseJSON-to_XML.v10"), ["parse", "json", "to", "xml", "v", "10"]);
        assert_eq!(words("OAuth2Client"), ["o", "auth", "2", "client"]);
        assert_eq!(words("ÄnderungÜber"), ["änderung", "über"]);
        assert!(words("--/ __").is_empty());
    }

    #[test]
    fn a_zone_is_matched_on_words_not_on_parts_of_words() {
        assert_eq!(of_path("src/cart/totals.py"), ["cart"]);
        assert_eq!(of_path("shop/CheckOut/steps.ts"), ["checkout"]);
        assert!(of_path("src/geometry/cartesian.rs").is_empty());
        assert!(of_path("src/syntax/author.rs").is_empty());
        assert!(of_path("src/border/recorder.rs").is_empty());
        assert_eq!(of_name("computeTaxRate"), ["tax"]);
        assert!(of_name("syntaxTree").is_empty());
        assert!(of_name("order_by").is_empty() && of_name("sortOrder").is_empty());
        assert_eq!(of_name("cancelOrder"), ["order"]);
    }

    #[test]
    fn excluded_words_and_a_sequence_across_segments_do_not_match() {
        assert!(of_path("src/git/checkout.rs").is_empty());
        assert!(of_path("check/out/mod.rs").is_empty());
    }

    #[test]
    fn tests_and_documentation_are_in_no_zone() {
        for role in [Role::Test, Role::Documentation, Role::Example, Role::Vendored, Role::Generated] {
            let mut roles = Roles::default();
            roles.insert(role);
            assert!(zones().of_path(&"src/cart/totals.py".into(), roles).is_empty(), "{}", role.as_str());
        }
    }

    #[test]
    fn globs_place_workflows_migrations_and_governance() {
        assert_eq!(of_path(".github/workflows/build.yml"), ["ci"]);
        assert_eq!(of_path(".github/CODEOWNERS"), ["governance"]);
        assert_eq!(of_path("db/migrate/20200101_add_users.rb"), ["migration"]);
        assert!(of_path("infra/main.tf").contains(&"infrastructure".to_owned()));
    }

    #[test]
    fn configuration_adds_and_refines() {
        let extra = [
            (".richter/zones/cart.toml".to_owned(), "words = [\"basket\"]".to_owned()),
            (".richter/config.toml".to_owned(), "id = \"ledger\"\nglobs = [\"books/**\"]\nweight = 3".to_owned()),
        ];
        let zones = Zones::load(&extra).expect("loads");
        let cart = zones.get("cart").expect("still there");
        assert!(cart.configured && !cart.why.is_empty(), "{cart:?}");
        assert_eq!(zones.get("ledger").map(|zone| (zone.weight, zone.configured)), Some((3, true)));
        assert!(zones.of_name("cartTotal").is_empty() && !zones.of_name("basketTotal").is_empty());
        assert_eq!(zones.of_path(&"books/a/b.txt".into(), Roles::default()).len(), 1);
    }

    #[test]
    fn a_mistake_names_the_file() {
        let load =
            |text: &str| Zones::load(&[("z/my.toml".to_owned(), text.to_owned())]).expect_err("refused").to_string();
        assert!(load("wrods = []").starts_with("z/my.toml:1:1: unknown field `wrods`"));
        assert!(load("weight = 9\nwords = [\"a\"]").contains("1, 2 or 3"));
        assert!(load("weight = 2").contains("needs `words`"));
        assert!(load("globs = [\"a{\"]").contains("glob `a{`"));
    }
}
