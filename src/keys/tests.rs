//! The secrets folder as a whole, on a real file system.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use uuid::Uuid;

use super::*;
use crate::{
    domain::{proof::CrowdIndex, time::Timestamp},
    entropy::SeededEntropy,
};

/// 2026-11-23T10:15:00Z.
const NOW: Timestamp = Timestamp::from_secs(1_795_428_900);
const HOUR: i64 = 3_600;

/// A folder that goes away with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("undersigned-keys-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn dir(&self) -> PathBuf {
        self.0.join("data/secrets")
    }

    fn open(&self, first_start: FirstStart) -> Result<Secrets, Error> {
        Secrets::open(&self.dir(), first_start, &SeededEntropy::new(1))
    }

    fn durable(&self, name: &str) -> PathBuf {
        self.dir().join("durable").join(name)
    }

    fn ephemeral(&self, name: &str) -> PathBuf {
        self.dir().join("ephemeral").join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn petition(number: u128) -> PetitionId {
    PetitionId::new(Uuid::from_u128(number))
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_first_start_makes_a_folder_that_nobody_else_can_read() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    secrets.hour_key(NOW, &SeededEntropy::new(2)).unwrap();
    for dir in [scratch.dir(), scratch.durable(""), scratch.ephemeral("")] {
        assert_eq!(mode(&dir), 0o700);
    }
    assert_eq!(mode(&scratch.durable("site.key")), 0o600);
    assert_eq!(mode(&scratch.ephemeral("hour-2026-11-23T10")), 0o600);
    assert_eq!(names(&scratch.durable("")), ["site.key"]);
}

#[test]
fn what_others_can_read_is_refused_with_the_command_to_type() {
    let scratch = Scratch::new();
    scratch.open(FirstStart::Yes).unwrap();
    for (path, good, command) in [
        (scratch.dir(), 0o700, "chmod 700"),
        (scratch.dir().join("ephemeral"), 0o700, "chmod 700"),
        (scratch.durable("site.key"), 0o600, "chmod 600"),
    ] {
        chmod(&path, good | 0o040);
        let refused = scratch.open(FirstStart::No).unwrap_err().to_string();
        assert!(refused.contains(&format!("`{command} {}`", path.display())), "{refused}");
        chmod(&path, good);
    }
    scratch.open(FirstStart::No).unwrap();
}

#[test]
fn links_and_strange_files_are_refused() {
    let scratch = Scratch::new();
    scratch.open(FirstStart::Yes).unwrap();
    let elsewhere = scratch.0.join("elsewhere");
    symlink(scratch.dir(), &elsewhere).unwrap();
    for path in [elsewhere.clone(), elsewhere.join("")] {
        let refused = Secrets::open(&path, FirstStart::No, &SeededEntropy::new(1));
        assert!(matches!(refused, Err(Error::NotPlain { .. })), "{}", path.display());
    }
    let key = scratch.durable("site.key");
    let moved = scratch.0.join("site.key");
    fs::rename(&key, &moved).unwrap();
    symlink(&moved, &key).unwrap();
    assert!(matches!(scratch.open(FirstStart::No), Err(Error::NotPlain { .. })));
    fs::remove_file(&key).unwrap();
    fs::write(&moved, b"short").unwrap();
    fs::rename(&moved, &key).unwrap();
    assert!(matches!(scratch.open(FirstStart::No), Err(Error::Broken { .. })));
}

#[test]
fn a_file_of_another_user_is_refused() {
    let scratch = Scratch::new();
    scratch.open(FirstStart::Yes).unwrap();
    let key = scratch.durable("site.key");
    let own = fs::metadata(&key).unwrap().uid();
    // Giving a file away takes privileges that a test may not have; then there is nothing to refuse.
    if std::os::unix::fs::chown(&key, Some(own + 1), None).is_ok() {
        let refused = scratch.open(FirstStart::No).unwrap_err();
        assert!(matches!(refused, Error::NotOwned { uid, .. } if uid == own));
    }
}

#[test]
fn a_lost_site_key_stops_the_start_and_is_never_made_anew() {
    let scratch = Scratch::new();
    let first = scratch.open(FirstStart::Yes).unwrap().site_subkey("sessions").unwrap();
    let again = scratch.open(FirstStart::Yes).unwrap();
    assert_eq!(first, again.site_subkey("sessions").unwrap());
    assert_ne!(first, again.site_subkey("forms").unwrap());
    fs::remove_file(scratch.durable("site.key")).unwrap();
    assert!(matches!(scratch.open(FirstStart::No), Err(Error::SiteKeyMissing { .. })));
    // Also beside a fresh database, while keys of a petition lie there.
    fs::write(scratch.durable("x.log"), [1; 32]).unwrap();
    chmod(&scratch.durable("x.log"), 0o600);
    assert!(matches!(scratch.open(FirstStart::Yes), Err(Error::SiteKeyMissing { .. })));
    assert_eq!(names(&scratch.durable("")), ["x.log"]);
}

#[test]
fn an_organizers_address_opens_as_long_as_the_site_key_lives() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let sealed = secrets.seal_durable("organizer", b"id", b"mail", &SeededEntropy::new(2)).unwrap();
    let later = scratch.open(FirstStart::No).unwrap();
    assert_eq!(later.open_durable("organizer", b"id", &sealed).unwrap().unwrap().as_slice(), b"mail");
    assert!(later.open_durable("organizer", b"other", &sealed).unwrap().is_none());
    assert!(later.open_durable("organizer", b"id", &sealed[1..]).unwrap().is_none());
}

#[test]
fn a_petitions_keys_read_back_after_a_restart() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    let made = secrets.create_petition_keys(petition(1), 2, &entropy).unwrap();
    assert!(matches!(secrets.create_petition_keys(petition(1), 2, &entropy), Err(Error::Exists { .. })));
    let id = petition(1);
    assert_eq!(
        names(&scratch.durable("")),
        [
            format!("{id}.issuing-0-of-2"),
            format!("{id}.issuing-1-of-2"),
            format!("{id}.log"),
            format!("{id}.pepper"),
            "site.key".into()
        ]
    );
    let later = scratch.open(FirstStart::No).unwrap();
    let read = later.petition_keys(id).unwrap();
    assert_eq!(read.log_seed(), made.log_seed());
    assert_eq!(read.log_seed(), &*later.log_seed(id).unwrap());
    assert_eq!(
        participation_tag(read.pepper(), "a@example.com"),
        participation_tag(made.pepper(), "a@example.com")
    );
    for crowd in [0, 1] {
        let (read, made) = (read.issuing(CrowdIndex::new(crowd)), made.issuing(CrowdIndex::new(crowd)));
        assert_eq!(read.unwrap().spki(), made.unwrap().spki());
    }
    assert!(read.issuing(CrowdIndex::new(2)).is_none());
    assert_eq!(format!("{read:?}"), "PetitionKeys(redacted)");
}

#[test]
fn a_start_that_crashed_is_done_again_with_other_keys() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    let crashed = secrets.create_petition_keys(petition(1), 1, &entropy).unwrap();
    fs::remove_file(scratch.durable(&format!("{}.log", petition(1)))).unwrap();
    assert!(matches!(secrets.create_petition_keys(petition(1), 1, &entropy), Err(Error::Exists { .. })));
    secrets.discard_unstarted(petition(1)).unwrap();
    assert!(matches!(secrets.petition_keys(petition(1)), Err(Error::Missing { .. })));
    assert_eq!(names(&scratch.durable("")), ["site.key"]);
    let made = secrets.create_petition_keys(petition(1), 1, &entropy).unwrap();
    assert_ne!(made.log_seed(), crashed.log_seed());
}

#[test]
fn each_petition_that_lost_a_key_is_named() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    for number in 1..=4 {
        secrets.create_petition_keys(petition(number), if number == 3 { 2 } else { 1 }, &entropy).unwrap();
    }
    let all: Vec<_> = (1..=4).map(petition).collect();
    secrets.check_petitions(&all).unwrap();
    fs::remove_file(scratch.durable(&format!("{}.pepper", petition(2)))).unwrap();
    fs::remove_file(scratch.durable(&format!("{}.issuing-1-of-2", petition(3)))).unwrap();
    fs::remove_file(scratch.durable(&format!("{}.log", petition(4)))).unwrap();
    let later = scratch.open(FirstStart::No).unwrap();
    let refused = later.check_petitions(&all).unwrap_err();
    assert!(
        matches!(&refused, Error::PetitionsLackKeys { petitions, .. } if petitions[..] == all[1..]),
        "{refused}"
    );
    assert!(refused.to_string().contains(&petition(3).to_string()));
    for lost in &all[1..] {
        assert!(matches!(later.petition_keys(*lost), Err(Error::Missing { .. })));
    }
    later.petition_keys(all[0]).unwrap();
    fs::write(scratch.durable(&format!("{}.issuing-0-of-1", all[0])), b"no key").unwrap();
    assert!(matches!(scratch.open(FirstStart::No).unwrap().petition_keys(all[0]), Err(Error::Broken { .. })));
}

#[test]
fn when_issuing_has_ended_only_the_logs_key_is_left() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let other_node = scratch.open(FirstStart::No).unwrap();
    let entropy = SeededEntropy::new(2);
    let id = petition(1);
    let made = secrets.create_petition_keys(id, 1, &entropy).unwrap();
    other_node.petition_keys(id).unwrap();
    secrets.destroy_issuing(id, &entropy).unwrap();
    secrets.destroy_issuing(id, &entropy).unwrap();
    assert_eq!(names(&scratch.durable("")), [format!("{id}.ended"), format!("{id}.log"), "site.key".into()]);
    for node in [&secrets, &other_node] {
        assert!(matches!(node.petition_keys(id), Err(Error::IssuingEnded { .. })));
        assert_eq!(&*node.log_seed(id).unwrap(), made.log_seed());
        node.check_petitions(&[id]).unwrap();
    }
}

#[test]
fn what_an_hour_sealed_is_noise_once_its_key_is_destroyed() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    let key = secrets.hour_key(NOW, &entropy).unwrap();
    let sealed = key.seal("pending", b"row", b"text", &entropy);
    assert_eq!(secrets.unseal("pending", b"row", &sealed).unwrap().unwrap().as_slice(), b"text");
    assert!(secrets.unseal("outbox", b"row", &sealed).unwrap().is_none());
    assert!(secrets.unseal("pending", b"row", b"short").unwrap().is_none());

    // The hour began at 10:00: its key lives until two days later, 11:00.
    let began = NOW.plus_secs(-15 * 60);
    let before = began.plus_secs(49 * HOUR - 1);
    assert_eq!(secrets.destroy_expired(before).unwrap(), Destroyed::default());
    assert!(secrets.key_that_sealed(&sealed).unwrap().is_some());
    let after = began.plus_secs(49 * HOUR);
    assert_eq!(secrets.destroy_expired(after).unwrap(), Destroyed { hours: 1, days: 0 });
    assert!(secrets.unseal("pending", b"row", &sealed).unwrap().is_none());
    assert!(secrets.key_that_sealed(&sealed).unwrap().is_none());
    assert!(names(&scratch.ephemeral("")).is_empty());
    // A key of the same name is another key.
    let other = secrets.hour_key(NOW, &entropy).unwrap();
    assert!(!other.has_sealed(&sealed));
}

#[test]
fn a_days_key_lives_an_hour_past_midnight() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    let tag = secrets.day_key(NOW, &entropy).unwrap().mac("limit", b"address");
    assert_eq!(secrets.day_key(NOW.plus_secs(13 * HOUR), &entropy).unwrap().mac("limit", b"address"), tag);
    let midnight = NOW.day().start().plus_days(1);
    assert_ne!(secrets.day_key(midnight, &entropy).unwrap().mac("limit", b"address"), tag);
    assert_eq!(secrets.destroy_expired(midnight.plus_secs(HOUR - 1)).unwrap(), Destroyed::default());
    let destroyed = secrets.destroy_expired(midnight.plus_secs(HOUR)).unwrap();
    assert_eq!(destroyed, Destroyed { hours: 0, days: 1 });
    assert_eq!(names(&scratch.ephemeral("")), ["day-2026-11-24"]);
}

#[test]
fn two_nodes_agree_on_one_key_per_hour() {
    let scratch = Scratch::new();
    scratch.open(FirstStart::Yes).unwrap();
    let tags: Vec<_> = thread::scope(|scope| {
        let nodes: Vec<_> = (0..8)
            .map(|node| {
                let dir = scratch.dir();
                scope.spawn(move || {
                    let entropy = SeededEntropy::new(100 + node);
                    let secrets = Secrets::open(&dir, FirstStart::No, &entropy).unwrap();
                    secrets.hour_key(NOW, &entropy).unwrap().mac("x", b"y")
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    assert!(tags.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(names(&scratch.ephemeral("")), ["hour-2026-11-23T10"]);
}

#[test]
fn living_keys_come_newest_first() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    secrets.day_key(NOW, &entropy).unwrap();
    let sealed: Vec<_> = [0, 14, 1]
        .map(|hours| secrets.hour_key(NOW.plus_secs(hours * HOUR), &entropy).unwrap())
        .map(|key| key.seal("t", b"i", b"x", &entropy))
        .to_vec();
    let living = secrets.living_hour_keys().unwrap();
    let order: Vec<_> =
        living.iter().map(|key| sealed.iter().position(|sealed| key.has_sealed(sealed)).unwrap()).collect();
    assert_eq!(order, [1, 2, 0]);
}

#[test]
fn a_keys_file_does_not_tell_when_somebody_came() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    secrets.hour_key(NOW, &SeededEntropy::new(2)).unwrap();
    let file = fs::metadata(scratch.ephemeral("hour-2026-11-23T10")).unwrap();
    assert_eq!((file.mtime(), file.mtime_nsec()), (NOW.secs() - 15 * 60, 0));
}

#[test]
fn a_crash_while_making_or_destroying_a_key_is_cleaned_up() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let entropy = SeededEntropy::new(2);
    let tag = secrets.hour_key(NOW, &entropy).unwrap().mac("x", b"y");
    // Crashed after the link and before the draft's name was removed: the second name of a living key.
    fs::hard_link(scratch.ephemeral("hour-2026-11-23T10"), scratch.ephemeral(".draft-1")).unwrap();
    // Crashed before the link.
    fs::write(scratch.ephemeral(".draft-2"), [7; 40]).unwrap();
    // Crashed between taking a key out of use and overwriting it; held open to see what became of it.
    let dying = scratch.ephemeral(".dying-hour-2026-11-20T10");
    fs::write(&dying, [7; 40]).unwrap();
    let mut held = fs::File::open(&dying).unwrap();
    secrets.destroy_expired(NOW).unwrap();
    assert_eq!(names(&scratch.ephemeral("")), ["hour-2026-11-23T10"]);
    assert_eq!(secrets.hour_key(NOW, &entropy).unwrap().mac("x", b"y"), tag);
    let mut content = Vec::new();
    std::io::Read::read_to_end(&mut held, &mut content).unwrap();
    assert_eq!(content, [0; 40]);
}

#[test]
fn strange_names_in_the_folder_are_left_alone() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    for name in ["hour-2026-11-23", "hour-2026-11-23T99", "day-soon", "hour-2026-1-1T1", "notes"] {
        fs::write(scratch.ephemeral(name), b"x").unwrap();
    }
    assert_eq!(secrets.destroy_expired(NOW.plus_days(3_000)).unwrap(), Destroyed::default());
    assert!(secrets.living_hour_keys().unwrap().is_empty());
    assert_eq!(names(&scratch.ephemeral("")).len(), 5);
}

#[test]
fn a_mark_never_falls_and_reads_back_as_it_was_set() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let (id, entropy, today) = (petition(7), SeededEntropy::new(3), NOW.day());
    assert_eq!(secrets.log_mark(id).unwrap(), None);
    let high = Mark { size: 300, root: [9; 32] };
    secrets.raise_log_mark(id, high, today, &entropy).unwrap();
    for lower in [Mark { size: 299, root: [1; 32] }, Mark { size: 300, root: [1; 32] }] {
        secrets.raise_log_mark(id, lower, today, &entropy).unwrap();
        assert_eq!(secrets.log_mark(id).unwrap(), Some(high));
    }
    let higher = Mark { size: 301, root: [2; 32] };
    secrets.raise_log_mark(id, higher, today, &entropy).unwrap();
    assert_eq!(secrets.log_mark(id).unwrap(), Some(higher));
    let file = scratch.durable(&format!("{id}.mark"));
    assert_eq!(mode(&file), 0o600);
    assert_eq!(fs::metadata(&file).unwrap().mtime(), today.start().secs());
    assert_eq!(secrets.marked_logs().unwrap(), [id]);
    assert_eq!(
        names(&scratch.durable("")),
        [format!("{id}.mark"), String::from("site.key")],
        "no draft is left"
    );
    for broken in ["", "301\n", "0301\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n", "301\nAgI=\n"] {
        fs::write(&file, broken).unwrap();
        assert!(matches!(secrets.log_mark(id), Err(Error::Broken { .. })), "{broken}");
    }
}

#[test]
fn keys_of_a_log_that_was_published_are_not_discarded() {
    let scratch = Scratch::new();
    let secrets = scratch.open(FirstStart::Yes).unwrap();
    let (id, entropy) = (petition(7), SeededEntropy::new(3));
    secrets.create_petition_keys(id, 1, &entropy).unwrap();
    secrets.raise_log_mark(id, Mark { size: 2, root: [9; 32] }, NOW.day(), &entropy).unwrap();
    assert!(matches!(secrets.discard_unstarted(id), Err(Error::Exists { .. })));
    secrets.log_seed(id).unwrap();
}
