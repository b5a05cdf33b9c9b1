//! The gateway beside other proxies: the same API behind each, in one run.
//!
//! `cargo xtask bench gateway` installs the peers, builds the product and starts this.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bench::check::{check, connections, request};
use bench::device::{Device, fresh};
use bench::pace::{self, Pace};
use bench::processor::{DEVICE, First, LOAD, settle, stay_on, used_by, used_on};
use bench::saturate::saturate;
use bench::table::{Row, table};
use bench::world::World;
use bench::{clock, haproxy_and_envoy, keyway, nginx};
use clap::Parser;

/// Keys that are asked with.
const ASKED: usize = 1000;
/// Keys of the device whose list of them is part of its configuration.
const LISTED: usize = 10_000;
/// What everybody is compared with.
const REFERENCE: &str = "nginx + log";

/// The gateway beside other proxies.
#[derive(Parser)]
struct Options {
    /// The program to measure
    #[arg(long)]
    keyway: Option<PathBuf>,
    /// The same program, built with what it learnt of itself
    #[arg(long)]
    trained: Option<PathBuf>,
    /// Where Envoy is
    #[arg(long)]
    envoy: Option<PathBuf>,
    /// How often everything is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each time
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Requests a second where latency is measured
    #[arg(long, default_value_t = 5000)]
    rate: u32,
    /// How many keys there are
    #[arg(long, default_value_t = 100_000)]
    keys: usize,
    /// Only devices whose names hold one of these, and the reference
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How many seconds to wait for an idle machine before each measurement
    #[arg(long, default_value_t = 10)]
    settle: u64,
    /// Where results are written
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

fn main() -> Result<()> {
    let options = Options::parse();
    // Whoever asks is not where the device is, and neither is this.
    stay_on(LOAD)?;
    let first = First::new();
    let rank = if first.is_ok() { "before other processes" } else { "among other processes" };
    std::fs::create_dir_all(&options.folder)?;
    let folder = options.folder.canonicalize()?;
    say(&format!("making {} keys", options.keys))?;
    let world = World::make(folder.join("world"), options.keys, ASKED)?;
    let bench = Bench::start(&options, &folder, &world)?;
    let mut rounds: Vec<(&str, Vec<Row>)> =
        bench.devices.iter().map(|device| (device.name, Vec::new())).collect();
    bench.warm_up()?;
    for round in 0..options.rounds {
        say(&format!("round {} of {}", round + 1, options.rounds))?;
        for (name, row) in bench.round(round, &options)? {
            let device = rounds.iter_mut().find(|(known, _)| *known == name);
            device.context("a device")?.1.push(row);
        }
    }
    let text = format!(
        "{}\n{} rounds of {} s, {rank}, {} keys; medians, and for the ratio [least–most]\n\n{}\n",
        bench.versions.join("\n"),
        options.rounds,
        options.seconds,
        options.keys,
        table(&rounds, REFERENCE, options.rate)
    );
    std::fs::write(folder.join("gateway.txt"), format!("{text}\n{rounds:#?}\n"))?;
    writeln!(std::io::stdout(), "{text}").context("standard output")
}

struct Bench {
    devices: Vec<Device>,
    /// Where the API behind a device tells its connections.
    status: std::net::SocketAddr,
    direct_status: std::net::SocketAddr,
    versions: Vec<String>,
    folder: PathBuf,
    keys: PathBuf,
    requests: Vec<Vec<u8>>,
    _api: nginx::Api,
}

impl Bench {
    fn start(options: &Options, base: &Path, world: &World) -> Result<Self> {
        let folder = fresh(base.join("devices"))?;
        let base = folder.as_path();
        let api = nginx::behind_all(base)?;
        let (direct, direct_status) = nginx::direct(base)?;
        let asked = world.values.get(..ASKED).context("too few keys")?;
        let listed = world.values.get(..LISTED).unwrap_or(&world.values);
        let (at, all) = (api.address, world.values.as_slice());
        let mut devices = vec![
            direct,
            nginx::plain(base, REFERENCE, at, true)?,
            nginx::plain(base, "nginx", at, false)?,
            nginx::map(base, "nginx map + log", at, all)?,
            nginx::auth_request(base, "nginx auth_request + log", at, all)?,
            haproxy_and_envoy::haproxy(base, "HAProxy map", at, all)?,
        ];
        let mut versions = vec![version("nginx", "-v"), version("haproxy", "-v")];
        if let Some(program) = &options.envoy {
            let name = "Envoy api_key_auth, 10,000 keys";
            devices.push(haproxy_and_envoy::envoy(base, name, program, at, listed)?);
            versions.push(version(program, "--version"));
        }
        if let Some(program) = &options.keyway {
            devices.push(keyway::keyway("Keyway + journal", program, at, world, &[DEVICE])?);
            versions.push(version(program, "--version"));
        }
        if let Some(program) = &options.trained {
            let twin = world.twin(world.folder.with_extension("twin"))?;
            let name = "Keyway trained + journal";
            devices.push(keyway::keyway(name, program, at, &twin, &[DEVICE])?);
        }
        devices.retain(|device| {
            let wanted = |part: &String| device.name.contains(part.as_str());
            options.only.is_empty() || device.name == REFERENCE || options.only.iter().any(wanted)
        });
        let [key, ..] = asked else { bail!("there is no key to ask with") };
        for device in &devices {
            let said = || format!("what {} said is in {}", device.name, base.display());
            clock::until(|| check(device, key, &world.stranger)).with_context(said)?;
        }
        let keys = folder.join("keys");
        std::fs::write(&keys, asked.join("\n"))?;
        Ok(Self {
            devices,
            status: api.status,
            direct_status,
            versions,
            keys,
            requests: asked.iter().map(|key| request(Some(key), true)).collect(),
            folder,
            _api: api,
        })
    }

    fn warm_up(&self) -> Result<()> {
        for device in &self.devices {
            saturate(&self.folder, &self.keys, device.address, 1).context(device.name)?;
        }
        Ok(())
    }

    /// Measures every device once, the first one another in each round.
    fn round(&self, round: usize, options: &Options) -> Result<Vec<(&str, Row)>> {
        let count = self.devices.len();
        let mut rows = Vec::new();
        for device in self.devices.iter().cycle().skip(round % count).take(count) {
            let row = self.measure(device, options).context(device.name)?;
            rows.push((device.name, row));
        }
        let reference = rows.iter().find(|(name, _)| *name == REFERENCE);
        let reference = reference.context("the reference")?.1.cost;
        for (_, row) in &mut rows {
            row.ratio = row.cost / reference;
        }
        Ok(rows)
    }

    fn measure(&self, device: &Device, options: &Options) -> Result<Row> {
        let status = if device.name == "direct" { self.direct_status } else { self.status };
        settle(Duration::from_secs(options.settle))?;
        // What was still in a buffer of the log goes out within a second, and while it settles.
        device.empty_log()?;
        let taken = connections(status)?;
        let (own, core) = (used_by(&device.ids())?, used_on(DEVICE)?);
        let saturated = saturate(&self.folder, &self.keys, device.address, options.seconds)?;
        let (own, core) = (used_by(&device.ids())? - own, used_on(DEVICE)? - core);
        let taken = connections(status)?.saturating_sub(taken);
        clock::pause(Duration::from_millis(1200));
        let logged = device.empty_log()?;
        settle(Duration::from_secs(options.settle))?;
        let pace = Pace { rate: options.rate, length: Duration::from_secs(options.seconds) };
        let before = used_by(&device.ids())?;
        let paced = pace::ask(device.address, &self.requests, pace)?;
        let paced_cost = (used_by(&device.ids())? - before) * 1e6
            / (f64::from(pace.rate) * pace.length.as_secs_f64());
        Ok(Row {
            rate: saturated.requests / saturated.seconds,
            p50: saturated.p50,
            p99: saturated.p99,
            cost: own * 1e6 / saturated.requests,
            ratio: f64::NAN,
            paced,
            paced_cost,
            logged: number(logged) / saturated.requests,
            connections: number(taken),
            others: (core - own) / saturated.seconds * 100.0,
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown in a few digits")]
fn number(count: u64) -> f64 {
    count as f64
}

/// What a program says of itself.
fn version(program: impl AsRef<std::ffi::OsStr>, flag: &str) -> String {
    match Command::new(program).arg(flag).output() {
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            String::from_utf8_lossy(&said).trim().lines().next().unwrap_or_default().to_owned()
        }
        Err(error) => error.to_string(),
    }
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stderr(), "{line}").context("standard error")
}
