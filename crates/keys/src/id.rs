//! The ids of things: a prefix that names what it is, and a base62 body.

use std::fmt;
use std::str::FromStr;

use crate::{Entropy, base62};

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {article} id: it is `{prefix}` followed by {length} letters and digits")]
pub struct IdError {
    article: &'static str,
    prefix: &'static str,
    length: usize,
}

/// A body as it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Written<const LENGTH: usize>([u8; LENGTH]);

impl<const LENGTH: usize> Written<LENGTH> {
    fn of(body: [u8; LENGTH]) -> Self {
        Self(body)
    }

    fn body(self) -> [u8; LENGTH] {
        self.0
    }
}

/// A body of sixteen characters, six bits for each: what every key in memory holds several of, and
/// every request copies about. Its order is that of the text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Packed([u8; base62::PACKED]);

impl Packed {
    fn of(body: [u8; 16]) -> Self {
        Self(base62::pack(&body))
    }

    fn body(self) -> [u8; 16] {
        base62::unpack(self.0)
    }
}

macro_rules! id {
    (
        $(#[$doc:meta])*
        $name:ident, $kept:ident $(<$room:literal>)?, $prefix:literal, $length:literal,
        $article:literal
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($kept $(<$room>)?);

        impl $name {
            /// What every such id begins with.
            pub const PREFIX: &str = $prefix;

            /// A new id.
            pub fn mint(entropy: &mut dyn Entropy) -> Self {
                let mut body = [0u8; $length];
                base62::fill_random(&mut body, entropy);
                Self($kept::of(body))
            }

            /// Reads an id from the bytes of its text.
            ///
            /// # Errors
            /// When the prefix, the length or a character is not that of such an id.
            pub fn from_bytes(text: &[u8]) -> Result<Self, IdError> {
                match text.strip_prefix($prefix.as_bytes()).and_then(<[u8]>::as_array) {
                    Some(body) if base62::is_base62(body) => Ok(Self($kept::of(*body))),
                    _ => Err(IdError { article: $article, prefix: $prefix, length: $length }),
                }
            }

            /// Appends its text, where going by way of [`fmt::Display`] costs too much.
            pub fn write_to(&self, out: &mut Vec<u8>) {
                out.extend_from_slice($prefix.as_bytes());
                out.extend_from_slice(&self.body());
            }

            /// The text after the prefix.
            #[must_use]
            pub fn body(&self) -> [u8; $length] {
                self.0.body()
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::from_bytes(text.as_bytes())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($prefix)?;
                // Base62 by construction, so that no text is lost.
                f.write_str(str::from_utf8(&self.body()).unwrap_or_default())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Some ids can be kept in fewer bytes.
macro_rules! packed {
    ($($name:ident),*) => {
        $(impl $name {
            /// The text after the prefix in fewer bytes, six bits for each character.
            #[must_use]
            pub fn pack(&self) -> [u8; base62::PACKED] {
                self.0.0
            }

            /// The id that was packed.
            #[must_use]
            pub fn unpack(packed: [u8; base62::PACKED]) -> Self {
                Self(Packed(packed))
            }
        })*
    };
}
packed!(AccountId, KeyId, SandboxId);

impl OrganizationId {
    /// The text after the prefix in as many bytes as two ids of sixteen characters: its first sixteen,
    /// and its last.
    #[must_use]
    pub fn pack(&self) -> [[u8; base62::PACKED]; 2] {
        let [first, last] = [self.0.0.first_chunk(), self.0.0.last_chunk()];
        [first, last].map(|part| part.map(base62::pack).unwrap_or_default())
    }

    /// The id that was packed.
    #[must_use]
    pub fn unpack([first, last]: [[u8; base62::PACKED]; 2]) -> Self {
        let mut body = [0; 23];
        // The two overlap, where they say the same.
        if let Some(part) = body.last_chunk_mut() {
            *part = base62::unpack(last);
        }
        if let Some(part) = body.first_chunk_mut() {
            *part = base62::unpack(first);
        }
        Self(Written(body))
    }
}

id!(
    /// An organization: owns accounts.
    OrganizationId, Written<23>, "org_", 23, "an organization"
);
id!(
    /// An account: a business.
    AccountId, Packed, "acct_", 16, "an account"
);
id!(
    /// A sandbox of an account.
    SandboxId, Packed, "sbx_", 16, "a sandbox"
);
id!(
    /// A key; it names the key and opens nothing.
    KeyId, Packed, "key_", 16, "a key"
);
id!(
    /// A person who signs in to the dashboard.
    UserId, Written<16>, "usr_", 16, "a user"
);
id!(
    /// A sign-in that lasts; it names the session and opens nothing.
    SessionId, Written<16>, "ses_", 16, "a session"
);
id!(
    /// An invitation to become a member.
    InvitationId, Written<16>, "inv_", 16, "an invitation"
);
id!(
    /// An audit event.
    EventId, Written<24>, "evt_", 24, "an event"
);
id!(
    /// One API request, the value of `Request-Id`.
    RequestId, Written<16>, "req_", 16, "a request"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let account: AccountId = "acct_1R3fqDP6919yCiFv".parse().unwrap();
        assert_eq!(account.to_string(), "acct_1R3fqDP6919yCiFv");
        let json = serde_json::to_string(&account).unwrap();
        assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), account);
    }

    #[test]
    fn an_organization_is_the_same_when_it_was_packed() {
        let id: OrganizationId = "org_6SD3oI0eSQemPzdmaGLJ5j6".parse().unwrap();
        assert_eq!(OrganizationId::unpack(id.pack()), id);
    }

    #[test]
    fn an_id_of_another_kind_or_shape_is_refused() {
        for text in
            ["", "acct_", "org_1R3fqDP6919yCiFv", "acct_1R3fqDP6919yCiF", "acct_1R3fqDP6919yCi/v"]
        {
            assert_eq!(
                text.parse::<AccountId>().unwrap_err().to_string(),
                "not an account id: it is `acct_` followed by 16 letters and digits"
            );
        }
    }

    #[test]
    fn minted_ids_are_well_formed() {
        let id = KeyId::mint(&mut |room: &mut [u8]| room.fill(10));
        assert_eq!(id.to_string(), "key_AAAAAAAAAAAAAAAA");
    }

    #[test]
    fn ids_are_ordered_as_their_texts_are() {
        let bodies = ["0", "9", "A", "Z", "a", "z"].map(|last| format!("1R3fqDP6919yCiF{last}"));
        let ids = bodies.map(|body| format!("key_{body}").parse::<KeyId>().unwrap());
        assert!(ids.is_sorted());
        let [first, ..] = ids;
        assert_eq!(&first.body(), b"1R3fqDP6919yCiF0");
    }
}
