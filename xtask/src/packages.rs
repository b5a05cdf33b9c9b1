//! Debian's packages.

use std::cell::OnceCell;
use std::os::unix::fs::MetadataExt;

use anyhow::{Result, bail};

use crate::shell;

/// Installs packages where that can be done: on Debian, as root.
pub(crate) struct Packages {
    listed: OnceCell<()>,
}

impl Packages {
    pub(crate) fn new() -> Self {
        Self { listed: OnceCell::new() }
    }

    /// Installs packages unless they are there already, which the caller knows to tell.
    pub(crate) fn install(&self, packages: &[&str]) -> Result<()> {
        if shell::which("apt-get").is_none() {
            bail!("this is not Debian");
        }
        if !is_root() {
            bail!("only root can install {}", packages.join(" "));
        }
        if self.listed.get().is_none() {
            apt(&["update"])?;
            self.listed.get_or_init(|| ());
        }
        apt(&[&["install", "--no-install-recommends"], packages].concat())
    }

    /// Installs the packages that bring programs unless those can be called.
    pub(crate) fn provide(&self, programs: &[&str], packages: &[&str]) -> Result<()> {
        if programs.iter().all(|program| shell::which(program).is_some()) {
            return Ok(());
        }
        self.install(packages)
    }
}

/// Whether this process is root's.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut apt = shell::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args(["--yes", "--quiet=2"]).args(arguments);
    shell::output(&mut apt).map(drop)
}
