//! The people of the stories: organizers, admins, an employer, and petitions they have opened. They are put in
//! place by the actions themselves, so that each test begins where its own story begins.

use std::collections::BTreeSet;

use undersigned::{
    actions::{
        accounts::organizers::{self, SignedIn},
        moderation::employers::{self, EmployerForm, Listed},
        petitions::{self, How, Sent},
    },
    domain::{
        draft::{ContractDraft, Draft, SourceDraft},
        ids::{EmployerId, OrganizerId},
        proof::ProofKind,
        secret::SecretText,
        text::Pseudonym,
    },
};

use super::{Client, TestApp};

/// People with an invitation may sign, too.
pub fn with_invitations(draft: &mut Draft) {
    draft.proofs.insert(ProofKind::Invite);
}

/// The work address of somebody who signs: at Initech, which most petitions ask.
pub const ROBIN: &str = "robin.okafor@initech.example";

/// A passphrase that is strong enough.
pub const PASSPHRASE: &str = "seven quiet herons over the weir";

/// Someone with an account, signed in.
pub struct Member<'a> {
    /// Their browser.
    pub browser: Client<'a>,
    /// Their id.
    pub id: OrganizerId,
    /// Their name.
    pub pseudonym: &'static str,
}

/// A petition that takes signatures.
pub struct Petition {
    /// Where it lies, under `/p/` and `/organize/`.
    pub slug: String,
    /// Whose staff are asked.
    pub employers: Vec<EmployerId>,
}

impl Petition {
    /// `/p/{slug}`
    pub fn path(&self) -> String {
        format!("/p/{}", self.slug)
    }

    /// `/p/{slug}/signatures`
    pub fn signatures(&self) -> String {
        format!("/p/{}/signatures", self.slug)
    }

    /// `/p/{slug}/confirmations`
    pub fn confirmations(&self) -> String {
        format!("/p/{}/confirmations", self.slug)
    }
}

impl TestApp {
    /// An organizer, signed in.
    pub fn organizer(&self, pseudonym: &'static str) -> Member<'_> {
        self.member(pseudonym, false)
    }

    /// An admin, signed in.
    pub fn admin(&self) -> Member<'_> {
        self.member("The Admin", true)
    }

    fn member(&self, pseudonym: &'static str, is_admin: bool) -> Member<'_> {
        let name = Pseudonym::parse(pseudonym).expect("a good pseudonym");
        let passphrase = SecretText::new(String::from(PASSPHRASE));
        let (id, _) = organizers::create(&self.ctx, &name, &passphrase, None, is_admin)
            .expect("the database answers")
            .expect("the name is free");
        let member = Member { browser: self.client(), id, pseudonym };
        self.sign_in_again(&member);
        member
    }

    /// Begins another session of a member.
    pub fn sign_in_again(&self, member: &Member<'_>) {
        let name = Pseudonym::parse(member.pseudonym).expect("a good pseudonym");
        let passphrase = SecretText::new(String::from(PASSPHRASE));
        let SignedIn::Done(cookie) =
            organizers::sign_in(&self.ctx, Some(&name), &passphrase, None).expect("the database answers")
        else {
            panic!("{} could not sign in", member.pseudonym);
        };
        member.browser.set_cookie("session", cookie.expose());
        self.remember_canary(cookie.expose());
    }

    /// A listed employer with one mail domain and a known head count.
    pub fn employer(&self, name: &str, domain: &str) -> EmployerId {
        let form = EmployerForm {
            name: String::from(name),
            domains: String::from(domain),
            head_count: String::from("1000"),
            head_count_source: String::from("https://example.org/annual-report"),
        };
        match employers::add(&self.ctx, &form).expect("the database answers") {
            Listed::Done(id) => id,
            Listed::Problems(problems) => panic!("{problems:?}"),
            Listed::NotFound => panic!("an employer that is added cannot be missing"),
        }
    }

    /// An open petition to the staff of Initech (`@initech.example`), supporters allowed.
    pub fn petition(&self) -> Petition {
        let owner = self.organizer("Heron");
        self.petition_of(&owner, How::Open, |_| ())
    }

    /// A petition of `owner`, changed by `change` before it is sent in.
    pub fn petition_of(&self, owner: &Member<'_>, how: How, change: impl FnOnce(&mut Draft)) -> Petition {
        self.petition_to(owner, self.employer("Initech", "initech.example"), how, change)
    }

    /// A petition of `owner` to the staff of an employer that is listed already.
    pub fn petition_to(
        &self,
        owner: &Member<'_>,
        employer: EmployerId,
        how: How,
        change: impl FnOnce(&mut Draft),
    ) -> Petition {
        let mut draft = draft(employer);
        change(&mut draft);
        let slug = petitions::create(&self.ctx, owner.id).expect("the database answers").unwrap();
        petitions::save(&self.ctx, &slug, owner.id, &draft).expect("the database answers");
        match petitions::send_in(&self.ctx, &slug, owner.id, how).expect("signing begins") {
            Sent::Started { slug } | Sent::InReview { slug } => Petition { slug, employers: vec![employer] },
            other => panic!("{other:?}"),
        }
    }
}

/// A draft with nothing missing.
pub fn draft(employer: EmployerId) -> Draft {
    Draft {
        title: String::from("Stop selling the tracking service"),
        addressed_to: String::from("The board of Initech"),
        summary: String::from("The agency uses it to find people at home."),
        started_by: String::from("Heron"),
        body: String::from(
            "We build this. We know **what it does**.\n\n## Why now\n\nThe contract is renewed in August.",
        ),
        demands: String::from("End the contract\nPublish what was delivered"),
        contracts: vec![ContractDraft {
            supplier: employer.to_string(),
            customer: String::from("The Agency"),
            title: String::from("Tracking as a service"),
            provides: String::from("Storage and search of location data"),
            value: String::from("12000000"),
            currency: String::from("USD"),
            status: String::from("active"),
            starts: String::from("2025-01-01"),
            ends: String::from("2027-12-31"),
            sources: vec![SourceDraft {
                url: String::from("https://example.org/contract-notice"),
                publisher: String::from("The Gazette"),
                published: String::from("2026-02-03"),
                shows: String::from("The award notice with its value"),
            }],
        }],
        employers: vec![employer.to_string()],
        counting: String::from("together"),
        proofs: BTreeSet::from([ProofKind::WorkMail, ProofKind::AnyMail]),
        goal: String::from("100"),
        closes: String::from("2026-08-31"),
        ..Draft::default()
    }
}
