-- Invitations that organizers made: hashes, and nothing else. No time, no creator, and no mark of which were used:
-- a used one leaves a keyed tag in participation, like any other proof. Deleted when issuing has ended.
CREATE TABLE invitation (
    petition_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (petition_id, hash)
) WITHOUT ROWID;

-- Whether people with an invitation may sign, and how many were made in all, which is public.
ALTER TABLE petition ADD COLUMN invite BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE petition ADD COLUMN invitations_made BIGINT NOT NULL DEFAULT 0;
