-- Signatures that an admin has invalidated (leaf 07).

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
