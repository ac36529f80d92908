-- Employers and the mail domains under which their staff can prove where they work.
-- Only admins list one; an organizer's proposal waits with listed = false.
CREATE TABLE employer (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    listed BOOLEAN NOT NULL,
    head_count BIGINT,
    head_count_source TEXT
);

CREATE INDEX employer_by_name ON employer (name_folded);

CREATE TABLE employer_domain (
    employer_id TEXT NOT NULL REFERENCES employer (id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    PRIMARY KEY (employer_id, domain)
);

-- What the list of employers is searched by, as in petition_search.
CREATE TABLE employer_search (
    employer_id TEXT NOT NULL PRIMARY KEY REFERENCES employer (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    domains TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
