-- Checkpoints that witnesses are shown, picked by the clock: the one of this turn, and the newest that was cosigned.
-- `turn`: when the turn began, never when anything was asked or answered. `note`: as the log has signed it.
CREATE TABLE witnessed (
    petition_id TEXT NOT NULL,
    size BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (petition_id, size)
) WITHOUT ROWID;

-- Cosignatures of them, verified. `witness`: the verifier key; `line`: the signature line, with its time in it.
CREATE TABLE cosignature (
    petition_id TEXT NOT NULL,
    size BIGINT NOT NULL,
    witness TEXT NOT NULL,
    turn BIGINT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (petition_id, size, witness)
) WITHOUT ROWID;
