//! A PostgreSQL server for the tests: made, started and thrown away with them.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};

use crate::packages::{Packages, is_root};
use crate::shell;

/// What the folder of a server is called, before the id of the process that made it.
const FOLDER: &str = "keyway-postgres-";
/// What a server says when it can be asked.
const READY: &str = "ready to accept connections";

/// A running server. It is stopped and its data removed when dropped; should this process be killed,
/// the server stops by itself and the next one removes its data.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    server: Child,
}

impl Postgres {
    /// Makes and starts a server; its programs are installed if they are not there.
    pub(crate) fn start(packages: &Packages) -> Result<Self> {
        if programs().is_none() {
            packages.install(&["postgresql"])?;
        }
        let programs = programs().ok_or_else(|| anyhow!("there is no `initdb`"))?;
        remove_left_behind();
        let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
        match make(&folder, &programs).and_then(|()| serve(&folder, &programs)) {
            Ok((port, server)) => Ok(Self { programs, folder, port, server }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }

    /// Where it can be reached.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = as_server_user(&self.programs.join("pg_ctl"), &self.folder);
        stop.args(["stop", "--silent", "--mode=fast", "--pgdata"]).arg(data(&self.folder));
        if let Err(error) = shell::output(&mut stop) {
            shell::say(&format!("xtask: PostgreSQL did not stop: {error:#}"));
            // It may have ended by itself, which is why it could not be stopped.
            let _killed = self.server.kill();
        }
        // Whatever it ended with, it has ended.
        let _status = self.server.wait();
        remove(&self.folder);
    }
}

/// The folder of `initdb` and its kin: that of Debian's newest version, or wherever they are found.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    // What is named by no number is older than all that are.
    let number = |name: &str| name.parse::<u32>().unwrap_or(0);
    let newest = versions
        .map(|version| (number(&version.file_name().to_string_lossy()), version.path().join("bin")))
        .filter(|(_, programs)| programs.join("initdb").is_file())
        .max_by_key(|(number, _)| *number);
    let called_by_name = || Some(shell::which("initdb")?.parent()?.to_owned());
    newest.map(|(_, programs)| programs).or_else(called_by_name)
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn make(folder: &Path, programs: &Path) -> Result<()> {
    let mut install = Command::new("install");
    install.args(["--directory", "--mode=0700"]);
    if is_root() {
        install.args(["--owner=postgres", "--group=postgres"]);
    }
    shell::output(install.arg(folder))?;
    let mut initdb = as_server_user(&programs.join("initdb"), folder);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
    shell::output(initdb.args(["--no-sync", "--pgdata"]).arg(data(folder))).map(drop)
}

fn serve(folder: &Path, programs: &Path) -> Result<(u16, Child)> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut postgres = as_server_user(&programs.join("postgres"), folder);
    postgres.arg("-D").arg(data(folder)).arg("-k").arg(folder).args(["-p", &port.to_string()]);
    for setting in
        ["listen_addresses=127.0.0.1", "max_connections=200", "fsync=off", "full_page_writes=off"]
    {
        postgres.args(["-c", setting]);
    }
    std::fs::create_dir_all(shell::tools())?;
    let path = shell::tools().join("postgres.log");
    let mut log = File::create(&path).with_context(|| path.display().to_string())?;
    let mut server = postgres.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let said = server.stderr.take().context("the server's log")?;
    let mut lines = BufReader::new(said);
    let mut line = String::new();
    while !line.contains(READY) {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            bail!("PostgreSQL ended before it was ready: see {}", path.display());
        }
        log.write_all(line.as_bytes())?;
    }
    // Read to its end, so that the server never waits for a reader.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut log));
    Ok((port, server))
}

/// PostgreSQL refuses to run as root, and it shall not outlive this process.
fn as_server_user(program: &Path, folder: &Path) -> Command {
    let mut command = if shell::which("setpriv").is_some() {
        let mut setpriv = Command::new("setpriv");
        if is_root() {
            setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        }
        setpriv.arg("--pdeathsig=INT").arg(program);
        setpriv
    } else {
        Command::new(program)
    };
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// Removes what processes left behind that were killed.
fn remove_left_behind() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(FOLDER));
        if maker.is_some_and(|maker| !Path::new("/proc").join(maker).exists()) {
            remove(&entry.path());
        }
    }
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        shell::say(&format!("xtask: {} remains: {error}", folder.display()));
    }
}
