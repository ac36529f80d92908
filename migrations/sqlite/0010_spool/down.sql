ALTER TABLE published_cast DROP COLUMN batched;
DROP TABLE spool_head;
DROP TABLE spool;
