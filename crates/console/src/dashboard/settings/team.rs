//! `/{owner}/{side}/settings/team`: who belongs to an account, and what they may do.

mod invitation;
mod invite;
mod member;
mod realm;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use keys::{Realm, Right, Rights, Role};

pub(super) use self::realm::organization_name;
use self::realm::realms;
use super::super::failure::Failure;
use super::super::frame::{Frame, Tab};
use super::super::page;
use super::super::place::{Here, Query};
use super::super::time::Moment;
use super::super::visit::Visit;
use super::super::words::{Called, RolesWords};
use super::around::{Around, Page};
use super::told::Said;
use crate::console::Shared;
use crate::control::{ControlError, Known};

/// The pages of the team.
pub(super) fn routes() -> Router<Arc<Shared>> {
    let at = |rest: &str| format!("/{{owner}}/{{side}}/settings/team{rest}");
    Router::new()
        .route(&at(""), get(show))
        .route(&at("/{realm}/invite"), get(invite::show).post(invite::invite))
        .route(
            &at("/{realm}/invitations/{invitation}"),
            get(invitation::show).post(invitation::withdraw),
        )
        .route(
            &at("/{realm}/members/{user}/{role}/role"),
            get(member::show_role).post(member::change_role),
        )
        .route(
            &at("/{realm}/members/{user}/{role}/remove"),
            get(member::show_remove).post(member::remove),
        )
}

#[derive(Template)]
#[template(path = "settings/team.html")]
struct TeamPage {
    frame: Frame,
    around: Around,
    groups: Vec<Group>,
    /// Those that somebody can have here.
    roles: Vec<Called>,
}

/// Those who have their role in the same place.
struct Group {
    id: String,
    heading: String,
    text: &'static str,
    /// The address of what is done to it.
    path: String,
    /// Whether its reader sees who they are.
    is_seen: bool,
    /// Whether its reader may invite somebody.
    may_invite: bool,
    members: Vec<MemberLine>,
    invitations: Vec<InvitationLine>,
}

/// A member, as it is shown.
struct MemberLine {
    who: String,
    email: String,
    role: Called,
    since: Moment,
    is_you: bool,
    /// Whether its reader may give it another role.
    may_change: bool,
    /// The address of what is done to it.
    path: String,
}

/// An invitation that waits to be accepted.
struct InvitationLine {
    email: String,
    role: Called,
    until: Moment,
    path: String,
}

async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Query(said): Query<Said>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let mut groups = Vec::new();
    for realm in realms(&frame) {
        groups.extend(group(&shared, &visit, &frame, realm).await?);
    }
    let around = Around::of(&frame, &visit, Page::Team, said);
    let called = &around.words.of_team.roles;
    let had = |role: &Role| !(frame.is_organization() && role.is_of_a_sandbox());
    let roles = Role::ALL.into_iter().filter(had).map(|role| called.of(role)).collect();
    Ok(page(StatusCode::OK, &TeamPage { frame, around, groups, roles }))
}

/// Those of a place, as far as its reader sees them; none where it is none of their business.
async fn group(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
    realm: Realm,
) -> Result<Option<Group>, Failure> {
    let you = visit.person();
    let rights = shared.store.rights(you.user.id, realm).await?;
    let (is_seen, known) = match shared.control.members(visit.caller(), realm).await {
        Ok(known) => (true, known),
        Err(ControlError::NotAllowed(_)) => (false, own(shared, visit, realm).await?),
        Err(ControlError::Refused(refusal)) if refusal.is_unknown() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let path = format!("{}/{realm}", Page::Team.path(frame.home));
    let roles = &frame.words.settings.of_team.roles;
    let lines = known.iter().map(|known| line(known, rights, (visit, roles), &path));
    let (heading, text) = realm::heading(shared, (visit.caller(), frame), realm).await?;
    let invitations = if is_seen {
        let found = shared.control.invitations(visit.caller(), realm).await?;
        let line = |invitation: store::Invitation| InvitationLine {
            email: invitation.email.to_string(),
            role: roles.of(invitation.role),
            until: Moment::of(invitation.expires_at),
            path: format!("{path}/invitations/{}", invitation.id),
        };
        found.into_iter().map(line).collect()
    } else {
        Vec::new()
    };
    let managing = match realm {
        Realm::Organization(_) | Realm::Account(_) => Right::ManageMembers,
        Realm::Sandbox(_) => Right::ManageSandboxMembers,
    };
    Ok(Some(Group {
        id: realm.to_string(),
        heading,
        text,
        members: lines.collect(),
        path,
        is_seen,
        may_invite: rights.has(managing),
        invitations,
    }))
}

/// The roles that somebody has there who does not see those of others.
async fn own(shared: &Shared, visit: &Visit, realm: Realm) -> Result<Vec<Known>, Failure> {
    let user = &visit.person().user;
    let has = shared.store.memberships(user.id).await?.into_iter();
    let here = has.filter(|member| member.realm == realm);
    Ok(here.map(|member| Known { member, user: user.clone() }).collect())
}

fn line(
    known: &Known,
    rights: Rights,
    (visit, roles): (&Visit, &RolesWords),
    path: &str,
) -> MemberLine {
    let Known { member, user } = known;
    let email = user.email.to_string();
    MemberLine {
        who: user.name.clone().unwrap_or_else(|| email.clone()),
        email,
        role: roles.of(member.role),
        since: Moment::of(member.since),
        is_you: user.id == visit.person().user.id,
        may_change: rights.may_grant(member.role),
        path: format!("{path}/members/{}/{}", user.id, member.role.as_str()),
    }
}
