//! The request target: what is asked for, in one reading.

use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Version, header};
use keys::{CanonicalPath, Denial, holds_key_value};

/// A target that has one reading: what is authorised is what is forwarded.
pub(crate) struct Target(PathAndQuery);

impl Target {
    /// Reads the target of a request.
    ///
    /// # Errors
    /// When it can be read in two ways, or when a key value stands in it.
    pub(crate) fn read(parts: &Parts) -> Result<Self, Denial> {
        let uri = &parts.uri;
        if parts.version < Version::HTTP_2 && uri.authority().is_some() {
            return Err(Denial::Ambiguous("the target must be a path, without scheme and host"));
        }
        if parts.version == Version::HTTP_11 && !parts.headers.contains_key(header::HOST) {
            return Err(Denial::Ambiguous("it has no Host header"));
        }
        if parts.headers.get_all(header::HOST).iter().nth(1).is_some() {
            return Err(Denial::Ambiguous("there is more than one Host header"));
        }
        let framed = parts.headers.contains_key(header::TRANSFER_ENCODING);
        if framed && parts.headers.contains_key(header::CONTENT_LENGTH) {
            return Err(Denial::Ambiguous("it has both Content-Length and Transfer-Encoding"));
        }
        let whole = uri.path_and_query().ok_or(Denial::Ambiguous("it has no path"))?;
        let line = [parts.method.as_str(), whole.as_str()];
        if line.iter().any(|text| holds_key_value(text.as_bytes())) {
            return Err(Denial::KeyInUrl);
        }
        let path = CanonicalPath::parse(whole.path()).map_err(Denial::PathAmbiguous)?;
        if !path.is_rewritten() {
            return Ok(Self(whole.clone()));
        }
        let rewritten = match whole.query() {
            Some(query) => format!("{}?{query}", path.as_str()),
            None => path.as_str().to_owned(),
        };
        rewritten.parse().map(Self).map_err(|_cause| Denial::Internal)
    }

    /// The path.
    pub(crate) fn path(&self) -> &str {
        self.0.path()
    }

    /// Path and query, as they are forwarded.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}
