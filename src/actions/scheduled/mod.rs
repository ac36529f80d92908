//! What the jobs run: publish batches, ask witnesses, open sealed names. Nobody's request waits for these.

pub mod batches;
pub mod sealed_names;
pub mod witnessing;
