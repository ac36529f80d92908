DROP TABLE sealing;
