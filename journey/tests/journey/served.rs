//! `keyway serve` with a file of settings, and the API behind it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::http::{Answer, Ask};
use crate::keyway::{output, program};

/// An API that answers each request with its own head.
pub(crate) fn mirror() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                if stream.read_line(&mut head).unwrap() == 0 {
                    break;
                }
            }
            let length = head.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{head}"
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

/// A file of settings, with secrets of its own, and this API behind the gateway.
pub(crate) fn write_config(folder: &Path, upstream: &str) -> PathBuf {
    for name in ["pepper", "sealing"] {
        let (code, secret, _) = output(Command::new(program()).arg("secret"));
        assert_eq!(code, Some(0));
        let path = folder.join(name);
        std::fs::write(&path, secret).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
    }
    let folder_name = folder.display();
    let config = format!(
        r#"
[store]
url = "sqlite:{folder_name}/keyway.db"
[secrets]
pepper_file = "{folder_name}/pepper"
sealing_key_file = "{folder_name}/sealing"
[gateway]
listen = "127.0.0.1:0"
[gateway.upstream]
live = "{upstream}"
sandbox = "{upstream}"
[console]
listen = "127.0.0.1:0"
[operations]
listen = "127.0.0.1:0"
"#
    );
    let path = folder.join("keyway.toml");
    std::fs::write(&path, config).unwrap();
    path
}

/// The same with a store that several nodes share.
pub(crate) fn write_shared_config(folder: &Path, database: &str) -> PathBuf {
    let config = write_config(folder, &mirror());
    alter(&config, &format!("sqlite:{}/keyway.db", folder.display()), database);
    alter(&config, "[gateway]\n", "[gateway]\nlease_s = 1.0\n");
    config
}

/// Writes something else in the place of what stands there once.
pub(crate) fn alter(config: &Path, before: &str, after: &str) {
    let text = std::fs::read_to_string(config).unwrap();
    assert_eq!(text.matches(before).count(), 1, "{before}");
    std::fs::write(config, text.replace(before, after)).unwrap();
}

/// Opens an account and tells its keys.
pub(crate) fn open_account(config: &Path) -> Value {
    let open = ["open-account", "--name", "Rocket", "--json", "--config"];
    let (code, opened, errors) = output(Command::new(program()).args(open).arg(config));
    assert_eq!(code, Some(0), "{errors}");
    serde_json::from_str(&opened).unwrap()
}

/// A key value of an account that was opened, as in `sandbox`, `secret`.
pub(crate) fn value<'o>(opened: &'o Value, mode: &str, kind: &str) -> &'o str {
    opened[mode][kind].as_str().unwrap()
}

/// A running `keyway serve`. It is killed when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) gateway: String,
    pub(crate) console: String,
    pub(crate) operations: String,
}

impl Served {
    pub(crate) fn start(config: &Path) -> Self {
        let mut serve = Command::new(program());
        serve.args(["serve", "--config"]).arg(config).stderr(Stdio::piped()).stdout(Stdio::null());
        let mut child = serve.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("gateway=") {
            line.clear();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it served");
        }
        let address = |name: &str| {
            let (_, rest) = line.split_once(name).unwrap();
            format!("http://{}", rest.split_whitespace().next().unwrap())
        };
        let [gateway, console, operations] = ["gateway=", "console=", "operations="].map(address);
        std::thread::spawn(move || {
            let mut rest = Vec::new();
            log.read_to_end(&mut rest).map(|_| rest)
        });
        Self { child, gateway, console, operations }
    }

    /// A call of the API behind the gateway.
    pub(crate) fn ask(&self, key: &str) -> Ask<'_> {
        Ask::get(&self.gateway, "/anything").bearer(key)
    }

    /// The answer to such a call once the gateway decides about it: on a busy machine a short lease may
    /// run out before the store was heard of again, and then it says for a moment that it cannot.
    pub(crate) fn decided(&self, key: &str) -> Answer {
        let mut answers = std::iter::repeat_with(|| self.ask(key).send());
        answers.find(|answer| answer.status != 503).unwrap()
    }

    /// Ends it as the system does when it is out of memory.
    pub(crate) fn kill(&self) {
        let id = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(id, Signal::KILL).unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}
