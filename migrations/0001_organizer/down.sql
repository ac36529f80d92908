DROP TABLE session;
DROP TABLE recovery_code;
DROP TABLE organizer;
