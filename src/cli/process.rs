//! Closes this process to others, before it reads the first secret.

use nix::{
    libc::MCL_ONFAULT,
    sys::{
        mman::{MlockAllFlags, mlockall},
        prctl::set_dumpable,
        resource::{RLIM_INFINITY, Resource, getrlimit, setrlimit},
    },
};

use super::output;

/// No core is ever written, and other processes of the same user cannot read its memory.
///
/// What the machine refuses is no reason not to run: it is left as it is.
pub fn close_to_others() {
    let has_no_core = getrlimit(Resource::RLIMIT_CORE) == Ok((0, 0));
    let limited = if has_no_core { Ok(()) } else { setrlimit(Resource::RLIMIT_CORE, 0, 0) };
    // Both are tried: a unit of systemd may forbid the first, having done it.
    if let Err(error) = set_dumpable(false).and(limited) {
        output::error_line(format_args!(
            "undersigned: the memory of this process cannot be closed to others: {error}"
        ));
    }
}

/// Lets the parent of a process under test read its memory: game G14.
pub fn open_to_tests() {
    if let Err(error) = set_dumpable(true) {
        output::error_line(format_args!("undersigned: the memory of this process stays closed: {error}"));
    }
}

/// Keeps all memory out of swap space, where this process may lock as much as it wants. Where a limit is set, memory that
/// is asked for later would be refused, so nothing is locked then.
pub fn keep_out_of_swap() {
    let unlimited = getrlimit(Resource::RLIMIT_MEMLOCK).is_ok_and(|(now, _)| now == RLIM_INFINITY);
    // Pages are locked when they are used first: stacks of threads are much larger than what is used of them.
    let flags =
        MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE | MlockAllFlags::from_bits_retain(MCL_ONFAULT);
    let locked = unlimited && mlockall(flags).is_ok();
    tracing::info!(locked, "memory locked: what is not may be written to swap space");
}

#[cfg(test)]
mod tests {
    use nix::sys::prctl::get_dumpable;

    use super::*;

    #[test]
    fn nobody_gets_a_core_of_this_process() {
        close_to_others();
        assert_eq!(getrlimit(Resource::RLIMIT_CORE).unwrap(), (0, 0));
        assert!(!get_dumpable().unwrap());
    }
}
