//! Instructions of one admission and of its floor, counted by valgrind.
//!
//! They repeat from run to run, so that a change shows that time would hide. A simulated processor
//! has no instructions for SHA-256: read what an admission has above its floor, not the ratio.

use std::hint::black_box;

use bench::floor::Floor;
use bench::population::{Door, Shape, bearer, populate, stranger};
use gungraun::{library_benchmark, library_benchmark_group, main};
use keys::{Admission, Denial};

/// What is counted is one of them.
type Answer = Result<Admission, Denial>;

/// What a door is asked with.
#[derive(Clone, Copy)]
enum Asked {
    Known,
    Unknown,
    WrongChecksum,
}

/// A thousand keys, and the text of one.
fn texts() -> (gateway::Directory, Vec<String>) {
    let mut texts = Vec::new();
    let shape = Shape { keys: 1000, per_account: 4 };
    let directory = populate(shape, |value| texts.push(value.expose().to_owned()));
    (directory.expect("a well-formed version"), texts)
}

fn ready_floor() -> (Floor, String) {
    let (_, mut texts) = texts();
    let floor = Floor::new(&texts);
    // What a processor can do is found out with the first hash.
    assert!(floor.find(texts[0].as_bytes()).is_some());
    (floor, texts.swap_remove(1))
}

fn ready_door(asked: Asked) -> (Door, Vec<u8>) {
    let (directory, texts) = texts();
    let door = Door::new(directory).expect("a well-formed version");
    assert!(door.pass(&bearer(&texts[0])).is_ok());
    let stranger = stranger();
    let header = match asked {
        Asked::Known => bearer(&texts[1]),
        Asked::Unknown => bearer(stranger.expose()),
        Asked::WrongChecksum => bearer(&stranger.expose().replace("sk_test_", "sk_live_")),
    };
    (door, header)
}

#[library_benchmark]
#[bench::hash_and_look_up(ready_floor())]
fn floor((floor, text): (Floor, String)) -> (Option<usize>, Floor) {
    (black_box(floor.find(black_box(text.as_bytes()))), floor)
}

// The door is given back, so that taking it down is not counted.
#[library_benchmark]
#[bench::known(ready_door(Asked::Known))]
#[bench::unknown(ready_door(Asked::Unknown))]
#[bench::wrong_checksum(ready_door(Asked::WrongChecksum))]
fn admission((door, header): (Door, Vec<u8>)) -> (Answer, Door, Vec<u8>) {
    (black_box(door.pass(black_box(&header))), door, header)
}

library_benchmark_group!(name = decisions, benchmarks = [floor, admission]);
main!(library_benchmark_groups = decisions);
