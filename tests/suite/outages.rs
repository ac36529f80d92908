//! The database is locked, has no connection left, or its disk is full: people hear "come back", and nothing is
//! half done.

use diesel::connection::SimpleConnection as _;
use undersigned::{
    actions::Error,
    db::{self, Db},
};

use crate::support::{Reply, TestApp};

fn assert_come_back(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert_eq!(reply.header("retry-after"), Some("5"));
    reply.says("Not available for a moment");
}

fn outbox_rows(app: &TestApp) -> u64 {
    app.ctx.store.read(db::outbox::count).expect("the database answers")
}

#[test]
fn while_the_database_is_locked_signing_is_put_off_and_then_works() {
    let app = TestApp::start();
    let petition = app.petition();
    let signer = app.client();
    let lock = app.database().lock();
    assert_come_back(&signer.ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example"));
    drop(lock);
    assert_eq!(outbox_rows(&app), 0);
    app.sign(&petition, "any-mail", "Ada Lovelace", "ada@home.example");
}

#[test]
fn without_a_free_connection_a_page_says_come_back() {
    let app = TestApp::builder().connections(1).start();
    let petition = app.petition();
    app.ctx
        .store
        .read(|_held: &mut Db| {
            let reply = app.client().get(&petition.path());
            assert_come_back(&reply);
            let ready = app.client().get("/readyz");
            assert_eq!(ready.status, 503);
            assert_eq!(app.client().get("/healthz").status, 200);
            Ok::<_, Error>(())
        })
        .expect("the database answers");
    app.client().get(&petition.path()).expect(200);
}

/// Lets the database grow by so many pages at most. `false` on PostgreSQL, which has no such switch.
fn limit_growth(app: &TestApp, pages: i64) -> bool {
    app.ctx
        .store
        .read(|db| {
            let Db::Sqlite(connection) = db else { return Ok::<_, Error>(false) };
            // Below its present size the limit becomes the present size.
            connection.batch_execute(&format!("PRAGMA max_page_count = {pages}")).expect("a pragma");
            Ok(true)
        })
        .expect("the database answers")
}

#[test]
fn on_a_full_disk_each_signing_is_either_whole_or_not_there() {
    let app = TestApp::builder().connections(1).start();
    let petition = app.petition();
    if !limit_growth(&app, 1) {
        // A full PostgreSQL cannot be arranged from here; its error is told apart by the same code.
        return;
    }
    let mut taken = 0;
    let refused = (0..200).find_map(|number| {
        let address = format!("signer-number-{number}@home.example");
        let reply = app.client().ask(&petition, "any-mail", "Ada Lovelace", &address);
        if reply.status == 200 {
            taken += 1;
            return None;
        }
        Some(reply)
    });
    assert_come_back(&refused.expect("the disk got full"));
    assert_eq!(outbox_rows(&app), taken, "each that was taken has its mail, the one refused has none");
    app.client().get(&petition.path()).expect(200);
    limit_growth(&app, 1_000_000);
    app.deliver_mail();
    app.sign(&petition, "any-mail", "Grace Hopper", "grace@home.example");
}
