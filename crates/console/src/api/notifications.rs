//! Of what happens to live keys the person who has signed in wants to be told by mail.

use axum::http::StatusCode;
use axum::response::Response;
use keys::NoticeKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::problem::{ErrorBody, Problem};

/// Of what one is told, as far as one may see the live keys of an account or organization.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
struct Notifications {
    object: &'static str,
    /// A key was created.
    key_created: bool,
    /// The value of a key was shown.
    key_revealed: bool,
    /// Another key took the place of one.
    key_rotated: bool,
    /// A key that is in use will expire, in seven days and in one.
    key_expiring: bool,
    /// A key was deleted.
    key_deleted: bool,
    /// A key was used that is not valid any more; told once a day.
    dead_key_used: bool,
}

/// What is to change of it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeNotifications {
    key_created: Option<bool>,
    key_revealed: Option<bool>,
    key_rotated: Option<bool>,
    key_expiring: Option<bool>,
    key_deleted: Option<bool>,
    dead_key_used: Option<bool>,
}

impl ChangeNotifications {
    fn choices(&self) -> impl Iterator<Item = (NoticeKind, bool)> {
        let choice = |kind| match kind {
            NoticeKind::Created => self.key_created,
            NoticeKind::Revealed => self.key_revealed,
            NoticeKind::Rotated => self.key_rotated,
            NoticeKind::Expiring => self.key_expiring,
            NoticeKind::Deleted => self.key_deleted,
            NoticeKind::DeadKeyUsed => self.dead_key_used,
        };
        NoticeKind::ALL.into_iter().filter_map(move |kind| Some((kind, choice(kind)?)))
    }
}

/// `GET /api/v1/user/notifications`
#[utoipa::path(
    get,
    operation_id = "show_notifications",
    path = "/api/v1/user/notifications",
    tag = "People",
    summary = "Of what one is told by mail",
    responses((status = 200, description = "Done", body = Notifications), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn show(call: Call) -> Result<Response, Problem> {
    let user = call.person()?.user.id;
    let wanted = call.shared().store.notice_preferences(user).await?;
    let wants = |kind| wanted.iter().any(|(one, wanted)| *one == kind && *wanted);
    let object = Notifications {
        object: "notifications",
        key_created: wants(NoticeKind::Created),
        key_revealed: wants(NoticeKind::Revealed),
        key_rotated: wants(NoticeKind::Rotated),
        key_expiring: wants(NoticeKind::Expiring),
        key_deleted: wants(NoticeKind::Deleted),
        dead_key_used: wants(NoticeKind::DeadKeyUsed),
    };
    answer::json(StatusCode::OK, &object)
}

/// `POST /api/v1/user/notifications`
#[utoipa::path(
    post,
    operation_id = "change_notifications",
    path = "/api/v1/user/notifications",
    tag = "People",
    summary = "Chooses of what one is told by mail",
    request_body = ChangeNotifications,
    responses((status = 200, description = "Done", body = Notifications), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn change(
    call: Call,
    Fields(fields): Fields<ChangeNotifications>,
) -> Result<Response, Problem> {
    let choices: Vec<_> = fields.choices().collect();
    call.control().choose_notices(call.caller(), &choices).await?;
    show(call).await
}
