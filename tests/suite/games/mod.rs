//! The attack games of the protocol. The attacker knows the staff list, copies everything, and tries to
//! tell who signed. Each game is played against the product and, where there is something to win, against a naive
//! build of the same thing, which must lose: a game that cannot be lost proves nothing.
//!
//! `SUITE_GAMES=full` plays them at full size, as `scripts/attack` does; the suite plays smaller ones.

mod canaries;
mod differencing;
mod erasure;
mod evidence;
mod forgery;
mod honest_set;
mod kills;
mod link;
mod linkers;
mod membership;
mod memory;
mod one_proof;
mod population;
mod table;
mod timing;
mod waiting;
