//! Redeeming an invitation with a client of one's own.

use base64::Engine as _;
use undersigned::{
    db,
    entropy::SeededEntropy,
    protocol::{client, extension::Extension, token::TokenResponse},
};

use super::{Asking, BASE64, ask_token, asking, invitations, invited, inviting, mistyped};
use crate::support::TestApp;

#[test]
fn a_client_gets_one_token_for_an_invitation_and_casts_it() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let codes = invitations(&app, &heron, &petition, 1);
    let mine = asking(&app, &petition, 21);

    ask_token(&app, &mine, &mistyped(&codes[0])).expect(403).says("unknown-invitation");
    ask_token(&app, &mine, "not one").expect(403).says("unknown-invitation");
    let first = ask_token(&app, &mine, &codes[0]).expect(200);
    let again = ask_token(&app, &mine, &codes[0].to_lowercase()).expect(200);
    assert_eq!(first.body, again.body, "the same request again gets the same bytes");
    let other = asking(&app, &petition, 22);
    ask_token(&app, &other, &codes[0]).expect(409).says("proof-used");

    let response = first.body.split('"').nth(3).expect("a response");
    let response = TokenResponse::parse(&BASE64.decode(response).unwrap()).unwrap();
    let token = mine.unfinished.finish(&response).expect("a token that verifies");
    let extension = Extension::Public { name: String::from("Robin Okafor"), title: None };
    let cast = client::cast(mine.id, &token, &mine.code, &extension, &SeededEntropy::new(23));
    let start = format!(
        r#"{{"leaf":"{}","extension":"{}","salt":"{}","padding":""#,
        BASE64.encode(&cast.leaf),
        BASE64.encode(&cast.extension),
        BASE64.encode(cast.salt),
    );
    let body = format!("{start}{}\"}}", "0".repeat(2_560 - start.len() - 2));
    app.client().post_json(&format!("/api/v1/petitions/{}/casts", mine.id), &body).expect(202);
    assert_eq!(invited(&app, &petition), 1);
}

#[test]
fn a_request_for_a_token_is_of_one_shape_or_the_other() {
    let app = TestApp::start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let Asking { request, id, .. } = asking(&app, &petition, 21);
    let tokens = format!("/api/v1/petitions/{id}/tokens");
    for body in [
        format!(r#"{{"invitation":"{code}","request":"{request}","ticket":"x"}}"#),
        format!(r#"{{"invitation":"{code}","code":"ABCD-EFGH","request":"{request}"}}"#),
        format!(r#"{{"invitation":"{code}"}}"#),
        format!(r#"{{"request":"{request}"}}"#),
    ] {
        app.client().post_json(&tokens, &body).expect(400).says("malformed");
    }
    let codes = format!("/api/v1/petitions/{id}/codes");
    let body = r#"{"proof":"invite","address":"robin.okafor@initech.example"}"#;
    app.client().post_json(&codes, body).expect(422).says("address-refused");
    assert_eq!(app.mails(), 0);
}

#[test]
fn fifty_clients_that_use_one_invitation_at_once_get_one_token() {
    let app = TestApp::builder().connections(8).start();
    let heron = app.organizer("Heron");
    let petition = inviting(&app, &heron);
    let code = &invitations(&app, &heron, &petition, 1)[0];
    let asking: Vec<Asking> = (0..50).map(|seed| asking(&app, &petition, 100 + seed)).collect();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let app = &app;
        let ask = |asking| scope.spawn(move || ask_token(app, asking, code).status);
        let threads: Vec<_> = asking.iter().map(ask).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let issued = app.ctx.store.read(|db| db::issuer::issued(db, asking[0].id)).unwrap();
    assert_eq!(issued, [0, 1, 0], "work mail, invitations, any mail");
}
