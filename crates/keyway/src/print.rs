//! What people and programs are told: values and lists on standard output, all else on standard error.

mod field;
mod table;
mod time;

use std::io::Write;

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use field::{plain, text};
pub(crate) use table::{lines, table};
pub(crate) use time::{local, moment};

/// What was asked for, on standard output.
pub(crate) fn out(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
    written.context("cannot write to standard output")
}

/// What the API said, for programs.
pub(crate) fn json(said: &Value) -> Result<()> {
    out(&serde_json::to_string_pretty(said)?)
}

/// What is good to know, on standard error.
pub(crate) fn tell(sentence: &str) {
    // Whoever closed it wants to know nothing.
    let _told = writeln!(std::io::stderr(), "{sentence}");
}
