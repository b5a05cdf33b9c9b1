//! What a gateway must know to decide about requests: far less than what is kept.

use crate::{
    AccountId, Digest, Home, IpRestriction, KeyId, Kind, OrganizationId, Origin, SandboxId,
    Standing, Version,
};

/// What a gateway knows of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFact {
    /// Its id.
    pub id: AccountId,
    /// The organization that owns it.
    pub organization: Option<OrganizationId>,
    /// The platform that it is connected to.
    pub platform: Option<AccountId>,
    /// The sandbox it was born with.
    pub first_sandbox: SandboxId,
    /// The API version of requests that name none.
    pub version: Version,
}

/// What a gateway knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFact {
    /// Its id.
    pub id: KeyId,
    /// Where its value comes from.
    pub origin: Origin,
    /// What a presented value is found by: the digest of its origin.
    pub digest: Digest,
    /// What it may be used for.
    pub kind: Kind,
    /// Where it lives, and thereby whose it is.
    pub home: Home,
    /// Where it stands in its life; dead keys stay known, to be told apart from unknown ones.
    pub standing: Standing,
    /// From where it may be used.
    pub restriction: IpRestriction,
}

/// One thing that a gateway must know, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An account.
    Account(AccountFact),
    /// A key.
    Key(KeyFact),
}
