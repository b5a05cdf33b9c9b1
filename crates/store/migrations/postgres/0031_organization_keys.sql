-- Keys that belong to an organization have no account, and instead of a mode the side of all of its
-- accounts that they reach: `live` or `test`.
ALTER TABLE keys ALTER COLUMN account DROP NOT NULL;
ALTER TABLE keys ADD COLUMN organization text REFERENCES organizations (id);
ALTER TABLE keys DROP CONSTRAINT keys_mode_check;
ALTER TABLE keys ADD CHECK ((account IS NULL) <> (organization IS NULL));
ALTER TABLE keys ADD CHECK ((kind = 'organization') = (organization IS NOT NULL));
ALTER TABLE keys ADD CHECK (mode = 'live' OR (organization IS NOT NULL AND mode = 'test')
    OR (account IS NOT NULL AND length(mode) = 20 AND substr(mode, 1, 4) = 'sbx_'));
CREATE INDEX keys_of_organization ON keys (organization) WHERE organization IS NOT NULL;
