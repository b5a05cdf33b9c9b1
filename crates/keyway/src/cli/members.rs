//! `keyway members`

mod found;
mod invitations;

use anyhow::Result;
use clap::{Args, Subcommand};
use keys::{EmailAddress, InvitationId, Realm, Role};
use serde_json::Value;

use super::consent::Consent;
use super::reach::Reach;
use crate::client::Call;
use crate::print::{moment, table, text};
use found::Who;

/// Members, and what is done with them.
#[derive(Args)]
pub(crate) struct Members {
    #[command(flatten)]
    reach: Reach,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List the members of an organization, an account or a sandbox
    List {
        /// `org_…`, `acct_…` or `sbx_…`
        realm: Realm,
    },
    /// Invite somebody by email
    Invite {
        /// `org_…`, `acct_…` or `sbx_…`
        realm: Realm,
        /// Whom
        email: EmailAddress,
        /// What they will be, as `developer`
        role: Role,
    },
    /// List the invitations that nobody has accepted yet
    Invitations {
        /// `org_…`, `acct_…` or `sbx_…`
        realm: Realm,
    },
    /// Take an invitation back
    Uninvite {
        /// `inv_…`
        invitation: InvitationId,
    },
    /// Give a member another role
    Role {
        #[command(flatten)]
        who: Who,
        /// What they will be instead, as `developer`
        #[arg(long, value_name = "ROLE")]
        to: Role,
    },
    /// Remove a member
    Remove {
        #[command(flatten)]
        who: Who,
        #[command(flatten)]
        consent: Consent,
    },
}

impl Members {
    /// Does it.
    pub(crate) fn run(&self) -> Result<()> {
        let api = self.reach.api()?;
        match &self.task {
            Task::List { realm } => {
                let call = Call::get("/members").about("realm", Some(realm));
                let list = api.pages(call, usize::MAX)?;
                api.tell_list(&list, |members| {
                    let names = ["user", "email", "name", "role", "since"];
                    table(names, members.iter().map(row))
                })
            }
            Task::Invite { realm, email, role } => invitations::invite(&api, *realm, email, *role),
            Task::Invitations { realm } => invitations::list(&api, *realm),
            Task::Uninvite { invitation } => invitations::withdraw(&api, *invitation),
            Task::Role { who, to } => {
                let member = who.find(&api)?;
                let call = Call::post(found::path(&member)?).with("role", to.as_str());
                let said = api.ask(call)?;
                let (email, realm) = (text(&member, "email"), text(&said, "realm"));
                api.tell_done(&said, &format!("{email} is {} of {realm} now.", text(&said, "role")))
            }
            Task::Remove { who, consent } => {
                let member = who.find(&api)?;
                let called = found::called(&member);
                consent.by_yes(&format!("This removes whoever is {called}."))?;
                let said = api.ask(Call::delete(found::path(&member)?))?;
                api.tell_done(&said, &format!("Removed {called}."))
            }
        }
    }
}

fn row(member: &Value) -> [String; 5] {
    let said = |field| text(member, field);
    [said("user"), said("email"), said("name"), said("role"), moment(member, "since")]
}
