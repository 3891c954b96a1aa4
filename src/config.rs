//! `.richter/config.toml`: level thresholds, zones, limits and accepted false alarms of a team. Always read from the
//! deciding commit, never from the change. Everything is optional; a mistake is an error with its place, because a
//! configuration that silently does nothing would be taken for protection.

use crate::data::DataError;
use std::sync::Arc;

/// Scores (0 to 100) at which a level begins; below `medium` is low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub medium: u8,
    pub high: u8,
    pub critical: u8,
}

/// A false alarm that the team accepts, in the open: listed in every report it touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accept {
    /// Rule id.
    pub rule: Arc<str>,
    /// Glob on the path.
    pub path: Arc<str>,
    pub reason: Arc<str>,
    /// Day (`2026-12-31`) after which it no longer holds, against the change's as-of time; seconds since 1970 of the
    /// end of that day.
    pub until: Option<i64>,
}

/// A team's configuration, or the defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    pub thresholds: Thresholds,
    pub accept: Vec<Accept>,
    /// `[[zone]]` tables, each as the text of a zone file, with the file name for errors.
    pub zones: Vec<(String, String)>,
    /// `[limits]`: commits that history looks back, files the graph indexes, distance it walks.
    pub history_commits: usize,
    pub graph_files: usize,
    pub graph_distance: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            thresholds: Thresholds { medium: 25, high: 45, critical: 65 },
            accept: Vec::new(),
            zones: Vec::new(),
            history_commits: crate::limits::HISTORY_COMMITS_MAX,
            graph_files: crate::limits::GRAPH_FILES_MAX,
            graph_distance: crate::limits::GRAPH_DISTANCE_MAX,
        }
    }
}

impl Config {
    /// Parses a configuration file. `file` is its name in errors.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let _ = (file, bytes);
        Ok(Self::default()) // BODY: to be written by the owner of this file
    }
}
