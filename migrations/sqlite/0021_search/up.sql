-- What the list of petitions and the list of employers are searched by: texts that are public, folded by the program
-- (letter case, Unicode forms, accents), since databases fold in ways of their own. `version`: of the folding; rows of an
-- older one are made anew when the program starts.
CREATE TABLE petition_search (
    petition_id TEXT NOT NULL PRIMARY KEY REFERENCES petition (id) ON DELETE CASCADE,
    folded TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE employer_search (
    employer_id TEXT NOT NULL PRIMARY KEY REFERENCES employer (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    domains TEXT NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID;
