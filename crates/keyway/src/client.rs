//! Talking to the management API, as any other program does.

mod address;
mod call;
mod exchange;
mod failure;
mod pages;

use std::sync::Arc;

use anyhow::{Context, Result};
use rustls::ClientConfig;
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

pub(crate) use address::Address;
pub(crate) use call::Call;
pub(crate) use failure::{Failure, Refused};

/// What opens the API: a key, or the token of a session. Wiped when dropped, never printed.
pub(crate) struct Credential(Zeroizing<String>);

impl Credential {
    pub(crate) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Whether it is the token of somebody's session, and no key.
    pub(crate) fn is_session(&self) -> bool {
        self.0.starts_with("kws_")
    }
}

/// What reaches the API at one address.
pub(crate) struct Client {
    address: Address,
    credential: Option<Credential>,
    tls: Arc<ClientConfig>,
    runtime: Runtime,
}

impl Client {
    /// Nothing is sent yet.
    pub(crate) fn new(
        address: Address,
        credential: Option<Credential>,
        tls: Arc<ClientConfig>,
    ) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.context("cannot start the runtime")?;
        Ok(Self { address, credential, tls, runtime })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether somebody's session opens it, and no key.
    pub(crate) fn has_session(&self) -> bool {
        self.credential.as_ref().is_some_and(Credential::is_session)
    }

    /// Asks, and waits for the answer.
    pub(crate) fn send(&self, call: &Call) -> Result<Value, Failure> {
        self.runtime.block_on(exchange::exchange(self, call))
    }
}
