-- In microseconds: how long what is read now may be believed, and for how long at most what was read
-- before may still be. `lease_round` counts the changes of the first. Zero, as one process alone uses
-- the file.
ALTER TABLE counter ADD COLUMN lease_granted integer NOT NULL DEFAULT 0 CHECK (lease_granted >= 0);
ALTER TABLE counter ADD COLUMN lease_awaited integer NOT NULL DEFAULT 0 CHECK (lease_awaited >= 0);
ALTER TABLE counter ADD COLUMN lease_round integer NOT NULL DEFAULT 0 CHECK (lease_round >= 0);
