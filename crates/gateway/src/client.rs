//! Whose address a request comes from, as far as that can be believed.

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use ipnet::IpNet;

use crate::upstream::append;

/// The header that proxies append the address of their peer to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client: the peer, or what trusted proxies say of it.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    keys::client_address(peer, lines.into_iter().map(HeaderValue::as_bytes), trusted)
}

/// Writes an address; that of most requests without the formatting machinery.
pub(crate) fn write_to(address: IpAddr, out: &mut Vec<u8>) {
    let IpAddr::V4(address) = address else { return append(out, format_args!("{address}")) };
    let [first, rest @ ..] = address.octets();
    out.extend_from_slice(itoa::Buffer::new().format(first).as_bytes());
    for octet in rest {
        out.push(b'.');
        out.extend_from_slice(itoa::Buffer::new().format(octet).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_everybody_writes_it() {
        for text in ["0.0.0.0", "203.0.113.9", "255.255.255.255", "::1", "2001:db8::1"] {
            let mut out = Vec::new();
            write_to(text.parse().unwrap(), &mut out);
            assert_eq!(out, text.as_bytes());
        }
    }
}
