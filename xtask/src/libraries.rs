//! Official client libraries and a browser, for the journeys that try them.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::packages::Packages;
use crate::shell;

const PYTHON_VERSION: &str = "16.1.0";
/// The library for Node, and what looks for faults in pages: people who are kept out of them, and HTML that
/// is not valid.
const NODE_PACKAGES: [(&str, &str); 3] =
    [("stripe", "23.1.0"), ("axe-core", "4.14.1"), ("html-validate", "10.9.0")];

/// A variable that tells the tests where something is.
pub(crate) type Variable = (&'static str, OsString);

/// The library for Python.
pub(crate) fn python(packages: &Packages) -> Result<Vec<Variable>> {
    let folder = shell::tools().join("python");
    if !folder.join(format!("stripe-{PYTHON_VERSION}.dist-info")).exists() {
        let mut install = pip_install(packages, &folder)?;
        shell::output(install.arg(format!("stripe=={PYTHON_VERSION}")))?;
    }
    let mut asked = shell::command("python3");
    let python = shell::output(asked.args(["-c", "import sys; print(sys.executable)"]))?;
    let mut import = shell::command(&python);
    shell::output(import.env("PYTHONPATH", &folder).args(["-c", "import stripe"]))?;
    Ok(vec![("TEST_PYTHON", python.into()), ("TEST_PYTHONPATH", folder.into())])
}

/// The packages for Node.
pub(crate) fn node(packages: &Packages) -> Result<Vec<Variable>> {
    packages.provide(&["node", "npm"], &["nodejs", "npm"])?;
    let folder = shell::tools().join("node");
    let modules = folder.join("node_modules");
    if !NODE_PACKAGES.iter().all(|(name, version)| is_there(&modules, name, version)) {
        std::fs::create_dir_all(&folder)?;
        let mut install = shell::command("npm");
        install.args(["install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]);
        install.arg("--prefix").arg(&folder);
        // All at once: what is not named is taken away.
        install.args(NODE_PACKAGES.map(|(name, version)| format!("{name}@{version}")));
        shell::output(&mut install)?;
    }
    for (name, _) in NODE_PACKAGES {
        let mut require = shell::command("node");
        require.env("NODE_PATH", &modules).args(["-e", &format!("require('{name}')")]);
        shell::output(&mut require)
            .map_err(|error| anyhow!("this Node is too old for {name}: {error:#}"))?;
    }
    Ok(vec![("TEST_NODE_PATH", modules.into())])
}

/// Whether that version of a package is among the modules.
fn is_there(modules: &Path, name: &str, version: &str) -> bool {
    let about = std::fs::read_to_string(modules.join(name).join("package.json"));
    about.is_ok_and(|about| about.contains(&format!("\"version\": \"{version}\"")))
}

/// The typeface that pictures of pages are set in: pages name it first, and have it where it is installed.
pub(crate) fn typeface(packages: &Packages) -> Result<()> {
    if Path::new("/usr/share/fonts/opentype/inter").exists() {
        return Ok(());
    }
    packages.install(&["fonts-inter"])
}

/// A browser, and what drives it.
pub(crate) fn chromium(packages: &Packages) -> Result<Vec<Variable>> {
    packages.provide(&["chromium", "chromedriver"], &["chromium", "chromium-driver"])?;
    Ok(vec![("TEST_CHROMEDRIVER", "chromedriver".into())])
}

/// `pip install` into a folder; the caller says what.
pub(crate) fn pip_install(packages: &Packages, folder: &Path) -> Result<Command> {
    let python = || shell::command("python3");
    if shell::output(python().args(["-m", "pip", "--version"])).is_err() {
        packages.install(&["python3", "python3-pip"])?;
    }
    let mut install = python();
    install.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"]).arg(folder);
    Ok(install)
}
