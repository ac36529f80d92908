//! A mail server's reply, and what of it may go on: the three digits, the enhanced code, and whether its words are about
//! the sender. The words themselves end here.

use crate::domain::sending::{Answer, EnhancedCode, Hint, Phase};

/// Words with which servers that give no enhanced code refuse a sender rather than a mailbox (seen in the sources and
/// manuals of Postfix, Exim, qmail, Sendmail and Exchange). In lower case.
const ABOUT_THE_SENDER: &[&str] = &[
    "relay",
    "rcpthosts",
    "authenticat",
    "auth required",
    "log in",
    "login",
    "sender",
    "not permitted to send",
    "blocked",
    "block list",
    "blocklist",
    "blacklist",
    "denylist",
    "listed",
    "banned",
    "reputation",
    "spam",
    "policy",
    "spf",
    "dkim",
    "dmarc",
    "reverse dns",
    "rdns",
    "ptr record",
    "helo",
    "ehlo",
    "your ip",
    "client host",
];

/// A reply of one or more lines.
pub(super) struct Reply {
    /// The three digits.
    pub(super) code: u16,
    /// What follows them, line by line.
    pub(super) lines: Vec<String>,
}

/// A line of a reply: its digits, whether more lines follow, its text.
pub(super) struct ReplyLine {
    pub(super) code: u16,
    pub(super) more: bool,
    pub(super) text: String,
}

impl ReplyLine {
    /// Reads `250-SIZE 1000`, `250 OK`, `250`. `None`: no SMTP.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let digits = line.get(..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let code = digits.parse().ok().filter(|code| (200..600).contains(code))?;
        let rest = line.get(3..).unwrap_or_default();
        let (more, text) = match rest.as_bytes().first() {
            None => (false, ""),
            Some(b' ') => (false, rest.get(1..).unwrap_or_default()),
            Some(b'-') => (true, rest.get(1..).unwrap_or_default()),
            Some(_) => return None,
        };
        Some(Self { code, more, text: String::from(text) })
    }
}

impl Reply {
    /// What of it may go on.
    pub(super) fn answer(&self, phase: Phase, recipient: &str) -> Answer {
        let enhanced = self.enhanced_code();
        Answer { phase, code: self.code, enhanced, hint: self.hint(recipient) }
    }

    /// The enhanced code: the first word (RFC 2034), or marked with `#` as qmail and Cisco do. One whose class is not that
    /// of the digits is none.
    fn enhanced_code(&self) -> Option<EnhancedCode> {
        let class = self.code.div_euclid(100);
        let bare = |word: &str| EnhancedCode::parse(word.trim_matches(['(', ')', '#', ',', ':', ';']));
        let first = self.lines.first().and_then(|line| line.split_whitespace().next()).and_then(bare);
        let marked = || {
            let mut words = self.lines.iter().flat_map(|line| line.split_whitespace());
            words.find_map(|word| word.contains('#').then(|| bare(word)).flatten())
        };
        first.or_else(marked).filter(|code| code.class == class)
    }

    /// The recipient's own address is left out: it may hold any of the words.
    fn hint(&self, recipient: &str) -> Hint {
        let recipient = recipient.to_ascii_lowercase();
        let (local, domain) = recipient.rsplit_once('@').unwrap_or((&recipient, &recipient));
        let mut said = self.lines.join(" ").to_ascii_lowercase();
        for part in [recipient.as_str(), domain, local] {
            if !part.is_empty() {
                said = said.replace(part, " ");
            }
        }
        let about_sender = ABOUT_THE_SENDER.iter().any(|words| said.contains(words));
        if about_sender { Hint::Sender } else { Hint::None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sending::Verdict;

    fn reply(text: &str) -> Reply {
        let lines: Vec<ReplyLine> =
            text.lines().map(|line| ReplyLine::parse(line.as_bytes()).unwrap()).collect();
        Reply { code: lines[0].code, lines: lines.into_iter().map(|line| line.text).collect() }
    }

    fn judged(text: &str) -> (String, Verdict) {
        let answer = reply(text).answer(Phase::RcptTo, "Spam.Relay@policy.example");
        (answer.to_string(), answer.verdict())
    }

    #[test]
    fn real_servers_answers_are_told_apart() {
        use Verdict::{Later, Mailbox, ThisServer};
        for (text, codes, verdict) in [
            // Postfix
            ("554 5.7.1 <spam.relay@policy.example>: Relay access denied", "554 5.7.1", ThisServer),
            (
                "550 5.1.1 <spam.relay@policy.example>: Recipient address rejected: User unknown",
                "550 5.1.1",
                Mailbox,
            ),
            ("504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", "504 5.5.2", ThisServer),
            (
                "450 4.2.0 <spam.relay@policy.example>: Recipient address rejected: Greylisted",
                "450 4.2.0",
                Later,
            ),
            // Exim, without enhanced codes
            ("550 relay not permitted", "550", ThisServer),
            ("550 Authentication required", "550", ThisServer),
            (
                "550-Verification failed for <spam.relay@policy.example>\n550 No Such User Here",
                "550",
                Mailbox,
            ),
            ("550 spam.relay@policy.example: no such user at policy.example", "550", Mailbox),
            // qmail and Cisco mark the code
            (
                "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
                "553 5.7.1",
                ThisServer,
            ),
            ("550 sorry, no mailbox here by that name. (#5.1.1)", "550 5.1.1", Mailbox),
            ("550 #5.1.0 Address rejected.", "550 5.1.0", Mailbox),
            // Exchange, Outlook.com, Gmail
            (
                "550 5.4.1 Recipient address rejected: Access denied. [X.PROD.OUTLOOK.COM]",
                "550 5.4.1",
                Mailbox,
            ),
            ("550 5.5.0 Requested action not taken: mailbox unavailable", "550 5.5.0", Mailbox),
            ("550 5.7.1 Unable to relay", "550 5.7.1", ThisServer),
            ("530 5.7.57 Client not authenticated to send mail", "530 5.7.57", ThisServer),
            (
                "552-5.2.2 The email account that you tried to reach is\n552 5.2.2 over quota",
                "552 5.2.2",
                Later,
            ),
            // Block lists
            ("554 Service unavailable; Client host [192.0.2.1] blocked using a list", "554", ThisServer),
            ("550 192.0.2.1 is listed at a block list", "550", ThisServer),
            // Nothing but digits
            ("550", "550", Mailbox),
            ("550 no", "550", Mailbox),
        ] {
            assert_eq!(judged(text), (String::from(codes), verdict), "{text}");
        }
    }

    #[test]
    fn an_address_in_the_words_is_taken_for_no_code() {
        assert_eq!(judged("550 5.7.1.2 is your address").0, "550");
        assert_eq!(judged("550 no such host 5.1.1").0, "550", "only the first word counts");
        assert_eq!(judged("550 4.7.1 which is it").0, "550", "the class contradicts the digits");
    }

    #[test]
    fn what_is_no_reply_is_none() {
        for line in
            ["", "25", "2x0 OK", "250_OK", "999 OK", "100 OK", "HTTP/1.1 400 Bad Request", "\u{fffd}50 x"]
        {
            assert!(ReplyLine::parse(line.as_bytes()).is_none(), "{line}");
        }
        let line = ReplyLine::parse(b"250-\xff\r\n").unwrap();
        assert!(line.more && line.code == 250);
    }
}
