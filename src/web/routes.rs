//! Every path, who may, and what else holds for it: the one list. What does not stand here is answered 404.
//!
//! Add a row and its handler; the rest (sessions, provenance of POSTs, limits, headers, cache, log) follows
//! from the row. A test walks this table as nobody, organizer, another organizer and admin.

use actix_web::{
    HttpRequest, HttpResponse,
    guard::{self, Guard},
    http::Method,
    middleware::from_fn,
    web::{self, Data, ServiceConfig, to},
};

use super::row::{
    Access::{self, Admin, Anyone, Organizer},
    Row, Table, Verb, get, get_to, post, post_to, row,
};
use crate::{
    domain::organizer::Capability::{HideNames, Invite, Launch, MoveClosing, OpenNames, View, Write},
    web::{
        WebError, access, account, admin, api, assets, health, limits::Purpose, organize, petition, receipt,
        see_other, sign, site, well_known,
    },
};

/// The address of a form, opened by itself: it leads to the page with that form, or to what can be done from there.
const fn leads(pattern: &'static str, access: Access, to_pattern: &'static str) -> Row {
    Row { leads_to: Some(to_pattern), ..row(Verb::Get, pattern, access, || to(lead_on)) }
}

/// Every route.
pub static ROUTES: &[Row] = &[
    // For readers.
    get("/", Anyone, || to(petition::show::front)).public(),
    get("/petitions", Anyone, || to(petition::show::petitions)).public(),
    get("/p/{slug}", Anyone, || to(petition::show::petition)).public().scripted(),
    get("/p/{slug}/cast", Anyone, || to(sign::script_data::cast_later)).quiet().scripted(),
    get("/p/{slug}/saved-page.html", Anyone, || to(sign::saved_page::download)).public().unlisted().quiet(),
    get("/p/{slug}/signers", Anyone, || to(petition::show::names)).public().unlisted(),
    get("/p/{slug}/audit", Anyone, || to(petition::show::audit)).public().quiet().scripted(),
    get("/p/{slug}/audit/statement", Anyone, || to(petition::statement::ask)).quiet().scripted(),
    post("/p/{slug}/audit/statement", Anyone, || to(petition::statement::check))
        .quiet()
        .scripted()
        .long()
        .limited(Purpose::Receipt),
    // The public log, for programs; signers' own programs read it too.
    get("/p/{slug}/log/checkpoint", Anyone, || to(api::public_log::checkpoint))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/p/{slug}/log/witnessed", Anyone, || to(api::public_log::witnessed))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/p/{slug}/log/vkey", Anyone, || to(api::public_log::verifier_key))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/p/{slug}/log/tile/{tile:.*}", Anyone, || to(api::public_log::tile))
        .own_cache()
        .quiet()
        .any_origin(),
    get("/p/{slug}/openings.json", Anyone, || to(api::public_log::openings))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/p/{slug}/numbers.json", Anyone, || to(api::public_log::numbers))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/p/{slug}/sealed.json", Anyone, || to(api::public_log::sealed_names))
        .public()
        .unlisted()
        .quiet()
        .any_origin(),
    get("/logs", Anyone, || to(api::public_log::verifier_keys)).public().unlisted().quiet().any_origin(),
    // For signers: no access-log line, no session, no cookie.
    get("/p/{slug}/signatures", Anyone, || to(sign::with_code::ask)).quiet().scripted(),
    post("/p/{slug}/signatures", Anyone, || to(sign::post::signatures)).quiet().limited(Purpose::Sign),
    post("/p/{slug}/confirmations", Anyone, || to(sign::post::confirmations))
        .quiet()
        .limited(Purpose::Confirm),
    leads("/p/{slug}/confirmations", Anyone, "/p/{slug}/signatures").quiet(),
    get("/confirm/{token}", Anyone, || to(sign::link::link)).quiet(),
    post("/confirm/{token}", Anyone, || to(sign::link::press)).quiet().limited(Purpose::Confirm),
    get("/receipt", Anyone, || to(receipt::post::ask)).quiet(),
    post("/receipt", Anyone, || to(receipt::post::look)).quiet().limited(Purpose::Receipt),
    post("/receipt/withdrawal", Anyone, || to(receipt::post::withdrawal)).quiet().limited(Purpose::Receipt),
    post("/receipt/name", Anyone, || to(receipt::post::change_name)).quiet().limited(Purpose::Receipt),
    post("/receipt/name-removal", Anyone, || to(receipt::post::name_removal))
        .quiet()
        .limited(Purpose::Receipt),
    post("/receipt/statement", Anyone, || to(receipt::statement::make)).quiet().limited(Purpose::Receipt),
    leads("/receipt/withdrawal", Anyone, "/receipt").quiet(),
    leads("/receipt/name", Anyone, "/receipt").quiet(),
    leads("/receipt/name-removal", Anyone, "/receipt").quiet(),
    leads("/receipt/statement", Anyone, "/receipt").quiet(),
    // For clients that make their own tokens.
    post("/api/v1/petitions/{id}/codes", Anyone, || to(api::codes)).for_clients(Purpose::Sign),
    post("/api/v1/petitions/{id}/tokens", Anyone, || to(api::tokens)).for_clients(Purpose::Confirm),
    post("/api/v1/petitions/{id}/casts", Anyone, || to(api::casts)).for_clients(Purpose::Confirm),
    post("/api/v1/petitions/{id}/retractions", Anyone, || to(api::retractions)).for_clients(Purpose::Receipt),
    post("/api/v1/petitions/{id}/amendments", Anyone, || to(api::amendments)).for_clients(Purpose::Receipt),
    // Accounts of organizers.
    get("/sign-up", Anyone, || to(account::sign_up::show)),
    post("/sign-up", Anyone, || to(account::sign_up::sign_up)).limited(Purpose::SignUp),
    get("/sign-in", Anyone, || to(account::sign_in::show)),
    post("/sign-in", Anyone, || to(account::sign_in::sign_in)).limited(Purpose::SignIn),
    post("/sign-out", Organizer, || to(account::sign_in::sign_out)),
    get("/recover", Anyone, || to(account::recover::show)),
    post("/recover", Anyone, || to(account::recover::recover)).limited(Purpose::Recover),
    get("/account", Organizer, || to(account::overview::show)),
    post("/account/passphrase", Organizer, || to(account::changes::passphrase)).limited(Purpose::SignIn),
    post("/account/recovery-codes", Organizer, || to(account::changes::recovery_codes))
        .limited(Purpose::SignIn),
    post("/account/mail", Organizer, || to(account::changes::mail)).limited(Purpose::SignIn),
    post("/account/sessions/revocation", Organizer, || to(account::sessions::revoke_all)),
    post("/account/sessions/{id}/label", Organizer, || to(account::sessions::label)),
    post("/account/sessions/{id}/revocation", Organizer, || to(account::sessions::revoke)),
    leads("/sign-out", Anyone, "/sign-in"),
    leads("/account/passphrase", Organizer, "/account"),
    leads("/account/recovery-codes", Organizer, "/account"),
    leads("/account/mail", Organizer, "/account"),
    leads("/account/sessions/revocation", Organizer, "/account"),
    leads("/account/sessions/{id}/label", Organizer, "/account"),
    leads("/account/sessions/{id}/revocation", Organizer, "/account"),
    // Organizers' petitions. Whether one is theirs is for the action to say: else it does not exist.
    get("/organize", Organizer, || to(organize::editing::mine)),
    post("/organize", Organizer, || to(organize::editing::create)),
    get_to(View, "/organize/{slug}", || to(organize::running::dashboard)),
    get_to(Write, "/organize/{slug}/edit/{step}", || to(organize::editing::step)),
    post_to(Write, "/organize/{slug}/edit/{step}", || to(organize::editing::save_step)).with_text(),
    get_to(View, "/organize/{slug}/preview", || to(organize::editing::preview)),
    get_to(Launch, "/organize/{slug}/opening", || to(organize::running::opening)),
    post_to(Launch, "/organize/{slug}/opening", || to(organize::running::open)),
    get_to(MoveClosing, "/organize/{slug}/closure", || to(organize::running::closure)),
    post_to(MoveClosing, "/organize/{slug}/closure", || to(organize::running::close)),
    post_to(MoveClosing, "/organize/{slug}/extension", || to(organize::running::extend)),
    get_to(Invite, "/organize/{slug}/invitations", || to(organize::invitations::ask)),
    post_to(Invite, "/organize/{slug}/invitations", || to(organize::invitations::make)),
    get_to(View, "/organize/{slug}/signers", || to(organize::running::names)),
    post_to(HideNames, "/organize/{slug}/signers/{index}/hiding", || to(organize::running::hide)),
    get_to(OpenNames, "/organize/{slug}/unsealing", || to(organize::unsealing::show)),
    post_to(OpenNames, "/organize/{slug}/unsealing", || to(organize::unsealing::open)).long(),
    leads("/organize/{slug}/extension", Organizer, "/organize/{slug}"),
    leads("/organize/{slug}/signers/{index}/hiding", Organizer, "/organize/{slug}/signers"),
    // Admins' pages.
    get("/admin", Admin, || to(admin::queue::show)),
    get("/admin/petitions/{slug}", Admin, || to(admin::deciding::show)),
    post("/admin/petitions/{slug}/approval", Admin, || to(admin::deciding::approve)),
    post("/admin/petitions/{slug}/rejection", Admin, || to(admin::deciding::reject)),
    get("/admin/petitions/{slug}/takedown", Admin, || to(admin::deciding::takedown)),
    post("/admin/petitions/{slug}/takedown", Admin, || to(admin::deciding::take_down)),
    get("/admin/petitions/{slug}/signers", Admin, || to(admin::deciding::names)),
    post("/admin/petitions/{slug}/signers/{index}/hiding", Admin, || to(admin::deciding::hide)),
    get("/admin/petitions/{slug}/voids", Admin, || to(admin::voids::overview)),
    post("/admin/petitions/{slug}/voids", Admin, || to(admin::voids::choosing::void)),
    get("/admin/petitions/{slug}/voids/{kind}", Admin, || to(admin::voids::choosing::choose)),
    post("/admin/petitions/{slug}/voids/{kind}", Admin, || to(admin::voids::choosing::count)),
    get("/admin/petitions/{slug}/voids/{index}/reversal", Admin, || to(admin::voids::reversal::ask)),
    post("/admin/petitions/{slug}/voids/{index}/reversal", Admin, || to(admin::voids::reversal::reverse)),
    get("/admin/petitions/{slug}/dispute", Admin, || to(admin::voids::dispute::ask)),
    post("/admin/petitions/{slug}/dispute", Admin, || to(admin::voids::dispute::publish)),
    leads("/admin/petitions/{slug}/approval", Admin, "/admin/petitions/{slug}"),
    leads("/admin/petitions/{slug}/rejection", Admin, "/admin/petitions/{slug}"),
    leads("/admin/petitions/{slug}/signers/{index}/hiding", Admin, "/admin/petitions/{slug}/signers"),
    get("/admin/employers", Admin, || to(admin::employers::list)),
    get("/admin/employers/new", Admin, || to(admin::employers::new)),
    post("/admin/employers/new", Admin, || to(admin::employers::add)),
    get("/admin/employers/{id}", Admin, || to(admin::employers::show)),
    post("/admin/employers/{id}", Admin, || to(admin::employers::change)),
    // About the site.
    get("/privacy", Anyone, || to(site::show::privacy)).public(),
    get("/how-anonymity-works", Anyone, || to(site::show::how_anonymity_works)).public(),
    get("/your-safety", Anyone, || to(site::show::your_safety)).public(),
    get("/accessibility", Anyone, || to(site::show::accessibility)).public(),
    get("/pages/{name}", Anyone, || to(site::show::operator_page)).public(),
    get("/dev/mail", Access::Demo, || to(site::show::dev_mail)),
    // For machines and operators.
    get("/healthz", Anyone, || to(health::lives)),
    get("/readyz", Anyone, || to(health::ready)),
    get("/robots.txt", Anyone, || to(well_known::robots)).own_cache(),
    get("/.well-known/security.txt", Anyone, || to(well_known::security)).own_cache(),
    get("/.well-known/change-password", Anyone, || to(well_known::change_password)),
    get("/static/{file}", Anyone, || to(assets::serve)).own_cache(),
    get("/favicon.ico", Anyone, || to(assets::favicon)).own_cache(),
];

/// Puts the table into the server.
pub fn configure(config: &mut ServiceConfig) {
    let mut done: Vec<&str> = Vec::new();
    for first in ROUTES {
        if done.contains(&first.pattern) {
            continue;
        }
        done.push(first.pattern);
        let resource = Table(ROUTES)
            .of(first.pattern)
            .fold(web::resource(first.pattern), |resource, row| {
                resource.route((row.handler)().guard(verb_guard(row.verb)))
            })
            .default_service(to(nothing_here))
            .wrap(from_fn(access::check));
        config.service(resource);
    }
    config.app_data(Data::new(Table(ROUTES)));
    config.default_service(to(nothing_here));
}

fn verb_guard(verb: Verb) -> impl Guard {
    guard::fn_guard(move |context| match verb {
        Verb::Get => matches!(context.head().method, Method::GET | Method::HEAD),
        Verb::Post => context.head().method == Method::POST,
    })
}

/// Sends a browser that opened the address of a form to where it leads.
async fn lead_on(request: HttpRequest) -> Result<HttpResponse, WebError> {
    let to_pattern = super::row::of(&request).and_then(|row| row.leads_to).ok_or(WebError::NotFound)?;
    let values = request.match_info().iter();
    let path = values.fold(String::from(to_pattern), |path, (name, value)| {
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        path.replace(&format!("{{{name}}}"), &value)
    });
    Ok(see_other(&path))
}

async fn nothing_here() -> Result<HttpResponse, WebError> {
    Err(WebError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::row::Cache;

    #[test]
    fn no_route_is_listed_twice() {
        for (place, row) in ROUTES.iter().enumerate() {
            let twin = ROUTES
                .iter()
                .skip(place + 1)
                .find(|other| other.pattern == row.pattern && other.verb == row.verb);
            assert!(twin.is_none(), "{}", row.pattern);
        }
    }

    #[test]
    fn every_form_that_is_opened_by_itself_leads_on() {
        for row in ROUTES.iter().filter(|row| row.verb == Verb::Post && !row.is_open()) {
            assert!(
                Table(ROUTES).find(row.pattern, &Method::GET).is_some(),
                "{} is 405 when it is reloaded",
                row.pattern
            );
        }
        for row in ROUTES {
            let Some(target) = row.leads_to else { continue };
            assert!(
                Table(ROUTES).find(target, &Method::GET).is_some_and(|found| found.leads_to.is_none()),
                "{target}"
            );
            let is_post = Table(ROUTES)
                .find(row.pattern, &Method::POST)
                .is_some_and(|post| post.is_quiet == row.is_quiet);
            assert!(is_post, "{} is no form", row.pattern);
        }
    }

    #[test]
    fn whatever_lies_under_admin_is_for_admins() {
        for row in ROUTES {
            assert_eq!(row.pattern.starts_with("/admin"), row.access == Access::Admin, "{}", row.pattern);
        }
    }

    #[test]
    fn what_signed_in_people_post_always_carries_their_token() {
        for row in ROUTES.iter().filter(|row| row.verb == Verb::Post) {
            assert_eq!(row.cache, Cache::NoStore, "{}", row.pattern);
            if matches!(row.access, Access::Organizer | Access::Admin) {
                assert!(row.form_token, "{}", row.pattern);
            }
        }
    }
}
