DROP TABLE sealed_name;
