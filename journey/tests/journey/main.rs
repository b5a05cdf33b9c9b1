//! Journeys: what people do with Keyway, with the binary that they get.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod browser;
mod client_libraries;
mod clockwork;
mod commands;
mod crash;
mod dashboard;
mod docs;
mod errors;
mod first_run;
mod http;
mod importing;
mod keyway;
mod life;
mod management;
mod memory;
mod owner;
mod pages;
mod payments;
mod postgres;
mod secrecy;
mod serve;
mod served;
mod settings;
mod shop;
