use super::*;

fn verdict(phase: Phase, code: u16, enhanced: &str, hint: Hint) -> Verdict {
    let enhanced = (!enhanced.is_empty()).then(|| EnhancedCode::parse(enhanced).expect("a good code"));
    Answer { phase, code, enhanced, hint }.verdict()
}

#[test]
fn an_answer_is_judged_by_its_phase_and_its_enhanced_code() {
    use Phase::{Auth, Banner, Data, Ehlo, MailFrom, RcptTo, StartTls};
    use Verdict::{Later, Mailbox, ThisServer};
    for (phase, code, enhanced, expected) in [
        // Before a recipient was named, nothing can be about the mailbox.
        (Banner, 554, "", ThisServer),
        (Banner, 550, "5.7.1", ThisServer),
        (Banner, 421, "4.3.2", Later),
        (Ehlo, 550, "", ThisServer),
        (Ehlo, 504, "5.5.2", ThisServer),
        (StartTls, 501, "5.5.4", ThisServer),
        (StartTls, 454, "4.7.0", Later),
        (Auth, 535, "5.7.8", ThisServer),
        (Auth, 534, "5.7.9", ThisServer),
        (Auth, 454, "4.7.0", Later),
        (MailFrom, 550, "5.1.1", ThisServer),
        (MailFrom, 550, "", ThisServer),
        (MailFrom, 553, "5.1.8", ThisServer),
        (MailFrom, 530, "5.7.0", ThisServer),
        (MailFrom, 552, "5.2.2", ThisServer),
        // The mailbox itself.
        (RcptTo, 550, "5.1.1", Mailbox),
        (RcptTo, 550, "5.1.2", Mailbox),
        (RcptTo, 501, "5.1.3", Mailbox),
        (RcptTo, 550, "5.1.6", Mailbox),
        (RcptTo, 556, "5.1.10", Mailbox),
        (RcptTo, 550, "5.2.1", Mailbox),
        (RcptTo, 550, "5.2.0", Mailbox),
        (RcptTo, 550, "5.4.1", Mailbox),
        (RcptTo, 550, "5.4.4", Mailbox),
        (RcptTo, 554, "5.1.1", Mailbox),
        (Data, 550, "5.1.1", Mailbox),
        (Data, 550, "5.2.1", Mailbox),
        // What may pass, or be mended on the other side.
        (RcptTo, 552, "5.2.2", Later),
        (RcptTo, 550, "5.2.2", Later),
        (RcptTo, 550, "5.3.0", Later),
        (RcptTo, 550, "5.3.2", Later),
        (RcptTo, 550, "5.4.6", Later),
        (RcptTo, 450, "4.1.1", Later),
        (RcptTo, 451, "4.7.1", Later),
        (RcptTo, 452, "", Later),
        (Data, 451, "4.7.0", Later),
        (Data, 552, "", Later),
        // Aimed at this server, wherever it comes.
        (RcptTo, 550, "5.7.1", ThisServer),
        (RcptTo, 554, "5.7.1", ThisServer),
        (RcptTo, 553, "5.7.1", ThisServer),
        (RcptTo, 530, "5.7.0", ThisServer),
        (RcptTo, 550, "5.7.23", ThisServer),
        (RcptTo, 550, "5.1.7", ThisServer),
        (RcptTo, 550, "5.1.8", ThisServer),
        (RcptTo, 550, "5.2.3", ThisServer),
        (RcptTo, 503, "5.5.1", ThisServer),
        (RcptTo, 555, "5.5.4", ThisServer),
        (Data, 554, "5.7.1", ThisServer),
        (Data, 550, "5.7.26", ThisServer),
        (Data, 554, "5.6.0", ThisServer),
        // Without an enhanced code, or with one that says nothing.
        (RcptTo, 550, "", Mailbox),
        (RcptTo, 550, "5.0.0", Mailbox),
        (RcptTo, 550, "5.5.0", Mailbox),
        (RcptTo, 551, "", Mailbox),
        (RcptTo, 553, "", Mailbox),
        (RcptTo, 556, "", Mailbox),
        (RcptTo, 501, "", Mailbox),
        (RcptTo, 552, "", Later),
        (RcptTo, 554, "", ThisServer),
        (RcptTo, 530, "", ThisServer),
        (RcptTo, 521, "", ThisServer),
        (RcptTo, 503, "", ThisServer),
        (Data, 550, "", ThisServer),
        (Data, 554, "", ThisServer),
        (Data, 554, "5.0.0", ThisServer),
        // A code that contradicts itself counts as none.
        (RcptTo, 550, "2.1.5", Mailbox),
        (RcptTo, 550, "5.9.1", Mailbox),
    ] {
        assert_eq!(verdict(phase, code, enhanced, Hint::None), expected, "{phase:?} {code} {enhanced}");
    }
}

#[test]
fn words_about_the_sender_decide_where_the_codes_do_not() {
    for (phase, code, enhanced) in [
        (Phase::RcptTo, 550, ""),
        (Phase::RcptTo, 553, ""),
        (Phase::RcptTo, 550, "5.5.0"),
        (Phase::Data, 550, ""),
    ] {
        assert_eq!(verdict(phase, code, enhanced, Hint::Sender), Verdict::ThisServer, "{code} {enhanced}");
    }
    // The code says that there is no such mailbox: the words of a signature below do not change that.
    assert_eq!(verdict(Phase::RcptTo, 550, "5.1.1", Hint::Sender), Verdict::Mailbox);
}

#[test]
fn enhanced_codes_are_three_numbers_and_nothing_else() {
    let code = EnhancedCode::parse("5.7.26").unwrap();
    assert_eq!((code.class, code.subject, code.detail, code.to_string()), (5, 7, 26, String::from("5.7.26")));
    for text in ["", "5", "5.7", "5.7.1.2", "5..1", "5.7.x", "9.7.1", "5.7.1234", "5.+7.1", "192.0.2"] {
        assert_eq!(EnhancedCode::parse(text), None, "{text}");
    }
}

#[test]
fn every_failure_reads_back_and_has_words_of_its_own() {
    let mut said = std::collections::BTreeSet::new();
    for failure in SendFailure::samples() {
        assert_eq!(SendFailure::parse(&failure.to_text()), Some(failure), "{failure:?}");
        assert!(said.insert(failure.to_string()), "{failure} is said twice");
    }
    for text in
        ["", "answered", "answered RCPT-TO", "answered RCPT-TO many", "closed", "closed door", "x y z"]
    {
        assert_eq!(SendFailure::parse(text), None, "{text}");
    }
}
