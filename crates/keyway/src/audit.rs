//! `keyway audit`: whether what was written is still what was written.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use store::{Checkpoint, SignedCheckpoint, Store};

use crate::cli::AuditTask;
use crate::run::block_on;
use crate::settings;
use crate::world::CLOCKS;

/// Does what was asked, and says what came of it on standard output.
pub(crate) fn audit(task: &AuditTask) -> Result<()> {
    let told = match task {
        AuditTask::List(task) => return task.run(),
        AuditTask::Verify { config, checkpoint } => with_store(config, async |store: &Store| {
            let known = checkpoint.as_deref().map(|file| read(store, file)).transpose()?;
            let Checkpoint { events, .. } = verified(store, known).await?;
            Ok(format!("all {events} events are as they were written"))
        }),
        AuditTask::Checkpoint { config } => with_store(config, async |store: &Store| {
            let signed = store.sign(verified(store, None).await?, (CLOCKS.now)())?;
            Ok(serde_json::to_string(&signed)?)
        }),
    }?;
    writeln!(std::io::stdout(), "{told}").context("cannot write to standard output")
}

fn with_store(config: &Path, tell: impl AsyncFnOnce(&Store) -> Result<String>) -> Result<String> {
    let settings = settings::load(config)?;
    block_on(async {
        let store = settings.open_store().await?;
        let told = tell(&store).await;
        store.close().await;
        told
    })
}

async fn verified(store: &Store, known: Option<Checkpoint>) -> Result<Checkpoint> {
    store.verify_audit(known).await?.context("the audit cannot be believed")
}

fn read(store: &Store, file: &Path) -> Result<Checkpoint> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let signed: SignedCheckpoint =
        serde_json::from_str(&text).with_context(|| format!("{name} is no checkpoint"))?;
    store.believe(&signed).with_context(|| format!("cannot take {name}"))
}
