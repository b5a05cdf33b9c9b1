//! Sessions: signing in and out.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use jiff::Timestamp;
use keys::{EmailAddress, SESSION_LONGEST, SessionId, UserId};
use serde::{Deserialize, Serialize};
use store::Session;
use utoipa::ToSchema;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, List, Paged, Part};
use crate::console::Shared;
use crate::control::{Credentials, SignedIn};
use crate::door::Client;
use crate::password::Password;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    email: String,
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// The code of an authenticator app, or a recovery code.
    code: Option<String>,
}

/// A sign-in that lasts.
#[derive(Serialize, ToSchema)]
struct SessionObject<'s> {
    #[schema(value_type = String)]
    id: SessionId,
    object: &'static str,
    #[schema(value_type = String)]
    user: UserId,
    ip_address: String,
    user_agent: &'s str,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_seen: Timestamp,
    /// At the latest; unused it ends earlier.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether it is the one that asks.
    current: bool,
    /// What opens the API from now on; said once.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'s str>,
}

impl<'s> SessionObject<'s> {
    fn of(session: &'s Session) -> Self {
        let latest = session.created_at.checked_add(SESSION_LONGEST);
        Self {
            id: session.id,
            object: "session",
            user: session.user,
            ip_address: session.address.to_string(),
            user_agent: &session.user_agent,
            created: session.created_at,
            last_seen: session.seen_at,
            expires_at: latest.unwrap_or(Timestamp::MAX),
            current: false,
            token: None,
        }
    }
}

/// `POST /api/v1/sessions`: signs somebody in.
#[utoipa::path(
    post,
    operation_id = "sign_in",
    path = "/api/v1/sessions",
    tag = "Sessions",
    security(()),
    summary = "Signs somebody in",
    request_body = SignIn,
    responses((status = 200, description = "Done", body = SessionObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn start(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Fields(fields): Fields<SignIn>,
) -> Result<Response, Problem> {
    let SignIn { email, password, code } = fields;
    let email: EmailAddress = email.parse()?;
    let credentials = Credentials { email, password, code };
    let from = Client::safely(&shared, &parts)?;
    let SignedIn { session, token } = shared.control.sign_in(credentials, from).await?;
    let mut object = SessionObject::of(&session);
    object.current = true;
    object.token = Some(token.expose());
    answer::json(StatusCode::OK, &object)
}

/// `GET /api/v1/sessions`: those of the person, the last seen first.
#[utoipa::path(
    get,
    operation_id = "list_sessions",
    path = "/api/v1/sessions",
    tag = "Sessions",
    summary = "The sessions of the person, the last seen first",
    params(Paged),
    responses((status = 200, description = "Done", body = List<SessionObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(call: Call, Asked(paged): Asked<Paged>) -> Result<Response, Problem> {
    let person = call.person()?;
    let sessions = call.shared().store.sessions(person.user.id, call.now()).await?;
    let mut data: Vec<_> = sessions.iter().map(SessionObject::of).collect();
    for object in &mut data {
        object.current = object.id == person.session.id;
    }
    let id = |object: &SessionObject<'_>| object.id;
    answer::json(StatusCode::OK, &Part::from(paged).of("/api/v1/sessions", data, id)?)
}

/// `DELETE /api/v1/sessions`: ends all but the one that asks.
#[utoipa::path(
    delete,
    operation_id = "end_other_sessions",
    path = "/api/v1/sessions",
    tag = "Sessions",
    summary = "Ends all sessions but this one",
    responses((status = 200, description = "Done", body = List<SessionObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn end_others(call: Call) -> Result<Response, Problem> {
    call.control().end_other_sessions(call.caller()).await?;
    list(call, Asked(Paged::default())).await
}

/// `DELETE /api/v1/sessions/{id}`: ends one of the person's; `current` is the one that asks.
#[utoipa::path(
    delete,
    operation_id = "end_session",
    path = "/api/v1/sessions/{id}",
    tag = "Sessions",
    summary = "Ends a session; `current` is this one",
    params(("id" = String, Path)),
    responses((status = 200, description = "Done", body = SessionEnded), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn end(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = call.person()?;
    let ended = match id.as_str() {
        "current" => person.session.id,
        id => id.parse().map_err(|_cause| Problem::missing("session", id))?,
    };
    if !call.control().end_session(call.caller(), ended).await? {
        return Err(Problem::missing("session", &id));
    }
    answer::json(StatusCode::OK, &SessionEnded { id: ended, object: "session", deleted: true })
}

/// What is said of something that is gone.
#[derive(Serialize, ToSchema)]
struct SessionEnded {
    #[schema(value_type = String)]
    id: SessionId,
    object: &'static str,
    deleted: bool,
}
