-- Mail waiting to be sent, written with the change it tells of, sealed under the hour's key.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) WITHOUT ROWID;
