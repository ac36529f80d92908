DROP TABLE amended;
