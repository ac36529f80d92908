-- The collector's tables: the log of each petition, what opens its leaves, and the published numbers.

CREATE TABLE log_head (
    petition_id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE log_entry (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;

-- Nonces of published casts: one token is counted once; the withdrawal code finds its cast by it.
CREATE TABLE published_cast (
    nonce BLOB NOT NULL PRIMARY KEY,
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    crowd INTEGER NOT NULL,
    retracted BOOLEAN NOT NULL
) WITHOUT ROWID;

CREATE INDEX published_cast_in_log ON published_cast (petition_id, idx);

-- What opens a leaf: outside the log, so that it can be erased.
CREATE TABLE opening (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    salt BLOB NOT NULL,
    extension BLOB NOT NULL,
    hidden BOOLEAN NOT NULL,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;

-- Numbers as they were published, never counted live.
CREATE TABLE published_number (
    petition_id TEXT NOT NULL,
    crowd INTEGER NOT NULL,
    number BIGINT NOT NULL,
    issued_floor BIGINT NOT NULL,
    as_of_day INTEGER,
    PRIMARY KEY (petition_id, crowd)
) WITHOUT ROWID;

CREATE TABLE published_day (
    petition_id TEXT NOT NULL,
    crowd INTEGER NOT NULL,
    day INTEGER NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (petition_id, crowd, day)
) WITHOUT ROWID;
