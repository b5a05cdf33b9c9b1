//! Files and folders that are for their owner alone.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result};

/// Makes a folder, if it is not there.
pub(crate) fn make(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// Writes a file whole: readers see the old content or the new one.
pub(crate) fn write(file: &Path, content: &[u8]) -> Result<()> {
    let written = || -> std::io::Result<()> {
        let beside = file.with_extension("new");
        let mut options = File::options();
        let mut new = options.write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        new.set_permissions(Permissions::from_mode(0o600))?;
        new.write_all(content)?;
        new.sync_all()?;
        fs::rename(&beside, file)
    };
    written().with_context(|| format!("cannot write {}", file.display()))
}
