-- What kind an event is of, as it says itself: its type stands before all that people have written.
ALTER TABLE events ADD COLUMN kind text
    GENERATED ALWAYS AS (substring(said from '"type":"([^"]*)"')) STORED;
-- The newest of a place, of one actor or kind in it; a time is looked at without reading the event.
DROP INDEX events_of_account;
CREATE INDEX events_of_account ON events (account, mode, number, at);
CREATE INDEX events_of_account_by_actor ON events (account, mode, actor, number, at);
CREATE INDEX events_of_account_by_kind ON events (account, mode, kind, number, at);
-- In order of their birth, as SQLite has them anyway.
DROP INDEX keys_of_place;
CREATE INDEX keys_of_place ON keys (account, mode, born);
