//! From a request to an `Input`.

use super::{Input, InputError, Request};

/// Reads a change and the trees around it.
pub fn read(request: &Request) -> Result<Input, InputError> {
    Err(InputError::BadRequest(format!("{request:?}")))
}
