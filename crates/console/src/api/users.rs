//! How people come to be, and their passwords. Anybody may ask for these.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use keys::{EmailAddress, LinkPurpose, LinkToken};
use serde::{Deserialize, Serialize};
use store::LinkError;
use utoipa::ToSchema;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::console::Shared;
use crate::control::SignUpError;
use crate::door::Client;
use crate::password::Password;
use crate::problem::{ErrorBody, Problem};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignUp {
    email: String,
    name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPassword {
    email: String,
}

/// What stands behind the `#` of a mailed link, and the password that is chosen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoosePassword {
    token: String,
    #[schema(value_type = String, format = Password)]
    new_password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangePassword {
    #[schema(value_type = String, format = Password)]
    password: Password,
    #[schema(value_type = String, format = Password)]
    new_password: Password,
}

/// Whatever becomes of it is mailed: the answer is always the same.
#[derive(Serialize, ToSchema)]
struct Mailed {
    object: &'static str,
    message: &'static str,
}

/// What is said of a password that was set.
#[derive(Serialize, ToSchema)]
struct PasswordChanged {
    object: &'static str,
    changed: bool,
    message: &'static str,
}

const CHOSEN: PasswordChanged = PasswordChanged {
    object: "password",
    changed: true,
    message: "All sessions have ended: sign in.",
};

/// `POST /api/v1/users`: signs somebody up.
#[utoipa::path(
    post,
    operation_id = "sign_up",
    path = "/api/v1/users",
    tag = "People",
    security(()),
    summary = "Signs somebody up",
    request_body = SignUp,
    responses((status = 202, description = "Done", body = Mailed), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn sign_up(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Fields(SignUp { email, name }): Fields<SignUp>,
) -> Result<Response, Problem> {
    let email: EmailAddress = email.parse()?;
    let from = Client::of(&shared, &parts)?;
    shared.control.sign_up(email, name, from).await?;
    mailed()
}

/// `POST /api/v1/users/confirm`: follows the link of whoever signed up.
#[utoipa::path(
    post,
    operation_id = "confirm_email",
    path = "/api/v1/users/confirm",
    tag = "People",
    security(()),
    summary = "Follows the link of whoever signed up",
    request_body = ChoosePassword,
    responses((status = 200, description = "Done", body = PasswordChanged), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn confirm(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Fields(fields): Fields<ChoosePassword>,
) -> Result<Response, Problem> {
    choose(&shared, &parts, LinkPurpose::ConfirmEmail, fields).await
}

/// `POST /api/v1/password/forgot`: mails a link to choose another password.
#[utoipa::path(
    post,
    operation_id = "forgot_password",
    path = "/api/v1/password/forgot",
    tag = "People",
    security(()),
    summary = "Mails a link to choose another password",
    request_body = ForgotPassword,
    responses((status = 202, description = "Done", body = Mailed), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn forgot(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Fields(ForgotPassword { email }): Fields<ForgotPassword>,
) -> Result<Response, Problem> {
    let email: EmailAddress = email.parse()?;
    let from = Client::of(&shared, &parts)?;
    shared.control.forgot(email, from).await?;
    mailed()
}

/// `POST /api/v1/password/reset`: follows that link.
#[utoipa::path(
    post,
    operation_id = "reset_password",
    path = "/api/v1/password/reset",
    tag = "People",
    security(()),
    summary = "Follows that link",
    request_body = ChoosePassword,
    responses((status = 200, description = "Done", body = PasswordChanged), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn reset(
    State(shared): State<Arc<Shared>>,
    parts: Parts,
    Fields(fields): Fields<ChoosePassword>,
) -> Result<Response, Problem> {
    choose(&shared, &parts, LinkPurpose::ResetPassword, fields).await
}

/// `POST /api/v1/password`: changes the password of whoever knows the old one.
#[utoipa::path(
    post,
    operation_id = "change_password",
    path = "/api/v1/password",
    tag = "People",
    summary = "Changes the password; all sessions end",
    request_body = ChangePassword,
    responses((status = 200, description = "Done", body = PasswordChanged), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn change(
    call: Call,
    Fields(ChangePassword { password, new_password }): Fields<ChangePassword>,
) -> Result<Response, Problem> {
    call.control().change_password(call.caller(), password, new_password).await?;
    answer::json(StatusCode::OK, &CHOSEN)
}

async fn choose(
    shared: &Shared,
    parts: &Parts,
    purpose: LinkPurpose,
    ChoosePassword { token, new_password }: ChoosePassword,
) -> Result<Response, Problem> {
    let from = Client::safely(shared, parts)?;
    let token: LinkToken = token.parse().map_err(|_cause| SignUpError::Link(LinkError::NotGood))?;
    shared.control.choose_password(purpose, &token, new_password, from).await?;
    answer::json(StatusCode::OK, &CHOSEN)
}

fn mailed() -> Result<Response, Problem> {
    let message = "If this address can be used here, a mail with a link is on its way to it.";
    answer::json(StatusCode::ACCEPTED, &Mailed { object: "mail", message })
}
