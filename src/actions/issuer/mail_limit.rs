//! How many mails an address gets in a day. Counted is what reaches it: a mail is reserved when it is asked for, and given back
//! when no server takes it.
//!
//! Per petition, so that what somebody asks for at one takes nothing from another. Per spelling, since mail goes to the spelling
//! that was typed: requests for `name+x@…` may lead to nobody, and must not use up what `name@…` gets. Since anybody can make
//! up any number of tags, all tagged spellings of a mailbox have a common limit besides; the spelling without a tag is not part
//! of it, so that nobody can use up what its owner gets but with mails that hold usable codes.

use serde::{Deserialize, Serialize};

use super::super::Error;
use crate::{
    db::{Db, issuer as rows},
    domain::{email::EmailAddress, ids::PetitionId, message::MoreToday},
    keys::EphemeralKey,
};

/// Mails that a spelling of an address gets in a day, for each petition.
pub const MAILS_PER_DAY: i32 = 3;
/// Mails that all tagged spellings of a mailbox get together.
pub const TAGGED_MAILS_PER_DAY: i32 = 12;

const SPELLING: &str = "address limit";
const MAILBOX: &str = "mailbox limit";

/// What was counted for a mail: keyed forms of its address, under the key of the day on which it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::actions) struct Reserved {
    spelling: Vec<u8>,
    mailbox: Vec<u8>,
    /// How much the common limit was charged: 1 for a tagged spelling.
    from_mailbox: i32,
}

/// A place for one more mail today.
pub(super) struct Place {
    pub(super) reserved: Reserved,
    pub(super) more_today: MoreToday,
}

/// Reserves a mail for today. `None`: the address got, or is about to get, as many as it may. The same statements in every
/// case (protocol, game G11).
pub(super) fn reserve(
    db: &mut Db,
    day: &EphemeralKey,
    petition: PetitionId,
    address: &EmailAddress,
) -> Result<Option<Place>, Error> {
    let keyed = |label, text: &str| day.mac(label, format!("{petition} {text}").as_bytes()).to_vec();
    let spelling = address.spelling();
    let is_tagged = i32::from(spelling.has_tag());
    let reserved = Reserved {
        spelling: keyed(SPELLING, spelling.expose()),
        mailbox: keyed(MAILBOX, address.normalized().expose()),
        from_mailbox: is_tagged,
    };
    // Held first, spelling before mailbox: requests at the same time are counted one after the other.
    let of_spelling = rows::count_mails(db, &reserved.spelling, 0)?;
    let of_mailbox = rows::count_mails(db, &reserved.mailbox, 0)?;
    let has_room = of_spelling < MAILS_PER_DAY && is_tagged * of_mailbox < TAGGED_MAILS_PER_DAY;
    let taken = i32::from(has_room);
    let of_spelling = rows::count_mails(db, &reserved.spelling, taken)?;
    let of_mailbox = rows::count_mails(db, &reserved.mailbox, taken * is_tagged)?;
    let is_last = of_spelling >= MAILS_PER_DAY || is_tagged * of_mailbox >= TAGGED_MAILS_PER_DAY;
    let more_today = if is_last { MoreToday::No } else { MoreToday::Yes };
    Ok(has_room.then_some(Place { reserved, more_today }))
}

/// Gives back what was counted for a mail that reached nobody.
pub(in crate::actions) fn release(db: &mut Db, reserved: &Reserved) -> Result<(), Error> {
    rows::uncount_mails(db, &reserved.spelling, 1)?;
    Ok(rows::uncount_mails(db, &reserved.mailbox, reserved.from_mailbox)?)
}
