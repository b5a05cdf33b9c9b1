//! `…/team/{realm}/members/{user}/{role}/…`: a member gets another role, or loses it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use keys::{Realm, Role, UserId};
use serde::Deserialize;

use super::super::super::failure::{Failure, Wrong};
use super::super::super::form::{Csrf, Pairs};
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::{Ask, Panel, not_done};
use super::super::super::place::{Here, Path};
use super::super::super::sign_in::Empty;
use super::super::super::visit::Visit;
use super::super::around::{Page, grave, panel};
use super::super::told::Done;
use super::realm::{named, role_field};
use crate::console::Shared;
use crate::control::MembersError;

#[derive(Deserialize)]
pub(super) struct AtMember {
    realm: String,
    user: UserId,
    role: String,
}

/// A member, with what it is called.
struct Found {
    user: UserId,
    realm: Realm,
    role: Role,
    called: String,
    is_you: bool,
}

#[derive(Deserialize)]
pub(super) struct AnotherRole {
    role: Option<String>,
}

pub(super) async fn show_role(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Path(at): Path<AtMember>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let found = find(&shared, &visit, &frame, &at).await?;
    Ok(role_form(&shared, &visit, &frame, &found).await?.page(&frame, None))
}

pub(super) async fn change_role(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    Path(at): Path<AtMember>,
    form: Csrf<AnotherRole>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let found = find(&shared, visit, &frame, &at).await?;
    let panel = role_form(&shared, visit, &frame, &found).await?;
    let Some(Ok(new)) = form.fields.role.as_deref().map(str::parse::<Role>) else {
        let told = frame.words.settings.of_team.choose_role.to_owned();
        return Ok(panel.again(&frame, &form.pairs, &Wrong::answer(told)));
    };
    let member = (found.user, found.realm, found.role);
    let control = &shared.control;
    match control.change_role(visit.caller(), member, new, form.code.as_deref()).await {
        Ok(_member) => Ok(Done::RoleChanged.on(&Page::Team.path(home), visit.token())),
        Err(error) => stays(&frame, panel, &form.pairs, error),
    }
}

pub(super) async fn show_remove(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Path(at): Path<AtMember>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let found = find(&shared, &visit, &frame, &at).await?;
    Ok(remove_form(&frame, &found).page(&frame, None))
}

pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    Path(at): Path<AtMember>,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let found = find(&shared, visit, &frame, &at).await?;
    let member = (found.user, found.realm, found.role);
    match shared.control.remove_member(visit.caller(), member).await {
        // Whoever has left may see nothing here any more.
        Ok(()) if found.is_you => Ok(Redirect::to("/").into_response()),
        Ok(()) => Ok(Done::MemberRemoved.on(&Page::Team.path(home), visit.token())),
        Err(error) => stays(&frame, remove_form(&frame, &found), &form.pairs, error),
    }
}

/// What is shown where members stay as they are: a question for a verification code, or the form
/// again with what is wrong.
pub(super) fn stays(
    frame: &Frame,
    panel: Panel,
    pairs: &Pairs,
    error: MembersError,
) -> Result<Response, Failure> {
    let MembersError::Control(error) = error else {
        return Ok(panel.again(frame, pairs, &Wrong::of(frame.words, error)?));
    };
    not_done(frame, panel, pairs, error)
}

/// The member of an address. Everybody knows of themselves, and may leave.
async fn find(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
    at: &AtMember,
) -> Result<Found, Failure> {
    let realm = named(frame, &at.realm)?;
    let role = at.role.parse::<Role>().map_err(|_cause| Failure::Missing)?;
    let you = &visit.person().user;
    let is_you = you.id == at.user;
    let called = if is_you {
        you.email.to_string()
    } else {
        let known = shared.control.members(visit.caller(), realm).await?;
        let is_it =
            |known: &&crate::control::Known| known.user.id == at.user && known.member.role == role;
        known.iter().find(is_it).ok_or(Failure::Missing)?.user.email.to_string()
    };
    Ok(Found { user: at.user, realm, role, called, is_you })
}

async fn role_form(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
    found: &Found,
) -> Result<Panel, Failure> {
    let field = role_field(shared, (visit.caller(), frame), found.realm, Some(found.role)).await?;
    let (action, back) = (found.action(frame, "role"), Page::Team.path(frame.home));
    let form = &frame.words.settings.of_team.change_role;
    Ok(panel(form, Some(found.about(frame)), (action, back), vec![field]))
}

fn remove_form(frame: &Frame, found: &Found) -> Panel {
    let texts = &frame.words.settings.of_team;
    let form = if found.is_you { &texts.leave } else { &texts.remove };
    let (action, back) = (found.action(frame, "remove"), Page::Team.path(frame.home));
    grave(panel(form, Some(found.about(frame)), (action, back), Vec::new()))
}

impl Found {
    fn about(&self, frame: &Frame) -> String {
        let (role, _) = frame.words.settings.of_team.roles.of(self.role);
        format!("{} · {role}", self.called)
    }

    fn action(&self, frame: &Frame, verb: &str) -> String {
        let Self { user, realm, role, .. } = self;
        let team = Page::Team.path(frame.home);
        format!("{team}/{realm}/members/{user}/{}/{verb}", role.as_str())
    }
}
