//! What a form of permissions is filled in with: by a link, or by its own answers.
//!
//! A link says it as `?name=Shop&permissions[]=charge_read&connect_permissions[]=customer_write`, or by
//! a template, as `?template=read`.

use keys::{Grants, Permission, PermissionError, Permissions};

use super::super::failure::Failure;
use super::super::form::Pairs;
use super::resources::names;

/// What the names of the fields begin with, for the account's own data and for connected accounts.
const OWN: &str = "own.";
const CONNECT: &str = "connect.";
/// The most permissions that a link is told about not to have filled in.
const MOST_TOLD: usize = 10;

/// What a link fills in.
#[derive(Default)]
pub(super) struct Linked {
    /// The name of the key, if the link says one.
    pub(super) name: Option<String>,
    /// The permissions, if the link says any.
    pub(super) grants: Option<Grants>,
    /// What it says and nobody knows.
    pub(super) left_out: Vec<String>,
}

impl Linked {
    /// What the query of an address says.
    pub(super) fn of(query: Option<&str>) -> Result<Self, Failure> {
        let said: Vec<(String, String)> = serde_urlencoded::from_str(query.unwrap_or_default())
            .map_err(|_cause| Failure::Missing)?;
        let mut linked = Self::default();
        let (mut own, mut connect) = (Vec::new(), Vec::new());
        for (name, text) in said {
            match name.as_str() {
                "name" => linked.name = Some(text),
                "template" => linked.grants = template(&text),
                "permissions[]" => linked.take(text, &mut own),
                "connect_permissions[]" => linked.take(text, &mut connect),
                _ => {}
            }
        }
        if !own.is_empty() || !connect.is_empty() {
            linked.grants = Some(Grants { own: of(&own)?, connect: of(&connect)? });
        }
        Ok(linked)
    }

    /// Keeps a permission that is known, and tells of any other.
    fn take(&mut self, text: String, known: &mut Vec<String>) {
        let is_known = |permission: Permission| is_listed(permission.resource());
        if text.parse().is_ok_and(is_known) {
            known.push(text);
        } else if self.left_out.len() < MOST_TOLD {
            self.left_out.push(text.chars().take(80).collect());
        }
    }
}

/// Whether a resource stands in a group.
pub(super) fn is_listed(resource: &str) -> bool {
    names().any(|listed| listed == resource)
}

fn of(texts: &[String]) -> Result<Permissions, Failure> {
    let read = Permissions::parse(texts.iter().map(String::as_str));
    read.map_err(|_too_many| Failure::Missing)
}

/// A form to begin with, by the word for it.
fn template(word: &str) -> Option<Grants> {
    let own = match word {
        "read" => {
            let all: Vec<String> = names().map(|resource| format!("{resource}_read")).collect();
            Permissions::parse(all.iter().map(String::as_str)).unwrap_or_default()
        }
        "none" => Permissions::none(),
        _ => return None,
    };
    Some(Grants { own, connect: Permissions::none() })
}

/// What the answers of the form grant.
pub(super) fn answered(pairs: &Pairs) -> Result<Grants, PermissionError> {
    let of = |prefix: &str| {
        let granted = pairs.iter().filter(|(_, level)| *level != "none");
        let named = granted.filter_map(|(name, level)| Some((name.strip_prefix(prefix)?, level)));
        let texts: Vec<String> =
            named.map(|(resource, level)| format!("{resource}_{level}")).collect();
        Permissions::parse(texts.iter().map(String::as_str))
    };
    Ok(Grants { own: of(OWN)?, connect: of(CONNECT)? })
}
