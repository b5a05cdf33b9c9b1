-- Telephones that verification codes go to: the one that counts, and the one that is to take its place
-- once a code was shown that was sent to it.
CREATE TABLE phones (
    "user" text PRIMARY KEY REFERENCES users (id),
    confirmed text CHECK (length(confirmed) BETWEEN 9 AND 16),
    pending text CHECK (length(pending) BETWEEN 9 AND 16),
    CHECK (confirmed IS NOT NULL OR pending IS NOT NULL)
);
