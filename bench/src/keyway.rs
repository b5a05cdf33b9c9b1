//! Keyway as a device: one worker, every key from the world, its journal on.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::device::{Device, Program, folder_of, free_address};
use crate::world::World;

/// Starts `keyway serve` on these cores.
///
/// # Errors
/// When it cannot be started.
pub fn keyway(
    name: &'static str,
    program: &Path,
    api: SocketAddr,
    world: &World,
    cores: &[usize],
) -> Result<Device> {
    let (own, shared) = (folder_of(&world.folder, name)?, world.folder.display());
    let (address, console, operations) = (free_address()?, free_address()?, free_address()?);
    let config = format!(
        r#"
[store]
url = "sqlite:{shared}/keyway.db"
[secrets]
pepper_file = "{shared}/pepper"
sealing_key_file = "{shared}/sealing"
[gateway]
listen = "{address}"
workers = 1
journal = "requests.jsonl"
[gateway.upstream]
live = "http://{api}"
sandbox = "http://{api}"
[console]
listen = "{console}"
[operations]
listen = "{operations}"
"#
    );
    std::fs::write(own.join("keyway.toml"), config)?;
    let arguments = ["serve", "--config", "keyway.toml"];
    let programs = vec![Program::start(cores, &own, program, &arguments)?];
    let log = Some(own.join("requests.jsonl"));
    Ok(Device { name, address, keyed: true, log, programs })
}
