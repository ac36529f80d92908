//! Voids of signatures whose names are sealed to a trustee.

use super::{MADE, audited, group, groups_of, reversal, signed_in_again, strike, take_back, voids_of};
use crate::{
    leaks::one_round_of_jobs,
    sealing::story::{self, Trustee, Wish},
    support::TestApp,
};

#[test]
fn a_sealed_name_that_is_voided_does_not_count_towards_the_opening_and_is_not_opened() {
    let trustee = Trustee::new("voids");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    two_sealed_groups(&story);
    story.page().says("At least 10 have agreed");
    assert_eq!(story.agreed(), 20);
    let groups = groups_of(&app, &story.petition);
    let admin = app.admin().browser;
    let both = [group(groups[0].first, 0), group(groups[1].first, 0)];
    strike(&admin, &story.petition, "groups", &both[..1], MADE);
    assert_eq!((story.agreed(), story.sealed_left()), (10, 10), "what can be opened");
    strike(&admin, &story.petition, "groups", &both[1..], MADE);
    one_round_of_jobs(&app);
    story.page().does_not_say("have agreed to be named: names");
    for first in voids_of(&app, &story.petition) {
        take_back(&admin, &story.petition, first);
    }
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named: names will be shown");
    story.days_pass(15);
    // One group is voided again before the openings come: those are left out, and stay sealed.
    let all = trustee.openings(&story.sealed_json().expect(200).body);
    strike(&admin, &story.petition, "groups", &both[..1], MADE);
    story.bring(&all, &[("rest", "delete")]).expect(200).says("10 names are shown now.");
    let names = story.names();
    assert!(names.contains("Colleague A") && !names.contains("Neighbor C"), "{names}");
    audited(&app, &story.petition);
    // When they count again they are sealed as before, with a notice of their own.
    take_back(&admin, &story.petition, voids_of(&app, &story.petition)[0]);
    assert_eq!(story.sealed_left(), 10);
    story.days_pass(1);
    story.page().says("At least 10 have agreed to be named: names will be shown");
    assert_eq!(story.agreed(), 20);
    audited(&app, &story.petition);
}

/// Ten with a sealed name, and ten more in a group of their own.
fn two_sealed_groups(story: &story::Story<'_>) {
    story.sign_sealed(10);
    story.days_pass(1);
    for number in 10..20_u8 {
        let name = format!("Neighbor {}", char::from(b'A' + number - 10));
        story.sign(&format!("neighbor-{number}"), Wish::Sealed(&name));
    }
    story.days_pass(1);
}

#[test]
fn an_admin_who_voids_everybody_else_reads_from_the_notice_neither_a_sealed_name_nor_its_withdrawal() {
    let trustee = Trustee::new("alone");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    story.sign_sealed(10);
    for number in 0..10_u8 {
        let name = format!("Friend {}", char::from(b'A' + number));
        story.sign(&format!("friend-{number}"), Wish::Public(&name));
    }
    story.days_pass(1);
    let others = group(groups_of(&app, &story.petition)[0].first, 0);
    strike(&app.admin().browser, &story.petition, "groups", &[others], MADE);
    one_round_of_jobs(&app);
    let will_be_shown = "At least 10 have agreed to be named: names will be shown";
    story.page().says(will_be_shown);
    assert_eq!(story.sealed_left(), 0, "and nobody is left");

    for number in 0..10 {
        story.sign(&format!("nameless-{number}"), Wish::Anonymous);
    }
    let code = story.sign("zerlina", Wish::Sealed(story::NAME));
    story.days_pass(1);
    story.page().says(will_be_shown);
    assert_eq!(story.sealed_left(), 1, "she is the only one");
    story.withdraw(&code);
    one_round_of_jobs(&app);
    assert_eq!((story.sealed_left(), story.agreed()), (0, 11));
    story.page().says(will_be_shown);
    // With nothing to open at its end, the notice begins again, and who comes later has two weeks too.
    story.days_pass(15);
    story.page().says(will_be_shown);
    assert_eq!(story.agreed(), 10, "all withdrawals came out");
    story.sealed_json().expect(404);
}

#[test]
fn a_sealed_name_that_counts_again_has_its_two_weeks_whatever_became_of_the_others() {
    let trustee = Trustee::new("again");
    let app = TestApp::start();
    let story = story::Story::begin(&app, Some(&trustee), 10);
    two_sealed_groups(&story);
    let admin = app.admin().browser;
    let late = group(groups_of(&app, &story.petition)[0].first, 0);
    strike(&admin, &story.petition, "groups", &[late], MADE);
    let first = voids_of(&app, &story.petition)[0];
    story.days_pass(15);
    assert_eq!(story.sealed_json().expect(200).json()["names"].as_array().expect("names").len(), 10);
    let stolen = story.sealed_json().body;
    let admin = signed_in_again(&app);
    let begins_again = "The two weeks’ notice that sealed names will be shown begins again.";
    admin.get(&reversal(&story.petition, first)).expect(200).says(begins_again);
    take_back(&admin, &story.petition, first);
    story.sealed_json().expect(404);
    story.bring(&trustee.openings(&stolen), &[]).expect(409);
    story.page().says("names will be shown from");
    story.days_pass(14);
    story.sealed_json().expect(404);
    story.days_pass(1);
    assert_eq!(story.sealed_json().expect(200).json()["names"].as_array().expect("names").len(), 20);
    audited(&app, &story.petition);
}
