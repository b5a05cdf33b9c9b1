//! What is asked of the person at the terminal, if there is one.

use std::io::{IsTerminal, Stderr, Stdin, Write, stderr, stdin};

use anyhow::{Context, Result, bail};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// A person who can read questions and answer them.
pub(crate) struct Terminal {
    input: Stdin,
    errors: Stderr,
}

impl Terminal {
    /// The terminal, if the program was started from one and has kept it.
    pub(crate) fn there() -> Option<Self> {
        let (input, errors) = (stdin(), stderr());
        let is_there = input.is_terminal() && errors.is_terminal();
        is_there.then_some(Self { input, errors })
    }

    /// A line, without the white space around it.
    pub(crate) fn line(&self, question: &str) -> Result<String> {
        self.show(question)?;
        let mut line = String::new();
        let read = self.input.read_line(&mut line).context("cannot read the answer")?;
        if read == 0 {
            bail!("there was no answer");
        }
        Ok(line.trim().to_owned())
    }

    /// A line that is not shown while it is typed.
    pub(crate) fn hidden_line(&self, question: &str) -> Result<Zeroizing<String>> {
        let before = tcgetattr(&self.input).context("cannot hide what is typed")?;
        let mut hidden = before.clone();
        hidden.local_modes -= LocalModes::ECHO | LocalModes::ISIG;
        // It ends the line and not the program, which would leave the terminal as it is now.
        hidden.special_codes[SpecialCodeIndex::VEOL] = INTERRUPT;
        tcsetattr(&self.input, OptionalActions::Flush, &hidden)
            .context("cannot hide what is typed")?;
        let line = self.show(question).and_then(|()| self.read());
        tcsetattr(&self.input, OptionalActions::Now, &before)
            .context("cannot show what is typed")?;
        self.show("\n")?;
        line
    }

    fn show(&self, text: &str) -> Result<()> {
        let mut errors = &self.errors;
        write!(errors, "{text}").and_then(|()| errors.flush()).context("cannot ask")
    }

    /// One line as the terminal hands it over, kept nowhere else.
    fn read(&self) -> Result<Zeroizing<String>> {
        let mut room = Zeroizing::new([0; LONGEST]);
        let length =
            rustix::io::read(&self.input, room.as_mut()).context("cannot read the answer")?;
        let line = room.get(..length).unwrap_or_default();
        if line.is_empty() || line.contains(&INTERRUPT) {
            bail!("there was no answer");
        }
        let line = std::str::from_utf8(line).context("the answer is no text")?;
        Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

/// The longest line that a terminal hands over, in bytes.
const LONGEST: usize = 4096;

/// Ctrl-C.
const INTERRUPT: u8 = 3;
