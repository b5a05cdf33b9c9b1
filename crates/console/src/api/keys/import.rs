//! `POST /api/v1/keys/import`: keys of another system, by the hashes of their values.

use axum::http::StatusCode;
use axum::response::Response;
use keys::{
    AccountId, AllowList, Change, Command, ForeignDigest, Grants, ImportFault, ImportedKey,
    IpRestriction, Mode, Permissions, Scheme,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::object::KeyObject;
use super::show;
use crate::api::answer;
use crate::api::body::Fields;
use crate::api::call::Call;
use crate::control::Which;
use crate::problem::{ErrorBody, Problem};

/// The longest body that is read: of as many keys as are imported at once.
pub(crate) const BODY: usize = 2 * 1024 * 1024;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportKeys {
    #[schema(value_type = Option<String>)]
    account: Option<AccountId>,
    #[schema(value_type = Option<String>)]
    mode: Option<Mode>,
    /// 1 to 1000.
    keys: Vec<Entry>,
}

/// What is said of one key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    /// 64 hex digits.
    hash: String,
    /// How the hash was made: `sha256` or `hmac_sha256`.
    algorithm: String,
    note: Option<String>,
    /// `secret`, also where it is left out, or `restricted`.
    r#type: Option<String>,
    permissions: Option<Vec<String>>,
    connect_permissions: Option<Vec<String>>,
    ip_allowlist: Option<Vec<String>>,
    /// When the key ends.
    expires_at: Option<String>,
    /// The last four characters of its value, by which people know it.
    last4: Option<String>,
}

/// What was imported.
#[derive(Serialize, ToSchema)]
struct Imported<'k> {
    object: &'static str,
    data: Vec<KeyObject<'k>>,
}

#[utoipa::path(
    post,
    operation_id = "import_keys",
    path = "/api/v1/keys/import",
    tag = "Keys",
    summary = "Takes keys of another system by the hashes of their values, all or none",
    request_body = ImportKeys,
    extensions(("x-keyway-permissions" = json!(["api_key_write"]))),
    responses((status = 200, description = "Done", body = Imported<'static>), (status = 202, description = "Kept, and in force a little later", body = Imported<'static>), (status = "default", description = "Refused", body = ErrorBody)),
)]
pub(crate) async fn import(
    call: Call,
    Fields(fields): Fields<ImportKeys>,
) -> Result<Response, Problem> {
    let ImportKeys { account, mode, keys } = fields;
    let place = Which { account, mode }.of(call.caller())?;
    let keys = keys.into_iter().map(Entry::read).collect();
    let done = call.carry_out(Command::ImportKeys { place, keys }).await?;
    let now = call.now();
    let imported = done.changes.iter().filter_map(Change::key);
    let data = imported.map(|key| KeyObject::of(key, now)).collect();
    answer::changed(done.force, Imported { object: "list", data })
}

/// The same answer again: the keys that were imported, as they are now.
pub(crate) async fn again(
    call: Call,
    ids: impl Iterator<Item = &str>,
) -> Result<Response, Problem> {
    let mut keys = Vec::new();
    for id in ids {
        keys.push(call.control().key(call.caller(), show::key_id(id)?).await?);
    }
    let now = call.now();
    let data = keys.iter().map(|key| KeyObject::of(key, now)).collect();
    answer::json(StatusCode::OK, &Imported { object: "list", data })
}

impl Entry {
    fn read(self) -> Result<ImportedKey, ImportFault> {
        let scheme = Scheme::of(&self.algorithm).ok_or(ImportFault::Algorithm)?;
        let foreign = ForeignDigest::from_hex(scheme, &self.hash)?;
        let own = self.permissions.as_deref().map(permissions).transpose()?;
        let connect = self.connect_permissions.as_deref().map(permissions).transpose()?;
        let grants = match (self.r#type.as_deref(), own, connect) {
            (None | Some("secret"), None, None) => None,
            (None | Some("secret"), _, _) => return Err(ImportFault::SecretNeedsNoPermissions),
            (Some("restricted"), own, connect) => {
                Some(Grants { own: own.unwrap_or_default(), connect: connect.unwrap_or_default() })
            }
            (Some(_), _, _) => return Err(ImportFault::Type),
        };
        let restriction = match self.ip_allowlist {
            None => IpRestriction::Anywhere,
            Some(list) => IpRestriction::Only(AllowList::parse(list.iter().map(String::as_str))?),
        };
        let expires_at = self.expires_at.map(|time| time.parse()).transpose();
        let expires_at = expires_at.map_err(|_cause| ImportFault::Time)?;
        let tail = self.last4.as_deref().map(tail).transpose()?;
        let Self { name, note, .. } = self;
        Ok(ImportedKey { name, note, foreign, tail, grants, restriction, expires_at })
    }
}

fn permissions(list: &[String]) -> Result<Permissions, ImportFault> {
    Ok(Permissions::parse(list.iter().map(String::as_str))?)
}

fn tail(text: &str) -> Result<[u8; 4], ImportFault> {
    let fits = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let tail = text.as_bytes().try_into().map_err(|_cause| ImportFault::Tail)?;
    if fits { Ok(tail) } else { Err(ImportFault::Tail) }
}
