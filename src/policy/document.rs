//! The policy file as it is written: tables and keys of `richter.policy/1`, nothing else allowed. Words are still words
//! here, with their places; `load.rs` and `rule.rs` check and compile them.

use super::vocabulary::Word;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub schema: Word,
    pub scale: Option<Scale>,
    #[serde(default)]
    pub trust: Trust,
    #[serde(default)]
    pub floor: Floor,
    #[serde(default)]
    pub owners: OwnersTable,
    #[serde(default)]
    pub areas: BTreeMap<Spanned<String>, Vec<Word>>,
    #[serde(default)]
    pub rule: Vec<RuleTable>,
    #[serde(default)]
    pub exempt: Vec<ExemptTable>,
    #[serde(default)]
    pub freeze: Vec<FreezeTable>,
    #[serde(default)]
    pub step: BTreeMap<Spanned<String>, StepTable>,
    #[serde(rename = "override")]
    pub overrule: Option<OverrideTable>,
    #[serde(default)]
    pub test: Vec<TestTable>,
    #[serde(default)]
    pub invariant: Vec<InvariantTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scale {
    pub tiers: Option<Vec<Word>>,
    pub risk: Option<Spanned<Vec<String>>>,
    pub ai: Option<Spanned<Vec<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trust {
    pub unknown_person: Option<Word>,
    pub unknown_ai: Option<Word>,
    pub unknown_risk: Option<Word>,
    pub co_authors: Option<Word>,
    pub stale: Option<Word>,
    pub declared_none: Option<Word>,
    pub require_verified: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Floor {
    pub approvals: Option<Spanned<u32>>,
    pub human: Option<Spanned<bool>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnersTable {
    pub files: Option<Vec<Word>>,
    pub dialect: Option<Word>,
    pub required: Option<Word>,
    pub unowned: Option<Word>,
    pub default: Option<Word>,
    pub unresolved: Option<Word>,
    pub per_area: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTable {
    pub name: Word,
    pub why: Option<String>,
    pub when: WhenTable,
    pub require: RequireTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WhenTable {
    pub risk: Option<Word>,
    pub ai: Option<Word>,
    pub author_tier: Option<Word>,
    pub area: Option<Spanned<Vec<Word>>>,
    pub reached: Option<Spanned<Vec<Word>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequireTable {
    pub approvals: Option<Spanned<u32>>,
    pub min_tier: Option<Word>,
    #[serde(default)]
    pub slots: Vec<SlotTable>,
    pub owners: Option<Word>,
    #[serde(default)]
    pub steps: Vec<Word>,
    pub cooling_off: Option<Word>,
    pub pair: Option<bool>,
    #[serde(default)]
    pub notify: Vec<Word>,
    pub block: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotTable {
    pub count: Option<Spanned<u32>>,
    pub min_tier: Option<Word>,
    pub team: Option<Word>,
    pub area: Option<Word>,
    pub distinct: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExemptTable {
    pub name: Word,
    pub why: Option<String>,
    pub when: ExemptWhenTable,
    pub rules: Spanned<Vec<Word>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExemptWhenTable {
    pub risk: Option<Word>,
    pub ai: Option<Word>,
    pub author_tier: Option<Word>,
    pub only_paths: Option<Vec<Word>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FreezeTable {
    pub name: Word,
    pub why: Option<String>,
    pub from: Option<Word>,
    pub to: Option<Word>,
    pub days: Option<Spanned<Vec<Word>>>,
    pub utc_offset: Option<Word>,
    #[serde(default)]
    pub when: WhenTable,
    pub effect: Option<Word>,
    pub raise: Option<RequireTable>,
    pub except_label: Option<LabelTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelTable {
    pub name: String,
    pub by_team: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepTable {
    pub evidence: Spanned<EvidenceTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EvidenceTable {
    pub check: Option<String>,
    pub app: Option<String>,
    pub label: Option<String>,
    pub by_team: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideTable {
    pub by_team: Word,
    pub min_tier: Option<Word>,
    pub count: Option<Spanned<u32>>,
    pub reason: Option<Spanned<bool>>,
    pub ticket: Option<Word>,
    pub expires: Word,
    pub review_within: Option<Word>,
    #[serde(default)]
    pub never: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TestTable {
    pub name: Option<String>,
    pub given: GivenTable,
    pub expect: RequireTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenTable {
    pub risk: Option<Word>,
    pub ai: Option<Word>,
    pub author_tier: Option<Word>,
    #[serde(default)]
    pub area: Vec<Word>,
    #[serde(default)]
    pub reached: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InvariantTable {
    pub name: Word,
    pub why: Option<String>,
    #[serde(default)]
    pub when: WhenTable,
    pub expect: RequireTable,
}
