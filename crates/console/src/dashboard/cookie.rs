//! The cookie that holds the token of a session, and the one that holds a language.
//!
//! Their names make browsers refuse them from anywhere but this very host, over TLS (or from this machine),
//! and for all paths (RFC 6265bis, section 4.1.3.2). No script reads them, and no form of another site
//! sends them.

use axum::http::header::{self, InvalidHeaderValue};
use axum::http::{HeaderMap, HeaderValue};
use keys::SessionToken;

const NAME: &str = "__Host-keyway";
/// The language that somebody chose; it opens nothing, and outlives sessions.
const LANGUAGE: &str = "__Host-keyway-language";

/// What a browser sends as its token.
pub(super) fn read(headers: &HeaderMap) -> Option<&str> {
    find(headers, NAME)
}

/// What a browser sends as the language that was chosen in it.
pub(super) fn language(headers: &HeaderMap) -> Option<&str> {
    find(headers, LANGUAGE)
}

fn find<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let mut found = None;
    for line in headers.get_all(header::COOKIE) {
        let Ok(line) = line.to_str() else { return None };
        let pairs = line.split(';').filter_map(|pair| pair.trim().split_once('='));
        for (_, value) in pairs.filter(|(name, _)| *name == wanted) {
            // Of two nobody knows which is ours.
            if found.replace(value).is_some() {
                return None;
            }
        }
    }
    found
}

/// Has the browser keep a token until it is closed.
pub(super) fn keep(token: &SessionToken) -> Result<HeaderValue, InvalidHeaderValue> {
    let text = format!("{NAME}={}; Path=/; Secure; HttpOnly; SameSite=Lax", token.expose());
    let mut line = HeaderValue::try_from(text)?;
    line.set_sensitive(true);
    Ok(line)
}

/// Has the browser keep a language for a year.
pub(super) fn keep_language(lang: &'static str) -> Result<HeaderValue, InvalidHeaderValue> {
    let kept = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000";
    HeaderValue::try_from(format!("{LANGUAGE}={lang}; {kept}"))
}

/// Has the browser forget it.
pub(super) const FORGET: HeaderValue =
    HeaderValue::from_static("__Host-keyway=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
