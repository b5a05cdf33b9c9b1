//! SMS through a webhook of the operator's: a signed request, one try, no redirect.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use serde::Serialize;
use sha2::Sha256;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

use super::smtp::is_loopback;
use super::text::line;
use super::{Channel, DeliveryError, Message, hex};
use crate::World;
use keys::PhoneNumber;

/// Longest head of an answer, in bytes; its body is not read.
const LONGEST_HEAD: usize = 16 * 1024;
/// Shortest secret, in bytes.
const SHORTEST_SECRET: usize = 32;

/// How the webhook is reached.
pub struct WebhookSettings {
    /// `https://…`, or `http://…` towards this machine.
    pub url: String,
    /// Whether `http://…` may lead to other machines: the operator answers for the network.
    pub plain_anywhere: bool,
    /// What requests are signed with: at least 32 bytes.
    pub secret: Zeroizing<Vec<u8>>,
    /// How long a request may take, all in all.
    pub timeout: Duration,
    /// Whom TLS believes.
    pub tls: Arc<ClientConfig>,
}

impl fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSettings")
    }
}

/// A webhook that sends our SMS.
#[derive(Clone)]
pub struct Webhook {
    inner: Arc<Inner>,
}

struct Inner {
    uri: Uri,
    secret: Zeroizing<Vec<u8>>,
    timeout: Duration,
    tls: Arc<ClientConfig>,
}

/// The body of a request.
#[derive(Serialize)]
struct Sms<'m> {
    to: String,
    text: &'m str,
    id: String,
    sent_at: i64,
}

/// What a connection is made of.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Webhook {
    /// A webhook by its settings; it is not asked for anything yet.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(settings: WebhookSettings) -> Result<Self, DeliveryError> {
        let WebhookSettings { url, plain_anywhere, secret, timeout, tls } = settings;
        let unusable = |why: &str| Err(DeliveryError::Settings(why.to_owned()));
        let uri = match url.parse::<Uri>() {
            Ok(uri) if uri.host().is_some() => uri,
            Ok(_) | Err(_) => return unusable("a webhook is written `https://host/path`"),
        };
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return unusable("a webhook has no name or password before its host: it is signed");
        }
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if plain_anywhere || uri.host().is_some_and(is_loopback) => {}
            Some("http") => {
                return unusable("a webhook on another machine must be `https://host/path`");
            }
            Some(_) | None => return unusable("a webhook is written `https://host/path`"),
        }
        if secret.len() < SHORTEST_SECRET {
            return unusable("a webhook's secret has at least 32 characters");
        }
        Ok(Self { inner: Arc::new(Inner { uri, secret, timeout, tls }) })
    }

    /// Sends the short form of a message.
    pub(super) async fn send(
        &self,
        to: &PhoneNumber,
        message: &Message,
        world: World,
    ) -> Result<(), DeliveryError> {
        let request = self.inner.request(to, message, world)?;
        match timeout(self.inner.timeout, self.inner.exchange(request)).await {
            Ok(done) => done,
            Err(_elapsed) => {
                Err(DeliveryError::TimedOut { channel: Channel::Sms, within: self.inner.timeout })
            }
        }
    }
}

impl Inner {
    fn request(
        &self,
        to: &PhoneNumber,
        message: &Message,
        world: World,
    ) -> Result<Request<Full<Bytes>>, DeliveryError> {
        let (text, sent_at) = (message.short(), (world.now)().as_second());
        let mut id = [0; 16];
        (world.random)(&mut id);
        let sms = Sms {
            to: to.to_string(),
            text: text.as_str(),
            id: format!("sms_{}", hex(&id)),
            sent_at,
        };
        let unusable = |error: &dyn fmt::Display| DeliveryError::Settings(line(&error.to_string()));
        let body = serde_json::to_vec(&sms).map_err(|error| unusable(&error))?;
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        Request::post(path)
            .header(HOST, self.uri.authority().map_or("", |authority| authority.as_str()))
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("Keyway/", env!("CARGO_PKG_VERSION")))
            .header("Keyway-Signature", self.signature(sent_at, &body)?)
            .body(Full::new(body.into()))
            .map_err(|error| unusable(&error))
    }

    /// `t=<unix time>,v1=<HMAC-SHA256 of "t.body" in hex>`
    fn signature(&self, at: i64, body: &[u8]) -> Result<String, DeliveryError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .map_err(|error| DeliveryError::Settings(error.to_string()))?;
        mac.update(format!("{at}.").as_bytes());
        mac.update(body);
        Ok(format!("t={at},v1={}", hex(&mac.finalize().into_bytes())))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(), DeliveryError> {
        let stream = self.connect().await?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(LONGEST_HEAD)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| unreachable(&error))?;
        // When this function ends, however it does, the connection ends with the set.
        let mut connections = JoinSet::new();
        connections.spawn(connection);
        let answer = sender.send_request(request).await.map_err(|error| unreachable(&error))?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(DeliveryError::Refused { channel: Channel::Sms, answer: answer.status().to_string() })
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, DeliveryError> {
        let is_tls = self.uri.scheme_str() == Some("https");
        let host = self.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = self.uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await.map_err(|error| unreachable(&error))?;
        if !is_tls {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|error| unreachable(&error))?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        let stream = connector.connect(name, stream).await.map_err(|error| unreachable(&error))?;
        Ok(Box::new(stream))
    }
}

fn unreachable(error: &dyn std::error::Error) -> DeliveryError {
    let cause = error.source().map_or_else(String::new, |source| format!(": {source}"));
    DeliveryError::Unreachable { channel: Channel::Sms, cause: line(&format!("{error}{cause}")) }
}
