-- The kinds of proof that a petition takes, by name. Their order is that of the program's table of kinds.
CREATE TABLE petition_proof (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    PRIMARY KEY (petition_id, kind)
);

INSERT INTO petition_proof (petition_id, kind) SELECT id, 'work-mail' FROM petition WHERE work_mail;
INSERT INTO petition_proof (petition_id, kind) SELECT id, 'invite' FROM petition WHERE invite;
INSERT INTO petition_proof (petition_id, kind) SELECT id, 'any-mail' FROM petition WHERE any_mail;

ALTER TABLE petition DROP COLUMN work_mail;
ALTER TABLE petition DROP COLUMN invite;
ALTER TABLE petition DROP COLUMN any_mail;

-- Drafts are JSON with fixed field order. Inside a string a quotation mark has a backslash before it, so these match fields only.
UPDATE petition SET draft = replace(draft, '"work_mail":true,"invite":true,"any_mail":true', '"proofs":["work-mail","invite","any-mail"]');
UPDATE petition SET draft = replace(draft, '"work_mail":true,"invite":true,"any_mail":false', '"proofs":["work-mail","invite"]');
UPDATE petition SET draft = replace(draft, '"work_mail":true,"invite":false,"any_mail":true', '"proofs":["work-mail","any-mail"]');
UPDATE petition SET draft = replace(draft, '"work_mail":true,"invite":false,"any_mail":false', '"proofs":["work-mail"]');
UPDATE petition SET draft = replace(draft, '"work_mail":false,"invite":true,"any_mail":true', '"proofs":["invite","any-mail"]');
UPDATE petition SET draft = replace(draft, '"work_mail":false,"invite":true,"any_mail":false', '"proofs":["invite"]');
UPDATE petition SET draft = replace(draft, '"work_mail":false,"invite":false,"any_mail":true', '"proofs":["any-mail"]');
UPDATE petition SET draft = replace(draft, '"work_mail":false,"invite":false,"any_mail":false', '"proofs":[]');
