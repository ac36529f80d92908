-- What amendments in a petition's log have committed to: each is taken once. Whoever reads the log could otherwise send
-- an old one again, and bring back a name that was mended or taken down since.
CREATE TABLE amended (
    petition_id TEXT NOT NULL,
    ext_commit BLOB NOT NULL,
    PRIMARY KEY (petition_id, ext_commit)
) WITHOUT ROWID;
