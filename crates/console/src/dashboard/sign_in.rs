//! Signing in and out.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use keys::{EmailAddress, holds_key_value};
use serde::Deserialize;

use super::failure::{Failure, Wrong};
use super::form::{Csrf, Posted};
use super::place::Query;
use super::words::Words;
use super::{cookie, page};
use crate::console::Shared;
use crate::control::{Credentials, SignInError, SignedIn};
use crate::door::Client;
use crate::password::Password;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'p> {
    words: &'p Words,
    email: &'p str,
    /// It is asked for once it is known that there is an app.
    asks_for_code: bool,
    back: &'p str,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    email: String,
    password: Password,
    code: Option<String>,
    #[serde(default)]
    back: String,
}

/// Nothing.
#[derive(Deserialize)]
pub(super) struct Empty {}

/// `GET /signin`
pub(super) async fn show(
    headers: HeaderMap,
    Query(Asked { back }): Query<Asked>,
) -> Result<Response, Failure> {
    if holds_key_value(back.as_bytes()) {
        return Err(Failure::KeyInAddress);
    }
    let words = Words::of(&headers);
    Ok(page(
        StatusCode::OK,
        &SignInPage { words, email: "", asks_for_code: false, back: &back, error: None },
    ))
}

/// `POST /signin`: a new session each time, so that nobody can hand one to somebody else beforehand.
pub(super) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Posted(form): Posted<SignIn>,
) -> Result<Response, Failure> {
    let words = Words::of(&parts.headers);
    let SignIn { email, password, code, back } = form;
    let asked_for_code = code.is_some();
    let again = |asks_for_code, status, error| {
        page(status, &SignInPage { words, email: &email, asks_for_code, back: &back, error })
    };
    let Ok(address) = email.parse::<EmailAddress>() else {
        let told = words.sign_in.bad_email.to_owned();
        return Ok(again(asked_for_code, StatusCode::BAD_REQUEST, Some(told)));
    };
    let code = code.map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
    let credentials = Credentials { email: address, password, code };
    let from = Client::safely(&shared, &parts)?;
    match shared.control.sign_in(credentials, from).await {
        Ok(SignedIn { token, .. }) => {
            let mut response = Redirect::to(&safe_way(&back)).into_response();
            let line = cookie::keep(&token).map_err(|_cause| Failure::Unreadable)?;
            response.headers_mut().insert(header::SET_COOKIE, line);
            Ok(response)
        }
        Err(SignInError::CodeMissing) => Ok(again(true, StatusCode::OK, None)),
        Err(error) => {
            let wrong = Wrong::of(words, error)?;
            Ok(again(asked_for_code, wrong.status, Some(wrong.text)))
        }
    }
}

/// `POST /signout`
pub(super) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    form: Csrf<Empty>,
) -> Result<Response, Failure> {
    shared.control.sign_out(form.visit.caller()).await?;
    let mut response = Redirect::to("/signin").into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::FORGET);
    Ok(response)
}

/// Back to a page of ours, and to nowhere else. No way there holds a key value.
fn safe_way(back: &str) -> String {
    let is_ours = back.starts_with('/')
        && !holds_key_value(back.as_bytes())
        && !back.starts_with("//")
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_ours { back.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(safe_way("/acct_1/live/apikeys?done=1"), "/acct_1/live/apikeys?done=1");
        for bad in ["", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb", "x"]
        {
            assert_eq!(safe_way(bad), "/", "{bad}");
        }
    }
}
