//! Where a key is read from a request: HTTP Basic (RFC 7617) or Bearer (RFC 6750, section 2.1).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode;
use zeroize::Zeroize;

use crate::{Presented, SessionToken};

/// The longest credential that is looked at; the longest keys of the field have 107 characters.
const LONGEST: usize = 256;

/// Room for the credential that HTTP Basic wraps; what lies in it is wiped when it is dropped.
pub struct Unwrapped {
    /// Made when there is something to unwrap: most callers present a key as it is.
    text: Option<[u8; LONGEST]>,
    length: usize,
}

impl Unwrapped {
    /// Empty room.
    #[must_use]
    pub fn room() -> Self {
        Self { text: None, length: 0 }
    }
}

impl Drop for Unwrapped {
    fn drop(&mut self) {
        let used = self.text.as_mut().and_then(|text| text.get_mut(..self.length));
        if let Some(used) = used {
            used.zeroize();
        }
    }
}

/// The text that a caller sent as its key: never printed.
///
/// It lies where it came, or in the room beside it: a copy for each request would cost more than its
/// checksum.
#[derive(Clone, Copy)]
pub struct Credential<'r>(&'r [u8]);

impl<'r> Credential<'r> {
    /// The bytes that were sent.
    #[must_use]
    pub fn expose(self) -> &'r [u8] {
        self.0
    }
}

/// Why no single key could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// There is none.
    #[error("there is no credential")]
    Missing,
    /// More than one `Authorization` header.
    #[error("there is more than one Authorization header")]
    Several,
    /// A scheme other than Basic and Bearer.
    #[error("its scheme is neither Basic nor Bearer")]
    Scheme,
    /// Not base64, not `user:password`, or too long.
    #[error("it cannot be decoded")]
    Unreadable,
    /// Basic with a password.
    #[error("the key goes in as the user name, and the password stays empty")]
    Password,
}

/// Reads the key from the values of all `Authorization` headers of a request.
///
/// # Errors
/// When there is none, more than one, or one that cannot be read.
pub fn read_credential<'r>(
    mut headers: impl Iterator<Item = &'r [u8]>,
    room: &'r mut Unwrapped,
) -> Result<Credential<'r>, CredentialError> {
    let value = headers.next().ok_or(CredentialError::Missing)?;
    if headers.next().is_some() {
        return Err(CredentialError::Several);
    }
    let value = value.trim_ascii();
    let end_of_scheme = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end_of_scheme);
    let rest = rest.trim_ascii_start();
    if scheme.eq_ignore_ascii_case(b"bearer") {
        present(rest)
    } else if scheme.eq_ignore_ascii_case(b"basic") {
        present(unwrap(rest, room)?)
    } else if value.is_empty() {
        Err(CredentialError::Missing)
    } else {
        Err(CredentialError::Scheme)
    }
}

/// The user name of `user:` in base64.
fn unwrap<'r>(encoded: &[u8], room: &'r mut Unwrapped) -> Result<&'r [u8], CredentialError> {
    // Of what cannot be decoded there may be a beginning.
    room.length = LONGEST;
    let text = room.text.insert([0; LONGEST]);
    let decoded =
        STANDARD.decode_slice(encoded, text).map_err(|_cause| CredentialError::Unreadable)?;
    room.length = decoded;
    let text = text.get(..decoded).unwrap_or_default();
    let colon = text.iter().position(|byte| *byte == b':').ok_or(CredentialError::Unreadable)?;
    if colon + 1 != decoded {
        return Err(CredentialError::Password);
    }
    Ok(text.get(..colon).unwrap_or_default())
}

fn present(text: &[u8]) -> Result<Credential<'_>, CredentialError> {
    // All are looked at, many at a time.
    let strange = |byte: &u8| u8::from(*byte <= b' ') | u8::from(*byte == 0x7f);
    let is_word = text.iter().fold(0, |any, byte| any | strange(byte)) == 0;
    if text.is_empty() {
        Err(CredentialError::Missing)
    } else if is_word && text.len() <= LONGEST {
        Ok(Credential(text))
    } else {
        Err(CredentialError::Unreadable)
    }
}

/// The lengths of key values, of organizations' keys and of session tokens: whatever follows one, and
/// however long a text is, no more of it is looked at.
const LENGTHS: [usize; 3] = [8 + 38, 12 + 38, 4 + 43];

/// Whether a request target holds a key value or a session token, which must then be seen as
/// exposed.
///
/// Only keys with a right checksum count, so that an ordinary search for `sk_test_` passes.
#[must_use]
pub fn holds_key_value(target: &[u8]) -> bool {
    let is_escaped = target.contains(&b'%');
    holds_plainly(target)
        || (is_escaped && holds_plainly(&percent_decode(target).collect::<Vec<u8>>()))
}

fn holds_plainly(target: &[u8]) -> bool {
    // Every value has an underscore, and most targets have none.
    if !target.contains(&b'_') {
        return false;
    }
    let mut starts = target.windows(3).enumerate().filter_map(|(place, window)| match window {
        b"sk_" | b"pk_" | b"rk_" | b"kws" => target.get(place..),
        _ => None,
    });
    starts.any(|text| LENGTHS.iter().any(|length| text.get(..*length).is_some_and(is_value)))
}

fn is_value(text: &[u8]) -> bool {
    let is_token = || str::from_utf8(text).is_ok_and(|text| text.parse::<SessionToken>().is_ok());
    Presented::parse(text).is_ok() || is_token()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Form, KeyValue, Kind, Livemode};

    fn read(headers: &[&str]) -> Result<String, CredentialError> {
        read_credential(headers.iter().map(|value| value.as_bytes()), &mut Unwrapped::room())
            .map(|credential| String::from_utf8(credential.expose().to_vec()).unwrap())
    }

    #[test]
    fn basic_and_bearer_give_the_same_key() {
        assert_eq!(read(&["Bearer sk_test_abc"]).unwrap(), "sk_test_abc");
        assert_eq!(read(&["bearer  sk_test_abc"]).unwrap(), "sk_test_abc");
        // base64 of "sk_test_abc:"
        assert_eq!(read(&["Basic c2tfdGVzdF9hYmM6"]).unwrap(), "sk_test_abc");
    }

    #[test]
    fn what_is_no_single_key_is_told_apart() {
        assert_eq!(read(&[]), Err(CredentialError::Missing));
        assert_eq!(read(&[""]), Err(CredentialError::Missing));
        assert_eq!(read(&["Bearer "]), Err(CredentialError::Missing));
        assert_eq!(read(&["Basic Og=="]), Err(CredentialError::Missing));
        assert_eq!(read(&["Bearer a", "Bearer a"]), Err(CredentialError::Several));
        assert_eq!(read(&["Digest username=x"]), Err(CredentialError::Scheme));
        assert_eq!(read(&["sk_test_abc"]), Err(CredentialError::Scheme));
        assert_eq!(read(&["Basic %%%"]), Err(CredentialError::Unreadable));
        assert_eq!(read(&["Basic c2tfdGVzdA=="]), Err(CredentialError::Unreadable));
        // "user:password"
        assert_eq!(read(&["Basic dXNlcjpwYXNzd29yZA=="]), Err(CredentialError::Password));
        assert_eq!(read(&["Bearer sk_test_a b"]), Err(CredentialError::Unreadable));
        assert_eq!(
            read(&[&format!("Bearer {}", "a".repeat(257))]),
            Err(CredentialError::Unreadable)
        );
    }

    #[test]
    fn a_key_in_an_address_is_found_wherever_it_stands() {
        let form = Form { kind: Kind::Secret, livemode: Livemode::Test };
        let value = KeyValue::mint(form, &mut |room: &mut [u8]| room.fill(20));
        let value = value.expose();
        for target in [
            format!("/v1/balance?api_key={value}"),
            format!("/v1/balance?x=1&key={value}&y=2"),
            format!("/v1/{value}/balance"),
            format!("/?sk_sk_test_{value}={value}"),
        ] {
            assert!(holds_key_value(target.as_bytes()), "{target}");
        }
        let token = SessionToken::mint(&mut |room: &mut [u8]| room.fill(20));
        assert!(holds_key_value(format!("/v1/x?a={}", token.expose()).as_bytes()));
        for exposed in [
            format!("/v1/customers/{value}x"),
            format!("/v1/customers/{}", value.replace('_', "%5F")),
            format!("{value}{value}"),
            format!("sk_live_{value}"),
        ] {
            assert!(holds_key_value(exposed.as_bytes()), "{exposed}");
        }
        assert!(!holds_key_value("sk_".repeat(8000).as_bytes()));
        assert!(!holds_key_value(b"/v1/search?query=sk_test_&x=risk_level&kws_=kws_1"));
    }

    proptest! {
        #[test]
        fn nothing_makes_the_reader_fall(values in prop::collection::vec(
            prop::collection::vec(any::<u8>(), 0..300), 0..3,
        )) {
            let mut room = Unwrapped::room();
            let _read = read_credential(values.iter().map(Vec::as_slice), &mut room);
        }

        #[test]
        fn whatever_key_goes_in_comes_out(key in "[!-9;-~]{1,180}") {
            let basic = format!("Basic {}", STANDARD.encode(format!("{key}:")));
            prop_assert_eq!(read(&[&basic]).unwrap(), key.clone());
            prop_assert_eq!(read(&[&format!("Bearer {key}")]).unwrap(), key);
        }
    }
}
