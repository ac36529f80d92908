//! What a log says of one signature: where it is, what its signer proved, whether it was taken back or voided since.

use crate::{
    domain::{proof::CrowdIndex, void::VoidReason},
    protocol::leaf::{About, CastLeaf, Genesis, Leaf, Notice, about},
};

/// What a log says of a signature that is in it. Entries are numbered from 0, the genesis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its entry.
    pub entry: u64,
    /// In which crowd of genesis it was cast.
    pub crowd: CrowdIndex,
    /// The entry that takes it back.
    pub retracted: Option<u64>,
    /// What makes it count no longer, by somebody else than its signer.
    pub voided: Option<Voided>,
}

/// A void that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voided {
    /// Its entry.
    pub at: u64,
    /// Why.
    pub reason: VoidReason,
}

impl Standing {
    /// Whether it counts.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.retracted.is_none() && self.voided.is_none()
    }
}

/// Looks for the signature of one key, entry by entry. Whether everything else in a log is in order is what an audit
/// looks at.
pub struct Search<'a> {
    genesis: &'a Genesis,
    key: [u8; 32],
    standing: Option<Standing>,
}

impl<'a> Search<'a> {
    /// For the signature of this public key K.
    #[must_use]
    pub const fn new(genesis: &'a Genesis, key: [u8; 32]) -> Self {
        Self { genesis, key, standing: None }
    }

    /// Whether an entry may say something of the signature, by its bytes alone: nothing is verified. While a log is still
    /// fetched, whoever serves it must not see by the time of the next request what was found.
    #[must_use]
    pub fn may_concern(&self, entry: &[u8]) -> bool {
        match about(entry) {
            About::Key(key) => *key == self.key,
            About::Void => true,
            About::Other => false,
        }
    }

    /// Takes an entry, later ones after earlier ones. Those that neither are of this key nor void anything may be left out.
    pub fn take(&mut self, at: u64, entry: &[u8]) {
        let Ok(leaf) = Leaf::parse(entry) else { return };
        let Some(standing) = &mut self.standing else {
            if let Leaf::Cast(cast) = leaf {
                self.standing = crowd_of(&cast, self.genesis, &self.key).map(|crowd| Standing {
                    entry: at,
                    crowd,
                    retracted: None,
                    voided: None,
                });
            }
            return;
        };
        match leaf {
            Leaf::Retract(retract)
                if *retract.public_key() == self.key
                    && retract.petition() == self.genesis.petition
                    && retract.verify().is_ok() =>
            {
                standing.retracted = standing.retracted.or(Some(at));
            }
            Leaf::Notice(petition, Notice::Void { cast, reason })
                if cast == standing.entry && petition == self.genesis.petition =>
            {
                standing.voided = standing.voided.or(Some(Voided { at, reason }));
            }
            Leaf::Notice(petition, Notice::VoidReversed { cast })
                if cast == standing.entry && petition == self.genesis.petition =>
            {
                standing.voided = None;
            }
            _ => {}
        }
    }

    /// What came of it. `None`: no signature of this key is in the log, or not yet.
    #[must_use]
    pub const fn finish(self) -> Option<Standing> {
        self.standing
    }
}

/// The crowd in which a cast by this key is valid.
fn crowd_of(cast: &CastLeaf, genesis: &Genesis, key: &[u8; 32]) -> Option<CrowdIndex> {
    if cast.public_key() != key || cast.petition() != genesis.petition {
        return None;
    }
    (0_u8..).zip(&genesis.crowds).find_map(|(index, crowd)| {
        let index = CrowdIndex::new(index);
        let challenge = genesis.challenge(index).ok().flatten()?;
        cast.verify(&crowd.spki, &challenge).is_ok().then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::ids::PetitionId,
        protocol::{client::retract, withdrawal_code::WithdrawalCode},
    };

    struct Signed {
        genesis: Genesis,
        cast: Vec<u8>,
        code: WithdrawalCode,
    }

    fn signed() -> Signed {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/own.json")).unwrap();
        let bytes = |name: &str| {
            let text = vector[name].as_str().unwrap();
            (0..text.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
                .collect::<Vec<u8>>()
        };
        Signed {
            genesis: Genesis::parse(&bytes("genesis")).unwrap(),
            cast: bytes("cast"),
            code: WithdrawalCode::parse(vector["withdrawal_code"].as_str().unwrap()).unwrap(),
        }
    }

    fn standing(signed: &Signed, later: &[Vec<u8>]) -> Option<Standing> {
        let mut search = Search::new(&signed.genesis, signed.code.public_key());
        search.take(0, &signed.genesis.encode().unwrap());
        search.take(1, b"no leaf at all");
        search.take(2, &signed.cast);
        for (at, leaf) in (3..).zip(later) {
            search.take(at, leaf);
        }
        search.finish()
    }

    #[test]
    fn a_signature_is_found_with_its_crowd_and_only_by_its_own_key() {
        let signed = signed();
        let found = standing(&signed, &[]).unwrap();
        assert_eq!((found.entry, found.crowd, found.counts()), (2, CrowdIndex::new(1), true));
        let other = WithdrawalCode::from_bytes([7; 15]);
        assert_eq!(standing(&Signed { code: other, ..signed }, &[]), None);
    }

    #[test]
    fn what_may_concern_it_is_told_by_bytes_alone_so_that_bent_copies_take_no_time() {
        let signed = signed();
        let search = Search::new(&signed.genesis, signed.code.public_key());
        let petition = signed.genesis.petition;
        let mut bent = signed.cast.clone();
        bent[499] ^= 1;
        let own = [signed.cast.clone(), bent, retract(petition, &signed.code)];
        assert!(own.iter().all(|entry| search.may_concern(entry)));
        assert!(search.may_concern(&Notice::VoidReversed { cast: 9 }.encode(petition).unwrap()));
        let stranger = WithdrawalCode::from_bytes([7; 15]);
        for other in [
            retract(petition, &stranger),
            signed.cast[..499].to_vec(),
            signed.genesis.encode().unwrap(),
            vec![1],
        ] {
            assert!(!search.may_concern(&other));
        }
    }

    #[test]
    fn a_cast_whose_token_or_signature_does_not_verify_is_not_a_signature() {
        for at in [20, 200, 420, 480] {
            let mut bent = signed();
            bent.cast[at] ^= 1;
            assert_eq!(standing(&bent, &[]), None, "byte {at}");
        }
    }

    #[test]
    fn only_its_own_key_takes_it_back() {
        let signed = signed();
        let petition = signed.genesis.petition;
        let own = retract(petition, &signed.code);
        assert_eq!(standing(&signed, &[own.clone(), own.clone()]).unwrap().retracted, Some(3));
        let mut bent = own;
        bent[100] ^= 1;
        let strangers = retract(petition, &WithdrawalCode::from_bytes([7; 15]));
        let elsewhere = retract(PetitionId::new(uuid::Uuid::from_bytes([9; 16])), &signed.code);
        assert!(standing(&signed, &[bent, strangers, elsewhere]).unwrap().counts());
    }

    #[test]
    fn a_void_holds_until_it_is_reversed_and_for_this_entry_alone() {
        let signed = signed();
        let petition = signed.genesis.petition;
        let void = |cast, reason| Notice::Void { cast, reason }.encode(petition).unwrap();
        let back = |cast| Notice::VoidReversed { cast }.encode(petition).unwrap();
        let first = void(2, VoidReason::FalseName);
        let voided = |later: &[Vec<u8>]| standing(&signed, later).unwrap().voided;
        let expected = Some(Voided { at: 3, reason: VoidReason::FalseName });
        assert_eq!(voided(&[first.clone(), void(2, VoidReason::Defect), back(1)]), expected);
        assert_eq!(voided(&[void(1, VoidReason::Defect)]), None);
        assert_eq!(voided(&[first.clone(), back(2)]), None);
        let again = Some(Voided { at: 5, reason: VoidReason::Defect });
        assert_eq!(voided(&[first, back(2), void(2, VoidReason::Defect)]), again);
    }
}
