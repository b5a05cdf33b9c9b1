//! A plain HTTP/1.1 client: what it sends is what the test wrote.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Status, type and code of an error, in a line.
    pub(crate) fn error(&self) -> String {
        let error = &self.json()["error"];
        let text = |name: &str| error[name].as_str().unwrap_or("-").to_owned();
        assert!(self.header("request-id").is_some(), "{self:?}");
        format!("{} {} {}", self.status, text("type"), text("code"))
    }
}

/// A request that a test builds.
pub(crate) struct Ask<'a> {
    base: &'a str,
    first: String,
    lines: Vec<String>,
    body: Vec<u8>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(base: &'a str, method: &str, target: &str) -> Self {
        Self { base, first: format!("{method} {target}"), lines: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn get(base: &'a str, target: &str) -> Self {
        Self::new(base, "GET", target)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.lines.push(format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn bearer(self, key: &str) -> Self {
        self.header("Authorization", &format!("Bearer {key}"))
    }

    pub(crate) fn basic(self, key: &str) -> Self {
        self.header("Authorization", &format!("Basic {}", STANDARD.encode(format!("{key}:"))))
    }

    pub(crate) fn form(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    pub(crate) fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("Content-Type", "application/json")
    }

    pub(crate) fn send(self) -> Answer {
        self.try_send().unwrap()
    }

    /// Nothing, when the server went away before it answered.
    pub(crate) fn try_send(self) -> std::io::Result<Answer> {
        let authority = self.base.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let (first, lines, length) = (self.first, self.lines.concat(), self.body.len());
        let head = format!(
            "{first} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nContent-Length: {length}\r\n{lines}\r\n"
        );
        stream.write_all(&[head.as_bytes(), &self.body].concat())?;
        let ended = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
        let mut answer = BufReader::new(stream);
        let mut text = Vec::new();
        while !text.ends_with(b"\r\n\r\n") {
            if answer.read_until(b'\n', &mut text)? == 0 {
                return Err(ended());
            }
        }
        let head = String::from_utf8_lossy(text.strip_suffix(b"\r\n\r\n").unwrap()).into_owned();
        let mut body = Vec::new();
        // Not every server closes a connection when it is asked to.
        answer.take(length_of(&head).unwrap_or(u64::MAX)).read_to_end(&mut body)?;
        let body = String::from_utf8_lossy(&body).into_owned();
        let status = head.split(' ').nth(1).map(str::parse);
        let Some(Ok(status)) = status else { return Err(ended()) };
        Ok(Answer { status, head, body })
    }
}

/// How long the body is, if its head says so.
fn length_of(head: &str) -> Option<u64> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let (_, length) = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
    Some(length.trim().parse().unwrap())
}
