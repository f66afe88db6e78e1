-- Ids of managers, types, classes and attributes belong to their reseller: who chooses one learns nothing of others'.

CREATE TABLE manager_of_reseller (
    id INTEGER NOT NULL,
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
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, id)
) STRICT;

INSERT INTO manager_of_reseller SELECT * FROM manager;
DROP TABLE manager;
ALTER TABLE manager_of_reseller RENAME TO manager;

CREATE TABLE account_type_of_reseller (
    id INTEGER NOT NULL,
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
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, id)
) STRICT;

INSERT INTO account_type_of_reseller SELECT * FROM account_type;
DROP TABLE account_type;
ALTER TABLE account_type_of_reseller RENAME TO account_type;
CREATE UNIQUE INDEX account_type_by_key ON account_type (reseller_id, key);

CREATE TABLE account_class_of_reseller (
    id INTEGER NOT NULL,
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
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, id)
) STRICT;

INSERT INTO account_class_of_reseller SELECT * FROM account_class;
DROP TABLE account_class;
ALTER TABLE account_class_of_reseller RENAME TO account_class;
CREATE UNIQUE INDEX account_class_by_key ON account_class (reseller_id, key);

CREATE TABLE attribute_of_reseller (
    id INTEGER NOT NULL,
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
    version INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, id)
) STRICT;

INSERT INTO attribute_of_reseller SELECT * FROM attribute;
DROP TABLE attribute;
ALTER TABLE attribute_of_reseller RENAME TO attribute;
CREATE UNIQUE INDEX attribute_by_key ON attribute (reseller_id, subject, key);

-- Visits that were left before their time: their cookies open nothing any more. Kept as long as they would have lived.
CREATE TABLE ended_visit (
    reseller_id INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    account_id INTEGER NOT NULL,
    nonce INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, issued_at, account_id, nonce)
) STRICT, WITHOUT ROWID;

-- What the holder of an operator's credential may do: 1 reader, 2 support, 3 operator, 4 administrator; NULL: administrator, as
-- all were. Of other kinds: NULL.
ALTER TABLE credential ADD COLUMN role INTEGER;

-- How often a reseller has been added or removed: who keeps the tree of them sees by this number alone that it is still the same.
CREATE TABLE reseller_tree (
    version INTEGER NOT NULL
) STRICT;

INSERT INTO reseller_tree (version) VALUES (0);
