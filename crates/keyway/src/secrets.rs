//! The pepper and the sealing key: 32 bytes each, in hex, in files that only their owner can read or
//! in the environment.

use std::fmt;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use keys::{Pepper, Peppers};
use store::{SealingKey, Secrets};
use zeroize::Zeroizing;

use crate::{folder, world};

/// 32 secret bytes.
type Bytes = Zeroizing<[u8; 32]>;

/// Where the secrets are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretSources<'s> {
    /// What keys are digested under.
    pub(crate) pepper: SecretSource<'s>,
    /// What they were digested under before.
    pub(crate) previous_pepper: Option<SecretSource<'s>>,
    /// What the system digested its keys under that some are imported from.
    pub(crate) import_pepper: Option<SecretSource<'s>>,
    /// What values are sealed under.
    pub(crate) sealing: SecretSource<'s>,
}

/// Where one secret is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SecretSource<'s> {
    /// In a file of its own.
    File(&'s Path),
    /// In a variable of the environment, of that name.
    Variable(&'static str, &'s Hex),
}

/// What is meant to be the digits of a secret: wiped when dropped, never printed.
#[derive(Clone, PartialEq)]
pub(crate) struct Hex(Zeroizing<String>);

impl Hex {
    pub(crate) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hex")
    }
}

impl<'s> SecretSource<'s> {
    /// The variable if it is set, else the file.
    pub(crate) fn of(name: &'static str, variable: Option<&'s Hex>, file: &'s Path) -> Self {
        variable.map_or(Self::File(file), |hex| Self::Variable(name, hex))
    }

    /// The same of a secret that there need not be.
    pub(crate) fn of_any(
        name: &'static str,
        variable: Option<&'s Hex>,
        file: Option<&'s Path>,
    ) -> Option<Self> {
        let variable = variable.map(|hex| Self::Variable(name, hex));
        variable.or_else(|| file.map(Self::File))
    }

    fn read(self) -> Result<Bytes> {
        match self {
            Self::File(file) => read(file),
            Self::Variable(name, hex) => decode(hex.0.trim()).ok_or_else(|| not_hex(&name)),
        }
    }

    /// A secret of another system, which may have any length.
    fn read_any(self) -> Result<Zeroizing<Vec<u8>>> {
        let bytes = match self {
            Self::File(file) => decode_any(read_text(file)?.trim()),
            Self::Variable(_, hex) => decode_any(hex.0.trim()),
        };
        bytes.ok_or_else(|| anyhow!("{self} must hold the old pepper in hex digits"))
    }
}

impl fmt::Display for SecretSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Variable(name, _) => f.write_str(name),
        }
    }
}

impl SecretSources<'_> {
    /// Reads them.
    pub(crate) fn read(&self) -> Result<Secrets> {
        let pepper = |source: SecretSource<'_>| {
            source.read().map(|bytes| Pepper::new(version(&bytes), &bytes))
        };
        let previous = self.previous_pepper.map(pepper).transpose()?;
        let imported = self.import_pepper.map(SecretSource::read_any).transpose()?;
        let imported = imported.map(|bytes| Pepper::of_any_length(0, &bytes));
        let peppers = Peppers::new(pepper(self.pepper)?, previous).importing(imported);
        let sealing = self.sealing.read()?;
        Ok(Secrets { peppers, sealing: SealingKey::new(version(&sealing), &sealing) })
    }
}

/// Makes secret files that are not there.
pub(crate) fn make(files: [&Path; 2]) -> Result<()> {
    for file in files {
        if !file.exists() {
            folder::write(file, new().as_bytes())?;
        }
    }
    Ok(())
}

/// Prints a new one on standard output.
pub(crate) fn print_new() -> Result<()> {
    std::io::stdout().write_all(new().as_bytes()).context("cannot write to standard output")
}

fn new() -> Zeroizing<String> {
    use std::fmt::Write as _;
    let mut bytes = Bytes::default();
    world::random(bytes.as_mut());
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bytes.iter() {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text.push('\n');
    text
}

fn read(file: &Path) -> Result<Bytes> {
    let named = || format!("the secret file {}", file.display());
    decode(read_text(file)?.trim()).ok_or_else(|| not_hex(&named()))
}

/// The text of a secret file without the end of its line, if its owner alone can read it.
pub(crate) fn read_text(file: &Path) -> Result<Zeroizing<String>> {
    let named = || format!("the secret file {}", file.display());
    let mode = std::fs::metadata(file).with_context(|| format!("cannot read {}", named()))?.mode();
    if mode & 0o077 != 0 {
        bail!("{} can be read by others; run `chmod 600 {}`", named(), file.display());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", named()))?;
    let text = Zeroizing::new(text);
    let text = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if text.is_empty() {
        bail!("{} is empty", named());
    }
    Ok(text)
}

fn not_hex(named: &dyn fmt::Display) -> anyhow::Error {
    anyhow!("{named} must hold 64 hex digits; make them with `keyway secret`")
}

fn decode(text: &str) -> Option<Bytes> {
    let bytes: Option<[u8; 32]> = decode_any(text)?.first_chunk().copied();
    bytes.filter(|bytes| text.len() == 2 * bytes.len()).map(Zeroizing::new)
}

fn decode_any(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    // Room for all of it from the start: a growing list would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        let digit = |digit: u8| char::from(digit).to_digit(16).map(u8::try_from);
        match (digit(*high)?, digit(*low)?) {
            (Ok(high), Ok(low)) => bytes.push(high * 16 + low),
            _ => return None,
        }
    }
    Some(bytes).filter(|bytes| !bytes.is_empty())
}

/// What tells secrets apart without telling anything of them: 31 bits of a digest.
fn version(secret: &[u8; 32]) -> u32 {
    let digest = Pepper::new(0, secret).fingerprint();
    u32::try_from(digest & 0x7fff_ffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_secret_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pepper");
        folder::write(&file, new().as_bytes()).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.trim().len(), 64);
        assert_eq!(read(&file).unwrap()[0], u8::from_str_radix(&text[..2], 16).unwrap());
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pepper");
        folder::write(&file, new().as_bytes()).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("can be read by others"));
        folder::write(&file, b"too short").unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("64 hex digits"));
    }
}
