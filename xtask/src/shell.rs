//! Other programs: where they are, and what becomes of them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Says a line to whoever watches.
pub(crate) fn say(line: &str) {
    // With nobody left to tell, the exit code must do.
    let _told = writeln!(std::io::stderr(), "{}", line.trim_end());
}

/// The workspace.
pub(crate) fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    let set = std::env::var_os("CARGO_TARGET_DIR");
    // An absolute one takes the place of the workspace.
    workspace().join(set.unwrap_or_else(|| "target".into()))
}

/// Where tools are installed that are no part of the system.
pub(crate) fn tools() -> PathBuf {
    target().join("test-tools")
}

/// A command in the workspace.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace()).stdin(Stdio::null());
    command
}

/// Cargo, the one that runs this.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Where a program is among those that can be called by name.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // A user's own PATH often leaves the servers out.
    let servers = ["/usr/sbin".into(), "/usr/local/sbin".into()];
    std::env::split_paths(&path)
        .chain(servers)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Runs a program that must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| described(command))?;
    if !status.success() {
        bail!("{}: {status}", described(command));
    }
    Ok(())
}

/// What a program prints that must succeed; its last complaint is part of the error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| described(command))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let last = complaint.lines().rev().find(|line| !line.trim().is_empty());
        bail!("{}: {}: {}", described(command), output.status, last.unwrap_or("it said nothing"));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A cargo subcommand of that version, installed if it is not there.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let own = tools().join("bin").join(name);
    for program in which(name).into_iter().chain([own.clone()]) {
        let fits = |told: &String| told.split_whitespace().any(|word| word == version);
        if output(command(&program).arg("--version")).is_ok_and(|told| fits(&told)) {
            return Ok(program);
        }
    }
    let mut install = cargo();
    install.args(["install", "--locked", name, "--version", version, "--root"]).arg(tools());
    run(&mut install)?;
    Ok(own)
}

fn described(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    format!("`{}`", words.join(" "))
}
