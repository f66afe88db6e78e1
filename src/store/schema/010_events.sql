-- Who did it and why, on each event; and the chain of an account's events, newest first.
--
-- format: as model/event.h knows it. actor_kind: 1 clock, 2 operator, 3 manager, 4 partner, 5 customer, 6 workflow,
-- 7 import. previous_id: the event of the same account before this one. is_erased: comment and remote address have been
-- taken out; of the changes only the fields' names are left where their values have been.

ALTER TABLE event ADD COLUMN format INTEGER NOT NULL DEFAULT 1;
ALTER TABLE event ADD COLUMN recorded_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event ADD COLUMN actor_kind INTEGER NOT NULL DEFAULT 1;
ALTER TABLE event ADD COLUMN actor_id INTEGER;
ALTER TABLE event ADD COLUMN api TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN remote_address TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN previous_id INTEGER;
ALTER TABLE event ADD COLUMN is_erased INTEGER NOT NULL DEFAULT 0;

ALTER TABLE account ADD COLUMN last_event_id INTEGER NOT NULL DEFAULT 0;

-- What is there already: its time by the server is taken to be its time by the reseller, its actor what its credential is.
UPDATE event SET
    recorded_at = at,
    actor_kind = coalesce(
        (SELECT CASE c.kind WHEN 4 THEN 2 WHEN 3 THEN 3 ELSE 4 END FROM credential c WHERE c.id = event.credential_id),
        CASE WHEN kind = 7 THEN 5 WHEN request_id <> '' THEN 2 ELSE 1 END),
    actor_id =
        (SELECT CASE c.kind WHEN 4 THEN c.id WHEN 3 THEN c.manager_id ELSE c.reseller_id END FROM credential c
         WHERE c.id = event.credential_id),
    previous_id = CASE WHEN account_id <> 0 THEN
        (SELECT max(e.id) FROM event e
         WHERE e.reseller_id = event.reseller_id AND e.account_id = event.account_id AND e.id < event.id) END;

UPDATE account SET last_event_id = coalesce(
    (SELECT max(e.id) FROM event e WHERE e.reseller_id = account.reseller_id AND e.account_id = account.id), 0);

-- What actors were called, from a moment on (by the server's clock): a person who is called otherwise today is still
-- named as then. Erasing a name leaves the events alone.
CREATE TABLE actor_name (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    reseller_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (kind, id, from_at)
) STRICT, WITHOUT ROWID;

INSERT INTO actor_name (kind, id, from_at, reseller_id, name)
    SELECT 2, id, 0, reseller_id, label FROM credential WHERE kind = 4 AND label <> '';
INSERT INTO actor_name (kind, id, from_at, reseller_id, name) SELECT 3, id, 0, reseller_id, name FROM manager;
INSERT INTO actor_name (kind, id, from_at, reseller_id, name) SELECT 4, id, 0, id, name FROM reseller;
INSERT INTO actor_name (kind, id, from_at, reseller_id, name) SELECT 6, id, 0, reseller_id, name FROM workflow_run;
INSERT INTO actor_name (kind, id, from_at, reseller_id, name) SELECT 7, id, 0, reseller_id, name FROM import;

-- A traceparent (W3C Trace Context) of the request, to be passed on to whom the event is told; '': it belonged to no trace.
ALTER TABLE event ADD COLUMN trace TEXT NOT NULL DEFAULT '';
