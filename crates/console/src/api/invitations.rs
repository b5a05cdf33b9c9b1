//! Invitations to become a member.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use keys::{EmailAddress, InvitationId, InvitationToken, UserId};
use serde::{Deserialize, Serialize};
use store::{Invitation, InvitationError};
use utoipa::ToSchema;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::members::{Membership, Where, realm_of, role_of};
use crate::api::page::{Asked, List};
use crate::console::Shared;
use crate::control::MembersError;
use crate::door::Client;
use crate::password::Password;
use crate::problem::{ErrorBody, Problem};

/// An invitation that waits to be accepted.
#[derive(Serialize, ToSchema)]
struct InvitationObject<'i> {
    #[schema(value_type = String)]
    id: InvitationId,
    object: &'static str,
    email: &'i str,
    realm: String,
    role: &'static str,
    #[schema(value_type = String)]
    invited_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl<'i> InvitationObject<'i> {
    fn of(invitation: &'i Invitation) -> Self {
        Self {
            id: invitation.id,
            object: "invitation",
            email: invitation.email.as_str(),
            realm: invitation.realm.to_string(),
            role: invitation.role.as_str(),
            invited_by: invitation.invited_by,
            created: invitation.created_at,
            expires_at: invitation.expires_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
struct InvitationWithdrawn {
    #[schema(value_type = String)]
    id: InvitationId,
    object: &'static str,
    deleted: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invite {
    email: String,
    /// The id of an organization, an account or a sandbox.
    realm: String,
    role: String,
}

/// What stands behind the `#` of the mailed link; somebody new chooses a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptInvitation {
    token: String,
    name: Option<String>,
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Password>,
}

/// `GET /api/v1/invitations?realm=…`
#[utoipa::path(
    get,
    operation_id = "list_invitations",
    path = "/api/v1/invitations",
    tag = "Members",
    summary = "The invitations that can still be accepted",
    params(Where),
    extensions(("x-keyway-permissions" = json!(["member_read"]))),
    responses((status = 200, description = "Done", body = List<InvitationObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(call: Call, Asked(asked): Asked<Where>) -> Result<Response, Problem> {
    let (realm, part) = (realm_of(&asked.realm)?, asked.part());
    let (beside, most) = part.beside()?;
    let found = call.control().page_of_invitations(call.caller(), realm, beside, most).await?;
    let data = found.iter().map(InvitationObject::of).collect();
    answer::json(StatusCode::OK, &part.list("/api/v1/invitations", data))
}

/// `POST /api/v1/invitations`
#[utoipa::path(
    post,
    operation_id = "invite",
    path = "/api/v1/invitations",
    tag = "Members",
    summary = "Invites somebody by mail",
    request_body = Invite,
    responses((status = 200, description = "Done", body = InvitationObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn invite(
    call: Call,
    Fields(Invite { email, realm, role }): Fields<Invite>,
) -> Result<Response, Problem> {
    let email: EmailAddress = email.parse()?;
    let wanted = (email, realm_of(&realm)?, role_of(&role)?);
    let invitation = call.control().invite(call.caller(), wanted, call.shown()).await?;
    answer::json(StatusCode::OK, &InvitationObject::of(&invitation))
}

/// `DELETE /api/v1/invitations/{id}`
#[utoipa::path(
    delete,
    operation_id = "withdraw_invitation",
    path = "/api/v1/invitations/{id}",
    tag = "Members",
    summary = "Takes an invitation back",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["member_write"]))),
    responses((status = 200, description = "Done", body = InvitationWithdrawn), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn withdraw(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_cause| Problem::missing("invitation", &id))?;
    call.control().withdraw(call.caller(), id).await?;
    answer::json(StatusCode::OK, &InvitationWithdrawn { id, object: "invitation", deleted: true })
}

/// `POST /api/v1/invitations/accept`: by whoever has signed in, or by somebody new.
#[utoipa::path(
    post,
    operation_id = "accept_invitation",
    path = "/api/v1/invitations/accept",
    tag = "Members",
    security(()),
    summary = "Accepts an invitation",
    request_body = AcceptInvitation,
    responses((status = 200, description = "Done", body = Membership), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn accept(
    State(shared): State<Arc<Shared>>,
    mut parts: Parts,
    Fields(AcceptInvitation { token, name, password }): Fields<AcceptInvitation>,
) -> Result<Response, Problem> {
    let token: InvitationToken =
        token.parse().map_err(|_cause| MembersError::Invitation(InvitationError::NotGood))?;
    let member = if parts.headers.contains_key(header::AUTHORIZATION) {
        let call = Call::from_request_parts(&mut parts, &shared).await?;
        call.control().accept(call.caller(), &token).await?
    } else {
        let from = Client::safely(&shared, &parts)?;
        shared.control.join(&token, name, password, from).await?
    };
    answer::json(StatusCode::OK, &Membership::of(&member))
}
