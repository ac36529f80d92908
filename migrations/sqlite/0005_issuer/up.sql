-- The issuer's tables. They share no id and no key with the collector's, hold no time, and have no rowid.

-- Whose proof is used up: a keyed tag, never an address.
CREATE TABLE participation (
    petition_id TEXT NOT NULL,
    tag BLOB NOT NULL,
    proof TEXT NOT NULL,
    request_hash BLOB NOT NULL,
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
    ticket_hash BLOB NOT NULL PRIMARY KEY,
    link_hash BLOB NOT NULL UNIQUE,
    tries INTEGER NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;

-- Codes that were mailed: found by a MAC of the address under the hour's key, sealed under the same key.
CREATE TABLE mail_code (
    lookup BLOB NOT NULL,
    id BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (lookup, id)
) WITHOUT ROWID;

-- How many mails an address asked for today, under the day's key.
CREATE TABLE address_limit (
    lookup BLOB NOT NULL PRIMARY KEY,
    mails INTEGER NOT NULL
) WITHOUT ROWID;
