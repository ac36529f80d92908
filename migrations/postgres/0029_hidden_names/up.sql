-- Few names are hidden, and every visit of a petition asks how many.
CREATE INDEX opening_hidden ON opening (petition_id, idx) WHERE hidden;
