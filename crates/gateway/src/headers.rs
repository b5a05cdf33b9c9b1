//! Which headers go on to the API, and which come back from it.
//!
//! Towards the API everything is dropped that speaks of this connection alone (RFC 9110, section
//! 7.6.1), that carries the credential, or that could pass for something the gateway says: identity
//! headers, `X-Forwarded-*`, method overrides, and any name with an underscore, which many servers
//! take for a dash. Only then is the identity written, so that naming one of its headers in
//! `Connection` removes nothing.

use bytes::{Bytes, BytesMut};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use keys::{Admission, RequestId};

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
const IDENTITY_ACCOUNT: HeaderName = HeaderName::from_static("keyway-account");
const IDENTITY_MODE: HeaderName = HeaderName::from_static("keyway-mode");
const IDENTITY_KEY: HeaderName = HeaderName::from_static("keyway-key");
const IDENTITY_KIND: HeaderName = HeaderName::from_static("keyway-key-kind");
const IDENTITY_CONTEXT: HeaderName = HeaderName::from_static("keyway-context");
const IDENTITY_VERSION: HeaderName = HeaderName::from_static("keyway-version");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

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

/// Drops what must not reach the API.
pub(crate) fn strip_request(headers: &mut HeaderMap) {
    strip(headers, |name| *name == header::AUTHORIZATION || is_forged(name));
}

/// Drops what speaks of the connection to the API alone.
pub(crate) fn strip_response(headers: &mut HeaderMap) {
    strip(headers, |name| *name == REQUEST_ID);
}

/// Drops what speaks of one connection alone, and what else is asked for. Names are looked at once:
/// few of them are dropped, and asking for each that might be there would cost more.
fn strip(headers: &mut HeaderMap, also: impl Fn(&HeaderName) -> bool) {
    if headers.contains_key(header::CONNECTION) {
        // A word that is no header name names no header.
        let named: Vec<HeaderName> =
            connection_words(headers).flat_map(HeaderName::from_bytes).collect();
        for name in named {
            headers.remove(name);
        }
        headers.remove(header::CONNECTION);
    }
    let is_dropped = |name: &&HeaderName| is_hop_by_hop(name) || also(name);
    let dropped: Vec<HeaderName> = headers.keys().filter(is_dropped).cloned().collect();
    for name in dropped {
        headers.remove(name);
    }
}

fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Whether a header could pass for something that the gateway says.
fn is_forged(name: &HeaderName) -> bool {
    let name = name.as_str();
    match name.as_bytes().first() {
        Some(b'k') => name.starts_with(IDENTITY) || name.contains('_'),
        Some(b'x') => {
            name.starts_with("x-forwarded-") || OVERRIDES.contains(&name) || name.contains('_')
        }
        Some(b'f') => name == "forwarded" || name.contains('_'),
        Some(b'r') => name == "request-id" || name.contains('_'),
        Some(b't') => name == "true-client-ip" || name.contains('_'),
        Some(b'e') => name == "expect" || name.contains('_'),
        _ => name.contains('_'),
    }
}

const OVERRIDES: [&str; 8] = [
    "x-client-ip",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-method",
    "x-original-url",
    "x-real-ip",
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
    /// Whether the client came over TLS.
    pub(crate) secure: bool,
}

impl Identity<'_> {
    /// Writes the identity headers.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let mut room = Room(BytesMut::with_capacity(192));
        let place = self.admission.place();
        headers.insert(IDENTITY_ACCOUNT, room.value(place.account));
        headers.insert(IDENTITY_MODE, room.value(place.mode));
        headers.insert(IDENTITY_KEY, room.value(self.admission.key()));
        headers.insert(IDENTITY_KIND, HeaderValue::from_static(self.admission.kind().as_str()));
        headers.insert(IDENTITY_VERSION, room.value(self.admission.version()));
        if let Some(context) = self.admission.context() {
            headers.insert(IDENTITY_CONTEXT, room.value(context));
        }
        headers.insert(REQUEST_ID, room.value(self.request));
        headers.insert(FORWARDED_FOR, room.value(self.client));
        let proto = if self.secure { "https" } else { "http" };
        headers.insert(FORWARDED_PROTO, HeaderValue::from_static(proto));
    }
}

/// One buffer that several short header values are cut from.
struct Room(BytesMut);

impl Room {
    fn value(&mut self, shown: impl std::fmt::Display) -> HeaderValue {
        use std::fmt::Write;
        // Writing to a buffer that grows cannot fail.
        let _written = write!(self.0, "{shown}");
        value(self.0.split().freeze())
    }
}

/// A header value of text that is known to be plain.
pub(crate) fn value(text: Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(lines: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_static(value));
        }
        strip_request(&mut headers);
        headers.keys().map(ToString::to_string).collect()
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
            ("stripe_account", "acct_1R3fqDP6919yCiFv"),
        ];
        assert_eq!(stripped(&forged), Vec::<String>::new());
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
        assert_eq!(stripped(&lines), ["accept"]);
    }

    #[test]
    fn ordinary_headers_go_on() {
        let lines = [("Idempotency-Key", "a"), ("User-Agent", "b"), ("X-Request-Source", "c")];
        assert_eq!(stripped(&lines), ["idempotency-key", "user-agent", "x-request-source"]);
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
