//! What the document says of who may call an operation: each names the permission that a restricted
//! key, or one of an organization, needs for it, and the door asks by this very document.

use serde_json::{Value, json};
use utoipa::openapi::OpenApi;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;

/// The extension of an operation that names them.
pub(super) const PERMISSIONS: &str = "x-keyway-permissions";
/// Where the operations begin that act on an organization, and on none of its accounts.
pub(super) const OF_ORGANIZATIONS: &str = "/api/v1/organizations";
/// The extension of the document that says what people call what they are about.
const RESOURCES: &str = "x-keyway-resources";

/// Says in words what the extensions say to programs.
pub(super) fn of_all(document: &mut OpenApi) {
    let resources = json!({"account": "Accounts", "api_key": "API keys", "member": "Members"});
    let said = document.extensions.get_or_insert_default();
    said.merge(Extensions::from_iter([(RESOURCES, resources)]));
    for (name, path) in &mut document.paths.paths {
        let is_of_organizations = name.starts_with(OF_ORGANIZATIONS);
        let operations = [&mut path.get, &mut path.post, &mut path.delete];
        operations.into_iter().flatten().for_each(|operation| say(operation, is_of_organizations));
    }
}

fn say(operation: &mut Operation, is_of_organizations: bool) {
    let needed = operation.extensions.as_ref().and_then(|all| all.get(PERMISSIONS));
    let needed = needed.and_then(Value::as_array).map(|list| {
        let list = list.iter().filter_map(Value::as_str);
        list.map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" or ")
    });
    let is_for_strangers = operation.security.as_ref().is_some_and(|open| open.len() == 1);
    let said = match needed {
        Some(needed) if is_of_organizations => {
            format!("For people with the right, and for keys of the organization with {needed}.")
        }
        Some(needed) => format!(
            "For people with the right, for secret keys, and for restricted keys and keys of organizations with {needed}."
        ),
        None if is_for_strangers => return,
        None => "For people who have signed in, and for no key.".to_owned(),
    };
    let before = operation.description.take().map(|text| text + "\n\n").unwrap_or_default();
    operation.description = Some(before + &said);
}
