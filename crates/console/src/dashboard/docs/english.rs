//! The docs in English.

mod keys;
mod people;
mod requests;

use askama::Template;

use super::book::Book;
use super::edition::{Edition, Explained, Written};
use super::errors::{Face, Fact, Group};
use super::page::Page;
use super::sample::Sample;

pub(super) static ENGLISH: Edition = Edition {
    lang: "en",
    article,
    error,
    explained: &[keys::EXPLAINED, requests::EXPLAINED, people::EXPLAINED],
};

macro_rules! article {
    ($name:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'b> {
            book: &'b Book<'b>,
        }
    };
}

article!(Quickstart, "docs/en/quickstart.html");
article!(Authentication, "docs/en/authentication.html");
article!(Keys, "docs/en/keys.html");
article!(Permissions, "docs/en/permissions.html");
article!(Organizations, "docs/en/organizations.html");
article!(Sandboxes, "docs/en/sandboxes.html");
article!(Rotation, "docs/en/rotation.html");
article!(Addresses, "docs/en/ip_restrictions.html");
article!(Errors, "docs/en/errors.html");

/// What is told of one error.
#[derive(Template)]
#[template(path = "docs/en/error.html")]
struct ErrorArticle<'e> {
    fact: &'e Fact,
    explained: &'e Explained,
    more: Option<(&'static str, &'static str)>,
}

fn article(page: Page, book: &Book<'_>) -> Written {
    match page {
        Page::Quickstart => Quickstart { book }.render(),
        Page::Authentication => Authentication { book }.render(),
        Page::Keys => Keys { book }.render(),
        Page::Permissions => Permissions { book }.render(),
        Page::Organizations => Organizations { book }.render(),
        Page::Sandboxes => Sandboxes { book }.render(),
        Page::Rotation => Rotation { book }.render(),
        Page::Addresses => Addresses { book }.render(),
        Page::Errors => Errors { book }.render(),
    }
}

fn error(fact: &Fact, explained: &Explained) -> Written {
    let more = fact.page().map(|page| (page.path(), title(page)));
    ErrorArticle { fact, explained, more }.render()
}

/// What a page is called in a sentence.
fn title(page: Page) -> &'static str {
    match page {
        Page::Quickstart => "the quickstart",
        Page::Authentication => "authentication",
        Page::Keys => "key types",
        Page::Permissions => "permissions",
        Page::Organizations => "organizations and context",
        Page::Sandboxes => "sandboxes",
        Page::Rotation => "rotating keys",
        Page::Addresses => "IP restrictions",
        Page::Errors => "errors",
    }
}

impl Face {
    fn english(self) -> &'static str {
        match self {
            Self::Gateway => "Gateway",
            Self::Management => "Management API",
            Self::Sample => "Sample API",
        }
    }
}

impl Group {
    fn english(self) -> (&'static str, &'static str) {
        match self {
            Self::Key => ("key", "The key, and what it may do"),
            Self::Account => ("account", "Accounts and versions"),
            Self::Request => ("request", "Requests that cannot be read"),
            Self::Parameter => ("parameters", "Parameters, and what they name"),
            Self::Twice => ("idempotency", "Idempotency keys"),
            Self::Life => ("life", "The life of keys, accounts and sandboxes"),
            Self::People => ("people", "People, sessions and verification codes"),
            Self::Ours => ("server", "Faults of the server"),
        }
    }
}

/// What is told of an error, beside its other texts.
const fn explain(code: &'static str, cause: &'static str, remedy: &'static str) -> Explained {
    Explained { code, cause, remedy }
}
