-- A petition. Its draft is kept as typed (JSON); the columns beside it are filled when it is sent in.
-- `closes`: the one deadline, until which codes are given out. `traces_until`: fixed when signing begins, bounds every
-- extension. `invite`: people with an invitation may sign; `invitations_made`: how many were made in all, which is public.
-- `unlisted`: a quiet start that its organizer has not opened to the public. `closes_early`: an early closing was
-- announced. `edited_day`: when the draft was last saved; a draft that nobody saves any more is deleted in the end.
CREATE TABLE petition (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    quiet_slug TEXT UNIQUE,
    state TEXT NOT NULL,
    draft TEXT NOT NULL,
    start_wanted TEXT,
    title TEXT NOT NULL,
    addressed_to TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    started_by TEXT NOT NULL,
    goal BIGINT,
    counting TEXT NOT NULL,
    work_mail BOOLEAN NOT NULL,
    any_mail BOOLEAN NOT NULL,
    opens BIGINT,
    closes BIGINT,
    cast_until BIGINT,
    reason TEXT,
    example BOOLEAN NOT NULL,
    created_day INTEGER NOT NULL,
    log_origin TEXT,
    genesis_hash BYTEA,
    invite BOOLEAN NOT NULL DEFAULT FALSE,
    invitations_made BIGINT NOT NULL DEFAULT 0,
    traces_until BIGINT,
    unlisted BOOLEAN NOT NULL DEFAULT FALSE,
    closes_early BOOLEAN NOT NULL DEFAULT FALSE,
    edited_day INTEGER
);

CREATE INDEX petition_by_state ON petition (state, opens);

CREATE TABLE petition_demand (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (petition_id, position)
);

CREATE TABLE petition_employer (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    employer_id TEXT NOT NULL REFERENCES employer (id),
    PRIMARY KEY (petition_id, position)
);

CREATE INDEX petition_of_employer ON petition_employer (employer_id);

-- The domains as they stood when signing began (they are in genesis), whatever an admin changes later.
CREATE TABLE petition_domain (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    employer_id TEXT NOT NULL REFERENCES employer (id),
    PRIMARY KEY (petition_id, domain)
);

-- Members with roles, not an owner column.
CREATE TABLE petition_member (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    organizer_id TEXT NOT NULL REFERENCES organizer (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    PRIMARY KEY (petition_id, organizer_id)
);

CREATE INDEX petition_of_member ON petition_member (organizer_id);

-- The crowds of genesis, in order, with their public keys: facts that both issuer and collector may know.
CREATE TABLE petition_crowd (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    crowd INTEGER NOT NULL,
    proof TEXT NOT NULL,
    employer_id TEXT REFERENCES employer (id),
    spki BYTEA NOT NULL,
    PRIMARY KEY (petition_id, crowd)
);

-- What the list of petitions is searched by: texts that are public, folded by the program
-- (letter case, Unicode forms, accents), since databases fold in ways of their own. `version`: of the folding; rows of an
-- older one are made anew when the program starts.
CREATE TABLE petition_search (
    petition_id TEXT NOT NULL PRIMARY KEY REFERENCES petition (id) ON DELETE CASCADE,
    folded TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
