//! `keyway keys import`

mod csv;
mod file;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use self::file::{Line, read};
use crate::cli::place::PlaceArgs;
use crate::cli::reach::Api;
use crate::client::{Call, Failure};
use crate::print;

/// The largest file that is read; it holds more keys than are imported at once.
const LARGEST: u64 = 4 * 1024 * 1024;

#[derive(Args)]
pub(crate) struct Import {
    /// CSV with a header row, or JSON lines: `name`, `hash` and `algorithm` (sha256 or `hmac_sha256`) of
    /// each key, and `note`, `type`, `permissions`, `connect_permissions`, `ip_allowlist`, `expires_at`
    /// and `last4` where they are known
    file: PathBuf,
    /// Import the good lines of a file that has bad ones
    #[arg(long)]
    skip_bad: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

impl Import {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let (mut good, bad) = read(&self.text()?);
        let mut left_out = bad.len();
        self.tell_bad(&bad)?;
        if good.is_empty() {
            bail!("{} holds no key that could be imported", self.file.display());
        }
        let place = self.place.place(api)?;
        loop {
            let keys: Vec<Value> = good.iter().map(|line| line.key.clone()).collect();
            let call = Call::post("/keys/import")
                .with("keys", keys)
                .with_some("account", place.account.as_deref())
                .with_some("mode", place.mode.as_deref());
            let bad = match api.ask(call) {
                Ok(imported) => return tell(api, &imported, good.len(), left_out),
                Err(error) => bad_lines(error, &good)?,
            };
            left_out += bad.len();
            good.retain(|line| !bad.iter().any(|(number, _)| *number == line.number));
            self.tell_bad(&bad)?;
            if good.is_empty() {
                bail!("nothing was imported: no line is good");
            }
        }
    }

    fn text(&self) -> Result<String> {
        let named = || format!("cannot read {}", self.file.display());
        if std::fs::metadata(&self.file).with_context(named)?.len() > LARGEST {
            bail!("{} is too large; import it in parts", self.file.display());
        }
        std::fs::read_to_string(&self.file).with_context(named)
    }

    /// Tells what is wrong with which lines, and stops there unless they are to be left out.
    fn tell_bad(&self, bad: &[(usize, String)]) -> Result<()> {
        for (number, fault) in bad {
            print::tell(&format!("{}:{number}: {}", self.file.display(), print::plain(fault)));
        }
        match bad.len() {
            0 => Ok(()),
            _ if self.skip_bad => Ok(()),
            1 => bail!("nothing was imported: one line is bad; mend it, or say --skip-bad"),
            many => {
                bail!("nothing was imported: {many} lines are bad; mend them, or say --skip-bad")
            }
        }
    }
}

/// The lines that the API finds bad, if that is why it refused.
fn bad_lines(error: anyhow::Error, sent: &[Line]) -> Result<Vec<(usize, String)>> {
    let entries = match error.downcast_ref::<Failure>() {
        Some(Failure::Refused(refused)) => refused.entries(),
        Some(_) | None => &[],
    };
    let named = entries.iter().filter_map(|entry| {
        let line = sent.get(entry.index)?;
        Some((line.number, entry.message.clone()))
    });
    let bad: Vec<_> = named.collect();
    // Whatever names no line is no reason to ask again.
    if bad.is_empty() { Err(error) } else { Ok(bad) }
}

fn tell(api: &Api, imported: &Value, keys: usize, left_out: usize) -> Result<()> {
    let keys = if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") };
    let left_out = match left_out {
        0 => String::new(),
        1 => " One bad line was left out.".to_owned(),
        many => format!(" {many} bad lines were left out."),
    };
    api.tell_done(imported, &format!("Imported {keys}; their old values work.{left_out}"))
}
