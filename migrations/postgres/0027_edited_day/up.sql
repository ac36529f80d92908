-- The day on which a draft was last saved: a draft that nobody saves any more is deleted in the end. Drafts from before
-- begin to count at the first purge.
ALTER TABLE petition ADD COLUMN edited_day INTEGER;
