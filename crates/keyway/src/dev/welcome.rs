//! What a person is told when everything runs.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

use crate::folder;
use crate::run::Addresses;

/// Writes down where things are, and greets.
pub(super) fn welcome(file: &Path, at: Addresses) -> Result<()> {
    let mut world = read(file)?;
    let told = world.as_object_mut().ok_or_else(|| anyhow!("{} is no object", file.display()))?;
    told.insert("gateway_url".to_owned(), format!("http://{}", at.gateway).into());
    told.insert("console_url".to_owned(), format!("http://{}", at.console).into());
    told.insert("operations_url".to_owned(), format!("http://{}", at.operations).into());
    folder::write(file, &serde_json::to_vec_pretty(&world)?)?;
    let greeting = greeting(&world, at, file);
    let mut out = std::io::stdout().lock();
    out.write_all(greeting.as_bytes()).and_then(|()| out.flush()).context("cannot greet")
}

/// What was told before.
pub(super) fn read(file: &Path) -> Result<Value> {
    let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} was changed by hand and is no JSON any more", file.display()))
}

fn greeting(world: &Value, at: Addresses, file: &Path) -> String {
    let key = |kind: &str| {
        let place = format!("/accounts/0/sandbox/{kind}");
        world.pointer(&place).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (secret, publishable) = (key("secret"), key("publishable"));
    let Addresses { gateway, console, operations } = at;
    let file = file.display();
    format!(
        "
  Keyway is running.

    gateway      http://{gateway}
    console      http://{console}
    operations   http://{operations}/metrics

  Test keys of the platform account (all keys are in {file}):

    publishable  {publishable}
    secret       {secret}

  A first call:

    curl http://{gateway}/v1/balance -u {secret}:

"
    )
}
