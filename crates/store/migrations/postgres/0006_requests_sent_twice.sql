-- Requests that may be sent twice. `subject` and `fingerprint` are digests: of who sent it with which
-- idempotency key, and of the request. `object` is what the command made or changed, written in its
-- transaction; the answer is written after it, without any value of a key.
CREATE TABLE requests (
    subject bytea PRIMARY KEY CHECK (length(subject) = 32),
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    began_at bigint NOT NULL,
    object text,
    status bigint CHECK (status BETWEEN 200 AND 299),
    answer text,
    CHECK ((status IS NULL) = (answer IS NULL))
);
CREATE INDEX requests_by_age ON requests (began_at);
