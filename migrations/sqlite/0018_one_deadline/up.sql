-- One deadline, "closes", until which codes are given out; "traces_until" is fixed when signing begins and bounds every
-- extension. "unlisted": a quiet start that its organizer has not opened to the public. "closes_early": an early
-- closing was announced.
ALTER TABLE petition ADD COLUMN traces_until BIGINT;
UPDATE petition SET traces_until = closes + 172800 WHERE genesis_hash IS NOT NULL;
ALTER TABLE petition DROP COLUMN issue_until;
ALTER TABLE petition ADD COLUMN unlisted BOOLEAN NOT NULL DEFAULT 0;
UPDATE petition SET unlisted = 1 WHERE state = 'gathering';
ALTER TABLE petition ADD COLUMN closes_early BOOLEAN NOT NULL DEFAULT 0;
