-- Names sealed to the trustee, of published casts: nobody here can read them. Deleted when they are opened, when
-- the cast is withdrawn, or when the time for opening them has passed.
CREATE TABLE sealed_name (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (petition_id, idx)
);
