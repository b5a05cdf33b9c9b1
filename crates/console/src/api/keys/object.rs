//! What is said of a key.

use axum::response::Response;
use jiff::Timestamp;
use keys::{
    AccountId, Change, Days, IpRestriction, Key, KeyId, KeyValue, Kind, Livemode, Mode,
    OrganizationId, Permissions, Reveal, Schedule, Standing,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer;
use crate::control::Done;
use crate::problem::Problem;

/// A key, as it is said.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeyObject<'k> {
    #[schema(value_type = String)]
    id: KeyId,
    object: &'static str,
    #[schema(value_type = String)]
    r#type: Kind,
    status: &'static str,
    name: &'k str,
    note: Option<&'k str>,
    redacted: String,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used: Option<Timestamp>,
    livemode: bool,
    /// The account; a key of an organization has none, and acts on the one that each request names.
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    /// `live`, or the id of a sandbox; null where there is no account.
    #[schema(value_type = Option<String>)]
    mode: Option<Mode>,
    /// The organization that it belongs to, where it is no account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    organization: Option<OrganizationId>,
    ip_allowlist: Option<Vec<String>>,
    /// Of restricted keys and those of organizations; others are not asked for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connect_permissions: Option<Vec<String>>,
    rotation: Option<Rotation>,
    /// How often the value can be revealed: `always`, `once` or `never`.
    reveal: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'k str>,
}

/// The rotation that is scheduled.
#[derive(Serialize, ToSchema)]
struct Rotation {
    #[schema(value_type = String, format = DateTime)]
    next_at: Timestamp,
    every_days: Option<u16>,
    grace_seconds: i64,
}

impl Rotation {
    fn of(schedule: Schedule) -> Self {
        let Schedule { next, every, grace } = schedule;
        Self { next_at: next, every_days: every.map(Days::count), grace_seconds: grace.as_secs() }
    }
}

impl<'k> KeyObject<'k> {
    /// Everything but the value.
    pub(crate) fn of(key: &'k Key, now: Timestamp) -> Self {
        let (status, expires_at) = match key.standing {
            Standing::Active => ("active", None),
            Standing::Expiring { at } if now < at => ("expiring", Some(at)),
            Standing::Expiring { at } | Standing::Expired { at } => ("expired", Some(at)),
            Standing::Deleted { .. } => ("deleted", None),
        };
        let has_permissions = match key.kind {
            Kind::Restricted | Kind::Organization => true,
            Kind::Publishable | Kind::Secret => false,
        };
        let place = key.home.place();
        let ip_allowlist = match &key.restriction {
            IpRestriction::Anywhere => None,
            IpRestriction::Only(list) => Some(list.iter().map(|range| range.to_string()).collect()),
        };
        Self {
            id: key.id,
            object: "api_key",
            r#type: key.kind,
            status,
            name: &key.name,
            note: key.note.as_deref(),
            redacted: key.mask().to_string(),
            created: key.created_at,
            expires_at,
            last_used: key.last_used_at,
            livemode: key.home.livemode() == Livemode::Live,
            account: place.map(|place| place.account),
            mode: place.map(|place| place.mode),
            organization: key.home.organization(),
            ip_allowlist,
            permissions: has_permissions.then(|| said(&key.grants.own)),
            connect_permissions: has_permissions.then(|| said(&key.grants.connect)),
            rotation: key.schedule.map(Rotation::of),
            reveal: match key.reveal {
                Reveal::Always => "always",
                Reveal::Once => "once",
                Reveal::Never => "never",
            },
            secret: None,
        }
    }
}

/// The answer that tells of the key that a change made, with its value, or changed.
pub(super) fn changed(done: &Done, now: Timestamp) -> Result<Response, Problem> {
    let made = done.changes.iter().find_map(Change::made);
    let value = made.map(|minted| &minted.value).or(done.revealed.as_ref());
    let key = made.map(|minted| &minted.key);
    let key = key.or_else(|| done.changes.iter().find_map(Change::key));
    let key = key.ok_or(keys::Denial::Internal)?;
    let mut object = KeyObject::of(key, now);
    object.secret = value.map(KeyValue::expose);
    answer::changed(done.force, object)
}

fn said(permissions: &Permissions) -> Vec<String> {
    permissions.iter().map(|permission| permission.to_string()).collect()
}
