UPDATE petition SET draft = replace(draft, '"proofs":["work-mail","invite","any-mail"]', '"work_mail":true,"invite":true,"any_mail":true');
UPDATE petition SET draft = replace(draft, '"proofs":["work-mail","invite"]', '"work_mail":true,"invite":true,"any_mail":false');
UPDATE petition SET draft = replace(draft, '"proofs":["work-mail","any-mail"]', '"work_mail":true,"invite":false,"any_mail":true');
UPDATE petition SET draft = replace(draft, '"proofs":["work-mail"]', '"work_mail":true,"invite":false,"any_mail":false');
UPDATE petition SET draft = replace(draft, '"proofs":["invite","any-mail"]', '"work_mail":false,"invite":true,"any_mail":true');
UPDATE petition SET draft = replace(draft, '"proofs":["invite"]', '"work_mail":false,"invite":true,"any_mail":false');
UPDATE petition SET draft = replace(draft, '"proofs":["any-mail"]', '"work_mail":false,"invite":false,"any_mail":true');
UPDATE petition SET draft = replace(draft, '"proofs":[]', '"work_mail":false,"invite":false,"any_mail":false');

ALTER TABLE petition ADD COLUMN work_mail BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE petition SET work_mail = TRUE WHERE id IN (SELECT petition_id FROM petition_proof WHERE kind = 'work-mail');
ALTER TABLE petition ADD COLUMN invite BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE petition SET invite = TRUE WHERE id IN (SELECT petition_id FROM petition_proof WHERE kind = 'invite');
ALTER TABLE petition ADD COLUMN any_mail BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE petition SET any_mail = TRUE WHERE id IN (SELECT petition_id FROM petition_proof WHERE kind = 'any-mail');
DROP TABLE petition_proof;
