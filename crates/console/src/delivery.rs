//! How Keyway's messages reach people: by email and by SMS.
//!
//! Purpose: a [`Message`] is everything that is ever sent, in words; [`Delivery`] brings it to one
//! person, or says in a sentence why it could not.
//!
//! Limits: a message is tried once, and kept nowhere (the [`Outbox`] of `keyway dev` apart). Who is to
//! be told of what is for the caller to know.

mod error;
mod message;
mod outbox;
mod smtp;
mod text;
mod webhook;

pub use error::{Channel, DeliveryError};
pub use message::{KeyEvent, KeyName, ManyEvent, Message, OldKey, Owner};
pub use outbox::Outbox;
pub(crate) use outbox::page;
pub use smtp::{Authority, Login, Security, Smtp, SmtpSettings};
pub use webhook::{Webhook, WebhookSettings};

use keys::{EmailAddress, PhoneNumber};

use crate::World;

/// The ways to people that are configured.
#[derive(Clone)]
pub struct Delivery {
    ways: Ways,
    world: World,
}

#[derive(Clone)]
enum Ways {
    Real { email: Option<Smtp>, sms: Option<Webhook> },
    Kept(Outbox),
}

impl Delivery {
    /// Delivery over what is configured: none, one or both.
    #[must_use]
    pub fn new(email: Option<Smtp>, sms: Option<Webhook>, world: World) -> Self {
        Self { ways: Ways::Real { email, sms }, world }
    }

    /// Keeps all messages in an outbox, and logs verification codes: for `keyway dev` alone.
    #[must_use]
    pub fn kept_in(outbox: Outbox, world: World) -> Self {
        Self { ways: Ways::Kept(outbox), world }
    }

    /// Whether email can be sent.
    #[must_use]
    pub fn has_email(&self) -> bool {
        matches!(&self.ways, Ways::Real { email: Some(_), .. } | Ways::Kept(_))
    }

    /// Whether SMS can be sent.
    #[must_use]
    pub fn has_sms(&self) -> bool {
        matches!(&self.ways, Ways::Real { sms: Some(_), .. } | Ways::Kept(_))
    }

    /// Sends a message by email.
    ///
    /// # Errors
    /// When no mail server is configured, or it did not take the message.
    pub async fn email(&self, to: &EmailAddress, message: &Message) -> Result<(), DeliveryError> {
        match &self.ways {
            Ways::Real { email: Some(smtp), .. } => smtp.send(to, message, self.world).await,
            Ways::Real { email: None, .. } => Err(DeliveryError::NotConfigured(Channel::Email)),
            Ways::Kept(outbox) => {
                outbox.keep(&to.to_string(), message, (self.world.now)());
                Ok(())
            }
        }
    }

    /// Sends the short form of a message by SMS.
    ///
    /// # Errors
    /// When no webhook is configured, or it did not take the message.
    pub async fn sms(&self, to: &PhoneNumber, message: &Message) -> Result<(), DeliveryError> {
        match &self.ways {
            Ways::Real { sms: Some(webhook), .. } => webhook.send(to, message, self.world).await,
            Ways::Real { sms: None, .. } => Err(DeliveryError::NotConfigured(Channel::Sms)),
            Ways::Kept(outbox) => {
                outbox.keep(&to.to_string(), message, (self.world.now)());
                Ok(())
            }
        }
    }

    /// The outbox, where messages are kept in the stead of being sent.
    pub(crate) fn outbox(&self) -> Option<&Outbox> {
        match &self.ways {
            Ways::Kept(outbox) => Some(outbox),
            Ways::Real { .. } => None,
        }
    }
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
    }
    text
}
