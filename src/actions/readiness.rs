//! Whether this process can work: tried, not guessed.

use super::{Ctx, Error};

/// Writes a row that says nothing, reads a key that lasts, makes and removes a file beside those that do not.
///
/// # Errors
/// What does not work.
pub fn check(ctx: &Ctx) -> Result<(), Error> {
    ctx.store.check()?;
    Ok(ctx.keys.check(ctx.entropy.as_ref())?)
}
