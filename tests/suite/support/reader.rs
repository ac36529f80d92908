//! The public log, read the way a stranger's program would: with the address of the petition, and with the code that
//! a client shares.

use std::{collections::BTreeMap, num::NonZeroUsize};

use undersigned::{
    actions::collector,
    db,
    domain::ids::PetitionId,
    log::{
        audit::{Auditor, Verdict},
        checkpoint::Checkpoint,
        note::VerifierKey,
        proof::FromTiles,
        tiles::{Tile, unbundle},
        tree::{Frontier, Hash, hash_leaf},
    },
    protocol::leaf::Notice,
};

use super::{Petition, Reply, TestApp};

/// Someone who reads a petition's log.
pub struct Reader<'a> {
    app: &'a TestApp,
    path: String,
}

impl<'a> Reader<'a> {
    /// A reader of the log at this petition's place.
    pub fn of(app: &'a TestApp, petition: &Petition) -> Self {
        Self { app, path: petition.path() }
    }

    /// What is served under the petition's place.
    pub fn get(&self, what: &str) -> Reply {
        self.app.client().get(&format!("{}/{what}", self.path))
    }

    /// The log's verifier key.
    pub fn key(&self) -> VerifierKey {
        let line = self.get("log/vkey").expect(200).body;
        VerifierKey::parse(line.strip_suffix('\n').expect("one line")).expect("a verifier key")
    }

    /// The newest checkpoint, verified.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::verify(&self.get("log/checkpoint").expect(200).bytes, &self.key()).expect("it is signed")
    }

    /// A tile that exists.
    pub fn tile(&self, tile: Tile) -> Vec<u8> {
        self.get(&format!("log/tile/{tile}")).expect(200).bytes
    }

    /// All entries of a log of `size`, from bundles.
    pub fn entries(&self, size: u64) -> Vec<Vec<u8>> {
        let mut entries = Vec::new();
        for index in 0..size.div_ceil(256) {
            let width = (size - index * 256).min(256);
            let part = if width == 256 { String::new() } else { format!(".p/{width}") };
            let bundle = self.get(&format!("log/tile/entries/{index:03}{part}")).expect(200).bytes;
            let read = unbundle(&bundle).expect("a bundle");
            assert_eq!(u64::try_from(read.len()).unwrap(), width);
            entries.extend(read.into_iter().map(<[u8]>::to_vec));
        }
        entries
    }

    /// The log's hashes, from its tiles, each of which is asked for once.
    pub fn hashes(&self, size: u64) -> FromTiles<impl FnMut(Tile) -> Result<Vec<Hash>, ()>> {
        let mut read: BTreeMap<String, Vec<Hash>> = BTreeMap::new();
        FromTiles::new(size, move |tile: Tile| {
            let hashes = read.entry(tile.to_string()).or_insert_with(|| {
                let bytes = self.tile(tile);
                let (hashes, rest) = bytes.as_chunks::<32>();
                assert!(rest.is_empty());
                hashes.to_vec()
            });
            Ok(hashes.clone())
        })
    }

    /// What the log adds up to by its own words alone: nothing may be found.
    #[track_caller]
    pub fn is_well(&self) -> Verdict {
        let checkpoint = self.checkpoint();
        let mut auditor = Auditor::new([7; 32]);
        auditor.take(&self.entries(checkpoint.size), NonZeroUsize::MIN);
        assert_eq!((auditor.size(), auditor.root()), (checkpoint.size, checkpoint.root));
        let verdict = auditor.finish(&[], None);
        assert_eq!(verdict.findings, []);
        verdict
    }

    /// What opens its leaves.
    pub fn openings(&self) -> Vec<serde_json::Value> {
        let answer = self.get("openings.json").expect(200);
        serde_json::from_slice(&answer.bytes).expect("JSON")
    }
}

/// A petition's id.
pub fn id_of(app: &TestApp, petition: &Petition) -> PetitionId {
    let found = app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug));
    found.expect("the database answers").expect("a petition").id
}

/// Events that say nothing, to grow a log to `size`.
pub fn grow(app: &TestApp, petition: &Petition, size: u64) {
    let id = id_of(app, petition);
    app.ctx
        .write_logs(|db| {
            let now = db::collector::head(db, id)?.expect("a log").size;
            let leaves: Vec<Vec<u8>> = (now..size)
                .map(|number| Notice::ServedAt { host: format!("host-{number}.example") }.encode(id).unwrap())
                .collect();
            collector::append(&app.ctx, db, id, &leaves)
        })
        .expect("the log grows");
}

/// The root of the tree over these entries.
pub fn root_of(entries: &[Vec<u8>]) -> Hash {
    let mut frontier = Frontier::new();
    for entry in entries {
        frontier.append(hash_leaf(entry));
    }
    frontier.root()
}
