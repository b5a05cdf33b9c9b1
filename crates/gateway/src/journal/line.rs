//! One line of the journal: a JSON object (RFC 8259), written in one pass.
//!
//! Every request pays for its line, so that what is known to be plain is not looked through for what
//! would have to be escaped.

use std::cell::RefCell;

use jiff::Timestamp;

/// The last second that was written, and its text.
#[derive(Default)]
pub(super) struct Second(RefCell<(i64, String)>);

/// A line that is being written.
pub(super) struct Line<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Line<'o> {
    /// Begins a line with when it happened (RFC 3339, in microseconds).
    pub(super) fn begin(out: &'o mut Vec<u8>, at: Timestamp, second: &Second) -> Self {
        out.extend_from_slice(br#"{"at":""#);
        let mut known = second.0.borrow_mut();
        // Counted from the second before it, so that the rest is never negative.
        let whole = at.as_microsecond().div_euclid(1_000_000);
        if known.0 != whole || known.1.is_empty() {
            let text = Timestamp::from_second(whole).unwrap_or(Timestamp::UNIX_EPOCH).to_string();
            *known = (whole, text.trim_end_matches('Z').to_owned());
        }
        out.extend_from_slice(known.1.as_bytes());
        let rest = at.as_microsecond().rem_euclid(1_000_000);
        let mut digits = *b".000000Z\"";
        let mut left = rest;
        for place in digits.iter_mut().take(7).skip(1).rev() {
            *place = b'0' + u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
        }
        out.extend_from_slice(&digits);
        Self { out }
    }

    /// Text that is written by `write`, and needs no escapes.
    pub(super) fn plain(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) {
        self.name(name);
        self.out.push(b'"');
        write(self.out);
        self.out.push(b'"');
    }

    /// Text that somebody else wrote.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        // Writing to memory cannot fail.
        let _written = serde_json::to_writer(&mut *self.out, text);
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str, number: impl itoa::Integer) {
        self.name(name);
        self.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    /// Ends the line.
    pub(super) fn end(self) {
        self.out.extend_from_slice(b"}\n");
    }

    fn name(&mut self, name: &str) {
        self.out.extend_from_slice(b",\"");
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64, nanosecond: i32) -> String {
        let mut out = Vec::new();
        let at = Timestamp::new(second, nanosecond).unwrap();
        Line::begin(&mut out, at, &Second::default()).end();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_time_is_written_in_microseconds() {
        assert_eq!(at(1_800_000_000, 1_000), "{\"at\":\"2027-01-15T08:00:00.000001Z\"}\n");
        assert_eq!(at(1_800_000_000, 999_999_999), "{\"at\":\"2027-01-15T08:00:00.999999Z\"}\n");
        assert_eq!(at(0, 0), "{\"at\":\"1970-01-01T00:00:00.000000Z\"}\n");
        assert_eq!(at(-1, -500_000_000), "{\"at\":\"1969-12-31T23:59:58.500000Z\"}\n");
    }

    #[test]
    fn each_second_is_written_anew() {
        let (mut out, second) = (Vec::new(), Second::default());
        for at in [5, 5, 6] {
            Line::begin(&mut out, Timestamp::from_second(at).unwrap(), &second).end();
        }
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches("00:00:05").count(), 2, "{text}");
        assert_eq!(text.matches("00:00:06").count(), 1, "{text}");
    }

    #[test]
    fn what_others_wrote_cannot_leave_its_place() {
        let mut out = Vec::new();
        let mut line = Line::begin(&mut out, Timestamp::UNIX_EPOCH, &Second::default());
        line.text("agent", "a\"},\n{\"b\u{7f}");
        line.number("status", 200);
        line.plain("key", |out| out.extend_from_slice(b"key_1"));
        line.end();
        let out = String::from_utf8(out).unwrap();
        let read: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(read["agent"], "a\"},\n{\"b\u{7f}");
        assert_eq!((&read["status"], &read["key"]), (&200.into(), &"key_1".into()));
        assert_eq!(out.lines().count(), 1);
    }
}
