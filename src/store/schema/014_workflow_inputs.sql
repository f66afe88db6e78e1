-- A run's inputs as everybody may see them, once the runner has read its document and knows which are secrets. When the
-- run ends, by whatever way, they take the place of the inputs.
ALTER TABLE workflow_run ADD COLUMN inputs_shown TEXT;

-- A traceparent (W3C Trace Context) of the request that began the run, which its own requests carry on; '': none.
ALTER TABLE workflow_run ADD COLUMN trace TEXT NOT NULL DEFAULT '';

-- Where a run stands, in pieces, if it is long: each is written in a transaction of its own, so that others come in between;
-- the run's row, which is written last, says of which number they are and how many. Older ones, and those of runs that have
-- ended, are deleted by and by.
ALTER TABLE workflow_run ADD COLUMN state_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow_run ADD COLUMN state_pieces INTEGER NOT NULL DEFAULT 0;

CREATE TABLE workflow_run_piece (
    reseller_id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    state_number INTEGER NOT NULL,
    number INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (reseller_id, run_id, state_number, number)
) STRICT, WITHOUT ROWID;

-- What has not ended, by the reseller whose operator began it: each has its own bound, and its own place in the runner's turns.
DROP INDEX workflow_run_unfinished;
CREATE INDEX workflow_run_unfinished ON workflow_run (reseller_id, id) WHERE status <= 2;

-- Which of several servers executes it: the one that has counted the epoch, and until when nobody else may take it over.
ALTER TABLE workflow_run ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow_run ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
