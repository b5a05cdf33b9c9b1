//! The pages of the dashboard as a browser asks for them: how long they take, and what they weigh.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::clock;

/// Somebody at a browser.
pub struct Browser {
    console: SocketAddr,
    cookie: String,
    /// What the files weigh that pages name.
    files: BTreeMap<String, usize>,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The lines of its head.
    pub head: String,
    /// What follows, as it was sent.
    pub body: String,
}

impl Browser {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn new(console: SocketAddr) -> Self {
        Self { console, cookie: String::new(), files: BTreeMap::new() }
    }

    /// Signs in.
    ///
    /// # Errors
    /// When that is refused.
    pub fn sign_in(&mut self, email: &str, password: &str) -> Result<()> {
        let form =
            format!("email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"));
        let answer = self.ask("POST /signin", &form)?;
        let cookie = answer.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.with_context(|| format!("not signed in: {}", answer.body))?;
        cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        Ok(())
    }

    /// Asks for a page: its text, and how long it took until the last byte was there.
    ///
    /// # Errors
    /// When it is not there.
    pub fn page(&self, path: &str) -> Result<(String, Duration)> {
        let start = clock::now();
        let answer = self.ask(&format!("GET {path}"), "")?;
        let took = start.elapsed();
        ensure!(answer.status == 200, "{path} answers {}: {}", answer.status, answer.body);
        Ok((answer.body, took))
    }

    /// What a page weighs in bytes, together with all files that it names.
    ///
    /// # Errors
    /// When one of them is not there.
    pub fn weight(&mut self, page: &str) -> Result<usize> {
        let mut weight = page.len();
        for rest in page.split("\"/assets/").skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            if !self.files.contains_key(name) {
                let known = self.page(&format!("/assets/{name}"))?.0.len();
                self.files.insert(name.to_owned(), known);
            }
            weight += self.files.get(name).copied().unwrap_or_default();
        }
        Ok(weight)
    }

    fn ask(&self, line: &str, form: &str) -> Result<Answer> {
        let (cookie, length) = (&self.cookie, form.len());
        let request = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/html\r\n\
             Accept-Encoding: gzip, br\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        );
        let mut stream = TcpStream::connect(self.console)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("no answer")?;
        let body = answer.split_off(end + 4);
        let head = String::from_utf8(answer)?;
        // Nothing of the console is; once it is, this has to weigh what was sent.
        if head.contains("content-encoding:") {
            bail!("the answer is compressed");
        }
        let status = head.split(' ').nth(1).context("an answer without a status")?.parse()?;
        Ok(Answer { status, head, body: String::from_utf8(body)? })
    }
}
