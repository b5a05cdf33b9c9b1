//! From which addresses a key may be used.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The most entries that one key may have.
const MOST_ENTRIES: usize = 200;

/// From where a key may be used. "From anywhere" is a state of its own, never an empty list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IpRestriction {
    /// From any address.
    Anywhere,
    /// From these addresses alone.
    Only(AllowList),
}

impl IpRestriction {
    /// Whether a request from this address may use the key.
    #[must_use]
    pub fn allows(&self, client: IpAddr) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Only(list) => match client.to_canonical() {
                IpAddr::V4(address) => list.contains(address),
                IpAddr::V6(_) => false,
            },
        }
    }
}

/// A list of addresses and ranges that is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Ipv4Range>", into = "Vec<Ipv4Range>")]
pub struct AllowList(Box<[Ipv4Range]>);

/// One address, or a range that begins at its own boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Range {
    network: u32,
    prefix: u8,
}

/// Why a list of addresses cannot be taken; each names the entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AllowListError {
    /// No entry at all.
    #[error("the list is empty; to allow every address, remove the restriction instead")]
    Empty,
    /// Too many entries.
    #[error("the list has more than {MOST_ENTRIES} entries")]
    TooLong,
    /// Not an IPv4 address or range.
    #[error("`{0}` is no IPv4 address and no range like `100.10.38.0/24`")]
    Malformed(String),
    /// IPv6.
    #[error("`{0}` is an IPv6 address; only IPv4 addresses can be listed")]
    Ipv6(String),
    /// A range whose address has bits beyond its prefix.
    #[error("`{given}` does not begin at its boundary; write `{boundary}`")]
    HostBits {
        /// What was given.
        given: String,
        /// The range that was probably meant.
        boundary: String,
    },
}

impl Ipv4Range {
    fn mask(self) -> u32 {
        u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0)
    }

    fn contains(self, address: u32) -> bool {
        address & self.mask() == self.network
    }
}

impl FromStr for Ipv4Range {
    type Err = AllowListError;

    fn from_str(text: &str) -> Result<Self, AllowListError> {
        let malformed = || AllowListError::Malformed(text.chars().take(64).collect());
        if text.contains(':') {
            return Err(AllowListError::Ipv6(text.chars().take(64).collect()));
        }
        let (address, prefix) = text.split_once('/').unwrap_or((text, "32"));
        // The standard parser refuses leading zeros, which some read as octal.
        let address: Ipv4Addr = address.parse().map_err(|_cause| malformed())?;
        let prefix_digits = !prefix.starts_with('+') && (prefix == "0" || !prefix.starts_with('0'));
        let prefix: u8 = prefix.parse().map_err(|_cause| malformed())?;
        if prefix > 32 || !prefix_digits {
            return Err(malformed());
        }
        let given = Self { network: address.to_bits(), prefix };
        let range = Self { network: given.network & given.mask(), prefix };
        if range == given {
            Ok(range)
        } else {
            Err(AllowListError::HostBits { given: text.to_owned(), boundary: range.to_string() })
        }
    }
}

impl fmt::Display for Ipv4Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv4Addr::from_bits(self.network);
        match self.prefix {
            32 => address.fmt(f),
            prefix => write!(f, "{address}/{prefix}"),
        }
    }
}

impl Serialize for Ipv4Range {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ipv4Range {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl AllowList {
    /// Reads entries, each an address or a range.
    ///
    /// # Errors
    /// On the first entry that cannot be taken, and when there are none or too many.
    pub fn parse<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, AllowListError> {
        let ranges = entries.into_iter().map(str::parse).collect::<Result<Vec<Ipv4Range>, _>>()?;
        ranges.try_into()
    }

    /// Its entries, each once, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = Ipv4Range> {
        self.0.iter().copied()
    }

    fn contains(&self, address: Ipv4Addr) -> bool {
        let address = address.to_bits();
        self.0.iter().any(|range| range.contains(address))
    }
}

impl TryFrom<Vec<Ipv4Range>> for AllowList {
    type Error = AllowListError;

    fn try_from(mut ranges: Vec<Ipv4Range>) -> Result<Self, AllowListError> {
        ranges.sort_unstable();
        ranges.dedup();
        match ranges.len() {
            0 => Err(AllowListError::Empty),
            1..=MOST_ENTRIES => Ok(Self(ranges.into())),
            _ => Err(AllowListError::TooLong),
        }
    }
}

impl From<AllowList> for Vec<Ipv4Range> {
    fn from(list: AllowList) -> Self {
        list.0.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn only(entries: &[&str]) -> IpRestriction {
        IpRestriction::Only(AllowList::parse(entries.iter().copied()).unwrap())
    }

    fn allows(restriction: &IpRestriction, client: &str) -> bool {
        restriction.allows(client.parse().unwrap())
    }

    #[test]
    fn a_range_covers_exactly_its_block() {
        let restriction = only(&["100.10.38.0/24"]);
        assert!(allows(&restriction, "100.10.38.0"));
        assert!(allows(&restriction, "100.10.38.255"));
        assert!(!allows(&restriction, "100.10.37.255"));
        assert!(!allows(&restriction, "100.10.39.0"));
    }

    #[test]
    fn an_ipv6_client_passes_only_as_a_mapped_ipv4_address() {
        let restriction = only(&["100.10.38.255"]);
        assert!(allows(&restriction, "::ffff:100.10.38.255"));
        assert!(!allows(&restriction, "2001:db8::1"));
        assert!(allows(&IpRestriction::Anywhere, "2001:db8::1"));
    }

    #[test]
    fn bad_entries_are_refused_with_a_reason() {
        let refused = |entry: &str| AllowList::parse([entry]).unwrap_err().to_string();
        insta::assert_snapshot!(refused("0.0.0.0/33"), @"`0.0.0.0/33` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("010.0.0.1"), @"`010.0.0.1` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("1.2.3.4/+8"), @"`1.2.3.4/+8` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("1.2.3.4/08"), @"`1.2.3.4/08` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("2001:db8::1"), @"`2001:db8::1` is an IPv6 address; only IPv4 addresses can be listed");
        insta::assert_snapshot!(refused("100.10.38.7/24"), @"`100.10.38.7/24` does not begin at its boundary; write `100.10.38.0/24`");
        insta::assert_snapshot!(AllowList::parse([]).unwrap_err(), @"the list is empty; to allow every address, remove the restriction instead");
        insta::assert_snapshot!(AllowList::parse((0..201).map(|_| "1.2.3.4")).map(|list| list.iter().count()).unwrap(), @"1");
    }

    proptest! {
        #[test]
        fn a_range_holds_what_the_plain_arithmetic_says(network in any::<u32>(), prefix in 0u8..=32, client in any::<u32>()) {
            let size = 1u64 << (32 - prefix);
            let start = u64::from(network) / size * size;
            let text = format!("{}/{prefix}", Ipv4Addr::from_bits(u32::try_from(start).unwrap()));
            let range: Ipv4Range = text.parse().unwrap();
            let expected = (start..start + size).contains(&u64::from(client));
            prop_assert_eq!(range.contains(client), expected);
            prop_assert_eq!(range.to_string().parse::<Ipv4Range>().unwrap(), range);
        }
    }
}
