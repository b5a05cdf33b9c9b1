//! The rules of Keyway's API keys, and nothing else.
//!
//! Purpose: everything that can be said of a key without asking anybody: how its value is made and
//! read ([`KeyValue`], [`Presented`]), what is kept of it ([`Digest`]), what may be changed and by
//! which rule ([`decide`]), and whether a request may pass ([`admit`]).
//!
//! Limits: no I/O, no async, no clock and no random numbers of its own: time and [`Entropy`] are
//! arguments. Where keys are kept is `store`'s business, how requests arrive is `gateway`'s.

mod admit;
mod allowlist;
mod base62;
mod catalog;
mod change;
mod client;
mod context;
mod credential;
mod decide;
mod denial;
mod digest;
mod email;
mod entropy;
mod event;
mod fact;
mod home;
mod id;
mod idempotency;
mod import;
mod key;
mod kind;
mod limit;
mod mask;
mod needs;
mod notice;
mod path;
mod permission;
mod phone;
mod proof;
mod reach;
mod refusal;
mod role;
mod rules;
mod schedule;
mod token;
mod totp;
mod value;
mod verification;
mod version;
mod words;

pub use admit::{
    Accounts, Admission, Api, Entry, KnownHome, KnownKey, OrganizationAdmission, RequestFacts,
    Transport, admit, admit_with_organizations,
};
pub use allowlist::{
    AllowList, AllowListError, IpRange, IpRestriction, Ipv4Range, Ipv6, Ipv6Range,
};
pub use catalog::{Catalog, CatalogError, NamedPermission, Operation};
pub use change::{Belonging, Change, Command, Edit, Ending, KeyCommand, Minted, Place};
pub use client::client_address;
pub use context::{Context, ContextError, ContextHeaders, Sent};
pub use credential::{Credential, CredentialError, Unwrapped, holds_key_value, read_credential};
pub use decide::{Authority, Scope, decide};
pub use denial::{Denial, ErrorAnswer, ErrorType};
pub use digest::{Digest, Pepper, Peppers, ShortDigest};
pub use email::{EmailAddress, EmailAddressError};
pub use entropy::Entropy;
pub use event::{Actor, Asker, Deed, Difference, Event, PeopleAct, program_name};
pub use fact::{AccountFact, Fact, KeyFact};
pub use home::Home;
pub use id::{
    AccountId, EventId, IdError, InvitationId, KeyId, OrganizationId, RequestId, SandboxId,
    SessionId, UserId,
};
pub use idempotency::{Idempotency, IdempotencyError};
pub use import::{
    Adoption, BadEntry, ForeignDigest, ForeignValue, IMPORTED_AT_ONCE, ImportFault, ImportedKey,
    Origin, Scheme,
};
pub use key::{Account, Key, Organization, Reveal, Sandbox, Standing};
pub use kind::{Form, Kind, Livemode, Mode, ModeError};
pub use limit::{
    INVITATION_GOOD_FOR, Limited, LinkPurpose, SESSION_IDLE, SESSION_LONGEST, TooMany, Tried,
    session_lasts,
};
pub use mask::Mask;
pub use needs::Needs;
pub use notice::{DueNotice, Notice, NoticeKind, NoticeKindError, Warning, next_try, notices};
pub use path::{CanonicalPath, PathError};
pub use permission::{Grants, Level, Permission, PermissionError, Permissions};
pub use phone::{PhoneNumber, PhoneNumberError};
pub use proof::asks_for_proof;
pub use reach::Reach;
pub use refusal::Refusal;
pub use role::{Realm, RealmError, Right, Rights, Role, RoleError};
pub use rules::{Overlap, OverlapError, Rules};
pub use schedule::{Days, Schedule};
pub use token::{InvitationToken, LinkToken, SessionToken, TokenError};
pub use totp::{RecoveryCode, RecoveryCodeError, TotpRefusal, TotpSecret, TotpStep};
pub use value::{KeyValue, Malformed, Presented};
pub use verification::{
    CODE_DAY, CODE_GOOD_FOR, CODE_RESENT_AFTER, CODE_TRIES, CODE_TRIES_A_DAY, CodeRefusal,
    CodeStanding, Purpose, SentCode, VerificationCode,
};
pub use version::{Version, VersionError, Versions};
pub use words::checked_name;
