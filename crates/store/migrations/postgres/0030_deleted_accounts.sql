ALTER TABLE accounts ADD COLUMN deleted_at bigint;

-- Who is told by a notice although they have lost their role with what it tells of.
CREATE TABLE notices_owed (
    notice bigint NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    "user" text NOT NULL REFERENCES users (id),
    PRIMARY KEY (notice, "user")
);
