DROP TABLE spool_intake;
ALTER TABLE spool_head ADD COLUMN rewritten BIGINT NOT NULL DEFAULT 0;
ALTER TABLE spool_head DROP COLUMN store;
ALTER TABLE spool_head DROP COLUMN intake;
