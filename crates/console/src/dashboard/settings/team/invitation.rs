//! `…/team/{realm}/invitations/{invitation}`: an invitation is taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::InvitationId;
use serde::Deserialize;
use store::Invitation;

use super::super::super::failure::Failure;
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::Panel;
use super::super::super::place::{Here, Path};
use super::super::super::sign_in::Empty;
use super::super::super::visit::Visit;
use super::super::around::{Page, grave, panel};
use super::super::told::Done;
use super::member::stays;
use super::realm::named;
use crate::console::Shared;

#[derive(Deserialize)]
pub(super) struct AtInvitation {
    realm: String,
    invitation: InvitationId,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Path(at): Path<AtInvitation>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let found = find(&shared, &visit, &frame, &at).await?;
    Ok(form(&frame, &found).page(&frame, None))
}

pub(super) async fn withdraw(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    Path(at): Path<AtInvitation>,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let found = find(&shared, visit, &frame, &at).await?;
    match shared.control.withdraw(visit.caller(), found.id).await {
        Ok(()) => Ok(Done::Withdrawn.on(&Page::Team.path(home), visit.token())),
        Err(error) => stays(&frame, self::form(&frame, &found), &form.pairs, error),
    }
}

/// The invitation of an address, while it can still be accepted.
async fn find(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
    at: &AtInvitation,
) -> Result<Invitation, Failure> {
    let realm = named(frame, &at.realm)?;
    let open = shared.control.invitations(visit.caller(), realm).await?;
    open.into_iter().find(|invitation| invitation.id == at.invitation).ok_or(Failure::Missing)
}

fn form(frame: &Frame, invitation: &Invitation) -> Panel {
    let texts = &frame.words.settings.of_team;
    let back = Page::Team.path(frame.home);
    let (role, _) = texts.roles.of(invitation.role);
    let about = format!("{} · {role}", invitation.email);
    let action = format!("{back}/{}/invitations/{}", invitation.realm, invitation.id);
    grave(panel(&texts.withdraw, Some(about), (action, back), Vec::new()))
}
