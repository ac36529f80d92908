//! Which statements the store executes, in order, without the values: two people must not differ in them.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static EXECUTED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn executed() -> std::sync::MutexGuard<'static, Vec<String>> {
    EXECUTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Notes every statement of every connection made from now on in this process. Each test runs in a process of its
/// own: call it before the instance starts.
pub fn record() {
    let instrumentation: fn() -> Option<Box<dyn Instrumentation>> = || Some(Box::new(note));
    set_default_instrumentation(instrumentation).expect("it can be set");
}

/// Forgets what was noted so far, and gives it.
pub fn take() -> Vec<String> {
    std::mem::take(&mut *executed())
}

#[expect(clippy::needless_pass_by_value, reason = "diesel's trait hands it over")]
fn note(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event {
        let text = query.to_string();
        // What follows are the values.
        let statement = text.split(" -- binds:").next().unwrap_or_default();
        executed().push(String::from(statement));
    }
}
