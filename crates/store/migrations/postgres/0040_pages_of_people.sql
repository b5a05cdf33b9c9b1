-- In the order in which they are listed, so that a page is read and not the place.
DROP INDEX members_of_place;
CREATE INDEX members_of_place ON members (place, since, "user", role);
DROP INDEX invitations_of_place;
CREATE INDEX invitations_of_place ON invitations (place, created_at, id);
