-- What ActivePlatform knows beyond the account: managers, users, the catalogue of types, classes and attributes, and a
-- profile beside each account that it opened. Accounts opened through other APIs have no row here, and pay nothing for it.

ALTER TABLE account ADD COLUMN credit_hold_at INTEGER;
ALTER TABLE credential ADD COLUMN manager_id INTEGER;

CREATE TABLE manager (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role INTEGER NOT NULL,
    status INTEGER NOT NULL,
    phone TEXT,
    photo TEXT,
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE INDEX manager_by_reseller ON manager (reseller_id, id);

ALTER TABLE app_user ADD COLUMN first_name TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN middle_name TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN last_name TEXT NOT NULL DEFAULT '';
ALTER TABLE app_user ADD COLUMN status INTEGER NOT NULL DEFAULT 1;
ALTER TABLE app_user ADD COLUMN privacy_policy_accepted_at INTEGER;
ALTER TABLE app_user ADD COLUMN updated_at INTEGER;

CREATE TABLE account_type (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    kind INTEGER NOT NULL,
    name_pattern TEXT NOT NULL,
    primary_name TEXT NOT NULL,
    default_payment_method_id INTEGER,
    is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX account_type_by_key ON account_type (reseller_id, key);

CREATE TABLE account_class (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    color TEXT NOT NULL,
    payment_model INTEGER NOT NULL,
    financial_blocking_threshold INTEGER NOT NULL,
    subzero_period_days INTEGER NOT NULL,
    subscription_credit_limit INTEGER NOT NULL,
    buy_with_negative_balance INTEGER NOT NULL,
    due_order_period_days INTEGER NOT NULL,
    due_payment_period_days INTEGER NOT NULL,
    guaranteed_payment_limit INTEGER NOT NULL,
    guaranteed_payment_period_days INTEGER NOT NULL,
    stop_subscription INTEGER NOT NULL,
    delete_subscription INTEGER NOT NULL,
    is_denominated INTEGER NOT NULL,
    receipt_day INTEGER,
    is_default INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX account_class_by_key ON account_class (reseller_id, key);

CREATE TABLE attribute (
    id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    subject INTEGER NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    type INTEGER NOT NULL,
    format TEXT NOT NULL,
    default_value TEXT NOT NULL,
    options TEXT NOT NULL,
    account_type_ids TEXT NOT NULL,
    is_optional INTEGER NOT NULL,
    is_unique INTEGER NOT NULL,
    is_public INTEGER NOT NULL,
    is_read_only_for_client INTEGER NOT NULL,
    is_read_only_for_admin INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX attribute_by_key ON attribute (reseller_id, subject, key);

CREATE TABLE reseller_setting (
    reseller_id INTEGER NOT NULL REFERENCES reseller (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (reseller_id, name)
) STRICT;

-- Money in ten-thousandths.
CREATE TABLE account_profile (
    account_id INTEGER NOT NULL PRIMARY KEY,
    reseller_id INTEGER NOT NULL,
    account_type_id INTEGER NOT NULL,
    account_class_id INTEGER NOT NULL,
    manager_id INTEGER,
    tech_user_id INTEGER NOT NULL,
    bill_user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    primary_name TEXT NOT NULL,
    first_name TEXT NOT NULL,
    middle_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    street TEXT NOT NULL,
    building TEXT NOT NULL,
    office TEXT NOT NULL,
    zip TEXT NOT NULL,
    phone TEXT NOT NULL,
    attributes TEXT NOT NULL,
    balance INTEGER NOT NULL,
    current_debt INTEGER NOT NULL,
    subscription_credit_limit INTEGER,
    financial_blocking_threshold INTEGER,
    below_zero_since INTEGER,
    terms_accepted_at INTEGER,
    work_permit INTEGER NOT NULL
) STRICT;

CREATE INDEX account_profile_by_email ON account_profile (reseller_id, lower(email));
CREATE INDEX account_profile_below_zero ON account_profile (account_class_id) WHERE below_zero_since IS NOT NULL;

-- Values by which accounts are looked up: those of unique attributes, and of the one that lists are filtered by.
CREATE TABLE attribute_value (
    reseller_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    account_id INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, key, value, account_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX attribute_value_by_account ON attribute_value (account_id);
