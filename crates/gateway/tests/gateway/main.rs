//! The gateway through its socket: real requests, a real store, a real API behind it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod admission;
mod answers;
mod forwarding;
mod importing;
mod leases;
mod limits;
mod protocols;
mod revocation;
mod smuggling;
mod uses;
mod world;
