//! What the benchmarks share: a world of keys, the peers, and how they are measured.
//!
//! The method: the device under test has a core of its own; whoever asks it and the API behind it
//! have the other. What counts is the processor time a request, taken from the kernel, as a ratio to
//! a reference in the same round; rounds are interleaved and their order rotates. Requests a second
//! say less: a fast device waits for those that share the other core.

pub mod busy;
pub mod check;
pub mod clock;
pub mod device;
pub mod floor;
pub mod haproxy_and_envoy;
pub mod keyway;
pub mod nginx;
pub mod pace;
pub mod page;
pub mod population;
pub mod processor;
pub mod saturate;
pub mod table;
pub mod world;
