-- Whose file this is. SQLite alone has such a number; elsewhere the database's name says it.
PRAGMA application_id = 1347571268;

-- Work over many rows goes on in lots, a transaction each, and says with each lot how far it has come.

-- What sub-accounts have still to follow: follows: 1 held, 2 lifted, 3 closed; those up to through_id have done so. Until
-- the row is gone, whoever reads or writes one behind it looks here. A later change of the parent takes the row over.
CREATE TABLE parent_change (
    reseller_id INTEGER NOT NULL,
    parent_id INTEGER NOT NULL,
    follows INTEGER NOT NULL,
    at INTEGER NOT NULL,
    credential_id INTEGER,
    request_id TEXT NOT NULL,
    through_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, parent_id)
) STRICT, WITHOUT ROWID;

-- Classes whose terms have changed: accounts below zero up to through_id have been judged by the new ones.
CREATE TABLE class_judgement (
    account_class_id INTEGER NOT NULL PRIMARY KEY,
    through_id INTEGER NOT NULL
) STRICT;

-- Imports that have been forgotten while their refusals have not yet.
CREATE TABLE forgotten_import (
    import_id INTEGER NOT NULL PRIMARY KEY
) STRICT;
