//! Samples of the pages of the withdrawal code.

use super::page::*;
use crate::{
    domain::{petition::Standing, sealing::SealingStage, text::Spot, text::TextProblem, void::VoidReason},
    web::{
        field::{Field, FieldProblem},
        frame::Frame,
        petition::samples::sealing,
        sign::petition_ref::PetitionRef,
    },
};

fn petition() -> PetitionRef {
    PetitionRef {
        title: String::from("Do not renew the River contract"),
        path: String::from("/p/do-not-renew-the-river-contract"),
        standing: Standing::Public,
    }
}

impl ReceiptPage {
    /// Empty, and with a wrong code.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let wrong = Field::new("7Q2K M4XB").with_problem(FieldProblem::WithdrawalCodeShape);
        let bad = Frame { has_errors: true, ..f.clone() };
        vec![
            ("receipt", Self { f: f.clone(), code: Field::default() }),
            ("receipt-wrong", Self { f: bad, code: wrong }),
        ]
    }
}

impl ReceiptFoundPage {
    /// With and without a name.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |name: Option<&str>, nameless, waits| Self {
            f: f.clone(),
            petition: petition(),
            name: name.map(String::from),
            hidden: false,
            code: String::from("7Q2K-M4XB-0ZT9-HHWE-P3RA-6VND-C81F"),
            nameless,
            waits,
            new_name: Field::new(name.unwrap_or_default()),
            new_title: Field::default(),
            phrase: Field::default(),
            sealing: None,
            voided: None,
        };
        let mut wrong = page(Some("Robin Okafor"), false, false);
        wrong.f.has_errors = true;
        wrong.new_name = Field::default().with_problem(TextProblem::Empty);
        let mut no_phrase = page(None, true, false);
        no_phrase.f.has_errors = true;
        no_phrase.phrase =
            Field::new("For\u{202e}Robin").with_problem(TextProblem::Direction(Spot::new('\u{202e}', "For")));
        let mut quiet = page(Some("Robin Okafor"), false, false);
        quiet.petition.standing = Standing::Quiet;
        let mut ended = page(None, false, false);
        ended.petition.standing = Standing::EndedQuietly;
        let mut taken_down = page(Some("Robin Okafor"), false, false);
        taken_down.petition.standing = Standing::TakenDown;
        let sealed = |stage| Self { sealing: Some(sealing(stage)), ..page(None, true, false) };
        vec![
            ("receipt-found", page(Some("Robin Okafor"), false, false)),
            ("receipt-found-name-down", page(None, false, false)),
            ("receipt-found-hidden", Self { hidden: true, ..page(None, false, false) }),
            ("receipt-found-wrong", wrong),
            ("receipt-found-waits", page(None, true, true)),
            ("receipt-found-nameless", page(None, true, false)),
            (
                "receipt-found-voided",
                Self { voided: Some(VoidReason::FalseName), ..page(Some("Robin Okafor"), false, false) },
            ),
            (
                "receipt-found-voided-nameless",
                Self { voided: Some(VoidReason::MadeMailboxes), ..page(None, true, false) },
            ),
            ("receipt-found-phrase-wrong", no_phrase),
            ("receipt-found-quiet", quiet),
            ("receipt-found-ended-quietly", ended),
            ("receipt-found-taken-down", taken_down),
            ("receipt-found-sealed", sealed(SealingStage::Waiting)),
            ("receipt-found-sealed-notice", sealed(SealingStage::Due)),
        ]
    }
}

impl WithdrawnPage {
    /// With a name, and without one.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |nameless, voided| Self { f: f.clone(), petition: petition(), nameless, voided };
        let mut kept = page(false, false);
        kept.petition.standing = Standing::Quiet;
        vec![
            ("receipt-withdrawn", page(false, false)),
            ("receipt-withdrawn-nameless", page(true, false)),
            ("receipt-withdrawn-voided", page(true, true)),
            ("receipt-withdrawn-quiet", kept),
        ]
    }
}

impl NameChangedPage {
    /// One.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let name = String::from("Robin Okafor-Lind");
        vec![("receipt-name-changed", Self { f: f.clone(), petition: petition(), name })]
    }
}

impl NameRemovedPage {
    /// One.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("receipt-name-removed", Self { f: f.clone(), petition: petition() })]
    }
}

impl StatementMadePage {
    /// Published, and one that still waits.
    pub(crate) fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |waits| Self {
            f: f.clone(),
            petition: petition(),
            phrase: String::from("For <b>Bobby</b>, Example Times, 3 June"),
            statement: String::from(
                r#"{"K_pub":"rW79CRCBRbvF1XguK4V-CXmelbWhQl8h9sB2Nh1e5-w","genesis_hash":"O1vG60VAnCmiVdhQ_RNlYhBjqM-ifIYJ8kcDUJnv_xg","petition":"0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a90","phrase":"For <b>Bobby</b>, Example Times, 3 June","signature":"aBE3uElE07xXDlpaRjCF78Q2LO9Xq1i2K0PithmGwaBvZOGMB1C-vdfO032pVwhW-AonymnI4OGm3_RfO5cZBQ","v":1}"#,
            ),
            waits,
        };
        vec![("receipt-statement", page(false)), ("receipt-statement-waits", page(true))]
    }
}
