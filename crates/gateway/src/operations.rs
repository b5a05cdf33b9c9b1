//! The listener for operators: `/healthz`, `/readyz`, and `/metrics` for Prometheus.
//!
//! It asks for no credential and tells no secret; it belongs on an address that only operators reach.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::gateway::PAUSE;
use crate::metrics::Metrics;
use crate::view::Views;

/// How long a scrape's head may take.
const HEAD: Duration = Duration::from_secs(10);

/// What the listener tells of.
pub struct Operations {
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// What requests are decided by.
    pub views: Arc<Views>,
    /// The clock that leases run out by, as in [`Clocks`](crate::Clocks).
    pub boot: fn() -> Duration,
}

impl Operations {
    /// Serves until `stop` holds true; from then on `/readyz` says no, so that balancers turn away.
    pub async fn serve(self, listener: TcpListener, stop: watch::Receiver<bool>) {
        let operations = Arc::new(self);
        let mut ended = stop.clone();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = ended.wait_for(|stop| *stop) => return,
            };
            let stream = match accepted {
                Ok((stream, _address)) => stream,
                Err(error) => {
                    // Out of file descriptors, mostly: asking again at once would only heat the machine.
                    tracing::warn!(%error, "cannot take a connection of an operator");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            let (operations, stop) = (Arc::clone(&operations), stop.clone());
            tokio::spawn(async move {
                let service = service_fn(|request| {
                    let response = operations.answer(&request, *stop.borrow());
                    async move { Ok::<_, Infallible>(response) }
                });
                let mut protocol = http1::Builder::new();
                protocol.timer(TokioTimer::new()).header_read_timeout(HEAD);
                if let Err(error) = protocol.serve_connection(TokioIo::new(stream), service).await {
                    tracing::debug!(%error, "a connection of an operator broke off");
                }
            });
        }
    }

    fn answer<B>(&self, request: &Request<B>, stopping: bool) -> Response<Full<Bytes>> {
        const TEXT: &str = "text/plain; charset=utf-8";
        const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        if request.method() != Method::GET && request.method() != Method::HEAD {
            return text(
                StatusCode::METHOD_NOT_ALLOWED,
                TEXT,
                "only GET is answered here\n".into(),
            );
        }
        match request.uri().path() {
            "/healthz" => text(StatusCode::OK, TEXT, "alive\n".into()),
            "/readyz" if stopping => {
                text(StatusCode::SERVICE_UNAVAILABLE, TEXT, "stopping\n".into())
            }
            "/readyz" if self.views.load().is_believed(self.boot) => {
                text(StatusCode::OK, TEXT, "ready\n".into())
            }
            "/readyz" => text(
                StatusCode::SERVICE_UNAVAILABLE,
                TEXT,
                "not ready: the store was not heard of for too long\n".into(),
            ),
            "/metrics" => text(StatusCode::OK, METRICS, self.metrics.text()),
            _ => text(StatusCode::NOT_FOUND, TEXT, "/healthz, /readyz or /metrics\n".into()),
        }
    }
}

fn text(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
