//! What gateways must know, packed by the database into one text per thing.
//!
//! A million rows of eight columns take the driver far longer than a thousand texts of a thousand
//! rows. Fields are parted by spaces and things by semicolons. No field should hold either. For one
//! that does, each thing begins with its id and ends with what has a fixed form, so that its parts
//! cannot be read and nothing else is read in its place.

use std::iter::from_fn;

use jiff::Timestamp;
use keys::{
    AccountFact, AccountId, Digest, Home, KeyFact, KeyId, Livemode, Origin, Place, Standing,
};

use memchr::memchr;

use crate::row;

/// What is packed of an account. One that was deleted belongs to nobody any more, so that no other's
/// key may act on it; its own keys are dead.
macro_rules! packed_account {
    () => {
        "concat_ws(' ', a.id, a.version, \
         CASE WHEN a.deleted_at IS NULL THEN coalesce(a.organization, '-') ELSE '-' END, \
         CASE WHEN a.deleted_at IS NULL THEN coalesce(a.platform, '-') ELSE '-' END, \
         a.first_sandbox)"
    };
}

/// What is packed of a key: after its id whose it is, an account or an organization. A field that is
/// `NULL` is left out: there is one time for a key that is expiring or deleted, and none for an active
/// one; most keys were made here, and say no origin.
macro_rules! packed_key {
    () => {
        "concat_ws(' ', k.id, coalesce(k.account, k.organization), k.mode, \
         nullif(k.origin, 'minted'), k.kind, k.standing, k.ends_at, k.deleted_at, k.restriction, hex(k.digest))"
    };
}

pub(crate) use {packed_account, packed_key};

/// A thing that cannot be read: which one, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable<'t> {
    pub(crate) row: &'t str,
    pub(crate) column: &'static str,
}

/// The packed things of a page.
pub(crate) fn things(page: &str) -> impl Iterator<Item = &str> {
    parts(page, b';')
}

/// What [`str::split`] gives, which takes a third of the time of a start for so many short parts.
fn parts(text: &str, by: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    from_fn(move || {
        let text = rest?;
        let at = memchr(by, text.as_bytes()).unwrap_or(text.len());
        let (part, after) = text.split_at_checked(at)?;
        rest = after.get(1..);
        Some(part)
    })
}

pub(crate) fn account(text: &str) -> Result<AccountFact, Unreadable<'_>> {
    let mut fields = parts(text, b' ');
    let mut field = || fields.next().unwrap_or_default();
    let row = field();
    let bad = |column| Unreadable { row, column };
    let id = AccountId::from_bytes(row.as_bytes()).map_err(|_cause| bad("id"))?;
    let fact = AccountFact {
        id,
        version: field().parse().map_err(|_cause| bad("version"))?,
        organization: optional(field()).map_err(|()| bad("organization"))?,
        platform: optional(field()).map_err(|()| bad("platform"))?,
        first_sandbox: field().parse().map_err(|_cause| bad("first_sandbox"))?,
    };
    if fields.next().is_some() { Err(bad("first_sandbox")) } else { Ok(fact) }
}

pub(crate) fn key(text: &str) -> Result<KeyFact, Unreadable<'_>> {
    let mut fields = parts(text, b' ');
    let mut field = || fields.next().unwrap_or_default();
    let row = field();
    let bad = |column| Unreadable { row, column };
    let id = KeyId::from_bytes(row.as_bytes()).map_err(|_cause| bad("id"))?;
    let (owner, side) = (field(), field());
    let home = if let Ok(account) = owner.parse() {
        let mode = side.parse().map_err(|_cause| bad("mode"))?;
        Home::Account(Place { account, mode })
    } else {
        let id = owner.parse().map_err(|_cause| bad("account"))?;
        let livemode = Livemode::of_word(side).ok_or_else(|| bad("mode"))?;
        Home::Organization { id, livemode }
    };
    let word = field();
    // No origin is called as a kind is.
    let (origin, kind) = match row::origin(word) {
        Some(origin) => (origin, field()),
        None => (Origin::Minted, word),
    };
    let kind = row::kind(kind).filter(|kind| home.houses(*kind)).ok_or_else(|| bad("kind"))?;
    let standing = match field() {
        "active" => Standing::Active,
        "expiring" => Standing::Expiring { at: time(field()).ok_or_else(|| bad("ends_at"))? },
        "deleted" => Standing::Deleted { at: time(field()).ok_or_else(|| bad("deleted_at"))? },
        _ => return Err(bad("standing")),
    };
    let restriction = row::restriction(field()).map_err(|_cause| bad("restriction"))?;
    let digest = digest(field()).ok_or_else(|| bad("digest"))?;
    if fields.next().is_some() {
        return Err(bad("digest"));
    }
    Ok(KeyFact { id, origin, digest, kind, home, standing, restriction })
}

fn optional<T: std::str::FromStr>(field: &str) -> Result<Option<T>, ()> {
    match field {
        "-" => Ok(None),
        id => id.parse().map(Some).map_err(|_cause| ()),
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
    let mut seen = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (nibble(*high), nibble(*low));
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen <= 0xF).then(|| Digest::from_bytes(bytes))
}

/// What a digit stands for, and more than 15 for what is none.
const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        _ => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use keys::{IpRestriction, Kind, Livemode, Mode};
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "key_0123456789abcdef acct_0123456789abcdef live secret active anywhere \
         000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

    #[test]
    fn a_packed_key_is_read() {
        let fact = key(KEY).unwrap();
        assert_eq!(fact.id.to_string(), "key_0123456789abcdef");
        let account = "acct_0123456789abcdef".parse().unwrap();
        assert_eq!(fact.home, Home::Account(Place { account, mode: Mode::Live }));
        assert_eq!(fact.kind, Kind::Secret);
        assert_eq!((fact.standing, fact.restriction), (Standing::Active, IpRestriction::Anywhere));
        assert_eq!(fact.digest, Digest::from_bytes(std::array::from_fn(|n| n.try_into().unwrap())));
        assert_eq!(fact.origin, Origin::Minted);
        let written = KEY.replace("secret", "adopted secret");
        let adopted = key(&written).map(|fact| fact.origin);
        assert_eq!(adopted, Ok(Origin::Adopted));
        let deleted = KEY.replace("active", "deleted 1700000000000000");
        let at = Timestamp::from_microsecond(1_700_000_000_000_000).unwrap();
        assert_eq!(key(&deleted).unwrap().standing, Standing::Deleted { at });
    }

    #[test]
    fn a_packed_key_of_an_organization_is_read() {
        let of_organization = KEY
            .replace("acct_0123456789abcdef", "org_0123456789abcdefghijklm")
            .replace("secret", "organization");
        let fact = key(&of_organization.replace("live", "test")).unwrap();
        let id = "org_0123456789abcdefghijklm".parse().unwrap();
        assert_eq!(fact.home, Home::Organization { id, livemode: Livemode::Test });
        assert_eq!(fact.kind, Kind::Organization);
        let column = |text: &str| key(text).unwrap_err().column;
        assert_eq!(column(&of_organization.replace("live", "sbx_0123456789abcdef")), "mode");
        assert_eq!(column(&of_organization.replace("organization", "secret")), "kind");
        assert_eq!(column(&KEY.replace("secret", "organization")), "kind");
        assert_eq!(column(&KEY.replace("live", "test")), "mode");
    }

    #[test]
    fn the_column_at_fault_is_named() {
        let column = |text: &str| key(text).unwrap_err().column;
        assert_eq!(column(""), "id");
        assert_eq!(column(&KEY.replace("acct", "acc")), "account");
        assert_eq!(column(&KEY.replace("live", "Live")), "mode");
        assert_eq!(column(&KEY.replace("secret", "root")), "kind");
        assert_eq!(column(&KEY.replace("active", "alive")), "standing");
        assert_eq!(column(&KEY.replace("active", "expiring")), "ends_at");
        assert_eq!(column(&KEY.replace("anywhere", "everywhere")), "restriction");
        assert_eq!(column(&KEY.replace("1E1F", "1e1f")), "digest");
        assert_eq!(column(&format!("{KEY} ")), "digest");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_fall(text in ".{0,200}") {
            let _key = key(&text);
            let _account = account(&text);
        }

        #[test]
        fn a_field_that_holds_what_parts_fields_gives_nothing_that_can_be_read(
            before in "(anywhere|[0-9.,/]{0,20})", parting in "[; ]", after in "(anywhere|[0-9.,/; ]{0,20})",
        ) {
            let page = KEY.replace("anywhere", &format!("{before}{parting}{after}"));
            for text in page.split(';') {
                prop_assert!(key(text).is_err(), "{text}");
            }
        }
    }
}
