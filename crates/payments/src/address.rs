//! Postal and email addresses.

use serde::{Deserialize, Serialize};

use crate::fault::{Fault, ParamError};
use crate::params::{Change, Params, TEXT};

/// A postal address.
#[derive(Serialize, Deserialize)]
pub(crate) struct Address {
    city: Option<String>,
    country: Option<String>,
    line1: Option<String>,
    line2: Option<String>,
    postal_code: Option<String>,
    state: Option<String>,
}

impl Address {
    /// Takes a whole address: what is not given is not there.
    pub(crate) fn take(mut params: Params) -> Result<Self, ParamError> {
        let mut line = |name| {
            let mut to = None;
            params.text(name, TEXT)?.apply(&mut to);
            Ok(to)
        };
        let address = Self {
            city: line("city")?,
            country: line("country")?,
            line1: line("line1")?,
            line2: line("line2")?,
            postal_code: line("postal_code")?,
            state: line("state")?,
        };
        params.finish()?;
        Ok(address)
    }
}

/// Takes an email address.
pub(crate) fn take_email(params: &mut Params) -> Result<Change<String>, ParamError> {
    params.text("email", 512)?.try_map(|email| {
        let is_plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        let halves = email
            .split_once('@')
            .filter(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
        match halves {
            Some(_) if is_plain => Ok(email),
            Some(_) | None => Err(params.error("email", Fault::NotEmail)),
        }
    })
}
