//! The public log as it is served, read the way a stranger's program would: with the address of the petition and
//! nothing else of ours but the code that a client shares.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use undersigned::{
    actions::{
        moderation,
        petitions::{self, How},
        queries::pages,
        signing::receipt,
    },
    domain::reason::Reason,
    log::{checkpoint::Checkpoint, proof, tiles::unbundle, tree::hash_leaf},
    protocol::leaf::{Leaf, Notice, leaf_hash},
};

use crate::support::{Node, Petition, ROBIN, Reader, TestApp, grow, id_of, root_of};

const SASHA: &str = "sasha.lind@initech.example";

fn bytes(value: &serde_json::Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().expect("text")).expect("base64url")
}

#[test]
fn a_reader_rebuilds_the_root_from_the_entries_and_finds_the_signed_checkpoint() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    app.sign(&petition, "work-mail", "Sasha Lind", SASHA);
    let reader = Reader::of(&app, &petition);
    let checkpoint = reader.checkpoint();
    let entries = reader.entries(checkpoint.size);
    assert_eq!(root_of(&entries), checkpoint.root);
    let Leaf::Genesis(genesis) = Leaf::parse(&entries[0]).unwrap() else { panic!("genesis is first") };
    assert_eq!(genesis.origin, checkpoint.origin);
    // What the page will tell a client agrees.
    let view = pages::at_public_place(&app.ctx, &petition.slug).unwrap().unwrap().view;
    assert_eq!(view.log_origin.as_deref(), Some(checkpoint.origin.as_str()));
    assert_eq!(view.genesis_hash, Some(leaf_hash(&entries[0]).to_vec()));
    // And the openings open their leaves.
    let openings = reader.openings();
    assert_eq!(openings.len(), 2);
    for opening in &openings {
        let index = usize::try_from(opening["index"].as_u64().unwrap()).unwrap();
        let Leaf::Cast(cast) = Leaf::parse(&entries[index]).unwrap() else { panic!("a cast") };
        let salt: [u8; 32] = bytes(&opening["salt"]).try_into().unwrap();
        cast.verify_opening(&salt, &bytes(&opening["extension"])).expect("it opens");
    }
    assert!(String::from_utf8(bytes(&openings[0]["extension"])).unwrap().contains("Robin Okafor"));
}

#[test]
fn tiles_grow_with_the_log_and_full_ones_never_change() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let get = |what: &str| reader.get(what);
    for size in [2_u64, 255, 256, 257, 513] {
        grow(&app, &petition, size);
        let checkpoint = reader.checkpoint();
        assert_eq!(checkpoint.size, size);
        let entries = reader.entries(size);
        assert_eq!(root_of(&entries), checkpoint.root, "{size}");
        // A root from tiles of hashes alone, and a proof for each end of the log.
        assert_eq!(proof::root(&mut reader.hashes(size), size), Ok(checkpoint.root), "{size}");
        for index in [0, size - 1] {
            let path = proof::inclusion(&mut reader.hashes(size), index, size).unwrap();
            let leaf = hash_leaf(&entries[usize::try_from(index).unwrap()]);
            assert!(proof::includes(index, size, &leaf, &path, &checkpoint.root), "{index} of {size}");
        }
        assert_eq!(get("log/tile/1/000.p/1").status, if size < 256 { 404 } else { 200 }, "{size}");
        assert_eq!(get("log/tile/0/000").status, if size < 256 { 404 } else { 200 }, "{size}");
        get(&format!("log/tile/entries/{:03}.p/{}", size / 256, size % 256 + 1)).expect(404);
    }
    let full = get("log/tile/entries/000").expect(200);
    assert_eq!(full.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(full.header("content-type"), Some("application/octet-stream"));
    let partial = get("log/tile/0/002.p/1").expect(200);
    assert_eq!((partial.bytes.len(), partial.header("cache-control")), (32, Some("public, max-age=60")));
    let second_level = get("log/tile/1/000.p/2").expect(200).bytes;
    let first_part: Vec<Vec<u8>> = unbundle(&full.bytes).unwrap().into_iter().map(<[u8]>::to_vec).collect();
    assert_eq!(second_level[..32], root_of(&first_part));
}

#[test]
fn what_is_no_tile_is_not_there() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    reader.get("log/tile/0/000.p/2").expect(200);
    for path in [
        "",
        "0",
        "0/000",
        "0/000.p/3",
        "0/0.p/2",
        "00/000.p/2",
        "0/000.p/02",
        "0/000.p/2/",
        "0/x000/000.p/2",
        "0/001.p/1",
        "1/000.p/1",
        "8/000.p/1",
        "64/000.p/1",
        "entries/000",
        "entries/000.p/3",
        "../checkpoint",
        "entries/000.p/0",
        "entries/x999/x999/x999/x999/x999/999",
    ] {
        let answer = reader.get(&format!("log/tile/{path}")).expect(404);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn a_withdrawal_is_a_retraction_in_the_log_and_the_new_checkpoint_continues_the_old_one() {
    let app = TestApp::start();
    let petition = app.petition();
    let code = app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let reader = Reader::of(&app, &petition);
    let before = reader.checkpoint();
    // 30 bytes, so that no later one stands in the last character.
    let robin = URL_SAFE_NO_PAD.encode("{\"mode\":\"public\",\"name\":\"Robin");
    assert!(reader.get("openings.json").body.contains(&robin));
    app.client().post("/receipt/withdrawal", &[("code", &code)]).expect(200);
    let after = reader.checkpoint();
    assert_eq!(after.size, before.size + 1);
    let entries = reader.entries(after.size);
    assert!(matches!(Leaf::parse(entries.last().unwrap()), Ok(Leaf::Retract(_))));
    let proof = proof::consistency(&mut reader.hashes(after.size), before.size, after.size).unwrap();
    assert!(proof::continues(before.size, &before.root, after.size, &after.root, &proof));
    assert_eq!(reader.openings(), Vec::<serde_json::Value>::new());
}

#[test]
fn a_name_that_was_hidden_or_taken_down_opens_no_leaf_any_more() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Open, |_| ());
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let sasha = app.sign(&petition, "work-mail", "Sasha Lind", SASHA);
    let reader = Reader::of(&app, &petition);
    let before = reader.checkpoint();
    let openings = reader.openings();
    let tag = String::from(reader.get("openings.json").header("etag").expect("a tag"));
    let robins = openings[0]["index"].as_u64().unwrap();
    assert!(petitions::hide_name(&app.ctx, &petition.slug, owner.id, robins).unwrap());
    assert_eq!(reader.openings(), openings[1..]);
    let path = format!("{}/openings.json", petition.path());
    app.client().get_with(&path, &[("if-none-match", &tag)]).expect(200);
    let code = receipt::WithdrawalCode::parse(&sasha).unwrap();
    receipt::remove_name(&app.ctx, &code).unwrap();
    assert_eq!(reader.openings(), Vec::<serde_json::Value>::new());
    assert_eq!(reader.checkpoint(), before, "what is shown is no matter of the log");
}

#[test]
fn a_petition_that_was_taken_down_keeps_its_log_and_loses_its_names() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let reason = Reason::parse("A court has ordered it").unwrap();
    moderation::take_down(&app.ctx, &petition.slug, &reason).unwrap();
    let reader = Reader::of(&app, &petition);
    reader.get("openings.json").expect(410);
    let checkpoint = reader.checkpoint();
    let entries = reader.entries(checkpoint.size);
    assert_eq!(root_of(&entries), checkpoint.root);
    let last = Leaf::parse(entries.last().unwrap());
    assert!(matches!(last, Ok(Leaf::Notice(_, Notice::TakenDown { .. }))), "{last:?}");
}

#[test]
fn a_log_that_gathers_quietly_is_found_by_its_secret_link_and_kept_out_of_caches() {
    let app = TestApp::start();
    let owner = app.organizer("Heron");
    let petition = app.petition_of(&owner, How::Quietly, |_| ());
    let whats =
        ["log/checkpoint", "log/vkey", "log/tile/0/000.p/2", "log/tile/entries/000.p/2", "openings.json"];
    for what in whats {
        Reader::of(&app, &petition).get(what).expect(404);
    }
    let (place, _) = pages::place_and_title(&app.ctx, id_of(&app, &petition)).unwrap().unwrap();
    let secret = Petition { slug: place, employers: Vec::new() };
    app.sign(&secret, "work-mail", "Robin Okafor", ROBIN);
    let reader = Reader::of(&app, &secret);
    for what in whats {
        let answer = reader.get(what).expect(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"), "{what}");
    }
    assert_eq!(reader.checkpoint().size, 3);
    assert_eq!(reader.openings(), Vec::<serde_json::Value>::new(), "no name is shown before it opens");
    assert!(petitions::open_gathering(&app.ctx, &petition.slug, owner.id).unwrap());
    assert_eq!(Reader::of(&app, &petition).openings().len(), 1);
}

#[test]
fn any_page_may_read_the_log_and_nobody_who_does_is_noted() {
    let app = TestApp::start();
    let petition = app.petition();
    let saved_page = [("origin", "null"), ("accept", "*/*")];
    let browser = app.client();
    for (what, status) in [
        ("log/checkpoint", 200),
        ("log/vkey", 200),
        ("log/tile/0/000.p/2", 200),
        ("log/tile/0/000", 404),
        ("log/tile/entries/000.p/2", 200),
        ("openings.json", 200),
    ] {
        let answer = browser.get_with(&format!("{}/{what}", petition.path()), &saved_page).expect(status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{what}");
        assert_eq!(answer.header("x-robots-tag"), Some("noindex"), "{what}");
        assert!(answer.header("access-control-allow-credentials").is_none());
    }
    assert!(browser.cookies().is_empty());
    assert!(!TestApp::log().contains("/log/"), "the access log names who reads");
    assert_eq!(app.client().get(&petition.path()).header("access-control-allow-origin"), None);

    let path = format!("{}/log/checkpoint", petition.path());
    let first = browser.get(&path).expect(200);
    assert_eq!(first.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let tag = first.header("etag").expect("a tag");
    browser.get_with(&path, &[("if-none-match", tag)]).expect(304);
    let openings = browser.get(&format!("{}/openings.json", petition.path()));
    assert_eq!(openings.header("content-type"), Some("application/json"));
    assert_eq!(openings.header("cache-control"), Some("no-cache"));
}

#[test]
fn a_second_start_signs_with_the_same_key_and_serves_the_same_log() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let (key, before) = (reader.key(), reader.checkpoint());
    let bundle = format!("log/tile/entries/000.p/{}", before.size);
    let entries = reader.get(&bundle).expect(200).bytes;
    let node = Node::start(&app, None);
    let get =
        |what: &str| node.get(&format!("{}/{what}", petition.path())).expect("an answer").expect(200).bytes;
    assert_eq!(get("log/vkey"), format!("{key}\n").into_bytes());
    // It may have gone on already: its jobs tell the log that it is served at another port now.
    let now = Checkpoint::verify(&get("log/checkpoint"), &key).expect("the same key has signed it");
    assert!(now.size > before.size || now == before, "{now:?}");
    assert_eq!(get(&bundle), entries);
}
