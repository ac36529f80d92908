//! Signing without a browser: what happens on the signer's own machine, against a server that is not believed.
//!
//! Knows an address, a code, a withdrawal code and a name for as long as they are needed, in memory. Must never
//! keep any of them in a file by itself, send one of them where it does not belong, tell the server which entry of a
//! log is the signer's, or say that something is done before a signature of the log has proved it.
//!
//! In reading order:
//! - [`address`]: where a petition lies; [`connection`]: one way to its server, and the next one shares nothing with it
//! - [`server`]: asking, with retries; [`failure`]: what can come of it
//! - [`log`]: the key check: does everyone get the same petition and the same keys?
//! - [`sign`]: from a proof to a finished token; [`cast`]: spending it; [`withdraw`]: taking it back; [`receipt`]:
//!   finding it in the log, and what others say of theirs; [`receipt_file`]: what one keeps; [`audit`]: checking all of
//!   it; [`reread`]: what an audit looks at again; [`witnessed`]: what its witnesses say; [`mirror`]: copying it;
//!   `shown`: names and numbers beside the log; `bounds`: how much a server may send
//! - [`witness`]: between logs and their witnesses, who are no signers

pub mod address;
pub mod audit;
mod bounds;
pub mod cast;
pub mod connection;
pub mod failure;
pub mod log;
pub mod mirror;
pub mod receipt;
pub mod receipt_file;
pub mod reread;
pub mod server;
mod shown;
pub mod sign;
pub mod source;
pub mod withdraw;
pub mod witness;
pub mod witnessed;
