//! `keyway open-account`: the first account of a new store.

use std::io::Write;

use anyhow::{Context, Result};
use keys::{Belonging, Command};

use crate::cli::OpenAccountTask;
use crate::dev::Opened;
use crate::run::block_on;
use crate::settings;
use crate::world::{self, CLOCKS};

/// Opens an account and prints its keys, once.
pub(crate) fn open_account(task: &OpenAccountTask) -> Result<()> {
    let settings = settings::load(&task.config)?;
    let changes = block_on(async {
        let store = settings.open_store().await?;
        let command =
            Command::OpenAccount { name: task.name.clone(), belonging: Belonging::Nobody };
        let done = store.carry_out(command, (CLOCKS.now)(), &mut world::random).await;
        store.close().await;
        anyhow::Ok(done?.changes)
    })?;
    let told = Opened::of(changes)?.told();
    let text = if task.json { told.to_string() } else { for_people(&told) };
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}

fn for_people(told: &serde_json::Value) -> String {
    let text = |place: &str| told.pointer(place).and_then(|text| text.as_str()).unwrap_or_default();
    format!(
        "account {}\n\nThese keys are shown once. Save them now.\n\n  live     {}\n           {}\n  sandbox  {}\n           {}",
        text("/id"),
        text("/live/secret"),
        text("/live/publishable"),
        text("/sandbox/secret"),
        text("/sandbox/publishable"),
    )
}
