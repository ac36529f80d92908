DROP TABLE log_tile;
ALTER TABLE log_head DROP COLUMN checkpoint;
ALTER TABLE log_head DROP COLUMN frontier;
