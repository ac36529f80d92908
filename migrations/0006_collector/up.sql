-- The collector's tables: the log of each petition, what opens its leaves, and the published numbers.

-- How far a log has come. `frontier`: what it needs to grow without being read. `checkpoint`: as signed last.
CREATE TABLE log_head (
    petition_id TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    frontier BYTEA,
    checkpoint TEXT
) WITHOUT ROWID;

CREATE TABLE log_entry (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;

-- Roots of complete subtrees of 256^level entries, from level 1 on.
CREATE TABLE log_tile (
    petition_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (petition_id, level, idx)
) WITHOUT ROWID;

-- Nonces of published casts: one token is counted once; the withdrawal code finds its cast by it.
-- `batched`: it came in a batch, then its retraction waits for others, too. `voided`: the place of the first leaf of the
-- void by which it counts no longer; NULL: none, or it was reversed.
CREATE TABLE published_cast (
    nonce BYTEA NOT NULL PRIMARY KEY,
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    crowd INTEGER NOT NULL,
    retracted BOOLEAN NOT NULL,
    batched BOOLEAN NOT NULL DEFAULT FALSE,
    voided BIGINT
) WITHOUT ROWID;

CREATE INDEX published_cast_in_log ON published_cast (petition_id, idx);
CREATE INDEX published_cast_voided ON published_cast (petition_id, voided) WHERE voided IS NOT NULL;

-- What opens a leaf: outside the log, so that it can be erased.
CREATE TABLE opening (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    extension BYTEA NOT NULL,
    hidden BOOLEAN NOT NULL,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;

-- Few names are hidden, and every visit of a petition asks how many.
CREATE INDEX opening_hidden ON opening (petition_id, idx) WHERE hidden;

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

-- What amendments in a petition's log have committed to: each is taken once. Whoever reads the log could otherwise send
-- an old one again, and bring back a name that was mended or taken down since.
CREATE TABLE amended (
    petition_id TEXT NOT NULL,
    ext_commit BYTEA NOT NULL,
    PRIMARY KEY (petition_id, ext_commit)
) WITHOUT ROWID;

-- What a petition's log named last as the program that people sign with: SHA-256 of the page to keep on disk, and of
-- the script. The leaves themselves stand in the log.
CREATE TABLE client_release (
    petition_id TEXT NOT NULL PRIMARY KEY,
    page BYTEA NOT NULL,
    script BYTEA NOT NULL
) WITHOUT ROWID;

-- Which host a petition's log named last as the one that serves it. The leaves themselves stand in the log.
CREATE TABLE served_at (
    petition_id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL
) WITHOUT ROWID;
