-- Contracts: who supplies what to whom, with at least one public source each.
CREATE TABLE contract (
    id TEXT NOT NULL PRIMARY KEY,
    supplier_id TEXT NOT NULL REFERENCES employer (id),
    customer TEXT NOT NULL,
    title TEXT NOT NULL,
    provides TEXT NOT NULL,
    value_amount BIGINT,
    value_currency TEXT,
    status TEXT NOT NULL,
    starts_day INTEGER,
    ends_day INTEGER
);

CREATE TABLE contract_source (
    contract_id TEXT NOT NULL REFERENCES contract (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    publisher TEXT NOT NULL,
    published_day INTEGER,
    shows TEXT NOT NULL,
    PRIMARY KEY (contract_id, position)
);

CREATE TABLE petition_contract (
    petition_id TEXT NOT NULL REFERENCES petition (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    contract_id TEXT NOT NULL REFERENCES contract (id) ON DELETE CASCADE,
    PRIMARY KEY (petition_id, position)
);
