-- What waits for its batch: casts that show no name, and their retractions. Sealed under a key of its
-- generation, found by a MAC under the same key: once that key is destroyed, nothing here can be tied to a leaf.
CREATE TABLE spool (
    petition_id TEXT NOT NULL,
    lookup BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (petition_id, lookup)
) WITHOUT ROWID;

-- One row per petition, locked by whoever casts or publishes. `generation` names the key; empty: nothing waits.
-- `looked_at`: the schedule's newest turn at it. `closed`: the last batch is out.
CREATE TABLE spool_head (
    petition_id TEXT NOT NULL PRIMARY KEY,
    generation TEXT NOT NULL,
    held BIGINT NOT NULL,
    rewritten BIGINT NOT NULL,
    looked_at BIGINT NOT NULL,
    closed BOOLEAN NOT NULL
) WITHOUT ROWID;

-- Whether a cast came in a batch: then its retraction waits for others, too.
ALTER TABLE published_cast ADD COLUMN batched BOOLEAN NOT NULL DEFAULT FALSE;
