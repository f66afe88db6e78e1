-- How many accounts were opened and how many were removed, beside how many came into a status and left it. Counted anew,
-- from the events.

ALTER TABLE status_count ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE status_count ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

DELETE FROM status_count;
UPDATE event_counted SET through_id = 0;

-- What an import does with its rows: accounts are opened, or changed.
ALTER TABLE import ADD COLUMN action TEXT NOT NULL DEFAULT 'open';
