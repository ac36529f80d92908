//! From a proof to a finished token. What hides the token lives in [`Signing`] alone, in memory.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    failure::{Failure, Refusal, Untrusted},
    log::Checked,
    server::Server,
};
use crate::{
    domain::{
        eligibility,
        email::EmailAddress,
        proof::{CrowdIndex, ProofKind},
        secret::SecretText,
    },
    entropy::Entropy,
    protocol::{
        ballot::Ballot,
        client::{self, ClientError, Unfinished},
        leaf::Genesis,
        mail_code::MailCode,
        ticket::Ticket,
        token::{TokenRequest, TokenResponse},
        withdrawal_code::WithdrawalCode,
    },
};

/// The kinds of proof that a petition takes, as they are offered. Kinds that this program does not know are left out: it
/// cannot show them.
#[must_use]
pub fn proofs_taken(genesis: &Genesis) -> Vec<ProofKind> {
    let mut kinds = ProofKind::offered();
    kinds.retain(|kind| genesis.crowds.iter().any(|crowd| crowd.proof.kind() == Some(*kind)));
    kinds
}

/// What is shown to get a token.
pub enum Shown<'a> {
    /// The code that was mailed, with the ticket that it belongs to.
    MailedCode(&'a Ticket, &'a MailCode),
    /// An invitation, as typed.
    Invitation(&'a SecretText),
}

/// The crowd in which a signature counts, and so the key that signs its token: found as the server finds it, so that
/// a mistake is told before anything is sent.
///
/// # Errors
/// [`eligibility::Refusal`].
pub fn crowd_for(
    genesis: &Genesis,
    proof: ProofKind,
    address: Option<&EmailAddress>,
) -> Result<CrowdIndex, eligibility::Refusal> {
    let employer = address.and_then(|address| {
        let domain = address.domain();
        genesis.employers.iter().find(|one| one.domains.iter().any(|listed| listed == domain.as_str()))
    });
    let of_proof = || (0_u8..).zip(&genesis.crowds).filter(|(_, crowd)| crowd.proof.kind() == Some(proof));
    if of_proof().next().is_none() {
        return Err(eligibility::Refusal::ProofNotTaken);
    }
    if let Some(address) = address {
        eligibility::check_mailbox(proof, address, employer)?;
    }
    let is_ours = |name: &Option<String>| match (name, employer) {
        (None, _) => true,
        (Some(name), employer) => employer.is_some_and(|employer| employer.name == *name),
    };
    let found = of_proof().find(|(_, crowd)| is_ours(&crowd.employer));
    found.map(|(index, _)| CrowdIndex::new(index)).ok_or(eligibility::Refusal::OutsideDomains)
}

/// Asks for a code by mail.
///
/// # Errors
/// [`Failure`].
pub fn ask_code(
    server: &Server<'_>,
    checked: &Checked,
    proof: ProofKind,
    address: &EmailAddress,
) -> Result<Ticket, Failure> {
    let body = json!({ "proof": proof.as_str(), "address": address.expose() });
    let body = Zeroizing::new(body.to_string());
    let answer = server.post(checked.genesis.petition, "codes", &body)?;
    Ok(text_of(&answer, "ticket").and_then(|text| Ticket::parse(text).ok()).ok_or(Untrusted::Answer)?)
}

/// A token on its way, with the withdrawal code that it belongs to. The same request is sent however often it takes.
pub struct Signing {
    code: WithdrawalCode,
    request: TokenRequest,
    unfinished: Unfinished,
}

impl Signing {
    /// Draws a withdrawal code and blinds a token for it.
    ///
    /// # Errors
    /// [`Failure::Token`].
    pub fn begin(checked: &Checked, crowd: CrowdIndex, entropy: &dyn Entropy) -> Result<Self, Failure> {
        let code = WithdrawalCode::generate(entropy);
        let challenge = checked.genesis.challenge(crowd).ok().flatten();
        let spki = checked.genesis.crowds.get(usize::from(crowd.get())).map(|crowd| crowd.spki.as_slice());
        let (Some(challenge), Some(spki)) = (challenge, spki) else {
            return Err(Untrusted::Genesis.into());
        };
        let (request, unfinished) =
            client::begin(spki, &challenge, &code, entropy).map_err(Failure::Token)?;
        Ok(Self { code, request, unfinished })
    }

    /// Has the token signed, finishes and verifies it.
    ///
    /// # Errors
    /// [`Failure`]; the same may be tried again.
    pub fn redeem(
        &self,
        server: &Server<'_>,
        checked: &Checked,
        shown: &Shown<'_>,
    ) -> Result<Ballot, Failure> {
        let request = URL_SAFE_NO_PAD.encode(self.request.encode());
        let body = match shown {
            Shown::MailedCode(ticket, code) => {
                json!({ "ticket": ticket.expose(), "code": code.expose(), "request": request })
            }
            Shown::Invitation(invitation) => {
                json!({ "invitation": invitation.expose().trim(), "request": request })
            }
        };
        let body = Zeroizing::new(body.to_string());
        let answer = server.post(checked.genesis.petition, "tokens", &body)?;
        let response = text_of(&answer, "response").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let response =
            response.and_then(|bytes| TokenResponse::parse(&bytes).ok()).ok_or(Untrusted::Token)?;
        let token = self.unfinished.finish(&response).map_err(|error| match error {
            ClientError::NotSigned => Untrusted::Token.into(),
            other => Failure::Token(other),
        })?;
        Ok(Ballot {
            petition: checked.genesis.petition,
            origin: checked.genesis.origin.clone(),
            genesis_hash: checked.genesis_hash,
            token,
            code: self.code.clone(),
        })
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signing(redacted)")
    }
}

/// Whether a new ticket is needed before another code can be tried.
#[must_use]
pub const fn needs_new_code(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(Refusal::TooManyTries | Refusal::Expired))
}

pub(super) fn text_of<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    answer.get(name).and_then(Value::as_str)
}
