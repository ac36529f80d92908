DROP TABLE sealed_name;
DROP TABLE sealing;
