//! Samples of the site's own pages.

use super::page::*;
use crate::web::{
    frame::Frame,
    markdown,
    waiting::{Because, Waiting},
};

impl TextPage {
    /// One of each kind of text.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let html = markdown::render_page("Who runs this.\n\n## Address\n\nA street.\n");
        vec![("text-imprint", Self { f: f.clone(), title: String::from("Imprint"), html })]
    }
}

impl ProblemPage {
    /// The visitor's address was wrong; and something was wrong here.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let f = Frame { noindex: true, ..f.clone() };
        let lost = Self {
            status: 404,
            heading: f.t.text("problem-not-found-heading"),
            what_to_do: f.t.text("problem-not-found-text"),
            request_id: None,
            kept: None,
            f,
        };
        let mut broken = lost.clone();
        broken.status = 500;
        broken.heading = broken.f.t.text("problem-internal-heading");
        broken.what_to_do = broken.f.t.text("problem-internal-text");
        broken.request_id = Some(String::from("00112233445566778899aabbccddeeff"));
        let mut signed_out = lost.clone();
        signed_out.status = 403;
        signed_out.heading = signed_out.f.t.text("problem-signed-out-heading");
        signed_out.what_to_do = signed_out.f.t.text("kept-signed-out");
        let mut kept = KeptForm {
            action: Some(String::from("/organize/a-petition/edit/text")),
            signed_out: true,
            ..KeptForm::default()
        };
        let pattern = "/organize/{slug}/edit/{step}";
        kept.add(pattern, "body", "We <b>Bobby</b> build this.", false, &signed_out.f.t);
        kept.add(pattern, "title", "Stop selling the tracking service", false, &signed_out.f.t);
        kept.add(pattern, "then", "next", false, &signed_out.f.t);
        kept.add(pattern, "demands", "End the contract", true, &signed_out.f.t);
        signed_out.kept = Some(kept);
        let mut limited = lost.clone();
        limited.status = 429;
        limited.heading = limited.f.t.text("problem-too-many-heading");
        limited.what_to_do = limited.f.t.with1("problem-too-many-text", "minutes", 2);
        let mut kept = KeptForm { action: Some(String::from("/sign-in")), ..KeptForm::default() };
        kept.add("/sign-in", "pseudonym", "Heron", false, &limited.f.t);
        kept.add("/sign-in", "passphrase", "", false, &limited.f.t);
        limited.kept = Some(kept);
        vec![
            ("problem-not-found", lost),
            ("problem-internal", broken),
            ("problem-kept", signed_out),
            ("problem-kept-secret", limited),
        ]
    }
}

impl WaitPage {
    /// A form of a signer, and one with a secret.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect()
        };
        let waiting = |path: &str, fields| Waiting {
            secs: 20,
            ticket: String::from("AgAAAAAAAA"),
            path: String::from(path),
            fields,
            form_token: None,
            because: Because::Network,
        };
        let signer =
            waiting("/p/river/signatures", pairs(&[("name", "Ada"), ("address", "ada@example.com")]));
        let organizer = waiting("/sign-in", pairs(&[("pseudonym", "Heron"), ("passphrase", "x")]));
        vec![("wait", Self::of(f.clone(), &signer)), ("wait-secret", Self::of(f.clone(), &organizer))]
    }
}

impl DevMailPage {
    /// None yet; and two.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let none = Self { f: f.clone(), mails: Vec::new() };
        let text = format!("Your code: ABCD-EFGH\n\nOr open this page:\n{}/confirm/t0k3n\n\nBye", f.base_url);
        let mail = ShownMail::new(
            String::from("ada@example.com"),
            String::from("Verification code"),
            &text,
            &f.base_url,
        );
        let some = Self { f: f.clone(), mails: vec![mail.clone(), mail] };
        vec![("dev-mail-none", none), ("dev-mail", some)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mails_link_to_this_site_can_be_followed_and_no_other() {
        let text = "Open http://here.example/confirm/abc or https://evil.example/x now";
        let mail = ShownMail::new(String::new(), String::new(), text, "http://here.example");
        let links: Vec<&str> = mail
            .parts
            .iter()
            .filter_map(|part| match part {
                MailPart::Link { path, .. } => Some(path.as_str()),
                MailPart::Words(_) => None,
            })
            .collect();
        assert_eq!(links, ["/confirm/abc"]);
    }
}
