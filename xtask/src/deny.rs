//! What dependencies bring with them: `deny.toml` says what is allowed.

use anyhow::Result;

use crate::shell;

const VERSION: &str = "0.20.2";

/// Checks all dependencies.
pub(crate) fn deny() -> Result<bool> {
    let program = shell::cargo_tool("cargo-deny", VERSION)?;
    let mut checks = vec!["advisories", "bans", "licenses", "sources"];
    let mut fetch = shell::command(&program);
    if let Err(error) = shell::output(fetch.args(["fetch", "db"])) {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default();
        shell::say(&format!(
            "xtask: advisories are not checked, their database is out of reach: {reason}"
        ));
        checks.retain(|check| *check != "advisories");
    }
    Ok(shell::command(&program).arg("check").args(checks).status()?.success())
}
