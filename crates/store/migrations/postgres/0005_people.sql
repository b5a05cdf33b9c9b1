-- Times are microseconds since 1970. Every CHECK is an assertion: the rules are decided before.

ALTER TABLE users ADD COLUMN name text CHECK (length(name) BETWEEN 1 AND 200);
ALTER TABLE users ADD COLUMN email_confirmed_at bigint;
ALTER TABLE users ADD COLUMN password_changed_at bigint NOT NULL DEFAULT 0;
UPDATE users SET password_changed_at = created_at;

-- `place` is whichever of the three there is: exactly one.
CREATE TABLE members_now (
    "user" text NOT NULL REFERENCES users (id),
    organization text REFERENCES organizations (id),
    account text REFERENCES accounts (id),
    sandbox text REFERENCES sandboxes (id),
    place text NOT NULL GENERATED ALWAYS AS (coalesce(organization, account, sandbox)) STORED,
    role text NOT NULL CHECK (role IN ('owner', 'administrator', 'developer', 'iam_administrator', 'analyst', 'view_only',
        'sandbox_administrator', 'sandbox_user')),
    since bigint NOT NULL,
    CHECK (organization IS NULL OR account IS NULL),
    CHECK (sandbox IS NULL OR (organization IS NULL AND account IS NULL)),
    CHECK ((sandbox IS NOT NULL) = (role IN ('sandbox_administrator', 'sandbox_user')))
);
INSERT INTO members_now ("user", organization, role, since)
    SELECT m."user", m.organization, m.role, u.created_at
    FROM members m JOIN users u ON u.id = m."user";
DROP TABLE members;
ALTER TABLE members_now RENAME TO members;
CREATE UNIQUE INDEX members_of_user ON members ("user", place, role);
CREATE INDEX members_of_place ON members (place);

CREATE TABLE invitations (
    id text PRIMARY KEY CHECK (length(id) = 20),
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    organization text REFERENCES organizations (id),
    account text REFERENCES accounts (id),
    sandbox text REFERENCES sandboxes (id),
    place text NOT NULL GENERATED ALWAYS AS (coalesce(organization, account, sandbox)) STORED,
    role text NOT NULL CHECK (role IN ('owner', 'administrator', 'developer', 'iam_administrator', 'analyst', 'view_only',
        'sandbox_administrator', 'sandbox_user')),
    invited_by text NOT NULL REFERENCES users (id),
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL CHECK (expires_at > created_at),
    standing text NOT NULL CHECK (standing IN ('open', 'accepted', 'withdrawn')),
    ended_at bigint,
    CHECK (organization IS NULL OR account IS NULL),
    CHECK (sandbox IS NULL OR (organization IS NULL AND account IS NULL)),
    CHECK ((sandbox IS NOT NULL) = (role IN ('sandbox_administrator', 'sandbox_user'))),
    CHECK ((standing = 'open') = (ended_at IS NULL))
);
CREATE INDEX invitations_of_place ON invitations (place);

CREATE TABLE sessions (
    id text PRIMARY KEY CHECK (length(id) = 20),
    digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),
    "user" text NOT NULL REFERENCES users (id),
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 64),
    user_agent text NOT NULL CHECK (length(user_agent) <= 400),
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    ended_at bigint
);
CREATE INDEX sessions_of_user ON sessions ("user");

CREATE TABLE mailed_links (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    purpose text NOT NULL CHECK (purpose IN ('confirm_email', 'reset_password')),
    "user" text NOT NULL REFERENCES users (id),
    -- The address that it was mailed to: it proves nothing of another.
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL CHECK (expires_at > created_at),
    used_at bigint
);
CREATE INDEX mailed_links_of_user ON mailed_links ("user");

-- The last code that was sent to each person, and the tries of all codes in a day.
CREATE TABLE codes (
    "user" text PRIMARY KEY REFERENCES users (id),
    action bytea NOT NULL CHECK (length(action) = 32),
    digest bytea NOT NULL CHECK (length(digest) = 32),
    pepper_version bigint NOT NULL CHECK (pepper_version >= 0),
    sent_at bigint NOT NULL,
    standing text NOT NULL CHECK (standing IN ('open', 'used')),
    tries bigint NOT NULL CHECK (tries BETWEEN 0 AND 5),
    day_began_at bigint NOT NULL,
    tries_that_day bigint NOT NULL CHECK (tries_that_day BETWEEN 0 AND 15)
);

-- The authenticator app of each person. `used_step` is the last half minute whose code was used.
CREATE TABLE authenticators (
    "user" text PRIMARY KEY REFERENCES users (id),
    envelope bytea NOT NULL CHECK (length(envelope) > 33),
    standing text NOT NULL CHECK (standing IN ('pending', 'on')),
    used_step bigint NOT NULL CHECK (used_step >= 0),
    created_at bigint NOT NULL
);

CREATE TABLE recovery_codes (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    "user" text NOT NULL REFERENCES users (id),
    used_at bigint
);
CREATE INDEX recovery_codes_of_user ON recovery_codes ("user");

-- How often something was tried that has a limit. `subject` is a digest, so that nothing that
-- somebody typed is kept.
CREATE TABLE attempts (
    subject bytea PRIMARY KEY CHECK (length(subject) = 32),
    began_at bigint NOT NULL,
    count bigint NOT NULL CHECK (count > 0)
);
CREATE INDEX attempts_by_age ON attempts (began_at);
