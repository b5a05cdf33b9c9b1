//! `keyway login`

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;
use zeroize::Zeroizing;

use super::reach::{KEY, Reach, environment};
use crate::client::{Call, Client, Failure};
use crate::print;
use crate::session::Session;
use crate::terminal::Terminal;

#[derive(Args)]
pub(crate) struct Login {
    #[command(flatten)]
    reach: Reach,
    /// Your email address
    #[arg(long)]
    email: Option<String>,
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

impl Login {
    /// Signs in, and keeps the session.
    pub(crate) fn run(&self) -> Result<()> {
        let client = self.reach.stranger()?;
        let email = match &self.email {
            Some(email) => email.clone(),
            None => terminal("an email address", "--email")?.line("Email: ")?,
        };
        let said = self.sign_in(&client, &email)?;
        let token = said.get("token").and_then(Value::as_str).context("the API gave no token")?;
        let url = client.address().to_string();
        let session = Session { url, email, token: token.to_owned() };
        session.write()?;
        if environment(KEY)?.is_some() {
            print::tell(
                "As long as KEYWAY_API_KEY is set, commands use that and not this session.",
            );
        }
        if self.reach.json {
            return print::json(&without_token(said));
        }
        print::tell(&format!("Signed in to {} as {}.", session.url, session.email));
        Ok(())
    }

    /// The session that the API begins.
    fn sign_in(&self, client: &Client, email: &str) -> Result<Value> {
        let password = self.password()?;
        let mut code = self.reach.code.clone();
        loop {
            let call = Call::post("/sessions")
                .with("email", email)
                .with("password", password.as_str())
                .with_some("code", code.as_deref());
            let failure = match client.send(&call) {
                Ok(said) => return Ok(said),
                Err(failure) => failure,
            };
            let Failure::Refused(refused) = &failure else { bail!(failure) };
            let (None, "authenticator_code_required", Some(terminal)) =
                (&code, refused.code(), Terminal::there())
            else {
                bail!(failure)
            };
            code = Some(terminal.line("Code of your authenticator app, or a recovery code: ")?);
        }
    }

    fn password(&self) -> Result<Zeroizing<String>> {
        if !self.password_stdin {
            let terminal = terminal("a password", "--password-stdin")?;
            return terminal.hidden_line("Password: ");
        }
        let mut read = Zeroizing::new(String::new());
        std::io::stdin().read_to_string(&mut read).context("cannot read the password")?;
        Ok(Zeroizing::new(read.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

/// The terminal to ask at.
fn terminal(what: &str, otherwise: &str) -> Result<Terminal> {
    let there = Terminal::there();
    there.with_context(|| format!("there is no terminal to ask for {what} at; say {otherwise}"))
}

/// What is said of the session; the token is in its file alone.
fn without_token(mut said: Value) -> Value {
    if let Some(said) = said.as_object_mut() {
        said.remove("token");
    }
    said
}
