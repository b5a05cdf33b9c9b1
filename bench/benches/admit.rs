//! One admission beside its floor: the keyed hash of the value and one look-up.
//!
//! Keys are asked in random order, so that at a million of them a look-up misses the caches as it
//! does in life.

use std::hint::black_box;

use anyhow::Result;
use bench::floor::Floor;
use bench::population::{Door, Shape, bearer, populate, stranger};
use criterion::Criterion;
use fastrand::Rng;
use keys::{Admission, Denial};

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    for keys in [1_000, 1_000_000] {
        compare(&mut criterion, keys)?;
    }
    criterion.final_summary();
    Ok(())
}

fn compare(criterion: &mut Criterion, keys: usize) -> Result<()> {
    let mut texts = Vec::with_capacity(keys);
    let shape = Shape { keys, per_account: 4 };
    let directory = populate(shape, |value| texts.push(value.expose().to_owned()))?;
    Rng::with_seed(3).shuffle(&mut texts);
    let (door, floor) = (Door::new(directory)?, Floor::new(&texts));
    let headers: Vec<Vec<u8>> = texts.iter().map(|text| bearer(text)).collect();

    let mut group = criterion.benchmark_group(format!("{keys} keys"));
    let mut asked = texts.iter().cycle();
    group.bench_function("floor: HMAC-SHA-256 and a look-up", |bencher| {
        bencher.iter(|| asked.next().map(|text| black_box(floor.find(text.as_bytes()))));
    });
    let mut asked = headers.iter().cycle();
    group.bench_function("admission", |bencher| {
        bencher.iter(|| asked.next().map(|header| seen(&door.pass(header))));
    });
    let stranger = stranger();
    let unknown = bearer(stranger.expose());
    group.bench_function("denial: a key that nobody knows", |bencher| {
        bencher.iter(|| seen(&door.pass(black_box(&unknown))));
    });
    let wrong = bearer(&stranger.expose().replace("sk_test_", "sk_live_"));
    group.bench_function("denial: a wrong checksum", |bencher| {
        bencher.iter(|| seen(&door.pass(black_box(&wrong))));
    });
    group.finish();
    Ok(())
}

/// The answer is made, and is not moved about for it.
fn seen(answer: &Result<Admission, Denial>) {
    black_box(answer);
}
