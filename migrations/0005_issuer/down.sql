DROP TABLE invitation;
DROP TABLE address_limit;
DROP TABLE mail_code;
DROP TABLE pending_signature;
DROP TABLE issuing_counter;
DROP TABLE participation;
