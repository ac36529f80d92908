//! What this program wrote itself, and may find that it does not read back.

/// Something of our own: rows, leaves, keys, files. Which one is for the log; people are told that something went wrong here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OwnData {
    /// A batch's size.
    #[error("a batch's size")]
    BatchSize,
    /// A cast of our own.
    #[error("a cast of our own")]
    OwnCast,
    /// A cast that shows no name.
    #[error("a cast that shows no name")]
    NamelessCast,
    /// A checkpoint.
    #[error("a checkpoint")]
    Checkpoint,
    /// A crowd without an issuing key.
    #[error("a crowd without an issuing key")]
    CrowdWithoutKey,
    /// A draft.
    #[error("a draft")]
    Draft,
    /// A fresh nonce.
    #[error("a fresh nonce")]
    FreshNonce,
    /// A genesis leaf.
    #[error("a genesis leaf")]
    GenesisLeaf,
    /// A kept response.
    #[error("a kept response")]
    KeptResponse,
    /// A log without its entries.
    #[error("a log without its entries")]
    LogWithoutEntries,
    /// A log's entries.
    #[error("a log's entries")]
    LogEntries,
    /// A log's entry.
    #[error("a log's entry")]
    LogEntry,
    /// A log's frontier.
    #[error("a log's frontier")]
    LogFrontier,
    /// A log's key.
    #[error("a log's key")]
    LogKey,
    /// A log's origin.
    #[error("a log's origin")]
    LogOrigin,
    /// A log's size.
    #[error("a log's size")]
    LogSize,
    /// A log's subtrees.
    #[error("a log's subtrees")]
    LogSubtrees,
    /// A log's tile.
    #[error("a log's tile")]
    LogTile,
    /// A mailed code.
    #[error("a mailed code")]
    MailedCode,
    /// A note of dispute.
    #[error("a note of dispute")]
    DisputeNote,
    /// A notice.
    #[error("a notice")]
    Notice,
    /// A number.
    #[error("a number")]
    Number,
    /// A passphrase to hash.
    #[error("a passphrase to hash")]
    PassphraseToHash,
    /// A pending address.
    #[error("a pending address")]
    PendingAddress,
    /// A pending petition.
    #[error("a pending petition")]
    PendingPetition,
    /// A pending signature.
    #[error("a pending signature")]
    PendingSignature,
    /// A petition that takes signatures.
    #[error("a petition that takes signatures")]
    RunningPetition,
    /// A petition to start.
    #[error("a petition to start")]
    PetitionToStart,
    /// A petition's log.
    #[error("a petition's log")]
    PetitionLog,
    /// A proposed supplier.
    #[error("a proposed supplier")]
    ProposedSupplier,
    /// A publication.
    #[error("a publication")]
    Publication,
    /// A queued address.
    #[error("a queued address")]
    QueuedAddress,
    /// A request of our own.
    #[error("a request of our own")]
    OwnRequest,
    /// A retraction.
    #[error("a retraction")]
    Retraction,
    /// A row to seal.
    #[error("a row to seal")]
    RowToSeal,
    /// A sealed address.
    #[error("a sealed address")]
    SealedAddress,
    /// A sealed row.
    #[error("a sealed row")]
    SealedRow,
    /// A sealing key.
    #[error("a sealing key")]
    SealingKey,
    /// A signature without a genesis.
    #[error("a signature without a genesis")]
    SignatureWithoutGenesis,
    /// A site key.
    #[error("a site key")]
    SiteKey,
    /// A spool's place.
    #[error("a spool's place")]
    SpoolPlace,
    /// A spool's size.
    #[error("a spool's size")]
    SpoolSize,
    /// A spooled row.
    #[error("a spooled row")]
    SpooledRow,
    /// A tile of hashes.
    #[error("a tile of hashes")]
    TileHashes,
    /// A token response.
    #[error("a token response")]
    TokenResponse,
    /// An amendment.
    #[error("an amendment")]
    Amendment,
    /// An append outside of `write_logs`.
    #[error("an append outside of write_logs")]
    AppendOutsideOfWriteLogs,
    /// An entry to seal.
    #[error("an entry to seal")]
    EntryToSeal,
    /// An intake.
    #[error("an intake")]
    Intake,
    /// An intake to seal.
    #[error("an intake to seal")]
    IntakeToSeal,
    /// An issuing key.
    #[error("an issuing key")]
    IssuingKey,
    /// Casts of one petition.
    #[error("casts of one petition")]
    CastsOfOnePetition,
}
