//! Who makes invitations, how many, and what an organizer chooses.

use std::collections::BTreeSet;

use base64::Engine as _;
use undersigned::{
    actions::{petitions, petitions::How},
    db,
    domain::{
        organizer::Capability,
        proof::{CrowdPlan, ProofKind},
    },
    protocol::leaf::{Leaf, Notice},
};

use super::{BASE64, codes_on, found, invitations, invited, inviting, leaves, making, sheet, sign, type_in};
use crate::support::{Petition, TestApp, with_invitations};

#[test]
fn an_owner_gets_invitations_as_cards_and_as_links_once() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let dashboard = format!("/organize/{}", petition.slug);
    assert!(heron.browser.get(&dashboard).expect(200).body.contains(&making(&petition)), "a link to it");
    let ask = heron.browser.get(&making(&petition)).expect(200);
    ask.says("They are shown once").says("try it out, and learns whether it was used");

    let sheet = sheet(&heron, &petition, "25").expect(200);
    assert_eq!(sheet.header("cache-control"), Some("no-store"));
    sheet.says("shuffle them").says("Do not write down who got which").says("It is shown once");
    let codes = codes_on(&sheet);
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 25, "all differ");
    for code in &codes {
        app.remember_canary(code);
        assert!(sheet.body.contains(&format!("{}{}#i={code}", app.base_url(), petition.path())));
    }
    let again = heron.browser.get(&making(&petition)).expect(200);
    assert!(codes.iter().all(|code| !again.body.contains(code)), "nothing shows them again");
    again.says("25 have been made");
}

#[test]
fn nobody_but_an_owner_makes_invitations() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let other = app.organizer("Somebody Else");
    let admin = app.admin();
    for stranger in [&other, &admin] {
        stranger.browser.get(&making(&petition)).expect(404);
        stranger.browser.submit("/organize", &making(&petition), &[("size", "5")]).expect(404);
    }
    app.client().get(&making(&petition)).expect(303);
    app.client().post(&making(&petition), &[("size", "5")]).expect(403);
    heron.browser.post(&making(&petition), &[("size", "5")]).expect(403);
    let made = leaves(&app, found(&app, &petition).id);
    assert!(!made.iter().any(|leaf| matches!(leaf, Leaf::Notice(_, Notice::InvitationsMade(_)))));
}

#[test]
fn a_sheet_has_one_to_five_hundred_invitations_and_a_petition_at_most_ten_thousand() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    for wrong in ["0", "501", "-1", "", "many", "1e2"] {
        sheet(&heron, &petition, wrong).expect(422).says("from 1 to 500");
    }
    assert_eq!(codes_on(&sheet(&heron, &petition, "500").expect(200)).len(), 500);
    let id = found(&app, &petition).id;
    app.ctx.store.write(|db| db::petitions::count_invitations(db, id, 9_480, 10_000)).unwrap();
    sheet(&heron, &petition, "21").expect(422).says("at most 10,000");
    sheet(&heron, &petition, "20").expect(200);
}

#[test]
fn the_log_and_the_petition_say_how_many_were_made() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    app.client().get(&petition.path()).expect(200).says("None has been made so far");
    invitations(&app, &heron, &petition, 12);
    invitations(&app, &heron, &petition, 3);
    let made: Vec<u64> = leaves(&app, found(&app, &petition).id)
        .into_iter()
        .filter_map(|leaf| match leaf {
            Leaf::Notice(_, Notice::InvitationsMade(made)) => Some(made),
            _ => None,
        })
        .collect();
    assert_eq!(made, [12, 15]);
    app.client().get(&petition.path()).expect(200).says("15 have been made so far");
    heron.browser.get(&format!("/organize/{}", petition.slug)).expect(200).says("15 made so far");
}

#[test]
fn invitations_can_be_made_and_used_while_a_petition_gathers_quietly() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Quietly, with_invitations);
    let quiet = found(&app, &petition).quiet_slug.expect("a secret place");
    let sheet = sheet(&heron, &petition, "1").expect(200);
    let code = &codes_on(&sheet)[0];
    assert!(sheet.body.contains(&format!("{}/p/{quiet}#i={code}", app.base_url())));
    assert!(!sheet.body.contains(&format!("/p/{}", petition.slug)));
    let secret = Petition { slug: quiet, employers: Vec::new() };
    type_in(&app.client(), &petition, code, "Robin Okafor").expect(404);
    sign(&app, &secret, code, "Robin Okafor");
    petitions::open_gathering(&app.ctx, &petition.slug, heron.id).unwrap();
    assert_eq!(invited(&app, &petition), 1);
}

#[test]
fn an_organizer_chooses_how_staff_can_sign_and_at_least_one_way() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let employer = app.employer("Globex", "globex.example").to_string();
    let slug = petitions::create(&app.ctx, heron.id).unwrap().unwrap();
    let signers = format!("/organize/{slug}/edit/signers");
    let fresh = heron.browser.get(&signers).expect(200);
    for name in ["invite", "work_mail"] {
        let tag = fresh.body.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap();
        assert!(tag.contains("checked"), "{name} is chosen in a new draft");
    }
    let typed = [("employer", employer.as_str()), ("counting", "together"), ("then", "next")];
    let again = heron.browser.submit(&signers, &signers, &typed).expect(422);
    again.says("at least one of the two");
    let typed: Vec<_> = typed.into_iter().chain([("invite", "yes")]).collect();
    heron.browser.submit(&signers, &signers, &typed).expect(303);
    let kept = petitions::load(&app.ctx, &slug, heron.id, Capability::Write).unwrap().unwrap().draft;
    assert_eq!(kept.proofs, BTreeSet::from([ProofKind::Invite]));
}

#[test]
fn where_only_the_invited_sign_nobody_is_asked_for_an_address() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |draft| {
        draft.proofs = BTreeSet::from([ProofKind::Invite]);
        draft.counting = String::from(CrowdPlan::PerEmployer.as_str());
    });
    let Leaf::Genesis(genesis) = &leaves(&app, found(&app, &petition).id)[0] else { panic!("no genesis") };
    assert_eq!(
        genesis.crowds.iter().map(|crowd| crowd.proof.kind()).collect::<Vec<_>>(),
        [Some(ProofKind::Invite)]
    );
    let page = app.client().get(&petition.path()).expect(200);
    assert_eq!(page.input_value("address"), None);
    page.does_not_say("work address");
    type_in(&app.client(), &petition, "", "Robin Okafor").expect(422).says("by invitation only");
    app.client()
        .ask(&petition, "work-mail", "Robin Okafor", "robin.okafor@initech.example")
        .expect(422)
        .says("by invitation only");
    let code = &invitations(&app, &heron, &petition, 1)[0];
    sign(&app, &petition, code, "Robin Okafor");
    let page = app.client().get(&petition.path()).expect(200);
    page.says("1 signature by invitation").says("On the way to 100 by invitation");
}

#[test]
fn a_petition_without_invitations_has_no_place_for_them() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = app.petition_of(&heron, How::Open, |_| ());
    app.client().get(&petition.path()).expect(200).does_not_say("I have an invitation");
    heron.browser.get(&making(&petition)).expect(404);
    heron.browser.submit("/organize", &making(&petition), &[("size", "5")]).expect(404);
    type_in(&app.client(), &petition, "ABCD-EFGH-JKMN-PQRS", "Robin Okafor").expect(422);
    let id = found(&app, &petition).id;
    let body = format!(
        r#"{{"invitation":"ABCD-EFGH-JKMN-PQRS","request":"{}"}}"#,
        BASE64.encode([&[0_u8, 2][..], &[7; 257]].concat())
    );
    app.client()
        .post_json(&format!("/api/v1/petitions/{id}/tokens"), &body)
        .expect(403)
        .says("unknown-invitation");
}
