//! Finding a signature in the log. All of the log is fetched, whoever asks: the server does not learn which entry is
//! looked for, and an entry counts only if all of them together have the root that the log has signed.

use super::{
    failure::{Failure, Untrusted},
    log::{Checked, bundle},
    server::Server,
};
use crate::{
    log::{
        tiles::Tile,
        tree::{Frontier, hash_leaf},
    },
    protocol::{
        leaf::{CastLeaf, Leaf, RetractLeaf},
        withdrawal_code::WithdrawalCode,
    },
};

/// What the log holds of one signature. Entries are numbered from 0, the genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// How many entries the log has.
    pub size: u64,
    /// The entry of the signature; `None` where it is not in the log, or not yet.
    pub entry: Option<u64>,
    /// The entry that takes it back.
    pub retracted: Option<u64>,
}

/// Looks for what was cast with this code in the log as it was checked.
///
/// # Errors
/// [`Failure::Untrusted`] where the entries are not those that the checkpoint stands for.
pub fn look(server: &Server<'_>, checked: &Checked, code: &WithdrawalCode) -> Result<Found, Failure> {
    let (size, key) = (checked.checkpoint.size, code.public_key());
    let mut found = Found { size, entry: None, retracted: None };
    let mut frontier = Frontier::new();
    while frontier.size() < size {
        let tile = Tile::widest_bundle(frontier.size() / 256, size).ok_or(Untrusted::Root)?;
        for entry in bundle(server, tile)? {
            let place = frontier.size();
            match Leaf::parse(&entry) {
                Ok(Leaf::Cast(cast)) if is_of(&cast, checked, &key) => found.entry = Some(place),
                Ok(Leaf::Retract(retract)) if takes_back(&retract, checked, &key) => {
                    found.retracted = Some(place);
                }
                // Whether everything else is in order is what an audit looks at.
                _ => {}
            }
            frontier.append(hash_leaf(&entry));
        }
    }
    if frontier.root() != checked.checkpoint.root {
        return Err(Untrusted::Root.into());
    }
    Ok(found)
}

/// By this key, and valid in one of the petition's crowds.
fn is_of(cast: &CastLeaf, checked: &Checked, key: &[u8; 32]) -> bool {
    let genesis = &checked.genesis;
    cast.public_key() == key
        && (0_u8..).zip(&genesis.crowds).any(|(index, crowd)| {
            let challenge = genesis.challenge(crate::domain::proof::CrowdIndex::new(index));
            challenge.ok().flatten().is_some_and(|challenge| cast.verify(&crowd.spki, &challenge).is_ok())
        })
}

fn takes_back(retract: &RetractLeaf, checked: &Checked, key: &[u8; 32]) -> bool {
    retract.public_key() == key && retract.petition() == checked.genesis.petition && retract.verify().is_ok()
}
