-- Who is doing a job, and how often it has said so: whoever watches measures by its own steady clock how long the number
-- stays, so that no clock that is set wrong stretches a lease. Rows instead of advisory locks, which distributed engines
-- lack.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);
