//! The ballot file: what one needs to cast later, elsewhere. Canonical JSON, about 1 kB, one line. A secret: whoever
//! holds it can cast it, and can prove whose it is.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{
    leaf::Genesis,
    origin::LogOrigin,
    token::{IssuerKey, Token},
    withdrawal_code::WithdrawalCode,
};
use crate::domain::{ids::PetitionId, proof::CrowdIndex};

const VERSION: u8 = 1;
/// A little more than any ballot file has.
const MAX_LEN_BYTES: usize = 4_096;

/// A finished token, and the code that it belongs to.
#[derive(Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The petition.
    pub petition: PetitionId,
    /// The name of its log.
    pub origin: LogOrigin,
    /// G, the hash of its genesis.
    pub genesis_hash: [u8; 32],
    /// The token.
    pub token: Token,
    /// The withdrawal code, from which the signer's key K comes.
    pub code: WithdrawalCode,
}

/// Why a ballot file is refused. Never carries what it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BallotError {
    /// Not the canonical JSON of a ballot.
    #[error("not a ballot file")]
    Form,
    /// The token was made for another withdrawal code.
    #[error("the token and the withdrawal code of the ballot do not belong together")]
    ForeignCode,
    /// It is for another petition, or for another beginning of this one.
    #[error("a ballot of another petition")]
    OtherPetition,
    /// The token is none of this petition's crowds, or its signature does not verify.
    #[error("the token of the ballot is not one of this petition")]
    Token,
}

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u8,
    petition: String,
    origin: String,
    genesis_hash: String,
    token: String,
    withdrawal_code: String,
}

impl Ballot {
    /// The text of the file, without an end of line.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "text and a small number always serialize")]
    pub fn expose_json(&self) -> Zeroizing<String> {
        let wire = Wire {
            v: VERSION,
            petition: self.petition.to_string(),
            origin: self.origin.as_str().to_owned(),
            genesis_hash: URL_SAFE_NO_PAD.encode(self.genesis_hash),
            token: URL_SAFE_NO_PAD.encode(self.token.encode()),
            withdrawal_code: self.code.expose(),
        };
        #[expect(clippy::expect_used, reason = "text and a small number always serialize")]
        Zeroizing::new(serde_json_canonicalizer::to_string(&wire).expect("strings serialize"))
    }

    /// Reads a ballot file. White space around it is passed over; everything else must be as written.
    ///
    /// # Errors
    /// [`BallotError::Form`], [`BallotError::ForeignCode`].
    pub fn parse(text: &str) -> Result<Self, BallotError> {
        let text = text.trim_matches(|end: char| end.is_whitespace() || end == '\u{feff}');
        if text.len() > MAX_LEN_BYTES {
            return Err(BallotError::Form);
        }
        // What serde and the parsers inside would say repeats what was read.
        let wire: Wire = serde_json::from_str(text).or(Err(BallotError::Form))?;
        let ballot = Self::from_wire(&wire).ok_or(BallotError::Form)?;
        if *ballot.expose_json() != *text || wire.v != VERSION {
            return Err(BallotError::Form);
        }
        if ballot.token.input().nonce != ballot.code.nonce() {
            return Err(BallotError::ForeignCode);
        }
        Ok(ballot)
    }

    fn from_wire(wire: &Wire) -> Option<Self> {
        let genesis_hash = URL_SAFE_NO_PAD.decode(&wire.genesis_hash).ok()?;
        let token = Zeroizing::new(URL_SAFE_NO_PAD.decode(&wire.token).ok()?);
        Some(Self {
            petition: PetitionId::parse(&wire.petition).ok()?,
            origin: LogOrigin::parse(&wire.origin).ok()?,
            genesis_hash: genesis_hash.try_into().ok()?,
            token: Token::parse(&token).ok()?,
            code: WithdrawalCode::parse(&wire.withdrawal_code).ok()?,
        })
    }

    /// The crowd of `genesis` that this ballot is for, all signatures checked.
    ///
    /// # Errors
    /// [`BallotError::OtherPetition`], [`BallotError::Token`].
    pub fn crowd_in(&self, genesis: &Genesis) -> Result<CrowdIndex, BallotError> {
        let hash = genesis.hash().or(Err(BallotError::OtherPetition))?;
        if self.petition != genesis.petition || self.origin != genesis.origin || self.genesis_hash != hash {
            return Err(BallotError::OtherPetition);
        }
        for (index, crowd) in (0_u8..).zip(&genesis.crowds) {
            let index = CrowdIndex::new(index);
            let (Ok(key), Ok(Some(challenge))) = (IssuerKey::parse(&crowd.spki), genesis.challenge(index))
            else {
                continue;
            };
            if self.token.verify(&key, &challenge.digest()).is_ok() {
                return Ok(index);
            }
        }
        Err(BallotError::Token)
    }
}

impl fmt::Debug for Ballot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ballot(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{proof::ProofKind, time::Timestamp},
        entropy::SeededEntropy,
        protocol::{
            client,
            issuing::IssuingKey,
            leaf::{GenesisCrowd, GenesisEmployer},
        },
    };

    struct Signed {
        genesis: Genesis,
        ballot: Ballot,
    }

    static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
        let entropy = SeededEntropy::new(11);
        let issuing = IssuingKey::generate(&entropy).unwrap();
        let genesis = genesis(issuing.spki());
        let code = WithdrawalCode::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
        let challenge = genesis.challenge(CrowdIndex::new(0)).unwrap().unwrap();
        let (request, unfinished) = client::begin(issuing.spki(), &challenge, &code, &entropy).unwrap();
        let token = unfinished.finish(&issuing.sign_request(&request, &entropy).unwrap()).unwrap();
        let ballot = Ballot {
            petition: genesis.petition,
            origin: genesis.origin.clone(),
            genesis_hash: genesis.hash().unwrap(),
            token,
            code,
        };
        Signed { genesis, ballot }
    });

    fn genesis(spki: &[u8]) -> Genesis {
        let at = Timestamp::from_secs(1_780_488_000);
        Genesis {
            petition: PetitionId::new(uuid::Uuid::from_u128(7)),
            origin: LogOrigin::parse("petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li").unwrap(),
            title: String::from("Stop"),
            addressed_to: String::from("The board"),
            demands: vec![String::from("End it")],
            body_hash: [1; 32],
            employers: vec![GenesisEmployer {
                name: String::from("Initech"),
                domains: vec![String::from("initech.example")],
            }],
            crowds: vec![GenesisCrowd {
                proof: ProofKind::WorkMail.into(),
                employer: None,
                spki: spki.to_vec(),
            }],
            sealing_key: None,
            opens: at,
            issue_until: at.plus_days(30),
            traces_until: None,
            closes: at.plus_days(30),
            cast_until: at.plus_days(37),
            batch: 10,
            min_cell: 10,
        }
    }

    #[test]
    fn a_ballot_is_one_line_in_the_order_that_the_browser_writes_and_reads_back() {
        let text = SIGNED.ballot.expose_json();
        let token = URL_SAFE_NO_PAD.encode(SIGNED.ballot.token.encode());
        let hash = URL_SAFE_NO_PAD.encode(SIGNED.genesis.hash().unwrap());
        assert_eq!(
            *text,
            format!(
                "{{\"genesis_hash\":\"{hash}\",\"origin\":\"petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li\",\
                 \"petition\":\"00000000-0000-0000-0000-000000000007\",\"token\":\"{token}\",\"v\":1,\
                 \"withdrawal_code\":\"{}\"}}",
                SIGNED.ballot.code.expose()
            )
        );
        assert_eq!(Ballot::parse(&text), Ok(SIGNED.ballot.clone()));
        assert_eq!(Ballot::parse(&format!("\u{feff} {}\r\n", *text)), Ok(SIGNED.ballot.clone()));
        assert_eq!(SIGNED.ballot.crowd_in(&SIGNED.genesis), Ok(CrowdIndex::new(0)));
    }

    /// The browser's module wrote and read the same bytes.
    #[test]
    fn the_shared_vector_is_written_and_read_byte_for_byte() {
        let vector: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/ballot.json")).unwrap();
        let genesis = URL_SAFE_NO_PAD.decode(vector["genesis"].as_str().unwrap()).unwrap();
        let ballot = Ballot::parse(vector["ballot"].as_str().unwrap()).unwrap();
        assert_eq!(ballot.crowd_in(&Genesis::parse(&genesis).unwrap()), Ok(CrowdIndex::new(0)));
        assert_eq!(*ballot.expose_json(), vector["ballot"].as_str().unwrap());
    }

    #[test]
    fn another_spelling_is_no_ballot() {
        let text = SIGNED.ballot.expose_json();
        let code = SIGNED.ballot.code.expose();
        for bad in [
            String::new(),
            String::from("{}"),
            text.replace("\"v\":1", "\"v\":2"),
            text.replace("\"v\":1", "\"v\": 1"),
            text.replace("\"v\":1", "\"more\":1,\"v\":1"),
            text.replace(&code, &code.to_lowercase()),
            text.replace(&code, &code.replace('-', "")),
            text.replace("\",\"v\"", "=\",\"v\""),
            text.replace("petition.undersigned", "petition.elsewhere"),
            text.replace("00000000-0000-0000-0000-000000000007", "00000000000000000000000000000007"),
            format!("{}{}", *text, " ".repeat(9_000)).replace(' ', "\u{200b}"),
            format!("{}x", *text),
        ] {
            assert_eq!(Ballot::parse(&bad), Err(BallotError::Form), "{bad}");
        }
    }

    #[test]
    fn a_code_of_somebody_else_and_another_petition_are_refused() {
        let other = Ballot { code: WithdrawalCode::from_bytes([9; 15]), ..SIGNED.ballot.clone() };
        assert_eq!(Ballot::parse(&other.expose_json()), Err(BallotError::ForeignCode));

        let mut altered = SIGNED.genesis.clone();
        altered.title.push('!');
        assert_eq!(SIGNED.ballot.crowd_in(&altered), Err(BallotError::OtherPetition));

        let mut bytes = SIGNED.ballot.token.encode();
        bytes[Token::LEN_BYTES - 1] ^= 1;
        let forged = Ballot { token: Token::parse(&bytes).unwrap(), ..SIGNED.ballot.clone() };
        assert_eq!(forged.crowd_in(&SIGNED.genesis), Err(BallotError::Token));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[{}\":,a-z0-9_ -]{0,80}") {
            let _ignored = Ballot::parse(&text);
        }
    }
}
