-- Stored workflows and their runs. Both belong to the reseller whose operator made them.

-- Documents are never changed: a run goes on with the version that it began with.
CREATE TABLE workflow_document (
    reseller_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    sources TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, name, version)
) STRICT;

-- status: 1 queued, 2 running, 3 passed, 4 failed, 5 not run, 6 cancelled.
-- state: of a run that has begun and has not ended, where it stands; outputs: of one that has ended.
CREATE TABLE workflow_run (
    reseller_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    workflow_id TEXT NOT NULL,
    acting_for INTEGER NOT NULL,
    credential_id INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    idempotency_prefix TEXT NOT NULL,
    inputs TEXT NOT NULL,
    servers TEXT NOT NULL,
    status INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    state TEXT,
    outputs TEXT,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (reseller_id, id)
) STRICT;

CREATE INDEX workflow_run_unfinished ON workflow_run (id) WHERE status <= 2;

-- What one execution of a step did, as JSON without secrets.
CREATE TABLE workflow_run_step (
    reseller_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (reseller_id, run_id, number)
) STRICT;
