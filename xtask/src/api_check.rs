//! The management API against its own document: schemathesis asks everything that the document allows
//! and much that it does not, of a server with a world of its own.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::libraries::pip_install;
use crate::packages::Packages;
use crate::shell;

const VERSION: &str = "4.32.5";
/// What ends the session that asks, so that nothing would be asked after it.
const ENDS_IT_ALL: &str = "end_session";
/// A document cannot say every rule: which names, versions and states are refused.
const BEYOND_A_DOCUMENT: &str = "positive_data_acceptance";

/// Checks the API; more arguments go to schemathesis.
pub(crate) fn api_check(arguments: &[&str]) -> Result<bool> {
    let tool = shell::tools().join("schemathesis");
    if !tool.join(format!("schemathesis-{VERSION}.dist-info")).exists() {
        let mut install = pip_install(&Packages::new(), &tool)?;
        shell::output(install.arg(format!("schemathesis=={VERSION}")))?;
    }
    shell::run(shell::cargo().args(["build", "--quiet", "--package", "keyway"]))?;
    let folder = shell::target().join("api-check");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let server = Server::start(&folder)?;
    let settings = folder.join("schemathesis.toml");
    std::fs::write(&settings, server.signing_in()?)?;

    let mut check = shell::command("python3");
    check.current_dir(&folder).env("PYTHONPATH", &tool);
    check.args(["-m", "schemathesis.cli", "--config-file"]).arg(&settings).arg("run");
    check.args(["--exclude-operation-id", ENDS_IT_ALL, "--exclude-checks", BEYOND_A_DOCUMENT]);
    check.args(["--warnings", "off", "--no-color"]);
    check.args(arguments).arg(format!("{}/api/openapi.json", server.url()?));
    Ok(check.status().context("schemathesis")?.success())
}

/// `keyway dev` with a world of its own. It is stopped when dropped.
struct Server {
    process: Child,
    said: Value,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let data = folder.join("data");
        let mut command = Command::new(shell::target().join("debug/keyway"));
        command.args(["dev", "--gateway", "127.0.0.1:0", "--console", "127.0.0.1:0"]);
        command.args(["--operations", "127.0.0.1:0", "--data"]).arg(&data);
        let log = std::fs::File::create(folder.join("log"))?;
        command.env("KEYWAY_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut process = command.spawn().context("keyway dev")?;
        let welcome = process.stdout.take().context("the welcome")?;
        // The welcome is the last thing that it says, when everything is served.
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(welcome));
        if lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("curl"))).is_none() {
            bail!("keyway ended before it was ready: see {}", folder.join("log").display());
        }
        std::thread::spawn(move || lines.count());
        let said = serde_json::from_slice(&std::fs::read(data.join("dev.json"))?)?;
        Ok(Self { process, said })
    }

    fn url(&self) -> Result<&str> {
        self.text("/console_url")
    }

    /// How schemathesis signs in.
    fn signing_in(&self) -> Result<String> {
        let (email, password) = (self.text("/owner/email")?, self.text("/owner/password")?);
        Ok(format!(
            "[auth.dynamic.openapi.bearer]\n\
             path = \"/api/v1/sessions\"\n\
             payload = {{ email = \"{email}\", password = \"{password}\" }}\n\
             extract_from = \"body\"\n\
             extract_selector = \"/token\"\n"
        ))
    }

    fn text(&self, place: &str) -> Result<&str> {
        self.said
            .pointer(place)
            .and_then(Value::as_str)
            .with_context(|| format!("dev.json: {place}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which is why it could not be stopped.
        let _killed = self.process.kill();
        let _status = self.process.wait();
    }
}
