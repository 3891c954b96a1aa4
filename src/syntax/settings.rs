//! stub
use super::Setting;
use super::flat::Flat;
use super::language::Language;
use super::query::{Backend, Matches};

pub(super) fn settings(_: &Flat<'_>, _: &Backend, _: &Language, _: &Matches) -> Vec<Setting> {
    Vec::new()
}
