//! The console through its socket, with a real store.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod callers;
mod chains;
mod changes;
mod clockwork;
mod dashboard;
mod delivery;
mod document;
mod door;
mod force;
mod ipv6;
mod life;
mod notices;
mod pages;
mod paging;
mod people;
mod refusals;
mod twice;
mod world;
mod wrong;
