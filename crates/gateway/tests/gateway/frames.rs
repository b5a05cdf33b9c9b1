//! HTTP/2 written by hand, to say what no library would.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::world::World;

/// Types of frames (RFC 9113, section 6).
pub(crate) const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
pub(crate) const GO_AWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const ACKNOWLEDGED: u8 = 1;
pub(crate) const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// One frame.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) kind: u8,
    flags: u8,
    stream: u32,
    pub(crate) payload: Vec<u8>,
}

/// How a stream ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With this body.
    Body(String),
    /// It, or the connection, is given up.
    GivenUp,
}

/// A client's connection.
pub(crate) struct Http2(TcpStream);

impl Http2 {
    /// One whose streams may be sent so many bytes each, and all together as many as there can be.
    pub(crate) fn open(world: &World, window: u32) -> Self {
        let mut stream = world.connect();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        let mut this = Self(stream);
        this.send(SETTINGS, 0, 0, &[&[0, 4][..], &window.to_be_bytes()].concat());
        this.send(WINDOW_UPDATE, 0, 0, &(0x7fff_ffff_u32 - 65_535).to_be_bytes());
        this
    }

    pub(crate) fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[..], &[kind, flags], &stream.to_be_bytes()].concat();
        // What is answered in the middle of it may end the connection.
        let _gone = self.0.write_all(&[&head, payload].concat());
    }

    /// The head of a request; `flags` say whether it is all of it. Fields are sent as they are, each as a
    /// literal without indexing (RFC 7541, section 6.2.2).
    pub(crate) fn ask(&mut self, stream: u32, flags: u8, fields: &[(&str, &str)]) {
        let mut block = Vec::new();
        for (name, value) in fields {
            block.push(0);
            for text in [name, value] {
                block.extend(length(text.len()));
                block.extend(text.as_bytes());
            }
        }
        self.send(HEADERS, flags | END_HEADERS, stream, &block);
    }

    /// Gives a stream up.
    pub(crate) fn reset(&mut self, stream: u32) {
        const CANCEL: u32 = 8;
        self.send(RESET, 0, stream, &CANCEL.to_be_bytes());
    }

    /// The next frame that is not about the connection alone; `None` at its end.
    pub(crate) fn next(&mut self) -> Option<Frame> {
        loop {
            let mut head = [0; 9];
            if self.0.read_exact(&mut head).is_err() {
                return None;
            }
            let [a, b, c, kind, flags, stream @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
            self.0.read_exact(&mut payload).unwrap();
            match kind {
                SETTINGS if flags == 0 => self.send(SETTINGS, ACKNOWLEDGED, 0, &[]),
                PING if flags == 0 => self.send(PING, ACKNOWLEDGED, 0, &payload),
                SETTINGS | PING | WINDOW_UPDATE => {}
                _ => {
                    return Some(Frame {
                        kind,
                        flags,
                        stream: u32::from_be_bytes(stream),
                        payload,
                    });
                }
            }
        }
    }

    /// Waits until a stream has ended.
    pub(crate) fn outcome(&mut self, stream: u32) -> Outcome {
        let mut body = Vec::new();
        while let Some(frame) = self.next() {
            match frame.kind {
                GO_AWAY => return Outcome::GivenUp,
                RESET if frame.stream == stream => return Outcome::GivenUp,
                DATA if frame.stream == stream => body.extend(frame.payload),
                _ => {}
            }
            if frame.stream == stream && frame.flags & END_STREAM > 0 {
                return Outcome::Body(String::from_utf8(body).unwrap());
            }
        }
        Outcome::GivenUp
    }
}

/// A length in seven bits, and beyond (RFC 7541, section 5.1).
fn length(length: usize) -> Vec<u8> {
    if length < 127 {
        return vec![u8::try_from(length).unwrap()];
    }
    let (mut out, mut rest) = (vec![127], length - 127);
    while rest >= 128 {
        out.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    out.push(u8::try_from(rest).unwrap());
    out
}
