//! What cannot be undone is asked about.

use anyhow::{Result, bail};
use clap::Args;

use crate::terminal::Terminal;

/// Whether somebody has agreed already.
#[derive(Args)]
pub(crate) struct Consent {
    /// Do not ask whether it is meant; it cannot be undone
    #[arg(long, short)]
    yes: bool,
}

impl Consent {
    /// Asks for some characters, so that nobody agrees in passing. What is asked about, a sentence,
    /// is looked up with the characters, unless there is nothing to ask.
    pub(crate) fn by_typing(&self, about: impl FnOnce() -> Result<(String, String)>) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        let (what, wanted) = about()?;
        ask(&what, &format!("Type `{wanted}` to go on: "), |answer| answer == wanted)
    }

    /// Asks for a yes.
    pub(crate) fn by_yes(&self, what: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        ask(what, "Go on? [y/N] ", |answer| ["y", "yes"].contains(&answer.to_lowercase().as_str()))
    }
}

fn ask(what: &str, question: &str, agrees: impl FnOnce(&str) -> bool) -> Result<()> {
    let Some(terminal) = Terminal::there() else {
        bail!("{what} There is no terminal to ask at; say --yes if you mean it");
    };
    if !agrees(&terminal.line(&format!("{what}\n{question}"))?) {
        bail!("nothing was changed");
    }
    Ok(())
}
