//! Members and their roles.

use std::fmt;
use std::str::FromStr;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use keys::{Realm, Role, UserId};
use serde::{Deserialize, Serialize};
use store::Member;
use utoipa::{IntoParams, ToSchema};

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::api::page::{Asked, Limit, List, Part};
use crate::control::Known;
use crate::problem::{ErrorBody, Problem};

/// Who, and as what.
struct MembershipId(UserId, Role);

impl fmt::Display for MembershipId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(user, role) = self;
        write!(to, "{user}.{}", role.as_str())
    }
}

impl FromStr for MembershipId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (user, role) = text.split_once('.').ok_or(NO_MEMBERSHIP)?;
        match (user.parse(), role.parse()) {
            (Ok(user), Ok(role)) => Ok(Self(user, role)),
            _ => Err(NO_MEMBERSHIP),
        }
    }
}

const NO_MEMBERSHIP: &str = "not the id of a member: a person and a role, like `usr_….developer`";

/// A role of somebody somewhere.
#[derive(Serialize, ToSchema)]
pub(crate) struct Membership {
    /// The person and the role: what the list of a place goes on after.
    id: String,
    object: &'static str,
    #[schema(value_type = String)]
    user: UserId,
    realm: String,
    role: &'static str,
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl Membership {
    pub(crate) fn of(member: &Member) -> Self {
        Self {
            id: MembershipId(member.user, member.role).to_string(),
            object: "member",
            user: member.user,
            realm: member.realm.to_string(),
            role: member.role.as_str(),
            since: member.since,
        }
    }
}

/// The same, with who it is.
#[derive(Serialize, ToSchema)]
struct MemberObject<'m> {
    #[serde(flatten)]
    membership: Membership,
    email: &'m str,
    name: Option<&'m str>,
}

impl<'m> MemberObject<'m> {
    fn of(known: &'m Known) -> Self {
        let Known { member, user } = known;
        let (email, name) = (user.email.as_str(), user.name.as_deref());
        Self { membership: Membership::of(member), email, name }
    }
}

/// A role that was taken away.
#[derive(Serialize, ToSchema)]
struct MemberRemoved {
    #[serde(flatten)]
    membership: Membership,
    deleted: bool,
}

/// Of which place: the id of an organization, an account or a sandbox.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Where {
    pub(crate) realm: String,
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100, default = 10)]
    pub(crate) limit: Limit,
    /// Those that come after this one.
    pub(crate) starting_after: Option<String>,
    /// Those that come before this one, the nearest of them.
    pub(crate) ending_before: Option<String>,
}

impl Where {
    /// Which part of the list of that place.
    pub(crate) fn part(self) -> Part {
        let Self { limit, starting_after, ending_before, .. } = self;
        Part { limit, starting_after, ending_before }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnotherRole {
    role: String,
}

/// `GET /api/v1/members?realm=…`
#[utoipa::path(
    get,
    operation_id = "list_members",
    path = "/api/v1/members",
    tag = "Members",
    summary = "Who has a role in exactly that place",
    params(Where),
    extensions(("x-keyway-permissions" = json!(["member_read"]))),
    responses((status = 200, description = "Done", body = List<MemberObject<'static>>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn list(call: Call, Asked(asked): Asked<Where>) -> Result<Response, Problem> {
    let (realm, part) = (realm_of(&asked.realm)?, asked.part());
    let (beside, most) = part.beside::<MembershipId>()?;
    let beside = beside.map(|MembershipId(user, role)| (user, role));
    let found = call.control().page_of_members(call.caller(), realm, beside, most).await?;
    let data = found.iter().map(MemberObject::of).collect();
    answer::json(StatusCode::OK, &part.list("/api/v1/members", data))
}

/// `POST /api/v1/members/{realm}/{user}/{role}`: gives another role.
#[utoipa::path(
    post,
    operation_id = "change_role",
    path = "/api/v1/members/{realm}/{user}/{role}",
    tag = "Members",
    summary = "Gives a member another role",
    params(("realm" = String, Path), ("user" = String, Path), ("role" = String, Path)),
    request_body = AnotherRole,
    responses((status = 200, description = "Done", body = Membership), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn change(
    call: Call,
    Path(path): Path<(String, String, String)>,
    Fields(AnotherRole { role }): Fields<AnotherRole>,
) -> Result<Response, Problem> {
    let (member, new) = (member_of(&path)?, role_of(&role)?);
    let control = call.control();
    let changed = control.change_role(call.caller(), member, new, call.shown()).await?;
    answer::json(StatusCode::OK, &Membership::of(&changed))
}

/// `DELETE /api/v1/members/{realm}/{user}/{role}`: takes it away.
#[utoipa::path(
    delete,
    operation_id = "remove_member",
    path = "/api/v1/members/{realm}/{user}/{role}",
    tag = "Members",
    summary = "Takes a role away from a member",
    params(("realm" = String, Path), ("user" = String, Path), ("role" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["member_write"]))),
    responses((status = 200, description = "Done", body = MemberRemoved), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn remove(
    call: Call,
    Path(path): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let (user, realm, role) = member_of(&path)?;
    call.control().remove_member(call.caller(), (user, realm, role)).await?;
    let member = Member { user, realm, role, since: call.now() };
    answer::json(
        StatusCode::OK,
        &MemberRemoved { membership: Membership::of(&member), deleted: true },
    )
}

pub(crate) fn realm_of(text: &str) -> Result<Realm, Problem> {
    text.parse().map_err(Problem::Realm)
}

pub(crate) fn role_of(text: &str) -> Result<Role, Problem> {
    text.parse().map_err(|_cause| Problem::Role)
}

/// The ids in a path; what is none names no member.
fn member_of(path: &(String, String, String)) -> Result<(UserId, Realm, Role), Problem> {
    let (realm, user, role) = path;
    let missing = || Problem::missing("member", &format!("{realm}/{user}/{role}"));
    match (user.parse(), realm.parse(), role.parse()) {
        (Ok(user), Ok(realm), Ok(role)) => Ok((user, realm, role)),
        _ => Err(missing()),
    }
}
