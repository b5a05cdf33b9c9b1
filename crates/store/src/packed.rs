//! What gateways must know, packed by the database into one text per thing.
//!
//! A million rows of eight columns take the driver far longer than a thousand texts of a thousand
//! rows. Fields are parted by spaces and things by semicolons; no field can hold either, and one
//! that does gives things that cannot be read, never others.

use jiff::Timestamp;
use keys::{AccountFact, AccountId, Digest, KeyFact, KeyId, Place, Standing};

use crate::row;

/// What is packed of an account.
macro_rules! packed_account {
    () => {
        "concat_ws(' ', a.id, coalesce(a.organization, '-'), coalesce(a.platform, '-'), \
         a.first_sandbox, a.version)"
    };
}

/// What is packed of a key.
macro_rules! packed_key {
    () => {
        "concat_ws(' ', k.id, k.account, k.mode, k.kind, k.standing, \
         coalesce(k.ends_at, k.deleted_at, 0), hex(k.digest), k.restriction)"
    };
}

pub(crate) use {packed_account, packed_key};

/// A thing that cannot be read: which one, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable<'t> {
    pub(crate) row: &'t str,
    pub(crate) column: &'static str,
}

pub(crate) fn account(text: &str) -> Result<AccountFact, Unreadable<'_>> {
    let mut fields = text.split(' ');
    let mut field = || fields.next().unwrap_or_default();
    let row = field();
    let bad = |column| Unreadable { row, column };
    let id = AccountId::from_bytes(row.as_bytes()).map_err(|_cause| bad("id"))?;
    let (organization, platform, first_sandbox, version) = (field(), field(), field(), field());
    if fields.next().is_some() {
        return Err(bad("version"));
    }
    Ok(AccountFact {
        id,
        organization: optional(organization).map_err(|()| bad("organization"))?,
        platform: optional(platform).map_err(|()| bad("platform"))?,
        first_sandbox: first_sandbox.parse().map_err(|_cause| bad("first_sandbox"))?,
        version: version.parse().map_err(|_cause| bad("version"))?,
    })
}

pub(crate) fn key(text: &str) -> Result<KeyFact, Unreadable<'_>> {
    let mut fields = text.splitn(8, ' ');
    let mut field = || fields.next().unwrap_or_default();
    let row = field();
    let bad = |column| Unreadable { row, column };
    let id = KeyId::from_bytes(row.as_bytes()).map_err(|_cause| bad("id"))?;
    let account = field().parse().map_err(|_cause| bad("account"))?;
    let mode = field().parse().map_err(|_cause| bad("mode"))?;
    let kind = row::kind(field()).ok_or_else(|| bad("kind"))?;
    let standing = standing(field(), field()).map_err(bad)?;
    let digest = digest(field()).ok_or_else(|| bad("digest"))?;
    let restriction = row::restriction(field()).map_err(|_cause| bad("restriction"))?;
    Ok(KeyFact { id, digest, kind, place: Place { account, mode }, standing, restriction })
}

fn optional<T: std::str::FromStr>(field: &str) -> Result<Option<T>, ()> {
    match field {
        "-" => Ok(None),
        id => id.parse().map(Some).map_err(|_cause| ()),
    }
}

/// Or the column at fault.
fn standing(word: &str, at: &str) -> Result<Standing, &'static str> {
    match word {
        "active" => Ok(Standing::Active),
        "expiring" => Ok(Standing::Expiring { at: time(at).ok_or("ends_at")? }),
        "deleted" => Ok(Standing::Deleted { at: time(at).ok_or("deleted_at")? }),
        _ => Err("standing"),
    }
}

fn time(microseconds: &str) -> Option<Timestamp> {
    let Ok(number) = microseconds.parse() else { return None };
    let Ok(time) = Timestamp::from_microsecond(number) else { return None };
    Some(time)
}

fn digest(hex: &str) -> Option<Digest> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    let pairs: &[[u8; 2]; 32] = pairs.as_array()?;
    let mut bytes = [0u8; 32];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(Digest::from_bytes(bytes))
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
