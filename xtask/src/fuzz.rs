//! The fuzz targets, each for a while.

use anyhow::{Context, Result, bail};

use crate::shell;

const VERSION: &str = "0.13.2";

/// Runs one target or all.
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
    let targets: Vec<&str> = match wanted {
        [] => all.lines().collect(),
        [target] if all.lines().any(|known| known == *target) => vec![*target],
        _ => bail!(
            "there is no such fuzz target; there are {}",
            all.lines().collect::<Vec<_>>().join(", ")
        ),
    };
    for target in targets {
        let mut run = nightly();
        run.args(["run", target, "--", &format!("-max_total_time={seconds}")]);
        shell::run(&mut run)?;
    }
    Ok(true)
}
