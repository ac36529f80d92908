use super::*;
use crate::{
    domain::sending::{Answer, EnhancedCode, Hint},
    entropy::SeededEntropy,
};

/// 3 June 2026, 12:00 UTC.
const NOON: Timestamp = Timestamp::from_secs(1_780_488_000);
const DOWN: SendFailure = SendFailure::ConnectionRefused;
const WELL: Result<Pace, SendFailure> = Ok(Pace::Prompt);

fn tally() -> Tally {
    Tally::new(Arc::new(SeededEntropy::new(1)), NOON)
}

fn address(number: u32, domain: &str) -> EmailAddress {
    EmailAddress::parse(&format!("person{number}@{domain}")).unwrap()
}

fn refused(phase: Phase, code: u16, enhanced: &str) -> SendFailure {
    let enhanced = EnhancedCode::parse(enhanced);
    SendFailure::Answered(Answer { phase, code, enhanced, hint: Hint::None })
}

fn no_such_mailbox() -> SendFailure {
    refused(Phase::RcptTo, 550, "5.1.1")
}

fn relaying_denied() -> SendFailure {
    refused(Phase::RcptTo, 554, "5.7.1")
}

fn ten_minutes(turns: i64) -> Timestamp {
    NOON.plus_secs(600 * turns)
}

/// What is found when the hour is over.
fn after_the_hour(tally: &Tally) -> Found {
    tally.turn(ten_minutes(6), WELL)
}

#[test]
fn nothing_is_said_when_a_mail_fails_but_at_the_next_look() {
    let tally = tally();
    tally.failed(&address(1, "initech.example"), relaying_denied());
    assert_eq!(tally.minute(), []);
    let found = tally.turn(ten_minutes(1), WELL);
    assert_eq!(found, Found { state: FoundState::Well, refused_at: None }, "one mail moves no page");
    let [Line::Failing { why, tries, given_up, domain: None }] = &tally.minute()[..] else {
        panic!("one line")
    };
    assert_eq!((*why, tries.to_string().as_str()), (relaying_denied(), "under 10"));
    assert_eq!(given_up.to_string(), "under 10");
}

#[test]
fn while_mail_fails_there_is_one_line_a_minute_whether_or_not_anybody_asks() {
    let (asked, quiet) = (tally(), tally());
    for tally in [&asked, &quiet] {
        assert_eq!(
            tally.turn(ten_minutes(1), Err(DOWN)).state,
            FoundState::Failing { why: DOWN, since: NOON }
        );
    }
    asked.failed(&address(1, "initech.example"), DOWN);
    for _ in 0..3 {
        assert_eq!(asked.minute(), quiet.minute());
    }
    assert_eq!(asked.turn(ten_minutes(2), Err(DOWN)), quiet.turn(ten_minutes(2), Err(DOWN)));
    assert_eq!(asked.turn(ten_minutes(3), WELL), quiet.turn(ten_minutes(3), WELL));
    assert_eq!((asked.minute(), quiet.minute()), (vec![Line::Mended], vec![Line::Mended]));
    assert_eq!(asked.minute(), []);
}

#[test]
fn many_tries_are_counted_in_tens_since_the_last_line() {
    let tally = tally();
    assert_eq!(tally.turn(ten_minutes(1), Err(DOWN)).refused_at, None);
    for number in 0..37 {
        tally.failed(&address(number, "initech.example"), DOWN);
    }
    let said = |lines: Vec<Line>| match &lines[..] {
        [Line::Failing { tries, .. }] => tries.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(said(tally.minute()), "30 or more");
    assert_eq!(said(tally.minute()), "under 10");
}

#[test]
fn a_refused_mailbox_and_a_mail_that_is_given_up_are_said_with_the_hour() {
    let tally = tally();
    tally.failed(&address(1, "initech.example"), no_such_mailbox());
    tally.given_up();
    assert_eq!(tally.turn(ten_minutes(1), WELL).state, FoundState::Well);
    assert_eq!(tally.minute(), []);
    assert_eq!(after_the_hour(&tally).state, FoundState::Well);
    let line = Line::Refused { why: Some(no_such_mailbox()), mailboxes: Tens(0), given_up: Tens(0) };
    assert_eq!(tally.minute(), [line]);
    assert_eq!(tally.turn(ten_minutes(12), WELL).state, FoundState::Well);
    assert_eq!(tally.minute(), [], "an hour in which nothing was refused has no line");
}

#[test]
fn what_only_mails_show_is_told_with_the_hour_once_it_concerns_many_mailboxes() {
    let (few, many) = (tally(), tally());
    for number in 0..9 {
        few.failed(&address(number, "initech.example"), relaying_denied());
    }
    for number in 0..20 {
        many.failed(&address(number, "initech.example"), relaying_denied());
    }
    assert_eq!(many.turn(ten_minutes(5), WELL).state, FoundState::Well, "not before the hour is over");
    assert_eq!(after_the_hour(&few), Found { state: FoundState::Well, refused_at: None });
    let found = after_the_hour(&many);
    assert_eq!(found.state, FoundState::Failing { why: relaying_denied(), since: NOON });
    assert_eq!(found.refused_at.unwrap().0.as_str(), "initech.example");
    assert_eq!(many.turn(ten_minutes(12), WELL).state, FoundState::Well, "and again an hour later");
}

#[test]
fn a_domain_that_refuses_is_found_while_mail_to_all_others_goes_well() {
    let tally = tally();
    for number in 0..20 {
        tally.failed(&address(number, "initech.example"), no_such_mailbox());
        tally.failed(&address(number % 9, "lovelace.example"), no_such_mailbox());
        tally.accepted(&address(number, "mail.example"), Pace::Prompt);
        tally.accepted(&address(number, "gmail.com"), Pace::Prompt);
    }
    let found = after_the_hour(&tally);
    assert_eq!(found.state, FoundState::Well);
    let (domain, why) = found.refused_at.unwrap();
    assert_eq!((domain.as_str(), why), ("initech.example", no_such_mailbox()));
}

#[test]
fn one_mailbox_that_is_tried_often_stays_one() {
    let tally = tally();
    for _ in 0..50 {
        tally.failed(&address(1, "initech.example"), relaying_denied());
    }
    for tag in 0..50 {
        let tagged = EmailAddress::parse(&format!("person1+{tag}@initech.example")).unwrap();
        tally.failed(&tagged, relaying_denied());
    }
    assert_eq!(after_the_hour(&tally), Found { state: FoundState::Well, refused_at: None });
}

#[test]
fn nobody_with_nineteen_mailboxes_of_his_own_knows_whether_one_more_will_show() {
    let shows = |seed: u64, mailboxes: u32| {
        let tally = Tally::new(Arc::new(SeededEntropy::new(seed)), NOON);
        for number in 0..mailboxes {
            tally.failed(&address(number, "initech.example"), relaying_denied());
        }
        after_the_hour(&tally).refused_at.is_some()
    };
    assert!((0..100).all(|seed| !shows(seed, 9)), "never under ten");
    assert!((0..100).all(|seed| shows(seed, 19)), "always from nineteen on");
    for mailboxes in 10..19 {
        let moved = (0..100).filter(|seed| shows(*seed, mailboxes) != shows(*seed, mailboxes - 1)).count();
        assert!((1..=30).contains(&moved), "one more mailbox shows in {moved} of 100 hours");
    }
}

#[test]
fn mail_that_is_slow_for_many_is_slow() {
    let tally = tally();
    for number in 0..20 {
        tally.accepted(&address(number, "initech.example"), Pace::Slow);
    }
    assert_eq!(after_the_hour(&tally).state, FoundState::Slow);
    assert_eq!(tally.turn(ten_minutes(7), Ok(Pace::Slow)).state, FoundState::Slow);
    let put_off = Tally::new(Arc::new(SeededEntropy::new(1)), NOON);
    for number in 0..20 {
        put_off.failed(&address(number, "initech.example"), refused(Phase::RcptTo, 451, "4.7.1"));
    }
    assert_eq!(after_the_hour(&put_off), Found { state: FoundState::Slow, refused_at: None });
}

#[test]
fn our_own_trouble_is_said_at_the_next_minute_once() {
    let tally = tally();
    for _ in 0..5 {
        tally.trouble(Trouble::OutboxUnreadable, String::from("the database is away"));
    }
    let line = Line::Trouble(Trouble::OutboxUnreadable, String::from("the database is away"));
    assert_eq!(tally.minute(), [line]);
    assert_eq!(tally.minute(), []);
}
