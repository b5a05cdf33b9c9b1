//! Everything that is sent, in words.

mod wording;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use keys::{Livemode, Mask, VerificationCode};
use zeroize::Zeroizing;

use super::text::without_key_values;

/// A message to one person. It may hold a code or a link that lets its reader in: never print it.
pub enum Message {
    /// The code that proves who wants something.
    VerificationCode {
        /// The code.
        code: VerificationCode,
        /// What it allows, as in "someone wants to …".
        action: String,
        /// How long it is good for.
        minutes: u32,
    },
    /// What happened to a key.
    Key {
        /// The key.
        key: KeyName,
        /// What happened to it.
        event: KeyEvent,
    },
    /// What happened to many live keys of an account at once.
    ManyKeys {
        /// What the account is called.
        account: String,
        /// The name or address of the person.
        by: String,
        /// How many keys.
        keys: usize,
        /// What happened to them.
        event: ManyEvent,
    },
    /// A key was used that is not valid any more.
    DeadKeyUsed {
        /// The key.
        key: KeyName,
        /// The address it was used from.
        from: String,
        /// With which user agent, if it was told.
        user_agent: Option<String>,
        /// How often since the message before.
        times: u64,
    },
    /// Somebody is asked to join.
    Invitation {
        /// Where to accept; it lets its reader in.
        link: String,
        /// Who asks.
        who: String,
        /// As what.
        role: String,
        /// The account or organization.
        place: String,
    },
    /// A password can be chosen.
    PasswordLink {
        /// Where; it lets its reader in.
        link: String,
        /// How long it is good for.
        minutes: u32,
    },
    /// An address is to be confirmed.
    EmailConfirmation {
        /// Where.
        link: String,
    },
}

/// What happens to a key in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyEvent {
    /// It was made, by this person.
    Created {
        /// Their name or address.
        by: String,
    },
    /// Its value was shown, to this person.
    Revealed {
        /// Their name or address.
        by: String,
    },
    /// Another key took its place.
    Rotated {
        /// Their name or address, or that of the schedule.
        by: String,
        /// The key that is used from now on.
        replacement: Mask,
        /// What became of the key.
        old: OldKey,
    },
    /// It was deleted, by this person.
    Deleted {
        /// Their name or address.
        by: String,
    },
    /// It expires within seven days.
    ExpiresIn7Days {
        /// When.
        at: Timestamp,
        /// What still used it in the last seven days.
        in_use_by: Option<String>,
    },
    /// It expires within a day.
    ExpiresIn1Day {
        /// When.
        at: Timestamp,
        /// What still used it in the last seven days.
        in_use_by: Option<String>,
    },
}

/// What happens to many keys at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManyEvent {
    /// Their account was deleted, and they with it.
    AccountDeleted,
    /// They were imported from another system.
    Imported,
}

/// What becomes of a key that was rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldKey {
    /// It stopped at once.
    Deleted,
    /// It works until then.
    ExpiresAt(Timestamp),
}

/// A key as a message names it: never by its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName {
    /// Its mask.
    pub mask: Mask,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// Whether it moves real money.
    pub livemode: Livemode,
}

/// Whose key it is, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// An account's.
    Account(String),
    /// An organization's, and no account's.
    Organization(String),
}

impl Message {
    /// The subject of an email: one line, and no secret, for it is seen on locked screens.
    #[must_use]
    pub fn subject(&self) -> String {
        without_key_values(wording::subject(self))
    }

    /// The text of an email, in lines that end in `\n`.
    #[must_use]
    pub fn body(&self) -> Zeroizing<String> {
        Zeroizing::new(without_key_values(wording::body(self)))
    }

    /// The text of an SMS: one line.
    #[must_use]
    pub fn short(&self) -> Zeroizing<String> {
        Zeroizing::new(without_key_values(wording::short(self)))
    }
}
