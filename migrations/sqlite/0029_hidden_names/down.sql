DROP INDEX opening_hidden;
