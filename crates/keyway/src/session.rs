//! The session that `keyway login` keeps: a file for its owner alone.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};

use crate::{folder, secrets};

/// A session, and where it was begun. It has no `Debug`: it opens the API.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    /// The address of the console; the token is sent nowhere else.
    pub(crate) url: String,
    /// The email address of whoever has signed in.
    pub(crate) email: String,
    /// What opens the API.
    pub(crate) token: String,
}

impl Session {
    /// The one that is kept, if there is one.
    pub(crate) fn read() -> Result<Option<Self>> {
        let file = file()?;
        if !file.try_exists().with_context(|| format!("cannot see {}", file.display()))? {
            return Ok(None);
        }
        let text = secrets::read_text(&file)?;
        let read = serde_json::from_str(&text);
        // What is wrong with it is not said: the token stands in it.
        let read = read.map_err(|_cause| {
            anyhow!("{} is no session; sign in anew with `keyway login`", file.display())
        });
        read.map(Some)
    }

    /// Keeps it.
    pub(crate) fn write(&self) -> Result<()> {
        let file = file()?;
        if let Some(folder) = file.parent() {
            folder::make(folder)?;
        }
        folder::write(&file, &serde_json::to_vec_pretty(self)?)
    }

    /// Keeps none any more.
    pub(crate) fn forget() -> Result<()> {
        let file = file()?;
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

fn file() -> Result<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let own = named("KEYWAY_CONFIG_DIR");
    // A relative one is to be ignored, says who invented it.
    let shared = named("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let home = || named("HOME").map(|home| home.join(".config"));
    let folder = own.or_else(|| shared.or_else(home).map(|folder| folder.join("keyway")));
    let folder =
        folder.context("there is no HOME; say in KEYWAY_CONFIG_DIR where to keep a session")?;
    Ok(folder.join("session.json"))
}
