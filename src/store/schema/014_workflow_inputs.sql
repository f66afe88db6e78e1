-- A run's inputs as everybody may see them, once the runner has read its document and knows which are secrets. When the
-- run ends, by whatever way, they take the place of the inputs.
ALTER TABLE workflow_run ADD COLUMN inputs_shown TEXT;

-- A traceparent (W3C Trace Context) of the request that began the run, which its own requests carry on; '': none.
ALTER TABLE workflow_run ADD COLUMN trace TEXT NOT NULL DEFAULT '';
