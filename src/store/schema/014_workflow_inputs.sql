-- A run's inputs as everybody may see them, once the runner has read its document and knows which are secrets. When the
-- run ends, by whatever way, they take the place of the inputs.
ALTER TABLE workflow_run ADD COLUMN inputs_shown TEXT;
