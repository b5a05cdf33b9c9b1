//! The data plane: takes requests, decides about each from memory, forwards what may pass.
//!
//! Purpose: everything between a client's socket and the API's. [`phases`] is the way of a request;
//! [`Directory`] is what it is decided by; the rules themselves are those of [`keys::admit`].
//!
//! Limits: no database on a request's way, and no lock; one runtime a thread, nothing shared between
//! threads but immutable views.

mod body;
mod client;
mod connection;
mod directory;
mod forward;
mod gateway;
mod headers;
mod journal;
mod metrics;
mod operations;
mod patience;
mod phases;
mod present;
mod reply;
mod settings;
mod target;
mod unread;
mod upgrade;
mod upstream;
mod uses;
mod view;
mod worker;

pub use directory::{Collector, Directory, DirectoryMaker};
pub use gateway::{Gateway, Outfit, StartError};
pub use metrics::Metrics;
pub use operations::Operations;
pub use settings::{
    Clocks, Limits, PlainHttp, Settings, SettingsError, Timeouts, UpstreamAddress,
    UpstreamAddressError, Upstreams,
};
pub use view::{Follower, Lease, View, Views};
