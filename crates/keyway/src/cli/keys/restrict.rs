//! `keyway keys restrict`

use anyhow::Result;
use clap::Args;

use super::list::addresses;
use super::named::{Named, called};
use crate::cli::reach::Api;
use crate::client::Call;

#[derive(Args)]
#[command(
    override_usage = "keyway keys restrict <KEY> <ADDRESS>...\n       keyway keys restrict <KEY> --anywhere"
)]
pub(crate) struct Restrict {
    #[command(flatten)]
    key: Named,
    #[command(flatten)]
    from: From,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct From {
    /// All addresses and ranges that the key may be used from, as 100.10.38.255 or 100.10.38.0/24
    #[arg(value_name = "ADDRESS")]
    addresses: Vec<String>,
    /// Take the restriction away: the key may be used from anywhere
    #[arg(long)]
    anywhere: bool,
}

impl Restrict {
    pub(super) fn run(&self, api: &Api) -> Result<()> {
        let only = (!self.from.anywhere).then(|| self.from.addresses.clone());
        let key = api.ask(Call::post(self.key.path("")).with("ip_allowlist", only))?;
        let (called, from) = (called(&key), addresses(&key));
        api.tell_done(&key, &format!("From now on {called} can be used from {from}."))
    }
}
