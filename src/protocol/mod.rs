//! The protocol: codes, blind signatures, tokens, leaves. Bytes in, bytes out.
//!
//! What a signature is made of is fixed here, in formats that a browser and a command-line client will share
//! (`docs/protocol.md` writes them out). Nothing in here knows a database, a request, a clock or a file, and no
//! parser panics on any bytes.
//!
//! In reading order:
//! - [`withdrawal_code`]: the signer's receipt, from which the key K comes; [`mail_code`] and [`ticket`]: what
//!   proves a mailbox; [`invitation_code`]: what proves an invitation
//! - [`blind_rsa`]: RFC 9474; [`token`]: RFC 9578 type 0x0002 on top of it
//! - [`issuing`]: the server's part; [`client`]: the signer's part, which for a public signature without script
//!   the server does in memory
//! - [`ballot`]: a finished token in a file, to be cast later
//! - [`extension`]: what is attached to a signature; [`sealing`]: a name that only a trustee can read;
//!   [`leaf`]: what the public log holds; [`origin`]: its name
//! - [`statement`]: what the holder of a code says, to prove that a signature is theirs
//!
//! What must never be here: a way from a withdrawal code back to the blinded request. The randomness that hides
//! a token is drawn fresh and forgotten.

pub mod ballot;
pub mod blind_rsa;
pub mod client;
pub mod crockford;
pub mod extension;
pub(crate) mod hash;
pub mod invitation_code;
pub mod issuing;
pub mod leaf;
pub mod mail_code;
pub mod origin;
#[cfg(test)]
mod own_vectors;
mod pasted;
pub mod sealing;
pub mod statement;
pub mod ticket;
pub mod token;
mod wire;
pub mod withdrawal_code;
pub mod work;
