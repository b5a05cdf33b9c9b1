//! From which addresses a key may be used.

mod range;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

pub use range::{IpRange, Ipv4Range, Ipv6Range};

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
                IpAddr::V4(address) => {
                    let address = address.to_bits();
                    list.v4.iter().any(|range| range.contains(address))
                }
                IpAddr::V6(address) => {
                    let address = address.to_bits();
                    list.v6.iter().any(|range| range.contains(address))
                }
            },
        }
    }

    /// Whether no address is allowed that the other does not allow.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Anywhere) => true,
            (Self::Anywhere, Self::Only(_)) => false,
            (Self::Only(list), Self::Only(other)) => list.iter().all(|range| other.covers(range)),
        }
    }
}

/// A list of addresses and ranges that is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<IpRange>", into = "Vec<IpRange>")]
pub struct AllowList {
    v4: Box<[Ipv4Range]>,
    v6: Box<[Ipv6Range]>,
}

/// Whether IPv6 addresses may be listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Ipv6 {
    /// They are refused, as long as nothing else is said.
    #[default]
    Refused,
    /// They are taken as IPv4 addresses are.
    Accepted,
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
    /// IPv6, where that is not accepted.
    #[error("`{0}` is an IPv6 address; only IPv4 addresses can be listed")]
    Ipv6(IpRange),
    /// Not an IPv6 address or range, though it is written like one.
    #[error("`{0}` is no IPv6 address and no range like `2001:db8::/32`")]
    MalformedIpv6(String),
    /// A range whose address has bits beyond its prefix.
    #[error("`{given}` does not begin at its boundary; write `{boundary}`")]
    HostBits {
        /// What was given.
        given: String,
        /// The range that was probably meant.
        boundary: String,
    },
}

impl AllowList {
    /// The most entries.
    pub const MOST: usize = MOST_ENTRIES;

    /// Reads entries, each an address or a range.
    ///
    /// # Errors
    /// On the first entry that cannot be taken, and when there are none or too many.
    pub fn parse<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, AllowListError> {
        let ranges = entries.into_iter().map(str::parse).collect::<Result<Vec<IpRange>, _>>()?;
        ranges.try_into()
    }

    /// Its entries, each once, in ascending order, those of IPv4 first.
    pub fn iter(&self) -> impl Iterator<Item = IpRange> {
        let v4 = self.v4.iter().copied().map(IpRange::V4);
        v4.chain(self.v6.iter().copied().map(IpRange::V6))
    }

    /// Whether every address of the range is listed, be it by several entries together.
    fn covers(&self, range: IpRange) -> bool {
        self.iter().any(|entry| entry.includes(range))
            || (self.iter().any(|entry| range.includes(entry))
                && range
                    .halves()
                    .is_some_and(|halves| halves.iter().all(|half| self.covers(*half))))
    }
}

impl TryFrom<Vec<IpRange>> for AllowList {
    type Error = AllowListError;

    fn try_from(mut ranges: Vec<IpRange>) -> Result<Self, AllowListError> {
        ranges.sort_unstable();
        ranges.dedup();
        match ranges.len() {
            0 => return Err(AllowListError::Empty),
            1..=MOST_ENTRIES => {}
            _ => return Err(AllowListError::TooLong),
        }
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for range in ranges {
            match range {
                IpRange::V4(range) => v4.push(range),
                IpRange::V6(range) => v6.push(range),
            }
        }
        Ok(Self { v4: v4.into(), v6: v6.into() })
    }
}

impl From<AllowList> for Vec<IpRange> {
    fn from(list: AllowList) -> Self {
        list.iter().collect()
    }
}

impl Ipv6 {
    /// Whether a range may be listed.
    ///
    /// # Errors
    /// When it is one of IPv6, and that is not accepted.
    pub fn takes(self, range: IpRange) -> Result<(), AllowListError> {
        match (self, range) {
            (Self::Accepted, _) | (Self::Refused, IpRange::V4(_)) => Ok(()),
            (Self::Refused, IpRange::V6(_)) => Err(AllowListError::Ipv6(range)),
        }
    }

    /// Whether all of a restriction may be listed.
    ///
    /// # Errors
    /// When there is IPv6 in it, and that is not accepted.
    pub fn takes_all(self, restriction: &IpRestriction) -> Result<(), AllowListError> {
        match restriction {
            IpRestriction::Anywhere => Ok(()),
            IpRestriction::Only(list) => list.iter().try_for_each(|range| self.takes(range)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

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
    fn an_ipv6_client_passes_where_it_is_listed_or_as_the_ipv4_address_that_it_is() {
        let restriction = only(&["100.10.38.255", "2001:db8:1::/48"]);
        assert!(allows(&restriction, "2001:db8:1:ffff::1"));
        assert!(!allows(&restriction, "2001:db8:2::1"));
        assert!(allows(&restriction, "::ffff:100.10.38.255"));
        assert!(!allows(&restriction, "2001:db8::1"));
        assert!(allows(&IpRestriction::Anywhere, "2001:db8::1"));
    }

    #[test]
    fn a_list_lies_within_another_that_covers_all_of_its_addresses() {
        let is_within = |inner: &[&str], outer: &[&str]| only(inner).is_within(&only(outer));
        assert!(is_within(&["10.1.0.0/16", "10.2.3.4"], &["10.0.0.0/8"]));
        assert!(is_within(&["10.0.0.0/8"], &["10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/10"]));
        assert!(!is_within(&["10.0.0.0/8"], &["10.0.0.0/9", "10.128.0.0/10"]));
        assert!(!is_within(&["10.0.0.0/8", "192.0.2.1"], &["10.0.0.0/8"]));
        assert!(!is_within(&["192.0.2.1"], &["192.0.2.0"]));
        assert!(only(&["0.0.0.0/0"]).is_within(&IpRestriction::Anywhere));
        assert!(!IpRestriction::Anywhere.is_within(&only(&["0.0.0.0/0"])), "IPv6 is left out");
        assert!(IpRestriction::Anywhere.is_within(&IpRestriction::Anywhere));
    }

    #[test]
    fn bad_entries_are_refused_with_a_reason() {
        let refused = |entry: &str| AllowList::parse([entry]).unwrap_err().to_string();
        insta::assert_snapshot!(refused("0.0.0.0/33"), @"`0.0.0.0/33` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("010.0.0.1"), @"`010.0.0.1` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("1.2.3.4/+8"), @"`1.2.3.4/+8` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("1.2.3.4/08"), @"`1.2.3.4/08` is no IPv4 address and no range like `100.10.38.0/24`");
        insta::assert_snapshot!(refused("2001:db8::/129"), @"`2001:db8::/129` is no IPv6 address and no range like `2001:db8::/32`");
        insta::assert_snapshot!(refused("fe80::1%eth0"), @"`fe80::1%eth0` is no IPv6 address and no range like `2001:db8::/32`");
        insta::assert_snapshot!(refused("2001:db8::1/64"), @"`2001:db8::1/64` does not begin at its boundary; write `2001:db8::/64`");
        insta::assert_snapshot!(refused("100.10.38.7/24"), @"`100.10.38.7/24` does not begin at its boundary; write `100.10.38.0/24`");
        insta::assert_snapshot!(AllowList::parse([]).unwrap_err(), @"the list is empty; to allow every address, remove the restriction instead");
        insta::assert_snapshot!(AllowList::parse((0..201).map(|_| "1.2.3.4")).map(|list| list.iter().count()).unwrap(), @"1");
    }

    #[test]
    fn ipv6_is_taken_where_it_is_accepted_and_ipv4_everywhere() {
        let (four, six) = ("::ffff:1.2.3.0/120".parse().unwrap(), "2001:DB8:0::7".parse().unwrap());
        assert_eq!((Ipv6::Accepted.takes(four), Ipv6::Accepted.takes(six)), (Ok(()), Ok(())));
        assert_eq!((Ipv6::Refused.takes(four), format!("{four}")), (Ok(()), "1.2.3.0/24".into()));
        let refused = Ipv6::Refused.takes(six).unwrap_err();
        insta::assert_snapshot!(refused, @"`2001:db8::7` is an IPv6 address; only IPv4 addresses can be listed");
        let mixed = only(&["2001:db8::7", "1.2.3.4"]);
        assert_eq!(Ipv6::Refused.takes_all(&mixed), Err(refused));
        assert_eq!(Ipv6::Accepted.takes_all(&mixed), Ok(()));
        assert_eq!(Ipv6::Refused.takes_all(&IpRestriction::Anywhere), Ok(()));
    }

    proptest! {
        #[test]
        fn what_lies_within_lets_in_nobody_that_the_outer_list_keeps_out(
            inner in proptest::collection::vec((0u32..16, 28u8..=32), 1..4),
            outer in proptest::collection::vec((0u32..16, 28u8..=32), 1..6),
            as_ipv6 in any::<bool>(),
        ) {
            let address = |last: u32| -> IpAddr {
                if as_ipv6 {
                    Ipv6Addr::from_bits(u128::from(last) | 1 << 64).into()
                } else {
                    Ipv4Addr::from_bits(last).into()
                }
            };
            let list = |entries: &[(u32, u8)]| {
                let range = |(network, prefix): &(u32, u8)| {
                    let start = network & u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0);
                    let prefix = if as_ipv6 { prefix + 96 } else { *prefix };
                    format!("{}/{prefix}", address(start)).parse().unwrap()
                };
                IpRestriction::Only(entries.iter().map(range).collect::<Vec<IpRange>>().try_into().unwrap())
            };
            let (inner, outer) = (list(&inner), list(&outer));
            let lies = (0..16).map(address).all(|one| !inner.allows(one) || outer.allows(one));
            prop_assert_eq!(inner.is_within(&outer), lies);
        }
    }
}
