//! The binary: everything is in the library's `cli`.

use std::process::ExitCode;

use undersigned::memory::{Allocator, WIPING};

#[global_allocator]
static ALLOCATOR: Allocator = WIPING;

fn main() -> ExitCode {
    undersigned::cli::main()
}
