-- The pages to keep on disk that a petition's log named last, one for each language; '' for a page that an earlier version of
-- the program named without its language.
CREATE TABLE client_release_page (
    petition_id TEXT NOT NULL,
    language TEXT NOT NULL,
    page BYTEA NOT NULL,
    PRIMARY KEY (petition_id, language)
) WITHOUT ROWID;

INSERT INTO client_release_page (petition_id, language, page) SELECT petition_id, '', page FROM client_release;
ALTER TABLE client_release DROP COLUMN page;
