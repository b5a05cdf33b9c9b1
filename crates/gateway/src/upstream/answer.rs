//! The head of an answer: its status, its headers, and where its body ends.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use httparse::{ParserConfig, Response, Status};

use super::framing::{Chunks, Rest};
use crate::headers;

/// Lines of a head.
const MOST_LINES: usize = 128;
/// Bytes of a head.
const LONGEST: usize = 64 * 1024;

/// Why bytes are no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came is no HTTP answer: {0}")]
pub(crate) struct Malformed(pub(super) &'static str);

/// The head of an answer.
#[derive(Debug)]
pub(crate) struct Head {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers, without those that speak of the connection.
    pub(crate) headers: HeaderMap,
    /// What follows.
    pub(super) rest: Rest,
    /// Whether the connection can be used again after that.
    pub(super) keeps: bool,
}

impl Head {
    /// Reads a head and its length, once it is whole.
    ///
    /// # Errors
    /// When it is none, or leaves open where its body ends.
    pub(super) fn read(
        received: &Bytes,
        asked: &Method,
    ) -> Result<Option<(Self, usize)>, Malformed> {
        if received.is_empty() {
            return Ok(None);
        }
        let mut lines = [const { MaybeUninit::uninit() }; MOST_LINES];
        let mut response = Response::new(&mut []);
        let parsed = ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            received,
            &mut lines,
        );
        let length = match parsed {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) if received.len() <= LONGEST => return Ok(None),
            Ok(Status::Partial) => return Err(Malformed("its head is too long")),
            Err(httparse::Error::TooManyHeaders) => return Err(Malformed("it has too many lines")),
            Err(_cause) => return Err(Malformed("its head cannot be read")),
        };
        let status = StatusCode::from_u16(response.code.unwrap_or(0))
            .map_err(|_cause| Malformed("its status is none"))?;
        let mut lines = Lines::new(response.version == Some(1), response.headers.len());
        for line in response.headers.iter() {
            lines.take(line, received)?;
        }
        Ok(Some((lines.head(status, asked), length)))
    }
}

/// What the lines of a head say, taken one by one.
struct Lines {
    headers: HeaderMap,
    named: Vec<Bytes>,
    length: Option<u64>,
    in_chunks: bool,
    keeps: bool,
}

impl Lines {
    /// What was HTTP/1.0 is not kept: there are too many readings of when it could be.
    fn new(keeps: bool, lines: usize) -> Self {
        // Room for what is said on the way out.
        let headers = HeaderMap::with_capacity(lines + 4);
        Self { headers, named: Vec::new(), length: None, in_chunks: false, keeps }
    }

    fn take(&mut self, line: &httparse::Header<'_>, received: &Bytes) -> Result<(), Malformed> {
        let name = HeaderName::from_bytes(line.name.as_bytes())
            .map_err(|_cause| Malformed("a header has no name"))?;
        if name == header::CONNECTION {
            self.connection(&received.slice_ref(line.value));
        } else if name == header::TRANSFER_ENCODING {
            let is_plain = line.value.eq_ignore_ascii_case(b"chunked") && !self.in_chunks;
            self.in_chunks = is_plain.then_some(true).ok_or(Malformed("its coding is unknown"))?;
        } else if headers::is_dropped_on_return(&name) {
            // It speaks of this connection, or is said anew.
        } else {
            if name == header::CONTENT_LENGTH {
                let length = length(line.value)?;
                match self.length.replace(length) {
                    None => {}
                    Some(before) if before == length => return Ok(()),
                    Some(_) => return Err(Malformed("it has two lengths")),
                }
            }
            let value = HeaderValue::from_maybe_shared(received.slice_ref(line.value))
                .map_err(|_cause| Malformed("a header has no value"))?;
            self.headers.append(name, value);
        }
        Ok(())
    }

    fn connection(&mut self, value: &Bytes) {
        for word in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            if word.eq_ignore_ascii_case(b"close") {
                self.keeps = false;
            } else if !word.eq_ignore_ascii_case(b"keep-alive") {
                self.named.push(value.slice_ref(word));
            }
        }
    }

    fn head(mut self, status: StatusCode, asked: &Method) -> Head {
        for name in self.named.iter().flat_map(|name| HeaderName::from_bytes(name)) {
            self.headers.remove(name);
        }
        let is_bodiless = asked == Method::HEAD
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        // What announces a body where none can be may send one all the same.
        let is_odd = status == StatusCode::NO_CONTENT
            && (self.in_chunks || self.length.is_some_and(|length| length > 0));
        let mut keeps = self.keeps && !is_odd;
        let rest = match self.length {
            _ if is_bodiless => Rest::NOTHING,
            length if self.in_chunks => {
                if length.is_some() {
                    // Two readings of one answer: this one is the standard's, and the last.
                    self.headers.remove(header::CONTENT_LENGTH);
                    keeps = false;
                }
                Rest::Chunks(Chunks::Size)
            }
            Some(length) => Rest::Length(length),
            None => {
                keeps = false;
                Rest::UntilClose
            }
        };
        Head { status, headers: self.headers, rest, keeps }
    }
}

/// A length is digits, and nothing else (RFC 9110, section 8.6).
fn length(value: &[u8]) -> Result<u64, Malformed> {
    let is_plain = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = str::from_utf8(value).unwrap_or_default();
    let length = text.parse().map_err(|_cause| Malformed("its length is none"))?;
    if is_plain { Ok(length) } else { Err(Malformed("its length is none")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(asked: &Method, text: &'static str) -> String {
        match Head::read(&Bytes::from_static(text.as_bytes()), asked) {
            Err(malformed) => malformed.0.to_owned(),
            Ok(None) => "unfinished".to_owned(),
            Ok(Some((head, length))) => {
                let after = text.len() - length;
                let mut said = vec![format!("{} {:?} +{after}", head.status.as_u16(), head.rest)];
                said.extend((!head.keeps).then(|| "close".to_owned()));
                let line = |(name, value): (&HeaderName, &HeaderValue)| {
                    format!("{name}: {}", value.to_str().unwrap())
                };
                said.extend(head.headers.iter().map(line));
                said.join(" | ")
            }
        }
    }

    #[test]
    fn a_head_says_where_its_body_ends() {
        let get = |text| read(&Method::GET, text);
        assert_eq!(
            get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"),
            "200 Length(5) +5 | content-length: 5 | x-a: b"
        );
        assert_eq!(
            get("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"),
            "200 Chunks(Size) +0"
        );
        assert_eq!(get("HTTP/1.1 200 OK\r\n\r\nabc"), "200 UntilClose +3 | close");
        assert_eq!(get("HTTP/1.1 204 None\r\n\r\n"), "204 Length(0) +0");
        assert_eq!(
            get("HTTP/1.1 204 None\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "204 Length(0) +0 | close"
        );
        assert_eq!(
            get("HTTP/1.1 304 Same\r\ncontent-length: 9\r\n\r\n"),
            "304 Length(0) +0 | content-length: 9"
        );
        assert_eq!(
            read(&Method::HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            "200 Length(0) +0 | content-length: 5"
        );
        assert_eq!(
            get("HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"),
            "200 Length(5) +0 | close | content-length: 5"
        );
        assert_eq!(get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"), "unfinished");
    }

    #[test]
    fn what_speaks_of_the_connection_does_not_come_through() {
        assert_eq!(
            read(
                &Method::GET,
                "HTTP/1.1 200 OK\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nRequest-Id: theirs\r\nTrailer: X-T\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n"
            ),
            "200 Length(0) +0 | close | content-length: 0 | x-stays: 1"
        );
    }

    #[test]
    fn an_answer_with_two_readings_is_refused_or_ends_its_connection() {
        let get = |text| read(&Method::GET, text);
        assert_eq!(
            get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "200 Chunks(Size) +0 | close"
        );
        assert_eq!(
            get("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n"),
            "200 Length(5) +0 | content-length: 5"
        );
        for (line, refusal) in [
            ("Content-Length: 5\r\nContent-Length: 6", "it has two lengths"),
            ("Content-Length: 5, 5", "its length is none"),
            ("Content-Length: +5", "its length is none"),
            ("Content-Length: 99999999999999999999", "its length is none"),
            ("Transfer-Encoding: gzip, chunked", "its coding is unknown"),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "its coding is unknown"),
            ("no colon", "its head cannot be read"),
        ] {
            let text = format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n");
            assert_eq!(get(text.leak()), refusal, "{line}");
        }
        assert_eq!(get("SSH-2.0-OpenSSH\r\n"), "its head cannot be read");
        assert_eq!(get("HTTP/1.1 200 OK\r\n"), "unfinished");
        let long = format!("HTTP/1.1 200 OK\r\nA: {}", "a".repeat(LONGEST));
        assert_eq!(get(long.leak()), "its head is too long");
        let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(MOST_LINES + 1));
        assert_eq!(get(many.leak()), "it has too many lines");
    }
}
