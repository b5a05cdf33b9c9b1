//! One entry of an allow list: an address, or a range that begins at its own boundary.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::AllowListError;

/// An address, or a range of addresses, of either version of IP. What IPv6 writes of IPv4
/// (`::ffff:100.10.38.0/120`) is the IPv4 that it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IpRange {
    /// Of IPv4.
    V4(Ipv4Range),
    /// Of IPv6.
    V6(Ipv6Range),
}

/// An IPv4 address or range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv4Range {
    network: u32,
    prefix: u8,
}

/// An IPv6 address or range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Range {
    network: u128,
    prefix: u8,
}

impl IpRange {
    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Self::V4(range), IpAddr::V4(address)) => range.contains(address.to_bits()),
            (Self::V6(range), IpAddr::V6(address)) => range.contains(address.to_bits()),
            (Self::V4(_), IpAddr::V6(_)) | (Self::V6(_), IpAddr::V4(_)) => false,
        }
    }

    /// Whether every address of the other is one of these.
    pub(super) fn includes(self, other: Self) -> bool {
        match (self, other) {
            (Self::V4(range), Self::V4(other)) => {
                range.prefix <= other.prefix && range.contains(other.network)
            }
            (Self::V6(range), Self::V6(other)) => {
                range.prefix <= other.prefix && range.contains(other.network)
            }
            (Self::V4(_), Self::V6(_)) | (Self::V6(_), Self::V4(_)) => false,
        }
    }

    /// The two ranges that it is made of; a single address is made of none.
    pub(super) fn halves(self) -> Option<[Self; 2]> {
        match self {
            Self::V4(Ipv4Range { network, prefix }) => {
                let left = Ipv4Range::BITS.checked_sub(prefix + 1)?;
                let half = |network| Self::V4(Ipv4Range { network, prefix: prefix + 1 });
                Some([network, network | 1 << left].map(half))
            }
            Self::V6(Ipv6Range { network, prefix }) => {
                let left = Ipv6Range::BITS.checked_sub(prefix + 1)?;
                let half = |network| Self::V6(Ipv6Range { network, prefix: prefix + 1 });
                Some([network, network | 1 << left].map(half))
            }
        }
    }
}

impl Ipv4Range {
    const BITS: u8 = 32;

    fn mask(self) -> u32 {
        u32::MAX.checked_shl(u32::from(Self::BITS - self.prefix)).unwrap_or(0)
    }

    pub(super) fn contains(self, address: u32) -> bool {
        address & self.mask() == self.network
    }

    fn read(text: &str) -> Result<IpRange, AllowListError> {
        let malformed = || AllowListError::Malformed(start(text));
        let (address, prefix) = parts(text, Self::BITS).ok_or_else(malformed)?;
        // The standard parser refuses leading zeros, which some read as octal.
        let address: Ipv4Addr = address.parse().map_err(|_cause| malformed())?;
        let given = Self { network: address.to_bits(), prefix };
        let range = Self { network: given.network & given.mask(), prefix };
        at_its_boundary(text, given == range, IpRange::V4(range))
    }
}

impl Ipv6Range {
    const BITS: u8 = 128;
    /// How many bits stand before the IPv4 address of one that is written as IPv6.
    const MAPPED: u8 = 96;

    fn mask(self) -> u128 {
        u128::MAX.checked_shl(u32::from(Self::BITS - self.prefix)).unwrap_or(0)
    }

    pub(super) fn contains(self, address: u128) -> bool {
        address & self.mask() == self.network
    }

    fn read(text: &str) -> Result<IpRange, AllowListError> {
        let malformed = || AllowListError::MalformedIpv6(start(text));
        let (address, prefix) = parts(text, Self::BITS).ok_or_else(malformed)?;
        let address: Ipv6Addr = address.parse().map_err(|_cause| malformed())?;
        let given = Self { network: address.to_bits(), prefix };
        let range = Self { network: given.network & given.mask(), prefix };
        at_its_boundary(text, given == range, range.canonical())
    }

    /// A client that is known by an IPv4 address is never asked for as IPv6.
    fn canonical(self) -> IpRange {
        match (Ipv6Addr::from_bits(self.network).to_ipv4_mapped(), self.prefix) {
            (Some(address), prefix @ Self::MAPPED..) => {
                IpRange::V4(Ipv4Range { network: address.to_bits(), prefix: prefix - Self::MAPPED })
            }
            _ => IpRange::V6(self),
        }
    }
}

/// As much of a text as an error repeats.
fn start(text: &str) -> String {
    text.chars().take(64).collect()
}

/// The address and the length of the prefix, which is written in one way alone.
fn parts(text: &str, bits: u8) -> Option<(&str, u8)> {
    let Some((address, prefix)) = text.split_once('/') else { return Some((text, bits)) };
    let is_written_so = !prefix.starts_with('+') && (prefix == "0" || !prefix.starts_with('0'));
    let Ok(prefix) = prefix.parse() else { return None };
    (is_written_so && prefix <= bits).then_some((address, prefix))
}

fn at_its_boundary(given: &str, is_it: bool, range: IpRange) -> Result<IpRange, AllowListError> {
    if is_it {
        Ok(range)
    } else {
        Err(AllowListError::HostBits { given: given.to_owned(), boundary: range.to_string() })
    }
}

impl FromStr for IpRange {
    type Err = AllowListError;

    fn from_str(text: &str) -> Result<Self, AllowListError> {
        if text.contains(':') { Ipv6Range::read(text) } else { Ipv4Range::read(text) }
    }
}

impl fmt::Display for IpRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, prefix, bits): (IpAddr, _, _) = match *self {
            Self::V4(Ipv4Range { network, prefix }) => {
                (Ipv4Addr::from_bits(network).into(), prefix, Ipv4Range::BITS)
            }
            Self::V6(Ipv6Range { network, prefix }) => {
                (Ipv6Addr::from_bits(network).into(), prefix, Ipv6Range::BITS)
            }
        };
        if prefix == bits { address.fmt(f) } else { write!(f, "{address}/{prefix}") }
    }
}

impl Serialize for IpRange {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IpRange {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_range_holds_what_the_plain_arithmetic_says(network in any::<u32>(), prefix in 0u8..=32, client in any::<u32>()) {
            let size = 1u64 << (32 - prefix);
            let start = u64::from(network) / size * size;
            let text = format!("{}/{prefix}", Ipv4Addr::from_bits(u32::try_from(start).unwrap()));
            let range: IpRange = text.parse().unwrap();
            let expected = (start..start + size).contains(&u64::from(client));
            let client = Ipv4Addr::from_bits(client);
            prop_assert_eq!(range.contains(client.into()), expected);
            prop_assert_eq!(range.contains(client.to_ipv6_mapped().into()), expected);
            prop_assert_eq!(range.to_string().parse::<IpRange>().unwrap(), range);
        }

        #[test]
        fn a_range_of_ipv6_holds_what_shares_the_bits_of_its_prefix(network in any::<u128>(), prefix in 0u8..=128, other in any::<u128>(), shared in 0u32..=128) {
            // A client that has as many first bits of the network as `shared` says, and no more.
            let kept = u128::MAX.checked_shl(128 - shared).unwrap_or(0);
            let client = Ipv6Addr::from_bits(network & kept | other & !kept);
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            let start = Ipv6Addr::from_bits(network & mask);
            prop_assume!(start.to_ipv4_mapped().is_none() && client.to_ipv4_mapped().is_none());
            let range: IpRange = format!("{start}/{prefix}").parse().unwrap();
            let expected = (client.to_bits() ^ start.to_bits()).leading_zeros() >= u32::from(prefix);
            prop_assert_eq!(range.contains(client.into()), expected);
            prop_assert_eq!(range.to_string().parse::<IpRange>().unwrap(), range);
        }

        #[test]
        fn an_ipv4_range_means_the_same_in_either_writing(network in any::<u32>(), prefix in 0u8..=32, client in any::<u32>()) {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            let start = Ipv4Addr::from_bits(network & mask);
            let plain: IpRange = format!("{start}/{prefix}").parse().unwrap();
            let mapped: IpRange =
                format!("{}/{}", start.to_ipv6_mapped(), prefix + 96).parse().unwrap();
            prop_assert_eq!(plain, mapped);
            let client = IpAddr::from(Ipv4Addr::from_bits(client));
            prop_assert_eq!(plain.contains(client), mapped.contains(client));
        }

        #[test]
        fn no_text_makes_the_reader_fall(text in "[0-9a-f:./+]{0,48}") {
            if let Ok(range) = text.parse::<IpRange>() {
                prop_assert_eq!(range.to_string().parse::<IpRange>().unwrap(), range);
            }
        }
    }
}
