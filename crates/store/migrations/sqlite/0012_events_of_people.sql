-- Events that are part of the history of an organization, or of a person.
ALTER TABLE events ADD COLUMN organization text;
ALTER TABLE events ADD COLUMN person text;
CREATE INDEX events_of_organization ON events (organization, number);
CREATE INDEX events_of_person ON events (person, number);
