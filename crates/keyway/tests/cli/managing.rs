//! Commands that talk to the management API of a running server.

mod confirming;
mod connecting;
mod importing;
mod keys;
mod organizations;
mod people;
mod session;
mod values;

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::{Dev, Ended, ask, end, keyway};

/// A running server, and somebody who manages it by commands.
struct Desk {
    dev: Dev,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { dev: Dev::start(&folder.path().join("data")), folder }
    }

    /// A command of nobody in particular.
    fn command(&self, line: &str) -> Command {
        let mut command = keyway();
        command
            .args(line.split(' '))
            .env("KEYWAY_URL", self.dev.told("/console_url"))
            .env("KEYWAY_CONFIG_DIR", self.folder.path().join("config"))
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        command
    }

    /// A command of the platform's sandbox key.
    fn with_key(&self, line: &str) -> Command {
        let mut command = self.command(line);
        command.env("KEYWAY_API_KEY", self.dev.told("/accounts/0/sandbox/secret"));
        command
    }

    /// What a command of that key tells, if it is done.
    fn done(&self, line: &str) -> Ended {
        done(&mut self.with_key(line))
    }

    /// What a command of that key tells to programs.
    fn json(&self, line: &str) -> Value {
        let mut command = self.with_key(line);
        let Ended { out, errors, .. } = done(command.arg("--json"));
        assert_eq!(errors, "");
        serde_json::from_str(&out).unwrap()
    }

    /// Makes a key of that name, and tells its id.
    fn key(&self, name: &str) -> String {
        self.json(&format!("keys create {name}"))["id"].as_str().unwrap().to_owned()
    }

    /// The status of a key.
    fn status(&self, id: &str) -> String {
        self.json(&format!("keys show {id}"))["status"].as_str().unwrap().to_owned()
    }

    /// The last message that was sent.
    fn mail(&self) -> String {
        let (_, page) = ask(self.dev.told("/console_url"), "GET /outbox", "", "");
        page.split_once("<pre>").unwrap().1.split_once("</pre>").unwrap().0.to_owned()
    }

    /// The code in that message.
    fn mailed_code(&self) -> String {
        let mail = self.mail();
        let mut words = mail.split(|letter: char| !letter.is_ascii_digit());
        words.find(|word| word.len() == 6).unwrap().to_owned()
    }

    /// Signs the owner in.
    fn sign_in(&self) {
        done(&mut self.signing_in(self.dev.told("/owner/password")));
    }

    /// The command that signs the owner in by that password.
    fn signing_in(&self, password: &str) -> Command {
        let password_file = self.folder.path().join("password");
        std::fs::write(&password_file, format!("{password}\n")).unwrap();
        let mut command = self.command("login --password-stdin --email");
        command.arg(self.dev.told("/owner/email"));
        command.stdin(std::fs::File::open(password_file).unwrap());
        command
    }
}

/// What a command tells that is done.
fn done(command: &mut Command) -> Ended {
    let ended = ended(command);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended
}

/// What a command tells. Wherever it ends, no key and no token was told beside the matter.
fn ended(command: &mut Command) -> Ended {
    let ended = end(command);
    assert!(!::keys::holds_key_value(ended.errors.as_bytes()), "{}", ended.errors);
    assert!(!ended.errors.contains("kws_"), "{}", ended.errors);
    ended
}

/// The exit code of a command that is not done, and what it said, with ids and addresses left out.
fn failed(command: &mut Command) -> String {
    let Ended { code, out, errors } = ended(command);
    assert_eq!(out, "");
    format!("{} {}", code.unwrap(), general(errors.trim_end()))
}

/// A text without what is another each time.
fn general(text: &str) -> String {
    let mut said = String::new();
    for word in text.split_inclusive([' ', '\n', '(', ')', '`', ',', ';', '\'']) {
        let end = word.find([' ', '\n', '(', ')', '`', ',', ';', '\'']).unwrap_or(word.len());
        let (word, rest) = word.split_at(end);
        let id = ["key_", "acct_", "sbx_", "req_", "usr_", "org_", "inv_", "evt_"]
            .into_iter()
            .find(|prefix| word.strip_prefix(prefix).is_some_and(|id| id.len() >= 16));
        match (id, word.split_once('…')) {
            (Some(prefix), _) => said.extend([prefix, "*"]),
            (None, Some((prefix, _tail))) => said.extend([prefix, "…"]),
            (None, None) if word.len() == 32 => said.push_str("RANDOM"),
            (None, None) if word.starts_with("http://127.0.0.1:") => said.push_str("URL"),
            (None, None) => said.push_str(word),
        }
        said.push_str(rest);
    }
    said
}

/// The one key value that stands in a text, alone in its line.
fn value(out: &str) -> &str {
    let value = out.strip_suffix('\n').unwrap();
    assert!(!value.contains(char::is_whitespace), "there is more than a value");
    assert!(::keys::holds_key_value(value.as_bytes()), "there is no value");
    value
}
