//! Has a program do what it does all day, so that a compiler that watches learns which ways it goes.
//!
//! `cargo xtask trained` starts this. What is asked is a mixture, and not what the benchmark asks:
//! both schemes, both modes, reading, writing and listing, over kept connections.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bench::check::{ask, request};
use bench::clock;
use bench::device::{Program, free_address, fresh};
use bench::pace::{self, Pace};
use bench::processor::{DEVICE, LOAD, stay_on};
use clap::Parser;
use serde::Deserialize;

/// Requests a second: as many as an instrumented program answers with ease.
const RATE: u32 = 4000;

/// Has a program do what it does all day.
#[derive(Parser)]
struct Options {
    /// The program
    program: PathBuf,
    /// How long
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Where its world is made
    #[arg(long, default_value = "target/trained/world")]
    folder: PathBuf,
}

/// What `keyway dev` writes down of its world.
#[derive(Deserialize)]
struct Dev {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    sandbox: Pair,
    live: Pair,
}

#[derive(Deserialize)]
struct Pair {
    secret: String,
}

fn main() -> Result<()> {
    let options = Options::parse();
    stay_on(LOAD)?;
    let folder = fresh(options.folder)?.canonicalize()?;
    let gateway = free_address()?;
    let at = gateway.to_string();
    let nowhere = "127.0.0.1:0";
    let arguments = [
        ["dev", "--data", "data"].as_slice(),
        &["--gateway", &at, "--console", nowhere, "--operations", nowhere],
    ]
    .concat();
    // It ends, and says what it learnt, when this is dropped.
    let _program = Program::start(&[DEVICE], &folder, &options.program, &arguments)?;
    let dev: Dev = clock::until(|| {
        let text = std::fs::read_to_string(folder.join("data/dev.json"))?;
        let dev = serde_json::from_str(&text)?;
        ask(gateway, &request(None, false))?;
        Ok(dev)
    })?;
    let pace = Pace { rate: RATE, length: Duration::from_secs(options.seconds) };
    pace::ask(gateway, &mixture(&dev), pace).context("the gateway")?;
    Ok(())
}

/// What is asked, one after the other.
fn mixture(dev: &Dev) -> Vec<Vec<u8>> {
    let mut requests = Vec::new();
    for secret in dev.accounts.iter().flat_map(|it| [&it.sandbox.secret, &it.live.secret]) {
        let bearer = format!("Bearer {secret}");
        let basic = format!("Basic {}", STANDARD.encode(format!("{secret}:")));
        requests.extend([
            get("/v1/balance", &bearer),
            get("/v1/account", &basic),
            get("/v1/customers?limit=3", &bearer),
            get("/v1/balance", &basic),
            post("/v1/customers", &bearer, "email=a%40example.com&metadata[order]=6735"),
            get("/v1/products?limit=1", &bearer),
            get("/v1/account", &bearer),
        ]);
    }
    requests
}

fn get(path: &str, authorization: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\n{}\r\n", lines(authorization)).into_bytes()
}

fn post(path: &str, authorization: &str, form: &str) -> Vec<u8> {
    let lines = lines(authorization);
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let length = form.len();
    format!("POST {path} HTTP/1.1\r\n{lines}{kind}\r\nContent-Length: {length}\r\n\r\n{form}")
        .into_bytes()
}

/// What every request says, as the official client libraries do.
fn lines(authorization: &str) -> String {
    format!(
        "Host: 127.0.0.1\r\nAuthorization: {authorization}\r\nUser-Agent: train/1\r\n\
         Accept: application/json\r\nStripe-Version: 2026-06-24.dahlia\r\n"
    )
}
