//! The database server does not refuse: it falls silent. Its processes are stopped, or packets go somewhere and nothing
//! comes back. Nobody waits for it without end, and all goes on as soon as it answers again.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use undersigned::{
    actions::outbox,
    db::{Bounds, DatabaseUrl, Store},
    jobs::{self, Node},
};

use crate::support::{self, Cluster, Petition, Reply, Silence, TestApp};

/// So short that the test does not last; still long enough for a server that answers.
const SHORT: Bounds = Bounds {
    connection: Duration::from_secs(2),
    answer: Duration::from_millis(500),
    probe: Duration::from_millis(500),
    last: Duration::from_secs(35),
};

/// SQLite has no server that could fall silent.
fn has_server() -> bool {
    support::database::postgres_server().is_some()
}

fn assert_come_back(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.body);
    reply.says("Not available for a moment");
}

/// Asks again until the answer is as it should be: on a busy machine the first new connection may take its time.
fn until_it_works(app: &TestApp, petition: &Petition) {
    while app.client().get(&petition.path()).status != 200 {}
}

/// All places of the pool are given up in turn, and all come back.
fn assert_everything_waits_and_goes_on(app: &TestApp, silence: impl Fn(), speech: impl Fn()) {
    let petition = app.petition();
    let node = Node::new(&app.ctx);
    app.client().get(&petition.path()).expect(200);
    for _ in 0..2 {
        silence();
        for _ in 0..2 {
            assert_come_back(&app.client().get(&petition.path()));
        }
        assert_come_back(&app.client().ask(&petition, "any-mail", "Ada Lovelace", "ada@home.example"));
        assert!(jobs::round(&app.ctx, &node, &mut None).is_err());
        assert!(outbox::due(&app.ctx, 8).is_err());
        speech();
        until_it_works(app, &petition);
        jobs::round(&app.ctx, &node, &mut Some(app.ctx.now().day())).expect("the jobs go on");
        assert_eq!(outbox::due(&app.ctx, 8).expect("mail goes on").len(), 0);
    }
    app.sign(&petition, "any-mail", "Grace Hopper", "grace@home.example");
    let log = TestApp::log();
    assert!(log.contains("the database server is silent; its connections are given up"), "it is logged");
}

#[test]
fn while_the_database_servers_processes_are_stopped_people_are_told_to_come_back_and_then_all_goes_on() {
    if !has_server() {
        return;
    }
    let cluster = Cluster::start();
    let app = TestApp::builder().on(cluster.url()).connections(2).bounds(SHORT).start();
    assert_everything_waits_and_goes_on(&app, || cluster.freeze(), || cluster.thaw());
}

#[test]
fn where_every_packet_is_taken_and_nothing_comes_back_people_are_told_so_and_then_all_goes_on() {
    let Some(server) = support::database::postgres_server() else { return };
    let address = server.split_once('@').and_then(|(_, rest)| rest.split('/').next());
    let silence = Silence::before(address.and_then(|host| host.parse().ok()).expect("an address"));
    let app = TestApp::builder().through(silence.address()).connections(2).bounds(SHORT).start();
    assert_everything_waits_and_goes_on(&app, || silence.fall_silent(), || silence.speak());
}

#[test]
fn a_statement_that_takes_its_time_is_not_broken_off_while_the_server_answers() {
    if !has_server() {
        return;
    }
    let bounds = Bounds { answer: Duration::from_millis(20), probe: Duration::from_secs(5), ..SHORT };
    let app = TestApp::builder().bounds(bounds).start();
    let slept = app.ctx.store.read(|db| {
        let undersigned::db::Db::Postgres(connection) = db else { unreachable!("it has a server") };
        diesel::connection::SimpleConnection::batch_execute(connection, "SELECT pg_sleep(1)")
            .expect("it ends");
        Ok::<_, undersigned::db::Error>(true)
    });
    assert!(slept.expect("the database answers"));
    assert!(!TestApp::log().contains("the database server is silent"));
}

/// A store that tries `first`, and then the server of this run.
fn with_another_host_first(server: &str, first: SocketAddr) -> Store {
    let (before, rest) = server.split_once('@').expect("a user");
    let glue = if rest.contains('?') { '&' } else { '?' };
    let url = format!("{before}@{first},{rest}{glue}target_session_attrs=read-write");
    Store::open_with(DatabaseUrl::parse(&url).expect("a URL"), 1, SHORT)
}

#[test]
fn of_several_hosts_the_next_is_used_where_one_is_gone_or_silent() {
    let Some(server) = support::database::postgres_server() else { return };
    let gone = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    // Taken by the kernel, and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    for first in [gone, silent.local_addr().expect("an address")] {
        let store = with_another_host_first(&server, first);
        // The first may be waited for longer than anybody waits for a page: whoever asks again is served.
        while store.read(|_| Ok::<_, undersigned::db::Error>(())).is_err() {}
    }
}
