-- Where a reseller's events are sent, and what has not arrived there. The events are the queue: an endpoint remembers how
-- far it has come (through_id), and only accounts in trouble have a row (webhook_lane).

-- types: patterns with commas between them; empty: all. payload: 1 full, 2 thin. Secrets are encrypted with the
-- database's key. state: 1 enabled, 2 disabled. All events up to through_id have arrived, are none of its business, or wait
-- in a lane. failing_since: nothing has arrived since then; failures: of the endpoint as a whole, one after the other;
-- next_at: while there are some, when it is tried again. Times are by the reseller's clock.
CREATE TABLE webhook_endpoint (
    reseller_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    url TEXT NOT NULL,
    types TEXT NOT NULL,
    payload INTEGER NOT NULL,
    payload_version INTEGER NOT NULL,
    shows_reasons INTEGER NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until INTEGER,
    state INTEGER NOT NULL,
    state_reason TEXT NOT NULL,
    through_id INTEGER NOT NULL,
    failing_since INTEGER,
    failures INTEGER NOT NULL,
    next_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, id)
) STRICT, WITHOUT ROWID;

-- The first event of the account that has not arrived; later ones of the same account wait behind it, in the event table.
CREATE TABLE webhook_lane (
    reseller_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, endpoint_id, account_id)
) STRICT, WITHOUT ROWID;

-- What went wrong, and what went well after something had. status: the answer's; 0: there was none. answer: its first
-- bytes. outcome: 1 delivered, 2 failed, 3 given up.
CREATE TABLE webhook_attempt (
    reseller_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    status INTEGER NOT NULL,
    error TEXT NOT NULL,
    answer TEXT NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, endpoint_id, id)
) STRICT, WITHOUT ROWID;

-- Events that are sent once more, at most one such wish for each endpoint: those behind after_id, up to through_id, of
-- these types (patterns with commas between them; empty: all), of this account (0: of all).
CREATE TABLE webhook_replay (
    reseller_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    after_id INTEGER NOT NULL,
    through_id INTEGER NOT NULL,
    types TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, endpoint_id)
) STRICT, WITHOUT ROWID;
