//! What the text of a page takes from its reader: samples with their own key, in their language.

use askama::Template;

use super::super::words::{DocsWords, Words};
use super::colour::{Piece, pieces};
use super::language::Language;
use super::reader::Reader;
use super::sample::{Filling, Sample};
use crate::console::Shared;

/// What the text of a page may ask for.
pub(super) struct Book<'b> {
    pub(super) words: &'static Words,
    pub(super) gateway: &'b str,
    pub(super) console: &'b str,
    reader: &'b Reader,
    language: Language,
}

/// A program in each language, of which one is shown.
#[derive(Template)]
#[template(path = "docs/sample.html")]
pub(super) struct SampleBlock {
    words: &'static Words,
    docs: &'static DocsWords,
    word: &'static str,
    foot: Foot,
    tabs: Vec<Tab>,
}

/// What stands below a program with a key in it.
struct Foot {
    /// Whether it is a key of the reader.
    is_own: bool,
    /// Where they sign in, to come back to this page.
    sign_in: String,
}

struct Tab {
    language: Language,
    is_chosen: bool,
    pieces: Vec<Piece>,
}

/// Lines for a terminal.
#[derive(Template)]
#[template(path = "docs/terminal.html")]
pub(super) struct TerminalBlock {
    words: &'static Words,
    docs: &'static DocsWords,
    /// Nothing where no key stands in it.
    foot: Option<Foot>,
    pieces: Vec<Piece>,
}

/// What is sent or answered in JSON.
#[derive(Template)]
#[template(path = "docs/json.html")]
pub(super) struct JsonBlock<'j> {
    name: &'j str,
    pieces: Vec<Piece>,
}

impl<'b> Book<'b> {
    pub(super) fn new(shared: &'b Shared, reader: &'b Reader, language: Language) -> Self {
        let (gateway, console) = (shared.gateway_url.as_str(), shared.console_url.as_str());
        Self { words: reader.words, gateway, console, reader, language }
    }

    /// A program, in all languages.
    pub(super) fn sample(&self, sample: Sample) -> SampleBlock {
        let tabs = sample.programs().map(|(language, program)| Tab {
            language,
            is_chosen: language == self.language,
            pieces: self.pieces(program, language.remark()),
        });
        SampleBlock {
            words: self.words,
            docs: &self.words.docs,
            word: sample.word(),
            foot: self.foot(),
            tabs: tabs.collect(),
        }
    }

    /// Lines for a terminal, filled in.
    pub(super) fn terminal(&self, lines: &str) -> TerminalBlock {
        TerminalBlock {
            words: self.words,
            docs: &self.words.docs,
            foot: lines.contains("{{key}}").then(|| self.foot()),
            pieces: self.pieces(lines, "#"),
        }
    }

    /// JSON, filled in, and what it is.
    pub(super) fn json<'j>(&self, name: &'j str, text: &str) -> JsonBlock<'j> {
        JsonBlock { name, pieces: self.pieces(text, "//") }
    }

    fn foot(&self) -> Foot {
        let sign_in = self.reader.sign_in.clone();
        Foot { is_own: self.reader.has_own_key(), sign_in }
    }

    fn pieces(&self, program: &str, remark: &str) -> Vec<Piece> {
        let (key, connected) = (self.reader.key(), self.reader.connected());
        let (gateway, console) = (self.gateway, self.console);
        let filling = Filling { key, gateway, console, connected: &connected };
        pieces(&filling.fill(program), remark, key)
    }
}
