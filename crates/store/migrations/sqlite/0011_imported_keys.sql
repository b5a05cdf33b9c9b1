-- What `digest` is: under a pepper of ours, or as the system kept it that the key was imported from,
-- until its value is seen and it is digested anew (`adopted`).
ALTER TABLE keys ADD COLUMN origin TEXT NOT NULL DEFAULT 'minted'
    CHECK (origin IN ('minted', 'sha256', 'hmac_sha256', 'adopted'));
