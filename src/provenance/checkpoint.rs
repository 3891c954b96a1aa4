//! Checkpoints of Entire: a commit's trailer names them, and their metadata, on a branch of its own, says how many of the
//! committed lines were an agent's. The trailer alone says that a session touched the commit; the share says how much.

use super::Involvement;
use super::agents::{AgentIndex, Agents};
use super::lines::share_means;
use crate::input::Attestations;
use crate::limits;
use serde::Deserialize;

/// Trailers of Entire begin with this; the one that names a checkpoint.
pub(super) const TRAILERS: &str = "entire-";
pub(super) const TRAILER: &str = "entire-checkpoint";

/// What the checkpoints of a commit say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub agent_lines: u64,
    pub lines: u64,
    pub agents: Vec<AgentIndex>,
}

impl Share {
    pub fn involvement(&self) -> Involvement {
        share_means(self.agent_lines, self.lines)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    agent: Option<String>,
    initial_attribution: Option<Attribution>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribution {
    agent_lines: u64,
    total_committed: u64,
}

/// The share that the checkpoints of a commit attest; none if any of them is not here or says nothing.
pub(super) fn share(ids: &[String], beside: &dyn Attestations, agents: &Agents) -> Option<Share> {
    let mut all = Share { agent_lines: 0, lines: 0, agents: Vec::new() };
    for id in ids.iter().take(limits::CHECKPOINTS_MAX) {
        let sessions = beside.checkpoint(id);
        let read = sessions.iter().filter_map(|bytes| serde_json::from_slice::<Metadata>(bytes).ok());
        let mut known = false;
        for session in read {
            let Some(found) = session.initial_attribution.filter(|found| found.total_committed > 0) else { continue };
            known = true;
            // sessions of one commit count its lines each, and their own
            all.lines = all.lines.max(found.total_committed);
            all.agent_lines = all.agent_lines.saturating_add(found.agent_lines);
            all.agents.extend(session.agent.as_deref().and_then(|name| agents.by_display_name(name)));
        }
        if !known {
            return None;
        }
    }
    all.agent_lines = all.agent_lines.min(all.lines);
    all.agents.sort_unstable();
    all.agents.dedup();
    (all.lines > 0).then_some(all)
}
