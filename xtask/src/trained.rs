//! A build that has seen itself at work: profile-guided optimization, of two builds with a training
//! between them.
//!
//! It takes twice as long as a release build, and half a minute. What it learnt is which ways are
//! gone often; what the program does is the same.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::packages::Packages;
use crate::shell;

/// Builds it, and says where it is.
pub(crate) fn trained() -> Result<bool> {
    shell::say(&format!("xtask: it is {}", build()?.display()));
    Ok(true)
}

/// Builds it; where it is.
pub(crate) fn build() -> Result<PathBuf> {
    let folder = shell::target().join("trained");
    let (seen, merged) = (folder.join("seen"), folder.join("seen.profdata"));
    let joiner = merger()?;
    Packages::new().provide(&["taskset"], &["util-linux"])?;
    if seen.exists() {
        std::fs::remove_dir_all(&seen)?;
    }
    let watching = compile(&folder.join("watching"), "generate", &seen)?;
    let mut train = shell::cargo();
    train.args(["run", "--release", "--package", "bench", "--bin", "train", "--"]);
    shell::run(train.arg(&watching).arg("--folder").arg(folder.join("world")))?;
    shell::run(shell::command(&joiner).arg("merge").arg("-o").arg(&merged).arg(&seen))?;
    let built = compile(&folder.join("build"), "use", &merged)?;
    let product = folder.join("keyway");
    std::fs::copy(built, &product)?;
    Ok(product)
}

/// Builds the program with what the compiler is to do about a profile.
fn compile(target: &Path, how: &str, profile: &Path) -> Result<PathBuf> {
    // Named, so that what is built for the build itself neither watches nor is watched.
    let host = shell::output(shell::command("rustc").args(["--print", "host-tuple"]))?;
    let mut cargo = shell::cargo();
    cargo.args(["build", "--release", "--package", "keyway", "--target", &host]);
    cargo.env("CARGO_TARGET_DIR", target);
    cargo.env("RUSTFLAGS", format!("-Cprofile-{how}={}", profile.display()));
    shell::run(&mut cargo)?;
    Ok(target.join(host).join("release/keyway"))
}

/// What makes one profile of many, of the very version of the compiler.
fn merger() -> Result<PathBuf> {
    let libraries = shell::output(shell::command("rustc").args(["--print", "target-libdir"]))?;
    let folder = Path::new(&libraries).parent().context("where the compiler is")?;
    let program = folder.join("bin/llvm-profdata");
    if !program.exists() {
        shell::run(shell::command("rustup").args(["component", "add", "llvm-tools"]))?;
    }
    Ok(program)
}
