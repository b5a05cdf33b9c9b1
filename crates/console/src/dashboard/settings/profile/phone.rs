//! `…/profile/phone`: the telephone that verification codes go to.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use keys::PhoneNumber;
use serde::Deserialize;

use super::super::super::failure::{Failure, Wrong};
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::{Ask, Input, Panel, not_done};
use super::super::super::place::Here;
use super::super::super::sign_in::Empty;
use super::super::super::visit::Visit;
use super::super::around::{Page, grave, input};
use super::super::told::Done;
use super::form;
use crate::console::Shared;
use crate::control::{ControlError, ProofError};
use crate::problem::Problem;

#[derive(Deserialize)]
pub(super) struct Name {
    number: String,
}

/// Notes the number. It is confirmed next.
pub(super) async fn begin(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Name>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let number = match form.fields.number.trim().parse::<PhoneNumber>() {
        Ok(number) => number,
        Err(error) => {
            return Ok(name(&frame).again(
                &frame,
                &form.pairs,
                &Wrong::of(frame.words, Problem::from(error))?,
            ));
        }
    };
    match shared.control.begin_phone(visit.caller(), &number, form.code.as_deref()).await {
        Ok(()) => Ok(confirm_form(&frame, Some(&number)).page(&frame, None)),
        Err(error) => not_done(&frame, name(&frame), &form.pairs, error),
    }
}

pub(super) async fn show_confirm(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Here(home): Here,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    let pending = shared.store.phones(visit.person().user.id).await?.pending;
    Ok(confirm_form(&frame, pending.as_ref()).page(&frame, None))
}

pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    let pending = shared.store.phones(visit.person().user.id).await?.pending;
    let panel = confirm_form(&frame, pending.as_ref());
    match shared.control.confirm_phone(visit.caller(), form.code.as_deref()).await {
        Ok(()) => Ok(Done::PhoneConfirmed.on(&Page::Profile.path(home), visit.token())),
        // Where none could be sent, none is asked for.
        Err(error @ ControlError::Proof(ProofError::Code(_))) if form.code.is_none() => {
            Ok(panel.again(&frame, &form.pairs, &Wrong::of(frame.words, error)?))
        }
        Err(error) => not_done(&frame, panel, &form.pairs, error),
    }
}

pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    match shared.control.remove_phone(visit.caller(), form.code.as_deref()).await {
        Ok(()) => Ok(Done::PhoneRemoved.on(&Page::Profile.path(home), visit.token())),
        Err(error) => not_done(&frame, remove_form(&frame), &form.pairs, error),
    }
}

pub(super) fn name(frame: &Frame) -> Panel {
    let texts = &frame.words.settings.of_profile;
    let number = input("number", (texts.number, texts.number_hint), Input::Phone);
    form(frame, "phone", &texts.name_phone, vec![number])
}

fn confirm_form(frame: &Frame, number: Option<&PhoneNumber>) -> Panel {
    let texts = &frame.words.settings.of_profile;
    let about = number.map(ToString::to_string);
    Panel { about, ..form(frame, "phone/confirm", &texts.confirm_phone, Vec::new()) }
}

pub(super) fn remove_form(frame: &Frame) -> Panel {
    let texts = &frame.words.settings.of_profile;
    grave(form(frame, "phone/remove", &texts.remove_phone, Vec::new()))
}
