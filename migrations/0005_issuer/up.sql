-- The issuer's tables. They share no id and no key with the collector's, hold no time, and have no rowid.

-- Whose proof is used up: a keyed tag, never an address.
CREATE TABLE participation (
    petition_id TEXT NOT NULL,
    tag BYTEA NOT NULL,
    proof TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    PRIMARY KEY (petition_id, tag)
) WITHOUT ROWID;

CREATE TABLE issuing_counter (
    petition_id TEXT NOT NULL,
    crowd INTEGER NOT NULL,
    issued BIGINT NOT NULL,
    PRIMARY KEY (petition_id, crowd)
) WITHOUT ROWID;

-- What was typed, sealed under the hour's key until it is confirmed or the key is destroyed.
CREATE TABLE pending_signature (
    ticket_hash BYTEA NOT NULL PRIMARY KEY,
    link_hash BYTEA NOT NULL UNIQUE,
    tries INTEGER NOT NULL,
    sealed BYTEA NOT NULL
) WITHOUT ROWID;

-- Codes that were mailed: found by a MAC of the address under the hour's key, sealed under the same key.
CREATE TABLE mail_code (
    lookup BYTEA NOT NULL,
    id BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (lookup, id)
) WITHOUT ROWID;

-- How many mails an address asked for today, under the day's key.
CREATE TABLE address_limit (
    lookup BYTEA NOT NULL PRIMARY KEY,
    mails INTEGER NOT NULL
) WITHOUT ROWID;

-- Invitations that organizers made: hashes, and nothing else. No time, no creator, and no mark of which were used:
-- a used one leaves a keyed tag in participation, like any other proof. Deleted when issuing has ended.
CREATE TABLE invitation (
    petition_id TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (petition_id, hash)
) WITHOUT ROWID;
