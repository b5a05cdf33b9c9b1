-- Every object of every account and mode, whatever it is. `sequence` keeps the order in which objects
-- were made, as many can be made in one second; it is never used again. `body` is the object as the API
-- shows it; NULL stands for an object that was deleted and is still known by its id.
CREATE TABLE objects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    account  TEXT NOT NULL,
    mode     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    body     TEXT,
    UNIQUE (account, kind, id, mode)
) STRICT;

CREATE INDEX objects_in_order ON objects (account, mode, kind, sequence);

CREATE INDEX customers_by_email ON objects (account, mode, json_extract(body, '$.email'), sequence)
    WHERE kind = 'customer';

-- The answers to requests that came with an idempotency key, kept for a day. `fingerprint` is a digest
-- of the path and the parameters, without what is never kept.
CREATE TABLE replays (
    account     TEXT NOT NULL,
    mode        TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    request     TEXT NOT NULL,
    body        TEXT NOT NULL,
    kept_until  INTEGER NOT NULL,
    PRIMARY KEY (account, mode, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX replays_by_end ON replays (kept_until);
