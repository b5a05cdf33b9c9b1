//! Whose address a request comes from, as far as that can be believed.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;

/// The address of the client: the peer, or what trusted proxies say of it.
///
/// `forwarded_for` are the lines of the header `X-Forwarded-For`, to which proxies append the address
/// of their peer. They are read from the end, where the nearest proxy wrote, and only as long as the
/// address before is that of a trusted proxy; a word that is no address ends the walk.
pub fn client_address<'l>(
    peer: IpAddr,
    forwarded_for: impl DoubleEndedIterator<Item = &'l [u8]>,
    trusted: &[IpNet],
) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    let words = forwarded_for.rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
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
    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "192.0.2.1/32".parse().unwrap()];
        let lines = lines.iter().map(|line| line.as_bytes());
        client_address(peer.parse().unwrap(), lines, &trusted).to_string()
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
    fn a_word_that_is_no_address_ends_the_walk() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 01.2.3.4, 10.0.0.2"]), "10.0.0.2");
    }
}
