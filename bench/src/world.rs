//! A store full of keys, made through the doors that the product itself uses.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use fastrand::Rng;
use keys::{
    Asker, Belonging, Change, Command, Form, KeyValue, Kind, Livemode, Pepper, Peppers, Version,
};
use store::{SealingKey, Secrets, Store};

use crate::clock;
use crate::device::fresh;

/// Keys that an account is born with.
const BORN_WITH: usize = 4;

/// A store in a folder, and what its keys are.
pub struct World {
    /// The folder: `keyway.db`, `pepper` and `sealing`.
    pub folder: PathBuf,
    /// All key values; those that are asked with stand first.
    pub values: Vec<String>,
    /// A well-formed value that is no key's.
    pub stranger: String,
}

impl World {
    /// Makes a store of that many keys. The first `asked` values are secret keys of sandboxes, each
    /// of another account, spread over the whole.
    ///
    /// # Errors
    /// When the store cannot be made.
    pub fn make(folder: PathBuf, keys: usize, asked: usize) -> Result<Self> {
        let folder = fresh(folder)?;
        let mut random = Rng::with_seed(2026);
        let url = format!("sqlite:{}", folder.join("keyway.db").display());
        let secrets = secrets(&folder, &mut random)?;
        let accounts = keys.div_ceil(BORN_WITH);
        let every = (accounts / asked).max(1);
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        tokio::runtime::Runtime::new()?.block_on(async {
            let newest: Version = "2026-06-24.dahlia".parse()?;
            let store = Store::open(&url, secrets, newest).await?;
            for number in 0..accounts {
                let name = format!("Account {number}");
                let open = Command::OpenAccount { name, belonging: Belonging::Nobody };
                let mut entropy = |room: &mut [u8]| random.fill(room);
                let done = store
                    .carry_out(&Asker::system(), open, clock::time_of_day(), &mut entropy)
                    .await?;
                for minted in done.changes.into_iter().filter_map(Change::into_made) {
                    let value = minted.value;
                    let is_asked = number % every == 0
                        && first.len() < asked
                        && value.form() == SANDBOX_SECRET;
                    if is_asked { &mut first } else { &mut rest }.push(value.expose().to_owned());
                }
            }
            store.close().await;
            anyhow::Ok(())
        })?;
        let mut entropy = |room: &mut [u8]| random.fill(room);
        let stranger = KeyValue::mint(SANDBOX_SECRET, &mut entropy).expose().to_owned();
        first.append(&mut rest);
        Ok(Self { folder, values: first, stranger })
    }
}

impl World {
    /// The same once more: an SQLite file is one process's.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn twin(&self, folder: PathBuf) -> Result<Self> {
        let folder = fresh(folder)?;
        for file in ["keyway.db", "pepper", "sealing"] {
            std::fs::copy(self.folder.join(file), folder.join(file))?;
        }
        Ok(Self { folder, values: self.values.clone(), stranger: self.stranger.clone() })
    }
}

const SANDBOX_SECRET: Form = Form { kind: Kind::Secret, livemode: Livemode::Test };

/// Writes the files of both secrets as the program expects them.
pub(crate) fn secrets(folder: &Path, random: &mut Rng) -> Result<Secrets> {
    let mut secret = |name: &str| {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        let mut text = String::new();
        for byte in bytes {
            // Writing to a string cannot fail.
            let _written = write!(text, "{byte:02x}");
        }
        let file = folder.join(name);
        std::fs::write(&file, text)?;
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
        // The version by which the program knows a secret: 31 bits of its fingerprint.
        let version = Pepper::new(0, &bytes).fingerprint() & 0x7fff_ffff;
        anyhow::Ok((u32::try_from(version)?, bytes))
    };
    let (version, pepper) = secret("pepper").context("the pepper")?;
    let peppers = Peppers::new(Pepper::new(version, &pepper), None);
    let (version, sealing) = secret("sealing").context("the sealing key")?;
    Ok(Secrets { peppers, sealing: SealingKey::new(version, &sealing) })
}
