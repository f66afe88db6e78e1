-- In which revision of the Partnership API the holder of a credential spoke last; NULL: in neither yet.
ALTER TABLE credential ADD COLUMN spoken_revision INTEGER;

-- Answers belong to whoever a credential acts for, so that they outlive its rotation: the reseller, and in ActivePlatform
-- its manager (else 0). Only what shows a new secret belongs to the credential that asked (else 0). What was kept by
-- credential alone is kept for a day and cannot be read any more.
DROP INDEX stored_answer_by_expiry;
DROP TABLE stored_answer;

CREATE TABLE stored_answer (
    reseller_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    manager_id INTEGER NOT NULL,
    credential_id INTEGER NOT NULL,
    key_sha256 TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (reseller_id, kind, manager_id, credential_id, key_sha256)
) STRICT;

CREATE INDEX stored_answer_by_expiry ON stored_answer (reseller_id, expires_at);

-- By which addresses compare (engine/email.h). SQL knows the letters of ASCII only: the rest is written anew at the next start.
ALTER TABLE account_profile ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
UPDATE account_profile SET email_key = lower(email);
DROP INDEX account_profile_by_email;
CREATE INDEX account_profile_by_email ON account_profile (reseller_id, email_key);

-- How far that has come; no row: it is done, or there was nothing to do.
CREATE TABLE emails_to_rekey (
    user_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL
) STRICT;

INSERT INTO emails_to_rekey (user_id, account_id)
    SELECT 0, 0 WHERE EXISTS (SELECT 1 FROM app_user) OR EXISTS (SELECT 1 FROM account_profile);

-- Who has an account type, class or manager: asked before one is removed.
CREATE INDEX account_profile_by_type ON account_profile (reseller_id, account_type_id);
CREATE INDEX account_profile_by_class ON account_profile (reseller_id, account_class_id);
CREATE INDEX account_profile_by_manager ON account_profile (reseller_id, manager_id) WHERE manager_id IS NOT NULL;

-- Browsers that are signed in to the console, by the SHA-256 of their cookie. holder_kind: as model/console_session.h has it.
-- Both times are the server's, whatever clock the reseller lives by.
CREATE TABLE console_session (
    secret_sha256 TEXT NOT NULL PRIMARY KEY,
    holder_kind INTEGER NOT NULL,
    reseller_id INTEGER NOT NULL,
    holder_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX console_session_by_seen_at ON console_session (seen_at);

-- For the search of the console, which finds by the beginning of a name. Only accounts of ActivePlatform have one. An index of
-- PostgreSQL's takes no entry beyond 2,704 bytes, and nobody searches for more.
CREATE INDEX account_profile_by_name ON account_profile (reseller_id, lower(substr(name, 1, 320)));
