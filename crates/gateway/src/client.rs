//! Whose address a request comes from, as far as that can be believed.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

use crate::upstream::append;

/// The header that proxies append the address of their peer to.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address of the client: the peer, or what trusted proxies say of it.
///
/// `X-Forwarded-For` is read from its end, where the nearest proxy wrote, and only as long as the
/// address before is that of a trusted proxy; a word that is no address ends the walk.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().collect();
    let words = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    for word in words {
        match word_address(word) {
            Some(address) => client = address.to_canonical(),
            None => break,
        }
        if !is_trusted(client) {
            break;
        }
    }
    client
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

fn word_address(word: &[u8]) -> Option<IpAddr> {
    let word = str::from_utf8(word.trim_ascii()).unwrap_or_default();
    match (word.parse::<IpAddr>(), word.parse::<SocketAddr>()) {
        (Ok(address), _) => Some(address),
        (Err(_), Ok(socket)) => Some(socket.ip()),
        (Err(_), Err(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(peer: &str, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "192.0.2.1/32".parse().unwrap()];
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_is_believed_as_far_as_the_first_stranger() {
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 192.0.2.1"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4"]), "1.2.3.4");
        assert_eq!(seen("::ffff:10.0.0.1", &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn an_address_is_written_as_everybody_writes_it() {
        for text in ["0.0.0.0", "203.0.113.9", "255.255.255.255", "::1", "2001:db8::1"] {
            let mut out = Vec::new();
            write_to(text.parse().unwrap(), &mut out);
            assert_eq!(out, text.as_bytes());
        }
    }

    #[test]
    fn a_word_that_is_no_address_ends_the_walk() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 01.2.3.4, 10.0.0.2"]), "10.0.0.2");
    }
}
