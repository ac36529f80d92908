ALTER TABLE petition DROP COLUMN invitations_made;
ALTER TABLE petition DROP COLUMN invite;
DROP TABLE invitation;
