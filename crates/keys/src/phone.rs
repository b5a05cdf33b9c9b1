//! Telephone numbers that text messages go to.

use std::fmt;
use std::str::FromStr;

/// A telephone number in the international form (E.164): `+` and 8 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

/// Why a text is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number is a plus and 8 to 15 digits, such as +393331234567")]
pub struct PhoneNumberError;

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        let digits = text.strip_prefix('+').ok_or(PhoneNumberError)?;
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if (8..=15).contains(&digits.len()) && all_digits && !digits.starts_with('0') {
            Ok(Self(text.to_owned()))
        } else {
            Err(PhoneNumberError)
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
    fn a_number_is_international() {
        assert_eq!("+393331234567".parse::<PhoneNumber>().unwrap().to_string(), "+393331234567");
        for bad in ["", "3331234567", "+1", "+39 333 1234567", "+0333123456", "+1234567890123456"] {
            assert_eq!(bad.parse::<PhoneNumber>(), Err(PhoneNumberError), "{bad}");
        }
    }
}
