//! Instructions of one admission and of its floor, counted by valgrind.
//!
//! They repeat from run to run, so that a change shows that time would hide. A simulated processor
//! has no instructions for SHA-256: read what an admission has above its floor, not the ratio.

use std::hint::black_box;
use std::io::Write;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use bench::floor::Floor;
use bench::population::{Door, Shape, populate, stranger};
use clap::{Parser, ValueEnum};

/// How often each is done: twice, so that what comes before can be taken off.
const TIMES: [u64; 2] = [1_000, 11_000];

/// Instructions of one admission.
#[derive(Parser)]
struct Options {
    /// Do one thing that often, and nothing else
    #[arg(long)]
    alone: Option<Thing>,
    /// How often
    #[arg(long, default_value_t = 1)]
    times: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Thing {
    Floor,
    Admission,
    Unknown,
    Checksum,
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(thing) = options.alone {
        return repeat(thing, options.times);
    }
    let mut out = std::io::stdout();
    writeln!(out, "| at 1,000 keys | instructions |\n|---|---|")?;
    for (name, thing) in [
        ("floor: HMAC-SHA-256 and a look-up", "floor"),
        ("admission", "admission"),
        ("denial: a key that nobody knows", "unknown"),
        ("denial: a wrong checksum", "checksum"),
    ] {
        let [few, many] = TIMES.map(|times| count(thing, times));
        let [less, more] = TIMES;
        writeln!(out, "| {name} | {} |", (many? - few?) / (more - less))?;
    }
    Ok(())
}

fn repeat(thing: Thing, times: u64) -> Result<()> {
    let mut texts = Vec::new();
    let shape = Shape { keys: 1000, per_account: 4 };
    let directory = populate(shape, |value| texts.push(value.expose().to_owned()))?;
    let (floor, door) = (Floor::new(&texts), Door::new(directory)?);
    let unknown = stranger().expose().to_owned();
    let wrong = unknown.replace("sk_test_", "sk_live_");
    let mut asked = texts.iter().cycle();
    for _ in 0..times {
        let known = asked.next().context("no key")?.as_bytes();
        match thing {
            Thing::Floor => drop(black_box(floor.find(black_box(known)))),
            Thing::Admission => drop(black_box(door.pass(black_box(known)))),
            Thing::Unknown => drop(black_box(door.pass(black_box(unknown.as_bytes())))),
            Thing::Checksum => drop(black_box(door.pass(black_box(wrong.as_bytes())))),
        }
    }
    Ok(())
}

/// All instructions of a run of this program.
fn count(thing: &str, times: u64) -> Result<u64> {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(std::env::current_exe()?);
    valgrind.args(["--alone", thing, "--times", &times.to_string()]);
    let output = valgrind.output().context("valgrind")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "valgrind: {said}");
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, collected) = collected.with_context(|| format!("valgrind said: {said}"))?;
    Ok(collected.trim().parse()?)
}
