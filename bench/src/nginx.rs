//! nginx: the API behind all devices, and four of the devices.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::device::{Device, Program, folder_of, free_address, fresh};
use crate::processor::{DEVICE, LOAD};

/// What the API answers: about 200 bytes.
pub const ANSWER: &str = r#"{"object":"balance","available":[{"amount":112600,"currency":"usd","source_types":{"card":112600}}],"livemode":false,"pending":[{"amount":0,"currency":"usd","source_types":{"card":0}}],"x":"0123456"}"#;

/// Kept connections are never given up: that is what everybody is measured with.
const KEPT: &str = "keepalive_requests 1000000000; keepalive_timeout 1h;";

/// About what the other journals hold, 290 bytes a request.
const LOG_FORMAT: &str = r#"log_format line escape=json '{"time":"$time_iso8601","request":"$request_id","client":"$remote_addr","method":"$request_method","path":"$uri","protocol":"$server_protocol","host":"$host","status":$status,"bytes":$bytes_sent,"seconds":$request_time,"upstream":"$upstream_addr","upstream_seconds":"$upstream_response_time","agent":"$http_user_agent"}';"#;

/// The API: it answers every request with the same JSON.
pub struct Api {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells how many connections it took.
    pub status: SocketAddr,
    /// It runs as long as this is held.
    pub program: Program,
}

impl Api {
    /// Starts one on a core.
    ///
    /// # Errors
    /// When nginx cannot be started.
    pub fn start(base: &Path, name: &str, core: usize) -> Result<Self> {
        let (address, status) = (free_address()?, free_address()?);
        let servers = format!(
            "access_log off; default_type application/json;\n\
             server {{ listen {address}; {KEPT} location / {{ return 200 '{ANSWER}'; }} }}\n\
             server {{ listen {status}; location / {{ stub_status; }} }}\n"
        );
        let program = start(&folder_of(base, name)?, core, &servers)?;
        Ok(Self { address, status, program })
    }
}

/// The API with nothing before it, as a device.
///
/// # Errors
/// When nginx cannot be started.
pub fn direct(base: &Path) -> Result<(Device, SocketAddr)> {
    let Api { address, status, program } = Api::start(base, "direct", DEVICE)?;
    let programs = vec![program];
    Ok((Device { name: "direct", address, keyed: false, log: None, programs }, status))
}

/// A plain proxy, with or without its access log.
///
/// # Errors
/// When nginx cannot be started.
pub fn plain(base: &Path, name: &'static str, api: SocketAddr, logs: bool) -> Result<Device> {
    let (folder, address) = (folder_of(base, name)?, free_address()?);
    let log = logs.then(|| folder.join("access.log"));
    let servers = format!(
        "{}\n{}server {{ listen {address}; {KEPT} location / {{ {} }} }}\n",
        access_log(log.as_deref()),
        pool("api", api),
        pass("api")
    );
    let programs = vec![start(&folder, DEVICE, &servers)?];
    Ok(Device { name, address, keyed: false, log, programs })
}

/// A proxy that looks the key up in a map of its own, with its access log.
///
/// # Errors
/// When nginx cannot be started.
pub fn map(base: &Path, name: &'static str, api: SocketAddr, keys: &[String]) -> Result<Device> {
    let (folder, address) = (folder_of(base, name)?, free_address()?);
    let log = folder.join("access.log");
    let servers = format!(
        "{}\n{}\n{}server {{ listen {address}; {KEPT} location / {{ if ($account = '') {{ return 401; }} \
         proxy_set_header Account $account; {} }} }}\n",
        access_log(Some(&log)),
        key_map(keys),
        pool("api", api),
        pass("api")
    );
    let programs = vec![start(&folder, DEVICE, &servers)?];
    Ok(Device { name, address, keyed: true, log: Some(log), programs })
}

/// A proxy that asks a second nginx, which has the map; with its access log.
///
/// # Errors
/// When nginx cannot be started.
pub fn auth_request(
    base: &Path,
    name: &'static str,
    api: SocketAddr,
    keys: &[String],
) -> Result<Device> {
    let (folder, address) = (folder_of(base, name)?, free_address()?);
    let verifier = free_address()?;
    let log = folder.join("access.log");
    let verifying = format!(
        "access_log off;\n{}\nserver {{ listen {verifier}; {KEPT} location / {{ \
         if ($account = '') {{ return 401; }} add_header Account $account; return 204; }} }}\n",
        key_map(keys)
    );
    let asking = format!(
        "{}\n{}{}server {{ listen {address}; {KEPT}\n\
         location / {{ auth_request /verify; auth_request_set $account $upstream_http_account; \
         proxy_set_header Account $account; {} }}\n\
         location = /verify {{ internal; proxy_pass_request_body off; \
         proxy_set_header Content-Length ''; {} }} }}\n",
        access_log(Some(&log)),
        pool("api", api),
        pool("verifier", verifier),
        pass("api"),
        pass("verifier")
    );
    let programs = vec![
        start(&fresh(folder.join("verifier"))?, DEVICE, &verifying)?,
        start(&folder, DEVICE, &asking)?,
    ];
    Ok(Device { name, address, keyed: true, log: Some(log), programs })
}

fn access_log(file: Option<&Path>) -> String {
    match file {
        Some(file) => {
            format!("{LOG_FORMAT}\naccess_log {} line buffer=256k flush=1s;", file.display())
        }
        None => "access_log off;".to_owned(),
    }
}

fn pool(name: &str, address: SocketAddr) -> String {
    format!("upstream {name} {{ server {address}; keepalive 256; {KEPT} }}\n")
}

fn pass(pool: &str) -> String {
    format!("proxy_http_version 1.1; proxy_set_header Connection ''; proxy_pass http://{pool};")
}

fn key_map(keys: &[String]) -> String {
    let mut map = String::from(
        "map_hash_max_size 262144; map_hash_bucket_size 128;\nmap $http_authorization $account {\n",
    );
    for (place, value) in keys.iter().enumerate() {
        // Writing to a string cannot fail.
        let _written = writeln!(map, "'Bearer {value}' acct_{place:016};");
    }
    map.push('}');
    map
}

fn start(folder: &Path, core: usize, servers: &str) -> Result<Program> {
    // Or only root could run it: the places that are built into it are root's.
    let own: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {what};\n"))
        .concat();
    let config = format!(
        "daemon off; worker_processes 1; pid pid; error_log error.log;\n\
         events {{ worker_connections 4096; }}\nhttp {{\n{own}{servers}}}\n"
    );
    let file: PathBuf = folder.join("nginx.conf");
    std::fs::write(&file, config)?;
    let (file, prefix) = (file.display().to_string(), folder.display().to_string());
    let arguments = ["-e", "error.log", "-p", &prefix, "-c", &file];
    Program::start(&[core], folder, "nginx", &arguments)
}

/// Starts the API that stands behind all devices but `direct`.
///
/// # Errors
/// When nginx cannot be started.
pub fn behind_all(base: &Path) -> Result<Api> {
    Api::start(base, "api", LOAD)
}
