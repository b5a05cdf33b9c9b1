//! The home page, and what it looks like.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::console::Shared;

const HOME: &str = include_str!("../pages/home.html");
const STYLE: &str = include_str!("../pages/console.css");

/// Nothing but our own style; no script, no frame, no form, no base.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The home page of this process.
pub(crate) struct Home(String);

impl Home {
    pub(crate) fn new(gateway_url: &str) -> Self {
        let page = HOME.replace("{version}", env!("CARGO_PKG_VERSION"));
        Self(page.replace("{gateway_url}", &escaped(gateway_url)))
    }
}

/// `GET /`
pub(crate) async fn home(State(shared): State<Arc<Shared>>) -> Response {
    html(shared.home.0.clone())
}

/// A page, with what keeps everything else out of it.
pub(crate) fn html(page: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, page).into_response()
}

/// `GET /console.css`
pub(crate) async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, STYLE).into_response()
}

/// `GET /healthz`
pub(crate) async fn health() -> &'static str {
    "alive\n"
}

/// Text as HTML shows it.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_the_page_is_left_open() {
        let Home(page) = Home::new("http://127.0.0.1:1/\"><script>");
        assert!(page.contains("http://127.0.0.1:1/&quot;&gt;&lt;script&gt;"));
        assert!(!page.contains('{') && !page.contains("style=") && !page.contains("<script"));
    }
}
