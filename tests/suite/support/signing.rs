//! Signing as a person does it: the form, the mail, the code.

use undersigned::domain::{
    mail_health::{TURN_SECS, turn},
    sending::SendFailure,
};

use super::{
    Client, Petition, Reply, TestApp,
    mail::{code_in, link_in},
};

impl TestApp {
    /// Delivers the mail that is due; says how many were given up.
    pub fn deliver_mail(&self) -> usize {
        self.post_office.deliver(&self.ctx)
    }

    /// From now on the mail server takes no mail, for this reason; with `None` it does again.
    pub fn mail_fails(&self, why: Option<SendFailure>) {
        self.post_office.fail_with(why);
    }

    /// The clock moves to the next turn at which the mail server is looked at.
    pub fn next_look(&self) {
        let now = self.ctx.clock.now();
        self.clock.advance_secs(turn(now).plus_secs(TURN_SECS).secs() - now.secs());
        self.post_office.look(&self.ctx);
    }

    /// The newest code that was mailed to `address`.
    pub fn code_for(&self, address: &str) -> String {
        self.deliver_mail();
        let mails = self.post_office.to(address);
        let code = code_in(mails.last().unwrap_or_else(|| panic!("no mail to {address}")));
        self.remember_canary(&code);
        code
    }

    /// The code in the newest mail, to whomever it went.
    pub fn newest_code(&self) -> String {
        let code = code_in(&self.post_office.newest().expect("a mail"));
        self.remember_canary(&code);
        code
    }

    /// The path of the link in the newest mail to `address`.
    pub fn link_for(&self, address: &str) -> String {
        self.deliver_mail();
        let mails = self.post_office.to(address);
        let link = link_in(mails.last().unwrap_or_else(|| panic!("no mail to {address}"))).expect("a link");
        self.remember_canary(&link);
        link
    }

    /// Whether any mail to `address` holds a link.
    pub fn got_a_link(&self, address: &str) -> bool {
        self.deliver_mail();
        self.post_office.to(address).iter().any(|mail| link_in(mail).is_some())
    }

    /// How many mails went to `address`.
    pub fn mails_to(&self, address: &str) -> usize {
        self.deliver_mail();
        self.post_office.to(address).len()
    }

    /// What the mails to `address` say, oldest first.
    pub fn texts_to(&self, address: &str) -> Vec<String> {
        self.deliver_mail();
        self.post_office.to(address).iter().map(|mail| String::from(mail.text())).collect()
    }

    /// How many mails went out in all.
    pub fn mails(&self) -> usize {
        self.deliver_mail();
        self.post_office.count()
    }

    /// Signs from beginning to end; gives the withdrawal code.
    pub fn sign(&self, petition: &Petition, proof: &str, name: &str, address: &str) -> String {
        self.confirmed(petition, address, self.client().ask(petition, proof, name, address))
    }

    /// Signs without a name from beginning to end; gives the withdrawal code.
    pub fn sign_nameless(&self, petition: &Petition, proof: &str, address: &str) -> String {
        self.confirmed(petition, address, self.client().ask_nameless(petition, proof, address))
    }

    fn confirmed(&self, petition: &Petition, address: &str, inbox: Reply) -> String {
        let ticket = inbox.expect(200).hidden("ticket").expect("a ticket");
        let code = self.code_for(address);
        let done = self.client().confirm(petition, &ticket, &code).expect(200);
        let withdrawal_code = withdrawal_code(&done);
        self.remember_canary(&withdrawal_code);
        withdrawal_code
    }
}

impl Client<'_> {
    /// Sends the sign form.
    pub fn ask(&self, petition: &Petition, proof: &str, name: &str, address: &str) -> Reply {
        let fields =
            [("visibility", "public"), ("proof", proof), ("name", name), ("title", ""), ("address", address)];
        self.post(&petition.signatures(), &fields)
    }

    /// Sends the sign form to be counted without a name.
    pub fn ask_nameless(&self, petition: &Petition, proof: &str, address: &str) -> Reply {
        let fields = [
            ("visibility", "not-shown"),
            ("proof", proof),
            ("name", ""),
            ("title", ""),
            ("address", address),
        ];
        self.post(&petition.signatures(), &fields)
    }

    /// Types the code.
    pub fn confirm(&self, petition: &Petition, ticket: &str, code: &str) -> Reply {
        self.post(&petition.confirmations(), &[("ticket", ticket), ("code", code)])
    }
}

/// The withdrawal code on the done page: seven groups of four.
pub fn withdrawal_code(done: &Reply) -> String {
    let words = done.words();
    let words: Vec<&str> = words.split([' ', '-']).collect();
    let is_group = |word: &&str| {
        word.len() == 4
            && word.chars().all(|c| c.is_ascii_digit() || (c.is_ascii_uppercase() && !"ILOU".contains(c)))
    };
    let groups = words.windows(7).find(|window| window.iter().all(is_group));
    groups.unwrap_or_else(|| panic!("no withdrawal code on: {}", done.words())).join("-")
}
