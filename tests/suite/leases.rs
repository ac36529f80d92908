//! Only one process does the jobs, and another takes its place when it is not heard of any more: soon, and whatever a
//! clock says. On SQLite nobody else can be at work, so nothing is waited for.

use std::sync::Arc;

use undersigned::{
    actions::Ctx,
    clock::ManualClock,
    jobs::{self, Node},
};

use crate::{
    crashes::arranged,
    support::{Node as Process, TestApp},
};

/// Another process on the same database, with a clock of its own.
fn another(app: &TestApp) -> (Ctx, Arc<ManualClock>, Node) {
    let clock = Arc::new(ManualClock::at(app.ctx.now()));
    let ctx = Ctx { clock: clock.clone(), leases: Arc::default(), ..app.ctx.clone() };
    let node = Node::new(&ctx);
    (ctx, clock, node)
}

fn does_the_jobs(ctx: &Ctx, node: &Node) -> bool {
    // The scrub of tonight was done.
    jobs::round(ctx, node, &mut Some(ctx.now().day())).expect("the jobs run").is_some()
}

#[test]
fn a_process_that_is_not_heard_of_is_replaced_after_twelve_seconds_whatever_its_clock_said() {
    let app = TestApp::start();
    for wrong_by in [0, 3_600, -3_600] {
        let (first, its_clock, node) = another(&app);
        its_clock.set_by_secs(wrong_by);
        app.database().run("DELETE FROM lease");
        assert!(does_the_jobs(&first, &node));
        assert_eq!(jobs::deliver_mail::due(&first, &node, 8).expect("the database answers").len(), 0);

        let (second, clock, other) = another(&app);
        assert!(!does_the_jobs(&second, &other), "somebody does them");
        clock.advance_secs(11);
        assert!(!does_the_jobs(&second, &other), "perhaps it is only slow");
        clock.advance_secs(1);
        assert!(does_the_jobs(&second, &other), "it is gone");
        // Should it come back, it hears so.
        assert!(!does_the_jobs(&first, &node));
    }
    assert!(
        TestApp::log().contains("this process does it from now on; no other was heard of"),
        "it is logged"
    );
}

#[test]
fn a_process_that_is_heard_of_keeps_its_jobs_however_long_they_take() {
    let app = TestApp::start();
    let (first, _, node) = another(&app);
    let (second, clock, other) = another(&app);
    assert!(jobs::heartbeat(&first, &node).expect("the database answers"), "new to it");
    for _ in 0..20 {
        assert!(!jobs::heartbeat(&second, &other).expect("the database answers"));
        clock.advance_secs(11);
        // A round may be under way all the time: it is the heartbeat that says so.
        assert!(!jobs::heartbeat(&first, &node).expect("the database answers"), "not new");
    }
    assert!(does_the_jobs(&first, &node) && !does_the_jobs(&second, &other));
    jobs::leave(&first, &node).expect("it leaves in order");
    assert!(does_the_jobs(&second, &other), "at once");
}

#[test]
fn a_clock_that_is_set_while_a_process_watches_takes_no_job_from_the_other() {
    let app = TestApp::start();
    let (first, _, node) = another(&app);
    let (second, clock, other) = another(&app);
    assert!(does_the_jobs(&first, &node) && !does_the_jobs(&second, &other));
    clock.set_by_secs(3_600);
    assert!(!does_the_jobs(&second, &other));
}

#[test]
fn after_a_kill_the_first_code_still_goes_out_and_the_jobs_go_on() {
    let (app, petition) = arranged();
    let first = Process::start(&app, None);
    first.get("/readyz").expect("an answer").expect(200);
    first.kill_now();
    drop(first);
    // It waits as long as it takes: nothing on SQLite, some seconds on PostgreSQL.
    let second = Process::start_after_a_kill(&app);
    let fields = [
        ("visibility", "public"),
        ("proof", "work-mail"),
        ("name", "Robin Okafor"),
        ("title", ""),
        ("address", "robin.okafor@initech.example"),
    ];
    second.post(&petition.signatures(), &fields, None).expect("an answer").expect(200);
    assert_eq!(second.mails(1).len(), 1);
}
