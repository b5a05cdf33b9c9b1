-- Times are microseconds since 1970. Every CHECK is an assertion: the rules are decided before.

-- One row. Each writing transaction locks it first, so that numbers are dense in commit order.
CREATE TABLE counter (
    one integer PRIMARY KEY CHECK (one = 1),
    sequence integer NOT NULL CHECK (sequence >= 0),
    incarnation text NOT NULL CHECK (length(incarnation) = 32)
) STRICT;
INSERT INTO counter (one, sequence, incarnation) VALUES (1, 0, lower(hex(randomblob(16))));

CREATE TABLE organizations (
    id text PRIMARY KEY CHECK (length(id) = 27),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at integer NOT NULL
) STRICT;

-- `born` is the number of the change that made the row: unique, and in order of creation.
CREATE TABLE accounts (
    born integer PRIMARY KEY CHECK (born > 0),
    id text NOT NULL UNIQUE CHECK (length(id) = 21),
    organization text REFERENCES organizations (id),
    platform text REFERENCES accounts (id),
    first_sandbox text NOT NULL REFERENCES sandboxes (id) DEFERRABLE INITIALLY DEFERRED,
    version text NOT NULL CHECK (length(version) >= 10),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at integer NOT NULL,
    CHECK (organization IS NULL OR platform IS NULL)
) STRICT;

CREATE TABLE sandboxes (
    id text PRIMARY KEY CHECK (length(id) = 20),
    account text NOT NULL REFERENCES accounts (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    created_at integer NOT NULL
) STRICT;
CREATE INDEX sandboxes_of_account ON sandboxes (account);

CREATE TABLE keys (
    born integer PRIMARY KEY CHECK (born > 0),
    id text NOT NULL UNIQUE CHECK (length(id) = 20),
    account text NOT NULL REFERENCES accounts (id),
    mode text NOT NULL CHECK (mode = 'live' OR (length(mode) = 20 AND substr(mode, 1, 4) = 'sbx_')),
    kind text NOT NULL CHECK (kind IN ('publishable', 'secret', 'restricted', 'organization')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    note text CHECK (length(note) <= 2000),
    tail text NOT NULL CHECK (length(tail) = 4),
    digest blob NOT NULL UNIQUE CHECK (length(digest) = 32),
    pepper_version integer NOT NULL CHECK (pepper_version >= 0),
    -- `anywhere`, or addresses and ranges with commas between; nothing at all never means anywhere.
    restriction text NOT NULL CHECK (length(restriction) > 0),
    standing text NOT NULL CHECK (standing IN ('active', 'expiring', 'deleted')),
    ends_at integer,
    deleted_at integer,
    created_at integer NOT NULL,
    CHECK ((standing = 'expiring') = (ends_at IS NOT NULL)),
    CHECK ((standing = 'deleted') = (deleted_at IS NOT NULL))
) STRICT;
CREATE INDEX keys_of_place ON keys (account, mode);

CREATE TABLE sealed_values (
    key text PRIMARY KEY REFERENCES keys (id),
    envelope blob NOT NULL CHECK (length(envelope) > 33)
) STRICT;

-- What a gateway must read again; what is true of it stands in its own row.
CREATE TABLE changes (
    sequence integer PRIMARY KEY CHECK (sequence > 0),
    account text REFERENCES accounts (id),
    key text REFERENCES keys (id),
    at integer NOT NULL,
    CHECK ((account IS NULL) <> (key IS NULL))
) STRICT;

CREATE TABLE users (
    id text PRIMARY KEY CHECK (length(id) = 20),
    email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    password_hash text NOT NULL CHECK (length(password_hash) > 0),
    created_at integer NOT NULL
) STRICT;

CREATE TABLE members (
    "user" text NOT NULL REFERENCES users (id),
    organization text NOT NULL REFERENCES organizations (id),
    role text NOT NULL CHECK (role IN ('owner')),
    PRIMARY KEY ("user", organization)
) STRICT;
