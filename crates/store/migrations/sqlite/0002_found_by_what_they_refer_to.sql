-- A sandbox that is added is looked for among the accounts that wait for theirs: without this, each
-- new account would cost a look at all others.
CREATE UNIQUE INDEX accounts_of_first_sandbox ON accounts (first_sandbox);
CREATE INDEX accounts_of_organization ON accounts (organization);
CREATE INDEX accounts_of_platform ON accounts (platform);
