//! Files and folders that are for their owner alone.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result, bail};

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
        fs::rename(&beside, file)?;
        sync(file)
    };
    written().with_context(|| format!("cannot write {}", file.display()))
}

/// Puts a file that is whole in its place, where it stays whatever happens.
pub(crate) fn put_in_place(whole: &Path, place: &Path) -> Result<()> {
    let put = fs::rename(whole, place).and_then(|()| sync(place));
    put.with_context(|| format!("cannot put {} in its place", place.display()))
}

/// Takes a folder for this process alone; it is held as long as the file is.
pub(crate) fn take(folder: &Path) -> Result<File> {
    let lock = folder.join("lock");
    let mut options = File::options();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(&lock);
    let file = file.with_context(|| format!("cannot write {}", lock.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another process uses the folder {}", folder.display())
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("cannot lock {}", lock.display()))
        }
    }
}

/// A name is on the disk when its folder is.
fn sync(named: &Path) -> std::io::Result<()> {
    match named.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}
