//! What a schema names: tables and columns, messages and their fields, types and fields of an interface description. Code
//! names them by text or through what a generator makes of them, not by import. A table is looked for in queries and in
//! types that are called like it; a field under the names that generators give its accessors. How sure a find is follows
//! from whether the holder of the field is named there too, and from how telling the name is.

use super::Tier;
use super::blob::Receiver;
use super::index::{Def, Graph};
use super::key_names::{is_telling, query_name};
use super::keys::{Literals, Named, Read, best};
use super::resolve::{Reason, normal};
use crate::facts::{Fact, FactKind, FileFacts};
use crate::syntax::EntityKind;
use regex::Regex;
use std::sync::{Arc, OnceLock};

/// A thing of a schema that changed.
struct Thing {
    name: String,
    /// The table, message or type that holds it; none for one of these.
    holder: Option<String>,
    table: bool,
}

/// Everything that a fact says about things of a schema, with who names them at head.
pub(super) fn named<'l>(
    file: &FileFacts,
    fact: &Fact,
    graph: &Graph,
    literals: &dyn Fn() -> &'l Literals,
) -> Vec<Named> {
    let told = |thing: Thing| {
        let reads = reads(&thing, graph, literals());
        let name: Arc<str> =
            thing.holder.map_or_else(|| thing.name.clone(), |holder| format!("{holder}.{}", thing.name)).into();
        let (path, line, change) = (fact.location.path.clone(), fact.location.lines.start, fact.kind);
        Named { name, path, line, change, reason: Reason::Key, weight_milli: 1_000, reads, elsewhere: Vec::new() }
    };
    things(file, fact).into_iter().map(told).collect()
}

fn things(file: &FileFacts, fact: &Fact) -> Vec<Thing> {
    use FactKind::{ConstructAdded, EntityDeleted, EntityRenamed, SignatureChanged};
    if let Some(construct) = fact.construct.as_ref().filter(|_| fact.kind == ConstructAdded) {
        return construct.new.as_deref().map_or_else(Vec::new, migrated);
    }
    if !matches!(fact.kind, EntityDeleted | EntityRenamed | SignatureChanged) || !is_schema(file) {
        return Vec::new();
    }
    // others go by the name that was
    let entity = if fact.kind == EntityRenamed { &fact.old_entity } else { &fact.entity };
    let Some(entity) = entity else { return Vec::new() };
    let holder =
        entity.qualified.rsplit_once('.').map(|(holder, _)| holder.rsplit('.').next().unwrap_or(holder).to_owned());
    let outline = if fact.location.side == crate::location::Side::Old { &file.old } else { &file.new };
    let in_table = || {
        let entities = &outline.as_ref()?.entities;
        let container = entities.get(entities.get(entity.index as usize)?.container? as usize)?;
        Some(container.kind == EntityKind::Table)
    };
    let one = match entity.kind {
        EntityKind::Table => Thing { name: entity.name.to_string(), holder: None, table: true },
        EntityKind::Message | EntityKind::Type | EntityKind::Interface => {
            Thing { name: entity.name.to_string(), holder: None, table: false }
        }
        EntityKind::Field if holder.is_some() => {
            Thing { name: entity.name.to_string(), holder, table: in_table().unwrap_or(false) }
        }
        _ => return Vec::new(),
    };
    vec![one]
}

/// A language that describes data and has no imports that bind names: what it defines is named by others by text.
fn is_schema(file: &FileFacts) -> bool {
    let language = file.language();
    let kinds = [EntityKind::Table, EntityKind::Message, EntityKind::Field];
    let outlines = [&file.old, &file.new].into_iter().flatten();
    let holds =
        |kind: &EntityKind| outlines.clone().any(|outline| outline.entities.iter().any(|one| one.kind == *kind));
    language.is_some_and(|language| !language.data && language.family.is_empty()) && kinds.iter().any(holds)
}

/// Tables and columns that a statement of a migration takes away or gives another name.
fn migrated(text: &str) -> Vec<Thing> {
    // every statement that is meant speaks of a table; most texts are none
    if !text.as_bytes().windows(5).any(|word| word.eq_ignore_ascii_case(b"table")) {
        return Vec::new();
    }
    static STATEMENT: OnceLock<[Regex; 3]> = OnceLock::new();
    let [table, column, renamed] = STATEMENT.get_or_init(|| {
        let word = r#"[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?(\w+)"#;
        [
            format!(r"(?i)\b(?:alter|drop|rename|truncate)\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?{word}"),
            format!(r"(?i)\b(?:drop|alter|modify|change)\s+(?:column\s+)?(?:if\s+exists\s+)?{word}"),
            format!(r"(?i)\brename\s+(?:column\s+)?{word}\s+to\b"),
        ]
        .map(|pattern| Regex::new(&pattern).expect("a pattern of our own"))
    });
    let Some(of) = table.captures(text) else { return Vec::new() };
    let name = of[1].to_lowercase();
    let rest = &text[of.get(0).map_or(0, |all| all.end())..];
    let parts = column.captures_iter(rest).chain(renamed.captures_iter(rest)).map(|found| found[1].to_lowercase());
    let word =
        |part: &String| !matches!(part.as_str(), "column" | "constraint" | "index" | "table" | "primary" | "foreign");
    let columns: Vec<Thing> =
        parts.filter(word).map(|column| Thing { name: column, holder: Some(name.clone()), table: true }).collect();
    if columns.is_empty() { vec![Thing { name, holder: None, table: true }] } else { columns }
}

fn reads(thing: &Thing, graph: &Graph, literals: &Literals) -> Vec<Read> {
    let mut reads = match (thing.table, &thing.holder) {
        (true, None) => table(&thing.name, graph, literals),
        (true, Some(of)) => column(&thing.name, of, graph, literals),
        (false, None) => mentions(graph, std::slice::from_ref(&thing.name), &[], Tier::Possible),
        (false, Some(of)) => members(graph, &thing.name, std::slice::from_ref(of)),
    };
    let schema = |read: &Read| graph.file(read.def.file).blob.family.is_empty();
    reads.retain(|read| !schema(read));
    best(reads)
}

/// Queries that name a table, and types that are called like it.
fn table(name: &str, graph: &Graph, literals: &Literals) -> Vec<Read> {
    let mut reads = literals.of_query(name, Tier::Likely);
    if is_telling(name) {
        reads.extend(literals.exactly(name, Tier::Likely));
    }
    reads.extend(models(graph, name).into_iter().map(|def| {
        let line = graph.file(def.file).blob.definition(def.index).map_or(1, |definition| definition.line);
        Read { tier: Tier::Possible, def, line }
    }));
    reads
}

/// Queries that name a column and its table; members of that name where a type is called like the table.
fn column(name: &str, of: &str, graph: &Graph, literals: &Literals) -> Vec<Read> {
    let tables: Vec<Def> = literals.of_query(of, Tier::Likely).into_iter().map(|read| read.def).collect();
    let telling = is_telling(name);
    let all = literals.of_query(name, Tier::Possible).into_iter();
    let mut reads: Vec<Read> = all
        .filter_map(|read| match tables.contains(&read.def) {
            true => Some(Read { tier: Tier::Likely, ..read }),
            false => telling.then_some(read),
        })
        .collect();
    let holders: Vec<String> =
        models(graph, of).iter().filter_map(|def| Some(name_of(graph, *def)?.to_string())).collect();
    if !holders.is_empty() {
        reads.extend(members(graph, name, &holders));
    }
    reads
}

/// Types of the code that are called like a table: in the singular or in the plural.
fn models(graph: &Graph, table: &str) -> Vec<Def> {
    let wanted = normal(table);
    let singular = [
        wanted.strip_suffix("ies").map(|stem| format!("{stem}y")),
        wanted.strip_suffix("es").map(str::to_owned),
        wanted.strip_suffix('s').map(str::to_owned),
    ];
    let fits = |name: &str| {
        let name = normal(name);
        name == wanted || singular.iter().flatten().any(|one| *one == name)
    };
    let mut found = Vec::new();
    for (at, file) in graph.files.iter().enumerate().filter(|(_, file)| !file.blob.family.is_empty()) {
        for (index, definition) in file.blob.definitions.iter().enumerate() {
            if definition.kind == EntityKind::Type && !definition.test && fits(graph.names.text(definition.name)) {
                found.push(Def { file: at as u32, index: index as u32 });
            }
        }
    }
    found
}

fn name_of(graph: &Graph, def: Def) -> Option<&Arc<str>> {
    Some(graph.names.text(graph.file(def.file).blob.definition(def.index)?.name))
}

/// Members under any name that a field goes by, in files that name one of its holders.
fn members(graph: &Graph, field: &str, holders: &[String]) -> Vec<Read> {
    let telling = is_telling(field);
    let forms = forms(field);
    mentions(graph, &forms, holders, if telling { Tier::Possible } else { Tier::Exact })
}

/// Mentions of any of the names: `Likely` where a holder is named in the file, else the tier for those without, where
/// `Exact` stands for "not at all".
fn mentions(graph: &Graph, names: &[String], holders: &[String], without: Tier) -> Vec<Read> {
    let holders: Vec<_> = holders.iter().filter_map(|holder| graph.names.get(holder)).collect();
    let mut reads = Vec::new();
    for name in names.iter().filter_map(|name| graph.names.get(name)) {
        for at in graph.mentioned.of(name) {
            let blob = &graph.file(*at).blob;
            let known = holders.iter().any(|holder| blob.mentions_name(*holder));
            let tier = if known { Tier::Likely } else { without };
            for mention in blob.mentions_of(name).iter().filter(|_| tier != Tier::Exact) {
                // a field stands behind a dot; its holder need not
                if mention.receiver != Receiver::None || holders.is_empty() {
                    reads.push(Read { tier, def: Def { file: *at, index: mention.owner }, line: mention.line });
                }
            }
        }
    }
    reads
}

/// What generators make of a field: `order_id`, `orderId`, `OrderId`, `getOrderId`, `set_order_id`, ...
fn forms(field: &str) -> Vec<String> {
    let upper = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
    };
    let pascal: String = field.split('_').map(upper).collect();
    let mut camel = pascal.chars();
    let camel: String = camel.next().map_or_else(String::new, |first| first.to_lowercase().chain(camel).collect());
    let mut all = vec![field.to_owned(), camel, pascal.clone()];
    for word in ["get", "set", "has", "clear", "add", "with"] {
        all.push(format!("{word}{pascal}"));
        all.push(format!("{}{pascal}", upper(word)));
        all.push(format!("{word}_{field}"));
    }
    all.sort();
    all.dedup();
    all
}

impl Literals {
    /// Queries that name a table or a column.
    fn of_query(&self, name: &str, tier: Tier) -> Vec<Read> {
        self.exactly(&query_name(name), tier)
    }

    fn exactly(&self, text: &str, tier: Tier) -> Vec<Read> {
        self.of_text(text, tier, |own| own == text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Files, change};
    use super::*;

    const SHOP: Files = &[
        (
            "db/schema.sql",
            "CREATE TABLE order_items (\n  id INT,\n  net_price INT\n);\nCREATE TABLE other (\n  id INT\n);\n",
        ),
        (
            "app/report.py",
            "def report(db):\n    return db.run('SELECT net_price FROM order_items WHERE id = 1')\n\n\ndef strange(db):\n    return db.run('SELECT id FROM other')\n",
        ),
        (
            "app/models.py",
            "class OrderItem:\n    table = 1\n\n\ndef price(item: OrderItem):\n    return item.net_price\n",
        ),
        ("api/shop.proto", "syntax = \"proto3\";\nmessage Order {\n  string order_code = 1;\n  int32 total = 2;\n}\n"),
        (
            "web/page.go",
            "package web\n\nfunc Page(o *pb.Order) string {\n\treturn o.GetOrderCode()\n}\n\nfunc Other(t Totals) int {\n\treturn t.Count\n}\n",
        ),
    ];

    fn readers(path: &str, from: &str, to: &str) -> Vec<String> {
        let radius = change(SHOP, path, from, to);
        let all = radius.named.iter().flat_map(|thing| {
            let row = |reader: &super::super::Reader| {
                format!("{} {} {}:{}", thing.name, reader.tier.as_str(), reader.path.to_text(), reader.line)
            };
            thing.readers.iter().map(row).collect::<Vec<_>>()
        });
        all.collect()
    }

    #[test]
    fn a_column_is_read_by_queries_and_by_members_of_its_model() {
        let found = readers("db/schema.sql", "  net_price INT\n", "  net_price TEXT\n");
        assert_eq!(
            found,
            ["order_items.net_price likely app/models.py:6", "order_items.net_price likely app/report.py:2"]
        );
    }

    #[test]
    fn a_table_is_named_by_queries_and_by_a_type_of_its_name() {
        let gone = "CREATE TABLE order_items (\n  id INT,\n  net_price INT\n);\n";
        let found = readers("db/schema.sql", gone, "");
        assert!(found.contains(&"order_items likely app/report.py:2".to_owned()), "{found:?}");
        assert!(found.contains(&"order_items possible app/models.py:1".to_owned()), "{found:?}");
        assert!(!found.iter().any(|row| row.ends_with("report.py:6")), "{found:?}");
    }

    #[test]
    fn a_statement_of_a_migration_says_what_it_takes_away() {
        let told = |text: &str| -> Vec<String> {
            let show = |thing: Thing| format!("{}.{}", thing.holder.unwrap_or_default(), thing.name);
            migrated(text).into_iter().map(show).collect()
        };
        assert_eq!(told("ALTER TABLE shop.\"Orders\" DROP COLUMN IF EXISTS net_price"), ["orders.net_price"]);
        assert_eq!(told("drop table if exists orders"), [".orders"]);
        assert_eq!(told("ALTER TABLE orders RENAME COLUMN a_b TO c"), ["orders.a_b"]);
        assert!(told("SELECT 1").is_empty());
    }

    #[test]
    fn a_field_of_a_message_is_read_through_its_accessors() {
        let found = readers("api/shop.proto", "  string order_code = 1;\n", "");
        assert_eq!(found, ["Order.order_code likely web/page.go:4"]);
    }
}
