//! A request on its way to an API: its head, and its body as it comes.

use std::io;
use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Method;
use http_body::Body;
use tokio::io::AsyncWrite;

use super::wire::Wire;
use crate::body::{BodyError, Inbound};

/// Bytes that are gathered before they are written.
const ENOUGH: usize = 16 * 1024;

/// Why a request could not be sent.
#[derive(Debug)]
pub(super) enum SendError {
    /// The connection to the API broke.
    Wire(io::Error),
    /// The client's body broke off.
    Body(BodyError),
}

/// A request that is being sent.
pub(crate) struct Sending {
    out: Vec<u8>,
    written: usize,
    /// Bytes that were written until now, of all that was in `out`.
    sent: u64,
    /// Whether `out` still begins with the head.
    holds_head: bool,
    body: Option<(Inbound, Coding)>,
    is_idempotent: bool,
}

/// How the end of a body is said.
#[derive(Clone, Copy)]
enum Coding {
    /// By a length, of which so much is left.
    Length(u64),
    /// By an empty chunk.
    Chunks,
}

impl Sending {
    /// A request whose head `write` writes, but for the lines that say where the body ends.
    pub(crate) fn new(method: &Method, body: Inbound, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut out = Vec::with_capacity(1024);
        write(&mut out);
        let body = announce(&mut out, method, body);
        out.extend_from_slice(b"\r\n");
        let is_idempotent = method.is_idempotent();
        Self { out, written: 0, sent: 0, holds_head: true, body, is_idempotent }
    }

    /// Whether nothing is left to send.
    pub(super) fn is_over(&self) -> bool {
        self.body.is_none() && self.written == self.out.len()
    }

    /// Whether all that has come is with the API, and more is to come from the client. What has been
    /// written stays in `out` until it was flushed, too: TLS takes more than it passes on.
    pub(super) fn waits_for_client(&self) -> bool {
        self.body.is_some() && self.out.is_empty()
    }

    /// How many bytes the API has taken until now.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Begins anew for another connection, if this one cannot have done anything: nothing was sent,
    /// or all of it and sending it again changes nothing (RFC 9110, section 9.2.2).
    pub(super) fn again(mut self) -> Option<Self> {
        let is_harmless = self.written == 0 || (self.is_idempotent && self.body.is_none());
        self.written = 0;
        (self.holds_head && is_harmless).then_some(self)
    }

    /// Sends what it can.
    pub(super) fn poll(
        &mut self,
        wire: &mut Wire,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        while !self.is_over() {
            self.gather(context).map_err(SendError::Body)?;
            while let Some(left) = self.out.get(self.written..).filter(|left| !left.is_empty()) {
                let wrote = ready!(Pin::new(&mut *wire).poll_write(context, left));
                match wrote.map_err(SendError::Wire)? {
                    0 => return Poll::Ready(Err(SendError::Wire(io::ErrorKind::WriteZero.into()))),
                    bytes => {
                        self.written += bytes;
                        self.sent += u64::try_from(bytes).unwrap_or(0);
                    }
                }
            }
            ready!(Pin::new(&mut *wire).poll_flush(context)).map_err(SendError::Wire)?;
            if self.body.is_some() {
                self.out.clear();
                (self.written, self.holds_head) = (0, false);
                ready!(self.poll_more(context)).map_err(SendError::Body)?;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes what there is of the body.
    fn gather(&mut self, context: &mut Context<'_>) -> Result<(), BodyError> {
        while self.body.is_some() && self.out.len() < ENOUGH {
            match self.poll_more(context) {
                Poll::Ready(taken) => taken?,
                Poll::Pending => break,
            }
        }
        Ok(())
    }

    /// Takes one more piece of the body, or its end.
    fn poll_more(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BodyError>> {
        let Self { out, body, .. } = self;
        let Some((inbound, coding)) = body else { return Poll::Ready(Ok(())) };
        let is_over = match ready!(Pin::new(inbound).poll_frame(context)) {
            None => true,
            Some(frame) => match frame?.into_data() {
                Ok(data) => coding.put(&data, out)?,
                Err(_trailers) => true,
            },
        };
        if is_over {
            coding.end(out)?;
            *body = None;
        }
        Poll::Ready(Ok(()))
    }
}

impl Coding {
    /// Writes a piece; whether it was the last.
    fn put(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<bool, BodyError> {
        let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
        match self {
            Self::Length(left) => {
                *left = left.checked_sub(length).ok_or(BodyError::Length)?;
                out.extend_from_slice(data);
                Ok(*left == 0)
            }
            Self::Chunks => {
                // An empty chunk would be the end.
                if !data.is_empty() {
                    append(out, format_args!("{length:x}\r\n"));
                    out.extend_from_slice(data);
                    out.extend_from_slice(b"\r\n");
                }
                Ok(false)
            }
        }
    }

    fn end(self, out: &mut Vec<u8>) -> Result<(), BodyError> {
        match self {
            Self::Length(0) => Ok(()),
            Self::Length(_) => Err(BodyError::Length),
            Self::Chunks => {
                out.extend_from_slice(b"0\r\n\r\n");
                Ok(())
            }
        }
    }
}

/// Says where the body ends; the body, if there is one.
fn announce(out: &mut Vec<u8>, method: &Method, body: Inbound) -> Option<(Inbound, Coding)> {
    if body.is_end_stream() {
        if matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
            out.extend_from_slice(b"content-length: 0\r\n");
        }
        return None;
    }
    if let Some(length) = body.size_hint().exact() {
        append(out, format_args!("content-length: {length}\r\n"));
        Some((body, Coding::Length(length)))
    } else {
        out.extend_from_slice(b"transfer-encoding: chunked\r\n");
        Some((body, Coding::Chunks))
    }
}

/// Writing to memory cannot fail.
pub(crate) fn append(out: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    let _written = out.write_fmt(what);
}
