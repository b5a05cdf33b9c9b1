//! From rows to the things they are, and why a row is none.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use keys::{
    Account, AllowList, AllowListError, Days, Grants, Home, IpRestriction, Key, Kind, Livemode,
    Mode, Organization, Origin, Permissions, Place, Reveal, Sandbox, Schedule, Scheme, Standing,
};
use sqlx::any::{Any, AnyRow};
use sqlx::{Decode, Row as _, Type};

use crate::StoreError;

/// A row of a table, with what it takes to name it when it cannot be read.
#[derive(Clone, Copy)]
pub(crate) struct Row<'r> {
    table: &'static str,
    columns: &'r AnyRow,
}

impl<'r> Row<'r> {
    pub(crate) fn new(table: &'static str, columns: &'r AnyRow) -> Self {
        Self { table, columns }
    }

    /// What a column holds, `NULL` where the type allows it.
    pub(crate) fn get<T>(self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.columns.try_get(column).map_err(|_cause| self.inconsistent(column))
    }

    /// What the text of a column names.
    pub(crate) fn parse<T: FromStr>(self, column: &'static str) -> Result<T, StoreError> {
        let text: &str = self.get(column)?;
        text.parse().map_err(|_cause| self.inconsistent(column))
    }

    /// The same, or nothing where there is no text.
    pub(crate) fn parse_optional<T: FromStr>(
        self,
        column: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let text: Option<&str> = self.get(column)?;
        text.map(str::parse).transpose().map_err(|_cause| self.inconsistent(column))
    }

    pub(crate) fn time(self, column: &'static str) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(self.get(column)?).map_err(|_cause| self.inconsistent(column))
    }

    /// The 32 bytes of a column.
    pub(crate) fn bytes(self, column: &'static str) -> Result<[u8; 32], StoreError> {
        let bytes: &[u8] = self.get(column)?;
        bytes.try_into().map_err(|_cause| self.inconsistent(column))
    }

    pub(crate) fn optional_time(
        self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let microseconds: Option<i64> = self.get(column)?;
        let time = microseconds.map(Timestamp::from_microsecond).transpose();
        time.map_err(|_cause| self.inconsistent(column))
    }

    /// The error that names this row and the column at fault.
    pub(crate) fn inconsistent(self, column: &'static str) -> StoreError {
        let row = self.columns.try_get("id").map_or_else(|_cause| "?".to_owned(), str::to_owned);
        StoreError::Inconsistent { table: self.table, row, column }
    }
}

/// A time as exactly as it is kept.
pub(crate) fn kept(now: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

pub(crate) fn organization(columns: &AnyRow) -> Result<Organization, StoreError> {
    let row = Row::new("organizations", columns);
    Ok(Organization {
        id: row.parse("id")?,
        name: row.get("name")?,
        created_at: row.time("created_at")?,
    })
}

pub(crate) fn account(columns: &AnyRow) -> Result<Account, StoreError> {
    let row = Row::new("accounts", columns);
    Ok(Account {
        id: row.parse("id")?,
        organization: row.parse_optional("organization")?,
        platform: row.parse_optional("platform")?,
        first_sandbox: row.parse("first_sandbox")?,
        version: row.parse("version")?,
        name: row.get("name")?,
        created_at: row.time("created_at")?,
        deleted_at: row.optional_time("deleted_at")?,
    })
}

pub(crate) fn sandbox(columns: &AnyRow) -> Result<Sandbox, StoreError> {
    let row = Row::new("sandboxes", columns);
    Ok(Sandbox {
        id: row.parse("id")?,
        account: row.parse("account")?,
        name: row.get("name")?,
        created_at: row.time("created_at")?,
        deleted_at: row.optional_time("deleted_at")?,
    })
}

pub(crate) fn key(columns: &AnyRow) -> Result<Key, StoreError> {
    let row = Row::new("keys", columns);
    let home = home(row)?;
    let kind = kind(row.get("kind")?).filter(|kind| home.houses(*kind));
    let kind = kind.ok_or_else(|| row.inconsistent("kind"))?;
    let tail: &str = row.get("tail")?;
    let tail = tail.as_bytes().try_into().map_err(|_cause| row.inconsistent("tail"))?;
    let restriction = restriction(row.get("restriction")?);
    let restriction = restriction.map_err(|_cause| row.inconsistent("restriction"))?;
    Ok(Key {
        id: row.parse("id")?,
        home,
        kind,
        origin: origin(row.get("origin")?).ok_or_else(|| row.inconsistent("origin"))?,
        name: row.get("name")?,
        note: row.get("note")?,
        tail,
        restriction,
        grants: Grants {
            own: permissions(row, "permissions")?,
            connect: permissions(row, "connect_permissions")?,
        },
        standing: standing(row)?,
        reveal: reveal(row.get("reveal")?).ok_or_else(|| row.inconsistent("reveal"))?,
        schedule: schedule(row)?,
        retires: row.parse_optional("retires")?,
        last_used_at: row.optional_time("last_used_at")?,
        created_at: row.time("created_at")?,
    })
}

fn standing(row: Row<'_>) -> Result<Standing, StoreError> {
    let has_expired: i64 = row.get("expired")?;
    match (row.get("standing")?, has_expired) {
        ("active", 0) => Ok(Standing::Active),
        ("expiring", 0) => Ok(Standing::Expiring { at: row.time("ends_at")? }),
        ("expiring", 1) => Ok(Standing::Expired { at: row.time("ends_at")? }),
        ("deleted", 0) => Ok(Standing::Deleted { at: row.time("deleted_at")? }),
        _ => Err(row.inconsistent("standing")),
    }
}

fn schedule(row: Row<'_>) -> Result<Option<Schedule>, StoreError> {
    let Some(next) = row.optional_time("rotate_at")? else { return Ok(None) };
    let every: Option<i64> = row.get("rotate_every_days")?;
    let every = every.map(|days| {
        let unfit = || row.inconsistent("rotate_every_days");
        let days = u16::try_from(days).map_err(|_cause| unfit())?;
        Days::new(days).ok_or_else(unfit)
    });
    let grace = SignedDuration::from_secs(row.get("rotate_grace")?);
    Ok(Some(Schedule { next, every: every.transpose()?, grace }))
}

fn permissions(row: Row<'_>, column: &'static str) -> Result<Permissions, StoreError> {
    let words: &str = row.get(column)?;
    Permissions::parse(words.split_whitespace()).map_err(|_cause| row.inconsistent(column))
}

/// How permissions stand in a row.
pub(crate) fn permissions_text(permissions: &Permissions) -> String {
    permissions.iter().map(|permission| permission.to_string()).collect::<Vec<_>>().join(" ")
}

fn reveal(word: &str) -> Option<Reveal> {
    [Reveal::Always, Reveal::Once, Reveal::Never].into_iter().find(|one| reveal_word(*one) == word)
}

/// The word for how often a value may be shown.
pub(crate) fn reveal_word(reveal: Reveal) -> &'static str {
    match reveal {
        Reveal::Always => "always",
        Reveal::Once => "once",
        Reveal::Never => "never",
    }
}

/// Where a key lives: in an account or in an organization, and nowhere else.
pub(crate) fn home(row: Row<'_>) -> Result<Home, StoreError> {
    match (row.parse_optional("account")?, row.parse_optional("organization")?) {
        (Some(account), None) => {
            Ok(Home::Account(Place { account, mode: row.parse::<Mode>("mode")? }))
        }
        (None, Some(id)) => {
            let livemode = Livemode::of_word(row.get("mode")?);
            let livemode = livemode.ok_or_else(|| row.inconsistent("mode"))?;
            Ok(Home::Organization { id, livemode })
        }
        (Some(_), Some(_)) | (None, None) => Err(row.inconsistent("account")),
    }
}

/// The kind of that word.
pub(crate) fn kind(word: &str) -> Option<Kind> {
    [Kind::Publishable, Kind::Secret, Kind::Restricted, Kind::Organization]
        .into_iter()
        .find(|kind| kind.as_str() == word)
}

/// The origin of that word.
pub(crate) fn origin(word: &str) -> Option<Origin> {
    [
        Origin::Minted,
        Origin::Adopted,
        Origin::Imported(Scheme::Sha256),
        Origin::Imported(Scheme::HmacSha256),
    ]
    .into_iter()
    .find(|origin| origin_word(*origin) == word)
}

/// The word for where the value of a key comes from.
pub(crate) fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Minted => "minted",
        Origin::Imported(scheme) => scheme.as_str(),
        Origin::Adopted => "adopted",
    }
}

/// What says in a row that a key may be used from any address.
const ANYWHERE: &str = "anywhere";

/// The restriction that a text says; one that says nothing never means "anywhere".
pub(crate) fn restriction(text: &str) -> Result<IpRestriction, AllowListError> {
    match text {
        ANYWHERE => Ok(IpRestriction::Anywhere),
        list => Ok(IpRestriction::Only(AllowList::parse(list.split(','))?)),
    }
}

/// How a restriction stands in a row.
pub(crate) fn restriction_text(restriction: &IpRestriction) -> String {
    match restriction {
        IpRestriction::Anywhere => ANYWHERE.to_owned(),
        IpRestriction::Only(list) => {
            list.iter().map(|range| range.to_string()).collect::<Vec<_>>().join(",")
        }
    }
}
