//! `…/profile/password`: another password, for whoever knows the present one.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use serde::Deserialize;

use super::super::super::cookie;
use super::super::super::failure::{Failure, Wrong};
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::panel::{Input, Panel};
use super::super::super::place::Here;
use super::super::super::stranger::told;
use super::super::around::{Page, input, panel};
use crate::console::Shared;
use crate::password::Password;

#[derive(Deserialize)]
pub(super) struct Change {
    password: Password,
    new_password: Password,
}

/// All sessions end, and this one is forgotten by its browser.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Change>,
) -> Result<Response, Failure> {
    let Csrf { visit, fields: Change { password, new_password }, .. } = form;
    let frame = Frame::of(&shared, &visit, home, Tab::Settings).await?;
    match shared.control.change_password(visit.caller(), password, new_password).await {
        Ok(()) => {
            let texts = &frame.words.stranger;
            let mut answer = told(frame.words, (texts.chosen, texts.chosen_text), true);
            answer.headers_mut().insert(header::SET_COOKIE, cookie::FORGET);
            Ok(answer)
        }
        Err(error) => Ok(self::form(&frame).page(&frame, Some(&Wrong::of(frame.words, error)?))),
    }
}

pub(super) fn form(frame: &Frame) -> Panel {
    let (texts, stranger) = (&frame.words.settings.of_profile, &frame.words.stranger);
    let back = Page::Profile.path(frame.home);
    let present = input("password", (texts.present_password, ""), Input::Password);
    let new = (stranger.new_password, stranger.new_password_hint);
    let new = input("new_password", new, Input::NewPassword);
    panel(&texts.change_password, None, (format!("{back}/password"), back), vec![present, new])
}
