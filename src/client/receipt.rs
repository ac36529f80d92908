//! Finding a signature in the log. All of the log is fetched, whoever asks: the server does not learn which entry is
//! looked for, and an entry counts only if all of them together have the root that the log has signed. The proof that is
//! kept, and the comparison with one that was kept, are made of the same entries: nothing more is asked for.

use super::{
    failure::{Failure, Untrusted},
    log::{Checked, bundle},
    receipt_file::ReceiptFile,
    server::Server,
};
use crate::{
    log::{
        proof::{FromLeaves, includes, inclusion, root},
        standing::{Search, Standing},
        tiles::Tile,
        tlog_proof::LogProof,
        tree::{Frontier, Hash, hash_leaf},
    },
    protocol::statement::Statement,
};

/// All of a log, and what it says of one signature. Entries are numbered from 0, the genesis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many entries the log has.
    pub size: u64,
    /// The signature; `None` where it is not in the log, or not yet.
    pub standing: Option<Standing>,
    /// The hashes of all entries.
    leaves: Vec<Hash>,
}

/// What became of a log since a receipt was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// It holds all that it held, and the same signature at the same place.
    Still {
        /// How many entries it had.
        size: u64,
    },
    /// Another key signs it now: the receipt proves that it was another log.
    OtherKey,
    /// It is shorter than it was: the receipt proves that it was longer.
    Shorter {
        /// How many entries it had.
        size: u64,
    },
    /// It holds something else than it held: the receipt proves that.
    Changed,
    /// What was kept is a proof of another signature than that of the code.
    OtherSignature,
    /// What was kept is not what a log has signed.
    Damaged,
}

/// Looks for the signature of this public key K in the log as it was checked. `progress` hears how many entries of how
/// many have come.
///
/// # Errors
/// [`Failure::Untrusted`] where the entries are not those that the checkpoint stands for.
pub fn look(
    server: &Server<'_>,
    checked: &Checked,
    key: [u8; 32],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Found, Failure> {
    let size = checked.checkpoint.size;
    let mut search = Search::new(&checked.genesis, key);
    let (mut frontier, mut leaves, mut concerning) = (Frontier::new(), Vec::new(), Vec::new());
    while frontier.size() < size {
        let tile = Tile::widest_bundle(frontier.size() / 256, size).ok_or(Untrusted::Root)?;
        for entry in bundle(server, tile)? {
            if search.may_concern(&entry) {
                concerning.push((frontier.size(), entry.clone()));
            }
            let hash = hash_leaf(&entry);
            frontier.append(hash);
            leaves.push(hash);
        }
        progress(frontier.size(), size);
    }
    if frontier.root() != checked.checkpoint.root {
        return Err(Untrusted::Root.into());
    }
    // Nothing more is asked for from here on: only now may it take longer for what was looked for.
    for (at, entry) in concerning {
        search.take(at, &entry);
    }
    Ok(Found { size, standing: search.finish(), leaves })
}

impl Found {
    /// The entry of the signature.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        self.standing.map(|standing| standing.entry)
    }

    /// The entry that takes it back.
    #[must_use]
    pub fn retracted(&self) -> Option<u64> {
        self.standing.and_then(|standing| standing.retracted)
    }

    /// The proof to keep: that the signature is in the log of this checkpoint. `None` where it is not.
    #[must_use]
    pub fn proof(&self, checked: &Checked) -> Option<LogProof> {
        let index = self.entry()?;
        let path = inclusion(&mut FromLeaves(&self.leaves), index, self.size).ok()?;
        Some(LogProof { index, path, note: checked.note.clone() })
    }

    /// What became of the log since `kept` was. `None` where nothing but a code was kept.
    #[must_use]
    pub fn since(&self, kept: &ReceiptFile, checked: &Checked) -> Option<Since> {
        let proof = kept.proof.as_ref()?;
        let key = kept.key.as_ref().unwrap_or(&checked.key);
        let Ok(before) = proof.checkpoint(key) else { return Some(Since::Damaged) };
        if *key != checked.key {
            return Some(Since::OtherKey);
        }
        if before.size > self.size {
            return Some(Since::Shorter { size: before.size });
        }
        if root(&mut FromLeaves(&self.leaves), before.size) != Ok(before.root) {
            return Some(Since::Changed);
        }
        if self.entry() != Some(proof.index) {
            return Some(Since::OtherSignature);
        }
        let leaf = usize::try_from(proof.index).ok().and_then(|index| self.leaves.get(index))?;
        let is_there = includes(proof.index, before.size, leaf, &proof.path, &before.root);
        Some(if is_there { Since::Still { size: before.size } } else { Since::Damaged })
    }
}

/// What a statement comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementChecked {
    /// It is for another petition, or another beginning of this one.
    OtherPetition,
    /// Its key has not signed it.
    NotSigned,
    /// It is signed, and this is what the log says of the signature.
    Signed(Found),
}

/// Checks a statement against the log as it was checked.
///
/// # Errors
/// As [`look`].
pub fn check_statement(
    server: &Server<'_>,
    checked: &Checked,
    statement: &Statement,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<StatementChecked, Failure> {
    if statement.petition != checked.genesis.petition || statement.genesis_hash != checked.genesis_hash {
        return Ok(StatementChecked::OtherPetition);
    }
    if statement.verify().is_err() {
        return Ok(StatementChecked::NotSigned);
    }
    look(server, checked, statement.public_key, progress).map(StatementChecked::Signed)
}
