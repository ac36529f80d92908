-- What the log needs to grow without being read, and to be served. A head without frontier is one from before this
-- migration: the server makes it anew from the entries.

ALTER TABLE log_head ADD COLUMN frontier BYTEA;
ALTER TABLE log_head ADD COLUMN checkpoint TEXT;

-- Roots of complete subtrees of 256^level entries, from level 1 on.
CREATE TABLE log_tile (
    petition_id TEXT NOT NULL,
    level INTEGER NOT NULL,
    idx BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (petition_id, level, idx)
);
