//! One thing that is asked of the API.

use std::fmt::Write;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::Client;
use crate::world;

/// One thing that is asked of the API.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    /// Below `/api/v1`; it is made of ids, which need no escape.
    path: String,
    question: Vec<(&'static str, String)>,
    body: Option<Map<String, Value>>,
    /// By this the API knows a repetition.
    idempotency_key: Option<String>,
    verification_code: Option<String>,
}

impl Call {
    /// To be told something.
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path.into())
    }

    /// To change something.
    pub(crate) fn post(path: impl Into<String>) -> Self {
        let (body, idempotency_key) = (Some(Map::new()), Some(random_name()));
        Self { body, idempotency_key, ..Self::new(Method::POST, path.into()) }
    }

    /// To end something.
    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path.into())
    }

    fn new(method: Method, path: String) -> Self {
        let (question, body, idempotency_key, verification_code) = (Vec::new(), None, None, None);
        Self { method, path, question, body, idempotency_key, verification_code }
    }

    /// The same, asked about something more, if that is said.
    pub(crate) fn about(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.question.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// The same, with that field in its body.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }

    /// The same, with that field in its body, if it is said.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The same, asked about that many entries, those after the last one that is known.
    pub(super) fn page(mut self, limit: usize, after: Option<String>) -> Self {
        self.question.retain(|(name, _)| !["limit", "starting_after"].contains(name));
        self.about("limit", Some(limit)).about("starting_after", after)
    }

    /// The same, with a verification code.
    pub(crate) fn verified_by(self, code: Option<String>) -> Self {
        Self { verification_code: code, ..self }
    }

    /// The same, as a repetition of what was named so before, if that is said.
    pub(crate) fn repeating(mut self, key: Option<&str>) -> Self {
        if let (Some(name), Some(key)) = (&mut self.idempotency_key, key) {
            key.clone_into(name);
        }
        self
    }

    /// By what the API knows a repetition, where it would.
    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// Whether it may leave something changed.
    pub(super) fn changes(&self) -> bool {
        self.method != Method::GET
    }

    /// What is sent.
    pub(super) fn request(&self, to: &Client) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let address = &to.address;
        let mut target = format!("{}/api/v1{}", address.prefix, self.path);
        for (number, (name, value)) in self.question.iter().enumerate() {
            let joint = if number == 0 { '?' } else { '&' };
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
            // Writing to a string cannot fail.
            let _written = write!(target, "{joint}{name}={value}");
        }
        let mut request = Request::builder()
            .method(&self.method)
            .uri(target)
            .header(HOST, &address.authority)
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("keyway/", env!("CARGO_PKG_VERSION")));
        if let Some(credential) = &to.credential {
            let mut value = HeaderValue::try_from(format!("Bearer {}", credential.0.as_str()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(key) = &self.idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(code) = &self.verification_code {
            request = request.header("Verification-Code", code);
        }
        match &self.body {
            Some(body) => request
                .header(CONTENT_TYPE, "application/json")
                .body(Full::new(Value::Object(body.clone()).to_string().into())),
            None => request.body(Full::default()),
        }
    }
}

/// A name that nobody else gives.
fn random_name() -> String {
    let mut bytes = [0; 16];
    world::random(&mut bytes);
    bytes.map(|byte| format!("{byte:02x}")).concat()
}
