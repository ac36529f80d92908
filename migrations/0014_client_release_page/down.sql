-- What an earlier version cannot keep is told to the log again at its next start.
DROP TABLE client_release_page;
DROP TABLE client_release;

CREATE TABLE client_release (
    petition_id TEXT NOT NULL PRIMARY KEY,
    page BYTEA NOT NULL,
    script BYTEA NOT NULL
) WITHOUT ROWID;
