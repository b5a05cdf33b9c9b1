//! The program, as people start it.

#![expect(clippy::unwrap_used, reason = "these are tests")]

mod audit;
mod checking;
mod dev;
mod hindrances;
mod opening;
mod program;
mod stopping;
