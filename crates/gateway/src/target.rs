//! The request target: what is asked for, in one reading.

use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Version, header};
use keys::{CanonicalPath, Denial, holds_key_value};

use crate::settings::Limits;

/// A target that has one reading: what is authorised is what is forwarded.
pub(crate) struct Target(PathAndQuery);

impl Target {
    /// Reads the target of a request.
    ///
    /// # Errors
    /// When it can be read in two ways, or when a key value stands in it.
    pub(crate) fn read(parts: &Parts, limits: &Limits) -> Result<Self, Denial> {
        let uri = &parts.uri;
        if parts.version == Version::HTTP_2 && !fits(parts, limits) {
            return Err(Denial::HeadTooLarge);
        }
        // CONNECT asks for a tunnel, in which nothing would be authorised. TRACE sends back what the API
        // was sent, and so what the gateway has added for the API alone (RFC 9110, section 9.3.8). There
        // is no Allow: which methods a resource has, the API knows.
        if parts.method == Method::CONNECT || parts.method == Method::TRACE {
            return Err(Denial::MethodNotAllowed);
        }
        if parts.version < Version::HTTP_2 && uri.authority().is_some() {
            return Err(Denial::Ambiguous("the target must be a path, without scheme and host"));
        }
        let mut hosts = parts.headers.get_all(header::HOST).iter().map(HeaderValue::as_bytes);
        let host = hosts.next();
        if parts.version == Version::HTTP_11 && host.is_none() {
            return Err(Denial::Ambiguous("it has no Host header"));
        }
        if hosts.next().is_some() {
            return Err(Denial::Ambiguous("there is more than one Host header"));
        }
        // RFC 9113, section 8.3.1.
        if let (Some(authority), Some(host)) = (uri.authority(), host)
            && !authority.as_str().as_bytes().eq_ignore_ascii_case(host)
        {
            return Err(Denial::Ambiguous("its authority and its Host header differ"));
        }
        let mut expected = parts.headers.get_all(header::EXPECT).iter();
        if expected.any(|value| !value.as_bytes().eq_ignore_ascii_case(b"100-continue")) {
            return Err(Denial::ExpectationUnknown);
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

/// Whether a head keeps to the limits: with HTTP/1 they are tested while it is read, with HTTP/2 the
/// library reads more, lest it refuse by itself without naming the request. Sizes are those of
/// RFC 9113, section 10.5.1.
fn fits(parts: &Parts, limits: &Limits) -> bool {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    let lines = parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32);
    parts.headers.len() <= limits.head_lines && target + lines.sum::<usize>() <= limits.head_bytes
}
