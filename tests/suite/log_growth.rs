//! How a log grows: many at once, many casts together, and logs from before checkpoints were kept.

use undersigned::{
    actions::{
        collector::{self, IssuedFloors, Published},
        queries::pages,
        signing::receipt,
    },
    db,
    domain::ids::PetitionId,
    protocol::{
        client,
        extension::Extension,
        leaf::{Leaf, Notice},
        origin::LogOrigin,
        token::TokenChallenge,
    },
};

use crate::support::{Node, Reader, TestApp, grow, id_of, root_of};

#[test]
fn many_who_append_at_once_make_one_log() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let places: Vec<u64> = std::thread::scope(|scope| {
        let appends: Vec<_> = (0..24)
            .map(|number| {
                let ctx = &app.ctx;
                let leaf = Notice::ServedAt { host: format!("host-{number}.example") }.encode(id).unwrap();
                scope.spawn(move || {
                    ctx.write_logs(|db| collector::append(ctx, db, id, &[leaf.clone(), leaf.clone()]))
                })
            })
            .collect();
        appends.into_iter().map(|append| append.join().unwrap().expect("it is appended")).collect()
    });
    let mut places = places;
    places.sort_unstable();
    assert_eq!(places, (0..24).map(|number| 2 + 2 * number).collect::<Vec<u64>>());
    let reader = Reader::of(&app, &petition);
    let checkpoint = reader.checkpoint();
    assert_eq!(checkpoint.size, 50);
    assert_eq!(root_of(&reader.entries(50)), checkpoint.root);
}

#[test]
fn a_log_from_before_checkpoints_is_completed_at_the_next_start() {
    let app = TestApp::start();
    let petition = app.petition();
    grow(&app, &petition, 600);
    let reader = Reader::of(&app, &petition);
    let (checkpoint, tile) = (reader.checkpoint(), reader.get("log/tile/1/000.p/2").bytes);
    app.database().run("UPDATE log_head SET frontier = NULL, checkpoint = NULL; DELETE FROM log_tile");
    reader.get("log/checkpoint").expect(404);
    let node = Node::start(&app, None);
    node.get(&petition.path()).expect("an answer").expect(200);
    assert_eq!(reader.get("log/tile/1/000.p/2").bytes, tile);
    assert_eq!(
        (checkpoint.size, root_of(&reader.entries(600))),
        (600, checkpoint.root),
        "what was published stays"
    );
    // The node that starts may have named its release and its host already.
    let now = reader.checkpoint();
    assert!((600..=602).contains(&now.size), "{}", now.size);
    assert_eq!(root_of(&reader.entries(now.size)), now.root);
}

/// A cast that a client made, accepted twice: it was sent twice.
fn casts(app: &TestApp, id: PetitionId, crowd: usize, name: Option<&str>) -> [collector::Accepted; 2] {
    let entropy = app.ctx.entropy.as_ref();
    let (petition, crowds) = app
        .ctx
        .store
        .read(|db| {
            Ok::<_, db::Error>((db::petitions::find(db, id)?.unwrap(), db::petitions::crowds(db, id)?))
        })
        .unwrap();
    let (crowd, spki) = &crowds[crowd];
    let origin = LogOrigin::parse(petition.log_origin.as_deref().unwrap()).unwrap();
    let genesis_hash: [u8; 32] = petition.genesis_hash.unwrap().try_into().unwrap();
    let challenge = TokenChallenge::new(&origin, id, &genesis_hash, crowd.index);
    let code = receipt::WithdrawalCode::generate(entropy);
    let (request, unfinished) = client::begin(spki, &challenge, &code, entropy).unwrap();
    let keys = app.ctx.keys.petition_keys(id).unwrap();
    let response = keys.issuing(crowd.index).unwrap().sign_request(&request, entropy).unwrap();
    let token = unfinished.finish(&response).unwrap();
    let extension = match name {
        Some(name) => Extension::Public { name: String::from(name), title: None },
        None => Extension::Anonymous,
    };
    let cast = client::cast(id, &token, &code, &extension, entropy);
    let again = client::Cast { leaf: cast.leaf.clone(), salt: cast.salt, extension: cast.extension.clone() };
    let submission = |cast| match name {
        Some(_) => collector::Submission::with_name(cast),
        None => collector::Submission::without_name(cast),
    };
    [cast, again].map(|cast| {
        collector::accept(id, &origin, &genesis_hash, &crowds, submission(cast))
            .unwrap_or_else(|refused| panic!("{refused}"))
    })
}

#[test]
fn casts_published_together_get_one_checkpoint_and_one_that_comes_twice_counts_once() {
    let app = TestApp::start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let reader = Reader::of(&app, &petition);
    let publish = |casts: &[collector::Accepted], issued: &[u64]| {
        let issued = IssuedFloors::of(10, issued);
        app.ctx.write_logs(|db| collector::publish_together(&app.ctx, db, id, casts, &issued)).unwrap()
    };
    let [robin, robin_again] = casts(&app, id, 0, Some("Robin Okafor"));
    let [sasha, sasha_again] = casts(&app, id, 0, Some("Sasha Lind"));
    let published = publish(&[robin, robin_again, sasha], &[10, 0]);
    assert_eq!(published, [Published::At(2), Published::CastBefore, Published::At(3)]);
    let checkpoint = reader.checkpoint();
    assert_eq!(
        checkpoint.size, 4,
        "genesis, host, two casts; names tell nothing of what was issued to others"
    );
    assert_eq!(root_of(&reader.entries(4)), checkpoint.root);
    assert_eq!(reader.openings().len(), 2);
    // What comes too late leaves no trace, not even of what was issued meanwhile.
    assert_eq!(publish(&[sasha_again], &[20, 0]), [Published::CastBefore]);
    assert_eq!(reader.checkpoint(), checkpoint);
    let [kim, _] = casts(&app, id, 0, Some("Kim Sato"));
    assert_eq!(publish(&[kim], &[20, 0]), [Published::At(4)]);
    let page = pages::at_public_place(&app.ctx, &petition.slug).unwrap().unwrap();
    assert_eq!(page.view.tally.crowds[0].number, 3);
}

#[test]
fn publications_in_several_crowds_and_withdrawals_at_once_never_wait_in_a_circle() {
    let app = TestApp::builder().connections(12).start();
    let petition = app.petition();
    let id = id_of(&app, &petition);
    let withdrawn: Vec<String> = (0..4)
        .map(|number| app.sign(&petition, "work-mail", "Robin Okafor", &format!("r{number}@initech.example")))
        .collect();
    let waiting: Vec<[collector::Accepted; 2]> =
        (0..8).map(|number| casts(&app, id, number % 2, None)).collect();
    std::thread::scope(|scope| {
        for ([cast, _], step) in waiting.iter().zip(1..) {
            let app = &app;
            scope.spawn(move || {
                let issued = IssuedFloors::of(10, &[step * 10, step * 10]);
                app.ctx
                    .write_logs(|db| {
                        let batch = std::slice::from_ref(cast);
                        collector::publish_together(&app.ctx, db, id, batch, &issued)
                    })
                    .expect("published");
            });
        }
        for code in &withdrawn {
            let code = receipt::WithdrawalCode::parse(code).unwrap();
            let app = &app;
            scope.spawn(move || receipt::withdraw(&app.ctx, &code).expect("withdrawn"));
        }
    });
    let page = pages::at_public_place(&app.ctx, &petition.slug).unwrap().unwrap();
    let numbers: Vec<u64> = page.view.tally.crowds.iter().map(|crowd| crowd.number).collect();
    assert_eq!(numbers, [4, 4]);
    let reader = Reader::of(&app, &petition);
    let checkpoint = reader.checkpoint();
    let entries = reader.entries(checkpoint.size);
    assert_eq!(root_of(&entries), checkpoint.root);
    // Whoever came late with an older count has not taken anything back.
    let told = entries.iter().filter_map(|entry| match Leaf::parse(entry) {
        Ok(Leaf::Notice(_, Notice::Issued(counts))) => Some(counts),
        _ => None,
    });
    let told: Vec<Vec<u64>> = told.collect();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&vec![70, 80]));
}
