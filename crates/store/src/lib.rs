//! Where Keyway keeps its things: the only crate that knows its SQL.
//!
//! Purpose: commit all changes of one [`keys::Command`] in one transaction
//! ([`Store::carry_out`]), tell gateways what is true ([`Store::snapshot`],
//! [`Store::changes_since`]), and answer the console's questions. One implementation serves SQLite
//! and PostgreSQL: each statement is one text for both, and only the DDL differs.
//!
//! Limits: it decides nothing; rules are `keys`' business. Time and [`keys::Entropy`] are arguments.
//! Times are kept to the microsecond.

mod address;
mod attention;
mod audit;
mod changes;
mod command;
mod due;
mod error;
mod hints;
mod lease;
mod lock;
mod migrations;
mod notices;
mod packed;
mod page;
mod people;
mod reads;
mod requests;
mod row;
mod sealing;
mod sequence;
mod snapshot;
mod store;
mod tree;
mod uses;

pub use attention::Attention;
pub use audit::{AuditError, Checkpoint, CheckpointError, Recorded, SignedCheckpoint, Wanted};
pub use changes::{Delta, Thing};
pub use command::{Done, IMPORTED, Rejection};
pub use due::Due;
pub use error::{AddOwnerError, CommandError, StoreError};
pub use lease::Leases;
pub use notices::{DeadUse, Recipient, TakenNotice};
pub use page::Beside;
pub use people::{
    AuthenticatorError, AuthenticatorStanding, CodeError, Doing, Invitation, InvitationError,
    JoinError, LinkError, Member, MemberError, NewInvitation, NewOwner, NewSession, NewUser,
    Phones, Session, SessionError, Top, User, UserError, Verified, Whose,
};
pub use reads::Lives;
pub use requests::{Claim, REQUEST_RUNS};
pub use sealing::{SealingKey, Secrets};
pub use sequence::Sequence;
pub use store::{LONGEST_CHANGE, Store};
pub use tree::Tree;
pub use uses::{KeyUse, Uses};
