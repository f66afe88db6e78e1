-- Integers for time (milliseconds since 1970, UTC), text for names and secrets' digests. Each look-up leads with the
-- reseller, so that the tables can be distributed by it. Ids grow with time: rows and their index entries are appended, and
-- a commit touches few pages; the only index over the caller's own, perhaps random, values is that over uids.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE reseller (
    id INTEGER NOT NULL PRIMARY KEY,
    parent_id INTEGER REFERENCES reseller (id),
    name TEXT NOT NULL,
    utc_offset_minutes INTEGER NOT NULL,
    end_action INTEGER NOT NULL,
    grace_ms INTEGER NOT NULL,
    clock_offset_ms INTEGER NOT NULL,
    clock_frozen_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE credential (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    kind INTEGER NOT NULL,
    secret_sha256 TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    revision INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;

CREATE TABLE promotion (
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    domain TEXT NOT NULL,
    type INTEGER NOT NULL,
    from_at INTEGER,
    until_at INTEGER,
    PRIMARY KEY (reseller_id, domain, type)
) STRICT;

CREATE TABLE account (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    uid TEXT NOT NULL,
    type INTEGER NOT NULL,
    domain TEXT NOT NULL,
    stage INTEGER NOT NULL,
    holds INTEGER NOT NULL,
    activation_token TEXT NOT NULL,
    deployed_members INTEGER NOT NULL,
    opened_under INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    ends_at INTEGER,
    due_at INTEGER,
    removed_at INTEGER,
    version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX account_by_uid ON account (reseller_id, uid) WHERE removed_at IS NULL;
CREATE INDEX account_removed_by_uid ON account (reseller_id, uid, removed_at) WHERE removed_at IS NOT NULL;
CREATE INDEX account_by_due_at ON account (reseller_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE event (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    credential_id INTEGER,
    request_id TEXT NOT NULL,
    changes TEXT NOT NULL
) STRICT;

CREATE INDEX event_by_account ON event (reseller_id, account_id, id);
