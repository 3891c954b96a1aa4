//! The condition of a rule: a closed vocabulary of predicates over facts, files and changed lines (rules/AUTHORING.md
//! describes it for authors). All predicates of a table must hold; within a list any entry is enough; `also` and `unless`
//! ask about something else in the same entity, file or change. Here a condition is read and checked; `matching.rs`
//! says whether it holds. There is no negation beyond the `not_` keys and `unless`, and no arithmetic: a rule that needs
//! more needs a new fact.

use super::pattern::{Bound, Globs, Pattern, Phrases, Tied};
use crate::data::DataError;
use crate::facts::FactKind;
use crate::roles::{Role, Roles};
use serde::Deserialize;
use toml::Spanned;

type Words = Vec<Spanned<String>>;
type Text = Option<Spanned<String>>;

/// `[when]`, `[[when.also]]` and `[[when.unless]]` as they are written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    scope: Text,
    fact: Words,
    roles: Option<WrittenRoles>,
    path: Words,
    not_path: Words,
    status: Words,
    language: Words,
    not_language: Words,
    zone: Words,
    key: Words,
    key_anywhere: Words,
    not_key: Words,
    subject: Text,
    not_subject: Text,
    old: Text,
    not_old: Text,
    new: Text,
    not_new: Text,
    text: Text,
    not_text: Text,
    added: Text,
    removed: Text,
    moved: Text,
    contains: Text,
    contained: Text,
    line: Text,
    not_line: Text,
    line_side: Text,
    line_came: Option<bool>,
    next_stays: Option<bool>,
    statement: Text,
    not_statement: Text,
    commit_message: Text,
    ratio: Text,
    removed_share: Text,
    dependents: Text,
    count: Text,
    direction: Text,
    flipped: Text,
    became: Text,
    reordered: Option<bool>,
    development: Option<bool>,
    direct: Option<bool>,
    own: Option<bool>,
    named_elsewhere: Option<bool>,
    in_test: Option<bool>,
    entity_kept: Option<bool>,
    operators_changed: Option<bool>,
    contract_changed: Option<bool>,
    callers_break: Option<bool>,
    still_read: Option<bool>,
    r#abstract: Option<bool>,
    container: Words,
    container_visibility: Words,
    container_kept: Option<bool>,
    renamed: Option<bool>,
    capture: Words,
    bump: Words,
    ecosystem: Words,
    visibility: Words,
    visibility_was: Words,
    entity: Words,
    also: Vec<Spanned<Written>>,
    unless: Vec<Spanned<Written>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenRoles {
    any: Words,
    not: Option<Words>,
}

/// Where a clause looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Entity,
    File,
    Change,
    /// Any file of the tree after the change, by path and content alone.
    Repository,
}

/// Which lines `line` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineSide {
    Old,
    New,
    /// Lines that went and were not edited into another.
    Removed,
    /// Comment lines that came in the place of the same line of code.
    Commented,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Became {
    Empty,
    Wildcard,
}

/// A regular expression that must match and one that must not; a text that is not there matches neither.
#[derive(Clone, Debug, Default)]
pub(super) struct TextTest {
    pub(super) yes: Option<Pattern>,
    pub(super) no: Option<Pattern>,
}

impl TextTest {
    pub(super) fn is_set(&self) -> bool {
        self.yes.is_some() || self.no.is_some()
    }

    pub(super) fn holds(&self, text: Option<&str>) -> bool {
        let yes = self.yes.as_ref().is_none_or(|pattern| text.is_some_and(|text| pattern.is_match(text)));
        yes && !self.no.as_ref().is_some_and(|pattern| text.is_some_and(|text| pattern.is_match(text)))
    }
}

/// The predicates of one table, checked and compiled. What is empty or none holds always.
#[derive(Clone, Debug)]
pub(super) struct Conditions {
    /// Bit per fact kind; 0 means that no fact is asked for.
    pub(super) kinds: u32,
    pub(super) roles_any: Roles,
    pub(super) roles_not: Roles,
    pub(super) path: Globs,
    pub(super) not_path: Globs,
    pub(super) status: Vec<String>,
    pub(super) language: Vec<String>,
    pub(super) not_language: Vec<String>,
    pub(super) zone: Vec<String>,
    pub(super) key: Phrases,
    pub(super) key_anywhere: Phrases,
    pub(super) not_key: Phrases,
    pub(super) subject: TextTest,
    pub(super) old: TextTest,
    pub(super) new: TextTest,
    pub(super) text: TextTest,
    pub(super) added: Option<Pattern>,
    pub(super) removed: Option<Pattern>,
    pub(super) moved: Option<Pattern>,
    pub(super) contains: Option<Tied>,
    pub(super) contained: Option<Tied>,
    pub(super) line: TextTest,
    pub(super) line_side: LineSide,
    /// An edited line counts only if it did not match before.
    pub(super) line_came: bool,
    /// A line that went counts only if the line of code behind it is still there.
    pub(super) next_stays: bool,
    pub(super) statement: TextTest,
    pub(super) commit_message: Option<Pattern>,
    pub(super) ratio: Option<Bound>,
    pub(super) removed_share: Option<Bound>,
    pub(super) dependents: Option<Bound>,
    pub(super) count: Option<Bound>,
    /// True for up, false for down.
    pub(super) up: Option<bool>,
    pub(super) flipped: Option<(bool, bool)>,
    pub(super) became: Option<Became>,
    pub(super) reordered: Option<bool>,
    pub(super) development: Option<bool>,
    pub(super) direct: Option<bool>,
    pub(super) own: Option<bool>,
    pub(super) named_elsewhere: Option<bool>,
    pub(super) in_test: Option<bool>,
    pub(super) entity_kept: Option<bool>,
    pub(super) operators_changed: Option<bool>,
    pub(super) contract_changed: Option<bool>,
    pub(super) callers_break: Option<bool>,
    pub(super) still_read: Option<bool>,
    pub(super) is_abstract: Option<bool>,
    pub(super) container: Vec<String>,
    pub(super) container_visibility: Vec<String>,
    pub(super) container_kept: Option<bool>,
    pub(super) renamed: Option<bool>,
    pub(super) capture: Vec<String>,
    pub(super) bump: Vec<String>,
    pub(super) ecosystem: Vec<String>,
    pub(super) visibility: Vec<String>,
    pub(super) visibility_was: Vec<String>,
    pub(super) entity: Vec<String>,
}

/// A clause of `also` or `unless`.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) scope: Scope,
    pub(super) conditions: Conditions,
}

/// A whole condition.
#[derive(Clone, Debug)]
pub(super) struct When {
    pub(super) conditions: Conditions,
    pub(super) also: Vec<Clause>,
    pub(super) unless: Vec<Clause>,
}

/// Roles that a rule leaves alone unless it says otherwise: everything that is not shipped.
const NOT_SHIPPED: [Role; 7] =
    [Role::Test, Role::Documentation, Role::Example, Role::Generated, Role::Vendored, Role::Minified, Role::Lock];

/// Where a rule was read, for errors, and whether its expressions are compiled now.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) eager: bool,
}

impl Source<'_> {
    pub(super) fn error(&self, offset: usize, message: impl Into<String>) -> DataError {
        DataError::at(self.file, self.text, offset, message)
    }

    fn map<T>(&self, text: &Text, make: impl Fn(&str) -> Result<T, String>) -> Result<Option<T>, DataError> {
        let Some(text) = text else { return Ok(None) };
        make(text.get_ref()).map(Some).map_err(|message| self.error(text.span().start, message))
    }

    fn pattern(&self, text: &Text) -> Result<Option<Pattern>, DataError> {
        self.map(text, |text| Pattern::new(text, self.eager))
    }

    fn tied(&self, text: &Text) -> Result<Option<Tied>, DataError> {
        self.map(text, |text| Tied::new(text, self.eager))
    }

    fn test(&self, yes: &Text, no: &Text) -> Result<TextTest, DataError> {
        Ok(TextTest { yes: self.pattern(yes)?, no: self.pattern(no)? })
    }

    fn bound(&self, text: &Text) -> Result<Option<Bound>, DataError> {
        self.map(text, Bound::parse)
    }

    fn globs(&self, list: &Words) -> Result<Globs, DataError> {
        let at = list.first().map_or(0, |first| first.span().start);
        Globs::new(plain(list), self.eager).map_err(|message| self.error(at, message))
    }

    fn phrases(&self, list: &Words) -> Result<Phrases, DataError> {
        let mut phrases = Phrases::default();
        for text in list {
            phrases.add(text.get_ref()).map_err(|message| self.error(text.span().start, message))?;
        }
        Ok(phrases)
    }

    /// One of a closed list of words.
    fn word<T: Copy>(&self, text: &Text, allowed: &[(&str, T)]) -> Result<Option<T>, DataError> {
        self.map(text, |text| choose(text, allowed))
    }

    /// A list of words out of a closed list.
    fn closed(&self, list: &Words, allowed: &[&str]) -> Result<Vec<String>, DataError> {
        let allowed: Vec<_> = allowed.iter().map(|word| (*word, ())).collect();
        for word in list {
            choose(word.get_ref(), &allowed).map_err(|message| self.error(word.span().start, message))?;
        }
        Ok(plain(list))
    }

    fn roles(&self, list: &Words) -> Result<Roles, DataError> {
        let allowed: Vec<_> = Role::ALL.iter().map(|role| (role.as_str(), *role)).collect();
        let mut roles = Roles::default();
        for word in list {
            roles.insert(choose(word.get_ref(), &allowed).map_err(|message| self.error(word.span().start, message))?);
        }
        Ok(roles)
    }
}

fn choose<T: Copy>(text: &str, allowed: &[(&str, T)]) -> Result<T, String> {
    let found = allowed.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let words: Vec<&str> = allowed.iter().map(|(word, _)| *word).collect();
        format!("`{text}` is not known here, expected one of {}", words.join(", "))
    })
}

fn plain(list: &Words) -> Vec<String> {
    list.iter().map(|text| text.get_ref().clone()).collect()
}

impl When {
    /// Checks a written condition. A rule that could never fire is refused.
    pub(super) fn compile(written: &Spanned<Written>, source: Source) -> Result<Self, DataError> {
        let top = written.get_ref();
        let at = written.span().start;
        if top.scope.is_some() {
            return Err(source.error(at, "`scope` belongs to `[[when.also]]` and `[[when.unless]]`"));
        }
        let conditions = Conditions::compile(top, source, true)?;
        if conditions.kinds == 0 && !conditions.line.is_set() && !conditions.statement.is_set() {
            return Err(source.error(at, "`[when]` needs `fact`, `line` or `statement`"));
        }
        let clauses = |list: &[Spanned<Written>]| {
            let all = list.iter().map(|clause| Clause::compile(clause, source));
            let mut all = all.collect::<Result<Vec<_>, _>>()?;
            // expressions that are made for each match come last
            all.sort_by_key(Clause::is_tied);
            Ok(all)
        };
        Ok(Self { conditions, also: clauses(&top.also)?, unless: clauses(&top.unless)? })
    }
}

impl Clause {
    fn is_tied(&self) -> bool {
        let texts = [&self.conditions.contains, &self.conditions.contained];
        texts.into_iter().flatten().any(Tied::is_tied)
    }

    fn compile(written: &Spanned<Written>, source: Source) -> Result<Self, DataError> {
        let table = written.get_ref();
        if !table.also.is_empty() || !table.unless.is_empty() {
            return Err(source.error(written.span().start, "`also` and `unless` do not nest"));
        }
        let scopes = [
            ("entity", Scope::Entity),
            ("file", Scope::File),
            ("change", Scope::Change),
            ("repository", Scope::Repository),
        ];
        let scope = source.word(&table.scope, &scopes)?;
        let missing =
            || source.error(written.span().start, "a clause needs `scope`: entity, file, change or repository");
        Ok(Self { scope: scope.ok_or_else(missing)?, conditions: Conditions::compile(table, source, false)? })
    }
}

impl Conditions {
    fn compile(written: &Written, source: Source, top: bool) -> Result<Self, DataError> {
        let (roles_any, roles_not) = roles(written, source, top)?;
        // facts inside tests are left out wherever files of tests are
        let in_test = written.in_test.or((top && roles_not.contains(Role::Test)).then_some(false));
        let kinds: Vec<_> = FactKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let facts = source.closed(&written.fact, &kinds)?;
        let asked = FactKind::ALL.iter().filter(|kind| facts.iter().any(|fact| fact == kind.as_str()));
        let truth = [("true->false", (true, false)), ("false->true", (false, true))];
        let sides = [
            ("old", LineSide::Old),
            ("new", LineSide::New),
            ("removed", LineSide::Removed),
            ("commented", LineSide::Commented),
        ];
        let statuses = ["added", "deleted", "modified", "renamed", "copied", "type-changed"];
        let visibilities = ["public", "internal", "private"];
        let entities: Vec<_> = crate::syntax::EntityKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Ok(Self {
            kinds: asked.fold(0, |mask, kind| mask | bit(*kind)),
            roles_any,
            roles_not,
            path: source.globs(&written.path)?,
            not_path: source.globs(&written.not_path)?,
            status: source.closed(&written.status, &statuses)?,
            language: plain(&written.language),
            not_language: plain(&written.not_language),
            zone: plain(&written.zone),
            key: source.phrases(&written.key)?,
            key_anywhere: source.phrases(&written.key_anywhere)?,
            not_key: source.phrases(&written.not_key)?,
            subject: source.test(&written.subject, &written.not_subject)?,
            old: source.test(&written.old, &written.not_old)?,
            new: source.test(&written.new, &written.not_new)?,
            text: source.test(&written.text, &written.not_text)?,
            added: source.pattern(&written.added)?,
            removed: source.pattern(&written.removed)?,
            moved: source.pattern(&written.moved)?,
            contains: source.tied(&written.contains)?,
            contained: source.tied(&written.contained)?,
            line: source.test(&written.line, &written.not_line)?,
            line_side: source.word(&written.line_side, &sides)?.unwrap_or(LineSide::New),
            line_came: written.line_came.unwrap_or(false),
            next_stays: written.next_stays.unwrap_or(false),
            statement: source.test(&written.statement, &written.not_statement)?,
            commit_message: source.pattern(&written.commit_message)?,
            ratio: source.bound(&written.ratio)?,
            removed_share: source.bound(&written.removed_share)?,
            dependents: source.bound(&written.dependents)?,
            count: source.bound(&written.count)?,
            up: source.word(&written.direction, &[("up", true), ("down", false)])?,
            flipped: source.word(&written.flipped, &truth)?,
            became: source.word(&written.became, &[("empty", Became::Empty), ("wildcard", Became::Wildcard)])?,
            reordered: written.reordered,
            development: written.development,
            direct: written.direct,
            own: written.own,
            named_elsewhere: written.named_elsewhere,
            in_test,
            entity_kept: written.entity_kept,
            operators_changed: written.operators_changed,
            contract_changed: written.contract_changed,
            callers_break: written.callers_break,
            still_read: written.still_read,
            is_abstract: written.r#abstract,
            container: source.closed(&written.container, &entities)?,
            container_visibility: source.closed(&written.container_visibility, &visibilities)?,
            container_kept: written.container_kept,
            renamed: written.renamed,
            capture: plain(&written.capture),
            bump: source.closed(&written.bump, &["major", "minor", "patch", "down", "unpinned", "source", "other"])?,
            ecosystem: plain(&written.ecosystem),
            visibility: source.closed(&written.visibility, &visibilities)?,
            visibility_was: source.closed(&written.visibility_was, &visibilities)?,
            entity: source.closed(&written.entity, &entities)?,
        })
    }
}

/// Roles that a file must and must not have. A rule is about what is shipped unless it says otherwise; a clause is not
/// restricted unless it says so.
fn roles(written: &Written, source: Source, top: bool) -> Result<(Roles, Roles), DataError> {
    let mut not = Roles::default();
    match written.roles.as_ref().and_then(|roles| roles.not.as_ref()) {
        Some(list) => not = source.roles(list)?,
        None if top => NOT_SHIPPED.into_iter().for_each(|role| not.insert(role)),
        None => {}
    }
    let any = match &written.roles {
        Some(roles) => source.roles(&roles.any)?,
        None => Roles::default(),
    };
    Ok((any, not))
}

/// The bit of a fact kind in `Conditions::kinds`.
pub(super) fn bit(kind: FactKind) -> u32 {
    1 << kind as u32
}
