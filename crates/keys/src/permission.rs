//! What a restricted or organization key may do: a level for each resource.
//!
//! A permission is written `<resource>_<read|write>`, as in `customer_read`; texts from elsewhere may
//! begin with `rak_`, which is taken off. Write includes read. What is not named is not allowed.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The most characters of a resource's name.
const NAME: usize = 40;
/// The most resources that one key may name.
const MOST: usize = 200;
/// What older texts begin with.
const OLDER: &str = "rak_";

/// How much may be done with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing.
    None,
    /// Looking.
    Read,
    /// Looking and changing.
    Write,
}

/// One permission: a resource at a level that is not none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    resource: Box<str>,
    level: Level,
}

/// Why a text is no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PermissionError {
    /// Not of the form.
    #[error("`{0}` is no permission; one is written like `customer_read` or `charge_write`")]
    Malformed(String),
    /// Too many.
    #[error("a key names at most {MOST} resources")]
    TooMany,
}

impl Permission {
    /// What it is about.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// How much of it.
    #[must_use]
    pub fn level(&self) -> Level {
        self.level
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        let malformed = || PermissionError::Malformed(text.chars().take(80).collect());
        let id = text.strip_prefix(OLDER).unwrap_or(text);
        let (resource, level) = match id.rsplit_once('_') {
            Some((resource, "read")) => (resource, Level::Read),
            Some((resource, "write")) => (resource, Level::Write),
            Some(_) | None => return Err(malformed()),
        };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        // What began like older texts would be read back as something else.
        let begins = resource.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
            && !id.starts_with(OLDER);
        if begins && resource.len() <= NAME && resource.bytes().all(plain) {
            Ok(Self { resource: resource.into(), level })
        } else {
            Err(malformed())
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::None => "none",
            Level::Read => "read",
            Level::Write => "write",
        };
        write!(f, "{}_{level}", self.resource)
    }
}

/// A level for every resource there is: none where nothing else is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Permissions(BTreeMap<Box<str>, Level>);

impl Permissions {
    /// The most resources.
    pub const MOST: usize = MOST;

    /// None for every resource.
    #[must_use]
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// The permissions of these texts; of two about one resource the higher one holds.
    ///
    /// # Errors
    /// When one is no permission, or there are too many.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, PermissionError> {
        let mut levels = BTreeMap::new();
        for text in texts {
            let Permission { resource, level } = text.parse()?;
            let held = levels.entry(resource).or_insert(level);
            *held = level.max(*held);
            if levels.len() > MOST {
                return Err(PermissionError::TooMany);
            }
        }
        Ok(Self(levels))
    }

    /// The level of a resource.
    #[must_use]
    pub fn level(&self, resource: &str) -> Level {
        self.0.get(resource).copied().unwrap_or(Level::None)
    }

    /// Whether nothing is allowed.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing is allowed that the other does not allow.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|(resource, level)| *level <= other.level(resource))
    }

    /// Whether as much is allowed as that permission says.
    #[must_use]
    pub fn include(&self, permission: &Permission) -> bool {
        permission.level <= self.level(&permission.resource)
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().map(|(name, level)| Permission { resource: name.clone(), level: *level })
    }
}

/// What a key may do with the account that it acts on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Grants {
    /// When that is its own account.
    pub own: Permissions,
    /// When that is a connected account.
    pub connect: Permissions,
}

impl Grants {
    /// Nothing at all.
    #[must_use]
    pub const fn none() -> Self {
        Self { own: Permissions::none(), connect: Permissions::none() }
    }

    /// Whether nothing is allowed that the other does not allow.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.own.is_within(&other.own) && self.connect.is_within(&other.connect)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn permissions(texts: &[&str]) -> Permissions {
        Permissions::parse(texts.iter().copied()).unwrap()
    }

    fn said(permissions: &Permissions) -> String {
        permissions.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_permission_is_a_resource_and_a_level() {
        let one: Permission = "payment_intent_write".parse().unwrap();
        assert_eq!((one.resource(), one.level()), ("payment_intent", Level::Write));
        assert_eq!("rak_charge_read".parse::<Permission>().unwrap().to_string(), "charge_read");
    }

    #[test]
    fn what_is_no_permission_is_said() {
        for text in [
            "",
            "read",
            "_read",
            "customer",
            "Customer_read",
            "customer_none",
            "rak_rak_a_read",
            "rak_rak_read",
        ] {
            assert_eq!(text.parse::<Permission>(), Err(PermissionError::Malformed(text.into())));
        }
        let long = format!("{}_read", "r".repeat(41));
        assert!(long.parse::<Permission>().is_err());
    }

    #[test]
    fn of_two_levels_the_higher_one_holds() {
        let all = permissions(&["customer_write", "customer_read", "rak_charge_read"]);
        assert_eq!(said(&all), "charge_read customer_write");
        assert_eq!(all.level("customer"), Level::Write);
        assert_eq!(all.level("refund"), Level::None);
    }

    #[test]
    fn write_includes_read_and_nothing_includes_nothing() {
        let (read, write) = (permissions(&["customer_read"]), permissions(&["customer_write"]));
        assert!(read.is_within(&write) && !write.is_within(&read));
        assert!(Permissions::none().is_within(&Permissions::none()));
        assert!(!read.is_within(&Permissions::none()));
    }

    #[test]
    fn a_key_names_so_many_resources_and_no_more() {
        let texts: Vec<String> = (0..=MOST).map(|n| format!("r{n}_read")).collect();
        let parse = |most| Permissions::parse(texts.iter().take(most).map(String::as_str));
        assert!(parse(MOST).is_ok());
        assert_eq!(parse(MOST + 1), Err(PermissionError::TooMany));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            texts in proptest::collection::vec(
                "[a-z][a-z0-9_]{0,10}_(read|write)"
                    .prop_filter("older", |text| !text.starts_with(OLDER)),
                0..20,
            )
        ) {
            let all = permissions(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            let again = all.iter().map(|one| one.to_string()).collect::<Vec<_>>();
            let again = permissions(&again.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(&again, &all);
            prop_assert!(all.is_within(&again));
        }
    }
}
