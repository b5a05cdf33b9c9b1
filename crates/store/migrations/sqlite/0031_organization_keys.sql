-- Keys that belong to an organization have no account, and instead of a mode the side of all of its
-- accounts that they reach: `live` or `test`. A column that must have a value cannot be let off that
-- here, so that two are made anew; what must hold of them is said at the third.
DROP INDEX keys_of_place;
ALTER TABLE keys RENAME COLUMN account TO account_before;
ALTER TABLE keys RENAME COLUMN mode TO mode_before;
ALTER TABLE keys ADD COLUMN account text REFERENCES accounts (id);
ALTER TABLE keys ADD COLUMN mode text NOT NULL DEFAULT '';
UPDATE keys SET account = account_before, mode = mode_before;
ALTER TABLE keys DROP COLUMN account_before;
ALTER TABLE keys DROP COLUMN mode_before;
ALTER TABLE keys ADD COLUMN organization text REFERENCES organizations (id)
    CHECK ((account IS NULL) <> (organization IS NULL))
    CHECK ((kind = 'organization') = (organization IS NOT NULL))
    CHECK (mode = 'live' OR (organization IS NOT NULL AND mode = 'test')
        OR (account IS NOT NULL AND length(mode) = 20 AND substr(mode, 1, 4) = 'sbx_'));
CREATE INDEX keys_of_place ON keys (account, mode);
CREATE INDEX keys_of_organization ON keys (organization) WHERE organization IS NOT NULL;
