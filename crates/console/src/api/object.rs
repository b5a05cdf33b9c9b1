//! What is said of a key.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use keys::{
    AccountId, Change, IpRestriction, Key, KeyId, KeyValue, Kind, Livemode, Mode, Standing,
};
use serde::Serialize;

use crate::control::{Done, Force};
use crate::problem::Problem;

/// A key, as it is said.
#[derive(Serialize)]
pub(crate) struct KeyObject<'k> {
    id: KeyId,
    object: &'static str,
    r#type: Kind,
    status: &'static str,
    name: &'k str,
    note: Option<&'k str>,
    redacted: String,
    created: Timestamp,
    expires_at: Option<Timestamp>,
    livemode: bool,
    account: AccountId,
    mode: Mode,
    ip_allowlist: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'k str>,
    /// Said only when it is false.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<bool>,
}

impl<'k> KeyObject<'k> {
    /// Everything but the value.
    pub(crate) fn of(key: &'k Key, now: Timestamp) -> Self {
        let (status, expires_at) = match key.standing {
            Standing::Active => ("active", None),
            Standing::Expiring { at } if now < at => ("expiring", Some(at)),
            Standing::Expiring { at } => ("expired", Some(at)),
            Standing::Deleted { .. } => ("deleted", None),
        };
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
            livemode: key.place.mode.livemode() == Livemode::Live,
            account: key.place.account,
            mode: key.place.mode,
            ip_allowlist,
            secret: None,
            in_force: None,
        }
    }
}

/// The answer that tells of the key that a change made, with its value, or changed.
///
/// 200 when it is in force; 202 with `in_force: false` when it is committed, and a gateway was not
/// heard of.
pub(crate) fn changed(done: &Done, now: Timestamp) -> Result<Response, Problem> {
    let made = done.changes.iter().find_map(|change| match change {
        Change::KeyMade(minted) => Some((&minted.key, Some(&minted.value))),
        Change::OrganizationOpened(_)
        | Change::AccountOpened(_)
        | Change::SandboxOpened(_)
        | Change::KeyChanged(_) => None,
    });
    let changed = done.changes.iter().find_map(|change| match change {
        Change::KeyChanged(key) => Some((key, None)),
        Change::OrganizationOpened(_)
        | Change::AccountOpened(_)
        | Change::SandboxOpened(_)
        | Change::KeyMade(_) => None,
    });
    let (key, value) = made.or(changed).ok_or(keys::Denial::Internal)?;
    let mut object = KeyObject::of(key, now);
    object.secret = value.map(KeyValue::expose);
    match done.force {
        Force::Everywhere => json(StatusCode::OK, &object),
        Force::NotYet => {
            object.in_force = Some(false);
            json(StatusCode::ACCEPTED, &object)
        }
    }
}

/// An answer in JSON.
pub(crate) fn json(status: StatusCode, said: &impl Serialize) -> Result<Response, Problem> {
    let mut text = serde_json::to_vec_pretty(said).map_err(Problem::Unwritable)?;
    text.push(b'\n');
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
