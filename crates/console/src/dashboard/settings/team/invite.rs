//! `…/team/{realm}/invite`: a mail with a link, by which somebody becomes a member.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::{EmailAddress, Realm, Role};
use serde::Deserialize;

use super::super::super::failure::{Failure, Wrong};
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::{Ask, Input, Panel};
use super::super::super::place::{Here, Path};
use super::super::super::visit::Visit;
use super::super::around::{Page, input, panel};
use super::super::told::Done;
use super::member::stays;
use super::realm::{heading, named, role_field};
use crate::console::Shared;
use crate::problem::Problem;

#[derive(Deserialize)]
pub(super) struct AtRealm {
    realm: String,
}

#[derive(Deserialize)]
pub(super) struct Invite {
    email: String,
    role: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
    Path(AtRealm { realm }): Path<AtRealm>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let realm = named(&frame, &realm)?;
    Ok(form(&shared, &visit, &frame, realm).await?.page(&frame, None))
}

pub(super) async fn invite(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    Path(AtRealm { realm }): Path<AtRealm>,
    form: Csrf<Invite>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let realm = named(&frame, &realm)?;
    let panel = self::form(&shared, visit, &frame, realm).await?;
    let Invite { email, role } = &form.fields;
    let email = match email.trim().parse::<EmailAddress>() {
        Ok(email) => email,
        Err(error) => {
            return Ok(panel.again(
                &frame,
                &form.pairs,
                &Wrong::of(frame.words, Problem::from(error))?,
            ));
        }
    };
    let Some(Ok(role)) = role.as_deref().map(str::parse::<Role>) else {
        let told = frame.words.settings.of_team.choose_role.to_owned();
        return Ok(panel.again(&frame, &form.pairs, &Wrong::answer(told)));
    };
    let wanted = (email, realm, role);
    match shared.control.invite(visit.caller(), wanted, form.code.as_deref()).await {
        Ok(_invitation) => Ok(Done::Invited.on(&Page::Team.path(home), visit.token())),
        Err(error) => stays(&frame, panel, &form.pairs, error),
    }
}

async fn form(
    shared: &Shared,
    visit: &Visit,
    frame: &Frame,
    realm: Realm,
) -> Result<Panel, Failure> {
    let words = frame.words;
    let texts = &words.settings.of_team;
    let back = Page::Team.path(frame.home);
    let email = (words.settings.of_profile.email, texts.email_hint);
    let fields = vec![
        input("email", email, Input::Email),
        role_field(shared, (visit.caller(), frame), realm, None).await?,
    ];
    let (about, _) = heading(shared, (visit.caller(), frame), realm).await?;
    Ok(panel(&texts.invite, Some(about), (format!("{back}/{realm}/invite"), back), fields))
}
