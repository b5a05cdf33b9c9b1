//! A terminal, and a person at it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::program::Ended;

/// A program that was started at a terminal. What it tells on standard output goes elsewhere, as in
/// `keyway … > file`.
pub(crate) struct Talk {
    child: Child,
    out: ChildStdout,
    terminal: File,
    seen: String,
}

impl Talk {
    pub(crate) fn start(mut command: Command) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
        let screen = || OwnedFd::from(File::options().read(true).write(true).open(&name).unwrap());
        command.stdin(screen()).stderr(screen()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let out = child.stdout.take().unwrap();
        Self { child, out, terminal: terminal.into(), seen: String::new() }
    }

    /// Waits until that is to be seen.
    pub(crate) fn until(&mut self, text: &str) -> &str {
        while !self.seen.contains(text) {
            assert!(self.read(), "`{text}` was never asked: {}", self.seen);
        }
        &self.seen
    }

    /// Types a line.
    pub(crate) fn answer(&mut self, line: &str) {
        self.press(&format!("{line}\n"));
    }

    /// Types that.
    pub(crate) fn press(&mut self, keys: &str) {
        self.terminal.write_all(keys.as_bytes()).unwrap();
    }

    /// Whether somebody who looks on reads what is typed.
    pub(crate) fn shows_what_is_typed(&self) -> bool {
        tcgetattr(&self.terminal).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// What the program has told, the terminal's part as errors.
    pub(crate) fn end(mut self) -> Ended {
        while self.read() {}
        let mut out = String::new();
        self.out.read_to_string(&mut out).unwrap();
        let code = self.child.wait().unwrap().code();
        Ended { code, out, errors: self.seen.replace("\r\n", "\n") }
    }

    /// Whether there was more.
    fn read(&mut self) -> bool {
        let mut room = [0; 1024];
        // When nobody holds the other end any more, Linux calls it an error.
        let read = self.terminal.read(&mut room).unwrap_or(0);
        self.seen.push_str(std::str::from_utf8(&room[..read]).unwrap());
        read > 0
    }
}
