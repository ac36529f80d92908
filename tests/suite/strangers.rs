//! Code that is not ours checks what we publish: Go's `note` and `tlog` packages and pymerkle our logs, checkpoints and
//! proofs; stock `openssl` a token, by the commands in docs/protocol.md.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use undersigned::log::{checkpoint::Checkpoint, note::LogKey, proof, tiles::unbundle, tree::hash_leaf};

use crate::support::{
    ForeignTool, Instead, Interceptor, Petition, ROBIN, Reader, Rounds, TestApp, TestWitness, grow, hex,
    id_of,
};

/// One entry, the first two, a few, one less than a tile, a full tile, one more, several tiles.
const SIZES: [u64; 7] = [1, 2, 5, 255, 256, 257, 1_000];

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut other = bytes.to_vec();
    other[at] ^= 1;
    other
}

fn line(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<Vec<String>>().join(" ")
}

fn inclusion(size: u64, index: u64, entry: &[u8], path: &[[u8; 32]]) -> String {
    let head = [String::from("inclusion"), size.to_string(), index.to_string(), hex(entry)];
    line(head.into_iter().chain(path.iter().map(|hash| hex(hash))))
}

fn consistency(old: u64, new: u64, path: &[[u8; 32]]) -> String {
    let head = [String::from("consistency"), old.to_string(), new.to_string()];
    line(head.into_iter().chain(path.iter().map(|hash| hex(hash))))
}

fn checkpoint(note: &[u8]) -> String {
    line([String::from("checkpoint"), hex(note)])
}

/// Our root at each size, our proofs for the first, a middle and the last entry of it, and that each size continues
/// each one before it.
fn ours(reader: &Reader<'_>, sizes: &[u64]) -> Vec<String> {
    let head = *sizes.last().unwrap();
    let (entries, mut hashes) = (reader.entries(head), reader.hashes(head));
    let mut lines = Vec::new();
    for &size in sizes {
        lines.push(format!("root {size} {}", hex(&proof::root(&mut hashes, size).unwrap())));
        for index in [0, size / 2, size - 1] {
            let path = proof::inclusion(&mut hashes, index, size).unwrap();
            lines.push(inclusion(size, index, &entries[usize::try_from(index).unwrap()], &path));
        }
        for &old in sizes.iter().filter(|old| **old <= size) {
            lines.push(consistency(old, size, &proof::consistency(&mut hashes, old, size).unwrap()));
        }
    }
    lines
}

#[track_caller]
fn assert_all_agree(base_url: &str, petition: &Petition, lines: &[String]) {
    for stranger in ForeignTool::ALL {
        let answers = stranger.judges(base_url, petition, lines);
        let about = ["the log"].into_iter().chain(lines.iter().map(String::as_str));
        for (answer, about) in answers.iter().zip(about) {
            assert_eq!(answer, "agreed", "{stranger:?} on {about:.40}");
        }
        assert_eq!(answers.len(), lines.len() + 1, "{stranger:?}");
    }
}

#[test]
fn strangers_agree_with_every_root_and_proof_while_the_log_grows() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let mut earlier = Vec::new();
    for (number, size) in SIZES.into_iter().enumerate().skip(1) {
        if size == 5 {
            app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
        }
        grow(&app, &petition, size);
        assert_eq!(reader.checkpoint().size, size);
        earlier.push(checkpoint(&reader.get("log/checkpoint").expect(200).bytes));
        let lines = [ours(&reader, &SIZES[..=number]), earlier.clone()].concat();
        assert_all_agree(&app.base_url(), &petition, &lines);
    }
}

#[test]
fn strangers_agree_with_a_log_of_one_entry() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    // Signing begins with two leaves at once; tiles of a single one are served all the same.
    let genesis = reader.entries(1).remove(0);
    let seed = app.ctx.keys.log_seed(id_of(&app, &petition)).unwrap();
    let key = LogKey::new(reader.checkpoint().origin, &seed);
    let first = Checkpoint::sign(&key, 1, hash_leaf(&genesis));
    let middle = saying(&app, "log/checkpoint", move |_| first.clone().into_bytes());
    assert_all_agree(&middle.base_url(), &petition, &ours(&reader, &[1]));
}

#[test]
fn strangers_agree_with_a_log_of_70_000_entries() {
    let app = TestApp::start();
    let petition = app.petition();
    grow(&app, &petition, 70_000);
    let reader = Reader::of(&app, &petition);
    assert_eq!(reader.checkpoint().size, 70_000);
    let sizes = [&SIZES[..], &[70_000]].concat();
    assert_all_agree(&app.base_url(), &petition, &ours(&reader, &sizes));
}

/// Passes everything on but what is asked for at `ending`.
fn saying(
    app: &TestApp,
    ending: &'static str,
    says: impl Fn(&[u8]) -> Vec<u8> + Send + 'static,
) -> Interceptor {
    Interceptor::before(&app.host(), move |heard, answer| {
        if heard.path.ends_with(ending) {
            Instead::Say(200, "X-Lie: yes", says(answer))
        } else {
            Instead::Pass
        }
    })
}

#[test]
fn strangers_refuse_a_log_with_a_flipped_byte() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    grow(&app, &petition, 300);
    let entries = "the 300 entries have another";
    let tiles = "tiles of size 300: ";
    for (what, at, by_go, by_pymerkle) in [
        ("log/checkpoint", 0, "checkpoint: ", "checkpoint: "),
        ("log/checkpoint", 60, "checkpoint: ", "checkpoint: "),
        // Not in a length.
        ("log/tile/entries/000", 40, entries, "checkpoint: "),
        ("log/tile/entries/001.p/44", 40, entries, "checkpoint: "),
        ("log/tile/0/000", 0, tiles, tiles),
        ("log/tile/0/000", 8_191, tiles, tiles),
        ("log/tile/0/001.p/44", 1_407, tiles, tiles),
        ("log/tile/1/000.p/1", 31, tiles, tiles),
    ] {
        let middle = saying(&app, what, move |answer| flipped(answer, at));
        for (stranger, expected) in [(ForeignTool::Go, by_go), (ForeignTool::Pymerkle, by_pymerkle)] {
            let answers = stranger.judges(&middle.base_url(), &petition, &[]);
            assert!(answers[0].starts_with("refused: "), "{stranger:?}, {what}: {answers:?}");
            assert!(answers[0].contains(expected), "{stranger:?}, {what}: {answers:?}");
        }
        assert!(!middle.heard(what).is_empty(), "{what} was not read");
    }
}

#[track_caller]
fn assert_all_refused(stranger: ForeignTool, app: &TestApp, petition: &Petition, lines: &[String]) {
    let answers = stranger.judges(&app.base_url(), petition, lines);
    assert_eq!(answers[0], "agreed", "{stranger:?} on the log");
    assert_eq!(answers.len(), lines.len() + 1, "{stranger:?}");
    for (answer, about) in answers.iter().skip(1).zip(lines) {
        assert!(answer.starts_with("refused: "), "{stranger:?} on {about}");
    }
}

#[test]
fn strangers_refuse_a_proof_with_a_flipped_byte_anywhere() {
    let app = TestApp::start();
    let petition = app.petition();
    let cast = 2_u64;
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    grow(&app, &petition, 300);
    let reader = Reader::of(&app, &petition);
    let entry = reader.entries(300).remove(2);
    let mut hashes = reader.hashes(300);
    let (mut honest, mut lies) = (Vec::new(), Vec::new());

    let path = proof::inclusion(&mut hashes, cast, 300).unwrap();
    honest.push(inclusion(300, cast, &entry, &path));
    lies.extend((0..entry.len()).map(|at| inclusion(300, cast, &flipped(&entry, at), &path)));
    let with_a_flipped_byte = |path: &[[u8; 32]]| -> Vec<Vec<[u8; 32]>> {
        let bytes = path.as_flattened();
        (0..bytes.len()).map(|at| flipped(bytes, at).as_chunks().0.to_vec()).collect()
    };
    lies.extend(with_a_flipped_byte(&path).iter().map(|path| inclusion(300, cast, &entry, path)));

    // The old log is a subtree of the new one, or it is not.
    for old in [256, 257] {
        let path = proof::consistency(&mut hashes, old, 300).unwrap();
        honest.push(consistency(old, 300, &path));
        lies.extend(with_a_flipped_byte(&path).iter().map(|path| consistency(old, 300, path)));
    }
    assert_all_agree(&app.base_url(), &petition, &honest);
    for stranger in ForeignTool::ALL {
        assert_all_refused(stranger, &app, &petition, &lies);
    }
}

#[test]
fn strangers_refuse_a_checkpoint_with_a_flipped_byte_anywhere() {
    let app = TestApp::start();
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    let note = reader.get("log/checkpoint").expect(200).body;
    assert_all_agree(&app.base_url(), &petition, &[checkpoint(note.as_bytes())]);
    let (text, signature) = note.split_once("\n\n").unwrap();
    let of_text = |lies: &mut Vec<String>| {
        lies.extend((0..text.len()).map(|at| checkpoint(&flipped(note.as_bytes(), at))));
    };
    let mut lies = Vec::new();
    of_text(&mut lies);
    assert_all_refused(ForeignTool::Pymerkle, &app, &petition, &lies);

    // In the bytes: their base64 has spare bits that Go passes over, and we do not.
    let (name, encoded) = signature.trim_end().rsplit_once(' ').unwrap();
    let bytes = STANDARD.decode(encoded).unwrap();
    assert_eq!(bytes.len(), 4 + 64);
    lies.extend((0..bytes.len()).map(|at| {
        let other = STANDARD.encode(flipped(&bytes, at));
        checkpoint(format!("{text}\n\n{name} {other}\n").as_bytes())
    }));
    assert_all_refused(ForeignTool::Go, &app, &petition, &lies);
}

/// The commands of a section of docs/protocol.md, as they stand there.
fn commands(section: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/protocol.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once(&format!("\n## {section}\n")).expect("the section");
    let (section, _) = section.split_once("\n## ").expect("another section");
    let (_, block) = section.split_once("\n```sh\n").expect("commands");
    String::from(block.split_once("\n```").expect("their end").0)
}

#[test]
fn stock_openssl_verifies_a_token_by_the_commands_in_the_documentation_and_refuses_a_flipped_byte() {
    let app = TestApp::start();
    let petition = app.petition();
    app.sign(&petition, "work-mail", "Robin Okafor", ROBIN);
    let bundle = Reader::of(&app, &petition).get("log/tile/entries/000.p/3").expect(200).bytes;
    let commands = commands("Checking one token with openssl");
    let folder = app.folder().join("openssl");
    fs::create_dir(&folder).unwrap();
    let check = |bundle: &[u8]| -> Output {
        fs::write(folder.join("bundle"), bundle).unwrap();
        // As typed into a shell, line after line, but stopping at the first that fails.
        Command::new("sh").args(["-e", "-c", &commands]).current_dir(&folder).output().unwrap()
    };
    let done = check(&bundle);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(said.lines().last(), Some("Verified OK"), "{said}");

    let casts_own = unbundle(&bundle).unwrap()[2];
    let (cast, head) = (bundle.len() - casts_own.len(), 18);
    // Type, nonce, challenge, key id, signature.
    for at in [0, 1, 2, 33, 34, 65, 66, 97, 98, 225, 353] {
        let refused = check(&flipped(&bundle, cast + head + at));
        assert!(!refused.status.success(), "byte {at} of the token");
        assert!(!String::from_utf8(refused.stdout).unwrap().contains("Verified OK"), "byte {at}");
    }
    // A letter in the first crowd's key.
    let spki = bundle.windows(8).position(|eight| eight == b"\"spki\":\"").unwrap() + 8;
    let refused = check(&flipped(&bundle, spki + 300));
    assert!(!refused.status.success(), "another key");
}

#[test]
fn strangers_agree_with_a_checkpoint_that_witnesses_have_cosigned_and_stock_openssl_verifies_a_cosignature() {
    let name = "witness.example/w1";
    let app = TestApp::builder().witnesses(&TestWitness::setting(name, 1)).start();
    let witness = TestWitness::new(&app, name, 1);
    let petition = app.petition();
    let reader = Reader::of(&app, &petition);
    witness.follows(reader.key());
    assert_eq!(Rounds::new(&app.ctx).run(&app, &[&witness]).cosigned, 1);
    // The log's checkpoint carries the line; Go's `note` and pymerkle pass it over.
    let note = reader.get("log/witnessed").expect(200).body;
    assert_eq!(reader.get("log/checkpoint").expect(200).body, note);
    assert_all_agree(&app.base_url(), &petition, &[checkpoint(note.as_bytes())]);

    let (body, lines) = note.split_once("\n\n").unwrap();
    let line = lines.lines().find_map(|line| line.strip_prefix(&format!("— {name} "))).expect("a line");
    let bytes = STANDARD.decode(line).unwrap();
    let secs = u64::from_be_bytes(bytes[4..12].try_into().unwrap());
    assert_eq!(i64::try_from(secs), Ok(app.ctx.now().secs()));
    let spelled = TestWitness::key(name, 1).to_string();
    let key = STANDARD.decode(spelled.rsplit_once('+').unwrap().1).unwrap();
    let folder = app.folder().join("openssl");
    fs::create_dir(&folder).unwrap();
    // RFC 8410: what stands before an Ed25519 key in DER.
    let der =
        [&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &key[1..]].concat();
    fs::write(folder.join("key"), der).unwrap();
    fs::write(folder.join("signature"), &bytes[12..]).unwrap();
    let verifies = |message: &str| {
        fs::write(folder.join("message"), message).unwrap();
        let command =
            "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message -sigfile signature";
        Command::new("sh").args(["-c", command]).current_dir(&folder).output().unwrap().status.success()
    };
    assert!(verifies(&format!("cosignature/v1\ntime {secs}\n{body}\n")));
    assert!(!verifies(&format!("cosignature/v1\ntime {}\n{body}\n", secs + 1)));
}
