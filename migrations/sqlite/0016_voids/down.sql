DROP TABLE dispute;
DROP TABLE cast_void_crowd;
DROP TABLE cast_void;
DROP TABLE published_batch;
DROP INDEX published_cast_voided;
ALTER TABLE published_cast DROP COLUMN voided;
