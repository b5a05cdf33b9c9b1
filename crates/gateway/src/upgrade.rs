//! WebSocket: once both sides have switched, bytes go through as they are.

use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use crate::headers::wants_websocket;

/// The client's side, if it asks for WebSocket.
pub(crate) fn asked(parts: &mut Parts) -> Option<OnUpgrade> {
    if wants_websocket(&parts.headers) { parts.extensions.remove::<OnUpgrade>() } else { None }
}

/// Writes the headers that ask for, or confirm, the switch.
pub(crate) fn announce(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
}

/// Carries bytes both ways until one side ends.
pub(crate) async fn join(client: OnUpgrade, api: OnUpgrade) {
    let (client, api) = match futures_util::future::try_join(client, api).await {
        Ok(sides) => sides,
        Err(error) => {
            tracing::debug!(%error, "a switch of protocols broke off");
            return;
        }
    };
    let (mut client, mut api) = (TokioIo::new(client), TokioIo::new(api));
    if let Err(error) = copy_bidirectional(&mut client, &mut api).await {
        tracing::debug!(%error, "a WebSocket broke off");
    }
}
