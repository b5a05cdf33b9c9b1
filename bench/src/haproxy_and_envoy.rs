//! HAProxy and Envoy.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use crate::device::{Device, Program, folder_of, free_address};
use crate::processor::DEVICE;

/// `HAProxy` with a map of keys.
///
/// # Errors
/// When it cannot be started.
pub fn haproxy(
    base: &Path,
    name: &'static str,
    api: SocketAddr,
    keys: &[String],
) -> Result<Device> {
    let (folder, address) = (folder_of(base, name)?, free_address()?);
    let mut map = String::new();
    for (place, value) in keys.iter().enumerate() {
        // Writing to a string cannot fail.
        let _written = writeln!(map, "{value} acct_{place:016}");
    }
    let map_file = folder.join("keys.map");
    std::fs::write(&map_file, map)?;
    let config = format!(
        "global\n  nbthread 1\n  maxconn 4096\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n  http-reuse always\n\
         frontend keyed\n  bind {address}\n\
         \x20 http-request set-var(txn.account) http_auth_bearer,map_str({})\n\
         \x20 http-request deny deny_status 401 unless {{ var(txn.account) -m found }}\n\
         \x20 http-request set-header Account %[var(txn.account)]\n  default_backend api\n\
         backend api\n  server api {api}\n",
        map_file.display()
    );
    std::fs::write(folder.join("haproxy.cfg"), config)?;
    let programs =
        vec![Program::start(&[DEVICE], &folder, "haproxy", &["-db", "-f", "haproxy.cfg"])?];
    Ok(Device { name, address, keyed: true, log: None, programs })
}

/// Envoy with its filter for API keys; all else as it comes.
///
/// # Errors
/// When it cannot be started.
pub fn envoy(
    base: &Path,
    name: &'static str,
    program: &Path,
    api: SocketAddr,
    keys: &[String],
) -> Result<Device> {
    let (folder, address) = (folder_of(base, name)?, free_address()?);
    let mut credentials = String::new();
    for (place, value) in keys.iter().enumerate() {
        // Writing to a string cannot fail.
        let _written =
            writeln!(credentials, "              - {{ key: {value}, client: acct_{place:016} }}");
    }
    let config = ENVOY
        .replace("LISTEN", &address.port().to_string())
        .replace("BEHIND", &api.port().to_string())
        .replace("CREDENTIALS\n", &credentials);
    std::fs::write(folder.join("envoy.yaml"), config)?;
    let arguments =
        ["--concurrency", "1", "--disable-hot-restart", "-l", "error", "-c", "envoy.yaml"];
    let programs = vec![Program::start(&[DEVICE], &folder, program, &arguments)?];
    Ok(Device { name, address, keyed: true, log: None, programs })
}

const ENVOY: &str = r#"static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: LISTEN } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: keyed
          codec_type: HTTP1
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes: [{ match: { prefix: "/" }, route: { cluster: api } }]
          http_filters:
          - name: keys
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.api_key_auth.v3.ApiKeyAuth
              key_sources: [{ header: Authorization }]
              forwarding: { header: Account, hide_credentials: true }
              credentials:
CREDENTIALS
          - name: router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: api
    type: STATIC
    load_assignment:
      cluster_name: api
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: BEHIND } } }
"#;
