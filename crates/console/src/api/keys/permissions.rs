//! Permissions as callers write them.

use keys::Permissions;

use crate::problem::Problem;

/// The permissions of a list, if it was said; `param` is where it stands.
pub(crate) fn read(
    list: Option<Vec<String>>,
    param: &'static str,
) -> Result<Option<Permissions>, Problem> {
    let Some(list) = list else { return Ok(None) };
    let read = Permissions::parse(list.iter().map(String::as_str));
    read.map(Some).map_err(|error| Problem::Permission { error, param })
}
