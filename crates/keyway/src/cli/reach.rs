//! What all commands that talk to the management API can be told.

use std::env::VarError;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::client::{Address, Call, Client, Credential, Failure, Refused};
use crate::print;
use crate::session::Session;
use crate::settings::client_tls;
use crate::terminal::Terminal;

/// Where `keyway dev` serves.
const USUAL: &str = "http://127.0.0.1:4242";

/// What holds a key, or the token of a session.
pub(crate) const KEY: &str = "KEYWAY_API_KEY";

/// Where the API is, and how its answers are told.
#[derive(Args)]
pub(crate) struct Reach {
    /// The address of the console; else `KEYWAY_URL`, where you signed in, or `http://127.0.0.1:4242`
    #[arg(long, global = true, help_heading = "How the API is asked", value_name = "URL")]
    url: Option<String>,
    /// Speak plain HTTP to another machine: whoever is on the way can read your key
    #[arg(long, global = true, help_heading = "How the API is asked")]
    insecure_http: bool,
    /// Believe this authority (PEM), too, when the console speaks TLS
    #[arg(long, global = true, help_heading = "How the API is asked", value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Print what the API answers, in JSON
    #[arg(long, global = true, help_heading = "How the API is asked")]
    pub(crate) json: bool,
    /// The code, where one is asked for and there is no terminal to ask at
    #[arg(long, global = true, help_heading = "How the API is asked", value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// The name of a request whose outcome is not known: it is asked about, and not done twice
    #[arg(long, global = true, help_heading = "How the API is asked", value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// The API, reached by somebody who may ask it.
pub(crate) struct Api {
    client: Client,
    json: bool,
    code: Option<String>,
    idempotency_key: Option<String>,
}

impl Reach {
    /// The API, with the key of `KEYWAY_API_KEY` or the session that is kept.
    pub(crate) fn api(&self) -> Result<Api> {
        let session = Session::read();
        let kept = session.as_ref().map_or(None, Option::as_ref);
        let address = self.address(kept)?;
        let credential = match environment(KEY)? {
            Some(key) => Credential::new(key.trim()),
            None => match session? {
                Some(kept) if kept.url == address.to_string() => Credential::new(&kept.token),
                Some(_) | None => bail!(Failure::NotSignedIn(address.to_string())),
            },
        };
        let client = self.client(address, Some(credential))?;
        let (code, idempotency_key) = (self.code.clone(), self.idempotency_key.clone());
        Ok(Api { client, json: self.json, code, idempotency_key })
    }

    /// The API, for somebody who has yet to sign in.
    pub(crate) fn stranger(&self) -> Result<Client> {
        self.client(self.address(None)?, None)
    }

    /// What reaches the API at that address.
    pub(crate) fn client(
        &self,
        address: Address,
        credential: Option<Credential>,
    ) -> Result<Client> {
        if address.is_readable_on_the_way() && !self.insecure_http {
            bail!(
                "{address} is another machine, and http would show it your key or password on the way; use https (or say --insecure-http)"
            );
        }
        Client::new(address, credential, client_tls(self.ca_file.as_deref())?)
    }

    fn address(&self, kept: Option<&Session>) -> Result<Address> {
        if let Some(said) = &self.url {
            return said.parse();
        }
        match environment("KEYWAY_URL")? {
            Some(said) => said.parse().context("KEYWAY_URL"),
            None => kept.map_or(USUAL, |kept| &kept.url).parse(),
        }
    }
}

impl Api {
    /// What reaches it.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Whether a program reads what is told.
    pub(crate) fn is_for_programs(&self) -> bool {
        self.json
    }

    /// Asks. Where a verification code is wanted it is asked for at the terminal, and the same is
    /// asked again with it.
    pub(crate) fn ask(&self, call: Call) -> Result<Value> {
        let repeated = self.idempotency_key.as_deref();
        let mut call = call.repeating(repeated).verified_by(self.code.clone());
        loop {
            let failure = match self.client.send(&call) {
                Ok(said) => return Ok(said),
                Err(failure) => failure,
            };
            let Failure::Refused(refused) = &failure else { bail!(failure) };
            if !wants_code(refused) {
                bail!(failure)
            }
            print::tell(&refused.to_string());
            let terminal = Terminal::there().context(SAY_CODE)?;
            let code = terminal.line("Verification code: ")?;
            call = call.verified_by(Some(code));
        }
    }

    /// The pages of a list, up to that many entries.
    pub(crate) fn pages(&self, call: Call, most: usize) -> Result<Value> {
        Ok(self.client.pages(call, most)?)
    }

    /// Tells a list: as it is to programs, as a table to people.
    pub(crate) fn tell_list(
        &self,
        list: &Value,
        table: impl FnOnce(&[Value]) -> String,
    ) -> Result<()> {
        if self.json {
            return print::json(list);
        }
        let entries = list.get("data").and_then(Value::as_array);
        print::out(&table(entries.map_or(&[], Vec::as_slice)))?;
        if list.get("has_more").and_then(Value::as_bool) == Some(true) {
            print::tell("There are more; a higher --limit shows them.");
        }
        Ok(())
    }

    /// Tells that something was done: the thing itself to programs, a sentence to people.
    pub(crate) fn tell_done(&self, said: &Value, sentence: &str) -> Result<()> {
        if said.get("in_force").and_then(Value::as_bool) == Some(false) {
            print::tell(
                "It is kept; one gateway was not heard of in time and may admit by the old state a little longer.",
            );
        }
        if self.json {
            return print::json(said);
        }
        print::tell(sentence);
        Ok(())
    }
}

/// A variable that says something. What it says is not told when it is unreadable.
pub(crate) fn environment(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(said) => Ok(Some(said).filter(|said| !said.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => bail!("{name} is no text"),
    }
}

/// A code is good for the request that it was sent for, to the second.
const SAY_CODE: &str = "there is no terminal to ask for the code at; repeat the command with --code, times said by --at";

fn wants_code(refused: &Refused) -> bool {
    ["verification_required", "verification_failed"].contains(&refused.code())
}
