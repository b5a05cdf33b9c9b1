//! Who asks, as the gateway says it.
//!
//! Purpose: read the identity headers once. Limits: they are believed, as nothing but the gateway may
//! call; the key, its kind and the version are the gateway's business and are not read here.

use std::str::FromStr;

use axum::http::HeaderMap;

/// Longest id that is taken from a header.
const LONGEST: usize = 64;

/// Whom a request acts for.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// The account, and the mode of it.
    pub(crate) place: Place,
    /// The id of the request.
    pub(crate) request: String,
}

/// Where objects live. Nothing of one place is visible in another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// The account, `acct_…`.
    pub(crate) account: String,
    /// The mode of that account.
    pub(crate) mode: Mode,
}

impl Place {
    /// What the objects of this place say.
    pub(crate) fn is_live(&self) -> bool {
        self.mode == Mode::Live
    }
}

/// Live, or a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// The one live mode.
    Live,
    /// A sandbox, by its id `sbx_…`.
    Sandbox(String),
}

impl Mode {
    /// As the header and the store write it.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Live => "live",
            Self::Sandbox(id) => id,
        }
    }
}

impl FromStr for Mode {
    type Err = NoMode;

    fn from_str(text: &str) -> Result<Self, NoMode> {
        match text {
            "live" => Ok(Self::Live),
            sandbox if is_id(sandbox, "sbx_") => Ok(Self::Sandbox(sandbox.to_owned())),
            _ => Err(NoMode),
        }
    }
}

/// The text is no mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a mode is `live` or the id of a sandbox")]
pub(crate) struct NoMode;

/// The header that is missing or cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unidentified(pub(crate) &'static str);

impl Identity {
    /// Reads the identity headers. Each must be there once.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, Unidentified> {
        let account = one(headers, "Keyway-Account")?;
        let mode = one(headers, "Keyway-Mode")?;
        let request = one(headers, "Request-Id")?;
        if !is_id(account, "acct_") {
            return Err(Unidentified("Keyway-Account"));
        }
        if !is_id(request, "req_") {
            return Err(Unidentified("Request-Id"));
        }
        let mode = mode.parse().or(Err(Unidentified("Keyway-Mode")))?;
        let place = Place { account: account.to_owned(), mode };
        Ok(Self { place, request: request.to_owned() })
    }
}

fn one<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<&'h str, Unidentified> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().or(Err(Unidentified(name))),
        _ => Err(Unidentified(name)),
    }
}

fn is_id(text: &str, prefix: &str) -> bool {
    let letters = text.strip_prefix(prefix).unwrap_or_default();
    !letters.is_empty()
        && letters.len() <= LONGEST
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
