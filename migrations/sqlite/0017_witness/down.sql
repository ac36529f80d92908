DROP TABLE served_at;
DROP TABLE cosignature;
DROP TABLE witnessed;
