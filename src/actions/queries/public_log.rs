//! The public log of a petition, for whoever asks under its place at `/p/`: checkpoint, verifier key, tiles, and what
//! opens its leaves. It is served as long as the petition has a place, also after it was taken down.

use crate::{
    actions::{Ctx, Error, collector},
    db::{Db, collector as rows, petitions, views},
    domain::{
        petition::Standing,
        tally::{CrowdNumber, Tally},
        void::{Dispute, Void},
    },
};

pub use crate::actions::collector::WitnessAccount;
pub use crate::{db::views::signers::ShownOpening, log::tiles::Tile};

/// Something of a petition's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served<T> {
    /// What was asked for.
    pub content: T,
    /// Whether only the secret link leads there: it stays out of caches.
    pub is_secret: bool,
}

/// What opens the leaves of a petition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Openings {
    /// What is shown now, in the order of the log.
    Shown(Served<Vec<ShownOpening>>),
    /// The petition was taken down, and its names with it.
    TakenDown,
}

/// Runs `read` for the petition at `/p/{slug}`, in one view of the database.
pub(super) fn at_place<T>(
    ctx: &Ctx,
    slug: &str,
    read: impl FnOnce(&mut Db, &petitions::Petition) -> Result<Option<T>, Error>,
) -> Result<Option<Served<T>>, Error> {
    ctx.store.read(|db| {
        let Some(petition) = petitions::at_public_place(db, slug)? else { return Ok(None) };
        let is_secret = petition.standing_at(ctx.now()).is_secret();
        Ok(read(db, &petition)?.map(|content| Served { content, is_secret }))
    })
}

/// Raises the mark of the log at `/p/{slug}` where a crash or another node has left it behind: what is shown of a log lies
/// below its mark, and shows as much as the numbers beside it. A log that ends before its mark is shown as far as it goes.
fn raise_mark_at(ctx: &Ctx, slug: &str) -> Result<(), Error> {
    let Some(petition) = ctx.store.read(|db| petitions::at_public_place(db, slug))? else { return Ok(()) };
    match collector::raise_mark_of(ctx, petition.id) {
        Ok(()) | Err(Error::Forked(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The newest checkpoint, signed. `None`: there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn checkpoint(ctx: &Ctx, slug: &str) -> Result<Option<Served<String>>, Error> {
    raise_mark_at(ctx, slug)?;
    at_place(ctx, slug, |db, petition| collector::cosigned_checkpoint(ctx, db, petition.id))
}

/// The newest checkpoint that witnesses have cosigned, with their lines. `None`: none has, or there is no such
/// petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn witnessed(ctx: &Ctx, slug: &str) -> Result<Option<Served<String>>, Error> {
    at_place(ctx, slug, |db, petition| {
        Ok(collector::witnessed(ctx, db, petition.id)?.map(|cosigned| cosigned.note))
    })
}

/// The verifier keys of the logs of all public petitions, for witnesses: not of those that gather quietly, nor of those
/// that were taken down, which a witness that knows them goes on to know.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn verifier_keys(ctx: &Ctx) -> Result<Vec<String>, Error> {
    ctx.store.read(|db| {
        let petitions = petitions::public(db)?;
        petitions.into_iter().map(|petition| collector::verifier_key(ctx, db, petition)).collect()
    })
}

/// The log's verifier key. `None`: there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn verifier_key(ctx: &Ctx, slug: &str) -> Result<Option<Served<String>>, Error> {
    at_place(ctx, slug, |db, petition| collector::verifier_key(ctx, db, petition.id).map(Some))
}

/// The bytes of a tile. `None`: the log is not long enough, or there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn tile(ctx: &Ctx, slug: &str, tile: Tile) -> Result<Option<Served<Vec<u8>>>, Error> {
    at_place(ctx, slug, |db, petition| collector::tile(db, petition.id, tile))
}

/// The numbers as the petition's page shows them, by crowd in the order of genesis. `None`: there is no such petition, or
/// one may not know, or it shows no numbers (it is not public yet, never was, or was taken down).
///
/// # Errors
/// [`Error`] when the database is away.
pub fn numbers(ctx: &Ctx, slug: &str) -> Result<Option<Tally>, Error> {
    let found = at_place(ctx, slug, |db, petition| match petition.standing_at(ctx.now()) {
        Standing::Public => Ok(Some(views::petition::tally(db, petition.id)?)),
        Standing::Private | Standing::Quiet | Standing::EndedQuietly | Standing::TakenDown => Ok(None),
    })?;
    Ok(found.map(|served| served.content))
}

/// What the log of a petition adds up to, for readers who want to check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// By crowd, in the order of genesis.
    pub crowds: Vec<CrowdAccount>,
    /// The newest checkpoint, signed.
    pub checkpoint: String,
    /// The log's verifier key.
    pub verifier_key: String,
    /// The witnesses that this site asks.
    pub witnesses: Vec<WitnessAccount>,
    /// What admins have invalidated, reversed or not, newest first. Who did it is not told.
    pub voids: Vec<Void>,
    /// Notes of dispute, newest first.
    pub disputes: Vec<Dispute>,
}

/// A crowd: what was given out to it, and what came of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdAccount {
    /// The number that counts, and which crowd it is.
    pub number: CrowdNumber,
    /// Signatures in the log; those that count are left when the withdrawn and the invalidated ones are taken off.
    pub cast: u64,
    /// Of these, invalidated by an admin, and not withdrawn.
    pub voided: u64,
    /// Tokens issued, as the log says: rounded down to B.
    pub issued: u64,
}

/// What the log of a petition adds up to. `None`: there is no such petition, or one may not know, or its log is not
/// begun.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn account(ctx: &Ctx, slug: &str) -> Result<Option<Served<Account>>, Error> {
    raise_mark_at(ctx, slug)?;
    at_place(ctx, slug, |db, petition| {
        let Some(checkpoint) = collector::checkpoint(ctx, db, petition.id)? else { return Ok(None) };
        let issued = rows::issued_floors(db, petition.id)?;
        let mut crowds = Vec::new();
        for (number, issued) in views::petition::tally(db, petition.id)?.crowds.into_iter().zip(issued) {
            let cast = rows::casts_of(db, petition.id, number.crowd)?;
            let voided = rows::voided_of(db, petition.id, number.crowd)?;
            crowds.push(CrowdAccount { number, cast, voided, issued });
        }
        let voids = rows::voids(db, petition.id)?.into_iter().map(|row| row.void).collect();
        let disputes = collector::disputes(db, petition.id)?;
        let verifier_key = collector::verifier_key(ctx, db, petition.id)?;
        let witnesses = collector::witness_accounts(ctx, db, petition.id)?;
        Ok(Some(Account { crowds, checkpoint, verifier_key, witnesses, voids, disputes }))
    })
}

/// What opens the leaves whose names are shown now: none before the petition is opened to the public. `None`: there is no
/// such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn openings(ctx: &Ctx, slug: &str) -> Result<Option<Openings>, Error> {
    let found = at_place(ctx, slug, |db, petition| match petition.standing_at(ctx.now()) {
        Standing::TakenDown => Ok(Some(None)),
        Standing::Quiet | Standing::EndedQuietly => Ok(Some(Some(Vec::new()))),
        Standing::Public => Ok(Some(Some(views::signers::openings(db, petition.id)?))),
        Standing::Private => Ok(None),
    })?;
    Ok(found.map(|served| match served.content {
        Some(content) => Openings::Shown(Served { content, is_secret: served.is_secret }),
        None => Openings::TakenDown,
    }))
}
