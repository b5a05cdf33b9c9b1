//! The fuzz targets, each for a while.

use anyhow::{Context, Result, bail};

use crate::shell;

const VERSION: &str = "0.13.2";

/// Runs the named targets, or all.
pub(crate) fn fuzz(arguments: &[&str]) -> Result<bool> {
    let (seconds, wanted) = match arguments {
        ["--seconds", seconds, rest @ ..] => {
            (seconds.parse::<u32>().context("--seconds wants a number")?, rest)
        }
        rest => (60, rest),
    };
    let program = shell::cargo_tool("cargo-fuzz", VERSION)?;
    let nightly = || {
        let mut fuzz = shell::command(&program);
        // The fuzzer's instrumentation is not stable yet.
        fuzz.env("RUSTUP_TOOLCHAIN", "nightly").env_remove("CARGO");
        fuzz
    };
    let all = shell::output(nightly().arg("list"))?;
    let known: Vec<&str> = all.lines().collect();
    if let Some(unknown) = wanted.iter().find(|target| !known.contains(target)) {
        bail!("there is no fuzz target `{unknown}`; there are {}", known.join(", "));
    }
    let targets = if wanted.is_empty() { known.as_slice() } else { wanted };
    for target in targets {
        let mut run = nightly();
        run.args(["run", target, "--", &format!("-max_total_time={seconds}")]);
        shell::run(&mut run)?;
    }
    Ok(true)
}
