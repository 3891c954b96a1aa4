//! `richter impact PATH[:ENTITY]`: who would be hit if a thing changed. The entity is a name (`total`, `Cart.total`) or a
//! line; without one the whole file is meant.

use super::args::ImpactArgs;
use super::terminal::layout;
use super::{Exit, Failure, Outcome};
use crate::assess::{Deciding, Options, Session};
use crate::blast::{Graphs, NoImpact, Wanted, World};
use crate::input::{ChangeSet, Repository, Snapshot};
use crate::location::RepoPath;
use crate::render;
use crate::syntax::Outlines;
use crate::text::visible;
use std::io::{self, BufWriter, Write};

pub(super) fn run(args: ImpactArgs) -> Result<Exit, Outcome> {
    let repository = Repository::open(&args.repo).map_err(Failure::from)?;
    let oid = repository.resolve(&args.rev).map_err(Failure::from)?;
    let tree = repository.snapshot(oid).map_err(|(_, why)| Failure(why))?;
    let session = Session::default();
    let deciding =
        Deciding::read(&tree, Some(oid.to_string()), &Options::default(), &session).map_err(Failure::from)?;
    let (path, wanted) = target(&tree, &args.target);
    let change = ChangeSet::default();
    let outlines = Outlines::default();
    let world = World {
        change: &change,
        base: &tree,
        head: &tree,
        outlines: &outlines,
        zones: &deciding.zones,
        config: &deciding.config,
        graph: true,
    };
    let impact = Graphs::default().impact(&world, &path, &wanted);
    let impact = impact.map_err(|why| Failure(message(&args.target, &args.rev, &why)))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let as_json = args.format == super::args::ListFormat::Json;
    render::write_impact(&impact, &deciding.zones, &oid.to_string(), as_json, layout(args.color, false), &mut out)?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// A path that is there is meant as it stands; else what follows the last colon is a name or a line.
fn target(tree: &Snapshot, text: &str) -> (RepoPath, Wanted) {
    let whole = RepoPath::from(text);
    let Some((path, entity)) = text.rsplit_once(':').filter(|_| tree.entry(&whole).is_none()) else {
        return (whole, Wanted::File);
    };
    let wanted = match entity.parse() {
        Ok(line) => Wanted::Line(line),
        Err(_) => Wanted::Named(entity.replace("::", ".")),
    };
    (RepoPath::from(path.trim_end_matches(':')), wanted)
}

fn message(target: &str, rev: &str, why: &NoImpact) -> String {
    let (target, rev) = (visible(target), visible(rev));
    match why {
        NoImpact::NoFile(alike) if alike.is_empty() => {
            format!("{target} is no source file at {rev}; write PATH or PATH:ENTITY, from the top of the repository")
        }
        NoImpact::NoFile(alike) => {
            let alike: Vec<_> = alike.iter().map(|path| visible(path)).collect();
            format!("{target} is no source file at {rev}; there is {}", alike.join(", "))
        }
        NoImpact::NoEntity(names) => {
            let told: Vec<_> = names.iter().take(20).map(|name| visible(name)).collect();
            let more = if names.len() > told.len() { ", ..." } else { "" };
            format!("{target} names nothing at {rev}; the file defines {}{more}", told.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_path_a_name_or_a_line() {
        let tree = Snapshot::in_memory([("a/b.py", ""), ("odd:name.py", "")]);
        let read = |text: &str| {
            let (path, wanted) = target(&tree, text);
            (path.to_text(), wanted)
        };
        assert_eq!(read("a/b.py"), ("a/b.py".to_owned(), Wanted::File));
        assert_eq!(read("a/b.py:Cart.total"), ("a/b.py".to_owned(), Wanted::Named("Cart.total".to_owned())));
        assert_eq!(read("a/b.py:12"), ("a/b.py".to_owned(), Wanted::Line(12)));
        assert_eq!(read("odd:name.py"), ("odd:name.py".to_owned(), Wanted::File));
    }
}
