//! Enumerations whose members are counted: one that came in the middle, or left it, gives every later member another
//! number, and what is stored or sent as a number means something else. Only enumerations without numbers of their own
//! are looked at; whether anybody stores the number is for a reader to say.

use super::entity_change::{bare, entity_ref};
use super::matching::Matching;
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::location::{LineRange, Side};
use crate::syntax::{Entity, EntityKind};
use crate::text::{Untrusted, lossless};

/// One fact for each enumeration whose members moved.
pub(super) fn enumeration_facts(pair: &Pair, matching: &Matching) -> Vec<Fact> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    if pair.is_partial() {
        return Vec::new();
    }
    let types = (0..new.outline.entities.len() as u32).filter(|at| new.entity(*at).kind == EntityKind::Type);
    let touched = types.filter(|at| new.touched(new.entity(*at).lines) || old_touched(old, matching, *at));
    touched.filter_map(|at| shifted(pair, (old, matching.old_of(at)?), (new, at))).collect()
}

fn old_touched(old: &Sheet, matching: &Matching, at: u32) -> bool {
    matching.old_of(at).is_some_and(|before| old.touched(old.entity(before).lines))
}

fn shifted(pair: &Pair, old: (&Sheet, u32), new: (&Sheet, u32)) -> Option<Fact> {
    let (before, after) = (members(old.0, old.1)?, members(new.0, new.1)?);
    let place = |list: &[(String, u32)], name: &str| list.iter().position(|member| member.0 == name);
    let moved = before.iter().enumerate().any(|(at, member)| {
        // a member that only says how many there are has to move
        let counts = at + 1 == before.len() && is_count(&member.0);
        !counts && place(&after, &member.0).is_some_and(|now| now != at)
    });
    if !moved {
        return None;
    }
    let came = after.iter().find(|member| place(&before, &member.0).is_none()).map(|member| (Side::New, member));
    let gone = || before.iter().find(|member| place(&after, &member.0).is_none()).map(|member| (Side::Old, member));
    let (side, (name, line)) = came.or_else(gone)?;
    let entity = entity_ref(new.0, new.1);
    let construct = ConstructChange { capture: "api.enum-shifted".into(), old: None, new: Some(name.as_str().into()) };
    let subject = Untrusted::new(&*entity.qualified);
    let location = pair.locate(side, LineRange::line(*line));
    Some(Fact {
        entity: Some(entity),
        construct: Some(construct),
        ..bare(FactKind::ConstructChanged, location, subject)
    })
}

/// A last member by the name of `LAST`, `MAX`, `COUNT` and the like stands for the number of members.
fn is_count(name: &str) -> bool {
    let known =
        ["last", "lastentry", "max", "count", "num", "end", "sentinel", "size", "total", "limit", "number", "nb"];
    crate::zones::words(name).iter().any(|word| known.contains(&word.as_str()))
}

/// True for `PAID = 2` and `PAID(2)`; other arguments, as in `PAID("paid")`, number nothing.
fn has_number(line: &[u8]) -> bool {
    let given = memchr::memchr(b'(', line).map_or(&line[..0], |at| &line[at + 1..]);
    let counted = line.ends_with(b"auto()");
    (memchr::memchr(b'=', line).is_some() && !counted)
        || given.trim_ascii_start().first().is_some_and(u8::is_ascii_digit)
}

/// Names and lines of the members of an enumeration that numbers them by itself.
fn members(sheet: &Sheet, holder: u32) -> Option<Vec<(String, u32)>> {
    let entity = sheet.entity(holder);
    // a body that is not told apart begins with its bracket
    let heading = sheet.bytes(&(entity.span.start..entity.body.start.max(entity.span.start)));
    let heading = heading.split(|byte| *byte == b'{').next().map(lossless).unwrap_or_default();
    // a base class says it in Python
    let is_enum = |word: &str| word == "enum" || (word.ends_with("Enum") && heading.starts_with("class "));
    if !heading.split(|c: char| !c.is_alphanumeric()).any(is_enum) {
        return None;
    }
    let all = sheet.outline.entities.iter().filter(|one| one.container == Some(holder));
    // a member begins with its name; what has a type before it is a field beside them
    let begins = |one: &&Entity| sheet.line(one.name_line).trim_ascii_start().starts_with(one.name.as_bytes());
    let fields = all.filter(|one| matches!(one.kind, EntityKind::Field | EntityKind::Constant)).filter(begins);
    let listed: Vec<(String, u32, bool)> =
        fields.map(|one| (one.name.to_string(), one.lines.start, has_number(sheet.line(one.lines.start)))).collect();
    // a number for the first is only where counting begins
    let counted = listed.iter().skip(1).all(|one| !one.2);
    counted.then(|| listed.into_iter().map(|(name, line, _)| (name, line)).collect())
}

#[cfg(test)]
mod tests {
    use crate::facts::compare;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn shifted(path: &str, old: &str, new: &str) -> Option<u32> {
        let facts = compare(&ChangeSet::in_memory([(path, Some(old), Some(new))]), &Outlines::default());
        let found = facts.iter().find(|(_, fact)| {
            fact.construct.as_ref().is_some_and(|construct| &*construct.capture == "api.enum-shifted")
        });
        found.map(|(_, fact)| fact.location.lines.start)
    }

    #[test]
    fn members_move_only_if_something_comes_or_goes_before_them() {
        let of = |members: &str| format!("enum State {{\n{members}}};\n");
        let old = of("  OPEN,\n  PAID,\n  SHIPPED,\n");
        assert_eq!(shifted("a.c", &old, &of("  OPEN,\n  HELD,\n  PAID,\n  SHIPPED,\n")), Some(3));
        assert_eq!(shifted("a.c", &old, &of("  OPEN,\n  SHIPPED,\n")), Some(3));
        assert_eq!(shifted("a.c", &old, &of("  OPEN,\n  PAID,\n  SHIPPED,\n  HELD,\n")), None);
        let numbered = of("  OPEN = 1,\n  PAID = 2,\n");
        assert_eq!(shifted("a.c", &numbered, &of("  OPEN = 1,\n  HELD = 3,\n  PAID = 2,\n")), None);
        let counted = of("  OPEN,\n  PAID,\n  STATE_LAST\n");
        assert_eq!(shifted("a.c", &counted, &of("  OPEN,\n  PAID,\n  HELD,\n  STATE_LAST\n")), None);
        assert_eq!(shifted("a.c", &counted, &of("  OPEN,\n  HELD,\n  PAID,\n  STATE_LAST\n")), Some(3));
        let part =
            |field: &str| format!("typedef struct {{\n  enum {{ A, B }} state;\n{field}  int count;\n}} coder;\n");
        assert_eq!(shifted("a.c", &part(""), &part("  int most;\n")), None, "fields beside an enumeration");
        let cs = |members: &str| format!("public enum State\n{{\n{members}}}\n");
        let java = |members: &str| format!("enum State {{\n{members}}}\n");
        let named = |held: &str| java(&format!("  OPEN(\"o\"),\n{held}  PAID(\"p\");\n"));
        assert_eq!(shifted("A.java", &named(""), &named("  HELD(\"h\"),\n")), Some(3));
        let last =
            |held: &str| java(&format!("  OPEN(\"o\"),\n  PAID(\"p\"){held};\n\n  private final String label;\n"));
        assert_eq!(shifted("A.java", &last(""), &last(",\n  HELD(\"h\")")), None);
        let coded = |held: &str| java(&format!("  OPEN(1),\n{held}  PAID(2);\n"));
        assert_eq!(shifted("A.java", &coded(""), &coded("  HELD(3),\n")), None);
        assert_eq!(shifted("A.cs", &cs("  Open,\n  Paid\n"), &cs("  Open,\n  Held,\n  Paid\n")), Some(4));
    }
}
