//! How long an audit takes, beside the signatures that it must verify: as a ratio within one run, on the same cores.
//! `scripts/bench` runs it, and then measures the memory of the built program on the logs that this leaves in a folder.
//!
//! The environment: `BENCH_CASTS` (100000), `BENCH_FOLDER` (where the logs are written).

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement: it reads the clock and the environment, and stops where something is wrong"
)]

use std::{
    fs,
    io::Read,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use undersigned::{
    client::{
        audit::{self, Way},
        failure::Failure,
        source::Source,
    },
    domain::{
        ids::PetitionId,
        proof::{CrowdIndex, ProofKind},
        time::Timestamp,
    },
    entropy::{Entropy, SeededEntropy},
    log::{
        checkpoint::Checkpoint,
        note::LogKey,
        tiles::{Tile, bundle},
        tree::{Frontier, hash_leaf},
    },
    protocol::{
        client,
        extension::Extension,
        issuing::IssuingKey,
        leaf::{CastLeaf, Genesis, GenesisCrowd, GenesisEmployer, Notice},
        origin::LogOrigin,
        withdrawal_code::WithdrawalCode,
    },
};

const ROUNDS: u32 = 3;

struct Folder(PathBuf);

impl Source for Folder {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        Ok(match fs::File::open(self.0.join(path)) {
            Ok(file) => Some(Box::new(file)),
            Err(_absent) => None,
        })
    }
}

/// A petition with one crowd.
struct Petition {
    genesis: Genesis,
    issuing: IssuingKey,
}

impl Petition {
    fn new(entropy: &dyn Entropy) -> Self {
        let issuing = IssuingKey::generate(entropy).expect("a key");
        let time = Timestamp::from_secs(1_780_000_000);
        let genesis = Genesis {
            petition: PetitionId::new(entropy.uuid()),
            origin: LogOrigin::generate(entropy),
            title: String::from("End the contract"),
            addressed_to: String::from("The board of Example Corp"),
            demands: vec![String::from("End it.")],
            body_hash: [3; 32],
            employers: vec![GenesisEmployer {
                name: String::from("Example"),
                domains: vec![String::from("example.com")],
            }],
            crowds: vec![GenesisCrowd {
                proof: ProofKind::WorkMail.into(),
                employer: None,
                spki: issuing.spki().to_vec(),
            }],
            sealing_key: None,
            opens: time,
            issue_until: time,
            traces_until: None,
            closes: time,
            cast_until: time,
            batch: 10,
            min_cell: 10,
        };
        Self { genesis, issuing }
    }

    /// So many casts, made on all threads.
    fn casts(&self, count: usize, threads: NonZeroUsize) -> Vec<Vec<u8>> {
        let challenge = self.genesis.challenge(CrowdIndex::new(0)).expect("a genesis").expect("a crowd");
        let make = |seed: u64| {
            let entropy: &dyn Entropy = &SeededEntropy::new(seed);
            let code = WithdrawalCode::generate(entropy);
            let (request, unfinished) =
                client::begin(self.issuing.spki(), &challenge, &code, entropy).expect("a request");
            let response = self.issuing.sign_request(&request, entropy).expect("a signature");
            let token = unfinished.finish(&response).expect("a token");
            client::cast(self.genesis.petition, &token, &code, &Extension::Anonymous, entropy).leaf
        };
        let numbers: Vec<u64> = (1_000..).take(count).collect();
        let share = count.div_ceil(threads.get()).max(1);
        thread::scope(|scope| {
            let parts: Vec<_> = numbers
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(|seed| make(*seed)).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().expect("casts")).collect()
        })
    }

    /// Files as they are served, of a log with these casts.
    fn write(&self, folder: &Path, casts: &[Vec<u8>], entropy: &dyn Entropy) {
        let count = u64::try_from(casts.len()).expect("a size");
        let issued = Notice::Issued(vec![count.next_multiple_of(10)]).encode(self.genesis.petition);
        let mut entries = vec![self.genesis.encode().expect("a leaf"), issued.expect("a leaf")];
        entries.extend_from_slice(casts);
        let mut frontier = Frontier::new();
        for entry in &entries {
            frontier.append(hash_leaf(entry));
        }
        let key = LogKey::new(self.genesis.origin.clone(), &entropy.bytes());
        let write = |path: &str, bytes: &[u8]| {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, bytes).expect("a file");
        };
        for (index, part) in (0..).zip(entries.chunks(256)) {
            let tile = Tile::widest_bundle(index, frontier.size()).expect("a tile");
            let bytes = bundle(part.iter().map(Vec::as_slice)).expect("short entries");
            write(&format!("log/tile/{tile}"), &bytes);
        }
        write("log/vkey", format!("{}\n", key.verifier()).as_bytes());
        write("log/checkpoint", Checkpoint::sign(&key, frontier.size(), frontier.root()).as_bytes());
        let numbers =
            format!(r#"{{"crowds":[{{"proof":"work-mail","number":{count},"as_of":"2026-06-03"}}]}}"#);
        write("numbers.json", numbers.as_bytes());
        write("openings.json", b"[]");
    }

    /// Nothing but the two signatures of each cast, on all threads.
    fn verify(&self, casts: &[CastLeaf], threads: NonZeroUsize) {
        let challenge = self.genesis.challenge(CrowdIndex::new(0)).expect("a genesis").expect("a crowd");
        let (key, digest) = (self.issuing.public(), challenge.digest());
        let share = casts.len().div_ceil(threads.get()).max(1);
        thread::scope(|scope| {
            for part in casts.chunks(share) {
                scope.spawn(move || {
                    for cast in part {
                        cast.verify_with(key, self.genesis.petition, &digest).expect("a signature");
                    }
                });
            }
        });
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn main() {
    let count: usize =
        std::env::var("BENCH_CASTS").map_or(100_000, |count| count.parse().expect("BENCH_CASTS: a number"));
    let folder = PathBuf::from(std::env::var("BENCH_FOLDER").expect("BENCH_FOLDER: where to write"));
    let threads = thread::available_parallelism().expect("cores");
    let entropy: &dyn Entropy = &SeededEntropy::new(1);
    let petition = Petition::new(entropy);
    let leaves = petition.casts(count, threads);
    for part in [count, count / 10] {
        petition.write(&folder.join(part.to_string()), leaves.get(..part).expect("so many"), entropy);
    }
    let casts: Vec<CastLeaf> = leaves.iter().map(|leaf| CastLeaf::parse(leaf).expect("a cast")).collect();
    let source = Folder(folder.join(count.to_string()));
    let (mut verified, mut audited) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        verified = verified.min(timed(|| petition.verify(&casts, threads)));
        audited = audited.min(timed(|| {
            let way = Way {
                kept: None,
                reread: undersigned::client::reread::Reread::All,
                key: [7; 32],
                threads,
                progress: &mut |_, _| (),
                keep: None,
                policy: None,
                now: Timestamp::from_secs(0),
            };
            let audited = audit::audit(&source, way).expect("it is audited");
            assert!(audited.verdict.findings.is_empty(), "{:?}", audited.verdict.findings);
        }));
    }
    println!("casts | threads | signatures alone | whole audit | ratio");
    println!("---|---|---|---|---");
    let ratio = audited.as_secs_f64() / verified.as_secs_f64();
    println!(
        "{count} | {threads} | {:.2} s | {:.2} s | {ratio:.3}",
        verified.as_secs_f64(),
        audited.as_secs_f64()
    );
}
