//! One request and its answer on one connection.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use http::{Method, StatusCode};
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

use super::answer::{Head, Malformed};
use super::framing::{Rest, Step};
use super::sending::{SendError, Sending};
use super::wire::Wire;
use super::{After, Upstream};
use crate::body::BodyError;

/// Bytes that are read at once.
const ROOM: usize = 64 * 1024;

/// Where one worker reads into: what was read is copied out before anything else is read.
pub(super) struct Room(RefCell<Box<[u8]>>);

impl Room {
    pub(super) fn new() -> Self {
        Self(RefCell::new(vec![0; ROOM].into()))
    }
}

/// Why an exchange broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// The connection broke.
    #[error(transparent)]
    Wire(#[from] io::Error),
    /// The connection ended too early.
    #[error("the API closed the connection")]
    Closed,
    /// What came is no answer.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The client's body broke off.
    #[error("the client's body: {0}")]
    Body(BodyError),
}

/// A connection in use.
pub(super) struct Exchange {
    wire: Wire,
    sending: Sending,
    /// Why the request could not be sent. An API may answer and close before it has read all.
    unsent: Option<io::Error>,
    received: Bytes,
    has_heard: bool,
}

impl Exchange {
    pub(super) fn new(wire: Wire, sending: Sending) -> Self {
        Self { wire, sending, unsent: None, received: Bytes::new(), has_heard: false }
    }

    /// Sends the request, until the head of its answer has come.
    pub(super) fn poll_head(
        &mut self,
        asked: &Method,
        room: &Room,
        context: &mut Context<'_>,
    ) -> Poll<Result<Head, ExchangeError>> {
        loop {
            self.send(context)?;
            while let Some((head, length)) = Head::read(&self.received, asked)? {
                self.received.advance(length);
                let is_final = !head.status.is_informational();
                if is_final || head.status == StatusCode::SWITCHING_PROTOCOLS {
                    return Poll::Ready(Ok(head));
                }
            }
            if ready!(self.poll_receive(room, context))? == 0 {
                let unsent = self.unsent.take().map(ExchangeError::Wire);
                return Poll::Ready(Err(unsent.unwrap_or(ExchangeError::Closed)));
            }
        }
    }

    /// Whether the API has nothing to do before more of the request comes from the client.
    pub(super) fn waits_for_client(&self) -> bool {
        self.unsent.is_none() && self.sending.waits_for_client()
    }

    /// How many bytes of the request the API has taken until now.
    pub(super) fn sent(&self) -> u64 {
        self.sending.sent()
    }

    /// The request once more, if the API cannot have done anything for it.
    pub(super) fn again(self) -> Option<Sending> {
        if self.has_heard { None } else { self.sending.again() }
    }

    /// The connection, and what came after the head.
    pub(super) fn into_switched(self) -> (Wire, Bytes) {
        (self.wire, self.received)
    }

    fn send(&mut self, context: &mut Context<'_>) -> Result<(), ExchangeError> {
        if self.unsent.is_some() || self.sending.is_over() {
            return Ok(());
        }
        match self.sending.poll(&mut self.wire, context) {
            Poll::Ready(Err(SendError::Body(error))) => return Err(ExchangeError::Body(error)),
            Poll::Ready(Err(SendError::Wire(error))) => self.unsent = Some(error),
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        Ok(())
    }

    /// Reads what has come; 0 at its end.
    fn poll_receive(&mut self, room: &Room, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut room = room.0.borrow_mut();
        let mut room = ReadBuf::new(&mut room);
        ready!(Pin::new(&mut self.wire).poll_read(context, &mut room))?;
        let read = room.filled();
        if self.received.is_empty() {
            self.received = Bytes::copy_from_slice(read);
        } else {
            let mut joined = BytesMut::from(std::mem::take(&mut self.received));
            joined.extend_from_slice(read);
            self.received = joined.freeze();
        }
        self.has_heard |= !read.is_empty();
        Poll::Ready(Ok(read.len()))
    }
}

/// The body of an answer. With its last byte its connection goes back to the others.
pub(crate) struct Arriving {
    /// `None` once it has ended.
    exchange: Option<Exchange>,
    rest: Rest,
    keeps: bool,
    upstream: Rc<Upstream>,
}

impl Arriving {
    /// What comes after the head of an answer.
    pub(super) fn after(
        exchange: Exchange,
        rest: Rest,
        keeps: bool,
        upstream: Rc<Upstream>,
    ) -> After {
        let mut arriving = Self { exchange: Some(exchange), rest, keeps, upstream };
        match arriving.whole() {
            Some(whole) => After::Whole(whole),
            None => After::Body(Box::new(arriving)),
        }
    }

    /// The whole body, if it has come already.
    fn whole(&mut self) -> Option<Bytes> {
        let exchange = self.exchange.as_mut()?;
        let length = usize::try_from(self.rest.length()?);
        let is_here = |length: &usize| *length <= exchange.received.len();
        let length = length.map_or(None, |length| Some(length).filter(is_here))?;
        let whole = exchange.received.split_to(length);
        self.rest = Rest::NOTHING;
        self.end();
        Some(whole)
    }

    /// Gives the connection back, if it can be used again.
    fn end(&mut self) {
        if let Some(exchange) = self.exchange.take()
            && self.keeps
            && exchange.sending.is_over()
            && exchange.received.is_empty()
        {
            self.upstream.keep(exchange.wire);
        }
    }
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        loop {
            let Some(exchange) = &mut this.exchange else { return Poll::Ready(None) };
            exchange.send(context)?;
            let step = this.rest.take(&mut exchange.received).map_err(ExchangeError::from)?;
            if this.rest.is_over() {
                this.end();
            }
            match step {
                Step::Data(data) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Step::End => return Poll::Ready(None),
                Step::More => {}
            }
            let Some(exchange) = &mut this.exchange else { return Poll::Ready(None) };
            let read = ready!(exchange.poll_receive(&this.upstream.room, context));
            if read.map_err(ExchangeError::from)? == 0 {
                let is_whole = this.rest == Rest::UntilClose;
                this.exchange = None;
                let cut_off = BodyError::from(ExchangeError::Closed);
                return Poll::Ready((!is_whole).then_some(Err(cut_off)));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.exchange.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.length().map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
