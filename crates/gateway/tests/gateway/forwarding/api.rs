//! An API that answers with what it was sent.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures_util::stream;
use http::header::HeaderValue;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;

type Body = BoxBody<Bytes, Infallible>;

#[derive(Clone)]
pub(crate) struct EchoApi {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    waiting: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl EchoApi {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// One that speaks TLS, if there is a configuration for it.
    pub(crate) async fn start_with(tls: Option<Arc<ServerConfig>>) -> Self {
        let tls = tls.map(TlsAcceptor::from);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, waiting) = Default::default();
        let gate = Arc::new(Semaphore::new(0));
        let api = Self { address, connections, waiting, gate };
        let serving = api.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                match tls.clone() {
                    None => drop(tokio::spawn(serving.clone().serve(stream))),
                    Some(tls) => {
                        let serving = serving.clone();
                        tokio::spawn(async move {
                            if let Ok(stream) = tls.accept(stream).await {
                                serving.serve(stream).await;
                            }
                        });
                    }
                }
            }
        });
        api
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many answers wait to be released.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    /// Lets one answer that waits go on.
    pub(crate) fn release(&self) {
        self.gate.add_permits(1);
    }

    async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(move |request| self.clone().answer(request));
        // A client that goes away is no fault of these tests.
        let _ended = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
    }

    async fn answer(self, mut request: Request<Incoming>) -> Result<Response<Body>, Resets> {
        let path = request.uri().path().to_owned();
        match path.as_str() {
            "/reset" => Err(Resets),
            "/never" => std::future::pending().await,
            "/large" => Ok(large()),
            "/wait" => {
                self.waiting.fetch_add(1, Ordering::SeqCst);
                self.gate.acquire().await.unwrap().forget();
                self.waiting.fetch_sub(1, Ordering::SeqCst);
                Ok(echo(request).await)
            }
            "/events" => Ok(self.events()),
            "/websocket" => {
                tokio::spawn(echo_bytes(hyper::upgrade::on(&mut request)));
                Ok(switched())
            }
            "/close-after" => {
                let mut response = echo(request).await;
                response.headers_mut().insert("connection", HeaderValue::from_static("close"));
                Ok(response)
            }
            _ => {
                let status = path.strip_prefix("/status/").map(|status| status.parse().unwrap());
                let mut response = echo(request).await;
                *response.status_mut() = status.unwrap_or(StatusCode::OK);
                Ok(response)
            }
        }
    }

    /// One event at once, another when it is released.
    fn events(self) -> Response<Body> {
        let events = stream::unfold(1, move |number| {
            let gate = Arc::clone(&self.gate);
            async move {
                match number {
                    1 => {}
                    2 => gate.acquire().await.unwrap().forget(),
                    _ => return None,
                }
                let event = Bytes::from(format!("data: {number}\n\n"));
                Some((Ok::<_, Infallible>(Frame::data(event)), number + 1))
            }
        });
        let mut response = Response::new(BodyExt::boxed(StreamBody::new(Box::pin(events))));
        response
            .headers_mut()
            .insert("content-type", HeaderValue::from_static("text/event-stream"));
        response
    }
}

/// More than any buffer on its way takes in.
fn large() -> Response<Body> {
    let pieces = std::iter::repeat_n(Bytes::from(vec![b'x'; 1 << 16]), 1 << 10);
    let pieces = pieces.map(|piece| Ok::<_, Infallible>(Frame::data(piece)));
    Response::new(BodyExt::boxed(StreamBody::new(stream::iter(pieces))))
}

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("reset")]
struct Resets;

async fn echo_bytes(upgrade: hyper::upgrade::OnUpgrade) {
    let mut stream = TokioIo::new(upgrade.await.unwrap());
    let mut room = [0; 64];
    while let Ok(length @ 1..) = stream.read(&mut room).await {
        stream.write_all(&room[..length]).await.unwrap();
    }
}

fn switched() -> Response<Body> {
    let mut response = Response::new(Full::new(Bytes::new()).boxed());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    response.headers_mut().insert("connection", HeaderValue::from_static("Upgrade"));
    response.headers_mut().insert("upgrade", HeaderValue::from_static("websocket"));
    response
}

async fn echo(request: Request<Incoming>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let collected = body.collect().await.unwrap_or_default();
    let trailers: Vec<_> =
        collected.trailers().into_iter().flat_map(http::HeaderMap::keys).collect();
    let trailers: Vec<_> = trailers.into_iter().map(ToString::to_string).collect();
    let body = collected.to_bytes();
    let mut headers = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in &parts.headers {
        headers.entry(name.as_str()).or_default().push(String::from_utf8_lossy(value.as_bytes()));
    }
    let headers: BTreeMap<_, _> =
        headers.into_iter().map(|(name, all)| (name, all.join(", "))).collect();
    let told = serde_json::json!({
        "method": parts.method.as_str(),
        "target": parts.uri.to_string(),
        "headers": headers,
        "trailers": trailers,
        "body": String::from_utf8_lossy(&body),
    });
    let mut response = Response::new(Full::new(Bytes::from(told.to_string())).boxed());
    for (name, value) in
        [("x-from-api", "yes"), ("keep-alive", "timeout=5"), ("request-id", "req_of_the_api")]
    {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
