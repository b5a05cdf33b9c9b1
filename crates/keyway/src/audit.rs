//! `keyway audit`: whether what was written is still what was written.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use store::{Checkpoint, SignedCheckpoint, Store};

use crate::cli::AuditTask;
use crate::run::block_on;
use crate::settings;
use crate::world::CLOCKS;

/// Verifies the audit, and says what it was asked for on standard output.
pub(crate) fn audit(task: &AuditTask) -> Result<()> {
    let (AuditTask::Verify { config, .. } | AuditTask::Checkpoint { config }) = task;
    let settings = settings::load(config)?;
    let told = block_on(async {
        let store = settings.open_store().await?;
        let told = tell(&store, task).await;
        store.close().await;
        told
    })?;
    writeln!(std::io::stdout(), "{told}").context("cannot write to standard output")
}

async fn tell(store: &Store, task: &AuditTask) -> Result<String> {
    match task {
        AuditTask::Verify { checkpoint, .. } => {
            let known = checkpoint.as_deref().map(|file| read(store, file)).transpose()?;
            let Checkpoint { events, .. } = verified(store, known).await?;
            Ok(format!("all {events} events are as they were written"))
        }
        AuditTask::Checkpoint { .. } => {
            let signed = store.sign(verified(store, None).await?, (CLOCKS.now)())?;
            Ok(serde_json::to_string(&signed)?)
        }
    }
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
