//! One request and its answer, on a connection of their own.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{Call, Client, Failure, failure};

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long an answer may take: what narrows access is answered when it is in force everywhere.
const ANSWERING: Duration = Duration::from_mins(2);
/// The longest answer, in bytes.
const LONGEST: usize = 32 * 1024 * 1024;

/// What a connection is made of.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// What was answered.
struct Answer {
    status: u16,
    request_id: Option<String>,
    body: Bytes,
}

pub(super) async fn exchange(client: &Client, call: &Call) -> Result<Value, Failure> {
    let unreachable =
        |cause: String| Failure::Unreachable { address: client.address.to_string(), cause };
    let request = call.request(client).map_err(|error| unreachable(error.to_string()))?;
    let connected = timeout(CONNECTING, connect(client)).await;
    let stream = connected
        .map_err(|_elapsed| unreachable("no answer within ten seconds".to_owned()))?
        .map_err(unreachable)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| unreachable(with_cause(&error)))?;
    // When this function ends, however it does, the connection ends with the set.
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    // From here on it may have been read, whatever happens.
    let broke_off = |cause: String| failure::broke_off(call, cause);
    let answered = timeout(ANSWERING, answer(sender, request)).await;
    let Answer { status, request_id, body } = answered
        .map_err(|_elapsed| broke_off("no answer within two minutes".to_owned()))?
        .map_err(broke_off)?;
    failure::read(call, status, request_id, &body)
}

async fn connect(client: &Client) -> Result<Box<dyn Stream>, String> {
    let address = &client.address;
    let connected = TcpStream::connect((address.host.as_str(), address.port)).await;
    let stream = connected.map_err(|error| with_cause(&error))?;
    if !address.is_tls {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(address.host.clone()).map_err(|error| with_cause(&error))?;
    let connector = TlsConnector::from(Arc::clone(&client.tls));
    let stream = connector.connect(name, stream).await.map_err(|error| with_cause(&error))?;
    Ok(Box::new(stream))
}

async fn answer(
    mut sender: SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Answer, String> {
    let answer = sender.send_request(request).await.map_err(|error| with_cause(&error))?;
    let status = answer.status().as_u16();
    let request_id = answer.headers().get("request-id");
    let request_id = request_id.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let body = Limited::new(answer.into_body(), LONGEST).collect().await;
    let body = body.map_err(|error| with_cause(error.as_ref()))?.to_bytes();
    Ok(Answer { status, request_id, body })
}

fn with_cause(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
