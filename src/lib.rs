//! richter reads a change before it ships and says how hard it could hit, why, and who has to look at it.
//!
//! The data flows one way, through stages that are folders here and that stand below in the order in which
//! they may import each other (a module imports only what is declared above it; `tests/it/tidy.rs` checks it):
//!
//! ```text
//! input ─► syntax ─► facts ─► { blast | history | provenance } ─► rules ─► score ─► policy ─► report ─► render
//!  range,   both      what      who depends on it                 signals   level    who must            text,
//!  patch,   sides     changed   what happened here                          + why    approve             json,
//!  staged   parsed              who or what wrote it                                                     markdown
//! ```
//!
//! Each stage's `mod.rs` holds the types it hands on and its one entry verb. `assess.rs` composes them.
//! Only `input`, `cache`, `cli` and the binary touch disk, environment or processes; everything
//! between maps values to values, cannot fail and reports what it could not see as a `Gap`.

pub mod text;
pub mod needles;
pub mod expression;
pub mod limits;
pub mod location;
pub mod gap;
pub mod embedded;
pub mod cache;
pub mod data;
pub mod roles;
pub mod zones;
pub mod config;
pub mod input;
pub mod syntax;
pub mod facts;
pub mod blast;
pub mod history;
pub mod provenance;
pub mod rules;
pub mod score;
pub mod policy;
pub mod report;
pub mod render;
pub mod assess;
pub mod weekly;
pub mod corpus;
pub mod cli;
