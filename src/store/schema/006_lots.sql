-- Whose file this is. SQLite alone has such a number; elsewhere the database's name says it.
PRAGMA application_id = 1347571268;

-- Work over many rows goes on in lots, a transaction each, and says with each lot how far it has come.

-- Those that fall due at the same moment, at a month's end, in the order in which they are taken. (SQLite's indexes end with the
-- row's id anyway.)
DROP INDEX account_by_due_at;
CREATE INDEX account_by_due_at ON account (reseller_id, due_at, id) WHERE due_at IS NOT NULL;

-- What sub-accounts have still to follow: follows: 1 held, 2 lifted, 3 closed; those up to through_id have done so. Until
-- the row is gone, whoever reads or writes one behind it looks here. A parent has one row, or a second one where it has been
-- closed since. What the events will say of who did it and why stands here as in the parent's own event.
CREATE TABLE parent_change (
    reseller_id INTEGER NOT NULL,
    parent_id INTEGER NOT NULL,
    follows INTEGER NOT NULL,
    at INTEGER NOT NULL,
    credential_id INTEGER,
    request_id TEXT NOT NULL,
    actor_kind INTEGER NOT NULL,
    actor_id INTEGER,
    api TEXT NOT NULL,
    remote_address TEXT NOT NULL,
    reason TEXT NOT NULL,
    comment TEXT NOT NULL,
    trace TEXT NOT NULL,
    through_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, parent_id, follows)
) STRICT, WITHOUT ROWID;

-- Classes whose terms have changed: accounts below zero up to through_id have been judged by the new ones.
CREATE TABLE class_judgement (
    reseller_id INTEGER NOT NULL,  -- whose class it is
    account_class_id INTEGER NOT NULL,
    through_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, account_class_id)
) STRICT, WITHOUT ROWID;

-- In order of the accounts, in which they are judged in lots. (SQLite's indexes end with the row's id anyway.)
DROP INDEX account_profile_below_zero;
CREATE INDEX account_profile_below_zero ON account_profile (account_class_id, account_id) WHERE below_zero_since IS NOT NULL;

-- Imports that have been forgotten while their refusals have not yet.
CREATE TABLE forgotten_import (
    reseller_id INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, import_id)
) STRICT, WITHOUT ROWID;

-- Resellers that have been removed while not all that nobody asks for any more is gone: kept answers, runs of workflows.
CREATE TABLE forgotten_reseller (
    reseller_id INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- A reseller's imports in their order, however many others have.
CREATE INDEX import_by_reseller ON import (reseller_id, id);

-- Refusals are their reseller's, as all else is.
CREATE TABLE import_refusal_of_reseller (
    reseller_id INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    uid TEXT NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (reseller_id, import_id, row_number)
) STRICT;

INSERT INTO import_refusal_of_reseller (reseller_id, import_id, row_number, uid, field, code, detail)
    SELECT import.reseller_id, r.import_id, r.row_number, r.uid, r.field, r.code, r.detail
    FROM import_refusal r JOIN import ON import.id = r.import_id;
DROP TABLE import_refusal;
ALTER TABLE import_refusal_of_reseller RENAME TO import_refusal;

-- Work of which there may be one among several servers: who has it (a number that a server has drawn; 0: nobody), until when,
-- and the how-manyth owner that is. A row "server N" says no more than that N is there. Where one process has the database for
-- itself, nothing stands here.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    owner INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    until_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
