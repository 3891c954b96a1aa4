//! `richter graph`: every dependency edge of one commit, one JSON object a line, in the order of files. It is how the
//! graph's accuracy is measured against a compiler, and what other tools can load. Files are read whole first; edges are
//! written as they are found, so memory does not grow with their number.

use super::args::GraphArgs;
use super::{Exit, Failure, Outcome};
use crate::blast::{EdgeEnd, Graph, GraphEdge};
use crate::input::Repository;
use crate::limits;
use crate::syntax::Outlines;
use serde_json::{Value, json};
use std::io::{self, BufWriter, Write};

pub(super) fn run(args: GraphArgs) -> Result<Exit, Outcome> {
    let repository = Repository::open(&args.repo).map_err(Failure::from)?;
    let oid = repository.resolve(&args.rev).map_err(Failure::from)?;
    let tree = repository.snapshot(oid).map_err(|(_, why)| Failure(why))?;
    let graph = Graph::build(&tree, &Outlines::default(), limits::GRAPH_FILES_MAX, None);
    for gap in graph.gaps() {
        // nothing more can be done if standard error is gone
        let _ = writeln!(io::stderr(), "richter: note: {}", gap.why.terminal());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    graph.each_edge(|edge| {
        serde_json::to_writer(&mut out, &line(&edge))?;
        out.write_all(b"\n")
    })?;
    out.flush()?;
    Ok(Exit::Fine)
}

fn line(edge: &GraphEdge) -> Value {
    json!({
        "from": end(&edge.from), "to": end(&edge.to), "line": edge.line, "tier": edge.tier.as_str(), "why": edge.why,
    })
}

fn end(end: &EdgeEnd) -> Value {
    json!({ "path": end.path.to_text(), "line": end.line, "name": &*end.name, "kind": end.kind.as_str() })
}
