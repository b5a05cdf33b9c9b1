//! The styles, the scripts and the icon of the pages.
//!
//! They stand in a folder that is named after all that they hold, so that a browser keeps them for good
//! and asks for them again when one has changed. Scripts find each other by names within the folder.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The name of the folder.
static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (name, text) in FILES.iter() {
        for part in [name, text.as_str()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
    }
    let start = hash.finalize();
    start.iter().take(8).fold(String::new(), |mut folder, byte| {
        // Writing to a string cannot fail.
        let _written = write!(folder, "{byte:02x}");
        folder
    })
});

/// The address of a file.
pub(crate) fn at(name: &str) -> String {
    format!("/assets/{}/{name}", *FOLDER)
}

/// The scripts of a page, by what it can do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scripts {
    /// A form or a text, for whoever has not signed in.
    Stranger,
    /// A page in the frame that is read.
    Frame,
    /// Keys are shown, copied and changed.
    Keys,
    /// The permissions of a key are chosen.
    Permissions,
    /// Settings are changed.
    Settings,
    /// The docs.
    Docs,
}

impl Scripts {
    const fn modules(self) -> &'static [&'static str] {
        match self {
            Self::Stranger => &["sending.js", "fragment.js"],
            Self::Frame => &["times.js", "menus.js", "sending.js"],
            Self::Keys => &[
                "times.js",
                "menus.js",
                "sending.js",
                "dialog.js",
                "reveal.js",
                "conceal.js",
                "copy.js",
                "addresses.js",
            ],
            Self::Permissions => &["times.js", "menus.js", "sending.js", "permissions.js"],
            Self::Settings => {
                &["times.js", "menus.js", "sending.js", "dialog.js", "copy.js", "download.js"]
            }
            Self::Docs => &["docs.js", "copy.js"],
        }
    }

    /// The tags of these scripts and of all that they import. Nothing is shown before they ran, for they
    /// change what there is to see: times, tabs, what only a script can do.
    pub(crate) fn tags(self) -> String {
        let mut needed = self.modules().to_vec();
        let mut place = 0;
        while let Some(name) = needed.get(place) {
            for import in imports(name) {
                if !needed.contains(&import) {
                    needed.push(import);
                }
            }
            place += 1;
        }
        let (modules, imported) = needed.split_at(self.modules().len());
        let mut tags = String::new();
        for name in imported {
            let _written = writeln!(tags, "<link rel=\"modulepreload\" href=\"{}\">", at(name));
        }
        for name in modules {
            let at = at(name);
            let _written = writeln!(
                tags,
                "<script type=\"module\" src=\"{at}\" blocking=\"render\"></script>"
            );
        }
        tags
    }
}

/// The names of what a script begins by importing.
fn imports(name: &str) -> impl Iterator<Item = &'static str> {
    text_of(name).unwrap_or_default().lines().filter_map(|line| {
        let (_, from) = line.strip_prefix("import ")?.split_once("\"./")?;
        from.strip_suffix("\";")
    })
}

fn text_of(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(own, _)| *own == name).map(|(_, text)| text.as_str())
}

/// A style sheet without what only its writers read: comments, and space that says nothing. Each of its
/// lines ends by a mark.
fn bare(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let before = parts.next().unwrap_or_default().to_owned();
    let without = parts
        .fold(before, |text, part| text + part.split_once("*/").map_or("", |(_, after)| after));
    without.lines().map(|line| line.trim().replace(": ", ":").replace(" {", "{")).collect()
}

/// `GET /assets/{folder}/{name}`
///
/// A page of another version of the program, from before or from another node, gets what there is here;
/// as that is not what it asked for, nobody keeps it.
pub(super) async fn file(Path((folder, name)): Path<(String, String)>) -> Response {
    let Some(text) = text_of(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "image/svg+xml",
    };
    let kept = if folder == *FOLDER { "public, max-age=31536000, immutable" } else { "no-store" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
    ];
    (headers, text).into_response()
}

/// The parts of the sheet that every page needs; later ones know of what stands in those before.
macro_rules! dashboard {
    ($($part:literal),+) => {
        concat!($(include_str!(concat!("../../assets/styles/", $part, ".css"))),+)
    };
}

macro_rules! scripts {
    ($($name:literal),+) => {
        [$(($name, include_str!(concat!("../../assets/", $name)))),+]
    };
}

const STYLES: [(&str, &str); 2] = [
    (
        "dashboard.css",
        dashboard!["base", "forms", "strangers", "frame", "tables", "keys", "settings"],
    ),
    ("docs.css", include_str!("../../assets/docs.css")),
];

const SCRIPTS: [(&str, &str); 13] = scripts![
    "addresses.js",
    "clipboard.js",
    "conceal.js",
    "copy.js",
    "dialog.js",
    "docs.js",
    "download.js",
    "fragment.js",
    "menus.js",
    "permissions.js",
    "reveal.js",
    "sending.js",
    "times.js"
];

const ICON: (&str, &str) = ("icon.svg", include_str!("../../assets/icon.svg"));

/// All files, as they are sent.
static FILES: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let styles = STYLES.into_iter().map(|(name, text)| (name, bare(text)));
    let others = SCRIPTS.into_iter().chain([ICON]).map(|(name, text)| (name, text.to_owned()));
    styles.chain(others).collect()
});
