//! The program, as people start it.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "these are tests")]

mod audit;
mod checking;
mod dev;
mod explaining;
mod hindrances;
mod managing;
mod opening;
mod program;
mod stopping;
mod terminal;
