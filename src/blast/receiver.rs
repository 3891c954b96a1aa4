//! Members of things whose type is not known. Without type inference, three things tell something: a receiver that is
//! named like a type that has the member, a type that the same definition mentions, and a type that the file mentions. One
//! type that fits is `likely`; names that every collection and stream has are only `possible`, or they would explode.

use super::Tier;
use super::blob::{FILE, Mention};
use super::index::Def;
use super::names::Name;
use super::resolve::{Answer, Reason, Resolver, normal};
use crate::limits::GRAPH_MEMBER_DEFINITIONS_MAX;
use crate::syntax::ReferenceKind;

/// Member names of standard libraries: a call of one on an unknown receiver says nothing about the repository's types.
const COMMON_MEMBERS: &[&str] = &[
    "accept",
    "add",
    "all",
    "any",
    "append",
    "apply",
    "as_str",
    "build",
    "call",
    "chain",
    "clear",
    "clone",
    "close",
    "collect",
    "compare",
    "concat",
    "contains",
    "copy",
    "count",
    "create",
    "debug",
    "default",
    "delete",
    "drop",
    "each",
    "end",
    "entry",
    "eq",
    "equals",
    "error",
    "exec",
    "execute",
    "exists",
    "extend",
    "filter",
    "find",
    "first",
    "flush",
    "fmt",
    "forEach",
    "format",
    "from",
    "get",
    "getClass",
    "getId",
    "getKey",
    "getMessage",
    "getName",
    "getType",
    "getValue",
    "group",
    "handle",
    "has",
    "hash",
    "hashCode",
    "id",
    "index",
    "indexOf",
    "info",
    "init",
    "insert",
    "into",
    "invoke",
    "isEmpty",
    "is_empty",
    "items",
    "iter",
    "iterator",
    "join",
    "key",
    "keys",
    "kind",
    "last",
    "len",
    "length",
    "list",
    "load",
    "lock",
    "log",
    "map",
    "match",
    "matches",
    "merge",
    "message",
    "name",
    "new",
    "next",
    "of",
    "on",
    "open",
    "parse",
    "path",
    "peek",
    "poll",
    "pop",
    "push",
    "put",
    "read",
    "register",
    "remove",
    "render",
    "replace",
    "reset",
    "resolve",
    "run",
    "save",
    "search",
    "send",
    "set",
    "setName",
    "setValue",
    "shutdown",
    "size",
    "slice",
    "some",
    "sort",
    "split",
    "start",
    "status",
    "stop",
    "stream",
    "strip",
    "sub",
    "submit",
    "tag",
    "take",
    "text",
    "then",
    "toArray",
    "toString",
    "to_string",
    "trim",
    "type",
    "unwrap",
    "update",
    "url",
    "use",
    "value",
    "valueOf",
    "values",
    "wait",
    "warn",
    "with",
    "wrap",
    "write",
];

impl Resolver<'_> {
    /// What a member of an unknown receiver may mean. `receiver` is the last part of the path before the dot.
    pub(super) fn member_mention(&self, file: u32, mention: &Mention, receiver: Option<&str>) -> Option<Answer> {
        // a type after a dot is a nested or qualified type, not a member of a value
        if mention.kind == ReferenceKind::Type {
            return self.by_name(file, mention, |definition| definition.is_type());
        }
        let owners = self.owners_of_member(file, mention.name);
        if let Some(receiver) = receiver.map(normal).filter(|receiver| receiver.len() > 2) {
            let alike = |(name, _): &&(Name, Def)| normal(self.graph.names.text(*name)) == receiver;
            if let Some(answer) = self.one_type(owners.iter().filter(alike), Reason::ReceiverName) {
                return Some(answer);
            }
        }
        if COMMON_MEMBERS.binary_search(&self.graph.names.text(mention.name).as_ref()).is_err() {
            if let Some(answer) = self.only_visible(file, mention, &owners) {
                return Some(answer);
            }
        }
        self.by_name(file, mention, |definition| definition.container.is_some() || definition.scope.is_some())
    }

    /// Members of that name with the name of their type, of the same family; none if there are too many to tell apart.
    fn owners_of_member(&self, file: u32, name: Name) -> Vec<(Name, Def)> {
        let all = self.graph.defined.of(name);
        if all.len() > GRAPH_MEMBER_DEFINITIONS_MAX {
            return Vec::new();
        }
        let family = self.graph.file(file).blob.family;
        let same = |def: &&Def| self.graph.file(def.file).blob.family == family;
        all.iter().filter(same).filter_map(|def| Some((self.type_name(*def)?, *def))).collect()
    }

    /// The name of the type that a definition is a member of.
    pub(super) fn type_name(&self, def: Def) -> Option<Name> {
        let definition = self.definition(def);
        let container = || self.graph.file(def.file).blob.definition(definition.container?).filter(|d| d.is_type());
        definition.scope.or_else(|| container().map(|container| container.name))
    }

    /// The answer if all given members belong to types of one name.
    fn one_type<'a>(&self, mut members: impl Iterator<Item = &'a (Name, Def)>, reason: Reason) -> Option<Answer> {
        let (first, def) = members.next()?;
        let mut targets = vec![*def];
        for (name, def) in members {
            if name != first {
                return None;
            }
            targets.push(*def);
        }
        Some(Answer { tier: Tier::Likely, reason, targets })
    }

    /// Types that the definition around the mention names; failing that, those the whole file names.
    fn only_visible(&self, file: u32, mention: &Mention, owners: &[(Name, Def)]) -> Option<Answer> {
        let blob = &self.graph.file(file).blob;
        let around: Vec<u32> = blob.around(mention.owner).collect();
        let near = |(name, _): &&(Name, Def)| {
            let mentions = blob.mentions_of(*name);
            mention.owner != FILE && mentions.iter().any(|other| around.contains(&other.owner))
        };
        let far = |(name, def): &&(Name, Def)| def.file == file || blob.mentions_name(*name);
        let near: Vec<&(Name, Def)> = owners.iter().filter(near).collect();
        let chosen = if near.is_empty() { owners.iter().filter(far).collect() } else { near };
        self.one_type(chosen.into_iter(), Reason::OnlyVisible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_names_are_sorted_for_the_search() {
        assert!(COMMON_MEMBERS.is_sorted());
    }
}
