DROP TABLE mail_health;
DROP TABLE outbox;
