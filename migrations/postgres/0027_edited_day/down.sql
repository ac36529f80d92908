ALTER TABLE petition DROP COLUMN edited_day;
