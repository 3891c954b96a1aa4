//! The short tree of who is hit: files, from the changed one outward, with the names of what depends in each. Files on a
//! way are drawn once; the nearest come first. It is cut to a number of lines, and says how many more files there are.

use super::phrase::Phrase;
use crate::blast::{Dependent, Tier};
use crate::location::RepoPath;
use std::collections::BTreeMap;

/// Names that one line tells; the rest is counted.
const NAMES_MAX: usize = 4;

/// One line of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct Branch {
    /// Steps from the root, which has none.
    pub depth: usize,
    pub phrase: Phrase,
}

#[derive(Debug, Default)]
struct Node {
    names: Vec<(Tier, String)>,
    next: BTreeMap<RepoPath, Node>,
}

/// The tree of some dependents; `possible` ones and tests are left out.
pub(in crate::render) fn tree(dependents: &[Dependent], lines_max: usize) -> Vec<Branch> {
    let mut roots: BTreeMap<RepoPath, Node> = BTreeMap::new();
    for found in dependents.iter().filter(|found| found.tier != Tier::Possible && !found.test) {
        let Some((root, rest)) = found.way.split_first() else { continue };
        let mut node = roots.entry(root.clone()).or_default();
        for file in rest {
            node = node.next.entry(file.clone()).or_default();
        }
        node.names.push((found.tier, found.entity.to_string()));
    }
    let mut lines = Vec::new();
    let mut open: Vec<(usize, RepoPath, Node)> = roots.into_iter().rev().map(|(path, node)| (0, path, node)).collect();
    while let Some((depth, path, node)) = open.pop() {
        let arrow = if depth == 0 { "" } else { "<- " };
        let phrase = Phrase::new(arrow).path(&path, None).then(names(&node.names));
        lines.push(Branch { depth, phrase });
        open.extend(node.next.into_iter().rev().map(|(path, node)| (depth + 1, path, node)));
    }
    if lines.len() > lines_max {
        let rest = lines.len() + 1 - lines_max;
        lines.truncate(lines_max.saturating_sub(1));
        lines.push(Branch { depth: 1, phrase: Phrase::new(format!("{rest} more files")) });
    }
    lines
}

fn names(all: &[(Tier, String)]) -> Phrase {
    let told = all.iter().take(NAMES_MAX).map(|(_, name)| Phrase::default().name(name.clone()));
    let told = Phrase::join(told, ", ");
    let rest = all.len().saturating_sub(NAMES_MAX);
    let more = if rest > 0 { format!(", {rest} more") } else { String::new() };
    if told.is_empty() { told } else { Phrase::new("  ").then(told).say(more) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entity: &str, tier: Tier, way: &[&str]) -> Dependent {
        let way: Vec<RepoPath> = way.iter().map(|path| RepoPath::from(*path)).collect();
        Dependent {
            entity: entity.into(),
            path: way[way.len() - 1].clone(),
            line: 1,
            distance: way.len() as u32,
            tier,
            why: "".into(),
            test: false,
            way,
        }
    }

    fn drawn(dependents: &[Dependent], lines_max: usize) -> Vec<String> {
        let line = |branch: Branch| format!("{}{}", "  ".repeat(branch.depth), branch.phrase.markdown());
        tree(dependents, lines_max).into_iter().map(line).collect()
    }

    #[test]
    fn files_on_the_way_are_drawn_once_and_guesses_not_at_all() {
        let all = [
            found("total", Tier::Exact, &["money.py", "cart.py"]),
            found("tax", Tier::Likely, &["money.py", "cart.py"]),
            found("finish", Tier::Exact, &["money.py", "cart.py", "done.py"]),
            found("guess", Tier::Possible, &["money.py", "far.py"]),
        ];
        let expected = ["`money.py`", "  <- `cart.py`  `total`, `tax`", "    <- `done.py`  `finish`"];
        let plain: Vec<String> = drawn(&all, 10).iter().map(|line| line.replace("&lt;", "<")).collect();
        assert_eq!(plain, expected);
        assert_eq!(drawn(&all, 2).last().map(String::as_str), Some("  2 more files"));
    }
}
