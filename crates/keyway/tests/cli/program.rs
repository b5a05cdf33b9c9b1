//! Running the program, and talking to what it serves.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The program, with nothing of this machine's environment that would change what it says.
pub(crate) fn keyway() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyway"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("KEYWAY_")) {
            command.env_remove(name);
        }
    }
    command
}

/// `keyway dev` on free ports.
pub(crate) fn dev(data: &Path) -> Command {
    let mut command = keyway();
    command.arg("dev").arg("--data").arg(data);
    for listener in ["--gateway", "--console", "--operations"] {
        command.args([listener, "127.0.0.1:0"]);
    }
    command
}

/// What a program printed when it has ended, with its exit code.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) errors: String,
}

pub(crate) fn end(command: &mut Command) -> Ended {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: status.code(), out: text(stdout), errors: text(stderr) }
}

/// What is said in one sentence by a program that cannot go on, without the name of its folder.
pub(crate) fn refused(command: &mut Command, folder: &Path) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut out).unwrap();
    if !out.is_empty() {
        // It goes on where it should have ended.
        child.kill().unwrap();
    }
    let ended = child.wait_with_output().unwrap();
    let errors = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), out.as_str()), (Some(1), ""), "{errors}");
    assert_eq!(errors.matches('\n').count(), 1, "{errors}");
    errors.trim_end().replace(&*folder.to_string_lossy(), "FOLDER")
}

/// A running `keyway dev`. It is killed when dropped.
pub(crate) struct Dev {
    child: Child,
    errors: ChildStderr,
    pub(crate) welcome: String,
    pub(crate) world: Value,
}

impl Dev {
    /// Starts it, and waits for its welcome.
    pub(crate) fn start(data: &Path) -> Self {
        let mut command = dev(data);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let errors = child.stderr.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut welcome = String::new();
        while !welcome.contains("curl ") {
            assert_ne!(lines.read_line(&mut welcome).unwrap(), 0, "it ended before it was ready");
        }
        let world = read_json(&data.join("dev.json"));
        Self { child, errors, welcome, world }
    }

    /// A value of the world, as `/accounts/0/sandbox/secret`.
    pub(crate) fn told(&self, place: &str) -> &str {
        self.world.pointer(place).and_then(Value::as_str).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Its exit code, and what it said on standard error.
    pub(crate) fn ended(mut self) -> (Option<i32>, String) {
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code(), errors)
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn stop(self) {
        self.signal(Signal::INT);
        assert_eq!(self.ended(), (Some(0), String::new()));
    }

    /// The status of a call with a key.
    pub(crate) fn status(&self, key: &str) -> u16 {
        ask(self.told("/gateway_url"), "GET /v1/balance", key, "").0
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Status and body of a request with a key, if there is any, and JSON, if there is any.
pub(crate) fn ask(url: &str, first: &str, key: &str, body: &str) -> (u16, String) {
    let mut stream = connect(url);
    let length = body.len();
    let key = if key.is_empty() { key } else { &format!("Authorization: Bearer {key}\r\n") };
    write!(stream, "{first} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{key}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

pub(crate) fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

pub(crate) fn read_json(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// A folder with secrets and a file of settings.
pub(crate) fn configured(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pepper", "sealing"] {
        let secret = end(keyway().arg("secret")).out;
        assert_eq!(secret.trim_end().len(), 64);
        write_private(&folder.path().join(name), &secret);
    }
    std::fs::write(folder.path().join("keyway.toml"), settings).unwrap();
    folder
}

/// A command in a folder of settings.
pub(crate) fn with_config(task: &str, folder: &Path) -> Command {
    let mut command = keyway();
    command.current_dir(folder).args([task, "--config", "keyway.toml"]);
    command
}

pub(crate) fn write_private(file: &Path, text: &str) {
    std::fs::write(file, text).unwrap();
    set_mode(file, 0o600);
}

pub(crate) fn set_mode(file: &Path, mode: u32) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}
