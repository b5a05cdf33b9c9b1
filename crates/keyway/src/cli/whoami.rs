//! `keyway whoami`

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use super::reach::Reach;
use crate::client::Call;
use crate::print::{self, lines, table, text};

#[derive(Args)]
pub(crate) struct WhoAmI {
    #[command(flatten)]
    reach: Reach,
}

impl WhoAmI {
    /// Tells who is signed in where, and what they are there.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        let user = api.ask(Call::get("/user"))?;
        if api.is_for_programs() {
            return print::json(&user);
        }
        let told = lines(&[
            ("console", api.client().address().to_string()),
            ("id", text(&user, "id")),
            ("email", text(&user, "email")),
            ("name", text(&user, "name")),
            ("authenticator", text(&user, "authenticator")),
        ]);
        let roles = user.get("memberships").and_then(Value::as_array);
        let roles = roles.map_or(&[][..], Vec::as_slice).iter();
        let roles = roles.map(|role| [text(role, "realm"), text(role, "role")]);
        print::out(&format!("{told}\n\n{}", table(["member of", "as"], roles)))
    }
}
