//! The control plane: where people and programs manage keys.
//!
//! Purpose: every change goes through [`Control`], which asks whether the one who wants it may,
//! has the store carry it out, and waits until it is in force. [`Console`] is its face over HTTP: the
//! management API and a page that says what is running. [`Control::keep_time`] does what becomes due,
//! and [`Notices`] tells people of it.
//!
//! Limits: it decides no rule of a key's life, which is `keys`' business, and knows no gateway: what
//! is in force, it is told.

mod api;
mod clockwork;
mod console;
mod control;
mod dashboard;
mod delivery;
mod door;
mod idempotency;
mod in_time;
mod notices;
mod password;
mod picture;
mod problem;
mod router;
mod serve;
mod uses;
mod wiped;
mod world;

pub use api::openapi;
pub use console::{Console, PlainHttp, Setup};
pub use control::{
    Caller, Control, ControlError, Done, Force, Gateways, MembersError, Person, ProofError,
    RightError, SignInError, SignUpError, Which,
};
pub use delivery::{
    Authority, Channel, Delivery, DeliveryError, KeyEvent, KeyName, Login, ManyEvent, Message,
    OldKey, Outbox, Owner, Security, Smtp, SmtpSettings, Webhook, WebhookSettings,
};
pub use notices::Notices;
pub use password::{Password, PasswordError};
pub use world::World;
