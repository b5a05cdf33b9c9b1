//! WebSocket: once both sides have switched, bytes go through as they are.

use std::cell::Cell;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, copy_bidirectional};

use crate::headers::wants_websocket;
use crate::patience::{Ear, Silence};
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

/// Carries bytes both ways until one side ends, beginning with what the API has sent already; or
/// until nothing has come from either for too long, or the gateway ends.
pub(crate) async fn join(
    client: OnUpgrade,
    api: Wire,
    received: Bytes,
    (mut ear, mut silence): (Ear, Silence),
) {
    let has_moved = Cell::new(false);
    let mut carrying = pin!(carry(client, Watched { wire: api, has_moved: &has_moved }, received));
    let carried = std::future::poll_fn(|context| {
        let rang = ear.poll(context);
        if ear.is_cut_off() {
            return Poll::Ready(Err(io::Error::other("the gateway stops")));
        }
        if let Poll::Ready(carried) = carrying.as_mut().poll(context) {
            return Poll::Ready(carried);
        }
        if has_moved.take() {
            silence.break_off();
        }
        let waited = if rang { silence.poll(Poll::Pending::<()>) } else { Poll::Pending };
        waited.map(|_elapsed| Err(io::ErrorKind::TimedOut.into()))
    });
    if let Err(error) = carried.await {
        tracing::debug!(%error, "a WebSocket broke off");
    }
}

async fn carry(client: OnUpgrade, mut api: Watched<'_>, received: Bytes) -> io::Result<()> {
    let mut client = TokioIo::new(client.await.map_err(io::Error::other)?);
    client.write_all(&received).await?;
    copy_bidirectional(&mut client, &mut api).await?;
    Ok(())
}

/// The API's side, which notes that bytes have gone to it or come from it.
struct Watched<'m> {
    wire: Wire,
    has_moved: &'m Cell<bool>,
}

impl Watched<'_> {
    fn note<T>(&self, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.has_moved.set(true);
        }
        polled
    }
}

impl AsyncRead for Watched<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.wire).poll_read(context, room);
        self.note(polled)
    }
}

impl AsyncWrite for Watched<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.wire).poll_write(context, bytes);
        self.note(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire).poll_shutdown(context)
    }
}
