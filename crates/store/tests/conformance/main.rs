//! One suite for both engines: every check runs on SQLite, and on PostgreSQL as well when
//! `TEST_DATABASE_URL` names a server, each in a schema of its own.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod attention;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod authenticator;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod following;
#[cfg(test)]
mod hints;
#[cfg(test)]
mod importing;
#[cfg(test)]
mod leases;
#[cfg(test)]
mod life;
#[cfg(test)]
mod members;
#[cfg(test)]
mod model;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod organization_keys;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod people_events;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod races;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod sequence;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod world;
