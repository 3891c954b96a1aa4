//! The one integration test binary: scenarios as data, laws, differential tests against git, and the checks that keep
//! the house in order. Each file opens with what it is for.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod cache;
mod cases;
mod cli;
mod corpus;
mod experts;
mod grammars;
mod input;
mod laws;
mod likelihood;
mod policy;
mod policy_commands;
mod provenance;
mod repository;
mod rules;
mod spark;
mod schema;
mod threats;
mod threats_host;
mod tidy;
mod verdicts;
mod weekly;
