//! The binary, as people start it.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::http::Ask;

/// The program, built from what stands in the tree.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--workspace", "--bin", "keyway"])
            .status();
        assert!(built.unwrap().success(), "the program cannot be built");
        // target/debug/deps/journey-… → target/debug/keyway
        let folder = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
        folder.join("keyway")
    })
}

/// A fresh folder for a world.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// `keyway dev` on free ports.
pub(crate) fn dev_command(data: &Path) -> Command {
    dev_command_at(data, "127.0.0.1:0")
}

/// The same with its gateway at an address.
pub(crate) fn dev_command_at(data: &Path, gateway: &str) -> Command {
    let mut command = Command::new(program());
    command.arg("dev").arg("--data").arg(data).args(["--gateway", gateway]);
    for listener in ["--console", "--operations"] {
        command.args([listener, "127.0.0.1:0"]);
    }
    command
}

/// What a program printed when it has ended.
pub(crate) fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// A running `keyway`. It is killed when dropped.
pub(crate) struct Keyway {
    pub(crate) child: Child,
    pub(crate) welcome: String,
    pub(crate) world: Value,
    errors: Option<std::thread::JoinHandle<String>>,
}

impl Keyway {
    pub(crate) fn dev(data: &Path) -> Self {
        Self::dev_with(data, "info")
    }

    /// With its log at a level.
    pub(crate) fn dev_with(data: &Path, level: &str) -> Self {
        let mut command = dev_command(data);
        command.env("KEYWAY_LOG", level);
        Self::start(command, &data.join("dev.json"))
    }

    /// Starts it and waits for the line that a caller is meant to paste.
    fn start(mut command: Command, world: &Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let errors = std::thread::spawn(move || {
            let mut text = Vec::new();
            errors.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut welcome = String::new();
        while !welcome.contains("curl ") || !welcome.ends_with('\n') {
            let length = lines.read_line(&mut welcome).unwrap();
            assert_ne!(length, 0, "it ended before it was ready: {welcome}");
        }
        let world = std::fs::read_to_string(world).unwrap();
        let world = serde_json::from_str(&world).unwrap();
        std::thread::spawn(move || {
            // Whatever else it says is taken away, so that it never waits for a reader.
            let mut rest = String::new();
            lines.read_to_string(&mut rest).map(|_| rest)
        });
        Self { child, welcome, world, errors: Some(errors) }
    }

    pub(crate) fn gateway(&self) -> &str {
        self.world["gateway_url"].as_str().unwrap()
    }

    pub(crate) fn console(&self) -> &str {
        self.world["console_url"].as_str().unwrap()
    }

    pub(crate) fn operations(&self) -> &str {
        self.world["operations_url"].as_str().unwrap()
    }

    /// An account by its role.
    pub(crate) fn account(&self, role: &str) -> &Value {
        let accounts = self.world["accounts"].as_array().unwrap();
        accounts.iter().find(|account| account["role"] == role).unwrap()
    }

    /// A key value of the platform account, as in `sandbox`, `secret`.
    pub(crate) fn key(&self, mode: &str, kind: &str) -> &str {
        self.account("platform")[mode][kind].as_str().unwrap()
    }

    pub(crate) fn get(&self, target: &str) -> Ask<'_> {
        Ask::get(self.gateway(), target)
    }

    pub(crate) fn post(&self, target: &str) -> Ask<'_> {
        Ask::new(self.gateway(), "POST", target)
    }

    pub(crate) fn manage(&self, method: &str, target: &str) -> Ask<'_> {
        Ask::new(self.console(), method, target)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    /// Ends it as Ctrl-C does, and gives its exit code and its log.
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        self.signal(Signal::INT);
        let status = self.child.wait().unwrap();
        (status.code(), self.errors.take().unwrap().join().unwrap())
    }
}

impl Drop for Keyway {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}
