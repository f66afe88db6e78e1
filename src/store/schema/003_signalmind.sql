-- What SignalMind knows beyond the account. Accounts that were opened through other APIs have no row here, and pay nothing
-- for it.
--
-- A repeated request is found by the index that each account has an entry in anyway: an index of keys alone would make every
-- create change a page of its own, anywhere in it. Those few whose external id has been changed since have another.

CREATE TABLE plan (
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    type INTEGER NOT NULL,
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    sites_limit INTEGER NOT NULL,
    pages_limit INTEGER NOT NULL,
    admins_limit INTEGER NOT NULL,
    sub_accounts_limit INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, type, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reseller_right (
    reseller_id INTEGER NOT NULL PRIMARY KEY REFERENCES reseller (id),
    may_create_premium INTEGER NOT NULL
) STRICT;

-- guid: an id that the account had before it came here; all others follow from the account's. company_domains: a line each.
-- request_key, request_session: of the request that opened the account, see engine/repeated_request.h.
CREATE TABLE subscription (
    account_id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    guid TEXT,
    plan_id INTEGER,
    parent_id INTEGER,
    external_id TEXT,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    password_hash TEXT,
    is_company INTEGER NOT NULL,
    company_short_name TEXT,
    company_full_name TEXT,
    company_mobile_domain TEXT,
    company_support_email TEXT,
    company_noreply_email TEXT,
    company_domains TEXT,
    company_has_list INTEGER NOT NULL,
    request_key INTEGER,
    request_session INTEGER,
    external_id_changed INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX subscription_by_guid ON subscription (reseller_id, guid) WHERE guid IS NOT NULL;
CREATE INDEX subscription_by_external_id ON subscription (reseller_id, external_id, request_key, account_id);
CREATE INDEX subscription_by_request ON subscription (reseller_id, request_key, account_id)
    WHERE external_id_changed = 1 AND request_key IS NOT NULL;
CREATE INDEX subscription_by_parent ON subscription (reseller_id, parent_id, account_id) WHERE parent_id IS NOT NULL;

-- Links for signing in that have been opened, as long as they could be opened again.
CREATE TABLE opened_link (
    reseller_id INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, issued_at, account_id, nonce)
) STRICT, WITHOUT ROWID;
