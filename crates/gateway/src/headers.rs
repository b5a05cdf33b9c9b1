//! Which headers go on to the API, and which come back from it.
//!
//! Towards the API everything is dropped that speaks of this connection alone (RFC 9110, section
//! 7.6.1), that carries the credential, or that could pass for something the gateway says: identity
//! headers, `X-Forwarded-*` and other names for the client's address, overrides of method and target, and any name with an underscore, which many servers
//! take for a dash. Only then is the identity written, so that naming one of its headers in
//! `Connection` removes nothing.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use keys::{Admission, RequestId};

use crate::client;
use crate::upstream::append;

/// The id of a request, on the way in and on every answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The account to act on.
pub(crate) const CONTEXT: HeaderName = HeaderName::from_static("stripe-context");
/// The account to act on, in the older form.
pub(crate) const ACCOUNT: HeaderName = HeaderName::from_static("stripe-account");
/// The version of the API.
pub(crate) const VERSION: HeaderName = HeaderName::from_static("stripe-version");

/// What identity headers begin with.
const IDENTITY: &str = "keyway-";
/// Whether the caller asks to go on with WebSocket (RFC 6455, section 4.1); no other upgrade is
/// passed on, as `h2c` would open a way round the gateway.
pub(crate) fn wants_websocket(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE);
    upgrade.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
        && connection_words(headers).any(|word| word.eq_ignore_ascii_case(b"upgrade"))
}

fn connection_words(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(header::CONNECTION).iter();
    lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}

/// Writes the lines that may reach the API, with other words than those that follow.
pub(crate) fn pass_on(headers: &HeaderMap, out: &mut Vec<u8>) {
    let is_named = |name: &HeaderName| {
        connection_words(headers).any(|word| name.as_str().as_bytes().eq_ignore_ascii_case(word))
    };
    let mut has_cookie = false;
    for (name, value) in headers {
        if is_dropped_on_the_way(name) || is_named(name) {
            continue;
        }
        if *name == header::COOKIE && std::mem::replace(&mut has_cookie, true) {
            // HTTP/2 cuts cookies into pieces, which HTTP/1 has in one line (RFC 9113, section 8.2.3). All
            // lines of a name come one after the other.
            out.truncate(out.len().saturating_sub(2));
            out.extend_from_slice(b"; ");
            out.extend_from_slice(value.as_bytes());
            out.extend_from_slice(b"\r\n");
        } else {
            line(out, name, value.as_bytes());
        }
    }
}

/// Writes one line of a head.
pub(crate) fn line(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    out.extend_from_slice(name.as_str().as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Whether a header of a request goes no further: it speaks of this connection, is the credential,
/// is forged, or is said anew.
fn is_dropped_on_the_way(name: &HeaderName) -> bool {
    *name == header::AUTHORIZATION
        || *name == header::HOST
        || *name == header::CONTENT_LENGTH
        || *name == header::CONNECTION
        || is_hop_by_hop(name)
        || is_forged(name)
}

/// Whether a header of an answer goes no further.
pub(crate) fn is_dropped_on_return(name: &HeaderName) -> bool {
    *name == REQUEST_ID || is_hop_by_hop(name)
}

/// `Trailer` is among them as trailers are not passed on, in either direction.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Whether a header could pass for something that the gateway, or a proxy before it, says.
fn is_forged(name: &HeaderName) -> bool {
    let name = name.as_str();
    // Most names are told apart by their first letter.
    let is_known = match name.as_bytes().first() {
        Some(b'c') => CLIENTS.contains(&name),
        Some(b'e') => name == "expect",
        Some(b'f') => matches!(name, "forwarded" | "fastly-client-ip" | "fly-client-ip"),
        Some(b'k') => name.starts_with(IDENTITY),
        // A CGI program takes it for the setting `HTTP_PROXY` (CVE-2016-5385 and its kin).
        Some(b'p') => name == "proxy",
        Some(b'r') => matches!(name, "request-id" | "remote-addr" | "remote-user"),
        Some(b't') => name == "true-client-ip",
        Some(b'x') => {
            name.starts_with("x-forwarded")
                || name.starts_with("x-original-")
                || OVERRIDES.contains(&name)
        }
        _ => false,
    };
    is_known || name.contains('_')
}

/// `Client-Cert` and its chain are what who ends TLS says of its client (RFC 9440, section 4).
const CLIENTS: [&str; 6] = [
    "cf-connecting-ip",
    "cf-connecting-ipv6",
    "cf-pseudo-ipv4",
    "client-cert",
    "client-cert-chain",
    "client-ip",
];

const OVERRIDES: [&str; 14] = [
    "x-azure-clientip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-envoy-original-path",
    "x-host",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-originating-ip",
    "x-proxyuser-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-rewrite-url",
];

/// Who asks, in the words of the gateway.
pub(crate) struct Identity<'r> {
    /// What was admitted.
    pub(crate) admission: &'r Admission,
    /// The id of the request.
    pub(crate) request: RequestId,
    /// The address of the client.
    pub(crate) client: std::net::IpAddr,
    /// Whether the client came over TLS, to here or to what stands before.
    pub(crate) secure: bool,
}

impl Identity<'_> {
    /// Writes the identity headers.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let (admission, place) = (self.admission, self.admission.place());
        out.extend_from_slice(b"keyway-account: ");
        place.account.write_to(out);
        out.extend_from_slice(b"\r\nkeyway-mode: ");
        place.mode.write_to(out);
        out.extend_from_slice(b"\r\nkeyway-key: ");
        admission.key().write_to(out);
        out.extend_from_slice(b"\r\nkeyway-key-kind: ");
        out.extend_from_slice(admission.kind().as_str().as_bytes());
        out.extend_from_slice(b"\r\nkeyway-version: ");
        out.extend_from_slice(admission.version().as_str().as_bytes());
        if let Some(context) = admission.context() {
            append(out, format_args!("\r\nkeyway-context: {context}"));
        }
        out.extend_from_slice(b"\r\nrequest-id: ");
        self.request.write_to(out);
        out.extend_from_slice(b"\r\nx-forwarded-for: ");
        client::write_to(self.client, out);
        out.extend_from_slice(b"\r\nx-forwarded-proto: ");
        out.extend_from_slice(if self.secure { b"https\r\n" } else { b"http\r\n" });
    }
}

/// A header value of text that is known to be plain.
pub(crate) fn value(text: Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(lines: &[(&'static str, &'static str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_static(value));
        }
        let mut out = Vec::new();
        pass_on(&headers, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_caller_says_under_our_names_is_dropped() {
        let forged = [
            ("Keyway-Account", "acct_1R3fqDP6919yCiFv"),
            ("KEYWAY-MODE", "live"),
            ("keyway_account", "acct_1R3fqDP6919yCiFv"),
            ("Keyway-Anything", "x"),
            ("Request-Id", "req_1"),
            ("Authorization", "Bearer x"),
            ("X-Forwarded-For", "1.2.3.4"),
            ("X-Forwarded-Prefix", "/admin"),
            ("Forwarded", "for=1.2.3.4"),
            ("X-Real-IP", "1.2.3.4"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-Original-URL", "/admin"),
            ("X-Rewrite-URL", "/admin"),
            ("X-Forwarded", "for=1.2.3.4"),
            ("Proxy", "http://1.2.3.4"),
            ("Client-IP", "1.2.3.4"),
            ("Client-Cert", ":x:"),
            ("True-Client-IP", "1.2.3.4"),
            ("CF-Connecting-IP", "1.2.3.4"),
            ("X-Client-IP", "1.2.3.4"),
            ("X-Cluster-Client-IP", "1.2.3.4"),
            ("Remote-Addr", "1.2.3.4"),
            ("stripe_account", "acct_1R3fqDP6919yCiFv"),
        ];
        assert_eq!(passed(&forged), "");
    }

    #[test]
    fn what_speaks_of_the_connection_is_dropped_with_all_that_it_names() {
        let lines = [
            ("Connection", "close, X-Secret"),
            ("Connection", "keep-alive"),
            ("X-Secret", "1"),
            ("Keep-Alive", "timeout=5"),
            ("TE", "trailers"),
            ("Upgrade", "h2c"),
            ("Accept", "*/*"),
        ];
        assert_eq!(passed(&lines), "accept: */*\r\n");
    }

    #[test]
    fn ordinary_headers_go_on() {
        let lines = [
            ("Idempotency-Key", "a"),
            ("User-Agent", "b"),
            ("X-Request-Source", "c"),
            ("Client-Version", "d"),
        ];
        assert_eq!(
            passed(&lines),
            "idempotency-key: a\r\nuser-agent: b\r\nx-request-source: c\r\nclient-version: d\r\n"
        );
    }

    #[test]
    fn cookies_are_one_line() {
        let lines = [("Cookie", "a=b"), ("Accept", "*/*"), ("Cookie", "c=d"), ("Cookie", "e=f")];
        assert_eq!(passed(&lines), "cookie: a=b; c=d; e=f\r\naccept: */*\r\n");
    }

    #[test]
    fn only_a_websocket_upgrade_is_one() {
        let wants = |upgrade: &'static str, connection: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::UPGRADE, HeaderValue::from_static(upgrade));
            headers.insert(header::CONNECTION, HeaderValue::from_static(connection));
            wants_websocket(&headers)
        };
        assert!(wants("WebSocket", "keep-alive, Upgrade"));
        assert!(!wants("h2c", "Upgrade, HTTP2-Settings"));
        assert!(!wants("websocket", "keep-alive"));
    }
}
