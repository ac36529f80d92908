-- Mail waiting to be sent, written with the change it tells of, sealed under the hour's key.
CREATE TABLE outbox (
    id BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
) WITHOUT ROWID;

-- How mail goes, as pages tell it: one row, written at turns of the clock by the node that delivers mail, never when
-- somebody asks for a code.
CREATE TABLE mail_health (
    id INTEGER NOT NULL PRIMARY KEY,
    turn BIGINT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT,
    reason TEXT,
    refused_domain TEXT,
    refused_reason TEXT
);
