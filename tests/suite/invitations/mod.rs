//! Invitations: made by an owner, handed over, and redeemed once, without any mail and without any list of who used
//! which.

mod clients;
mod making;
mod redeeming;
mod traces;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use undersigned::{
    actions::{petitions::How, queries::pages},
    db,
    domain::{ids::PetitionId, proof::ProofKind, tally::Tally},
    entropy::SeededEntropy,
    protocol::{
        client, leaf::Leaf, origin::LogOrigin, token::TokenChallenge, withdrawal_code::WithdrawalCode,
    },
};

use crate::support::{Client, DAY, Member, Petition, Reply, TestApp, with_invitations, withdrawal_code};

/// A petition that takes work mail, invitations and any mail.
pub fn inviting(app: &TestApp, owner: &Member<'_>) -> Petition {
    app.petition_of(owner, How::Open, with_invitations)
}

fn making(petition: &Petition) -> String {
    format!("/organize/{}/invitations", petition.slug)
}

/// The sheet that the owner gets.
fn sheet(owner: &Member<'_>, petition: &Petition, size: &str) -> Reply {
    owner.browser.submit(&making(petition), &making(petition), &[("size", size)])
}

/// Invitations, as they stand on the cards of a sheet.
pub fn invitations(app: &TestApp, owner: &Member<'_>, petition: &Petition, size: usize) -> Vec<String> {
    let sheet = sheet(owner, petition, &size.to_string()).expect(200);
    let codes = codes_on(&sheet);
    assert_eq!(codes.len(), size);
    for code in &codes {
        app.remember_canary(code);
    }
    codes
}

fn codes_on(sheet: &Reply) -> Vec<String> {
    let cards = sheet.body.split("class=\"invitation-code\"").skip(1);
    cards.map(|card| String::from(card.split(['>', '<']).nth(1).expect("a code"))).collect()
}

/// Sends the form as the petition's page has it: with an invitation, and no ticket yet.
fn type_in(browser: &Client<'_>, petition: &Petition, invitation: &str, name: &str) -> Reply {
    let visibility = if name.is_empty() { "not-shown" } else { "public" };
    let fields = [
        ("visibility", visibility),
        ("name", name),
        ("title", ""),
        ("address", ""),
        ("invitation", invitation),
    ];
    browser.post(&petition.signatures(), &fields)
}

/// Presses the button of the page that came back.
fn press(browser: &Client<'_>, petition: &Petition, page: &Reply) -> Reply {
    let hidden = ["ticket", "invitation", "visibility", "name", "title"];
    let values: Vec<(&str, String)> =
        hidden.iter().filter_map(|name| Some((*name, page.hidden(name)?))).collect();
    let fields: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&petition.signatures(), &fields)
}

/// Signs by invitation from beginning to end; gives the withdrawal code.
pub fn sign(app: &TestApp, petition: &Petition, invitation: &str, name: &str) -> String {
    let browser = app.client();
    let page = type_in(&browser, petition, invitation, name).expect(200);
    let code = withdrawal_code(&press(&browser, petition, &page).expect(200));
    app.remember_canary(&code);
    code
}

fn found(app: &TestApp, petition: &Petition) -> db::petitions::Petition {
    app.ctx.store.read(|db| db::petitions::by_slug(db, &petition.slug)).unwrap().expect("a petition")
}

fn tally(app: &TestApp, petition: &Petition) -> Tally {
    pages::at_public_place(&app.ctx, &petition.slug).unwrap().expect("it is public").view.tally
}

fn invited(app: &TestApp, petition: &Petition) -> u64 {
    tally(app, petition).by_proof(ProofKind::Invite)
}

fn leaves(app: &TestApp, id: PetitionId) -> Vec<Leaf> {
    let entries: Vec<db::collector::Entry> =
        app.ctx.store.read(|db| db::collector::entries(db, id, 0, 1_000)).unwrap();
    entries.iter().map(|entry| Leaf::parse(&entry.leaf).expect("a leaf")).collect()
}

fn casts(app: &TestApp, petition: &Petition) -> usize {
    let leaves = leaves(app, found(app, petition).id);
    leaves.iter().filter(|leaf| matches!(leaf, Leaf::Cast(_))).count()
}

/// The same invitation with one character typed wrong.
fn mistyped(invitation: &str) -> String {
    let wrong = if invitation.starts_with('7') { "8" } else { "7" };
    format!("{wrong}{}", &invitation[1..])
}

/// What a client holds while it asks for a token by invitation.
struct Asking {
    code: WithdrawalCode,
    unfinished: client::Unfinished,
    request: String,
    id: PetitionId,
}

fn asking(app: &TestApp, petition: &Petition, seed: u64) -> Asking {
    let entropy = SeededEntropy::new(seed);
    let found = found(app, petition);
    let crowds = app.ctx.store.read(|db| db::petitions::crowds(db, found.id)).unwrap();
    let (crowd, spki) = crowds.iter().find(|(crowd, _)| crowd.proof == ProofKind::Invite).unwrap();
    let origin = LogOrigin::parse(&found.log_origin.unwrap()).unwrap();
    let genesis: [u8; 32] = found.genesis_hash.unwrap().try_into().unwrap();
    let challenge = TokenChallenge::new(&origin, found.id, &genesis, crowd.index);
    let code = WithdrawalCode::generate(&entropy);
    let (request, unfinished) = client::begin(spki, &challenge, &code, &entropy).unwrap();
    Asking { code, unfinished, request: BASE64.encode(request.encode()), id: found.id }
}

fn ask_token(app: &TestApp, asking: &Asking, invitation: &str) -> Reply {
    let body = format!(r#"{{"invitation":"{invitation}","request":"{}"}}"#, asking.request);
    app.client().post_json(&format!("/api/v1/petitions/{}/tokens", asking.id), &body)
}
