-- In microseconds: how long what is read now may be believed, and for how long at most what was read
-- before may still be. `lease_round` counts the changes of the first.
ALTER TABLE counter ADD COLUMN lease_granted bigint NOT NULL DEFAULT 0 CHECK (lease_granted >= 0);
ALTER TABLE counter ADD COLUMN lease_awaited bigint NOT NULL DEFAULT 0 CHECK (lease_awaited >= 0);
ALTER TABLE counter ADD COLUMN lease_round bigint NOT NULL DEFAULT 0 CHECK (lease_round >= 0);
-- Nodes that an older Keyway still runs have told nobody of theirs.
UPDATE counter SET lease_awaited = 30000000 WHERE sequence > 0;
