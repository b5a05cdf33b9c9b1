//! Pictures of the main pages: in light, in dark and on a telephone.
//!
//! The journeys that look through all pages take them on their way, of the real program in a small world
//! where people have been at work.

use std::path::Path;

use anyhow::Result;

use crate::libraries;
use crate::packages::Packages;
use crate::shell;

/// Those that the README shows, of at most 150 kB each.
const SHOWN: [&str; 4] = ["home-light", "keys-light", "addresses-light", "history-dark"];

/// Takes them all, those of every page as long as it is into a folder of their own, and puts those that
/// the README shows in their place.
pub(crate) fn screenshots() -> Result<bool> {
    let packages = Packages::new();
    packages.provide(&["pngquant"], &["pngquant"])?;
    libraries::typeface(&packages)?;
    let mut variables = libraries::chromium(&packages)?;
    variables.extend(libraries::node(&packages)?);
    let folder = shell::target().join("screenshots");
    std::fs::create_dir_all(folder.join("tall"))?;
    shell::run(shell::cargo().args(["build", "--workspace", "--bin", "keyway"]))?;
    let mut look = shell::cargo();
    look.args(["test", "--workspace", "--test", "journey", "pages::nothing_is_wrong"]);
    shell::run(look.envs(variables).env("PICTURES", &folder))?;
    let images = shell::workspace().join("docs/images");
    std::fs::create_dir_all(&images)?;
    for name in SHOWN {
        compress(&folder.join(format!("{name}.png")), &images.join(format!("{name}.png")))?;
    }
    shell::say(&format!("xtask: all pictures are in {}", folder.display()));
    Ok(true)
}

/// A picture with as many colours as it takes to look the same, at most 256.
fn compress(from: &Path, to: &Path) -> Result<()> {
    let mut pngquant = shell::command("pngquant");
    pngquant.args(["--force", "--strip", "--speed", "1", "--quality", "80-100", "--output"]);
    shell::run(pngquant.arg(to).arg("--").arg(from))
}
