-- Who is doing a job, until when. Rows instead of advisory locks, which distributed engines lack.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);
