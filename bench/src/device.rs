//! A device under test: its processes, its port, and what it is expected to do.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

/// One way for a request to reach the API.
pub struct Device {
    /// What it is called in the table.
    pub name: &'static str,
    /// Where it listens.
    pub address: SocketAddr,
    /// Whether it refuses a wrong key.
    pub keyed: bool,
    /// The file of its access log, if it writes one.
    pub log: Option<PathBuf>,
    /// Its processes.
    pub programs: Vec<Program>,
}

impl Device {
    /// The ids of its processes, without their descendants.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        self.programs.iter().map(|program| program.child.id()).collect()
    }

    /// How long its log is; it is empty afterwards.
    ///
    /// # Errors
    /// When the log cannot be emptied.
    pub fn empty_log(&self) -> Result<u64> {
        let Some(log) = &self.log else { return Ok(0) };
        let file = File::options().write(true).open(log).context("the access log")?;
        let length = file.metadata()?.len();
        file.set_len(0)?;
        Ok(length)
    }
}

/// A running program. It is asked to end when dropped, and by the kernel when this process ends.
pub struct Program {
    child: Child,
}

impl Program {
    /// Starts a program on these cores; what it says goes to a file in its folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(
        cores: &[usize],
        folder: &Path,
        program: impl AsRef<Path>,
        arguments: &[&str],
    ) -> Result<Self> {
        let said = File::create(folder.join("said"))?;
        let cores: Vec<String> = cores.iter().map(usize::to_string).collect();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=TERM", "taskset", "--cpu-list", &cores.join(",")]);
        // A path is read where this was started, and not in the folder of the device.
        let is_path = program.as_ref().components().count() > 1;
        let program = program.as_ref();
        let program = if is_path { program.canonicalize()? } else { program.to_owned() };
        command.arg(&program).args(arguments).current_dir(folder);
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        let child = command.spawn().with_context(|| program.display().to_string())?;
        Ok(Self { child })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Some(id) = Pid::from_raw(self.child.id().cast_signed()) {
            // It may have ended already.
            let _asked = kill_process(id, Signal::TERM);
        }
        let _ended = self.child.wait();
    }
}

/// A port that nobody listens on.
///
/// # Errors
/// When there is none.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// A fresh folder for a device of that name, in words that stand in any configuration.
///
/// # Errors
/// When it cannot be made.
pub fn folder_of(base: &Path, name: &str) -> Result<PathBuf> {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    fresh(base.join(words.join("-")))
}

/// A fresh folder of that name.
///
/// # Errors
/// When it cannot be made.
pub fn fresh(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}
