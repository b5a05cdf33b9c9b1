//! Email addresses: whom people sign in as, and where their messages go.

use std::fmt;
use std::str::FromStr;

/// The longest address. RFC 5321, section 4.5.3.1.3: a path has 256 octets, its brackets included.
const LONGEST: usize = 254;

/// One email address, without a name, in lower case: two that differ in case are one person's.
///
/// What stands before the `@` is a dot-atom (RFC 5322, section 3.4.1), what stands after it a name
/// of the DNS; names in other scripts are written as `xn--…`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// Why a text is no email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no email address; one looks like jenny@example.com")]
pub struct EmailAddressError;

impl EmailAddress {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        let (person, host) = text.split_once('@').ok_or(EmailAddressError)?;
        let is_good = text.len() <= LONGEST
            && person.split('.').all(is_atom)
            && host.split('.').all(is_label);
        if is_good { Ok(Self(text.to_ascii_lowercase())) } else { Err(EmailAddressError) }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_atom(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !text.is_empty() && text.bytes().all(fits)
}

fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(fits)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address_and_nothing_more() {
        for good in ["ada@example.com", "a.b+c@xn--exmple-cua.com", "root@localhost"] {
            assert_eq!(good.parse::<EmailAddress>().unwrap().as_str(), good);
        }
        let long = format!("a@{}.com", "b".repeat(250));
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@c",
            "a@b.c\r\nBcc: x@y.z",
            "a@b.c, d@e.f",
            "A <a@b.c>",
            "\"a b\"@c.d",
            "a..b@c.d",
            ".a@b.c",
            "a@b..c",
            "a@-b.c",
            &long,
            "a b@c.d",
        ] {
            assert_eq!(bad.parse::<EmailAddress>(), Err(EmailAddressError), "{bad}");
        }
    }

    #[test]
    fn addresses_that_differ_in_case_are_one() {
        let one: EmailAddress = "Jenny.Rosen@Example.COM".parse().unwrap();
        assert_eq!(one.to_string(), "jenny.rosen@example.com");
    }
}
