//! Forms that were sent from our own pages.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, RawForm, Request};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::visit::Visit;
use crate::console::Shared;

/// The field with what the forms of a session carry.
const TOKEN: &str = "csrf";
/// The field with a verification code.
const CODE: &str = "code";

/// A form that somebody who has signed in sent from a page of ours. Its fields are in nobody's hands
/// before that is known.
pub(super) struct Csrf<T> {
    /// Who sent it.
    pub(super) visit: Visit,
    /// What it says.
    pub(super) fields: T,
    /// The same as it came, for a form that asks for a code and sends it again.
    pub(super) pairs: Pairs,
    /// The verification code in it.
    pub(super) code: Option<String>,
}

/// Names and values of a form, but for its token and code.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Each name with its value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Says it anew.
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(said, _)| said != name);
        self.0.push((name.to_owned(), value));
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<Shared>> for Csrf<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        must_be_ours(&parts.headers)?;
        let visit = Visit::from_request_parts(&mut parts, shared).await?;
        let request = Request::from_parts(parts, body);
        let RawForm(bytes) =
            RawForm::from_request(request, shared).await.map_err(|_cause| Failure::Unreadable)?;
        let pairs: Vec<(String, String)> = form_urlencoded(&bytes)?;
        let of =
            |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        if of(TOKEN).map(String::as_str) != Some(visit.token().as_str()) {
            return Err(Failure::NotOurs);
        }
        let code = of(CODE).map(|code| code.trim().to_owned()).filter(|code| !code.is_empty());
        let fields = form_urlencoded(&bytes)?;
        let kept = |(name, _): &(String, String)| name != TOKEN && name != CODE;
        let pairs = Pairs(pairs.into_iter().filter(kept).collect());
        Ok(Self { visit, fields, pairs, code })
    }
}

/// A form that a stranger sent from a page of ours.
pub(super) struct Posted<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Shared>> for Posted<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Failure> {
        must_be_ours(request.headers())?;
        let RawForm(bytes) =
            RawForm::from_request(request, shared).await.map_err(|_cause| Failure::Unreadable)?;
        Ok(Self(form_urlencoded(&bytes)?))
    }
}

/// Whether the browser says that the form stood on a page of this very origin: it says so in
/// `Sec-Fetch-Site` (Fetch Metadata), and else in `Origin`. One that says neither is not believed.
fn must_be_ours(headers: &HeaderMap) -> Result<(), Failure> {
    let text = |name| headers.get(name).map(HeaderValue::as_bytes);
    let ours = if let Some(site) = text("sec-fetch-site") {
        site == b"same-origin"
    } else {
        let host = text(header::HOST.as_str()).unwrap_or_default();
        let origin = text(header::ORIGIN.as_str()).unwrap_or_default();
        let origin = origin.strip_prefix(b"https://").or(origin.strip_prefix(b"http://"));
        !host.is_empty() && origin == Some(host)
    };
    if ours { Ok(()) } else { Err(Failure::NotOurs) }
}

fn form_urlencoded<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_urlencoded::from_bytes(bytes).map_err(|_cause| Failure::Unreadable)
}
