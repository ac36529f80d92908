ALTER TABLE petition DROP COLUMN closes_early;
ALTER TABLE petition DROP COLUMN unlisted;
ALTER TABLE petition ADD COLUMN issue_until BIGINT;
UPDATE petition SET issue_until = closes;
ALTER TABLE petition DROP COLUMN traces_until;
