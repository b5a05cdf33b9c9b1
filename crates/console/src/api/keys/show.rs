//! `GET /api/v1/keys/{id}`: one key.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use keys::KeyId;

use super::object::KeyObject;
use crate::api::answer;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

#[utoipa::path(
    get,
    operation_id = "show_key",
    path = "/api/v1/keys/{id}",
    tag = "Keys",
    summary = "One key",
    params(("id" = String, Path)),
    extensions(("x-keyway-permissions" = json!(["api_key_read"]))),
    responses((status = 200, description = "Done", body = KeyObject<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call, Path(id): Path<String>) -> Result<Response, Problem> {
    let key = call.control().key(call.caller(), key_id(&id)?).await?;
    answer::json(StatusCode::OK, &KeyObject::of(&key, call.now()))
}

/// The id in a path; what is none names no key.
pub(crate) fn key_id(text: &str) -> Result<KeyId, Problem> {
    text.parse().map_err(|_cause| Problem::missing("key", text))
}
