//! Where the body of an answer ends (RFC 9112, section 6.3), and what lies before (section 7.1).

use bytes::{Buf, Bytes};

use super::answer::Malformed;

/// Bytes of a line between chunks, or of all trailers.
const LONGEST_LINE: usize = 8 * 1024;

/// What is still to come of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// That many bytes.
    Length(u64),
    /// Chunks.
    Chunks(Chunks),
    /// All until the connection ends.
    UntilClose,
}

/// What comes next within a body in chunks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// The line with the size of a chunk.
    Size,
    /// So many bytes of a chunk.
    Data(u64),
    /// The end of the line after a chunk.
    Gap,
    /// Trailers of so many bytes until now, and the empty line.
    Trailers(usize),
    /// Nothing.
    End,
}

/// What the bytes at hand give.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A piece of the body.
    Data(Bytes),
    /// Nothing before more bytes come.
    More,
    /// The end of the body.
    End,
}

impl Rest {
    /// Nothing is to come.
    pub(super) const NOTHING: Self = Self::Length(0);

    /// Whether the body has ended.
    pub(super) fn is_over(&self) -> bool {
        matches!(self, Self::Length(0) | Self::Chunks(Chunks::End))
    }

    /// How many bytes are to come, where that is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Length(left) => Some(*left),
            Self::Chunks(_) | Self::UntilClose => None,
        }
    }

    /// Takes what it can from the bytes at hand.
    pub(super) fn take(&mut self, received: &mut Bytes) -> Result<Step, Malformed> {
        match self {
            Self::Length(0) => Ok(Step::End),
            Self::Chunks(chunks) => chunks.take(received),
            _ if received.is_empty() => Ok(Step::More),
            Self::Length(left) => Ok(Step::Data(at_most(left, received))),
            Self::UntilClose => Ok(Step::Data(std::mem::take(received))),
        }
    }
}

impl Chunks {
    fn take(&mut self, received: &mut Bytes) -> Result<Step, Malformed> {
        loop {
            *self = match self {
                Self::Size => match size(received)? {
                    None => return Ok(Step::More),
                    Some(0) => Self::Trailers(0),
                    Some(size) => Self::Data(size),
                },
                Self::Data(0) => Self::Gap,
                Self::Data(_) if received.is_empty() => return Ok(Step::More),
                Self::Data(left) => return Ok(Step::Data(at_most(left, received))),
                Self::Gap => match line(received)? {
                    None => return Ok(Step::More),
                    Some(0) => Self::Size,
                    Some(_) => return Err(Malformed("a chunk is longer than its size")),
                },
                Self::Trailers(before) => match line(received)? {
                    None => return Ok(Step::More),
                    Some(0) => Self::End,
                    Some(more) if *before + more <= LONGEST_LINE => Self::Trailers(*before + more),
                    Some(_) => return Err(Malformed("its trailers are too long")),
                },
                Self::End => return Ok(Step::End),
            }
        }
    }
}

/// Takes as many of the bytes as are left to take.
fn at_most(left: &mut u64, received: &mut Bytes) -> Bytes {
    let length = usize::try_from(*left).map_or(received.len(), |left| left.min(received.len()));
    *left -= u64::try_from(length).unwrap_or(0);
    received.split_to(length)
}

/// The size of the next chunk, once its line is whole.
fn size(received: &mut Bytes) -> Result<Option<u64>, Malformed> {
    match httparse::parse_chunk_size(received) {
        Ok(httparse::Status::Complete((length, size))) => {
            received.advance(length);
            Ok(Some(size))
        }
        Ok(httparse::Status::Partial) if received.len() <= LONGEST_LINE => Ok(None),
        _ => Err(Malformed("the size of a chunk cannot be read")),
    }
}

/// Drops the next line, once it is whole: its length without its end.
fn line(received: &mut Bytes) -> Result<Option<usize>, Malformed> {
    match received.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let line = received.split_to(end + 1);
            Ok(Some(line.trim_ascii_end().len()))
        }
        None if received.len() <= LONGEST_LINE => Ok(None),
        None => Err(Malformed("a line between chunks is too long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes out when the bytes come in pieces of that size.
    fn read(mut rest: Rest, bytes: &'static [u8], piece: usize) -> Result<String, Malformed> {
        let (mut body, mut received) = (Vec::new(), Bytes::new());
        let mut pieces = bytes.chunks(piece);
        loop {
            match rest.take(&mut received)? {
                Step::Data(data) => body.extend(data),
                Step::End => {
                    let left = received.len() + pieces.map(<[u8]>::len).sum::<usize>();
                    return Ok(format!("{} +{left}", String::from_utf8(body).unwrap()));
                }
                Step::More => match pieces.next() {
                    Some(piece) => received = [&received, piece].concat().into(),
                    None => return Ok(format!("{} ...", String::from_utf8(body).unwrap())),
                },
            }
        }
    }

    #[test]
    fn a_body_ends_where_its_framing_says_however_it_is_cut() {
        let chunked: &[u8] = b"5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nExpires: 0\r\n\r\nHTTP";
        for piece in 1..=chunked.len() {
            let chunks = || Rest::Chunks(Chunks::Size);
            assert_eq!(read(chunks(), chunked, piece).unwrap(), "hello world +4");
            assert_eq!(read(chunks(), &chunked[..30], piece).unwrap(), "hello world ...");
            assert_eq!(read(Rest::Length(3), b"abcdef", piece).unwrap(), "abc +3");
            assert_eq!(read(Rest::Length(9), b"abcdef", piece).unwrap(), "abcdef ...");
            assert_eq!(read(Rest::UntilClose, b"abcdef", piece).unwrap(), "abcdef ...");
        }
        assert_eq!(read(Rest::NOTHING, b"abc", 3).unwrap(), " +3");
    }

    #[test]
    fn chunks_that_do_not_keep_to_their_sizes_are_refused() {
        let refused = |bytes| read(Rest::Chunks(Chunks::Size), bytes, 1000).unwrap_err().0;
        assert_eq!(refused(b"5\r\nhello!\r\n"), "a chunk is longer than its size");
        assert_eq!(refused(b"x\r\n"), "the size of a chunk cannot be read");
        assert_eq!(refused(b"-1\r\n"), "the size of a chunk cannot be read");
        assert_eq!(refused(b"11111111111111111\r\n"), "the size of a chunk cannot be read");
        let mut gap = Rest::Chunks(Chunks::Gap);
        let taken = gap.take(&mut Bytes::from(vec![b'a'; 20_000]));
        assert_eq!(taken, Err(Malformed("a line between chunks is too long")));
    }
}
