-- How many accounts were opened and how many were removed, beside how many came into a status and left it. Counted anew,
-- from the events.

ALTER TABLE status_count ADD COLUMN opened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE status_count ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

-- Of those that were opened on the day: how many have been redeemed since, on whichever day.
ALTER TABLE status_count ADD COLUMN converted INTEGER NOT NULL DEFAULT 0;

-- How many accounts were redeemed on a day (UTC, days since 1970), by the whole days that had passed since they were
-- opened; those that took longer stand with 400.
CREATE TABLE redemption_count (
    reseller_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    delay_days INTEGER NOT NULL,
    redeemed INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, day, delay_days)
) STRICT, WITHOUT ROWID;

DELETE FROM status_count;
UPDATE event_counted SET through_id = 0;

-- What an import does with its rows: accounts are opened, or changed.
ALTER TABLE import ADD COLUMN action TEXT NOT NULL DEFAULT 'open';
