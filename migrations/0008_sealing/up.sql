-- Where a petition lets names be sealed: the trustee and N, fixed at opening (the key is in genesis, too), and how
-- far the names are from being shown. `notice_until`: the last day of the notice. `notice_over`: it has passed with N
-- still reached. `opened_day`: when names were shown last. `deleted`: what was not opened is gone.
CREATE TABLE sealing (
    petition_id TEXT NOT NULL PRIMARY KEY REFERENCES petition (id) ON DELETE CASCADE,
    trustee TEXT NOT NULL,
    sealing_key TEXT NOT NULL,
    reveal_at BIGINT NOT NULL,
    notice_until INTEGER,
    notice_over BOOLEAN NOT NULL,
    opened_day INTEGER,
    deleted BOOLEAN NOT NULL
);

-- Names sealed to the trustee, of published casts: nobody here can read them. Deleted when they are opened, when
-- the cast is withdrawn, or when the time for opening them has passed.
CREATE TABLE sealed_name (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;
