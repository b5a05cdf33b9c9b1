//! WebSocket: once both sides have switched, bytes go through as they are.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncWriteExt, copy_bidirectional};

use crate::headers::wants_websocket;
use crate::upstream::Wire;

/// The client's side, if it asks for WebSocket.
pub(crate) fn asked(parts: &mut Parts) -> Option<OnUpgrade> {
    if wants_websocket(&parts.headers) { parts.extensions.remove::<OnUpgrade>() } else { None }
}

/// Writes the headers that confirm the switch.
pub(crate) fn announce(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// Carries bytes both ways until one side ends, beginning with what the API has sent already.
pub(crate) async fn join(client: OnUpgrade, mut api: Wire, received: Bytes) {
    let client = match client.await {
        Ok(client) => client,
        Err(error) => {
            tracing::debug!(%error, "a switch of protocols broke off");
            return;
        }
    };
    let mut client = TokioIo::new(client);
    let carried = match client.write_all(&received).await {
        Ok(()) => copy_bidirectional(&mut client, &mut api).await,
        Err(error) => Err(error),
    };
    if let Err(error) = carried {
        tracing::debug!(%error, "a WebSocket broke off");
    }
}
