//! One process per SQLite file: a lock file beside the database.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::StoreError;

/// Only its owner may read and write it.
const OWNER_ONLY: u32 = 0o600;

/// Makes sure that the database file exists and that nobody else may read it.
pub(crate) fn make_private(database: &Path) -> Result<(), StoreError> {
    open_private(database)
        .and_then(|file| file.set_permissions(Permissions::from_mode(OWNER_ONLY)))
        .map_err(|cause| unreachable_file(database, &cause))
}

/// Takes the lock; it is held as long as the file is open, and the system drops it with the process.
pub(crate) fn take(database: &Path) -> Result<File, StoreError> {
    let mut lock = database.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let file = open_private(&lock).map_err(|cause| unreachable_file(&lock, &cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { lock }),
        Err(TryLockError::Error(cause)) => Err(unreachable_file(&lock, &cause)),
    }
}

fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(OWNER_ONLY).open(path)
}

fn unreachable_file(path: &Path, cause: &io::Error) -> StoreError {
    StoreError::Unreachable { cause: format!("{}: {cause}", path.display()).into() }
}
