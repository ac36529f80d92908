-- Who is doing a job, and how often it has said so: whoever watches measures by its own steady clock how long the number
-- stays, so that no clock that is set wrong stretches a lease. Leases outlive no restart of all nodes: none is taken along.
DROP TABLE lease;
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);
