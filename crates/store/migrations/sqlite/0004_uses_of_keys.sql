-- When a key was last used, to about a minute, and from where.
CREATE TABLE key_uses (
    key text PRIMARY KEY REFERENCES keys (id),
    at integer NOT NULL,
    client text NOT NULL
) STRICT;
CREATE INDEX keys_that_retire ON keys (id) WHERE retires IS NOT NULL;
