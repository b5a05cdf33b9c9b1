//! The gateway through its socket: real requests, a real store, a real API behind it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod admission;
mod answers;
mod desync;
mod forwarding;
mod frames;
mod http2;
mod importing;
mod leases;
mod leaving;
mod limits;
mod mirror;
mod operating;
mod organizations;
mod protocols;
mod revocation;
mod smuggling;
mod timing;
mod upgrades;
mod uses;
mod world;
