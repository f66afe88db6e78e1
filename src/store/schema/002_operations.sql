-- What running the service needs: lists of accounts and events, people, domains, labels, stored answers, counts.
--
-- Indexes that every create pays for lead with the reseller and then grow with time, so that they are appended to. What
-- only some accounts have is indexed for those alone.

CREATE TABLE domain (
    name TEXT NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO domain (name, created_at)
    SELECT promotion.domain, min(reseller.created_at) FROM promotion JOIN reseller ON reseller.id = promotion.reseller_id
    GROUP BY promotion.domain;

ALTER TABLE promotion ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE credential ADD COLUMN label TEXT NOT NULL DEFAULT '';

-- Up to which account the frozen accounts of the reseller have been given new due times, after its settings have changed;
-- NULL: nothing to do.
ALTER TABLE reseller ADD COLUMN redated_through INTEGER;

CREATE INDEX reseller_by_parent ON reseller (parent_id);
CREATE INDEX credential_by_reseller ON credential (reseller_id, id);

-- The state by which accounts are listed: 1 entitled, 2 provisioned, 3 activated, 4 suspended, 5 closed, 6 removed.
CREATE INDEX account_by_state ON account (
    reseller_id,
    (CASE WHEN removed_at IS NOT NULL THEN 6 WHEN stage = 4 THEN 5 WHEN holds <> 0 THEN 4 ELSE stage END),
    id
);
CREATE INDEX account_by_ends_at ON account (reseller_id, ends_at, id) WHERE ends_at IS NOT NULL;
CREATE INDEX event_by_reseller ON event (reseller_id, id);

-- People. Unique by e-mail address within a reseller, without regard to case.
CREATE TABLE app_user (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX app_user_by_email ON app_user (reseller_id, email_key);

-- Looked up by its key alone, so the key is the table: one B-tree to write and to read instead of two.
CREATE TABLE account_user (
    reseller_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    level INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, account_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_user_owner ON account_user (reseller_id, account_id) WHERE level = 1;
CREATE INDEX account_user_by_user ON account_user (reseller_id, user_id, account_id);

-- What was answered to a request with an Idempotency-Key. The answer is encrypted with what its caller alone knows.
CREATE TABLE stored_answer (
    credential_id INTEGER NOT NULL,
    key_sha256 TEXT NOT NULL,
    reseller_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (credential_id, key_sha256)
) STRICT;

CREATE INDEX stored_answer_by_expiry ON stored_answer (reseller_id, expires_at);

-- How many accounts came into a status and left it on a day (UTC, days since 1970), as counted from the events up to
-- event_counted.
CREATE TABLE status_count (
    reseller_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    status INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    departed INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, day, status)
) STRICT;

CREATE TABLE event_counted (
    through_id INTEGER NOT NULL
) STRICT;

INSERT INTO event_counted (through_id) VALUES (0);

-- A file of accounts that is being opened: up to which of its rows everything is done, in the same transaction as what
-- was done, so that it can go on after any interruption without doing a row twice.
CREATE TABLE import (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

CREATE UNIQUE INDEX import_by_fingerprint ON import (reseller_id, fingerprint);

CREATE TABLE import_refusal (
    import_id INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    uid TEXT NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (import_id, row_number)
) STRICT;
