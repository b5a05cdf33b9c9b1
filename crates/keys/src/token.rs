//! Tokens: random texts that open something once or for a while, and are kept as digests alone.

use std::str::FromStr;

use zeroize::Zeroizing;

use crate::{Digest, Entropy, Pepper, base62};

/// Characters of a token: 62^43 is more than 2^256.
const LENGTH: usize = 43;

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token is {LENGTH} letters and digits")]
pub struct TokenError;

macro_rules! token {
    ($(#[$doc:meta])* $name:ident, $what:literal, $prefix:literal) => {
        $(#[$doc])*
        ///
        /// It has no `Debug`, `Display` or `Serialize`, and its memory is wiped when dropped; the
        /// one way to its text is [`Self::expose`].
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// A new one: 256 random bits.
            pub fn mint(entropy: &mut dyn Entropy) -> Self {
                let mut body = Zeroizing::new([0u8; LENGTH]);
                base62::fill_random(body.as_mut(), entropy);
                let length = $prefix.len() + LENGTH;
                let mut text = Zeroizing::new(String::with_capacity(length));
                text.push_str($prefix);
                text.extend(body.iter().map(|byte| char::from(*byte)));
                Self(text)
            }

            /// The text itself, for the one that it is meant for.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// What is kept of it. A token of another kind has another digest.
            #[must_use]
            pub fn digest(&self, pepper: &Pepper) -> Digest {
                pepper.digest_of($what, &[self.0.as_bytes()])
            }
        }

        impl FromStr for $name {
            type Err = TokenError;

            fn from_str(text: &str) -> Result<Self, TokenError> {
                let body = text.strip_prefix($prefix).ok_or(TokenError)?;
                if body.len() == LENGTH && base62::is_base62(body.as_bytes()) {
                    Ok(Self(Zeroizing::new(text.to_owned())))
                } else {
                    Err(TokenError)
                }
            }
        }
    };
}

token!(
    /// What a browser or a program shows to stay signed in. Its prefix lets scanners find it.
    SessionToken, "session", "kws_"
);
token!(
    /// What a mailed link holds: whoever has it reads the mail of that address.
    LinkToken, "link", ""
);
token!(
    /// What an invitation holds.
    InvitationToken, "invitation", ""
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_digested_by_its_kind() {
        let token = SessionToken::mint(&mut |room: &mut [u8]| room.fill(61));
        assert_eq!(token.expose(), format!("kws_{}", "z".repeat(43)));
        let pepper = Pepper::new(1, &[1; 32]);
        let read: SessionToken = token.expose().parse().unwrap();
        assert!(read.digest(&pepper) == token.digest(&pepper));
        let link: LinkToken = "z".repeat(43).parse().unwrap();
        let invitation: InvitationToken = link.expose().parse().unwrap();
        assert!(link.digest(&pepper) != invitation.digest(&pepper));
        assert!(token.digest(&Pepper::new(2, &[2; 32])) != token.digest(&pepper));
    }

    #[test]
    fn no_other_text_is_a_token() {
        for text in ["", "z", "kws_", &"z".repeat(42), &"z".repeat(44), &"-".repeat(43)] {
            assert!(text.parse::<SessionToken>().is_err());
            let read = text.parse::<LinkToken>().map(|_token| ());
            assert_eq!(read.unwrap_err().to_string(), "a token is 43 letters and digits");
        }
    }
}
