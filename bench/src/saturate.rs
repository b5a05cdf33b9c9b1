//! As many requests as there is room for, by `wrk`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::processor::LOAD;

/// Asks with one key after the other, and tells the result in one line.
const SCRIPT: &str = r#"
local requests, at = {}, 0
function init(args)
  for key in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", "/v1/balance", {
      ["Authorization"] = "Bearer " .. key, ["User-Agent"] = "bench/1", ["Accept"] = "*/*" })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
"#;

/// What became of the requests.
#[derive(Debug, Clone, Copy)]
pub struct Saturated {
    /// Answered requests.
    pub requests: f64,
    /// In that many seconds.
    pub seconds: f64,
    /// Microseconds that half of them took at most.
    pub p50: f64,
    /// Microseconds that 99 % of them took at most.
    pub p99: f64,
}

/// Asks for some seconds over 64 connections.
///
/// # Errors
/// When a request failed, or was answered with another status than 2xx.
pub fn saturate(folder: &Path, keys: &Path, at: SocketAddr, seconds: u64) -> Result<Saturated> {
    let script = folder.join("wrk.lua");
    std::fs::write(&script, SCRIPT)?;
    let mut wrk = Command::new("taskset");
    wrk.args(["--cpu-list", &LOAD.to_string(), "wrk", "-t1", "-c64"]);
    wrk.arg(format!("-d{seconds}s")).arg("-s").arg(&script);
    wrk.arg(format!("http://{at}")).arg("--").arg(keys).stdin(Stdio::null());
    let output = wrk.output().context("wrk")?;
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().find_map(|line| line.strip_prefix("result "));
    let line = line.with_context(|| format!("wrk said: {said}"))?;
    let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    match numbers.as_slice() {
        [requests, microseconds, p50, p99, 0.0, 0.0] => {
            Ok(Saturated { requests: *requests, seconds: microseconds / 1e6, p50: *p50, p99: *p99 })
        }
        [requests, _, _, _, refused, broken] => {
            bail!("of {requests:.0} requests {refused:.0} were refused and {broken:.0} broken")
        }
        _ => bail!("wrk said: {said}"),
    }
}
