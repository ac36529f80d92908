-- What a petition's log named last as the program that people sign with: SHA-256 of the page to keep on disk, and of
-- the script. The leaves themselves stand in the log.
CREATE TABLE client_release (
    petition_id TEXT NOT NULL PRIMARY KEY,
    page BYTEA NOT NULL,
    script BYTEA NOT NULL
);
