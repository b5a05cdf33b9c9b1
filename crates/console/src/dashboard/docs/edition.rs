//! The text of the docs in one language: the pages, and what is told of each error.

use super::super::words::Words;
use super::book::Book;
use super::english::ENGLISH;
use super::errors::Fact;
use super::page::Page;

/// HTML, unless it could not be written.
pub(super) type Written = Result<String, askama::Error>;

/// The docs in one language. Another one is another folder of templates and another table of errors.
pub(super) struct Edition {
    /// The language (BCP 47).
    pub(super) lang: &'static str,
    /// What a page tells, in HTML.
    pub(super) article: fn(Page, &Book<'_>) -> Written,
    /// What is told of an error, in HTML.
    pub(super) error: fn(&Fact, &Explained) -> Written,
    /// What is told of each error.
    pub(super) explained: &'static [&'static [Explained]],
}

/// What is told of an error.
pub(super) struct Explained {
    /// Its code.
    pub(super) code: &'static str,
    /// Why it is answered.
    pub(super) cause: &'static str,
    /// What to do.
    pub(super) remedy: &'static str,
}

impl Explained {
    /// The beginning of the cause, for a list.
    pub(super) fn first_sentence(&self) -> &'static str {
        let end = self.cause.find(". ").map(|end| end + 1);
        end.and_then(|end| self.cause.get(..end)).unwrap_or(self.cause)
    }
}

impl Edition {
    /// The one for whoever reads these words. There is one as yet, whatever they read.
    pub(super) fn of(_words: &Words) -> &'static Self {
        &ENGLISH
    }

    /// What is told of the error of that code.
    pub(super) fn explains(&self, code: &str) -> Option<&'static Explained> {
        self.explained.iter().copied().flatten().find(|explained| explained.code == code)
    }
}

/// A heading of a page that can be gone to.
pub(super) struct Heading<'h> {
    /// What the address ends in.
    pub(super) id: &'h str,
    /// What it says, in HTML.
    pub(super) text: &'h str,
}

/// The headings of the second level, as `docs/parts.html` writes them.
pub(super) fn headings(article: &str) -> Vec<Heading<'_>> {
    let told = article.split("<h2 id=\"").skip(1);
    let told = told.filter_map(|rest| {
        let (id, rest) = rest.split_once("\">")?;
        let (text, _link) = rest.split_once(" <a ")?;
        Some(Heading { id, text })
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headings_of_a_page_are_found() {
        let article = "<h1>A</h1><h2 id=\"b\">B &amp; C <a href=\"#b\">#</a></h2><p>d</p><h2 id=\"e\">E <a href=\"#e\">#</a></h2>";
        let found = headings(article);
        let told = found.iter().map(|heading| format!("{} {}", heading.id, heading.text));
        assert_eq!(told.collect::<Vec<_>>(), ["b B &amp; C", "e E"]);
    }
}
