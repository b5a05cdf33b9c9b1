//! The member that a command is about.

use anyhow::{Context, Result, bail};
use clap::Args;
use keys::{Realm, Role, UserId};
use serde_json::Value;

use crate::cli::reach::Api;
use crate::client::Call;
use crate::print::text;

/// The member that a command is about.
#[derive(Args)]
pub(super) struct Who {
    /// Of what: `org_…`, `acct_…` or `sbx_…`
    realm: Realm,
    /// Who: an email address or `usr_…`
    member: String,
    /// As what, where they are several things there
    #[arg(long = "as", value_name = "ROLE")]
    role: Option<Role>,
}

impl Who {
    /// The one member that is meant, as the API tells of it.
    pub(super) fn find(&self, api: &Api) -> Result<Value> {
        let call = Call::get("/members").about("realm", Some(self.realm));
        let list = api.pages(call, usize::MAX)?;
        let entries = list.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let found: Vec<_> = entries.iter().filter(|member| self.is(member)).collect();
        match found.as_slice() {
            [member] => Ok((*member).clone()),
            [] => bail!("{} has no such member", self.realm),
            _ => bail!("{} is several things there; say which: --as ROLE", self.member),
        }
    }

    fn is(&self, member: &Value) -> bool {
        let is = |field: &str, said: &str| member.get(field).and_then(Value::as_str) == Some(said);
        let email = self.member.to_lowercase();
        (is("user", &self.member) || is("email", &email))
            && self.role.is_none_or(|role| is("role", role.as_str()))
            && is("realm", &self.realm.to_string())
    }
}

/// Where the API has it.
pub(super) fn path(member: &Value) -> Result<String> {
    let said = |field: &str| member.get(field).and_then(Value::as_str).unwrap_or_default();
    let whole = "the API tells of a member that cannot be named";
    let realm: Realm = said("realm").parse().context(whole)?;
    let user: UserId = said("user").parse().context(whole)?;
    let role: Role = said("role").parse().context(whole)?;
    Ok(format!("/members/{realm}/{user}/{}", role.as_str()))
}

/// How a member is called in a sentence.
pub(super) fn called(member: &Value) -> String {
    let [email, role, realm] = ["email", "role", "realm"].map(|field| text(member, field));
    format!("{email}, {role} of {realm}")
}
