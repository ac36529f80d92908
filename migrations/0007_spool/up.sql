-- What waits for its batch: casts that show no name, and their retractions. Sealed under a key of its
-- generation, found by a MAC under the same key: once that key is destroyed, nothing here can be tied to a leaf.
CREATE TABLE spool (
    petition_id TEXT NOT NULL,
    lookup BYTEA NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (petition_id, lookup)
) WITHOUT ROWID;

-- One row per petition, locked by whoever casts or publishes. `intake` and `store`: the places of its
-- chains of keys. `generation` named the key of spools from before; empty.
-- `looked_at`: the schedule's newest turn at it. `closed`: the last batch is out.
CREATE TABLE spool_head (
    petition_id TEXT NOT NULL PRIMARY KEY,
    generation TEXT NOT NULL,
    held BIGINT NOT NULL,
    looked_at BIGINT NOT NULL,
    closed BOOLEAN NOT NULL,
    intake BIGINT NOT NULL DEFAULT 0,
    store BIGINT NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- What came in last lies in one sealed piece of always the same length, rewritten with every change: a cast costs the same
-- however many wait.
CREATE TABLE spool_intake (
    petition_id TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- The groups in which nameless casts came out: where each begins in the log, and how many entries it has. No time.
CREATE TABLE published_batch (
    petition_id TEXT NOT NULL,
    first_idx BIGINT NOT NULL,
    casts BIGINT NOT NULL,
    PRIMARY KEY (petition_id, first_idx)
) WITHOUT ROWID;
