//! What is told on the list after something was done. The address says it, and is believed only with
//! what its session alone can say of it: no link of anybody else makes a page tell what is not so.

use serde::Deserialize;

use super::super::visit::FormToken;
use super::super::words::Words;
use super::verb::Verb;

/// What was done.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub(super) verb: Verb,
    /// It is not yet in force everywhere.
    pub(super) later: bool,
    /// Its reader is shut out by it.
    pub(super) out: bool,
}

/// The same, as an address says it.
#[derive(Deserialize)]
pub(super) struct Said {
    done: Option<Verb>,
    #[serde(default)]
    later: bool,
    #[serde(default)]
    out: bool,
    #[serde(default)]
    seal: String,
}

impl Told {
    /// The query that has the list tell it to this session.
    pub(super) fn query(self, token: &FormToken) -> String {
        let Self { verb, later, out } = self;
        format!("done={}&later={later}&out={out}&seal={}", verb.as_str(), self.seal(token))
    }

    /// In sentences.
    pub(super) fn sentences(self, words: &'static Words) -> Vec<&'static str> {
        let (done, panel) = (&words.keys.done, &words.panel);
        let first = if self.later { Some(panel.not_yet) } else { self.verb.notice(done) };
        first.into_iter().chain(self.out.then_some(panel.not_listed)).collect()
    }

    fn seal(self, token: &FormToken) -> String {
        token.seal(&format!("{} {} {}", self.verb.as_str(), self.later, self.out))
    }
}

impl Said {
    /// What was done, if this session was told so.
    pub(super) fn told(self, token: &FormToken) -> Option<Told> {
        let Self { done, later, out, seal } = self;
        let told = Told { verb: done?, later, out };
        (told.seal(token) == seal).then_some(told)
    }
}
