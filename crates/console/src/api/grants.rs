//! Permissions as callers write them.

use keys::{Grants, Permissions};

use crate::problem::Problem;

/// The two lists of a body, each of them if it was said.
pub(crate) struct PermissionLists {
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) connect_permissions: Option<Vec<String>>,
}

impl PermissionLists {
    /// What a key may do that could do this much before; nothing when nothing was said.
    pub(crate) fn over(self, before: &Grants) -> Result<Option<Grants>, Problem> {
        if self.permissions.is_none() && self.connect_permissions.is_none() {
            return Ok(None);
        }
        let own = read(self.permissions, "permissions")?;
        let connect = read(self.connect_permissions, "connect_permissions")?;
        Ok(Some(Grants {
            own: own.unwrap_or_else(|| before.own.clone()),
            connect: connect.unwrap_or_else(|| before.connect.clone()),
        }))
    }
}

fn read(list: Option<Vec<String>>, param: &'static str) -> Result<Option<Permissions>, Problem> {
    let Some(list) = list else { return Ok(None) };
    let read = Permissions::parse(list.iter().map(String::as_str));
    read.map(Some).map_err(|error| Problem::Permission { error, param })
}
