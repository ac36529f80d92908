-- Accounts of organizers and admins: a pseudonym, no person. Days, never times.
CREATE TABLE organizer (
    id TEXT NOT NULL PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    pseudonym_folded TEXT NOT NULL UNIQUE,
    passphrase_hash TEXT NOT NULL,
    mail_sealed BYTEA,
    is_admin BOOLEAN NOT NULL,
    created_day INTEGER NOT NULL
);

CREATE TABLE recovery_code (
    organizer_id TEXT NOT NULL REFERENCES organizer (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,
    PRIMARY KEY (organizer_id, code_hash)
);

-- The cookie's secret is kept as a keyed hash only. No address, no user agent.
CREATE TABLE session (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organizer_id TEXT NOT NULL REFERENCES organizer (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    created_day INTEGER NOT NULL,
    last_used_day INTEGER NOT NULL
);

CREATE INDEX session_of_organizer ON session (organizer_id);
