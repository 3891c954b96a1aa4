//! The registry of agents.

/// All agents, compiled for matching.
#[derive(Debug)]
pub struct Agents {}

impl Agents {
    /// The compiled-in registry; made once.
    pub fn get() -> &'static Self {
        static AGENTS: Agents = Agents {};
        &AGENTS
    }
}
