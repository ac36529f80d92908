-- Signatures that an admin has invalidated (leaf 07), and the groups by which nameless ones are chosen for it.

-- The void by which a cast counts no longer: the place of its first leaf. NULL: none, or it was reversed.
ALTER TABLE published_cast ADD COLUMN voided BIGINT;

CREATE INDEX published_cast_voided ON published_cast (petition_id, voided) WHERE voided IS NOT NULL;

-- The groups in which nameless casts came out: where each begins in the log, and how many entries it has. No time.
CREATE TABLE published_batch (
    petition_id TEXT NOT NULL,
    first_idx BIGINT NOT NULL,
    casts BIGINT NOT NULL,
    PRIMARY KEY (petition_id, first_idx)
) WITHOUT ROWID;

-- Of logs from before this was kept: casts that stand next to each other are one group.
INSERT INTO published_batch (petition_id, first_idx, casts)
SELECT petition_id, MIN(idx), COUNT(*)
FROM (
    SELECT petition_id, idx, batched,
        idx - ROW_NUMBER() OVER (PARTITION BY petition_id ORDER BY idx) AS run
    FROM published_cast
) AS casts
GROUP BY petition_id, run
HAVING MAX(batched) = TRUE;

-- What admins did: leaves 07 from `first_idx` on. Which casts it was stands in these leaves. Who did it is for admins.
CREATE TABLE cast_void (
    petition_id TEXT NOT NULL,
    first_idx BIGINT NOT NULL,
    reason TEXT NOT NULL,
    chosen_by TEXT NOT NULL,
    day INTEGER NOT NULL,
    done_by TEXT NOT NULL,
    reversed_day INTEGER,
    reversed_by TEXT,
    PRIMARY KEY (petition_id, first_idx)
) WITHOUT ROWID;

-- How many of each crowd.
CREATE TABLE cast_void_crowd (
    petition_id TEXT NOT NULL,
    first_idx BIGINT NOT NULL,
    crowd INTEGER NOT NULL,
    casts BIGINT NOT NULL,
    PRIMARY KEY (petition_id, first_idx, crowd)
) WITHOUT ROWID;

-- Where the log holds notes of dispute (leaf 10). No day: from before this was kept. Nobody: by the command line.
CREATE TABLE dispute (
    petition_id TEXT NOT NULL,
    idx BIGINT NOT NULL,
    day INTEGER,
    done_by TEXT,
    PRIMARY KEY (petition_id, idx)
) WITHOUT ROWID;

INSERT INTO dispute (petition_id, idx)
SELECT petition_id, idx FROM log_entry WHERE substr(leaf, 1, 2) = x'0110';
