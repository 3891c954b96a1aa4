//! `richter policy test`, `table`, `prove`, `diff` and `lint`: a policy examined before it decides about people's work.
//! Each ends with 0 if all is well and with 1 if something was found.

use super::{AnswerFormat, DiffArgs, ExamineArgs, file, policy_of};
use crate::assess::{Deciding, Options, Session};
use crate::cli::requests::policy_file;
use crate::cli::{Exit, Failure, Outcome};
use crate::input::{Repository, Snapshot};
use crate::policy::{Comparison, Finding, People, Policy, Proof};
use crate::zones::Zones;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::path::Path;

/// The policy and people that an argument list means.
fn loaded(args: &ExamineArgs) -> Result<(Policy, Option<People>), Failure> {
    let options = Options {
        policy: args.policy.as_deref().map(policy_file).transpose()?,
        people: args.people.as_deref().map(file).transpose()?,
        ..Options::default()
    };
    let repository = match &args.repo {
        Some(named) => Some(Repository::open(named)?),
        None => Repository::open(Path::new(".")).ok(),
    };
    let head = repository.and_then(|repository| {
        let oid = repository.head()?;
        Some((oid.to_string(), repository.snapshot(oid).ok()?))
    });
    let (oid, tree) = head.map_or_else(|| (None, Snapshot::default()), |(oid, tree)| (Some(oid), tree));
    let deciding = Deciding::read(&tree, oid, &options, &Session::default())?;
    Ok((deciding.policy, deciding.people))
}

fn json_out(value: &Value) -> Result<(), Outcome> {
    crate::render::document(value, false, &mut io::stdout().lock())?;
    Ok(())
}

fn exit(fine: bool) -> Exit {
    if fine { Exit::Fine } else { Exit::AtOrAbove }
}

pub(super) fn test(args: &ExamineArgs) -> Result<Exit, Outcome> {
    let (policy, _) = loaded(args)?;
    let results = policy.run_tests();
    let failed = results.iter().filter(|(_, missing)| !missing.is_empty()).count();
    match args.format {
        AnswerFormat::Json => {
            let list = results.iter().map(|(name, missing)| json!({ "name": name, "missing": missing }));
            json_out(
                &json!({ "schema": "richter.policy-test/1", "tests": list.collect::<Vec<_>>(), "failed": failed }),
            )?;
        }
        AnswerFormat::Text => {
            let mut out = io::stdout().lock();
            for (name, missing) in &results {
                let name = crate::text::visible(name);
                match missing.is_empty() {
                    true => writeln!(out, "ok      {name}")?,
                    false => writeln!(out, "FAILED  {name}: not asked for: {}", missing.join(", "))?,
                }
            }
            writeln!(out, "{}: {} tests, {failed} failed", source(&policy), results.len())?;
        }
    }
    Ok(exit(failed == 0))
}

pub(super) fn table(args: &ExamineArgs) -> Result<Exit, Outcome> {
    let (policy, _) = loaded(args)?;
    let table = policy.table();
    match args.format {
        AnswerFormat::Json => {
            let row = |row: &crate::policy::TableRow| {
                json!({ "area": row.area, "author": row.author, "ai": row.ai, "low": row.marks[0],
                        "medium": row.marks[1], "high": row.marks[2], "critical": row.marks[3] })
            };
            let requirements: serde_json::Map<String, Value> =
                table.requirements.iter().map(|(mark, shape)| (mark.clone(), json!(shape))).collect();
            json_out(&json!({ "schema": "richter.policy-table/1", "cells": table.cells,
                              "rows": table.rows.iter().map(row).collect::<Vec<_>>(), "requirements": requirements }))?;
        }
        AnswerFormat::Text => {
            let mut out = io::stdout().lock();
            writeln!(out, "{}\n", source(&policy))?;
            out.write_all(table.text().as_bytes())?;
        }
    }
    Ok(Exit::Fine)
}

pub(super) fn prove(args: &ExamineArgs) -> Result<Exit, Outcome> {
    let (policy, _) = loaded(args)?;
    let proofs = policy.prove();
    let open = proofs.all.iter().filter(|proof| proof.holes > 0).count();
    match args.format {
        AnswerFormat::Json => {
            let proof = |proof: &Proof| {
                json!({ "name": proof.name, "says": proof.says, "cells": proof.cells, "holes": proof.holes,
                        "counterexamples": proof.counterexamples, "lacking": proof.lacking })
            };
            json_out(&json!({ "schema": "richter.policy-proof/1", "cells": proofs.cells,
                              "requirements": proofs.requirements, "whole": !proofs.cut,
                              "invariants": proofs.all.iter().map(proof).collect::<Vec<_>>() }))?;
        }
        AnswerFormat::Text => {
            let mut out = io::stdout().lock();
            let cells = format!("{} situations, {} different requirements", proofs.cells, proofs.requirements);
            writeln!(out, "{}: {cells}", source(&policy))?;
            if proofs.cut {
                writeln!(out, "note: too many areas for every combination; none, each alone and all were looked at")?;
            }
            for proof in &proofs.all {
                told(proof, &mut out)?;
            }
            let number = proofs.all.len();
            writeln!(out, "\n{number} invariants, {open} with counterexamples")?;
        }
    }
    Ok(exit(open == 0))
}

fn told(proof: &Proof, out: &mut dyn Write) -> io::Result<()> {
    let says = crate::text::visible(&proof.says);
    if proof.holes == 0 {
        return writeln!(out, "\nholds   {}: {says}", proof.name);
    }
    writeln!(out, "\nHOLE    {}: {says}", proof.name)?;
    writeln!(out, "        not so in {} of {} situations:", proof.holes, proof.cells)?;
    for line in &proof.counterexamples {
        writeln!(out, "          {line}")?;
    }
    let lacking: Vec<&str> = proof.lacking.iter().map(String::as_str).collect();
    writeln!(out, "        not asked for there: {}", lacking.join("; "))
}

pub(super) fn diff(args: &DiffArgs) -> Result<Exit, Outcome> {
    let zones = Zones::load(&[]).map_err(Failure::from)?;
    let load = |path: &Path| -> Result<Policy, Failure> { Ok(policy_of(Some(policy_file(path)?), &zones)?) };
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let found = old.compare(&new).map_err(Failure)?;
    match args.format {
        AnswerFormat::Json => {
            let list = |list: &[(String, Vec<String>)]| {
                list.iter().map(|(what, cells)| json!({ "what": what, "where": cells })).collect::<Vec<_>>()
            };
            json_out(&json!({ "schema": "richter.policy-diff/1", "cells": found.cells, "looser": found.looser,
                              "stricter": found.stricter, "no_longer": list(&found.no_longer),
                              "newly": list(&found.newly), "others": found.others, "whole": !found.cut }))?;
        }
        AnswerFormat::Text => difference(&found, &mut io::stdout().lock())?,
    }
    Ok(exit(found.looser == 0))
}

fn difference(found: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} situations: looser in {}, stricter in {}", found.cells, found.looser, found.stricter)?;
    for (title, list) in
        [("LOOSER: no longer asked for", &found.no_longer), ("stricter: newly asked for", &found.newly)]
    {
        if !list.is_empty() {
            writeln!(out, "\n{title}")?;
        }
        for (what, cells) in list {
            writeln!(out, "  {what}")?;
            for cell in cells {
                writeln!(out, "    {cell}")?;
            }
        }
    }
    if !found.others.is_empty() {
        writeln!(out, "\nalso")?;
    }
    found.others.iter().try_for_each(|other| writeln!(out, "  {other}"))
}

pub(super) fn lint(args: &ExamineArgs) -> Result<Exit, Outcome> {
    let (policy, people) = loaded(args)?;
    let found = policy.lint(people.as_ref());
    match args.format {
        AnswerFormat::Json => {
            let finding = |one: &Finding| json!({ "line": one.line, "kind": one.kind, "message": one.message });
            json_out(
                &json!({ "schema": "richter.policy-lint/1", "findings": found.iter().map(finding).collect::<Vec<_>>() }),
            )?;
        }
        AnswerFormat::Text => {
            let mut out = io::stdout().lock();
            for one in &found {
                let line = if one.line == 0 { String::new() } else { format!(":{}", one.line) };
                writeln!(out, "{}{line}: {}: {}", source(&policy), one.kind, one.message)?;
            }
            let people =
                if people.is_some() { "" } else { "; without a people file, whether they can be met was not asked" };
            writeln!(out, "{} findings{people}", found.len())?;
        }
    }
    Ok(exit(found.is_empty()))
}

fn source(policy: &Policy) -> String {
    crate::text::visible(policy.source.as_str()).into_owned()
}
