//! Why a message was not delivered.

use std::fmt;
use std::time::Duration;

/// A way to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// By email.
    Email,
    /// By SMS.
    Sms,
}

impl Channel {
    fn peer(self) -> &'static str {
        match self {
            Self::Email => "the mail server",
            Self::Sms => "the SMS webhook",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Sms => "SMS",
        })
    }
}

/// Why a message was not delivered, or cannot be; each is one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The operator has set no way.
    #[error("no way to send {0} is configured")]
    NotConfigured(Channel),
    /// What the operator has set cannot be used.
    #[error("{0}")]
    Settings(String),
    /// The server cannot be reached, or broke off; TLS counts, too.
    #[error("{} cannot be reached: {cause}", .channel.peer())]
    Unreachable {
        /// The way that was tried.
        channel: Channel,
        /// What went wrong, in one line.
        cause: String,
    },
    /// The server answered with a refusal.
    #[error("{} refused the message: {answer}", .channel.peer())]
    Refused {
        /// The way that was tried.
        channel: Channel,
        /// What it answered, in one line.
        answer: String,
    },
    /// It took too long; the message may still have been taken.
    #[error("{} did not answer within {} s", .channel.peer(), .within.as_secs_f64())]
    TimedOut {
        /// The way that was tried.
        channel: Channel,
        /// How long was waited.
        within: Duration,
    },
}
