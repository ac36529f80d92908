//! Checking what somebody says to prove that they signed, for readers whose browser cannot do it. What comes out is what
//! anyone finds in the public log, and nothing that only this server knows: a withdrawal that waits for others is not told.

use crate::{
    actions::{Ctx, Error, OwnData, queries::public_log::at_place},
    db::{Db, collector as rows, petitions::Petition},
    domain::{proof::ProofKind, text::Phrase},
    log::standing::Search,
    protocol::{
        leaf::{Genesis, GenesisCrowd, beginnings_about},
        statement::Statement,
    },
};

pub use crate::{
    log::standing::{Standing, Voided},
    protocol::statement::StatementError,
};

/// What a statement comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// It is none.
    NoStatement(StatementError),
    /// It is for another petition, or another beginning of this one.
    OtherPetition,
    /// Its key has not signed it.
    NotSigned,
    /// It is signed, but its key has no signature in the log, or not yet.
    NotInLog {
        /// How many entries the log has.
        size: u64,
    },
    /// It is signed by the key of a signature in the log.
    Signed(Signed),
}

/// What was said, and how the signature stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What was said.
    pub phrase: Phrase,
    /// What the log says of the signature.
    pub standing: Standing,
    /// What its signer proved.
    pub proof: ProofKind,
    /// The employer, where employers are counted apart.
    pub employer: Option<String>,
}

/// Checks a statement about the petition at `/p/{slug}`. `None`: there is no such petition, or one may not know.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn check(ctx: &Ctx, slug: &str, text: &str) -> Result<Option<Checked>, Error> {
    let statement = Statement::parse(text);
    let found = at_place(ctx, slug, |db, petition| match statement {
        Err(error) => Ok(Some(Checked::NoStatement(error))),
        Ok(statement) => judge(db, petition, statement).map(Some),
    })?;
    Ok(found.map(|served| served.content))
}

fn judge(db: &mut Db, petition: &Petition, statement: Statement) -> Result<Checked, Error> {
    if statement.petition != petition.id
        || petition.genesis_hash.as_deref() != Some(&statement.genesis_hash[..])
    {
        return Ok(Checked::OtherPetition);
    }
    if statement.verify().is_err() {
        return Ok(Checked::NotSigned);
    }
    let size = rows::head(db, petition.id)?.map_or(0, |head| head.size);
    let cast = rows::find_cast(db, &statement.nonce())?.filter(|cast| cast.petition == petition.id);
    let Some(cast) = cast else { return Ok(Checked::NotInLog { size }) };
    let broken = || Error::Broken(OwnData::LogWithoutEntries);
    let first = rows::entries(db, petition.id, 0, 1)?.into_iter().next().ok_or_else(broken)?;
    let genesis = Genesis::parse(&first.leaf).or(Err(broken()))?;
    let mut search = Search::new(&genesis, statement.public_key);
    let later = cast.index.saturating_add(1);
    let beginnings = beginnings_about(petition.id, &statement.public_key);
    let mut entries = rows::entries(db, petition.id, cast.index, 1)?;
    entries.extend(rows::entries_beginning(
        db,
        petition.id,
        later,
        beginnings.each_ref().map(Vec::as_slice),
    )?);
    for entry in entries {
        search.take(entry.index, &entry.leaf);
    }
    let standing = search.finish().ok_or_else(broken)?;
    let crowd = genesis.crowds.into_iter().nth(usize::from(standing.crowd.get())).ok_or_else(broken)?;
    let GenesisCrowd { proof, employer, .. } = crowd;
    let proof = proof.kind().ok_or_else(broken)?;
    Ok(Checked::Signed(Signed { phrase: statement.phrase, standing, proof, employer }))
}
