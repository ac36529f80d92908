-- Mail waiting to be sent, written with the change it tells of, sealed under the hour's key.
CREATE TABLE outbox (
    id BYTEA NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);
