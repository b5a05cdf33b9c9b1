//! Single requests: whether a device does at all what it is measured for.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::device::Device;
use crate::nginx::ANSWER;

/// A request with a key, or with none.
#[must_use]
pub fn request(key: Option<&str>, kept: bool) -> Vec<u8> {
    let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
    let connection = if kept { "" } else { "Connection: close\r\n" };
    let head = "GET /v1/balance HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1\r\nAccept: */*";
    format!("{head}\r\n{key}{connection}\r\n").into_bytes()
}

/// Asks once: the status and the answer's text.
///
/// # Errors
/// When there is no answer.
pub fn ask(at: SocketAddr, request: &[u8]) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").context("an answer without an end")?;
    let status = head.split(' ').nth(1).context("an answer without a status")?;
    Ok((status.parse()?, body.to_owned()))
}

/// Checks that a device answers what the API answers, and refuses what it must.
///
/// # Errors
/// When it does not.
pub fn check(device: &Device, key: &str, stranger: &str) -> Result<()> {
    let name = device.name;
    let (status, body) = ask(device.address, &request(Some(key), false))?;
    if status != 200 || body.trim() != ANSWER {
        bail!("{name} answers {status} to a good key: {body}");
    }
    // A well-formed key that nobody knows, one of no form, and none at all.
    for key in [Some(stranger), Some("wrong"), None] {
        let (status, _) = ask(device.address, &request(key, false))?;
        if device.keyed && !matches!(status, 401 | 403) {
            bail!("{name} answers {status} to a wrong key");
        }
    }
    Ok(())
}

/// How many connections an API took so far.
///
/// # Errors
/// When it does not tell.
pub fn connections(status: SocketAddr) -> Result<u64> {
    let (_, text) = ask(status, &request(None, false))?;
    // "server accepts handled requests" and below it the three numbers.
    let line = text.lines().nth(2).context("the status of nginx")?;
    let accepted = line.split_whitespace().next().context("the status of nginx")?;
    Ok(accepted.parse()?)
}

/// The length of a whole answer, once its head is known.
///
/// # Errors
/// When it is no answer with a status of 2xx and a length.
pub fn answer_length(answer: &[u8]) -> Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = answer.get(..end).unwrap_or_default();
    let head = std::str::from_utf8(head).context("an answer's head")?;
    if !head.starts_with("HTTP/1.1 2") {
        bail!("answered: {}", head.lines().next().unwrap_or_default());
    }
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let length = fields.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let (_, length) = length.context("an answer without a length")?;
    Ok(Some(end + 4 + length.trim().parse::<usize>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_as_long_as_its_head_says() {
        let whole = b"HTTP/1.1 200 OK\r\ncontent-Length: 3\r\n\r\nabc";
        assert_eq!(answer_length(whole).unwrap(), Some(whole.len()));
        assert_eq!(answer_length(&whole[..20]).unwrap(), None);
        assert!(answer_length(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n").is_err());
    }
}
