//! Whom a message goes to.

use std::fmt;
use std::str::FromStr;

use lettre::Address;

use super::DeliveryError;

/// An email address: one, without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(pub(super) Address);

impl FromStr for EmailAddress {
    type Err = DeliveryError;

    fn from_str(text: &str) -> Result<Self, DeliveryError> {
        // RFC 5321 §4.5.3.1.3: a path has 256 octets, its brackets included.
        let fits = text.len() <= 254 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
        let address = if fits { text.parse() } else { return Err(DeliveryError::EmailAddress) };
        address.map(Self).map_err(|_cause| DeliveryError::EmailAddress)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A telephone number in the international form: `+` and 8 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl FromStr for PhoneNumber {
    type Err = DeliveryError;

    fn from_str(text: &str) -> Result<Self, DeliveryError> {
        let digits = text.strip_prefix('+').ok_or(DeliveryError::PhoneNumber)?;
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if (8..=15).contains(&digits.len()) && all_digits && !digits.starts_with('0') {
            Ok(Self(text.to_owned()))
        } else {
            Err(DeliveryError::PhoneNumber)
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_address_and_nothing_more() {
        for good in ["ada@example.com", "a.b+c@xn--exmple-cua.com"] {
            assert_eq!(good.parse::<EmailAddress>().unwrap().to_string(), good);
        }
        let long = format!("a@{}.com", "b".repeat(250));
        for bad in [
            "",
            "ada",
            "a@b@c",
            "a@b.c\r\nBcc: x@y.z",
            "a@b.c, d@e.f",
            "A <a@b.c>",
            &long,
            "a b@c.d",
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_is_international() {
        assert_eq!("+393331234567".parse::<PhoneNumber>().unwrap().to_string(), "+393331234567");
        for bad in ["", "3331234567", "+1", "+39 333 1234567", "+0333123456", "+1234567890123456"] {
            assert!(bad.parse::<PhoneNumber>().is_err(), "{bad}");
        }
    }
}
