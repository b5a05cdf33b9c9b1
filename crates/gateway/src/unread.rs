//! Answers to what cannot be read as a request.
//!
//! hyper answers a head that it cannot parse by itself, without a body and without asking anybody.
//! This layer below it knows such an answer, as every answer of the gateway names its request and
//! hyper's own do not, and puts an error of the usual shape in its place.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use http::StatusCode;
use keys::{Denial, RequestId};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection::Place;
use crate::patience::{Elapsed, Silence};
use crate::reply::error_json;

/// What a connection and its requests tell each other.
pub(crate) struct Unread {
    /// Names the answer to what cannot be read.
    id: RequestId,
    docs: String,
    /// Requests that have begun and not ended; after a switch of protocols it stays above 0.
    in_flight: AtomicUsize,
    /// Requests that have begun until now.
    begun: AtomicUsize,
    /// Of those, how many had when everything was last with the client.
    answered: AtomicUsize,
    /// The status of the answer that was put in place, or 0.
    status: AtomicU16,
}

impl Unread {
    pub(crate) fn new(id: RequestId, docs: String) -> Arc<Self> {
        let (in_flight, begun, answered) = Default::default();
        Arc::new(Self { id, docs, in_flight, begun, answered, status: AtomicU16::new(0) })
    }

    /// A request has begun.
    pub(crate) fn begun(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests have begun until now.
    pub(crate) fn begun_until_now(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    /// Whether any request has begun and not ended.
    pub(crate) fn is_busy(&self) -> bool {
        self.in_flight.load(Ordering::Relaxed) > 0
    }

    /// Its answer has ended, if it was not the last one in HTTP.
    pub(crate) fn ended(&self, status: Option<StatusCode>) {
        if status != Some(StatusCode::SWITCHING_PROTOCOLS) {
            self.in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// All that was written has gone out.
    fn flushed(&self) {
        if !self.is_busy() {
            self.answered.store(self.begun_until_now(), Ordering::Relaxed);
        }
    }

    /// Whether nothing that is being written can be part of an answer to a request: a body ends before
    /// its last bytes have gone out.
    fn owes_nothing(&self) -> bool {
        !self.is_busy() && self.answered.load(Ordering::Relaxed) == self.begun_until_now()
    }

    /// The id and status of the answer to what could not be read, if there was such a thing.
    pub(crate) fn answered(&self) -> Option<(RequestId, StatusCode, Denial)> {
        let status = StatusCode::from_u16(self.status.load(Ordering::Relaxed));
        status.map_or(None, |status| Some((self.id, status, denial(status))))
    }

    /// What to say in the place of hyper's own answer, if that is what is being written.
    fn instead_of(&self, written: &[u8]) -> Option<Vec<u8>> {
        if !self.owes_nothing() {
            return None;
        }
        let head = str::from_utf8(written).unwrap_or_default();
        let status = head.strip_prefix("HTTP/1.1 ").or_else(|| head.strip_prefix("HTTP/1.0 "))?;
        let is_own = head.ends_with("\r\n\r\n") && !head.contains("request-id: ");
        let status = status.get(..3).filter(|_| is_own)?.parse::<StatusCode>();
        let (status, json) = error_json(&denial(status.unwrap_or_default()), &self.docs);
        self.status.store(status.as_u16(), Ordering::Relaxed);
        let mut answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncache-control: no-store\r\nrequest-id: {}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
            self.id,
            json.len()
        )
        .into_bytes();
        answer.extend(json);
        Some(answer)
    }
}

fn denial(status: StatusCode) -> Denial {
    match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE | StatusCode::URI_TOO_LONG => {
            Denial::HeadTooLarge
        }
        _ => Denial::Ambiguous("its head is no HTTP request"),
    }
}

/// A stream whose unreadable requests are answered in the usual shape, and whose client must read.
///
/// It has its place among the connections as long as it lives, also when HTTP was left for another
/// protocol.
pub(crate) struct Answering<S> {
    stream: S,
    _place: Place,
    unread: Arc<Unread>,
    silence: Silence,
    answer: Vec<u8>,
    written: usize,
}

impl<S> Answering<S> {
    /// `silence` is how long a client may read nothing of what it asked for.
    pub(crate) fn new(stream: S, place: Place, unread: Arc<Unread>, silence: Silence) -> Self {
        Self { stream, _place: place, unread, silence, answer: Vec::new(), written: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Answering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        room: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, room)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Answering<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let this = &mut *self;
        if this.answer.is_empty() {
            let Some(answer) = this.unread.instead_of(bytes) else {
                let polled = Pin::new(&mut this.stream).poll_write(context, bytes);
                return this.silence.poll(polled).map(|written| match written {
                    Ok(written) => written,
                    Err(Elapsed) => Err(std::io::ErrorKind::TimedOut.into()),
                });
            };
            this.answer = answer;
        }
        while let Some(rest) = this.answer.get(this.written..).filter(|rest| !rest.is_empty()) {
            this.written += ready!(Pin::new(&mut this.stream).poll_write(context, rest))?;
        }
        // All of what hyper wrote stands for all of what was said in its place.
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        ready!(Pin::new(&mut this.stream).poll_flush(context))?;
        this.unread.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";

    fn unread() -> Arc<Unread> {
        let id = RequestId::mint(&mut |room: &mut [u8]| room.fill(10));
        Unread::new(id, "https://docs.example".to_owned())
    }

    #[test]
    fn an_answer_without_a_request_id_is_put_into_the_usual_shape() {
        let unread = unread();
        let said = String::from_utf8(unread.instead_of(OWN).unwrap()).unwrap();
        assert!(said.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{said}");
        assert!(said.contains("request-id: req_AAAAAAAAAAAAAAAA\r\n"));
        assert!(said.contains("request_ambiguous"));
        assert_eq!(unread.answered().unwrap().1, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn what_a_request_is_answered_is_left_alone() {
        let unread = unread();
        unread.begun();
        assert!(unread.instead_of(OWN).is_none());
        unread.ended(Some(StatusCode::OK));
        assert!(unread.instead_of(OWN).is_none(), "its last bytes may be those");
        unread.flushed();
        assert!(unread.instead_of(b"HTTP/1.1 200 OK\r\nrequest-id: req_x\r\n\r\n").is_none());
        assert!(unread.instead_of(b"HTTP/1.1 is the name of a protocol").is_none());
        unread.begun();
        unread.ended(Some(StatusCode::SWITCHING_PROTOCOLS));
        assert!(unread.instead_of(OWN).is_none());
        assert!(unread.answered().is_none());
    }
}
