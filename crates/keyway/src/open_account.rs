//! `keyway open-account`: the first account of a new store.

use std::io::Write;

use anyhow::{Context, Result, bail};
use keys::{Asker, Belonging, Change, Command, OrganizationId};
use serde_json::json;
use store::Store;

use crate::cli::OpenAccountTask;
use crate::dev::{Opened, opened_organization};
use crate::run::block_on;
use crate::settings;
use crate::world::{self, CLOCKS};

/// Opens an account and prints its keys, once.
pub(crate) fn open_account(task: &OpenAccountTask) -> Result<()> {
    let settings = settings::load(&task.config)?;
    let changes = block_on(async {
        let store = settings.open_store().await?;
        let changes = open(&store, task).await;
        store.close().await;
        changes
    })?;
    let opened = Opened::of(changes)?;
    let mut told = opened.told();
    if let Some(told) = told.as_object_mut() {
        told.insert("organization".to_owned(), json!(opened.organization));
    }
    let text = if task.json { told.to_string() } else { for_people(&told) };
    writeln!(std::io::stdout(), "{text}").context("cannot write to standard output")
}

async fn open(store: &Store, task: &OpenAccountTask) -> Result<Vec<Change>> {
    let belonging = match &task.organization {
        Some(name) => Belonging::Organization(organization(store, name).await?),
        None => Belonging::Nobody,
    };
    let command = Command::OpenAccount { name: task.name.clone(), belonging };
    Ok(store
        .carry_out(&Asker::system(), command, (CLOCKS.now)(), &mut world::random)
        .await?
        .changes)
}

/// The organization of that name; it is founded if there is none.
async fn organization(store: &Store, name: &str) -> Result<OrganizationId> {
    let all = store.organizations().await?;
    let mut named = all.iter().filter(|organization| organization.name == name);
    match (named.next(), named.next()) {
        (Some(found), None) => Ok(found.id),
        (Some(_), Some(_)) => bail!("several organizations are called `{name}`"),
        (None, _) => {
            let command = Command::OpenOrganization { name: name.to_owned() };
            let done = store
                .carry_out(&Asker::system(), command, (CLOCKS.now)(), &mut world::random)
                .await?;
            opened_organization(&done.changes)
        }
    }
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
