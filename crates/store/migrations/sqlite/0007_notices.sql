-- What is still to be told of keys. `due_at` is also how long the one who took it may take: whoever
-- dies with it is followed by the next. `facts` is JSON.
CREATE TABLE notices (
    id integer PRIMARY KEY AUTOINCREMENT,
    kind text NOT NULL CHECK (kind IN ('key_created', 'key_revealed', 'key_rotated', 'key_expiring',
        'key_deleted', 'dead_key_used')),
    key text NOT NULL REFERENCES keys (id),
    facts text NOT NULL,
    standing text NOT NULL DEFAULT 'waiting' CHECK (standing IN ('waiting', 'given_up')),
    made_at integer NOT NULL,
    due_at integer NOT NULL,
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0)
) STRICT;
CREATE INDEX notices_due ON notices (due_at) WHERE standing = 'waiting';
CREATE INDEX notices_of_key ON notices (key);

-- Whom a waiting notice has reached.
CREATE TABLE notices_told (
    notice integer NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    "user" text NOT NULL REFERENCES users (id),
    PRIMARY KEY (notice, "user")
) STRICT;

-- Who does not want to be told of what.
CREATE TABLE unwanted_notices (
    "user" text NOT NULL REFERENCES users (id),
    kind text NOT NULL CHECK (kind IN ('key_created', 'key_revealed', 'key_rotated', 'key_expiring',
        'key_deleted', 'dead_key_used')),
    PRIMARY KEY ("user", kind)
) STRICT;

-- Uses of keys that were dead, since people were last told of them.
CREATE TABLE dead_uses (
    key text PRIMARY KEY REFERENCES keys (id),
    times integer NOT NULL CHECK (times >= 0),
    at integer NOT NULL,
    client text NOT NULL,
    user_agent text CHECK (length(user_agent) <= 200),
    told_at integer
) STRICT;
