//! How much memory a key takes, and how long it takes until all are known.
//!
//! `cargo xtask bench memory` builds the product and starts this.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use bench::check::{ask, request};
use bench::population::{Shape, populate};
use bench::processor::{DEVICE, LOAD, resident, settle, stay_on};
use bench::world::World;
use bench::{clock, keyway, nginx};
use clap::Parser;

/// The same allocator as the product's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Memory and start.
#[derive(Parser)]
struct Options {
    /// The program to measure
    #[arg(long)]
    keyway: Option<PathBuf>,
    /// Sizes of directories
    #[arg(long, value_delimiter = ',', default_values_t = [1_000_000, 10_000_000])]
    keys: Vec<usize>,
    /// Keys in the store that the program starts with
    #[arg(long, default_value_t = 1_000_000)]
    stored: usize,
    /// How often it is started
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Where things are kept meanwhile
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// Measure one directory, KEYS:KEYS OF AN ACCOUNT, and nothing else
    #[arg(long, value_parser = shape)]
    alone: Option<Shape>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(shape) = options.alone {
        return say(&measure(shape)?);
    }
    say("| directory | bytes a key | made in |\n|---|---|---|")?;
    for keys in &options.keys {
        for per_account in [4, 1000] {
            // Each in a process of its own: what one frees would be found by the next.
            let mut alone = Command::new(std::env::current_exe()?);
            let status = alone.args(["--alone", &format!("{keys}:{per_account}")]).status()?;
            anyhow::ensure!(status.success(), "{keys} keys could not be measured");
        }
    }
    match &options.keyway {
        Some(program) => start(&options, program),
        None => Ok(()),
    }
}

/// One directory.
fn measure(Shape { keys, per_account }: Shape) -> Result<String> {
    let (before, start) = (resident(std::process::id())?, clock::now());
    let directory = populate(Shape { keys, per_account }, drop)?;
    let took = start.elapsed();
    // What was freed goes back after a second or so, when the allocator is called.
    for _ in 0..30 {
        clock::pause(Duration::from_millis(100));
        drop(std::hint::black_box(vec![1u8; 1 << 20]));
    }
    let grown = resident(std::process::id())?.saturating_sub(before);
    let each = grown / u64::try_from(directory.keys())?;
    Ok(format!(
        "| {keys} keys, {per_account} an account | {each} | {:.2} s, with minting |",
        took.as_secs_f64()
    ))
}

/// The program, from its start to its first answer.
fn start(options: &Options, program: &std::path::Path) -> Result<()> {
    stay_on(LOAD)?;
    std::fs::create_dir_all(&options.folder)?;
    let folder = options.folder.canonicalize()?;
    let world = World::make(folder.join("world"), options.stored, 1)?;
    let api = nginx::behind_all(&folder)?;
    let key = world.values.first().context("no key")?;
    say(&format!(
        "\n| `keyway serve`, {} keys | answers after | resident |\n|---|---|---|",
        options.stored
    ))?;
    for round in 1..=options.rounds {
        settle(Duration::from_secs(10))?;
        let start = clock::now();
        let device = keyway::keyway("keyway", program, api.address, &world, &[LOAD, DEVICE])?;
        clock::until(|| match ask(device.address, &request(Some(key), false))? {
            (200, _) => Ok(()),
            (status, body) => anyhow::bail!("{status}: {body}"),
        })?;
        let took = start.elapsed();
        let mut sum = 0;
        for id in device.ids() {
            sum += resident(id)?;
        }
        say(&format!("| start {round} | {:.2} s | {} MB |", took.as_secs_f64(), sum / 1_000_000))?;
    }
    Ok(())
}

fn shape(text: &str) -> Result<Shape> {
    let (keys, per_account) = text.split_once(':').context("KEYS:KEYS OF AN ACCOUNT")?;
    Ok(Shape { keys: keys.parse()?, per_account: per_account.parse()? })
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output")
}
