//! The person who has signed in, and their authenticator app.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{EventId, RecoveryCode, UserId};
use serde::{Deserialize, Serialize, Serializer};
use store::AuthenticatorStanding;
use utoipa::{IntoParams, ToSchema};
use zeroize::Zeroizing;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::events::{EventObject, event};
use crate::api::members::Membership;
use crate::api::page::{Asked, Limit, List};
use crate::picture::qr_svg;
use crate::problem::{ErrorBody, Problem};

/// Somebody, as only they themselves are told.
#[derive(Serialize, ToSchema)]
struct UserObject<'u> {
    #[schema(value_type = String)]
    id: UserId,
    object: &'static str,
    email: &'u str,
    name: Option<&'u str>,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    /// `off`, `pending` until its first code was shown, or `on`.
    authenticator: &'static str,
    /// How many were not used.
    recovery_codes_left: usize,
    memberships: Vec<Membership>,
}

/// An app that was begun. It is said once.
#[derive(Serialize, ToSchema)]
struct AuthenticatorObject<'a> {
    object: &'static str,
    /// For typing, in base32.
    secret: &'a str,
    /// What the picture says.
    otpauth_url: &'a str,
    /// For the camera of the app.
    qr_svg: &'a str,
}

#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    object: &'static str,
    /// Each is good once, in place of a code of the app. They are said once.
    #[schema(value_type = Vec<String>)]
    recovery_codes: Vec<Shown>,
}

/// What is shown once, and wiped after that.
struct Shown(Zeroizing<String>);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl RecoveryCodes {
    fn of(codes: &[RecoveryCode]) -> Self {
        let told = |code: &RecoveryCode| Shown(code.expose());
        Self { object: "authenticator", recovery_codes: codes.iter().map(told).collect() }
    }
}

#[derive(Serialize, ToSchema)]
struct AuthenticatorRemoved {
    object: &'static str,
    deleted: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmAuthenticator {
    code: String,
}

/// `GET /api/v1/user`
#[utoipa::path(
    get,
    operation_id = "show_user",
    path = "/api/v1/user",
    tag = "People",
    summary = "The person who asks",
    responses((status = 200, description = "Done", body = UserObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call) -> Result<Response, Problem> {
    let user = &call.person()?.user;
    let store = &call.shared().store;
    let (authenticator, recovery_codes_left) = match store.authenticator(user.id).await? {
        AuthenticatorStanding::Off => ("off", 0),
        AuthenticatorStanding::Pending => ("pending", 0),
        AuthenticatorStanding::On { recovery_codes } => ("on", recovery_codes),
    };
    let memberships = store.memberships(user.id).await?;
    let object = UserObject {
        id: user.id,
        object: "user",
        email: user.email.as_str(),
        name: user.name.as_deref(),
        created: user.created_at,
        authenticator,
        recovery_codes_left,
        memberships: memberships.iter().map(Membership::of).collect(),
    };
    answer::json(StatusCode::OK, &object)
}

/// `POST /api/v1/user/authenticator`: begins with an app.
#[utoipa::path(
    post,
    operation_id = "begin_authenticator",
    path = "/api/v1/user/authenticator",
    tag = "People",
    summary = "Begins with an authenticator app; takes a verification code",
    responses((status = 200, description = "Done", body = AuthenticatorObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn begin(call: Call) -> Result<Response, Problem> {
    let email = call.person()?.user.email.clone();
    let secret = call.control().begin_authenticator(call.caller(), call.shown()).await?;
    let uri = secret.expose_uri("Keyway", email.as_str());
    // An address of this length fits into a picture.
    let picture = qr_svg(&uri).ok_or(keys::Denial::Internal)?;
    let object = AuthenticatorObject {
        object: "authenticator",
        secret: &secret.expose_text(),
        otpauth_url: &uri,
        qr_svg: &picture,
    };
    answer::json(StatusCode::OK, &object)
}

/// `POST /api/v1/user/authenticator/confirm`: shows the first code of the app.
#[utoipa::path(
    post,
    operation_id = "confirm_authenticator",
    path = "/api/v1/user/authenticator/confirm",
    tag = "People",
    summary = "Shows the first code of the app",
    request_body = ConfirmAuthenticator,
    responses((status = 200, description = "Done", body = RecoveryCodes), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn confirm(
    call: Call,
    Fields(ConfirmAuthenticator { code }): Fields<ConfirmAuthenticator>,
) -> Result<Response, Problem> {
    let codes = call.control().confirm_authenticator(call.caller(), &code).await?;
    answer::json(StatusCode::OK, &RecoveryCodes::of(&codes))
}

/// `POST /api/v1/user/authenticator/recovery_codes`: others in the place of those that there were.
#[utoipa::path(
    post,
    operation_id = "renew_recovery_codes",
    path = "/api/v1/user/authenticator/recovery_codes",
    tag = "People",
    summary = "Makes new recovery codes, and ends the old ones; takes a verification code",
    responses((status = 200, description = "Done", body = RecoveryCodes), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn renew(call: Call) -> Result<Response, Problem> {
    let codes = call.control().renew_recovery_codes(call.caller(), call.shown()).await?;
    answer::json(StatusCode::OK, &RecoveryCodes::of(&codes))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnEvents {
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    limit: Limit,
    /// Those that happened before this one.
    #[param(value_type = Option<String>)]
    starting_after: Option<EventId>,
}

/// `GET /api/v1/user/events`
#[utoipa::path(
    get,
    operation_id = "list_user_events",
    path = "/api/v1/user/events",
    tag = "People",
    summary = "What was done about how the person signs in, newest first",
    params(OwnEvents),
    responses((status = 200, description = "Done", body = List<EventObject>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn events(
    call: Call,
    Asked(OwnEvents { limit, starting_after }): Asked<OwnEvents>,
) -> Result<Response, Problem> {
    let most = limit.and_one();
    let found = call.control().own_events(call.caller(), starting_after, most).await?;
    let data = found.iter().map(event).collect::<Result<Vec<_>, _>>()?;
    answer::json(StatusCode::OK, &limit.list("/api/v1/user/events", data))
}

/// `DELETE /api/v1/user/authenticator`
#[utoipa::path(
    delete,
    operation_id = "remove_authenticator",
    path = "/api/v1/user/authenticator",
    tag = "People",
    summary = "Removes the app; takes a verification code",
    responses((status = 200, description = "Done", body = AuthenticatorRemoved), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn remove(call: Call) -> Result<Response, Problem> {
    call.control().remove_authenticator(call.caller(), call.shown()).await?;
    answer::json(StatusCode::OK, &AuthenticatorRemoved { object: "authenticator", deleted: true })
}
