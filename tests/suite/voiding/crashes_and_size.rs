//! Voids when the server dies in the middle, and of a whole large crowd.

use undersigned::clock::Clock as _;
use undersigned::protocol::leaf::{Leaf, Notice};
use undersigned::{actions::petitions::How, clock::SystemClock, faults::CrashPoint};

use super::{
    MADE, any_form, audited, count, numbers, pages, place_of, reversal, strike, take_back, voids_in, voids_of,
};
use crate::support::{Node, Petition, Reader, Reply, TestApp, grow, id_of};

#[test]
fn killed_before_or_after_it_is_kept_a_void_is_done_whole_or_not_at_all_and_once() {
    for (point, is_kept) in [(CrashPoint::VoidBeforeCommit, false), (CrashPoint::VoidAfterCommit, true)] {
        let app = TestApp::builder().leaves_mail().start();
        let now = SystemClock.now();
        app.clock.advance_secs(now.secs() - app.ctx.now().secs());
        let owner = app.organizer("Heron");
        let petition = app.petition_of(&owner, How::Open, |draft| {
            draft.closes = now.plus_days(60).day().to_string();
        });
        app.sign(&petition, "work-mail", "Kim Abara", "kim.abara@initech.example");
        app.sign(&petition, "work-mail", "Sasha Lind", "sasha.lind@initech.example");
        let admin = app.admin().browser;
        let cookie = format!("session={}", admin.cookies()["session"]);
        let kim = [place_of(&app, &petition, "Kim Abara").to_string()];
        let fields = |page: &Reply| {
            let token = admin.get(&any_form(&petition)).hidden("form_token").expect("a token");
            vec![("form_token", token), ("counted", page.hidden("counted").expect("a button"))]
        };
        let counted = count(&admin, &petition, "names", &kim, "false-name").expect(200);
        let mut all = fields(&counted);
        all.extend(
            [("by", "names"), ("reason", "false-name"), ("chosen", kim[0].as_str())]
                .map(|(name, value)| (name, String::from(value))),
        );
        let sent: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut node = Node::start(&app, Some(point));
        assert!(node.post(&pages(&petition), &sent, Some(&cookie)).is_none(), "{point}");
        node.died();
        assert_eq!(numbers(&app, &petition)[0], Some(if is_kept { 1 } else { 2 }), "{point}");
        audited(&app, &petition);
        // The same again, by another node.
        let second = Node::start(&app, None);
        let answer = second.post(&pages(&petition), &sent, Some(&cookie)).expect("an answer");
        assert_eq!(answer.status, if is_kept { 409 } else { 303 }, "{point}");
        assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(1), (1, 0)), "{point}");
        drop(second);
        // And the way back.
        let back = reversal(&petition, voids_of(&app, &petition)[0]);
        let all = fields(&admin.get(&back).expect(200));
        let sent: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut node = Node::start(&app, Some(point));
        assert!(node.post(&back, &sent, Some(&cookie)).is_none(), "{point}");
        node.died();
        assert_eq!(numbers(&app, &petition)[0], Some(if is_kept { 2 } else { 1 }), "{point}");
        let second = Node::start(&app, None);
        let answer = second.post(&back, &sent, Some(&cookie)).expect("an answer");
        assert_eq!(answer.status, if is_kept { 409 } else { 303 }, "{point}");
        assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(2), (1, 1)), "{point}");
        audited(&app, &petition);
    }
}

/// A crowd of so many, put where they would stand: their leaves are no casts, which only an audit would see.
fn crowd_of(app: &TestApp, petition: &Petition, size: u64) -> u64 {
    let id = id_of(app, petition);
    let first = Reader::of(app, petition).checkpoint().size;
    grow(app, petition, first + size);
    let nonce = |number: u64| app.database().blob(&[&number.to_be_bytes()[..], &[7; 24]].concat());
    let rows: Vec<String> = (first..first + size)
        .map(|place| format!("({}, '{id}', {place}, 0, FALSE, TRUE)", nonce(place)))
        .collect();
    for part in rows.chunks(1_000) {
        let columns = "nonce, petition_id, idx, crowd, retracted, batched";
        app.database().run(&format!("INSERT INTO published_cast ({columns}) VALUES {}", part.join(", ")));
    }
    app.database().run(&format!(
        "UPDATE published_number SET number = number + {size}, as_of_day = 20000 WHERE petition_id = '{id}' AND crowd = 0; \
         INSERT INTO published_batch (petition_id, first_idx, casts) VALUES ('{id}', {first}, {size})"
    ));
    first
}

#[test]
fn a_crowd_of_twenty_thousand_is_taken_off_and_comes_back() {
    let app = TestApp::start();
    let petition = app.petition();
    let first = crowd_of(&app, &petition, 20_000);
    assert_eq!(numbers(&app, &petition)[0], Some(20_000));
    let admin = app.admin().browser;
    strike(&admin, &petition, "crowd", &[String::from("0")], MADE);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(0), (20_000, 0)));
    let Ok(Leaf::Notice(_, Notice::Void { cast, .. })) =
        Leaf::parse(&app.leaves(id_of(&app, &petition))[usize::try_from(first).unwrap() + 20_000])
    else {
        panic!("a void")
    };
    assert_eq!(cast, first);
    take_back(&admin, &petition, voids_of(&app, &petition)[0]);
    assert_eq!((numbers(&app, &petition)[0], voids_in(&app, &petition)), (Some(20_000), (20_000, 20_000)));
    let checkpoint = Reader::of(&app, &petition).checkpoint();
    let entries = Reader::of(&app, &petition).entries(checkpoint.size);
    assert_eq!(crate::support::root_of(&entries), checkpoint.root);
}
