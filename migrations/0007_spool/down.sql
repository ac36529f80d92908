DROP TABLE published_batch;
DROP TABLE spool_intake;
DROP TABLE spool_head;
DROP TABLE spool;
