//! Where the management API is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Result, bail};
use hyper::Uri;

/// The address of a console, as `https://keys.example.com` or `http://127.0.0.1:4242`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(super) is_tls: bool,
    /// As it stands in the `Host` of a request.
    pub(super) authority: String,
    /// A name or an address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// What comes before `/api/v1`; it does not end in a slash.
    pub(super) prefix: String,
}

impl Address {
    /// Whether what is sent there leaves this machine in clear.
    pub(crate) fn is_readable_on_the_way(&self) -> bool {
        !self.is_tls && !is_loopback(&self.host)
    }
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        // A password would stand in it, so that it is not said again.
        if text.contains('@') {
            bail!("an address holds no name or password; sign in with `keyway login`");
        }
        let form = || format!("`{text}` is no address; write it as https://keys.example.com");
        let Ok(uri) = text.parse::<Uri>() else { bail!(form()) };
        let (Some(host), Some(authority)) = (uri.host(), uri.authority()) else { bail!(form()) };
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) | None => bail!(form()),
        };
        if uri.query().is_some() {
            bail!(form());
        }
        Ok(Self {
            is_tls,
            authority: authority.as_str().to_owned(),
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            prefix: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority, self.prefix)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_as_it_was_written() {
        for text in ["http://127.0.0.1:4242", "https://keys.example.com", "http://[::1]:80/keyway"]
        {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        let address: Address = "https://keys.example.com/".parse().unwrap();
        assert_eq!((address.to_string().as_str(), address.port), ("https://keys.example.com", 443));
    }

    #[test]
    fn what_is_no_address_is_refused_and_no_password_is_said_again() {
        for text in ["", "keys.example.com", "ftp://keys.example.com", "https://a/?b=c", "http:///"]
        {
            let said = text.parse::<Address>().unwrap_err().to_string();
            assert!(said.contains("is no address"), "{text}: {said}");
        }
        let said = "https://jane:hunter2@example.com".parse::<Address>().unwrap_err().to_string();
        assert!(!said.contains("hunter2"), "{said}");
    }

    #[test]
    fn only_what_stays_on_this_machine_may_be_plain() {
        let readable = |text: &str| text.parse::<Address>().unwrap().is_readable_on_the_way();
        for text in ["http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1", "http://localhost"]
        {
            assert!(!readable(text), "{text}");
        }
        for text in ["http://10.0.0.1", "http://localhost.example.com", "http://[2001:db8::1]"] {
            assert!(readable(text), "{text}");
        }
        assert!(!readable("https://example.com"));
    }
}
