//! The telephone that verification codes go to.

use axum::http::StatusCode;
use axum::response::Response;
use keys::PhoneNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

/// Where verification codes are sent by SMS.
#[derive(Serialize, ToSchema)]
struct PhoneObject {
    object: &'static str,
    /// The telephone that codes go to.
    number: Option<String>,
    /// The one that counts once a code was shown that was sent to it.
    pending: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamePhone {
    /// As `+393331234567`.
    number: String,
}

/// `POST /api/v1/user/phone`
#[utoipa::path(
    post,
    operation_id = "name_phone",
    path = "/api/v1/user/phone",
    tag = "People",
    summary = "Names a telephone for verification codes; takes one by the way that counts until then",
    request_body = NamePhone,
    responses((status = 200, description = "Done", body = PhoneObject), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn begin(
    call: Call,
    Fields(NamePhone { number }): Fields<NamePhone>,
) -> Result<Response, Problem> {
    let number: PhoneNumber = number.parse()?;
    call.control().begin_phone(call.caller(), &number, call.shown()).await?;
    show(call).await
}

/// `POST /api/v1/user/phone/confirm`
#[utoipa::path(
    post,
    operation_id = "confirm_phone",
    path = "/api/v1/user/phone/confirm",
    tag = "People",
    summary = "Sends a verification code to that telephone, and takes it",
    responses((status = 200, description = "Done", body = PhoneObject), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn confirm(call: Call) -> Result<Response, Problem> {
    call.control().confirm_phone(call.caller(), call.shown()).await?;
    show(call).await
}

/// `DELETE /api/v1/user/phone`
#[utoipa::path(
    delete,
    operation_id = "remove_phone",
    path = "/api/v1/user/phone",
    tag = "People",
    summary = "Sends verification codes to no telephone any more; takes one",
    responses((status = 200, description = "Done", body = PhoneObject), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn remove(call: Call) -> Result<Response, Problem> {
    call.control().remove_phone(call.caller(), call.shown()).await?;
    show(call).await
}

/// `GET /api/v1/user/phone`
#[utoipa::path(
    get,
    operation_id = "show_phone",
    path = "/api/v1/user/phone",
    tag = "People",
    summary = "Where verification codes are sent by SMS",
    responses((status = 200, description = "Done", body = PhoneObject), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call) -> Result<Response, Problem> {
    let user = call.person()?.user.id;
    let phones = call.shared().store.phones(user).await?;
    let object = PhoneObject {
        object: "phone",
        number: phones.confirmed.map(|number| number.to_string()),
        pending: phones.pending.map(|number| number.to_string()),
    };
    answer::json(StatusCode::OK, &object)
}
