//! Instructions of one admission and of its floor, counted by valgrind.
//!
//! They repeat from run to run, so that a change shows that time would hide. A simulated processor
//! has no instructions for SHA-256: read what an admission has above its floor, not the ratio.

#![expect(missing_docs, clippy::disallowed_methods, reason = "what the macros write is theirs")]

use std::hint::black_box;

use anyhow::{Context, Result, bail, ensure};
use bench::floor::Floor;
use bench::population::{Door, Shape, bearer, populate, stranger};
use gateway::Directory;
use gungraun::{library_benchmark, library_benchmark_group, main};
use keys::{Admission, Denial};

/// What is counted is one of them.
type Answer = std::result::Result<Admission, Denial>;

/// What a door is asked with.
#[derive(Clone, Copy)]
enum Asked {
    Known,
    Unknown,
    WrongChecksum,
}

/// A thousand keys, and the texts of all.
fn texts() -> Result<(Directory, Vec<String>)> {
    let mut texts = Vec::new();
    let shape = Shape { keys: 1000, per_account: 4 };
    let directory = populate(shape, |value| texts.push(value.expose().to_owned()))?;
    Ok((directory, texts))
}

fn ready_floor() -> Result<(Floor, String)> {
    let (_, texts) = texts()?;
    let floor = Floor::new(&texts);
    let [first, second, ..] = texts.as_slice() else { bail!("too few keys") };
    // What a processor can do is found out with the first hash.
    floor.find(first.as_bytes()).context("a key that is not found")?;
    Ok((floor, second.clone()))
}

fn ready_door(asked: Asked) -> Result<(Door, Vec<u8>)> {
    let (directory, texts) = texts()?;
    let [first, second, ..] = texts.as_slice() else { bail!("too few keys") };
    let door = Door::new(directory)?;
    ensure!(door.pass(&bearer(first)).is_ok(), "a key is denied");
    let stranger = stranger();
    let header = match asked {
        Asked::Known => bearer(second),
        Asked::Unknown => bearer(stranger.expose()),
        Asked::WrongChecksum => bearer(&stranger.expose().replace("sk_test_", "sk_live_")),
    };
    Ok((door, header))
}

// What was made ready is given back, so that taking it down is not counted.
#[library_benchmark]
#[bench::hash_and_look_up(ready_floor())]
fn floor(ready: Result<(Floor, String)>) -> Result<(Option<usize>, Floor)> {
    let (floor, text) = ready?;
    Ok((black_box(floor.find(black_box(text.as_bytes()))), floor))
}

#[library_benchmark]
#[bench::known(ready_door(Asked::Known))]
#[bench::unknown(ready_door(Asked::Unknown))]
#[bench::wrong_checksum(ready_door(Asked::WrongChecksum))]
fn admission(ready: Result<(Door, Vec<u8>)>) -> Result<(Answer, Door, Vec<u8>)> {
    let (door, header) = ready?;
    Ok((black_box(door.pass(black_box(&header))), door, header))
}

library_benchmark_group!(name = decisions, benchmarks = [floor, admission]);
main!(library_benchmark_groups = decisions);
