use super::*;
use crate::domain::web_address::WebAddressProblem;

fn now() -> Timestamp {
    Day::parse("2026-06-03").unwrap().start().plus_secs(3_600)
}

fn complete() -> Draft {
    Draft {
        title: String::from("Do not renew the River contract"),
        addressed_to: String::from("Dana Lee, Chief Executive"),
        summary: String::from("We ask Example not to renew."),
        started_by: String::from("Platform team members"),
        body: String::from("We are employees.\n\nWe ask."),
        demands: String::from("Let it end.\nPublish the review.\n"),
        contracts: vec![ContractDraft {
            supplier: String::from("proposed"),
            customer: String::from("Department of Example"),
            title: String::from("River"),
            provides: String::from("Cloud"),
            value: String::from("1,200"),
            currency: String::from("usd"),
            status: String::from("active"),
            sources: vec![SourceDraft {
                url: String::from("https://example.org/award"),
                publisher: String::from("Example Gazette"),
                published: String::new(),
                shows: String::from("The award."),
            }],
            ..ContractDraft::default()
        }],
        proposed_name: String::from("Example Corp"),
        proposed_domains: String::from("corp.example.com, @example.org"),
        counting: String::from("together"),
        closes: String::from("2026-09-30"),
        ..Draft::default()
    }
}

#[test]
fn a_complete_draft_has_no_problem_and_closes_with_its_last_day() {
    let (content, problems) = complete().check(now());
    assert_eq!(problems, []);
    assert_eq!(content.demands, ["Let it end.", "Publish the review."]);
    assert_eq!(content.closes.to_rfc3339(), "2026-09-30T23:59:59Z");
    assert_eq!(content.extend_until.to_rfc3339(), "2026-10-30T23:59:59Z", "30 days after it");
    assert_eq!(content.contracts[0].value.as_ref().unwrap().currency, "USD");
}

#[test]
fn an_empty_draft_says_everything_that_is_missing_at_once() {
    let (_, problems) = Draft::default().check(now());
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "title",
            "addressed_to",
            "summary",
            "started_by",
            "body",
            "demands",
            "c0_customer",
            "employer",
            "closes"
        ]
    );
}

#[test]
fn a_petition_closes_within_twelve_months_however_often_it_is_extended() {
    let late = Draft { closes: String::from("2027-09-30"), ..complete() };
    assert_eq!(late.check(now()).1[0].problem, Problem::DayTooFar);
    let extended = |day: &str| Draft { extend_until: String::from(day), ..complete() };
    assert_eq!(extended("2026-09-29").check(now()).1[0].problem, Problem::BeforeClosing);
    assert_eq!(extended("2027-09-30").check(now()).1[0].problem, Problem::DayTooFar);
    let (content, problems) = extended("2026-09-30").check(now());
    assert_eq!((content.extend_until, problems), (content.closes, Vec::new()), "it may be fixed");
    let last = Draft { closes: String::from("2027-06-01"), ..complete() };
    assert!(last.check(now()).0.extend_until <= now().plus_days(OPEN_MAX_DAYS));
    let past = Draft { closes: String::from("2026-06-03"), ..complete() };
    assert_eq!(past.check(now()).1[0].problem, Problem::DayIsPast);
}

#[test]
fn a_contract_without_a_public_source_is_not_enough() {
    let mut draft = complete();
    draft.contracts[0].sources.clear();
    assert_eq!(draft.check(now()).1[0].problem, Problem::NoSource);
    for (url, problem) in [
        ("javascript:alert(1)", WebAddressProblem::Form),
        ("https://", WebAddressProblem::Host),
        ("https://user:pw@example.org/", WebAddressProblem::UserInfo),
    ] {
        let mut draft = complete();
        draft.contracts[0].sources[0].url = String::from(url);
        assert_eq!(draft.check(now()).1[0].problem, Problem::WebAddress(problem), "{url}");
    }
    let mut capitals = complete();
    capitals.contracts[0].sources[0].url = String::from(" HTTPS://Example.org/Notice");
    let (content, problems) = capitals.check(now());
    assert_eq!(problems, []);
    let url = content.contracts[0].sources[0].url.as_ref().unwrap();
    assert_eq!(url.as_str(), "https://example.org/Notice");
}

#[test]
fn a_trustee_comes_with_a_key_and_a_number_or_not_at_all() {
    assert_eq!(complete().check(now()).0.sealing, None);
    let key = "A".repeat(43);
    let full = Draft {
        trustee: String::from("Kim Ade, lawyer"),
        sealing_key: format!(" {key} "),
        reveal_at: String::from("1,000"),
        ..complete()
    };
    let (content, problems) = full.check(now());
    assert_eq!(problems, []);
    let terms = content.sealing.unwrap();
    assert_eq!((terms.trustee.as_str(), terms.key, terms.reveal_at), ("Kim Ade, lawyer", key, 1_000));
    let fields = |draft: &Draft| -> Vec<String> {
        draft.check(now()).1.into_iter().map(|problem| problem.field).collect()
    };
    assert_eq!(fields(&Draft { trustee: String::from("Kim"), ..complete() }), ["sealing_key", "reveal_at"]);
    assert_eq!(fields(&Draft { trustee: String::new(), ..full.clone() }), ["trustee"]);
    for low in ["9", "0", "many", "-3"] {
        assert_eq!(fields(&Draft { reveal_at: String::from(low), ..full.clone() }), ["reveal_at"], "{low}");
    }
}
