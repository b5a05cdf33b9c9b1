//! `…/profile/authenticator`: an app that tells verification codes.
//!
//! Its secret and its recovery codes stand in one answer each, and in no address. Whoever shows a
//! wrong first code is asked again without the picture: the app has it by then.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use keys::{Denial, RecoveryCode, TotpSecret};
use zeroize::Zeroizing;

use super::super::super::failure::{Failure, Wrong};
use super::super::super::form::Csrf;
use super::super::super::frame::{Frame, Tab};
use super::super::super::page;
use super::super::super::panel::{Input, Panel, not_done};
use super::super::super::place::Here;
use super::super::super::sign_in::Empty;
use super::super::around::{Page, grave, input};
use super::super::told::Done;
use super::form;
use crate::console::Shared;
use crate::picture::qr_svg;

/// The secret, for the camera of the app and for typing.
#[derive(Template)]
#[template(path = "settings/scan.html")]
struct ScanPage<'p> {
    frame: &'p Frame,
    panel: &'p Panel,
    picture: &'p str,
    secret: &'p str,
}

/// The recovery codes, a line each.
#[derive(Template)]
#[template(path = "settings/codes.html")]
struct CodesPage<'p> {
    frame: &'p Frame,
    panel: &'p Panel,
    codes: &'p str,
}

pub(super) async fn begin(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    match shared.control.begin_authenticator(visit.caller(), form.code.as_deref()).await {
        Ok(secret) => scan(&frame, &secret),
        Err(error) => not_done(&frame, add(&frame), &form.pairs, error),
    }
}

pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let frame = Frame::of(&shared, &form.visit, home, Tab::Settings).await?;
    let code = form.code.unwrap_or_default();
    match shared.control.confirm_authenticator(form.visit.caller(), &code).await {
        Ok(codes) => Ok(told_once(&frame, &codes)),
        Err(error) => Ok(first_code(&frame).page(&frame, Some(&Wrong::of(frame.words, error)?))),
    }
}

pub(super) async fn renew(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    match shared.control.renew_recovery_codes(visit.caller(), form.code.as_deref()).await {
        Ok(codes) => Ok(told_once(&frame, &codes)),
        Err(error) => not_done(&frame, renew_form(&frame), &form.pairs, error),
    }
}

pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Here(home): Here,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    let visit = &form.visit;
    let frame = Frame::of(&shared, visit, home, Tab::Settings).await?;
    match shared.control.remove_authenticator(visit.caller(), form.code.as_deref()).await {
        Ok(()) => Ok(Done::AppRemoved.on(&Page::Profile.path(home), visit.token())),
        Err(error) => not_done(&frame, remove_form(&frame), &form.pairs, error),
    }
}

fn scan(frame: &Frame, secret: &TotpSecret) -> Result<Response, Failure> {
    let uri = secret.expose_uri("Keyway", &frame.email);
    // An address of this length fits into a picture.
    let picture = qr_svg(&uri).ok_or(Denial::Internal)?;
    let (panel, secret) = (first_code(frame), secret.expose_text());
    let scan = ScanPage { frame, panel: &panel, picture: &picture, secret: &secret };
    Ok(page(StatusCode::OK, &scan))
}

fn told_once(frame: &Frame, codes: &[RecoveryCode]) -> Response {
    let shown: Vec<_> = codes.iter().map(RecoveryCode::expose).collect();
    // Room for all of them from the start: a growing string would leave copies behind.
    let length = shown.iter().map(|code| code.len() + 1).sum();
    let mut lines = Zeroizing::new(String::with_capacity(length));
    for code in &shown {
        lines.push_str(code);
        lines.push('\n');
    }
    let panel = first_code(frame);
    page(StatusCode::OK, &CodesPage { frame, panel: &panel, codes: lines.trim_end() })
}

pub(super) fn add(frame: &Frame) -> Panel {
    form(frame, "authenticator", &frame.words.settings.of_profile.add_app, Vec::new())
}

pub(super) fn first_code(frame: &Frame) -> Panel {
    let texts = &frame.words.settings.of_profile;
    let code = input("code", (texts.app_code, texts.app_code_hint), Input::Code);
    form(frame, "authenticator/confirm", &texts.first_code, vec![code])
}

pub(super) fn renew_form(frame: &Frame) -> Panel {
    form(frame, "authenticator/codes", &frame.words.settings.of_profile.new_codes, Vec::new())
}

pub(super) fn remove_form(frame: &Frame) -> Panel {
    let texts = &frame.words.settings.of_profile;
    grave(form(frame, "authenticator/remove", &texts.remove_app, Vec::new()))
}
