//! What is left in the memory of the process: of somebody who was answered, nothing.
//!
//! Secrets of our own are zeroed by their types (`zeroize`). This is about all else that a request passes through:
//! buffers of the HTTP server and of the mail client, strings, JSON, pages. None of them is zeroed by its library,
//! and the next thief of a core, a swap file or a suspended machine reads addresses, codes and ballots in them hours
//! later. Game G14 (`tests/suite/games/memory.rs`) looks for them. What remains stands in docs/threat-model.md, "the
//! running process".

use std::{alloc::System, hint::black_box};

use zeroizing_alloc::ZeroAlloc;

/// The allocator of the program: overwrites all that is freed.
pub type Allocator = ZeroAlloc<System>;

/// The one instance of it.
pub const WIPING: Allocator = ZeroAlloc(System);

/// More than any request uses, less than what a thread has.
const STACK_BYTES: usize = 256 * 1024;

/// Overwrites the part of this thread's stack that finished calls have used. Called after work for people.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "this is about the stack")]
pub fn wipe_stack() {
    let mut room = [0_u8; STACK_BYTES];
    black_box(&mut room);
}
