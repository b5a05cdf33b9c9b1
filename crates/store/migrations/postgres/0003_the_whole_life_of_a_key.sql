-- Permissions stand as words with spaces between; none at all is no permission.
ALTER TABLE keys ADD COLUMN permissions text NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN connect_permissions text NOT NULL DEFAULT '';
ALTER TABLE keys ADD COLUMN reveal text NOT NULL DEFAULT 'never'
    CHECK (reveal IN ('always', 'once', 'never'));
-- When the system rotates the key, how often from then on, and how many seconds it goes on then.
ALTER TABLE keys ADD COLUMN rotate_at bigint;
ALTER TABLE keys ADD COLUMN rotate_every_days bigint CHECK (rotate_every_days BETWEEN 1 AND 365);
ALTER TABLE keys ADD COLUMN rotate_grace bigint CHECK ((rotate_grace IS NULL) = (rotate_at IS NULL));
-- The key that ends when this one is used for the first time.
ALTER TABLE keys ADD COLUMN retires text REFERENCES keys (id);
-- Whether it was noted that the end of an expiring key has come.
ALTER TABLE keys ADD COLUMN expired bigint NOT NULL DEFAULT 0
    CHECK (expired IN (0, 1) AND (expired = 0 OR standing = 'expiring'));
UPDATE keys SET reveal = 'always'
    WHERE standing <> 'deleted' AND (kind = 'publishable' OR mode <> 'live');
UPDATE keys SET reveal = 'once'
    WHERE standing <> 'deleted' AND reveal = 'never' AND id IN (SELECT key FROM sealed_values);
CREATE INDEX keys_that_end ON keys (ends_at) WHERE standing = 'expiring' AND expired = 0;
CREATE INDEX keys_to_rotate ON keys (rotate_at) WHERE rotate_at IS NOT NULL;

ALTER TABLE sandboxes ADD COLUMN deleted_at bigint;

-- Append-only. `said` is the event in JSON; `hash` is that of the event before, followed by `said`.
CREATE TABLE events (
    number bigint PRIMARY KEY CHECK (number > 0),
    id text NOT NULL UNIQUE CHECK (length(id) = 28),
    at bigint NOT NULL,
    actor text NOT NULL,
    object text,
    account text,
    mode text,
    said text NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX events_of_account ON events (account, mode, number);
CREATE INDEX events_of_object ON events (object, number);
CREATE INDEX events_of_actor ON events (actor, number);

-- The last event: one that is cut off is missed.
ALTER TABLE counter ADD COLUMN events bigint NOT NULL DEFAULT 0;
ALTER TABLE counter ADD COLUMN event_hash bytea NOT NULL
    DEFAULT decode(repeat('00', 32), 'hex');
