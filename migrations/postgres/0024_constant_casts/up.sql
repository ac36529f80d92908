-- What came in last lies in one sealed piece of always the same length, rewritten with every change: a cast costs the same
-- however many wait. "intake" and "store" are the places of the spool's chains of keys. "generation" named the key of spools
-- from before; empty since they were read over.
CREATE TABLE spool_intake (
    petition_id TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);
ALTER TABLE spool_head ADD COLUMN intake BIGINT NOT NULL DEFAULT 0;
ALTER TABLE spool_head ADD COLUMN store BIGINT NOT NULL DEFAULT 0;
ALTER TABLE spool_head DROP COLUMN rewritten;
INSERT INTO spool_head (petition_id, generation, held, looked_at, closed)
    SELECT id, '', 0, 0, FALSE FROM petition
    WHERE genesis_hash IS NOT NULL AND id NOT IN (SELECT petition_id FROM spool_head);
