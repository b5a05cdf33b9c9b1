//! Bodies on their way through: streamed, never gathered; limited, timed and counted.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use keys::Denial;

use crate::journal::Entry;
use crate::patience::{Elapsed, Silence, note_handed};
use crate::upstream::{Arriving, ExchangeError};

/// Why a body broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// More bytes than are forwarded.
    #[error("the body is larger than is accepted")]
    TooLarge,
    /// Silence for too long.
    #[error("the body stalled")]
    Stalled,
    /// It is not as long as its head says.
    #[error("the body is not as long as was said")]
    Length,
    /// What came is no body.
    #[error("the body cannot be read: {0}")]
    Malformed(hyper::Error),
    /// The client's connection broke.
    #[error(transparent)]
    Client(hyper::Error),
    /// The exchange with the API broke.
    #[error(transparent)]
    Api(#[from] Box<ExchangeError>),
}

impl From<hyper::Error> for BodyError {
    /// A client that says nonsense is still there, and is told so.
    fn from(error: hyper::Error) -> Self {
        let mut cause = error.source();
        while let Some(error) = cause.filter(|cause| !cause.is::<io::Error>()) {
            cause = error.source();
        }
        let kind = cause.and_then(<dyn Error>::downcast_ref).map(io::Error::kind);
        match kind {
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => {
                Self::Malformed(error)
            }
            _ => Self::Client(error),
        }
    }
}

impl From<ExchangeError> for BodyError {
    fn from(error: ExchangeError) -> Self {
        Self::Api(Box::new(error))
    }
}

/// A body that must not stay silent for too long.
struct Timed<B> {
    body: B,
    silence: Silence,
}

impl<B> Timed<B>
where
    B: Body<Data = Bytes> + Unpin,
    BodyError: From<B::Error>,
{
    fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        Poll::Ready(match ready!(self.silence.poll(polled)) {
            Ok(frame) => frame.map(|frame| frame.map_err(BodyError::from)),
            Err(Elapsed) => Some(Err(BodyError::Stalled)),
        })
    }
}

/// The body of a request, towards the API.
pub(crate) struct Inbound {
    timed: Timed<Incoming>,
    left: u64,
}

impl Inbound {
    pub(crate) fn new(body: Incoming, most: u64, silence: Silence) -> Self {
        Self { timed: Timed { body, silence }, left: most }
    }
}

impl Body for Inbound {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Self { timed, left } = &mut *self;
        let frame = ready!(timed.poll_frame(context));
        if matches!(&frame, Some(Ok(frame)) if frame.is_trailers()) {
            // Headers that come after the decision are no part of what was decided on.
            return Poll::Ready(None);
        }
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
            match left.checked_sub(length) {
                Some(rest) => *left = rest,
                None => return Poll::Ready(Some(Err(BodyError::TooLarge))),
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.timed.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.timed.body.size_hint()
    }
}

/// The body of an answer, towards the client. When it is dropped, the request has ended.
pub(crate) struct Outbound {
    content: Content,
    entry: Option<Box<Entry>>,
}

enum Content {
    Fixed(Bytes),
    Streamed(Timed<Box<Arriving>>),
}

impl Outbound {
    /// A body that is at hand.
    pub(crate) fn fixed(bytes: Bytes) -> Self {
        Self { content: Content::Fixed(bytes), entry: None }
    }

    /// A body that comes from an API.
    pub(crate) fn streamed(body: Box<Arriving>, silence: Silence) -> Self {
        Self { content: Content::Streamed(Timed { body, silence }), entry: None }
    }

    /// Lets the journal entry end with this body.
    pub(crate) fn ending(mut self, entry: Box<Entry>) -> Self {
        self.entry = Some(entry);
        self
    }
}

impl Drop for Outbound {
    fn drop(&mut self) {
        if let (Content::Streamed(streamed), Some(entry)) = (&self.content, &mut self.entry)
            && !streamed.body.is_end_stream()
        {
            entry.left();
        }
    }
}

impl Body for Outbound {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Self { content, entry } = &mut *self;
        let polled = match content {
            Content::Fixed(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Fixed(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Streamed(streamed) => streamed.poll_frame(context),
        };
        note_handed(matches!(polled, Poll::Ready(Some(Ok(_)))));
        let frame = ready!(polled);
        match (entry, &frame) {
            (Some(entry), Some(Ok(frame))) => entry.sent(frame.data_ref().map_or(0, Bytes::len)),
            (Some(entry), Some(Err(BodyError::Stalled))) => {
                entry.broke_off(&Denial::UpstreamTimeout);
            }
            (Some(entry), Some(Err(_))) => entry.broke_off(&Denial::UpstreamUnreachable),
            (None, _) | (_, None) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Fixed(bytes) => bytes.is_empty(),
            Content::Streamed(streamed) => streamed.body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Fixed(bytes) => {
                SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX))
            }
            Content::Streamed(streamed) => streamed.body.size_hint(),
        }
    }
}
