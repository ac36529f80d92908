DROP TABLE client_release;
